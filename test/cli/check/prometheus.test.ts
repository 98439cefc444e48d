import { expect, test } from 'vitest';
import { check } from '../../support/check-run.ts';

const host = 'reviews.default.svc.cluster.local';
const labels = (version: string, more: Record<string, string> = {}): Record<string, string> => ({
  __name__: 'istio_requests_total',
  reporter: 'source',
  source_workload: 'productpage-v1',
  destination_service: host,
  destination_service_name: 'reviews',
  destination_version: version,
  destination_workload: `reviews-${version}`,
  response_code: '200',
  response_flags: '-',
  ...more,
});
type Sample = readonly [number, string];
const vector = (...result: (readonly [Record<string, string>, Sample])[]): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: result.map(([metric, value]) => ({ metric, value })) },
  });
const matrix = (...result: (readonly [Record<string, string>, readonly Sample[]])[]): string =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result: result.map(([metric, values]) => ({ metric, values })) },
  });

test('an instant vector of counters counts since the pods began, and says so', async () => {
  const { counts, service, notes } = await check({
    'prom.json': vector([labels('v1'), [100, '31']], [labels('v3'), [100, '29']]),
  });
  expect(counts).toEqual({ v1: 31, v3: 29 });
  expect(service).toBe(host);
  expect(notes).toMatch(/counts since its pod began/);
});

test('a range counts what came in it: a counter that began anew, and a pod that came later, lose nothing', async () => {
  const { counts, notes } = await check({
    'range.json': matrix(
      // 100 -> 110, restarted, 0 -> 4 -> 9: 19.
      [
        labels('v1', { pod: 'a' }),
        [
          [0, '100'],
          [15, '110'],
          [30, '4'],
          [45, '9'],
        ],
      ],
      // Began at 30 s with its first three: 3 + 5.
      [
        labels('v3', { pod: 'b' }),
        [
          [30, '3'],
          [45, '8'],
        ],
      ],
      [
        labels('v3', { pod: 'c' }),
        [
          [0, '1000'],
          [15, '1000'],
          [45, '1007'],
        ],
      ],
    ),
  });
  expect(counts).toEqual({ v1: 19, v3: 15 });
  expect(notes).toMatch(/began anew 1 time/);
});

test('two answers, before and after, count what came in between, in whatever order they are given', async () => {
  const before = vector([labels('v1'), [100, '500']], [labels('v3'), [100, '0']]);
  const after = vector([labels('v1'), [400, '530']], [labels('v3'), [400, '28']]);
  expect((await check({ 'before.json': before, 'after.json': after })).counts).toEqual({ v1: 30, v3: 28 });
  expect((await check({ 'after.json': after, 'before.json': before })).counts).toEqual({ v1: 30, v3: 28 });
});

test('both ends of a call count it: the source is taken, and that is said', async () => {
  const both = (version: string, times: string): (readonly [Record<string, string>, Sample])[] => [
    [labels(version), [100, times]],
    [labels(version, { reporter: 'destination' }), [100, String(Number(times) + 3)]],
  ];
  const { counts, notes, leftOut } = await check({
    'p.json': vector(...both('v1', '31'), ...both('v3', '29')),
  });
  expect(counts).toEqual({ v1: 31, v3: 29 });
  expect(notes).toMatch(/reporter="source": the other end of each call counts it, too\./);
  expect(Object.values(leftOut)).toEqual([66]);
});

test('where only destinations report, their counts are taken', async () => {
  const { counts, notes } = await check({
    'p.json': vector(
      [labels('v1', { reporter: 'destination' }), [1, '31']],
      [labels('v3', { reporter: 'destination' }), [1, '29']],
    ),
  });
  expect(counts).toEqual({ v1: 31, v3: 29 });
  expect(notes).toMatch(/reporter="destination"\./);
});

test('failures are told by version, and those that came before a version was chosen by themselves', async () => {
  const { failing, unrouted } = await check({
    'p.json': vector(
      [labels('v1'), [1, '31']],
      [labels('v3'), [1, '20']],
      [labels('v3', { response_code: '503', response_flags: 'UF' }), [1, '9']],
      [
        labels('unknown', { response_code: '503', response_flags: 'NC', destination_workload: 'unknown' }),
        [1, '5'],
      ],
    ),
  });
  expect(failing).toMatchObject([{ key: 'v3', failed: 9 }]);
  expect(unrouted).toEqual({ '503 NC': 5 });
});

test('other services of a dump are left out, and --host chooses among several', async () => {
  const text = vector(
    [labels('v1'), [1, '31']],
    [labels('v3'), [1, '29']],
    [
      labels('v1', {
        destination_service: 'ratings.default.svc.cluster.local',
        destination_service_name: 'ratings',
      }),
      [1, '40'],
    ],
  );
  expect((await check({ 'p.json': text })).counts).toEqual({ v1: 31, v3: 29 });
  expect((await check({ 'p.json': text }, ['--weights', 'v1=50,v3=50', '--host', 'reviews'])).counts).toEqual(
    {
      v1: 31,
      v3: 29,
    },
  );
});

test('sums by version: whole numbers are counts; what is none is taken for the fewest requests it can mean, and said', async () => {
  const by = (version: string): Record<string, string> => ({ destination_version: version });
  expect((await check({ 'p.json': vector([by('v1'), [1, '31']], [by('v3'), [1, '29']]) })).counts).toEqual({
    v1: 31,
    v3: 29,
  });
  const increase = await check({ 'p.json': vector([by('v1'), [1, '31.034']], [by('v3'), [1, '28.9']]) });
  expect(increase.counts).toEqual({ v1: 31, v3: 29 });
  expect(increase.notes).toMatch(/the fewest that it can mean/);
});

test('rates at one moment ask for their span, and are counts with it', async () => {
  const rates = { 'p.json': vector([{ version: 'v1' }, [1, '0.31']], [{ version: 'v3' }, [1, '0.29']]) };
  const asked = await check(rates);
  expect(asked.code).toBe(3);
  expect(asked.errors).toMatch(/--values rate=10m/);
  // 0.31/s over 600 s.
  expect((await check(rates, ['--weights', 'v1=50,v3=50', '--values', 'rate=10m'])).counts).toEqual({
    v1: 186,
    v3: 174,
  });
});

test('rates over time: each holds from the sample before', async () => {
  const range = {
    'p.json': matrix(
      [
        { version: 'v1' },
        [
          [0, '0.5'],
          [60, '1'],
          [120, '0.25'],
        ],
      ],
      [
        { version: 'v3' },
        [
          [0, '0.5'],
          [60, '0.5'],
          [120, 'NaN'],
        ],
      ],
    ),
  };
  // 60 x (0.5 + 1 + 0.25) and 60 x (0.5 + 0.5).
  expect((await check(range, ['--weights', 'v1=50,v3=50', '--values', 'rate'])).counts).toEqual({
    v1: 105,
    v3: 60,
  });
});

test('sums of counters over time are told by their rises', async () => {
  const { counts } = await check({
    'p.json': matrix(
      [
        { version: 'v1' },
        [
          [0, '100'],
          [60, '120'],
          [120, '131'],
        ],
      ],
      [
        { version: 'v3' },
        [
          [0, '7'],
          [60, '30'],
          [120, '36'],
        ],
      ],
    ),
  });
  expect(counts).toEqual({ v1: 31, v3: 29 });
});

const page = (v1: number, v3: number, more = ''): string => `# TYPE istio_requests_total counter
istio_requests_total{reporter="source",destination_service="${host}",destination_version="v1",response_code="200"} ${v1}
istio_requests_total{reporter="source",destination_service="${host}",destination_version="v3",response_code="200"} ${v3}
istio_request_duration_milliseconds_count{reporter="source",destination_service="${host}",destination_version="v3"} ${v3}
# TYPE envoy_cluster_upstream_rq_total counter
envoy_cluster_upstream_rq_total{cluster_name="outbound|9080|v1|${host}"} ${v1 + 2}
${more}`;

test('a page of a sidecar tells what it counted, once though several metrics do', async () => {
  const { counts, notes } = await check({ 'stats.txt': page(31, 29) });
  expect(counts).toEqual({ v1: 31, v3: 29 });
  expect(notes).toMatch(/since its proxy began/);
});

test("Envoy's own counters are told by their clusters", async () => {
  const text = `envoy_cluster_upstream_rq_total{envoy_cluster_name="outbound|9080|v1|${host}"} 31
envoy_cluster_upstream_rq_total{envoy_cluster_name="outbound|9080|v3|${host};"} 29
envoy_cluster_upstream_rq_total{envoy_cluster_name="inbound|9080||"} 90
`;
  expect((await check({ 'stats.prom': text })).counts).toEqual({ v1: 31, v3: 29 });
});

test('two pages in one file, or of one process, count what came in between; pages of two pods are added', async () => {
  expect((await check({ 'two.txt': page(100, 4) + page(131, 33) })).counts).toEqual({ v1: 31, v3: 29 });
  const began = 'process_start_time_seconds 1.7e9\n';
  expect(
    (await check({ 'before.txt': page(100, 4, began), 'after.txt': page(131, 33, began) })).counts,
  ).toEqual({ v1: 31, v3: 29 });
  expect((await check({ 'a.txt': page(20, 15), 'b.txt': page(11, 14) })).counts).toEqual({ v1: 31, v3: 29 });
});

test('an error and an empty answer say what they are', async () => {
  const failed = JSON.stringify({ status: 'error', errorType: 'bad_data', error: 'parse error' });
  expect((await check({ 'p.json': failed })).errors).toMatch(
    /Prometheus answered with an error: bad_data: parse error/,
  );
  expect((await check({ 'p.json': vector() })).errors).toMatch(/found no series/);
});
