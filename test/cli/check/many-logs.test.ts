import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { gatewayLine, half } from '../../support/check-files.ts';
import { FakeHost } from '../../support/fake-host.ts';

async function check(given: string, files: Record<string, string>): Promise<FakeHost> {
  const io = new FakeHost(files, '');
  await runProgram(['check', ...given.split(' '), '--weights', 'v1=50,v3=50', '--fail-on', 'fault'], io);
  return io;
}

/** One line, however it was wrapped. */
const flat = ({ out }: FakeHost): string => out.replace(/\s+/g, ' ');

/** Sixty requests of one gateway, half and half or all to v1; those of several gateways come in no order. */
const gateway = (place: number, isStale = false): string =>
  half
    .map((_, i) =>
      gatewayLine({
        subset: isStale ? 'v1' : half[(i + 13 * place) % half.length]!,
        id: ((4 * i + place) * 37) % 241,
        gateway: `10.0.1.${place}`,
      }),
    )
    .join('');
const gateways = {
  'gw-0.log': gateway(0),
  'gw-1.log': gateway(1, true),
  'gw-2.log': gateway(2),
  'gw-3.log': gateway(3, true),
};

describe('callers', () => {
  test('of several logs two that hold the old rule are named by their files', async () => {
    const text = flat(await check('gw-0.log gw-1.log gw-2.log gw-3.log', gateways));
    expect(text).toContain('It looks like some callers hold another rule: gw-1.log and gw-3.log.');
    expect(text).toContain('2 of 4 callers (gw-1.log, gw-3.log) seem to draw at v1=100 %');
  });

  test('one of three is named, too, and failures that carry no address are the file’s', async () => {
    const dead = gatewayLine({ subset: 'v1', id: 999, gateway: '', status: 503, flags: 'UH' });
    const text = flat(
      await check('gw-0.log gw-1.log gw-2.log', { ...gateways, 'gw-1.log': gateways['gw-1.log'] + dead }),
    );
    expect(text).toContain('some callers hold another rule: gw-1.log.');
  });

  test('in one log of all of them they are told by their own addresses', async () => {
    const text = flat(await check('all.log', { 'all.log': Object.values(gateways).join('') }));
    expect(text).toContain('some callers hold another rule: 10.0.1.1 and 10.0.1.3.');
  });

  test('one that holds the old rule, by itself, is an old rule and nothing sticky', async () => {
    const text = flat(await check('gw-1.log', gateways));
    expect(text).toContain('It looks like old rule.');
  });
});

describe('duplicates', () => {
  // Of two proxies that see other requests few lines of the same time are alike.
  test('two files that tell the same requests without ids are refused, in whole or in part', async () => {
    const bare = gateway(0).replaceAll(/"id-\d+"/g, '"-"');
    const twice = await check('a.log b.log', { 'a.log': bare, 'b.log': bare });
    expect(twice.code).toBe(3);
    expect(twice.errors).toMatch(/error\[MS4010\]: b\.log tells the same 60 requests as a\.log/);
    const other = await check('a.log b.log', {
      'a.log': bare,
      'b.log': bare.split('\n').slice(1).join('\n'),
    });
    expect(other.errors).toMatch(/error\[MS4010\]: b\.log tells some 59 requests that a\.log tells, too/);
    const another = await check('a.log b.log', {
      'a.log': bare,
      'b.log': gateway(1).replaceAll(/"id-\d+"/g, '"-"'),
    });
    expect(another.errors).not.toContain('MS4010');
  });

  test.each([
    { given: 'gw-0.log copy.log', because: 'a copy under another name' },
    { given: 'twice.log', because: 'both in one file' },
  ])('$given counts 60 requests, and says so: $because', async ({ given }) => {
    const [own] = [gateways['gw-0.log']];
    const io = await check(given, { ...gateways, 'copy.log': own, 'twice.log': own + own });
    expect(flat(io)).toContain('29 of v1, 31 of v3: chance.');
    expect(flat(io)).toContain('Left out: 60 requests that were read before (the same request id and time');
  });

  test('logs that overlap count what they share once, and the rest of both', async () => {
    const lines = gateways['gw-0.log'].split(/(?<=\n)/);
    const io = await check('a.log b.log', {
      'a.log': lines.slice(0, 40).join(''),
      'b.log': lines.slice(25).join(''),
    });
    expect(flat(io)).toContain('29 of v1, 31 of v3: chance.');
    expect(flat(io)).toContain('Left out: 15 requests that were read before');
  });

  test('the same path twice is read once, with or without ids', async () => {
    const table = { 'a.csv': 'version\nv1\nv3\nv1\n' };
    expect(flat(await check('a.csv ./a.csv', table))).toContain('./a.csv is given twice, and read once.');
  });
});

describe('requests that fail', () => {
  const line = (subset: string, id: number, status = 200, flags = '-'): string =>
    gatewayLine({ subset, id, gateway: '10.0.1.1', status, flags });

  test('lead the answer where a version is dead, though its split is luck', async () => {
    const log = half.map((own, i) => (own === 'v3' ? line(own, i, 503, 'UH') : line(own, i))).join('');
    const io = await check('a.log', { 'a.log': log });
    expect(flat(io)).toMatch(/^✗ v3: all 31 requests failed: 503 UH. UH: the subset is known but has no pod/);
    expect(flat(io)).toContain('The split: 29 of v1, 31 of v3: chance.');
    expect(io.code).toBe(4);
  });

  test('lead where every version fails alike, and where statuses come from a table', async () => {
    const rows = half.map((own, i) => `${own},${i % 3 === 0 ? 500 : 200}\n`).join('');
    const io = await check('a.csv', { 'a.csv': `version,status\n${rows}` });
    expect(flat(io)).toMatch(/^✗ v\d: \d+ of \d+ requests failed \(\d+ %\): 500. v\d: \d+ of/);
    expect(io.code).toBe(4);
  });

  test('are told, and no fault, where they are no more than one in a thousand may be', async () => {
    const log = half.map((own, i) => (i === 5 ? line(own, i, 503, 'UC') : line(own, i))).join('');
    const io = await check('a.log', { 'a.log': log });
    expect(flat(io)).toMatch(/^✓ 29 of v1, 31 of v3: chance./);
    expect(flat(io)).toMatch(/v\d: 1 of \d+ requests failed \(\d+ %\): 503 UC./);
    expect(io.code).toBe(0);
  });

  test('lead, too, where the proxy knew no cluster for them', async () => {
    const log = half.map((own, i) => (own === 'v3' ? line('', i, 503, 'NC') : line(own, i))).join('');
    const io = await check('a.log --host reviews', { 'a.log': log });
    expect(flat(io)).toMatch(
      /^✗ Before a version was chosen 31 of 60 requests failed: 503 NC. NC: the route named/,
    );
    expect(io.code).toBe(4);
  });
});

describe('counts', () => {
  test.each([
    ['a.csv', 'version,count\nv1,912\nv3,888\n'],
    ['a.csv', 'version;requests\nv1;"912"\nv3;888\n'],
    ['a.ndjson', '{"version":"v1","count":912}\n{"version":"v3","count":888}\n'],
    ['a.txt', '    912 v1\n    888 v3\n'],
    [
      'a.txt',
      '912 reviews-v1-545db77b95-abcde\n440 reviews-v3-84779c7bbc-x2x9z\n448 reviews-v3-84779c7bbc-q7w2z\n',
    ],
    ['a.txt', 'version,count\nv1,912\nv3,888\n'],
    ['a.txt', 'V1: 912\nV3: 888\n'],
  ])('in %s are counts: %j', async (name, text) => {
    const io = await check(name, { [name]: text });
    expect(flat(io)).toContain('912 of v1, 888 of v3: chance.');
  });

  test.each([
    { given: 'a.txt', text: '912 stable\n888 canary\n' },
    { given: 'a.csv', text: 'version,count\nv1,912\ncanary,888\n' },
  ])('of other names are refused: $text', async ({ given, text }) => {
    const io = await check(given, { [given]: text });
    expect([io.code, io.out]).toEqual([3, '']);
    expect(io.errors).toMatch(/error\[MS4009\]: "(stable|canary)" is no version of the weights \(v1, v3\)/);
  });
});
