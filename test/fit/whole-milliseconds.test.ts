import { expect, test } from 'vitest';
import { drawLaw } from '../../src/fit/law.ts';
import { lognormalOfWholeMs } from '../../src/fit/whole-milliseconds.ts';
import { Chance } from '../../src/kernel/chance.ts';

const cut = (p50Ms: number, p99Ms: number, count: number): number[] => {
  const stream = new Chance('cut').stream('draws');
  return Array.from({ length: count }, () =>
    Math.floor(drawLaw({ dist: 'lognormal', p50Ms, p99Ms }, stream)),
  );
};

test.each([
  { p50: 5, p99: 14, because: 'a millisecond is a fifth of the median' },
  { p50: 2.2, p99: 6.5, because: 'it is nearly half of it' },
  { p50: 55, p99: 170, because: 'it is hardly anything' },
])('a law of p50 $p50 ms is found again in whole milliseconds: $because', ({ p50, p99 }) => {
  const fitted = lognormalOfWholeMs(cut(p50, p99, 10_000), 'logs')!;
  // Standard errors: sigma / 100 is 0.5 %, of the 99th percentile twice that; and what the cut takes.
  expect(Math.abs(fitted.p50.value / p50 - 1)).toBeLessThan(0.02);
  expect(Math.abs(fitted.p99.value / p99 - 1)).toBeLessThan(0.04);
  const sigma = Math.log(p99 / p50) / 2.3263;
  expect(Math.abs(fitted.mean.value / (p50 * Math.exp(sigma ** 2 / 2)) - 1)).toBeLessThan(0.02);
});

test('durations that are nearly all below a millisecond do not tell a law, nor do a few', () => {
  expect(lognormalOfWholeMs(cut(0.3, 0.9, 10_000), 'logs')).toBeUndefined();
  expect(lognormalOfWholeMs(cut(5, 14, 99), 'logs')).toBeUndefined();
});
