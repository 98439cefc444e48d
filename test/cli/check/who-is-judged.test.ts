import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { half } from '../../support/check-files.ts';
import { FakeHost } from '../../support/fake-host.ts';

const host = 'reviews.default.svc.cluster.local';

/** One call a second, to these clusters. */
const log = (
  clusters: readonly string[],
  { authority = 'reviews:9080', own = '10.244.1.20' }: { authority?: string; own?: string } = {},
): string =>
  clusters
    .map((cluster, second) => {
      const time = new Date(Date.UTC(2026, 2, 1, 12, 0, second)).toISOString();
      return `[${time}] "GET /reviews/0 HTTP/1.1" 200 - via_upstream - "-" 0 375 5 4 "-" "curl" "-" "${authority}" "10.244.1.11:9080" ${cluster} ${own}:48888 10.96.9.9:9080 ${own}:40222 - -\n`;
    })
    .join('');
const subsets = (names: readonly string[], service = host): string[] =>
  names.map((name) => `outbound|9080|${name}|${service}`);

async function check(given: string, files: Record<string, string>): Promise<FakeHost> {
  const io = new FakeHost(files, '');
  await runProgram(['check', ...given.split(' '), '--fail-on', 'fault'], io);
  return io;
}

/** One line, however it was wrapped. */
const flat = ({ out }: FakeHost): string => out.replace(/\s+/g, ' ');

describe('names of subsets are exact', () => {
  test('one that ends as a version of the weights does is another one, of weight 0', async () => {
    const io = await check('a.log --weights v1=50,v3=50', {
      'a.log': log(subsets(half.map((own, i) => (own === 'v3' && i % 2 === 0 ? 'old-v3' : own)))),
    });
    expect(flat(io)).toContain('old-v3 has weight 0 and was seen: impossible');
    expect(io.code).toBe(4);
  });

  test.each([
    { weights: '1=50,3=50', because: 'a number is a version' },
    { weights: 'reviews-v1=50,reviews-v3=50', because: 'the workloads of the service itself' },
  ])('weights $weights are those of v1 and v3: $because', async ({ weights }) => {
    const io = await check(`a.log --weights ${weights}`, { 'a.log': log(subsets(half)) });
    expect(flat(io)).toMatch(/^✓ 29 of \S+, 31 of \S+: chance/);
  });
});

describe('requests that went past the weights lead, and name who sent them', () => {
  const followed = log(subsets(half));
  test.each([
    {
      log: log(
        half.map(() => `outbound|9080||${host}`),
        { own: '10.244.1.77' },
      ),
      says: 'to the service as a whole, without a subset. They came from 10.244.1.77 in b.log (60).',
      because: 'a caller for which no rule acts',
    },
    {
      log: log(
        half.map(() => 'PassthroughCluster'),
        { own: '10.244.1.77' },
      ),
      says: 'through PassthroughCluster, to an address that the proxy does not know for a service. They came from 10.244.1.77',
      because: 'the proxy of that caller does not know the service',
    },
  ])('$because', async ({ log: past, says }) => {
    const io = await check('a.log b.log --weights v1=50,v3=50', { 'a.log': followed, 'b.log': past });
    expect(flat(io)).toContain(`✗ 60 of 120 requests for this service went past the weights: ${says}`);
    expect(flat(io)).toContain('The split of the rest: 29 of v1, 31 of v3: chance.');
    expect(io.code).toBe(4);
  });

  test('those to other hosts did not', async () => {
    const elsewhere = log(
      half.map(() => 'PassthroughCluster'),
      { authority: 'api.example.com' },
    );
    const io = await check('a.log b.log --weights v1=50,v3=50', { 'a.log': followed, 'b.log': elsewhere });
    expect(flat(io)).toMatch(/^✓ 29 of v1, 31 of v3: chance/);
    expect(flat(io)).toContain('Left out: 60 requests that the proxy passed on to an address');
    expect(io.code).toBe(0);
  });

  test('a Service beside those of the weights has weight 0, unless it was asked for itself', async () => {
    const backends = half.map((own) => `outbound|9080||reviews-${own}.default.svc.cluster.local`);
    const all = await check('a.log --weights reviews-v1=100', { 'a.log': log(backends) });
    expect(flat(all)).toContain('reviews-v3 has weight 0 and was seen: impossible');
    const asked = await check('a.log b.log --weights reviews-v1=100', {
      'a.log': log(backends.filter((own) => own.includes('v1'))),
      'b.log': log(
        backends.filter((own) => own.includes('v3')),
        { authority: 'reviews-v3:9080' },
      ),
    });
    expect(flat(asked)).toMatch(/^✓ 29 of reviews-v1/);
  });
});

describe('which service is meant', () => {
  const prod = subsets(
    half.map(() => 'v1'),
    'reviews.prod.svc.cluster.local',
  );
  const namesakes = { 'a.log': log([...subsets(half, 'reviews.test.svc.cluster.local'), ...prod]) };

  test('--host reviews judges those of all namespaces, and without it the user is asked', async () => {
    const both = await check('a.log --host reviews --weights v1=50,v3=50', namesakes);
    expect(both.code).toBe(4);
    expect(flat(both)).toContain('✗ 60 of v1, 0 of v3: a fault');
    const asked = await check('a.log --weights v1=50,v3=50', namesakes);
    expect(asked.errors).toContain('reviews.prod.svc.cluster.local (60 requests): say which with --host');
  });

  test('a version of weight 0 need not come: where another service has it, the user is asked', async () => {
    const io = await check('a.log --weights v1=100,v2=0', {
      'a.log': log([...subsets(['v1', 'v1']), ...subsets(['v1', 'v2'], 'ratings.default.svc.cluster.local')]),
    });
    expect(io.errors).toContain('reviews (2 requests), ratings (2 requests): say which with --host');
  });
});

describe('clusters that are none of a sidecar', () => {
  test.each([
    {
      cluster: (own: string) => `inbound-vip|9080|http/${own}|${host};`,
      weights: 'v1=50,v3=50',
      because: 'a waypoint chooses subsets',
    },
    {
      cluster: (own: string) => `inbound-vip|9080|http|reviews-${own}.default.svc.cluster.local;`,
      weights: 'reviews-v1=50,reviews-v3=50',
      because: 'a waypoint chooses backends',
    },
  ])('$because', async ({ cluster, weights }) => {
    const io = await check(`a.log --weights ${weights}`, { 'a.log': log(half.map(cluster)) });
    expect(flat(io)).toMatch(/^✓ 29 of \S*v1, 31 of \S*v3: chance/);
  });

  test('what has no version is called what it is', async () => {
    const io = await check('a.log --weights v1=50,v3=50', {
      'a.log': log(['httproute/default/backend/rule/0']),
    });
    expect(io.errors).toContain('Left out: 1 request to a cluster of Envoy Gateway (httproute/...');
  });
});
