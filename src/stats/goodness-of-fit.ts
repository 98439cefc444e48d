import { mustBeCounts, mustBeWeights } from './argument.ts';
import { fraction, minus, over, plus, times, toNumber, type Fraction } from './fraction.ts';
import { chiSquareTail, deviance } from './gamma.ts';

export interface Fit {
  /** Infinity when a version of weight 0 was seen: that cannot be chance. */
  readonly stat: number;
  /** Versions of positive weight, less one. */
  readonly df: number;
  /** From the chi-square distribution, which is good when every expected count is about 5 or more. */
  readonly p: number;
}

export interface Tally {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
}

/**
 * Pearson's X^2 = sum (O - E)^2 / E of the counts against shares that are the weights over their sum.
 * Versions of weight 0 drop out when unseen; seen, they make the statistic Infinity and p 0. A single version, or no
 * count at all, gives 0 and 1.
 * @throws RangeError unless there are as many counts as weights, and the weights have a positive sum.
 */
export function chiSquareGof(tally: Tally): Fit {
  return fit(tally, (_observed, expected, difference) => (difference * difference) / expected);
}

/** The term of G of one version; O - E is added to each, which sums to 0 and keeps every term positive. */
export function likelihoodTerm(observed: number, expected: number, difference: number): number {
  return 2 * deviance(observed, expected, difference);
}

type Term = (observed: number, expected: number, difference: number) => number;

/** A statistic summed over the versions, with the conventions of chiSquareGof. */
export function fit({ counts, weights }: Tally, term: Term): Fit {
  mustBeWeights('weights', weights);
  mustBeCounts('counts', counts, weights.length);
  const df = weights.filter((weight) => weight > 0).length - 1;
  if (counts.some((count, i) => count > 0 && weights[i] === 0)) return { stat: Infinity, df, p: 0 };
  const stat = df === 0 ? 0 : statistic(counts, weights, term);
  return { stat, df, p: df === 0 ? 1 : chiSquareTail(stat, df) };
}

/** The sum of the terms. O - E is taken in exact decimals, for at 1e9 requests it is a small difference of large ones. */
function statistic(counts: readonly number[], weights: readonly number[], term: Term): number {
  const total = counts.reduce((sum, count) => sum + BigInt(count), 0n);
  if (total === 0n) return 0;
  const exact = weights.map(fraction);
  const sum = exact.reduce(plus);
  const expected = (weight: Fraction) => over(times(weight, total), sum);
  return counts.reduce((stat, count, i) => {
    if (weights[i] === 0) return stat;
    const mean = expected(exact[i]!);
    return stat + term(count, toNumber(mean), toNumber(minus(fraction(count), mean)));
  }, 0);
}
