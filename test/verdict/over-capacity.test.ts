import { describe, expect, test } from 'vitest';
import type { CapacityWindow, WorkloadCapacity } from '../../src/record/capacity.ts';
import { isOver, overCapacity, overSpans, windowsIn } from '../../src/verdict/over-capacity.ts';

const window = (fromSeconds: number, own: Partial<CapacityWindow> = {}): CapacityWindow => ({
  fromSeconds,
  toSeconds: fromSeconds + 5,
  wanted: 2,
  pods: 2,
  ready: 2,
  readyMean: 2,
  appCores: 0.5,
  sidecarCores: 0.1,
  utilization: 0.5,
  saturation: 0.5,
  arrived: 100,
  answered: 100,
  turnedAway: 0,
  abandoned: 0,
  noPod: 0,
  inSystem: 1,
  waiting: 0,
  meanMs: 10,
  ...own,
});

const workload = (name: string, over: readonly boolean[]): WorkloadCapacity => ({
  name,
  version: null,
  target: name,
  cpuRequestCores: 0.5,
  cpuLimitCores: 0.5,
  concurrency: null,
  autoscaler: null,
  podHours: 1,
  windows: over.map((is, index) => window(5 * index, { saturation: is ? 1 : 0.5 })),
});

describe('at its limit', () => {
  test.each([
    { own: { saturation: 0.98 }, concurrency: null, over: true, because: 'its CPU limits are used up' },
    { own: { saturation: 0.97 }, concurrency: null, over: false, because: 'there is a little left' },
    { own: { saturation: null }, concurrency: null, over: false, because: 'without limits nothing runs out' },
    {
      own: { inSystem: 8 },
      concurrency: 4,
      over: true,
      because: 'two pods of four workers have eight requests',
    },
    { own: { inSystem: 7.9 }, concurrency: 4, over: false, because: 'now and then one is free' },
    { own: { readyMean: 0 }, concurrency: null, over: true, because: 'no pod is ready and requests come' },
    { own: { readyMean: 0, arrived: 0 }, concurrency: null, over: false, because: 'nobody asks' },
    {
      own: { readyMean: 0, arrived: 0, noPod: 9 },
      concurrency: null,
      over: true,
      because: 'whoever asked found no pod',
    },
    {
      own: { readyMean: 0.4, noPod: 5 },
      concurrency: null,
      over: true,
      because: 'the pod came when the window was half over',
    },
    {
      own: { readyMean: 2, noPod: 5 },
      concurrency: null,
      over: false,
      because: 'ready pods were there all the time, only not to be had: ejected, or not told yet',
    },
  ])('$own with $concurrency workers: $over, as $because', ({ own, concurrency, over }) => {
    expect(isOver({ concurrency }, window(0, own))).toBe(over);
  });
});

test('neighbouring windows are one span', () => {
  expect(overSpans(workload('a', [false, true, true, false, true]))).toEqual([
    { fromSeconds: 5, toSeconds: 15 },
    { fromSeconds: 20, toSeconds: 25 },
  ]);
  expect(overSpans(workload('a', [true, true]), 5)).toEqual([{ fromSeconds: 5, toSeconds: 10 }]);
});

test('seconds in which several are over count once; the tightest had it longest', () => {
  const workloads = [workload('a', [true, false, false, true]), workload('b', [true, true, true, false])];
  expect(overCapacity({ workloads }, 0)).toEqual({ overSeconds: 20, tightest: 'b' });
  expect(overCapacity({ workloads }, 15)).toEqual({ overSeconds: 5, tightest: 'a' });
  expect(overCapacity({ workloads: [workload('a', [false])] }, 0)).toEqual({
    overSeconds: 0,
    tightest: null,
  });
});

test('the windows of a span are those that lie within it as a whole', () => {
  // They begin at 0, 5, 10, 15 and 20 s, and each takes 5 s.
  const own = workload('reviews', [false, true, true, false, false]);
  const within = (fromSeconds: number, toSeconds: number) =>
    windowsIn(own, { fromSeconds, toSeconds }).map((each) => each.fromSeconds);
  expect(within(5, 15)).toEqual([5, 10]);
  expect(within(4, 16)).toEqual([5, 10]);
  expect(within(6, 14)).toEqual([]);
  expect(within(0, 25)).toEqual([0, 5, 10, 15, 20]);
  expect(within(11, 12)).toEqual([]);
});
