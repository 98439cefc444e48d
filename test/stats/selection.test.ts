import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counterSelect, pickIndex } from '../../src/stats/theory/index.ts';

test.each<[number[], number | string | bigint, number, string]>([
  [[10, 90], 9, 0, 'the last of the first interval'],
  [[10, 90], 10, 1, 'intervals are half open'],
  [[10, 90], 99, 1, 'the last of all'],
  [[10, 90], 100, 0, 'modulo the sum'],
  [[0, 100], 0, 1, 'an empty interval holds nothing'],
  [[100, 0], 99, 0, 'an empty interval holds nothing, at the end either'],
  [[50, 0, 50], 50, 2, 'nor in the middle'],
  // 2^64 - 1 = 18446744073709551615 ends in 15, modulo 100.
  [[10, 5, 85], '18446744073709551615', 2, 'the largest of 64 bits'],
  [[10, 6, 84], '18446744073709551615', 1, 'to its last digit'],
  // 2^53 + 1 is odd, but no double is.
  [[1, 1], '9007199254740993', 1, 'strings are exact beyond 2^53'],
  [[1, 1], 9007199254740993n, 1, 'and so are bigints'],
])('of weights %o the number %s picks %d: %s', (weights, r, expected) => {
  expect(pickIndex({ weights, r })).toBe(expected);
});

test('each version is picked by as many residues as it has weight', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 6 }), (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      fc.pre(total > 0);
      const hits = weights.map(() => 0);
      for (let r = 0; r < total; r += 1) hits[pickIndex({ weights, r })]! += 1;
      expect(hits).toEqual(weights);
      expect(counterSelect({ weights, start: 3 * total, stride: 1, n: total }).sequence).toEqual(
        Array.from({ length: total }, (_, r) => pickIndex({ weights, r })),
      );
    }),
  );
});

test('with three streams a page, the counter shows one version for 17 refreshes', () => {
  // 50 numbers in steps of 3: ceil(50 / 3).
  const { sequence, firstIndex } = counterSelect({ weights: [50, 50], start: 0, stride: 3, n: 30 });
  expect(sequence.indexOf(1)).toBe(17);
  expect(firstIndex).toEqual([0, 17]);
  expect(counterSelect({ weights: [50, 50], start: 0, stride: 3, n: 5 }).firstIndex).toEqual([0, -1]);
});
