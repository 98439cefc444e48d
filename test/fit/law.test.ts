import { expect, test } from 'vitest';
import { drawLaw, fitLaw, type Law } from '../../src/fit/law.ts';
import { Chance } from '../../src/kernel/chance.ts';

const drawn = (laws: readonly (readonly [number, Law])[], count: number, seed: string): number[] => {
  const chance = new Chance(seed);
  const which = chance.stream('which');
  const values = chance.stream('values');
  return Array.from({ length: count }, () => {
    let left = which.uniform();
    const found = laws.find(([weight]) => (left -= weight) < 0) ?? laws[0]!;
    return drawLaw(found[1], values);
  });
};

test('draws of a lognormal law are fitted as one, each number within its interval', () => {
  const fitted = fitLaw(drawn([[1, { dist: 'lognormal', p50Ms: 5, p99Ms: 14 }]], 4000, 'a'), 'traces')!;
  expect(fitted.law.dist).toBe('lognormal');
  // sigma = ln(14 / 5) / 2.326 = 0.4426, mean = 5 exp(sigma^2 / 2) = 5.515.
  for (const [estimate, truth] of [
    [fitted.p50, 5],
    [fitted.p99, 14],
    [fitted.mean, 5.515],
  ] as const) {
    expect(estimate.low).toBeLessThan(truth);
    expect(estimate.high).toBeGreaterThan(truth);
    expect(Math.abs(estimate.value / truth - 1)).toBeLessThan(0.05);
  }
});

test('quick and slow answers of one cache are no lognormal law: the quantiles are kept, and the mean', () => {
  const parts = [
    [0.8, { dist: 'lognormal', p50Ms: 1.9, p99Ms: 5.2 }],
    [0.2, { dist: 'lognormal', p50Ms: 21, p99Ms: 50 }],
  ] as const;
  const values = drawn(parts, 4000, 'b');
  const fitted = fitLaw(values, 'traces')!;
  expect(fitted).toMatchObject({ law: { dist: 'empirical' }, reason: 'lognormal is rejected' });
  if (fitted.law.dist !== 'empirical') return;
  // The law's quantiles by its distribution function: 2.186 and 38.73 ms.
  expect(Math.abs(fitted.p50.value / 2.186 - 1)).toBeLessThan(0.05);
  expect(Math.abs(fitted.p99.value / 38.73 - 1)).toBeLessThan(0.1);
  const { valuesMs } = fitted.law;
  let area = 0;
  for (let i = 1; i < valuesMs.length; i += 1) area += (valuesMs[i - 1]! + valuesMs[i]!) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(area / (valuesMs.length - 1)).toBeCloseTo(mean, 2);
  expect(valuesMs.length).toBe(300);
});

test('of a few values the 99th percentile has no upper end, and equal values are a constant', () => {
  const few = fitLaw([1, 2, 1.5, 3, 2.2], 'traces')!;
  expect(few.law.dist).toBe('lognormal');
  expect(few.p99.high).toBe(Infinity);
  expect(fitLaw([4, 4, 4], 'traces')!.law).toEqual({ dist: 'constant', valueMs: 4 });
  expect(fitLaw([], 'traces')).toBeUndefined();
});
