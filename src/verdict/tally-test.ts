import { binomTest, chi2Sf, chiSquareGof, exactMultinomialTest, holm } from '../stats/index.ts';
import { poissonBinomial, twoSidedFromPmf } from '../stats/index.ts';

/** A p-value and how it was come by. */
export interface TallyTest {
  readonly p: number;
  readonly test: string;
}

/** Requests that were drawn with the same shares, which sum to 1. */
export interface Drawn {
  readonly n: number;
  readonly shares: readonly number[];
}

/** Outcomes of three or more versions that are enumerated: some milliseconds. */
const mostOutcomes = 200_000;
/** Requests under several rules up to which the exact law of a version's count is worked out. */
const mostMixed = 5000;

/**
 * Two-sided p-value of counts per version against independent draws. Under one rule: exact for two versions, exact for more as
 * long as the outcomes can be enumerated, then chi-square where every expected count is 5 or more. Under several, of which only
 * the sum was counted: the exact law of each version's count (Poisson-binomial) up to 5,000 requests, its normal approximation
 * beyond. Where versions are tested one by one, the smallest p-value counts times their number (Bonferroni): exact in its
 * promise, a little cautious.
 * @returns null where nothing was to be drawn: no request, or all the weight on one version.
 */
export function tallyTest(counts: readonly number[], drawn: readonly Drawn[]): TallyTest | null {
  const rules = drawn.filter(({ n }) => n > 0);
  if (!rules.some(({ shares }) => shares.some((share) => share > 0 && share < 1))) return null;
  const weighed = counts.flatMap((_, key) => (rules.some(({ shares }) => shares[key]! > 0) ? [key] : []));
  if (counts.some((count, key) => count > 0 && !weighed.includes(key)))
    return { p: 0, test: 'a version of weight 0 was seen' };
  return rules.length === 1 ? oneRule(counts, weighed, rules[0]!) : severalRules(counts, weighed, rules);
}

function oneRule(counts: readonly number[], weighed: readonly number[], { n, shares }: Drawn): TallyTest {
  const chosen = { counts: weighed.map((key) => counts[key]!), weights: weighed.map((key) => shares[key]!) };
  if (weighed.length === 2)
    return { p: binomTest({ k: chosen.counts[0]!, n, p: chosen.weights[0]! }), test: 'exact binomial' };
  if (outcomeCount(n, weighed.length) <= mostOutcomes)
    return { p: exactMultinomialTest({ ...chosen, order: 'prob' }), test: 'exact multinomial' };
  if (chosen.weights.every((share) => n * share >= 5))
    return { p: chiSquareGof(chosen).p, test: 'chi-square, approximate' };
  return strangest(
    chosen.weights.map((share, own) => binomTest({ k: chosen.counts[own]!, n, p: share })),
    'exact binomial of each version',
  );
}

function severalRules(
  counts: readonly number[],
  weighed: readonly number[],
  rules: readonly Drawn[],
): TallyTest {
  const n = rules.reduce((sum, own) => sum + own.n, 0);
  // Of two versions the second count follows from the first.
  const tested = weighed.length === 2 ? weighed.slice(0, 1) : weighed;
  if (n <= mostMixed) {
    const each = tested.map((key) => {
      const shares = rules.flatMap((own) => new Array<number>(own.n).fill(own.shares[key]!));
      return twoSidedFromPmf(poissonBinomial(shares), counts[key]!);
    });
    return strangest(each, 'exact Poisson-binomial');
  }
  const each = tested.map((key) => {
    const mean = rules.reduce((sum, own) => sum + own.n * own.shares[key]!, 0);
    const variance = rules.reduce((sum, own) => sum + own.n * own.shares[key]! * (1 - own.shares[key]!), 0);
    const off = Math.max(0, Math.abs(counts[key]! - mean) - 0.5);
    return off === 0 ? 1 : variance === 0 ? 0 : chi2Sf({ x: (off * off) / variance, df: 1 });
  });
  return strangest(each, 'normal approximation to the Poisson-binomial');
}

/** The smallest of several p-values, times their number. */
const strangest = (each: readonly number[], test: string): TallyTest => ({
  p: Math.min(...holm({ ps: each })),
  test: each.length === 1 ? test : `${test}, Bonferroni`,
});

/** C(n + k - 1, k - 1), counts of k versions that sum to n. */
function outcomeCount(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i < k; i += 1) count = (count * (n + i)) / i;
  return count;
}

/** Where each rule's requests were counted by themselves: their p-values as one, the smallest times their number (Bonferroni). */
export function together(tests: readonly (TallyTest | null)[]): TallyTest {
  const drawn = tests.filter((own) => own !== null).sort((a, b) => a.p - b.p);
  const [first] = drawn;
  if (first === undefined) return { p: 1, test: 'nothing to draw' };
  if (drawn.length === 1) return first;
  return {
    p: Math.min(...holm({ ps: drawn.map(({ p }) => p) })),
    test: `${first.test}, the strangest of ${drawn.length} rules, Bonferroni`,
  };
}

/** One rule's counts against its shares. */
export const ruleTest = (counts: readonly number[], shares: readonly number[]): TallyTest | null =>
  tallyTest(counts, [{ n: counts.reduce((sum, count) => sum + count, 0), shares }]);
