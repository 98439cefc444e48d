import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  binomCdf,
  binomPmf,
  binomQuantile,
  binomSf,
  binomTest,
  exactBinomPower,
  poissonBinomial,
  probWithin,
  refreshesToSee,
  requiredN,
  twoSidedFromPmf,
} from '../../src/stats/index.ts';
import {
  multinomialPmf,
  multinomialWithin,
  probDevAtLeast,
  sumBinomPmf,
} from '../../src/stats/theory/index.ts';

const anyN = fc.integer({ min: 0, max: 400 });
const anyP = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 1e-300, max: 1, noNaN: true }));
const innerP = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });

test('probabilities of all counts sum to 1', () => {
  fc.assert(
    fc.property(anyN, anyP, (n, p) => {
      let sum = 0;
      for (let k = 0; k <= n; k += 1) sum += binomPmf({ n, k, p });
      expect(sum).toBeCloseTo(1, 11);
    }),
  );
});

test('up to k and beyond k is everything', () => {
  fc.assert(
    fc.property(anyN, anyP, fc.integer({ min: -3, max: 403 }), (n, p, k) => {
      expect(binomCdf({ n, k, p }) + binomSf({ n, k, p })).toBeCloseTo(1, 12);
    }),
  );
});

test('the quantile is the first count at which the probability is reached', () => {
  fc.assert(
    fc.property(anyN, innerP, fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (n, p, q) => {
      const k = binomQuantile({ n, p, q });
      expect(binomCdf({ n, k, p })).toBeGreaterThanOrEqual(q * (1 - 1e-10));
      if (k > 0) expect(binomCdf({ n, k: k - 1, p })).toBeLessThan(q);
    }),
  );
});

test('successes and failures may change places', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 300 }),
      fc.nat(300),
      fc.integer({ min: 1, max: 63 }),
      (n, k0, eighth) => {
        // Shares in 64ths, so that 1 - p is exact.
        const [k, p] = [k0 % (n + 1), eighth / 64];
        expect(binomTest({ k, n, p })).toBeCloseTo(binomTest({ k: n - k, n, p: 1 - p }), 10);
        expect(binomCdf({ n, k, p })).toBeCloseTo(binomSf({ n, k: n - k - 1, p: 1 - p }), 12);
      },
    ),
  );
});

describe('fifteen refreshes at 50/50', () => {
  // Counted by hand: C(15, k) = 1, 15, 105, 455, 1365, 3003, 5005, 6435, and their mirror, of 32768.
  test.each([
    [10, (2 * (1 + 15 + 105 + 455 + 1365 + 3003)) / 32768],
    [11, (2 * (1 + 15 + 105 + 455 + 1365)) / 32768],
    [12, (2 * (1 + 15 + 105 + 455)) / 32768],
    [15, 2 / 32768],
  ])('a split of %d or worse has the p-value of its two tails', (k, expected) => {
    expect(binomTest({ k, n: 15, p: 0.5 })).toBeCloseTo(expected, 14);
    expect(binomTest({ k: 15 - k, n: 15, p: 0.5 })).toBeCloseTo(expected, 14);
  });

  test('a 7-8 split is the likeliest, so nothing is less extreme', () => {
    expect(binomTest({ k: 7, n: 15, p: 0.5 })).toBe(1);
  });

  test('against 50/50 the 5 % test sees a true 70 % in 3 of 10 tries', () => {
    // Rejected are 0..3 and 12..15; P(X >= 12) + P(X <= 3) for Bin(15, 0.7), summed in exact decimals.
    expect(exactBinomPower({ n: 15, p0: 0.5, p1: 0.7, alpha: 0.05 })).toBeCloseTo(0.29696, 5);
  });
});

test('a window and what lies outside it share only its edges', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      (n, twentieth, fortieth) => {
        const [p, e] = [twentieth / 20, fortieth / 40];
        let edges = 0;
        for (let k = 0; k <= n; k += 1) {
          // |k/n - p| = e in whole numbers: times 40 n.
          if (Math.abs(40 * k - 2 * twentieth * n) === fortieth * n) edges += binomPmf({ n, k, p });
        }
        expect(probWithin({ n, p, e }) + probDevAtLeast({ n, p, e })).toBeCloseTo(1 + edges, 10);
      },
    ),
  );
});

test('a count on the boundary is within: 8 and 4 of 20 are 0.1 from 0.3', () => {
  let inside = 0;
  for (let k = 4; k <= 8; k += 1) inside += binomPmf({ n: 20, k, p: 0.3 });
  expect(probWithin({ n: 20, p: 0.3, e: 0.1 })).toBeCloseTo(inside, 14);
});

test('a version is seen with 75 % after two flips of a coin, in exact decimals', () => {
  expect(refreshesToSee({ p: 0.5, conf: 0.75 })).toBe(2);
  expect(refreshesToSee({ p: 0.5, conf: 0.7500001 })).toBe(3);
  expect(refreshesToSee({ p: 0.9, conf: 0.99 })).toBe(2);
});

test('from stableN on every n reaches the confidence, just before it one does not', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 19 }),
      fc.integer({ min: 2, max: 12 }),
      fc.constantFrom(0.5, 0.8, 0.9, 0.95, 0.99),
      (twentieth, hundredth, conf) => {
        const [p, e] = [twentieth / 20, (5 * hundredth) / 100];
        const { firstN, stableN } = requiredN({ p, e, conf });
        const reaches = (n: number) => probWithin({ n, p, e }) >= conf * (1 - 1e-11);
        for (let n = 1; n < firstN; n += 1) expect(reaches(n)).toBe(false);
        expect(reaches(firstN)).toBe(true);
        if (stableN > 1) expect(reaches(stableN - 1)).toBe(false);
        for (let n = stableN; n < 3 * stableN + 20; n += 1) expect(reaches(n)).toBe(true);
      },
    ),
  );
});

test('two versions of a multinomial are a binomial', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 200 }),
      fc.nat(200),
      fc.integer({ min: 1, max: 99 }),
      (n, k0, weight) => {
        const k = k0 % (n + 1);
        const p = weight / 100;
        const joint = multinomialPmf({ counts: [k, n - k], weights: [weight, 100 - weight] });
        const single = binomPmf({ n, k, p });
        expect(Math.abs(joint - single)).toBeLessThanOrEqual(1e-12 * single + 1e-300);
        expect(multinomialWithin({ n, weights: [weight, 100 - weight], e: 0.05 })).toBeCloseTo(
          probWithin({ n, p, e: 0.05 }),
          11,
        );
      },
    ),
  );
});

test('trials of one same chance are binomial; of two chances, the sum of two binomials', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.nat(40), anyP, anyP, (n1, n2, p1, p2) => {
      const pmf = poissonBinomial([...new Array<number>(n1).fill(p1), ...new Array<number>(n2).fill(p2)]);
      expect(pmf).toHaveLength(n1 + n2 + 1);
      pmf.forEach((chance, k) => expect(sumBinomPmf({ n1, p1, n2, p2, k })).toBeCloseTo(chance, 12));
    }),
  );
});

test('the two-sided p-value of a pmf is that of the binomial test', () => {
  const pmf = poissonBinomial(new Array<number>(25).fill(0.4));
  for (let k = 0; k <= 25; k += 1) {
    expect(twoSidedFromPmf(pmf, k)).toBeCloseTo(binomTest({ k, n: 25, p: 0.4 }), 12);
  }
  expect(() => twoSidedFromPmf(pmf, 26)).toThrow('k must be an outcome in 0..25');
});
