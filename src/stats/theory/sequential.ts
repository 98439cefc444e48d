import { ln, log1p } from '../../kernel/math.ts';
import { mustBeCounts, mustBeShape, mustBeShare, mustBeWeights, refuse } from '../argument.ts';
import { deviance, excess, stirlingError } from '../gamma.ts';
import { mixtureLogE, mustBeWatched, type Watched } from '../sequential.ts';

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
