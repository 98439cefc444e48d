import { describe, expect, test } from 'vitest';
import { tallyTest, together } from '../../src/verdict/tally-test.ts';

describe('the test of a tally', () => {
  test.each([
    { counts: [11, 4], shares: [0.5, 0.5], test: 'exact binomial', because: 'there are two versions' },
    {
      counts: [11, 4, 0],
      shares: [0.5, 0.5, 0],
      test: 'exact binomial',
      because: 'a weight of 0 does not count',
    },
    { counts: [40, 5, 5], shares: [0.8, 0.1, 0.1], test: 'exact multinomial', because: 'outcomes are few' },
    {
      counts: [800, 100, 100],
      shares: [0.8, 0.1, 0.1],
      test: 'chi-square, approximate',
      because: 'outcomes are many, and five or more of each are to be expected',
    },
    {
      counts: [9990, 5, 5],
      shares: [0.9998, 0.0001, 0.0001],
      test: 'exact binomial of each version, Bonferroni',
      because: 'one of a version is to be expected',
    },
    { counts: [5, 0], shares: [1, 0], test: 'nothing to draw', because: 'one version has all the weight' },
    { counts: [0, 0], shares: [0.5, 0.5], test: 'nothing to draw', because: 'nothing came' },
  ])('$counts at $shares is $test: $because', ({ counts, shares, test: name }) => {
    expect(tallyTest(counts, shares).test).toBe(name);
  });

  test('of versions one by one is the smallest exact p-value times their number', () => {
    // Of 10,000 at 0.0001 each one is to be expected: P(X >= 9) = 1.13e-6 by Poisson's law, 1.12e-6 exactly; times 3.
    const { p } = tallyTest([9991, 9, 0], [0.9998, 0.0001, 0.0001]);
    expect(p).toBeGreaterThan(3 * 1.1e-6);
    expect(p).toBeLessThan(3 * 1.13e-6);
  });

  test('of several rules is the strangest, times their number', () => {
    const tests = [
      { p: 0.01, test: 'exact binomial' },
      { p: 0.5, test: 'exact binomial' },
      { p: 1, test: 'nothing to draw' },
    ];
    expect(together(tests)).toEqual({
      p: 0.02,
      test: 'exact binomial, the strangest of 2 rules, Bonferroni',
    });
    expect(together(tests.slice(1))).toEqual(tests[1]);
    expect(together([])).toEqual({ p: 1, test: 'nothing to draw' });
  });
});
