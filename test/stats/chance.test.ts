import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chiSquareGof, exactMultinomialTest, runsTestLower } from '../../src/stats/index.ts';
import {
  alwaysValidFalseAlarm,
  betaBinomPmf,
  couponCdf,
  couponExpected,
  couponQuantile,
  cressieRead,
  fisherP,
  gTestGof,
  longestRunAnyMean,
  longestRunAnyTail,
  longestRunTail,
  mrg32k3a,
  peekingFalseAlarm,
  sprtExact,
} from '../../src/stats/theory/index.ts';

describe('runs', () => {
  test('in 15 flips of a coin a run of 4 is the rule', () => {
    // Sequences of two versions without a run of 4: 2 T(n), T(n) = T(n-1) + T(n-2) + T(n-3), T = 1, 2, 4 from n = 1.
    const counts = [1, 2, 4];
    while (counts.length < 15) counts.push(counts.at(-1)! + counts.at(-2)! + counts.at(-3)!);
    expect(longestRunAnyTail({ n: 15, weights: [1, 1], m: 4 })).toBeCloseTo(1 - counts[14]! / 2 ** 14, 14);
  });

  test('a run of either face in n flips is a run of heads among the n - 1 repeats', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 2, max: 12 }), (n, m) => {
        expect(longestRunAnyTail({ n, weights: [3, 3], m })).toBeCloseTo(
          longestRunTail({ n: n - 1, p: 0.5, m: m - 1 }),
          13,
        );
      }),
    );
  });

  test('the mean longest run of 3 draws of two even versions is 2', () => {
    // Of 8 sequences, 2 have 3, 4 have 2 and 2 have 1.
    expect(longestRunAnyMean({ n: 3, weights: [1, 1] })).toBeCloseTo(2, 14);
  });

  test('two blocks of 15 in 30 requests are a matter of 2 in 155117520 orders', () => {
    expect(runsTestLower({ n1: 15, n2: 15, runs: 2 })).toBeCloseTo(2 / 155117520, 18);
  });

  test('so many runs or fewer are as likely as their share among all orders', () => {
    for (const [n1, n2] of [
      [1, 1],
      [1, 5],
      [5, 1],
      [2, 2],
      [3, 3],
      [2, 6],
      [6, 2],
      [4, 5],
      [5, 4],
    ] as const) {
      // Each order is the set of places of the first kind.
      const counts = new Map<number, number>();
      let orders = 0;
      for (let set = 0; set < 1 << (n1 + n2); set += 1) {
        const symbols = Array.from({ length: n1 + n2 }, (_, place) => (set >> place) & 1);
        if (symbols.reduce((sum, own) => sum + own, 0) !== n1) continue;
        orders += 1;
        const runs = symbols.filter((own, place) => own !== symbols[place - 1]).length;
        counts.set(runs, (counts.get(runs) ?? 0) + 1);
      }
      let below = 0;
      for (let runs = -1; runs <= n1 + n2 + 2; runs += 1) {
        below += counts.get(runs) ?? 0;
        expect(runsTestLower({ n1, n2, runs }), `${n1} ${n2} ${runs}`).toBeCloseTo(below / orders, 13);
      }
    }
  });

  test('of hundreds of requests the chance of few runs is exact, however small', () => {
    const choose = (n: number, k: number): bigint => {
      let product = 1n;
      for (let i = 1; i <= k; i += 1) product = (product * BigInt(n - k + i)) / BigInt(i);
      return product;
    };
    const [n1, n2] = [200, 150];
    // 2r runs: 2 C(n1-1, r-1) C(n2-1, r-1); 2r + 1: C(n1-1, r) C(n2-1, r-1) + C(n1-1, r-1) C(n2-1, r).
    let below = 0n;
    for (let runs = 2; runs <= 301; runs += 1) {
      const r = runs >> 1;
      below +=
        runs % 2 === 0
          ? 2n * choose(n1 - 1, r - 1) * choose(n2 - 1, r - 1)
          : choose(n1 - 1, r) * choose(n2 - 1, r - 1) + choose(n1 - 1, r - 1) * choose(n2 - 1, r);
      if (runs % 25 > 1 && runs < 296) continue;
      const expected = Number((below * 10n ** 300n) / choose(n1 + n2, n1)) / 1e300;
      expect(runsTestLower({ n1, n2, runs }) / expected, `${runs}`).toBeCloseTo(1, 10);
    }
  });
});

describe('coupons', () => {
  test('n even versions take n times the n-th harmonic number', () => {
    for (const n of [1, 2, 7, 50]) {
      let harmonic = 0;
      for (let i = 1; i <= n; i += 1) harmonic += 1 / i;
      expect(couponExpected({ weights: new Array<number>(n).fill(9) }) / (n * harmonic)).toBeCloseTo(1, 12);
    }
  });

  test('of two versions both are seen unless all draws are alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fc.nat(300), (weight, n) => {
        const p = weight / 100;
        const alike = n === 0 ? 1 : Math.pow(p, n) + Math.pow(1 - p, n);
        expect(couponCdf({ weights: [weight, 100 - weight], n })).toBeCloseTo(1 - alike, 12);
      }),
    );
  });

  test('the quantile is the first number of draws that reaches the probability', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0.01, max: 0.999, noNaN: true }),
        (weights, q) => {
          const n = couponQuantile({ weights, q });
          expect(couponCdf({ weights, n })).toBeGreaterThanOrEqual(q * (1 - 1e-10));
          expect(couponCdf({ weights, n: n - 1 })).toBeLessThan(q);
        },
      ),
    );
  });

  test('the expected number is the sum of the chances not to be done', () => {
    const weights = [50, 30, 15, 5];
    let sum = 0;
    for (let n = 0; n < 1500; n += 1) sum += 1 - couponCdf({ weights, n });
    expect(couponExpected({ weights })).toBeCloseTo(sum, 9);
  });
});

describe('tests of fit', () => {
  const table = fc.integer({ min: 2, max: 5 }).chain((size) =>
    fc.record({
      counts: fc.array(fc.nat(500), { minLength: size, maxLength: size }),
      weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: size, maxLength: size }),
    }),
  );

  test('no order of the versions matters, nor a common factor of the weights', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 2, max: 9 }), ({ counts, weights }, factor) => {
        for (const gof of [chiSquareGof, gTestGof, cressieRead]) {
          const { stat, df, p } = gof({ counts, weights });
          const other = gof({
            counts: counts.toReversed(),
            weights: weights.toReversed().map((w) => w * factor),
          });
          expect(Math.abs(other.stat - stat)).toBeLessThanOrEqual(1e-11 * stat);
          expect(other.df).toBe(df);
          expect(p).toBeGreaterThanOrEqual(0);
          expect(p).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test('a version of weight 0 that was seen is impossible, not unlikely', () => {
    expect(chiSquareGof({ counts: [99, 1], weights: [100, 0] })).toEqual({ stat: Infinity, df: 0, p: 0 });
    expect(exactMultinomialTest({ counts: [99, 1], weights: [100, 0], order: 'prob' })).toBe(0);
  });

  test('a perfect split is no evidence at all, however many requests', () => {
    const counts = [300_000_000, 700_000_000];
    expect(chiSquareGof({ counts, weights: [0.3, 0.7] })).toEqual({ stat: 0, df: 1, p: 1 });
    expect(gTestGof({ counts, weights: [0.3, 0.7] }).stat).toBe(0);
  });

  test('the exact test of three versions, by hand', () => {
    // n = 2 of three even versions: 2-0-0 has 1/9 (three such), 1-1-0 has 2/9.
    const weights = [1, 1, 1];
    expect(exactMultinomialTest({ counts: [2, 0, 0], weights, order: 'prob' })).toBeCloseTo(1 / 3, 14);
    expect(exactMultinomialTest({ counts: [1, 1, 0], weights, order: 'chisq' })).toBe(1);
  });

  test("Fisher's tea: 3 of 4 against 1 of 4", () => {
    // C(8, 4) = 70 tables; 0, 1, 3 or 4 right: (1 + 16 + 16 + 1) / 70.
    expect(fisherP({ k1: 3, n1: 4, k2: 1, n2: 4 })).toBeCloseTo(34 / 70, 14);
  });

  test('beta-binomial probabilities sum to 1, and an even prior makes all counts alike', () => {
    let sum = 0;
    for (let k = 0; k <= 60; k += 1) {
      sum += betaBinomPmf({ n: 60, k, a: 0.7, b: 12 });
      expect(betaBinomPmf({ n: 60, k, a: 1, b: 1 })).toBeCloseTo(1 / 61, 14);
    }
    expect(sum).toBeCloseTo(1, 12);
  });
});

describe('watching', () => {
  test('an e-value may be looked at after every request, a chi-square may not', () => {
    const alpha = 0.05;
    expect(alwaysValidFalseAlarm({ p: 0.3, alpha, a: 1, b: 1, N: 2000 })).toBeLessThan(alpha);
    expect(peekingFalseAlarm({ p: 0.3, alpha, n0: 15, N: 2000, step: 1 })).toBeGreaterThan(0.4);
  });

  test("Wald's test always decides in the end, and errs about as often as it says", () => {
    const plan = { p0: 0.05, p1: 0.1, alpha: 0.05, beta: 0.1, N: 20_000 };
    const calm = sprtExact({ ...plan, pTrue: 0.05 });
    const bad = sprtExact({ ...plan, pTrue: 0.1 });
    expect(calm.pReject + calm.pAccept).toBeCloseTo(1, 12);
    // Wald: alpha' <= alpha / (1 - beta), beta' <= beta / (1 - alpha).
    expect(calm.pReject).toBeLessThan(0.05 / 0.9);
    expect(bad.pAccept).toBeLessThan(0.1 / 0.95);
  });

  test('a test between mirrored shares is its own mirror', () => {
    const one = sprtExact({ p0: 0.3, p1: 0.6, alpha: 0.05, beta: 0.1, pTrue: 0.4, N: 3000 });
    const other = sprtExact({ p0: 0.7, p1: 0.4, alpha: 0.05, beta: 0.1, pTrue: 0.6, N: 3000 });
    expect(other.pReject).toBeCloseTo(one.pReject, 12);
    expect(other.expectedN).toBeCloseTo(one.expectedN, 9);
  });
});

describe('MRG32k3a', () => {
  test('begins as published', () => {
    // L'Ecuyer's seed of 12345 six times: the first numbers of his RngStreams package.
    const [first, second] = mrg32k3a({
      seed: new Array<number>(6).fill(12345),
      stream: 0,
      substream: 0,
      count: 2,
    });
    expect(first).toBeCloseTo(0.1270111, 7);
    expect(second).toBeCloseTo(0.3185276, 7);
  });

  test('2^51 substreams later is the next stream', () => {
    const seed = [1, 2, 3, 4, 5, 6];
    expect(mrg32k3a({ seed, stream: 1, substream: 5, count: 4 })).toEqual(
      mrg32k3a({ seed, stream: 0, substream: 2 ** 51 + 5, count: 4 }),
    );
  });
});
