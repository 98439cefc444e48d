import { exp, ln, log1p } from '../kernel/math.ts';
import { mustBeInnerShare, mustBeShape, mustBeShare } from './argument.ts';
import { deviance, normalUpperQuantile, stirlingError, surplus } from './gamma.ts';

/** ln B(a, b) = ln [Gamma(a) Gamma(b) / Gamma(a + b)], for a, b > 0. */
export function lnBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  const total = a + b;
  return lnBetaBase(a, b) + small * ln(small / total) + large * log1p(-small / total);
}

/** ln [B(a, b) p^-a q^-b]: of the size of the answer where ln B itself would be of the size of a + b. */
export function lnBetaAgainst(a: number, b: number, p: number, q: number): number {
  const difference = surplus(a, b, p, q);
  return lnBetaBase(a, b) + deviance(a, (a + b) * p, difference) + deviance(b, (a + b) * q, -difference);
}

/** The part of ln B(a, b) that stays small: corrections to Stirling's formula and ln sqrt(2 pi (a + b) / (a b)). */
function lnBetaBase(a: number, b: number): number {
  const total = a + b;
  const corrections = stirlingError(a) + stirlingError(b) - stirlingError(total);
  return corrections + 0.5 * ln(2 * Math.PI * (1 / a + 1 / b));
}

/**
 * Both regularised incomplete beta functions, [I_x(a, b), I_y(b, a)] with y = 1 - x given beside x so that neither is
 * rounded away. The even part of the continued fraction (DiDonato and Morris, ACM TOMS 18, 1992, BFRAC), on the side
 * of the mean where it converges; that side keeps its relative accuracy. Steps grow as sqrt(a + b).
 */
export function betaTails(
  a: number,
  b: number,
  x: number,
  y: number,
): readonly [lower: number, upper: number] {
  if (x <= 0) return [0, 1];
  if (y <= 0) return [1, 0];
  if (x * (a + b + 2) <= a + 1) {
    const lower = Math.min(1, betaFraction(a, b, x, y));
    return [lower, 1 - lower];
  }
  const upper = Math.min(1, betaFraction(b, a, y, x));
  return [1 - upper, upper];
}

function betaFraction(a: number, b: number, x: number, y: number): number {
  const over = surplus(a, b, x, y);
  let f = (a * (over + 1)) / (a + 1);
  let c = f;
  let d = 0;
  for (let m = 1; ; m += 1) {
    const odd = a + 2 * m - 1;
    const numerator = ((((a + m - 1) / odd) * (a + b + m - 1)) / odd) * m * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / odd + ((a + m) / (odd + 2)) * (over + 1 + m * (1 + y));
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    const factor = c * d;
    f *= factor;
    if (!(Math.abs(factor - 1) >= 2e-16)) break;
  }
  return exp(-lnBetaAgainst(a, b, x, y)) / f;
}

/**
 * The quantile of the Beta(a, b) distribution: x with I_x(a, b) = q.
 * @throws RangeError unless 0 <= q <= 1 and 1e-100 <= a, b <= 1e15.
 */
export function betaQuantile({
  q,
  a,
  b,
}: {
  readonly q: number;
  readonly a: number;
  readonly b: number;
}): number {
  mustBeShare('q', q);
  mustBeShape('a', a);
  mustBeShape('b', b);
  return betaRoot(q, 1 - q, a, b).x;
}

/** Student's t quantile: t with P(T <= t) = q at df > 0 degrees of freedom, whole or not.
 * From df / (df + t^2) being Beta(df/2, 1/2) distributed (Abramowitz and Stegun 26.7.1).
 * @throws RangeError unless 0 < q < 1 (at 0 and 1 it is infinite) and 1e-100 <= df <= 1e15.
 */
export function tQuantile({ q, df }: { readonly q: number; readonly df: number }): number {
  mustBeInnerShare('q', q);
  mustBeShape('df', df);
  return q < 0.5 ? -studentUpperQuantile(q, df) : studentUpperQuantile(1 - q, df);
}

/** t with P(T > t) = tail, for 0 < tail <= 1/2. */
function studentUpperQuantile(tail: number, df: number): number {
  const { x, y } = betaRoot(2 * tail, 1 - 2 * tail, df / 2, 0.5);
  return Math.sqrt((df * y) / x);
}

/** t such that P(|T| <= t) = conf. */
export function twoSidedStudent(conf: number, df: number): number {
  return studentUpperQuantile((1 - conf) / 2, df);
}

/** P(|T| > |t|). */
export function studentTwoSidedTail(t: number, df: number): number {
  const total = df + t * t;
  if (total === Infinity) return 0;
  return betaTails(df / 2, 0.5, df / total, (t * t) / total)[0];
}

/**
 * x and y = 1 - x with I_x(a, b) = lower, where upper = 1 - lower is given too, since one of them may be too small to
 * be the other's complement. Newton's method on the logarithms of x and of the smaller tail, kept inside a bracket.
 */
export function betaRoot(
  lower: number,
  upper: number,
  a: number,
  b: number,
): { readonly x: number; readonly y: number } {
  if (lower <= 0) return { x: 0, y: 1 };
  if (upper <= 0) return { x: 1, y: 0 };
  const half = betaTails(a, b, 0.5, 0.5);
  const belowHalf = lower <= upper ? half[0] >= lower : half[1] <= upper;
  if (belowHalf) {
    const x = rootBelowHalf(lower, upper, a, b);
    return { x, y: 1 - x };
  }
  const y = rootBelowHalf(upper, lower, b, a);
  return { x: 1 - y, y };
}

function rootBelowHalf(lower: number, upper: number, a: number, b: number): number {
  let least = ln(5e-324);
  let most = ln(0.5);
  let u = Math.min(most, Math.max(least, guess(lower, upper, a, b)));
  for (let i = 0; i < 200; i += 1) {
    const x = exp(u);
    const y = 1 - x;
    const tails = betaTails(a, b, x, y);
    // How far ln I lies above its target, and how fast it grows with ln x.
    const gap = lower <= upper ? ln(tails[0]) - ln(lower) : ln(upper) - ln(tails[1]);
    if (gap < 0) least = u;
    else most = u;
    const slope = exp(-lnBetaAgainst(a, b, x, y)) / y / (lower <= upper ? tails[0] : tails[1]);
    let next = u - gap / slope;
    if (!(next >= least && next <= most)) next = (least + most) / 2;
    const done = Math.abs(next - u) <= 4e-16 * Math.max(1, Math.abs(u)) || next === u;
    u = next;
    if (done) break;
  }
  return exp(u);
}

/** A first ln x: Cornish and Fisher's (as in Applied Statistics AS 109) for a, b >= 1, else the power law near 0. */
function guess(lower: number, upper: number, a: number, b: number): number {
  if (a < 1 || b < 1) return (ln(lower) + ln(a) + lnBeta(a, b)) / a;
  const z = lower <= upper ? normalUpperQuantile(lower) : -normalUpperQuantile(upper);
  const r = (z * z - 3) / 6;
  const s = 1 / (2 * a - 1);
  const t = 1 / (2 * b - 1);
  const h = 2 / (s + t);
  const w = (z * Math.sqrt(h + r)) / h - (t - s) * (r + 5 / 6 - 2 / (3 * h));
  return -log1p((b / a) * exp(2 * w));
}
