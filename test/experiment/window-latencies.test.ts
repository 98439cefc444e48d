import { expect, test } from 'vitest';
import { WindowLatencies } from '../../src/experiment/window-latencies.ts';
import { Histogram } from '../../src/stats/histogram.ts';

/** Below 256 us each value has a bin of its own: quantiles are values. */
const histogram = (...us: number[]): Histogram => {
  const own = new Histogram();
  for (const each of us) own.add(each);
  return own;
};

test('each window has the quantiles of the keys that were answered in it, and of no other', () => {
  const own = new WindowLatencies();
  own.note(3, histogram(10));
  own.note(-1, histogram(...Array.from({ length: 100 }, (_, at) => at + 1)));
  own.close();
  own.note(3, histogram());
  own.close();
  own.note(3, histogram(20));
  own.close();
  expect([0, 1, 2].map((window) => own.of(window, 3)?.p50Us)).toEqual([10, undefined, 20]);
  expect(own.of(0, -1)).toEqual({ p50Us: 50, p95Us: 95, p99Us: 99 });
  expect(own.of(0, 4)).toBeUndefined();
});

test('a copy goes on by itself', () => {
  const [own, copy] = [new WindowLatencies(), new WindowLatencies()];
  own.note(0, histogram(10));
  own.close();
  copy.copyFrom(own);
  for (const [each, us] of [
    [own, 20],
    [copy, 30],
  ] as const) {
    each.note(0, histogram(us));
    each.close();
  }
  expect([own, copy].map((each) => [0, 1].map((window) => each.of(window, 0)?.p50Us))).toEqual([
    [10, 20],
    [10, 30],
  ]);
});
