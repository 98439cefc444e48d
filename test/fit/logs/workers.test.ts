import { describe, expect, test } from 'vitest';
import { Waits } from '../../../src/fit/logs/waits.ts';
import { queueOf, workersOf } from '../../../src/fit/logs/workers.ts';
import { call, poisson, served, streamOf, zeroMs } from '../../support/made-logs.ts';

const arrivals = (rps: number, name: string): number[] =>
  poisson([{ at: 0, rps }], 150, streamOf(`arrivals ${name}`));

describe('the workers of a pod', () => {
  test.each([
    { workers: 1, rps: 30, law: { dist: 'lognormal', mean: 15_000, cv: 1 }, because: 'a third busy' },
    { workers: 1, rps: 90, law: { dist: 'lognormal', mean: 10_000, cv: 0.3 }, because: 'nearly full' },
    { workers: 2, rps: 60, law: { dist: 'exponential', mean: 20_000 }, because: 'more than half busy' },
    { workers: 4, rps: 180, law: { dist: 'lognormal', mean: 20_000, cv: 0.3 }, because: 'nearly full' },
    { workers: 8, rps: 350, law: { dist: 'lognormal', mean: 20_000, cv: 0.8 }, because: 'many of them' },
  ] as const)('are $workers where they are: $because', ({ workers, rps, law, because }) => {
    const name = `${workers} ${because}`;
    const { calls, waitMs } = served(arrivals(rps, name), workers, law, streamOf(`law ${name}`));
    const found = workersOf([calls]);
    expect(found.workers).toBe(workers);
    const mean = waitMs.reduce((sum, wait) => sum + wait, 0) / waitMs.length;
    // Each end is cut by up to a millisecond.
    expect(Math.abs(found.waitMeanMs - mean)).toBeLessThan(0.5);
  });

  test.each([
    { rps: 5, law: { dist: 'lognormal', mean: 20_000, cv: 0.5 } },
    { rps: 60, law: { dist: 'exponential', mean: 50_000 } },
    { rps: 400, law: { dist: 'lognormal', mean: 20_000, cv: 0.3 } },
  ] as const)('are not claimed where nobody ever waited, at $rps a second', ({ rps, law }) => {
    const { calls } = served(arrivals(rps, `free ${rps}`), Infinity, law, streamOf(`free law ${rps}`));
    const { workers, seenAtOnce, waited } = workersOf([calls]);
    expect(workers).toBeNull();
    expect(seenAtOnce).toBeGreaterThan(0);
    expect(waited).toBe(0);
  });

  test('are not claimed for a caller whose callee makes it wait', () => {
    const times = arrivals(25, 'caller');
    const { waitMs } = served(times, 1, { dist: 'exponential', mean: 25_000 }, streamOf('callee law'));
    const own = served(times, Infinity, { dist: 'lognormal', mean: 10_000, cv: 0.4 }, streamOf('own law'));
    const calls = own.calls.map((each, at) => ({
      ...each,
      durationMs: each.durationMs + Math.floor(waitMs[at]! + 10),
    }));
    // 5 ms of its own, then it calls.
    const first = new Map(calls.map(({ requestId, startMs }) => [requestId, startMs + 5]));
    expect(workersOf([calls], (_, requestId) => first.get(requestId)).workers).toBeNull();
  });
});

test('a known number of workers says what requests waited, of however few', () => {
  const one = [
    call({ startMs: zeroMs, durationMs: 10 }),
    call({ startMs: zeroMs + 5, durationMs: 15 }),
    call({ startMs: zeroMs + 31, durationMs: 5 }),
  ];
  // In the middle of their milliseconds: the first is there from 0.5 to 11, so that the second, there at 5.5, waits 5.5 ms until then.
  expect(queueOf([one, []], 1)!.waitMeanMs).toBeCloseTo(5.5 / 3, 6);
  expect(queueOf([one], 2)!.waitMeanMs).toBe(0);
  // 10.5, 10 and 5.5 ms of the 31 ms between the first start and the last.
  expect(queueOf([one], 1)!.busy).toBeCloseTo(26 / 31, 6);
  expect(queueOf([[]], 1)).toBeUndefined();
});

test('a wait is found by pod and request id; of several with one id, by when they came', () => {
  const waits = new Waits();
  const calls = [
    call({ requestId: 'a', startMs: zeroMs }),
    call({ requestId: 'a', startMs: zeroMs + 40 }),
    call({ requestId: 'b', startMs: zeroMs + 50 }),
  ];
  waits.add('web-1', calls, [0, 7, 3]);
  expect(waits.of('web-1', 'a', zeroMs + 38)).toBe(7);
  expect(waits.of('web-1', 'a', zeroMs + 2)).toBe(0);
  expect(waits.of('web-1', 'b', zeroMs)).toBe(3);
  expect(waits.of('web-2', 'a', zeroMs)).toBeUndefined();
});
