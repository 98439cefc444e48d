import { describe, expect, test } from 'vitest';
import { bandOf, lineOf, worstOf, type Measured } from '../../../src/experiment/fit/fit-line.ts';

const measured = (change: Partial<Measured> = {}): Measured => ({
  what: 'page p50',
  sort: 'time',
  unit: 'ms',
  observed: 12,
  predicted: [10, 12, 14, 16],
  tolerance: 1,
  isRelative: false,
  ownError: 0,
  ...change,
});

describe('a number that was observed beside plays of the fitted system', () => {
  test('differs from them by an interval of one more play: t sd sqrt(1 + 1/k)', () => {
    // Four plays of mean 13 and variance 20/3; t of 3 degrees of freedom at 97.5 % is 3.182446 (tables).
    const half = 3.182446 * Math.sqrt((20 / 3) * (1 + 1 / 4));
    const line = lineOf(measured())!;
    expect(line.predicted).toBe(13);
    expect(line.difference).toBe(1);
    expect(line.differenceLow).toBeCloseTo(1 - half, 5);
    expect(line.differenceHigh).toBeCloseTo(1 + half, 5);
  });

  test('is uncertain by itself where few requests made it: its own error counts in place of a smaller spread of plays', () => {
    const half = 3.182446 * Math.sqrt(20 / 3 / 4 + 100);
    const line = lineOf(measured({ ownError: 10 }))!;
    expect(line.differenceHigh - line.difference).toBeCloseTo(half, 4);
    expect(lineOf(measured({ ownError: 1 }))).toEqual(lineOf(measured()));
  });

  test('is compared in parts of itself where the tolerance is relative', () => {
    const line = lineOf(measured({ isRelative: true, observed: 10, predicted: [11, 11, 11] }))!;
    expect([line.difference, line.differenceLow, line.differenceHigh]).toEqual([0.1, 0.1, 0.1]);
  });

  test.each([
    ['agrees', 9.9, 'all of the interval lies within the tolerance'],
    ['differs', 12, 'all of it lies beyond'],
    ['differs', 8, 'all of it lies beyond, on the other side'],
  ])('%s at plays of %d for 10 +- 1, as %s', (verdict, predicted) => {
    expect(lineOf(measured({ observed: 10, predicted: [predicted, predicted] }))!.verdict).toBe(verdict);
  });

  test('is too little to tell while the interval lies across the edge of the tolerance', () => {
    // Mean 10.5 and t of 1 degree of freedom, 12.7: the interval reaches far beyond 11.
    expect(lineOf(measured({ observed: 10, predicted: [10.4, 10.6] }))!.verdict).toBe('too few to tell');
  });

  test.each([
    ['was not observed', { observed: NaN }],
    ['has no number in some play', { predicted: [1, NaN] }],
    ['has nothing to be a part of', { observed: 0, isRelative: true }],
  ])('is left out where it %s', (_, change) => {
    expect(lineOf(measured(change))).toBeUndefined();
  });
});

test('a band holds 95 of 100 plays of a normal law: 1.96 standard deviations', () => {
  const { mean, low, high } = bandOf([1, 2, 3]);
  expect([mean, low, high]).toEqual([2, 2 - 1.96, 2 + 1.96]);
});

describe('the worst number', () => {
  const compared = (change: Partial<Measured>) => {
    const own = measured({ predicted: [12, 12], ...change });
    return { sort: own.sort, line: lineOf(own)! };
  };
  const errors = compared({ what: 'pages that fail', sort: 'errors', observed: 8, tolerance: 0.5 });
  const cpu = compared({ what: 'web CPU', sort: 'cpu', observed: 6, tolerance: 0.1, isRelative: true });

  test('is the one that is off by most of its tolerances, told with what makes its sort differ', () => {
    // 8 tolerances of half a point against 10 of a tenth.
    expect(worstOf([errors, cpu])).toMatch(
      /^Furthest off is web CPU: 100 % above what was observed\. Likely: work/,
    );
    expect(worstOf([errors])).toMatch(
      /^Furthest off is pages that fail: 4\.0 points above it\. Likely: failures/,
    );
  });

  // Both count answers: who has fewer of them had not answered.
  test('of rates is told by its side: who had not answered by the end', () => {
    const rate = (observed: number) =>
      worstOf([
        compared({ what: 'pages a second', sort: 'rate', observed, tolerance: 0.1, isRelative: true }),
      ]);
    expect(rate(24)).toMatch(/50 % below .* Likely: pages that the fitted system had not answered/);
    expect(rate(6)).toMatch(/100 % above .* Likely: pages that the running system had not answered/);
  });

  test('is none where nothing is shown to differ', () => {
    expect(worstOf([compared({ observed: 12 }), compared({ observed: 12, ownError: 100 })])).toBeNull();
  });
});
