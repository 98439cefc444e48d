import type { PodRecord } from '../../src/record/pod.ts';
import { expect, test } from 'vitest';
import type { Capacity, RollbackPoint, WorkloadCapacity } from '../../src/record/capacity.ts';
import { capacityVerdict, rollbackText } from '../../src/verdict/capacity-verdict.ts';

const workload = (name: string, saturations: readonly number[]): WorkloadCapacity => ({
  name,
  version: null,
  target: name,
  cpuRequestCores: 0.5,
  cpuLimitCores: 0.5,
  concurrency: null,
  autoscaler: null,
  podHours: 1.5,
  windows: saturations.map((saturation, index) => ({
    fromSeconds: 10 * index,
    toSeconds: 10 * index + 10,
    wanted: 3,
    pods: 3,
    ready: 3,
    readyMean: 3,
    appCores: 1,
    sidecarCores: 0,
    utilization: saturation,
    saturation,
    arrived: 100,
    answered: 100,
    turnedAway: 0,
    abandoned: 0,
    noPod: 0,
    inSystem: 12.4,
    waiting: 0,
    meanMs: 10,
  })),
});

const capacity = (own: Partial<Omit<Capacity, 'verdict'>> = {}): Omit<Capacity, 'verdict'> => ({
  workloads: [workload('reviews-v1', [0.5, 0.6]), workload('reviews-v3', [0.2, 0.83])],
  autoscalers: [],
  podEvents: [],
  pages: [{ fromSeconds: 0, toSeconds: 20, pages: 2000, failed: 0, late: 0, p50Ms: 1, p95Ms: 2, p99Ms: 3 }],
  overdue: 0,
  lateMs: 400,
  laws: [],
  shareTest: null,
  rollback: null,
  ...own,
});

const point = (atSeconds: number, lost: number): RollbackPoint => ({
  atSeconds,
  pages: 900,
  failed: 0,
  late: lost,
  unserved: 100,
  overSeconds: 0,
  tightest: null,
  p99Ms: 100,
  isSafe: lost === 0,
});
const meter = (...lost: number[]): Capacity['rollback'] => ({
  file: 'back.yaml',
  everySeconds: 15,
  horizonSeconds: 60,
  allowShare: 0.01,
  points: lost.map((own, index) => point(60 + 15 * index, own)),
});

test('pods that kept up: by how much, and what it cost nobody', () => {
  expect(capacityVerdict(capacity(), [])).toMatchObject({
    keptUp: true,
    canGoBack: null,
    sentence:
      'The pods kept up: the busiest, reviews-v3, used at most 83 % of its CPU limits; all 2,000 pages came within 0.4 s.',
  });
});

test('of pods without a CPU limit no share of a limit is told', () => {
  const { windows, ...own } = workload('reviews-v1', [0.5, 0.6]);
  const unlimited = { ...own, windows: windows.map((window) => ({ ...window, saturation: null })) };
  expect(capacityVerdict(capacity({ workloads: [unlimited] }), []).sentence).toBe(
    'The pods kept up: all 2,000 pages came within 0.4 s.',
  );
});

test('pods that did not: which, how long, since when, and what the users had of it', () => {
  const verdict = capacityVerdict(
    capacity({
      workloads: [workload('reviews-v1', [0.5, 0.6, 0.5, 1]), workload('reviews-v3', [0.2, 1, 1, 0.5])],
      pages: [
        { fromSeconds: 0, toSeconds: 40, pages: 2000, failed: 10, late: 340, p50Ms: 1, p95Ms: 2, p99Ms: 3 },
      ],
      overdue: 1234,
    }),
    [],
  );
  expect(verdict.keptUp).toBe(false);
  expect(verdict.sentence).toBe(
    'The pods did not keep up: reviews-v3 was at its limit for 20 s, first from 10 s on; of 2,000 pages 340 (17 %) took longer than 0.4 s, 10 (0.5 %) failed, 1,234 were never served.',
  );
  expect(verdict.reasons[0]).toBe(
    'reviews-v3: longest from 10 s to 30 s, with 3 ready pods; 12 requests at once, on average, in the worst window.',
  );
});

test('a lack of several windows is told by the worst of them, and by the fewest and the most pods that were ready', () => {
  const { windows, ...own } = workload('reviews-v3', [0.2, 1, 1, 1, 0.5]);
  const changed = windows.map((window, index) => ({
    ...window,
    inSystem: [90, 21.6, 40.2, 30.1, 90][index]!,
    ready: [9, 4, 3, 5, 9][index]!,
  }));
  const verdict = capacityVerdict(capacity({ workloads: [{ ...own, windows: changed }] }), []);
  expect(verdict.reasons[0]).toBe(
    'reviews-v3: longest from 10 s to 40 s, with 3 to 5 ready pods; 40 requests at once, on average, in the worst window.',
  );
});

test('one pod of three that has the work of all: the mean of its workload does not speak for it', () => {
  const pod = (name: string, over: Partial<PodRecord> = {}): PodRecord => ({
    pod: name,
    workload: 'reviews-v3',
    version: 'v3',
    requests: 50,
    failed: 0,
    mostUsed: 0.5,
    ejectedSeconds: 0,
    overSeconds: 0,
    overFromSeconds: null,
    overToSeconds: null,
    overShare: null,
    overEven: null,
    mostInSystem: 1,
    ...over,
  });
  const hot = pod('reviews-v3-hot', {
    overSeconds: 20,
    overFromSeconds: 0,
    overToSeconds: 20,
    overShare: 0.9,
    overEven: 1 / 3,
    mostInSystem: 30,
  });
  const verdict = capacityVerdict(capacity(), [pod('reviews-v3-a'), hot, pod('reviews-v3-b')]);
  expect(verdict.keptUp).toBe(false);
  expect(verdict.sentence).toBe(
    'Not every pod kept up: reviews-v3-hot was at its limit for 20 s, first from 0 s on, while reviews-v3 as a whole was not; all 2,000 pages came within 0.4 s.',
  );
});

test('an autoscaler that cannot decide is told with its reason', () => {
  const condition = (status: string) => ({
    type: 'ScalingActive',
    status,
    reason: 'FailedGetResourceMetric',
    message: 'missing request for cpu in container reviews',
  });
  const sync = (status: string) => ({
    ...{ atSeconds: 1, before: 1, after: 1, reason: '', readings: [], ratio: null, steps: [], blind: null },
    conditions: [condition(status)],
  });
  const autoscaler = (...statuses: string[]) => ({
    ...{ name: 'reviews-v3', target: 'reviews-v3', minReplicas: 1, maxReplicas: 5, metrics: [] },
    syncs: statuses.map(sync),
  });
  const told = (...statuses: string[]): string =>
    capacityVerdict(capacity({ autoscalers: [autoscaler(...statuses)] }), []).reasons.join(' ');
  expect(told('True', 'False', 'False')).toContain(
    'Autoscaler reviews-v3 could not decide in 2 of 3 syncs: missing request for cpu in container reviews (FailedGetResourceMetric).',
  );
  // At first there is no reading yet: no word of that once there is.
  expect(told('False', 'True')).not.toContain('could not decide');
});

test('the way back: always open, open until, and open again', () => {
  expect(rollbackText(meter(0, 0, 0)!)).toBe('Going back was safe at each of 3 instants.');
  expect(rollbackText(meter(0, 0, 50, 700)!)).toBe(
    'Going back was safe until 75 s; at 105 s it would have cost 700 late, 100 unserved of 1,000 pages in 60 s.',
  );
  expect(rollbackText(meter(0, 50, 0)!)).toMatch(
    /^Going back was safe until 60 s, and again at 90 s; at 75 s/,
  );
  expect(rollbackText(meter(50, 60)!)).toMatch(/^Going back was not safe from the start; at 75 s/);
  expect(capacityVerdict(capacity({ rollback: meter(0, 0) }), []).canGoBack).toBe(true);
  const closed = capacityVerdict(capacity({ rollback: meter(0, 9) }), []);
  expect(closed.canGoBack).toBe(false);
  expect(closed.sentence).toMatch(/It could not always be taken back\.$/);
});
