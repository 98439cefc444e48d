import { exp, ln } from '../kernel/math.ts';
import { mustBeInnerShare, mustBeShape } from './argument.ts';
import { lnBeta, lnBetaAgainst } from './beta.ts';
import { mustBePart } from './interval.ts';

export interface Watched {
  readonly k: number;
  readonly n: number;
  readonly a: number;
  readonly b: number;
}

/** ln of the e-value of k successes in n against the share p (q = 1 - p), the alternative mixed over Beta(a, b). */
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

export function mustBeWatched(k: number, n: number, a: number, b: number): void {
  mustBePart('k', k, 'n', n);
  mustBeShape('a', a);
  mustBeShape('b', b);
}
