import { mustBeCounts, mustBeWeights, refuse } from './argument.ts';
import { binomial } from './binomial.ts';
import { excess, poissonPmf } from './gamma.ts';
import { likelihoodTerm } from './goodness-of-fit.ts';
import { cutsWhere, outside, twoSided } from './lattice.ts';

/** How outcomes are ordered by how extreme they are. */
export type OutcomeOrder = 'prob' | 'chisq' | 'llr';

/** Outcomes that are enumerated for three or more versions: about a second. */
const MOST_OUTCOMES = 2e7;
/** Outcomes that differ by rounding alone are ties. */
const SLACK = 1e-10;

/**
 * The exact p-value of the counts against shares that are the weights over their sum: the probability of all outcomes
 * as extreme as the observed one, ties counted. `prob` orders them by their probability, `chisq` by Pearson's X^2,
 * `llr` by the likelihood ratio G. Versions of weight 0 drop out when unseen; seen, they give 0.
 *
 * Two versions are two binomial tails, for any n. More are enumerated.
 * @throws RangeError unless there are as many counts as weights, the weights have a positive sum and the order is one
 * of the three; for three or more versions beyond 2e7 outcomes, C(n + k - 1, k - 1).
 *
 * @example
 * exactMultinomialTest({ counts: [450, 60, 40], weights: [80, 10, 10], order: 'prob' }); // => 0.082
 */
export function exactMultinomialTest({
  counts,
  weights,
  order,
}: {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
  readonly order: OutcomeOrder;
}): number {
  mustBeWeights('weights', weights);
  mustBeCounts('counts', counts, weights.length);
  if (!['prob', 'chisq', 'llr'].includes(order)) refuse('order', order, 'one of prob, chisq, llr');
  if (counts.some((count, i) => count > 0 && weights[i] === 0)) return 0;
  const drawn = weights.flatMap((weight, i) => (weight > 0 ? [{ weight, count: counts[i]! }] : []));
  const n = drawn.reduce((sum, version) => sum + version.count, 0);
  const total = drawn.reduce((sum, version) => sum + version.weight, 0);
  const shares = drawn.map((version) => version.weight / total);
  const observed = drawn.map((version) => version.count);
  if (n === 0 || drawn.length === 1) return 1;
  return drawn.length === 2
    ? twoVersions(observed[0]!, n, shares[0]!, shares[1]!, order)
    : enumerate(observed, n, shares, order);
}

function twoVersions(count: number, n: number, p: number, q: number, order: OutcomeOrder): number {
  const lattice = binomial(n, p, q);
  if (order === 'prob') return twoSided(lattice, count, SLACK);
  const score = (x: number) => {
    const difference = excess(x, n, p);
    return order === 'chisq'
      ? difference * difference
      : likelihoodTerm(x, n * p, difference) + likelihoodTerm(n - x, n * q, -difference);
  };
  const limit = score(count) * (1 - SLACK);
  // Both scores have their least count beside n p, where they part the outcomes into two tails.
  const least = score(Math.floor(n * p)) <= score(Math.ceil(n * p)) ? Math.floor(n * p) : Math.ceil(n * p);
  if (score(least) >= limit) return 1;
  const around = { ...lattice, mode: least };
  return outside(
    lattice,
    cutsWhere(around, (x) => score(x) >= limit),
  );
}

function enumerate(
  observed: readonly number[],
  n: number,
  shares: readonly number[],
  order: OutcomeOrder,
): number {
  const outcomes = outcomeCount(n, shares.length);
  if (outcomes > MOST_OUTCOMES) {
    refuse('counts', n, `few enough for ${MOST_OUTCOMES} outcomes (these have ${outcomes.toPrecision(3)})`);
  }
  // Poisson probabilities of means n p_j, given that they sum to n, are multinomial.
  const probabilities = shares.map((share) =>
    Float64Array.from({ length: n + 1 }, (_, x) => poissonPmf(x, n * share)),
  );
  const scores = shares.map((share) =>
    Float64Array.from({ length: n + 1 }, (_, x) => score(x, n, share, order)),
  );
  const last = shares.length - 1;

  const product = observed.reduce((value, count, j) => value * probabilities[j]![count]!, 1);
  const stat = observed.reduce((value, count, j) => value + scores[j]![count]!, 0);
  const byProbability = order === 'prob';
  const limit = byProbability ? product * (1 + SLACK) : stat * (1 - SLACK);

  let sum = 0;
  const visit = (j: number, left: number, probability: number, soFar: number): void => {
    if (j === last) {
      const whole = probability * probabilities[j]![left]!;
      const extreme = byProbability ? whole <= limit : soFar + scores[j]![left]! >= limit;
      if (extreme) sum += whole;
      return;
    }
    for (let x = 0; x <= left; x += 1) {
      visit(j + 1, left - x, probability * probabilities[j]![x]!, soFar + scores[j]![x]!);
    }
  };
  visit(0, n, 1, 0);
  return Math.min(1, sum / poissonPmf(n, n));
}

function score(x: number, n: number, share: number, order: OutcomeOrder): number {
  const difference = excess(x, n, share);
  return order === 'chisq'
    ? (difference * difference) / (n * share)
    : likelihoodTerm(x, n * share, difference);
}

/** C(n + k - 1, k - 1). */
function outcomeCount(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i < k; i += 1) count = (count * (n + i)) / i;
  return count;
}
