import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ceiling,
  exactShares,
  floor,
  fraction,
  minus,
  over,
  plus,
  times,
  toNumber,
} from '../../src/stats/fraction.ts';

test('8 of 20 is exactly 0.1 above 0.3, where doubles say less', () => {
  expect(8 / 20 - 0.3).not.toBe(0.1);
  const gap = minus(over(fraction(8), fraction(20)), fraction(0.3));
  expect(minus(gap, fraction(0.1)).num).toBe(0n);
});

test.each([
  [0.1, 1n, 10n],
  [12.5, 125n, 10n],
  [1e-9, 1n, 1_000_000_000n],
  [1.5e21, 1_500_000_000_000_000_000_000n, 1n],
  [-0.25, -25n, 100n],
  [0, 0n, 1n],
])('%d is read as the decimal it prints as', (x, num, den) => {
  expect(fraction(x)).toEqual({ num, den });
});

test.each([
  [7, 2, 3n, 4n],
  [-7, 2, -4n, -3n],
  [8, 2, 4n, 4n],
  [-8, 2, -4n, -4n],
])('%d/%d lies between %d and %d', (a, b, below, above) => {
  const quotient = over(fraction(a), fraction(b));
  expect(floor(quotient)).toBe(below);
  expect(ceiling(quotient)).toBe(above);
});

test('a number survives the way there and back', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
      // The sign of zero is not a number's business.
      expect(toNumber(fraction(x)) + 0).toBe(x + 0);
    }),
  );
});

test('sums of decimals are exact, in whatever order', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: -1e6, max: 1e6 }), (a, b) => {
      const sum = plus(fraction(a / 100), fraction(b / 1000));
      expect(times(sum, 1000n).num).toBe(BigInt(a * 10 + b) * sum.den);
    }),
  );
});

test('shares of any weights sum to exactly 1', () => {
  const shares = exactShares([33.3, 33.3, 33.4, 0]);
  const sum = shares.reduce(plus);
  expect(sum.num).toBe(sum.den);
});
