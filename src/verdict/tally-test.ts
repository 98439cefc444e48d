import { binomTest, chiSquareGof, exactMultinomialTest } from '../stats/index.ts';

/** A p-value and how it was come by. */
export interface TallyTest {
  readonly p: number;
  readonly test: string;
}

/** Outcomes of three or more versions that are enumerated: some milliseconds. */
const mostOutcomes = 200_000;

/**
 * Two-sided p-value of counts against shares that sum to 1: exact for two versions, exact for more as long as the outcomes
 * can be enumerated, then chi-square where every expected count is 5 or more. Where one is not, the smallest of the exact
 * binomial p-values of each version, times the number of versions (Bonferroni): exact in its promise, a little cautious.
 * Versions of share 0 must not have been seen.
 */
export function tallyTest(counts: readonly number[], shares: readonly number[]): TallyTest {
  const open = shares.flatMap((share, key) => (share > 0 ? [key] : []));
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (open.length < 2 || n === 0) return { p: 1, test: 'nothing to draw' };
  const chosen = { counts: open.map((key) => counts[key]!), weights: open.map((key) => shares[key]!) };
  if (open.length === 2) {
    return { p: binomTest({ k: chosen.counts[0]!, n, p: chosen.weights[0]! }), test: 'exact binomial' };
  }
  if (outcomeCount(n, open.length) <= mostOutcomes)
    return { p: exactMultinomialTest({ ...chosen, order: 'prob' }), test: 'exact multinomial' };
  if (chosen.weights.every((share) => n * share >= 5))
    return { p: chiSquareGof(chosen).p, test: 'chi-square, approximate' };
  const least = Math.min(
    ...chosen.weights.map((share, own) => binomTest({ k: chosen.counts[own]!, n, p: share })),
  );
  return { p: Math.min(1, least * open.length), test: 'exact binomial of each version, Bonferroni' };
}

/** C(n + k - 1, k - 1), counts of k versions that sum to n. */
function outcomeCount(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i < k; i += 1) count = (count * (n + i)) / i;
  return count;
}

/** The p-values of several rules' requests as one: the smallest times their number (Bonferroni). */
export function together(tests: readonly TallyTest[]): TallyTest {
  const drawn = tests.filter((own) => own.test !== 'nothing to draw');
  if (drawn.length === 0) return { p: 1, test: 'nothing to draw' };
  const [first] = [...drawn].sort((a, b) => a.p - b.p);
  if (drawn.length === 1) return first!;
  return {
    p: Math.min(1, first!.p * drawn.length),
    test: `${first!.test}, the strangest of ${drawn.length} rules, Bonferroni`,
  };
}
