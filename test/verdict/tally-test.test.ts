import { describe, expect, test } from 'vitest';
import { ruleTest, tallyTest, together } from '../../src/verdict/tally-test.ts';

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
    { counts: [5, 0], shares: [1, 0], test: undefined, because: 'one version has all the weight' },
    { counts: [0, 0], shares: [0.5, 0.5], test: undefined, because: 'nothing came' },
    {
      counts: [5, 4, 1],
      shares: [0.5, 0.5, 0],
      test: 'a version of weight 0 was seen',
      because: 'no luck brings that',
    },
  ])('$counts at $shares is $test: $because', ({ counts, shares, test: name }) => {
    expect(ruleTest(counts, shares)?.test).toBe(name);
  });

  test('of versions one by one is the smallest exact p-value times their number', () => {
    // Of 10,000 at 0.0001 each one is to be expected: P(X >= 9) = 1.13e-6 by Poisson's law, 1.12e-6 exactly; times 3.
    const { p } = ruleTest([9991, 9, 0], [0.9998, 0.0001, 0.0001])!;
    expect(p).toBeGreaterThan(3 * 1.1e-6);
    expect(p).toBeLessThan(3 * 1.13e-6);
  });

  test('of several versions counts their number: one that strays far is not judged as if it were alone', () => {
    // Two rules, three versions: v1 comes 5 times of 5 at 1/4 and 1/4: two-sided 1/1024; times 3.
    const drawn = [
      { n: 3, shares: [0.25, 0.25, 0.5] },
      { n: 2, shares: [0.25, 0.5, 0.25] },
    ];
    expect(tallyTest([5, 0, 0], drawn)).toEqual({
      p: expect.closeTo(3 / 1024, 12) as number,
      test: 'exact Poisson-binomial, Bonferroni',
    });
  });

  test('of two versions under two rules is the exact law of one of them, once', () => {
    // v1 at 1/2 and at 1/4: none of two in 3/8, one in 1/2, two in 1/8, and nothing is less likely than that.
    const drawn = [
      { n: 1, shares: [0.5, 0.5] },
      { n: 1, shares: [0.25, 0.75] },
    ];
    expect(tallyTest([2, 0], drawn)).toEqual({
      p: expect.closeTo(1 / 8, 12) as number,
      test: 'exact Poisson-binomial',
    });
  });

  test('of many requests under two rules takes the normal law, half a request to the mean', () => {
    // Mean 3000 x 0.5 + 3000 x 0.25 = 2250, variance 750 + 562.5; 2322 is 72 off.
    const drawn = [
      { n: 3000, shares: [0.5, 0.5] },
      { n: 3000, shares: [0.25, 0.75] },
    ];
    const { p, test: name } = tallyTest([2322, 3678], drawn)!;
    expect(name).toBe('normal approximation to the Poisson-binomial');
    // 71.5 / sqrt(1312.5) = 1.97358: 2 (1 - Phi) = 0.048429.
    expect(p).toBeCloseTo(0.04843, 4);
  });

  test('of many requests counts a version that no rule draws by its exact number', () => {
    // All of 3000 to v1, then 3000 between v2 and v3: v1's number is no matter of chance.
    const drawn = [
      { n: 3000, shares: [1, 0, 0] },
      { n: 3000, shares: [0, 0.5, 0.5] },
    ];
    expect(tallyTest([3000, 1500, 1500], drawn)!.p).toBe(1);
    expect(tallyTest([3001, 1500, 1499], drawn)!.p).toBe(0);
  });

  test('of several rules is the strangest, times their number', () => {
    const tests = [
      { p: 0.01, test: 'exact binomial' },
      { p: 0.5, test: 'exact multinomial' },
    ];
    expect(together([...tests, null])).toEqual({
      p: 0.02,
      test: 'exact binomial, the strangest of 2 rules, Bonferroni',
    });
    expect(together([null, tests[1]!])).toEqual(tests[1]);
    expect(together([])).toEqual({ p: 1, test: 'nothing to draw' });
  });
});

// All outcomes of 550 draws at 80/10/10 that are no likelier than 450/60/40, added up by log-gamma in Python 3.11.
test('450, 60 and 40 at 80/10/10 have one p-value, whether a run or a check asks', () => {
  expect(ruleTest([450, 60, 40], [0.8, 0.1, 0.1])!.p).toBeCloseTo(0.08199535972, 9);
  expect(tallyTest([450, 60, 40], [{ n: 550, shares: [0.8, 0.1, 0.1] }])!.p).toBeCloseTo(0.08199535972, 9);
});
