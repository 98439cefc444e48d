import { exp, expm1, ln, log1p } from '../../kernel/math.ts';
import { mustBeCount, mustBeShare, mustBeWeights, refuse } from '../argument.ts';
import { TIE } from '../binomial.ts';
import { firstTrue } from '../lattice.ts';
import { multinomialBox } from './multinomial.ts';

/** Subsets that the inclusion-exclusion may walk over. */
const MOST_SUBSETS = 1 << 20;

/**
 * The expected number of draws until every version of positive weight was seen: the integral of
 * 1 - prod (1 - e^(-p_j t)) over t > 0 (P. Flajolet, D. Gardy, L. Thimonier, 1992). In u = ln t the trapezoid rule
 * converges to the last digit, with any number of versions and however uneven they are.
 * @throws RangeError unless the weights have a positive sum.
 */
export function couponExpected({ weights }: { readonly weights: readonly number[] }): number {
  const shares = drawnShares(weights);
  if (shares.length === 1) return 1;
  const step = 1 / 16;
  const end = ln(750 / Math.min(...shares));
  let sum = 0;
  for (let u = -40; u <= end; u += step) {
    const t = exp(u);
    const allSeen = shares.reduce((logarithm, share) => logarithm + lnSeen(share * t), 0);
    sum += -expm1(allSeen) * t;
  }
  return sum * step;
}

/** ln(1 - e^-x). */
function lnSeen(x: number): number {
  return x > 0.7 ? log1p(-exp(-x)) : ln(-expm1(-x));
}

/**
 * P(every version of positive weight was seen within n draws). Inclusion-exclusion over the versions missed,
 * sum (-1)^|S| (1 - P_S)^n, where its terms do not cancel; else the same probability as a sum of positive terms, at the
 * cost of a convolution over the counts, which for more than 20 versions of different weights grows with n: seconds for 1e6 draws.
 * @throws RangeError unless the weights have a positive sum and n is a count.
 */
export function couponCdf({
  weights,
  n,
}: {
  readonly weights: readonly number[];
  readonly n: number;
}): number {
  mustBeCount('n', n);
  return allSeenWithin(drawnShares(weights), n);
}

/**
 * The smallest n with couponCdf >= q.
 * @throws RangeError unless the weights have a positive sum and 0 <= q < 1 (no n is sure), and as couponCdf does.
 */
export function couponQuantile({
  weights,
  q,
}: {
  readonly weights: readonly number[];
  readonly q: number;
}): number {
  const shares = drawnShares(weights);
  mustBeShare('q', q);
  if (q === 0) return 0;
  if (shares.length === 1) return 1;
  if (q === 1) refuse('q', q, 'below 1: no number of draws is sure to show every version');
  // By then the versions' chances to be missing sum to 1 - q at most.
  const rarest = Math.min(...shares);
  const enough = Math.ceil(ln((1 - q) / shares.length) / log1p(-rarest)) + shares.length;
  if (enough > Number.MAX_SAFE_INTEGER) refuse('weights', weights, 'less uneven: n would exceed 2^53');
  // Seeing one version makes seeing another less likely, so the product of their chances is a bound (K. Joag-Dev,
  // F. Proschan, 1983), and it spares the costly sums far from the answer.
  const bound = (n: number) => exp(shares.reduce((sum, share) => sum + lnSeen(-n * log1p(-share)), 0));
  return firstTrue(enough, (n) => bound(n) >= q * (1 - 1e-9) && allSeenWithin(shares, n) >= q * (1 - TIE));
}

function drawnShares(weights: readonly number[]): readonly number[] {
  mustBeWeights('weights', weights);
  const drawn = weights.filter((weight) => weight > 0);
  const total = drawn.reduce((sum, weight) => sum + weight, 0);
  return drawn.map((weight) => weight / total);
}

function allSeenWithin(shares: readonly number[], n: number): number {
  if (n < shares.length) return 0;
  if (shares.length === 1) return 1;
  const groups = groupsOf(shares);
  const subsets = groups.reduce((product, group) => product * (group.size + 1), 1);
  if (subsets <= MOST_SUBSETS) {
    const { sum, magnitude } = inclusionExclusion(groups, n);
    if (magnitude * 1e-16 <= 1e-12 * sum) return Math.min(1, sum);
  }
  return multinomialBox(
    n,
    shares.map((share) => ({ share, low: 1, high: n })),
  );
}

interface Group {
  readonly share: number;
  readonly size: number;
}

/** Versions of one same share. */
function groupsOf(shares: readonly number[]): readonly Group[] {
  const sizes = new Map<number, number>();
  for (const share of shares) sizes.set(share, (sizes.get(share) ?? 0) + 1);
  return [...sizes].map(([share, size]) => ({ share, size }));
}

/** The alternating sum, and the sum of the magnitudes of its terms. */
function inclusionExclusion(
  groups: readonly Group[],
  n: number,
): { readonly sum: number; readonly magnitude: number } {
  let sum = 0;
  let magnitude = 0;
  const visit = (i: number, missed: number, kept: number, ways: number): void => {
    const group = groups[i];
    if (group === undefined) {
      // The smaller of missed and kept is the better known.
      const chance = kept === 0 ? 0 : exp(n * (missed < kept ? log1p(-missed) : ln(kept)));
      sum += ways * chance;
      magnitude += Math.abs(ways) * chance;
      return;
    }
    let signedWays = ways;
    for (let count = 0; count <= group.size; count += 1) {
      const left = group.size - count;
      visit(i + 1, missed + count * group.share, kept + left * group.share, signedWays);
      signedWays *= -left / (count + 1);
    }
  };
  visit(0, 0, 0, 1);
  return { sum, magnitude };
}
