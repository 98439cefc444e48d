import { describe, expect, test } from 'vitest';
import { hypergeometric } from '../../src/stats/hypergeometric.ts';
import { above, atMost, between } from '../../src/stats/lattice.ts';

describe('how many good ones are among 5 that are taken of 3 good and 4 bad', () => {
  const lattice = hypergeometric(3, 4, 5);
  // C(3, x) C(4, 5 - x) / C(7, 5): 3, 12 and 6 of 21 for x = 1, 2, 3.
  test.each([
    { low: 1, high: 1, ways: 3 },
    { low: 2, high: 2, ways: 12 },
    { low: 3, high: 3, ways: 6 },
    { low: 1, high: 3, ways: 21 },
    { low: -5, high: 9, ways: 21 },
    { low: 2, high: 9, ways: 18 },
    { low: -5, high: 0, ways: 0 },
    { low: 4, high: 9, ways: 0 },
    { low: 3, high: 2, ways: 0 },
  ])('from $low to $high: $ways of 21 ways', ({ low, high, ways }) => {
    expect(between(lattice, low, high)).toBeCloseTo(ways / 21, 14);
  });

  test.each([
    { x: -1, ways: 0 },
    { x: 0, ways: 0 },
    { x: 1, ways: 3 },
    { x: 2, ways: 15 },
    { x: 3, ways: 21 },
    { x: 4, ways: 21 },
  ])('at most $x: $ways of 21 ways, and more than that in the others', ({ x, ways }) => {
    expect(atMost(lattice, x)).toBeCloseTo(ways / 21, 14);
    expect(above(lattice, x)).toBeCloseTo(1 - ways / 21, 14);
  });
});
