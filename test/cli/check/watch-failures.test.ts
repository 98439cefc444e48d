import { expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { FakeHost } from '../../support/fake-host.ts';

const line = (at: number, version: string, end = '200 -'): string => {
  const time = new Date(Date.UTC(2026, 10, 4, 10) + at * 1000).toISOString();
  const cluster = version === '' ? '-' : `outbound|9080|${version}|reviews.default.svc.cluster.local`;
  return `[${time}] "GET /reviews/0 HTTP/1.1" ${end} - "-" 0 0 5 4 "-" "curl" "${at}-id" "reviews:9080" "10.0.0.1:9080" ${cluster} 10.0.0.2:1 10.0.0.3:9080 10.0.0.2:2 - default`;
};
const watched = async (lines: readonly string[], ...more: string[]): Promise<FakeHost> => {
  const io = new FakeHost({}, `${lines.join('\n')}\n`);
  await runProgram(['check', '-', '--follow', '--host', 'reviews', '--weights', 'v1=50,v3=50', ...more], io);
  return io;
};
const versions = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? 'v1' : 'v3'));

test('a watch tells a version that fails within its first requests, once, and may end there', async () => {
  const lines = versions.map((own, at) => line(at, own, own === 'v3' ? '503 UH' : undefined));
  const io = await watched(lines, '--until-enough', '--fail-on', 'fault');
  expect(io.out).toMatch(
    /^after 4 requests: requests fail, which is enough: v3: all 2 requests failed: 503 UH\./m,
  );
  expect(io.out.match(/which is enough/g)).toHaveLength(1);
  expect(io.out).toMatch(/^✗ v3: all 2 requests failed/m);
  expect(io.code).toBe(4);
});

test('a watch tells requests that fail before a version is chosen', async () => {
  const lines = versions.map((own, at) => (at % 4 === 1 ? line(at, '', '503 NC') : line(at, own)));
  const io = await watched(lines, '--fail-on', 'fault');
  expect(io.out).toMatch(
    /requests fail, which is enough: Before a version was chosen \d+ of \d+ requests failed: 503 NC/,
  );
  expect(io.code).toBe(4);
});

// README, exit codes: 0 ok, 3 invalid input, 4 an expectation failed; of check: 4 a fault or failing requests with --fail-on fault.
test.each([
  { more: [], code: 0 },
  { more: ['--fail-on', 'fault'], code: 4 },
])(
  'a watch all of whose requests fail ends as the same log does that is read: $code',
  async ({ more, code }) => {
    const lines = versions.slice(0, 40).map((_, at) => line(at, '', '404 NR'));
    const io = await watched(lines, ...more);
    expect(io.code).toBe(code);
    expect(io.out).toMatch(/^✗ Before a version was chosen all 40 requests failed: 404 NR/m);
    const read = new FakeHost({}, `${lines.join('\n')}\n`);
    await runProgram(['check', '-', '--host', 'reviews', '--weights', 'v1=50,v3=50', ...more], read);
    expect(read.code).toBe(code);
  },
);

test('a watch that sees no request has nothing to answer', async () => {
  const io = await watched(['not a line of a log']);
  expect(io.code).toBe(3);
});

test('a version that begins to fail after many good requests is told by its window, though it fails little of all', async () => {
  const many = Array.from({ length: 30_000 }, (_, at) => line(at, at % 2 === 0 ? 'v1' : 'v3'));
  const broken = versions
    .slice(0, 20)
    .map((own, at) => line(30_000 + at, own, own === 'v3' ? '503 UH' : undefined));
  const io = await watched([...many, ...broken], '--window', '1000', '--fail-on', 'fault');
  expect(io.out).toMatch(/^window 31: requests fail, which is enough: v3: .* 503 UH/m);
  expect(io.code).toBe(4);
});

test('a watch of good requests says nothing of failures', async () => {
  const io = await watched(
    versions.map((own, at) => line(at, own)),
    '--fail-on',
    'fault',
  );
  expect(io.out).not.toMatch(/requests fail/);
  expect(io.code).toBe(0);
});
