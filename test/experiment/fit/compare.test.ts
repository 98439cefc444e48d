import { describe, expect, test } from 'vitest';
import { compare } from '../../../src/experiment/fit/compare.ts';
import type { Evidence } from '../../../src/experiment/fit/evidence.ts';
import type { FittedSystem, SystemSplit } from '../../../src/experiment/fit/fit-system.ts';
import type { Play, PlayedWorkload } from '../../../src/experiment/fit/play.ts';
import type { LoggedCall, PodLog } from '../../../src/fit/logs/logged-call.ts';
import { MetricShelf } from '../../../src/fit/metrics/metric-shelf.ts';
import { Names } from '../../../src/fit/names.ts';

const call = (atSeconds: number, durationMs: number, status = 200): LoggedCall => ({
  startMs: 1000 * atSeconds,
  durationMs,
  status,
  flags: '',
  method: 'GET',
  path: '/',
  requestId: '',
  host: 'web.shop.svc.cluster.local',
  port: 80,
  subset: '',
  upstream: '',
  peer: '',
  authority: '',
});

const log = (change: Partial<PodLog>): PodLog => ({
  pod: 'gate',
  inbound: [],
  outbound: [],
  withoutRoute: [],
  isGateway: true,
  ...change,
});

/** Ten minutes were watched; the last three of them are played. */
const evidence = (logs: readonly PodLog[], fromSeconds: number): Evidence => ({
  spans: [],
  logs,
  metrics: new MetricShelf(),
  names: new Names(),
  objects: [],
  changes: [],
  fromMs: 1000 * fromSeconds,
  toMs: 600_000,
});

const system = (fromSeconds: number, toSeconds: number, change: Partial<FittedSystem> = {}) =>
  ({
    fromMs: 1000 * fromSeconds,
    toMs: 1000 * toSeconds,
    workloads: [],
    splits: [],
    ...change,
  }) as unknown as FittedSystem;

const played = (ms: readonly number[], failed = 0): PlayedWorkload => ({
  ms: Float64Array.from(ms),
  failed,
  cores: 0,
  sidecarCores: 0,
  working: 0,
  waiting: 0,
  waitMeanMs: 0,
  pods: 1,
});

const play = (
  pages: readonly number[],
  failed = 0,
  workloads: Record<string, PlayedWorkload> = {},
): Play => ({
  pages: { atSeconds: Float64Array.from(pages, (_, at) => at % 180), ms: Float64Array.from(pages), failed },
  workloads: new Map(Object.entries(workloads)),
});

const upTo = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 0.5);

describe('pages of a stretch that the fit has not seen', () => {
  // One page a second, of 0.5, 1.5, 2.5 ... ms in turn; nine of the 180 fail.
  const seen = Array.from({ length: 180 }, (_, at) => call(420 + at, at + 0.5, at % 20 === 0 ? 503 : 200));
  const held = evidence([log({ outbound: seen })], 420);
  const of = (plays: readonly Play[]) =>
    compare(plays, system(0, 420), system(420, 600), { all: { ...held, fromMs: 0 }, held });
  const lineOf = (plays: readonly Play[], what: string) => of(plays).lines.find((own) => own.what === what);

  test('are compared by rate, times and errors', () => {
    const plays = [play(upTo(180), 9), play(upTo(180), 9)];
    expect(lineOf(plays, 'pages a second')).toMatchObject({ observed: 1, predicted: 1, difference: 0 });
    // The middle of 0.5 ... 179.5; and nine of 180.
    expect(lineOf(plays, 'page p50')).toMatchObject({ observed: 90, predicted: 90 });
    expect(lineOf(plays, 'page mean')).toMatchObject({ observed: 90, predicted: 90 });
    expect(lineOf(plays, 'pages that fail')).toMatchObject({ observed: 5, predicted: 5, relative: false });
  });

  test('say nothing of a p99 while they are fewer than 200', () => {
    expect(of([play(upTo(180)), play(upTo(180))]).lines.map(({ what }) => what)).toEqual([
      'page p50',
      'page p90',
      'page p95',
      'page mean',
      'pages a second',
      'pages that fail',
    ]);
  });

  test('are told minute by minute, with what the plays say from where the fit ends', () => {
    const { minutes } = of([play(upTo(180)), play(upTo(180))]);
    expect(minutes.map(({ fromSeconds, pages }) => [fromSeconds, pages])).toEqual([
      [420, 60],
      [480, 60],
      [540, 60],
    ]);
    expect(minutes[0]!.p50Ms).toBe(30);
    expect(minutes[0]!.predicted!.p50Ms.mean).toBe(30);
  });

  test('that do not come in the plays are missing from their rate', () => {
    const half = [play(upTo(90)), play(upTo(90))];
    expect(lineOf(half, 'pages a second')).toMatchObject({
      predicted: 0.5,
      difference: -0.5,
      verdict: 'differs',
    });
  });
});

test('a share is that of calls over all phases, a long one weighing more', () => {
  const share = (value: number, n: number) => ({ value, n, low: 0, high: 1, source: '' });
  const split: SystemSplit = {
    service: 'price',
    namespace: 'shop',
    versions: ['v1', 'v2'],
    phases: [
      {
        fromSeconds: 0,
        toSeconds: 60,
        shares: [share(1, 100), share(0, 100)],
        told: undefined,
        propagation: [],
      },
      {
        fromSeconds: 60,
        toSeconds: 180,
        shares: [share(0.6, 300), share(0.4, 300)],
        told: undefined,
        propagation: [],
      },
    ],
  };
  const workload = (version: string) => ({ name: `price-${version}`, service: 'price', version });
  const fitted = system(0, 420, {
    workloads: [workload('v1'), workload('v2')] as unknown as FittedSystem['workloads'],
  });
  const one = play([], 0, { 'price-v1': played(upTo(70)), 'price-v2': played(upTo(30)) });
  const empty = evidence([], 420);
  const { lines } = compare([one, one], fitted, system(420, 600, { splits: [split] }), {
    all: empty,
    held: empty,
  });
  // 100 of 100 and 180 of 300 calls.
  expect(lines.map(({ what, observed, predicted }) => [what, observed, predicted])).toEqual([
    ['price v1 share', 70, 70],
    ['price v2 share', 30, 30],
  ]);
});
