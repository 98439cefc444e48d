import { expect, test } from 'vitest';
import { durationEdgesMs } from '../../../src/mesh/telemetry/request-series.ts';
import { makeWorld, refreshes, resources, bookinfo, split, subsets } from '../../support/world.ts';

const sum = (of: (row: number) => number, rows: readonly number[]): number =>
  rows.reduce((total, row) => total + of(row), 0);

/** Rows of the series that fit. */
const rowsOf = <Key>(keys: readonly Key[], fits: (key: Key) => boolean): number[] =>
  keys.flatMap((key, row) => (fits(key) ? [row] : []));

test('callers’ proxies count each request once, those beside the pods each try', () => {
  const world = makeWorld({
    manifests: resources(bookinfo, subsets('reviews', 'v1', 'v2', 'v3'), split('reviews', { v3: 100 })),
    traffic: [refreshes(20)],
  });
  world.runUntil(40e6);
  const { source, destination } = world.telemetry;
  const gateway = rowsOf(source.keys, ({ caller }) => caller === 0);
  expect(sum((row) => source.count(row), gateway)).toBe(20);
  const reviews = world.serviceRow('reviews');
  expect(
    sum(
      (row) => source.count(row),
      rowsOf(source.keys, ({ service }) => service === reviews),
    ),
  ).toBe(20);
  expect(
    sum(
      (row) => destination.count(row),
      rowsOf(destination.keys, ({ service }) => service === reviews),
    ),
  ).toBe(20);
});

test('the caller’s duration holds the network both ways, the pod’s does not', () => {
  const world = makeWorld({
    manifests: resources(bookinfo, subsets('reviews', 'v1', 'v2', 'v3'), split('reviews', { v1: 100 })),
    traffic: [refreshes(10)],
  });
  world.runUntil(20e6);
  const { source, destination } = world.telemetry;
  const reviews = world.serviceRow('reviews');
  const at = (series: typeof source): number =>
    sum(
      (row) => series.sumUs(row),
      rowsOf(series.keys, ({ service }) => service === reviews),
    ) / 10;
  // A hop of 1 ms each way; whole microseconds are rounded once each.
  expect(at(source) - at(destination)).toBeCloseTo(2000, 0);
});

test('a pod’s scraped rate is the rate at which it is asked', () => {
  const world = makeWorld({ traffic: [refreshes(600, 200_000)] });
  world.telemetry.prometheus.begin(
    world.proxies.places.map((_, proxy) => proxy),
    0,
  );
  world.runUntil(100e6);
  const pod = world.pods.findIndex(({ workload }) => workload === 'productpage-v1');
  const { value } = world.telemetry.prometheus.rate('destination', (own) => own.pod === pod, 60e6, 100e6);
  // One page in 200 ms: 5 a second, give or take one page at each end of 45 s.
  expect(Math.abs(value! - 5)).toBeLessThan(2 / 45);
});

test('a quantile of scraped durations lies in the bucket in which that of the requests does, and says of how many series it is', () => {
  const world = makeWorld({ traffic: [refreshes(600, 200_000)] });
  const { prometheus, destination } = world.telemetry;
  prometheus.begin(
    world.proxies.places.map((_, proxy) => proxy),
    0,
  );
  world.runUntil(100e6);
  const pod = world.pods.findIndex(({ workload }) => workload === 'productpage-v1');
  const median = prometheus.durationQuantileMs(0.5, 'destination', (own) => own.pod === pod, 60e6, 100e6);
  expect(median).toMatchObject({ series: 1, told: 1, reason: 'summed' });
  const [row] = rowsOf(destination.keys, (own) => own.pod === pod);
  const meanMs = destination.sumUs(row!) / destination.count(row!) / 1000;
  const edge = durationEdgesMs.findIndex((own) => meanMs <= own);
  expect(median.value).toBeGreaterThan(durationEdgesMs[edge - 1]!);
  expect(median.value).toBeLessThanOrEqual(durationEdgesMs[edge]!);
  expect(prometheus.durationQuantileMs(0.5, 'destination', () => false, 60e6, 100e6)).toEqual({
    value: undefined,
    series: 0,
    told: 0,
    reason: 'no-series',
  });
});
