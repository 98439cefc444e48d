import { expect, test } from 'vitest';
import { Chance } from '../../../src/kernel/chance.ts';
import { Simulation } from '../../../src/kernel/simulation.ts';
import { Prometheus } from '../../../src/mesh/telemetry/prometheus.ts';
import { RequestSeries } from '../../../src/mesh/telemetry/request-series.ts';

test('a series per caller, pod, service, status and flags, in the order of their first requests', () => {
  const series = new RequestSeries();
  series.add(0, 1, 4, 200, 0, 1000);
  series.add(0, 1, 4, 200, 0, 3000);
  series.add(2, -1, -1, 404, 128, 500);
  series.add(0, 1, 5, 200, 0, 1000);
  series.add(0, 1, 4, 200, 0, 1000);
  series.add(0, 1, 4, 503, 0, 1000);
  expect(series.keys).toEqual([
    { caller: 0, pod: 1, service: 4, status: 200, flags: 0 },
    { caller: 2, pod: -1, service: -1, status: 404, flags: 128 },
    { caller: 0, pod: 1, service: 5, status: 200, flags: 0 },
    { caller: 0, pod: 1, service: 4, status: 503, flags: 0 },
  ]);
  expect([0, 1, 2, 3].map((row) => series.count(row))).toEqual([3, 1, 1, 1]);
  expect(series.sumUs(0)).toBe(5000);
});

test('a duration equal to an edge falls into the next bucket: le="1" is exactly "below 1 ms"', () => {
  const series = new RequestSeries();
  for (const us of [499, 500, 999, 1000, 4_000_000_000]) series.add(0, 0, 0, 200, 0, us);
  const buckets = [...series.buckets(0)];
  expect(buckets.slice(0, 3)).toEqual([1, 2, 1]);
  expect(buckets.at(-1)).toBe(1);
});

// Envoy's default buckets (source/common/stats/histogram_impl.cc, HistogramSettingsImpl::defaultBuckets).
test.each([
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
])('%d ms is an edge: what is shorter falls below it', (ms) => {
  const series = new RequestSeries();
  series.add(0, 0, 0, 200, 0, ms * 1000 - 1);
  series.add(0, 0, 0, 200, 0, ms * 1000);
  const filled = [...series.buckets(0)].flatMap((count, at) => (count > 0 ? [at] : []));
  expect(filled).toEqual([filled[0], filled[0]! + 1]);
});

test('many series keep their own numbers', () => {
  const series = new RequestSeries();
  for (let pod = 0; pod < 300; pod++) for (let n = 0; n <= pod; n++) series.add(pod % 7, pod, 0, 200, 0, 10);
  expect(series.length).toBe(300);
  series.keys.forEach(({ pod }, row) => expect(series.count(row)).toBe(pod + 1));
});

/** One proxy whose pod gets a request every 100 ms from 0 s on, and a failure each second from 30 s on. */
function scraped(untilUs: number) {
  const simulation = new Simulation();
  const both = { source: new RequestSeries(), destination: new RequestSeries() };
  const prometheus = new Prometheus(
    simulation,
    { scrapeUs: 15e6, retentionUs: 600e6 },
    both,
    [0],
    new Chance('1').stream('prometheus'),
  );
  const request = simulation.kind('request', (_, nowUs) => {
    both.destination.add(3, 0, 0, 200, 0, 5000);
    simulation.schedule(nowUs + 100_000, request, 0);
  });
  const failure = simulation.kind('failure', (_, nowUs) => {
    both.destination.add(3, 0, 0, 503, 0, 2000);
    simulation.schedule(nowUs + 1e6, failure, 0);
  });
  simulation.schedule(0, request, 0);
  simulation.schedule(30e6, failure, 0);
  prometheus.begin([0], 0);
  simulation.runUntil(untilUs);
  return prometheus;
}

test('a rate over a window of four scrapes is the rate of a steady stream', () => {
  const all = scraped(120e6).rate('destination', ({ status }) => status === 200, 60e6, 120e6);
  expect(all).toMatchObject({ series: 1, told: 1, reason: 'summed' });
  // 10 a second, give or take one request at each end of 45 s.
  expect(all.value!).toBeGreaterThan(10 - 2 / 45);
  expect(all.value!).toBeLessThan(10 + 2 / 45);
});

test('a window shorter than two scrapes never has a value, and no series is an empty vector', () => {
  const prometheus = scraped(120e6);
  expect(prometheus.rate('destination', () => true, 14e6, 120e6).value).toBeUndefined();
  expect(prometheus.rate('source', () => true, 60e6, 120e6)).toEqual({
    value: undefined,
    series: 0,
    told: 0,
    reason: 'no-series',
  });
});

test('a series is born with its first request: what its first scrape brings is not seen as an increase', () => {
  const prometheus = scraped(60e6);
  const failures = prometheus.increase('destination', ({ status }) => status === 503, 600e6, 60e6);
  // 31 failures until then; those before the first scrape that has the series (0 to 15 s of it) are not among them.
  expect(failures.value!).toBeLessThan(31);
});

test('nothing is read before somebody asks', () => {
  const simulation = new Simulation();
  const both = { source: new RequestSeries(), destination: new RequestSeries() };
  const prometheus = new Prometheus(
    simulation,
    { scrapeUs: 15e6, retentionUs: 600e6 },
    both,
    [0],
    new Chance('1').stream('prometheus'),
  );
  prometheus.started(0, 0);
  simulation.runUntil(60e6);
  expect(simulation.events).toBe(0);
});

test('series stand in one order, whichever of them was counted first', () => {
  const counted = [
    [0, 2, 1, 200],
    [0, 1, 0, 503],
    [-1, 5, 3, 200],
    [0, 1, 0, 200],
    [0, 3, 0, 200],
  ] as const;
  const keysOf = (all: readonly (readonly [number, number, number, number])[]) => {
    const series = new RequestSeries();
    for (const [caller, pod, service, status] of all) series.add(caller, pod, service, status, 0, 1000);
    return series
      .inOrder()
      .map((row) => series.keys[row]!)
      .map(({ caller, pod, service, status }) => [caller, pod, service, status]);
  };
  expect(keysOf(counted)).toEqual([
    [-1, 5, 3, 200],
    [0, 1, 0, 200],
    [0, 1, 0, 503],
    [0, 3, 0, 200],
    [0, 2, 1, 200],
  ]);
  expect(keysOf([...counted].reverse())).toEqual(keysOf(counted));
});
