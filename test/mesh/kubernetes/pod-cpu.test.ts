import { describe, expect, test } from 'vitest';
import { PodCpu } from '../../../src/mesh/kubernetes/pod-cpu.ts';

/** Jobs (row, CPU in ms, start in ms) on a pod: when each is finished, in ms, to the microsecond. */
function finished(
  settings: { cores?: number; limitMilli?: number; phaseMs?: number },
  jobs: readonly (readonly [atMs: number, cpuMs: number])[],
): { at: number[]; usedMs: number; throttledMs: number } {
  const cpu = new PodCpu({
    cores: settings.cores ?? 4,
    limitMilli: settings.limitMilli ?? Infinity,
    phaseUs: (settings.phaseMs ?? 0) * 1000,
  });
  const at = jobs.map(() => NaN);
  const take = (nowUs: number): void => {
    cpu.advance(nowUs);
    for (let row = cpu.takeFinished(); row >= 0; row = cpu.takeFinished()) at[row] = nowUs / 1000;
  };
  const runUntil = (endUs: number): void => {
    for (let nextUs = cpu.nextUs(); nextUs <= endUs; nextUs = cpu.nextUs()) take(nextUs);
    take(endUs);
  };
  jobs.forEach(([atMs, cpuMs], row) => {
    runUntil(atMs * 1000);
    cpu.add(row, Math.round(cpuMs * 1e6), atMs * 1000);
  });
  runUntil(5_000_000);
  return { at, usedMs: cpu.usedUs / 1000, throttledMs: cpu.throttledUs / 1000 };
}

// pkg/kubelet/cm/helpers_linux.go, MilliCPUToQuota: a limit of 0 is none.
test('a limit of 0 is no limit', () => {
  const jobs = [[0, 300], [10, 300]] as const; // prettier-ignore
  expect(finished({ limitMilli: 0 }, jobs)).toEqual(finished({}, jobs));
  expect(finished({ limitMilli: 0 }, jobs).at).toEqual([300, 310]);
});

describe('processor sharing without a limit', () => {
  test.each([
    { jobs: [[0, 10]], cores: 4, at: [10], because: 'alone a job has a core' },
    {
      jobs: [
        [0, 10],
        [0, 10],
      ],
      cores: 4,
      at: [10, 10],
      because: 'each has a core of its own',
    },
    {
      jobs: [
        [0, 10],
        [0, 10],
      ],
      cores: 1,
      at: [20, 20],
      because: 'two share one core',
    },
    {
      jobs: [
        [0, 10],
        [0, 20],
      ],
      cores: 1,
      at: [20, 30],
      because: 'after 20 ms the second has 10 ms to go, alone',
    },
    {
      jobs: [
        [0, 10],
        [5, 10],
      ],
      cores: 1,
      at: [15, 20],
      because: '5 ms alone, 5 ms at half speed, 5 ms alone',
    },
    {
      jobs: [
        [0, 10],
        [0, 10],
        [0, 10],
      ],
      cores: 2,
      at: [15, 15, 15],
      because: 'three at two thirds of a core',
    },
    {
      jobs: [
        [0, 10],
        [0, 10],
      ],
      cores: 0.5,
      at: [40, 40],
      because: 'half a core between two',
    },
  ] as const)('$because', ({ jobs, cores, at }) => {
    const found = finished({ cores }, jobs);
    expect(found.at).toEqual(at);
    expect(found.usedMs).toBeCloseTo(
      jobs.reduce((sum, [, cpuMs]) => sum + cpuMs, 0),
      6,
    );
    expect(found.throttledMs).toBe(0);
  });
});

/** Quota us = milli * 100 per period of 100 ms, at least 1 ms; all threads draw on it; what is left is lost (kernel, kubelet). */
describe('a CPU limit is a quota for each 100 ms', () => {
  const ten = Array.from({ length: 10 }, () => [0, 40] as const);
  test.each([
    {
      jobs: [[0, 50]],
      limitMilli: 500,
      at: [50],
      throttledMs: 0,
      because: 'what fits the quota is not slowed down',
    },
    {
      jobs: [[0, 100]],
      limitMilli: 500,
      at: [150],
      throttledMs: 50,
      because: 'one thread at 500m: 50 ms run, 50 ms pause',
    },
    {
      jobs: [[0, 120]],
      limitMilli: 500,
      at: [220],
      throttledMs: 100,
      because: '50 ms in each of two periods and 20 ms in the third',
    },
    {
      jobs: [
        [0, 60],
        [0, 60],
      ],
      limitMilli: 500,
      at: [210, 210],
      throttledMs: 150,
      because: 'two threads use 50 ms in 25 ms: 75 ms pause twice, then 10 ms each',
    },
    {
      jobs: ten,
      limitMilli: 2000,
      at: ten.map(() => 120),
      throttledMs: 80,
      because: 'ten threads at 2000m: the quota is gone in 20 ms, 80 ms pause',
    },
    {
      jobs: [[90, 30]],
      limitMilli: 500,
      at: [120],
      throttledMs: 0,
      because: 'a new period brings a new quota',
    },
    {
      jobs: [
        [0, 30],
        [120, 60],
      ],
      limitMilli: 500,
      at: [30, 210],
      throttledMs: 30,
      because: 'the 20 ms that were left are lost: 50 ms until 170 ms, 30 ms pause, 10 ms',
    },
    {
      jobs: [
        [0, 30],
        [40, 40],
      ],
      limitMilli: 500,
      at: [30, 120],
      throttledMs: 40,
      because: 'what an earlier job of the period used is gone: 20 ms until 60 ms, 40 ms pause, 20 ms',
    },
    { jobs: [[0, 2]], limitMilli: 1, at: [101], throttledMs: 99, because: 'a quota is at least 1 ms' },
    {
      jobs: [[0, 300]],
      limitMilli: 1000,
      at: [300],
      throttledMs: 0,
      because: 'one thread cannot use more than a limit of one core',
    },
  ] as const)('$because', ({ jobs, limitMilli, at, throttledMs }) => {
    const found = finished({ limitMilli, cores: 16 }, jobs);
    expect(found.at).toEqual(at);
    expect(found.throttledMs).toBeCloseTo(throttledMs, 6);
  });

  test('periods begin where the pod’s own do: a job of 60 ms at 70 ms before the end has 50 of them at once', () => {
    expect(finished({ limitMilli: 500, phaseMs: 70 }, [[0, 60]]).at).toEqual([80]);
  });
});

describe('the next look at a pod that is throttled, or will be', () => {
  // Quota 50 ms a period of 100 ms, periods from 0 on.
  const nextMs = (limitMilli: number, jobs: readonly number[], atMs: number): number => {
    const cpu = new PodCpu({ cores: 4, limitMilli, phaseUs: 0 });
    jobs.forEach((cpuMs, row) => cpu.add(row, cpuMs * 1e6, 0));
    cpu.advance(atMs * 1000);
    return cpu.nextUs() / 1000;
  };
  test.each([
    { limitMilli: 500, jobs: [40], atMs: 0, nextMs: 40, because: 'it is done before the quota is' },
    { limitMilli: 500, jobs: [50], atMs: 0, nextMs: 50, because: 'both end together, and it is done' },
    {
      limitMilli: 500,
      jobs: [80],
      atMs: 0,
      nextMs: 100,
      because: 'the quota ends first: nothing until the next period',
    },
    { limitMilli: 500, jobs: [80], atMs: 60, nextMs: 100, because: 'it stands still' },
    {
      limitMilli: 500,
      jobs: [80],
      atMs: 100,
      nextMs: 130,
      because: 'a new quota for the 30 ms that are left',
    },
    { limitMilli: 500, jobs: [40, 40], atMs: 0, nextMs: 100, because: 'two use 50 ms in 25 ms' },
    {
      limitMilli: 1000,
      jobs: [250],
      atMs: 0,
      nextMs: 250,
      because: 'one thread never uses up a core: no need to look before',
    },
    { limitMilli: 2000, jobs: [250, 250], atMs: 10, nextMs: 250, because: 'nor do two threads two of them' },
    {
      limitMilli: 1500,
      jobs: [250, 250],
      atMs: 0,
      nextMs: 100,
      because: 'two threads use up one and a half',
    },
    { limitMilli: Infinity, jobs: [250], atMs: 0, nextMs: 250, because: 'there is no limit' },
    { limitMilli: 500, jobs: [], atMs: 0, nextMs: Infinity, because: 'nobody is there' },
  ])('jobs of $jobs ms at $limitMilli m, at $atMs ms: the next is at $nextMs ms, as $because', (row) => {
    expect(nextMs(row.limitMilli, row.jobs, row.atMs)).toBe(row.nextMs);
  });
});
