import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  betaBinomialCS,
  betaQuantile,
  binomCdf,
  binomInterval,
  binomPmf,
  binomSf,
  normalQuantile,
  tQuantile,
  type IntervalMethod,
} from '../../src/stats/index.ts';
import { betaBinomialLogE, newcombe } from '../../src/stats/theory/index.ts';

const methods: readonly IntervalMethod[] = ['wilson', 'clopper-pearson', 'jeffreys'];
const part = fc
  .tuple(fc.integer({ min: 1, max: 2000 }), fc.nat(2000))
  .map(([n, k]) => ({ n, k: k % (n + 1) }));
const conf = fc.constantFrom(0.5, 0.8, 0.9, 0.95, 0.99, 0.9999);

describe.each(methods)('%s', (method) => {
  test('holds the observed share, inside 0 and 1', () => {
    fc.assert(
      fc.property(part, conf, ({ k, n }, level) => {
        const [lower, upper] = binomInterval({ k, n, conf: level, method });
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(k / n);
        expect(upper).toBeGreaterThanOrEqual(k / n);
        expect(upper).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('of the others is its mirror image', () => {
    fc.assert(
      fc.property(part, conf, ({ k, n }, level) => {
        const [lower, upper] = binomInterval({ k, n, conf: level, method });
        const [mirrorLower, mirrorUpper] = binomInterval({ k: n - k, n, conf: level, method });
        expect(lower).toBeCloseTo(1 - mirrorUpper, 12);
        expect(upper).toBeCloseTo(1 - mirrorLower, 12);
      }),
    );
  });

  test('ends at exactly 0 and 1 where all or none were seen, and says nothing without data', () => {
    expect(binomInterval({ k: 0, n: 30, conf: 0.95, method })[0]).toBe(0);
    expect(binomInterval({ k: 30, n: 30, conf: 0.95, method })[1]).toBe(1);
    expect(binomInterval({ k: 0, n: 0, conf: 0.95, method })).toEqual([0, 1]);
  });
});

test('at the ends of the Clopper-Pearson interval the observed tail has just half the risk', () => {
  fc.assert(
    fc.property(part, conf, ({ k, n }, level) => {
      const [lower, upper] = binomInterval({ k, n, conf: level, method: 'clopper-pearson' });
      const risk = (1 - level) / 2;
      if (k > 0) expect(binomSf({ n, k: k - 1, p: lower }) / risk).toBeCloseTo(1, 9);
      if (k < n) expect(binomCdf({ n, k, p: upper }) / risk).toBeCloseTo(1, 9);
    }),
  );
});

// True coverage of the nominal 95 % at n = 15, a sum over the 16 counts: Brown, Cai and DasGupta (2001) plot these curves.
test.each([
  ['wilson', 0.5, 0.965],
  ['wilson', 0.1, 0.944],
  ['wilson', 0.01, 0.86],
  ['clopper-pearson', 0.5, 0.965],
  ['clopper-pearson', 0.1, 0.987],
  ['jeffreys', 0.01, 0.99],
] as const)('%s covers a true share of %d with probability %d at n = 15', (method, p, expected) => {
  let coverage = 0;
  for (let k = 0; k <= 15; k += 1) {
    const [lower, upper] = binomInterval({ k, n: 15, conf: 0.95, method });
    if (lower <= p && p <= upper) coverage += binomPmf({ n: 15, k, p });
  }
  expect(coverage).toBeCloseTo(expected, 3);
});

test("Newcombe's interval for 56/70 against 48/80 is the one he printed", () => {
  // Statistics in Medicine 17 (1998), table II (a), method 10: 0.0524 to 0.3339.
  const [lower, upper] = newcombe({ k1: 56, n1: 70, k2: 48, n2: 80, conf: 0.95 });
  expect(lower).toBeCloseTo(0.0524, 4);
  expect(upper).toBeCloseTo(0.3339, 4);
  expect(newcombe({ k1: 0, n1: 0, k2: 48, n2: 80, conf: 0.95 })).toEqual([-1, 1]);
});

test('at the ends of a confidence sequence the e-value is 1/alpha', () => {
  fc.assert(
    fc.property(part, fc.constantFrom(0.001, 0.05, 0.5), ({ k, n }, alpha) => {
      const [lower, upper] = betaBinomialCS({ k, n, alpha, a: 1, b: 1 });
      for (const p0 of [lower, upper]) {
        if (p0 <= 0 || p0 >= 1) continue;
        // A double near 1 is spaced by 2^-53: what one such step of p0 moves ln e by, twice, besides the arithmetic's own.
        const slope = Math.abs(k / p0 - (n - k) / (1 - p0));
        const logE = betaBinomialLogE({ k, n, p0, a: 1, b: 1 });
        expect(Math.abs(logE + Math.log(alpha))).toBeLessThanOrEqual(5e-9 + slope * 2 ** -52);
      }
      expect(lower).toBeLessThanOrEqual(k / n);
      expect(upper).toBeGreaterThanOrEqual(k / n);
    }),
  );
});

describe('quantiles', () => {
  const inner = fc.double({ min: 1e-12, max: 0.5, noNaN: true });

  test('of the normal and of t are odd about one half, and t nears the normal', () => {
    fc.assert(
      fc.property(inner, (q) => {
        expect(normalQuantile({ q: 1 - q })).toBeCloseTo(-normalQuantile({ q: 1 - (1 - q) }), 10);
        expect(tQuantile({ q: 1 - q, df: 7 })).toBeCloseTo(-tQuantile({ q: 1 - (1 - q), df: 7 }), 5);
      }),
    );
    expect(tQuantile({ q: 0.975, df: 1e12 })).toBeCloseTo(normalQuantile({ q: 0.975 }), 10);
    expect(normalQuantile({ q: 0.5 })).toBe(0);
  });

  test('of t at one degree of freedom are the cotangents of Cauchy', () => {
    // t = tan(pi (q - 1/2)): 1 at 3/4, sqrt 3 at 5/6, 2 + sqrt 3 at 11/12.
    expect(tQuantile({ q: 3 / 4, df: 1 })).toBeCloseTo(1, 13);
    expect(tQuantile({ q: 5 / 6, df: 1 })).toBeCloseTo(Math.sqrt(3), 13);
    expect(tQuantile({ q: 11 / 12, df: 1 })).toBeCloseTo(2 + Math.sqrt(3), 12);
  });

  test('of Beta(a, 1) are powers, of Beta(1, b) their mirror', () => {
    fc.assert(
      fc.property(inner, fc.double({ min: 0.05, max: 50, noNaN: true }), (q, shape) => {
        const expected = Math.pow(q, 1 / shape);
        expect(Math.abs(betaQuantile({ q, a: shape, b: 1 }) - expected)).toBeLessThanOrEqual(
          1e-11 * expected,
        );
        expect(betaQuantile({ q, a: 1, b: shape })).toBeCloseTo(1 - Math.pow(1 - q, 1 / shape), 12);
      }),
    );
  });
});
