import { exp, ln, log1p } from '../kernel/math.ts';
import { normalQuantile as quantile } from '../kernel/normal-quantile.ts';
import { isWithin, mustBeFinite, mustBeNonNegative, mustBeShape, refuse } from './argument.ts';

const LN_SQRT_2PI = 0.9189385332046727418;
const ONE_MINUS_EULER = 0.42278433509846713939;

/** (-1)^k (zeta(k) - 1) / k for k = 2, 3, ...: the Taylor series of ln Gamma about 2, without its linear term. */
const AROUND_TWO = [
  0.3224670334241132182, -0.06735230105319809513, 0.02058080842778454788, -0.007385551028673985266,
  0.002890510330741523286, -0.001192753911703260977, 0.0005096695247430424223, -0.0002231547584535793798,
  0.00009945751278180853371, -0.0000449262367381331417, 0.00002050721277567069155, -9.439488275268395904e-6,
  4.374866789907487804e-6, -2.039215753801366237e-6, 9.551412130407419833e-7, -4.492469198764566043e-7,
  2.120718480555466587e-7, -1.004322482396809961e-7, 4.769810169363980566e-8, -2.271109460894316491e-8,
  1.083865921489695409e-8, -5.183475041970046655e-9, 2.483674543802478317e-9, -1.192140140586091207e-9,
  5.731367241678862013e-10, -2.759522885124233145e-10, 1.330476437424448948e-10, -6.422964563838100022e-11,
];

/**
 * ln Gamma(x) for x > 0, with relative accuracy also beside its zeros at 1 and 2.
 *
 * From 16 on Stirling's series; below, the recurrence down (or up) to the Taylor series about 2
 * (Abramowitz and Stegun 6.1.33 and 6.1.40).
 * @throws RangeError unless 1e-300 <= x <= 1e300.
 */
export function logGamma({ x }: { readonly x: number }): number {
  if (!isWithin(x, 1e-300, 1e300)) refuse('x', x, 'above 0 (from 1e-300 to 1e300)');
  return lnGamma(x);
}

function lnGamma(x: number): number {
  if (x >= 16) return (x - 0.5) * ln(x) - x + LN_SQRT_2PI + stirlingError(x);
  if (x < 0.5) return lnGamma(x + 1) - ln(x);
  if (x < 1.5) return aroundTwo(x - 1) - log1p(x - 1);
  let product = 1;
  while (x > 2.5) {
    x -= 1;
    product *= x;
  }
  return aroundTwo(x - 2) + ln(product);
}

/** ln Gamma(2 + z), |z| <= 1/2. */
function aroundTwo(z: number): number {
  let sum = 0;
  for (let i = AROUND_TWO.length - 1; i >= 0; i -= 1) sum = sum * z + AROUND_TWO[i]!;
  return z * (ONE_MINUS_EULER + z * sum);
}

/**
 * What Stirling's formula leaves out: ln Gamma(x) - [(x - 1/2) ln x - x + ln sqrt(2 pi)], for x > 0.
 * Small and smooth, which is why Loader (2000) builds probabilities from it instead of from ln Gamma.
 */
export function stirlingError(x: number): number {
  let lift = 0;
  while (x < 16) {
    lift += (x + 0.5) * (x < 1 ? ln(x + 1) - ln(x) : log1p(1 / x)) - 1;
    x += 1;
  }
  const s = 1 / (x * x);
  const series = 1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156));
  return lift + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * series))) / x;
}

/**
 * x ln(x / mean) + mean - x, where `difference` is x - mean, better known than the subtraction would give it
 * (C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000).
 */
export function deviance(x: number, mean: number, difference: number): number {
  if (x === 0) return mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * ln(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let term = 2 * x * v;
  for (let j = 3; ; j += 2) {
    term *= v * v;
    const next = sum + term / j;
    if (next === sum || next !== next) return next;
    sum = next;
  }
}

/** count - n p with the rounding of n p given back (Dekker's product), so that it is right for n = 1e9. */
export function excess(count: number, n: number, p: number): number {
  const product = n * p;
  const [nHigh, nLow] = halves(n);
  const [pHigh, pLow] = halves(p);
  const lost = nHigh * pHigh - product + nHigh * pLow + nLow * pHigh + nLow * pLow;
  return count - product - lost;
}

/** a - (a + b) p where p + q = 1, from the smaller of the two, which has the better known digits. */
export function surplus(a: number, b: number, p: number, q: number): number {
  return p <= q ? excess(a, a + b, p) : -excess(b, a + b, q);
}

function halves(x: number): readonly [number, number] {
  const scaled = 134217729 * x;
  const high = scaled - (scaled - x);
  return [high, x - high];
}

/** The Poisson probability mean^k e^-mean / Gamma(k + 1), for any real k >= 0. */
export function poissonPmf(k: number, mean: number): number {
  if (k === 0) return exp(-mean);
  if (mean === 0) return 0;
  return exp(-stirlingError(k) - deviance(k, mean, k - mean)) / Math.sqrt(2 * Math.PI * k);
}

/**
 * Both regularised incomplete gamma functions, [P(a, x), Q(a, x)], for a > 0 and x >= 0: the series for the lower one
 * up to x = a + 1, Lentz's continued fraction for the upper one beyond (Numerical Recipes, 6.2). The smaller of the
 * two keeps its relative accuracy down to 1e-300. Steps grow as sqrt(a).
 */
function gammaTails(a: number, x: number): readonly [lower: number, upper: number] {
  if (x === 0) return [0, 1];
  if (x === Infinity) return [1, 0];
  const density = poissonPmf(a, x);
  if (x < a + 1) {
    let sum = 1;
    let term = 1;
    for (let k = 1; term > sum * 1e-17; k += 1) {
      term *= x / (a + k);
      sum += term;
    }
    const lower = Math.min(1, density * sum);
    return [lower, 1 - lower];
  }
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; ; k += 1) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = c * d;
    fraction *= factor;
    if (!(Math.abs(factor - 1) >= 2e-16)) break;
  }
  const upper = Math.min(1, density * a * fraction);
  return [1 - upper, upper];
}

/**
 * P(X > x) for X chi-square distributed with df degrees of freedom, with relative accuracy down to 1e-300.
 * @throws RangeError unless x >= 0 is finite and 1e-100 <= df <= 1e15.
 */
export function chi2Sf({ x, df }: { readonly x: number; readonly df: number }): number {
  mustBeNonNegative('x', x);
  mustBeShape('df', df);
  return chiSquareTail(x, df);
}

export function chiSquareTail(x: number, df: number): number {
  return gammaTails(df / 2, x / 2)[1];
}

/**
 * The standard normal quantile: z with P(Z <= z) = q. Odd about q = 1/2.
 * @throws RangeError unless 0 < q < 1 (at 0 and 1 it is infinite).
 *
 * @example
 * normalQuantile({ q: 0.975 }); // => 1.95996
 */
export function normalQuantile({ q }: { readonly q: number }): number {
  mustBeFinite('q', q);
  if (!(q > 0 && q < 1)) refuse('q', q, 'above 0 and below 1');
  return q < 0.5 ? -normalUpperQuantile(q) : normalUpperQuantile(1 - q);
}

/** z with P(Z > z) = tail, for 0 < tail <= 1/2: exact for tails far below the spacing of the doubles near 1. */
export const normalUpperQuantile = (tail: number): number => Math.abs(quantile(tail));

/** z such that P(|Z| <= z) = conf. */
export function twoSidedNormal(conf: number): number {
  return normalUpperQuantile((1 - conf) / 2);
}

/** P(Z > z), with relative accuracy in the upper tail. */
export function normalTail(z: number): number {
  const [lower, upper] = gammaTails(0.5, (z * z) / 2);
  return z >= 0 ? upper / 2 : 0.5 + lower / 2;
}
