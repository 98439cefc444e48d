import { exp, ln, log1p } from '../kernel/math.ts';
import {
  mustBeCounts,
  mustBeInnerShare,
  mustBeShape,
  mustBeShare,
  mustBeWeights,
  refuse,
} from './argument.ts';
import { lnBeta, lnBetaAgainst } from './beta.ts';
import { deviance, excess, stirlingError } from './gamma.ts';
import { mustBePart } from './interval.ts';

interface Watched {
  readonly k: number;
  readonly n: number;
  readonly a: number;
  readonly b: number;
}

/**
 * ln of the e-value of k successes in n against the share p0, the alternative being mixed over a Beta(a, b) prior:
 * ln B(a+k, b+n-k) - ln B(a, b) - k ln p0 - (n-k) ln(1 - p0). Infinity if the data cannot happen under p0.
 *
 * By Ville's inequality the e-value ever reaches 1/alpha with probability alpha at most, however often one looks
 * (H. Robbins, 1970; S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, Annals of Statistics 49, 2021).
 * @throws RangeError unless 0 <= k <= n are counts, 0 <= p0 <= 1 and 1e-100 <= a, b <= 1e15.
 */
export function betaBinomialLogE({ k, n, p0, a, b }: Watched & { readonly p0: number }): number {
  mustBeWatched(k, n, a, b);
  mustBeShare('p0', p0);
  return mixtureLogE(k, n, p0, 1 - p0, a, b);
}

export function mixtureLogE(k: number, n: number, p: number, q: number, a: number, b: number): number {
  if ((p === 0 && k > 0) || (q === 0 && k < n)) return Infinity;
  if (p === 0 || q === 0) return lnBeta(a + k, b + (n - k)) - lnBeta(a, b);
  return lnBetaAgainst(a + k, b + (n - k), p, q) - lnBetaAgainst(a, b, p, q);
}

/**
 * The confidence sequence at this n: [lower, upper] of {p : betaBinomialLogE < ln(1/alpha)}. It covers the true share
 * at all n at once with probability 1 - alpha; earlier ones may be intersected with it. n = 0 gives [0, 1].
 * @throws RangeError unless 0 <= k <= n are counts, 0 < alpha < 1 and 1e-100 <= a, b <= 1e15.
 */
export function betaBinomialCS({
  k,
  n,
  alpha,
  a,
  b,
}: Watched & { readonly alpha: number }): [lower: number, upper: number] {
  mustBeWatched(k, n, a, b);
  mustBeInnerShare('alpha', alpha);
  return [lowerEnd(k, n, alpha, a, b).p, lowerEnd(n - k, n, alpha, b, a).q];
}

/**
 * The lower end p, and q = 1 - p beside it. ln e falls in p up to k/n, where it is below 0: the logarithm of the odds
 * is halved until the ends meet.
 */
function lowerEnd(
  k: number,
  n: number,
  alpha: number,
  a: number,
  b: number,
): { readonly p: number; readonly q: number } {
  if (k === 0) return { p: 0, q: 1 };
  const limit = -ln(alpha);
  let outside = -745;
  let inside = k === n ? 745 : ln(k / (n - k));
  for (;;) {
    const middle = (outside + inside) / 2;
    const p = 1 / (1 + exp(-middle));
    const q = 1 / (1 + exp(middle));
    if (!(middle > outside && middle < inside)) return { p, q };
    if (mixtureLogE(k, n, p, q, a, b) < limit) inside = middle;
    else outside = middle;
  }
}

/**
 * ln of the e-value of the counts of several versions against their configured shares (the weights over their sum),
 * with a Dirichlet(alpha) mixture: ln G(A) - ln G(A+n) + sum [ln G(alpha_j+x_j) - ln G(alpha_j) - x_j ln p_j],
 * A = sum alpha_j. Valid at every look, for the order of arrival does not matter. Infinity if a version of weight 0
 * was seen. M. Lindon, A. Malek, Anytime-Valid Inference for Multinomial Count Data, arXiv 2011.03567.
 * @throws RangeError unless counts, weights and alpha are of one length, the weights have a positive sum and every
 * alpha lies between 1e-100 and 1e15.
 */
export function dirichletLogE({
  counts,
  weights,
  alpha,
}: {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
  readonly alpha: readonly number[];
}): number {
  mustBeWeights('weights', weights);
  mustBeCounts('counts', counts, weights.length);
  if (!Array.isArray(alpha) || alpha.length !== weights.length) {
    refuse('alpha', alpha, `a list of ${weights.length} numbers above 0`);
  }
  alpha.forEach((value, i) => mustBeShape(`alpha[${i}]`, value));
  if (counts.some((count, i) => count > 0 && weights[i] === 0)) return Infinity;

  const drawn = weights.map((_, i) => i).filter((i) => weights[i]! > 0);
  const total = drawn.reduce((sum, i) => sum + weights[i]!, 0);
  const shares = drawn.map((i) => weights[i]! / total);
  const before = drawn.map((i) => alpha[i]!);
  const after = drawn.map((i) => alpha[i]! + counts[i]!);
  const spread = lnDirichletAgainst(after, shares) - lnDirichletAgainst(before, shares);

  // What the prior gave to versions of weight 0 stays in A.
  const idle = weights.reduce((sum, weight, i) => (weight === 0 ? sum + alpha[i]! : sum), 0);
  if (idle === 0) return spread;
  const sum = (values: readonly number[]) => values.reduce((whole, value) => whole + value, 0);
  return spread - lnGammaStep(sum(after), idle) + lnGammaStep(sum(before), idle);
}

/** ln [prod G(x_j) / G(sum x)] - sum x_j ln p_j, of the size of the answer (see lnBetaAgainst). */
function lnDirichletAgainst(x: readonly number[], shares: readonly number[]): number {
  const total = x.reduce((sum, value) => sum + value, 0);
  let result = 0.5 * ((x.length - 1) * ln(2 * Math.PI) + ln(total)) - stirlingError(total);
  for (let j = 0; j < x.length; j += 1) {
    const mean = total * shares[j]!;
    result +=
      stirlingError(x[j]!) - 0.5 * ln(x[j]!) + deviance(x[j]!, mean, excess(x[j]!, total, shares[j]!));
  }
  return result;
}

/** ln G(x + d) - ln G(x). */
function lnGammaStep(x: number, d: number): number {
  return (x - 0.5) * log1p(d / x) + d * ln(x + d) - d + stirlingError(x + d) - stirlingError(x);
}

function mustBeWatched(k: number, n: number, a: number, b: number): void {
  mustBePart('k', k, 'n', n);
  mustBeShape('a', a);
  mustBeShape('b', b);
}
