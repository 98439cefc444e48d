import {
  binomTest,
  chi2Sf,
  chiSquareGof,
  exactMultinomialTest,
  poissonBinomial,
  twoSidedFromPmf,
} from '../stats/index.ts';

/** Requests that were drawn with the same shares. */
export interface Drawn {
  readonly n: number;
  readonly shares: readonly number[];
}

/**
 * Whether counts per key agree with independent draws. One rule and two versions: exact binomial. More versions: exact
 * multinomial while it can be enumerated, chi-square beyond. Several rules (old and new mixed): exact Poisson-binomial
 * per version up to 5,000 requests, the normal approximation beyond, times the number of versions (Bonferroni).
 * @returns p null where nothing was drawn: no rule (`drawn` null), no request, or one destination only.
 */
export function splitTest(
  drawn: readonly Drawn[] | null,
  observed: readonly number[],
): { readonly p: number | null; readonly test: string | null } {
  if (drawn === null || drawn.length === 0) return { p: null, test: null };
  const open = observed
    .map((_, key) => key)
    .filter((key) => drawn.some((own) => own.shares[key]! > 0 && own.shares[key]! < 1));
  if (open.length === 0) return { p: null, test: null };
  if (drawn.length > 1) return mixtureTest(drawn, observed, open);
  const { n, shares } = drawn[0]!;
  const counts = open.map((key) => observed[key]!);
  if (open.length === 2)
    return { p: binomTest({ k: counts[0]!, n, p: shares[open[0]!]! }), test: 'exact binomial' };
  const weights = open.map((key) => shares[key]!);
  if (open.length === 3 && n <= 300) {
    return { p: exactMultinomialTest({ counts, weights, order: 'prob' }), test: 'exact multinomial' };
  }
  return { p: chiSquareGof({ counts, weights }).p, test: 'chi-square' };
}

function mixtureTest(drawn: readonly Drawn[], observed: readonly number[], open: readonly number[]) {
  const n = drawn.reduce((sum, own) => sum + own.n, 0);
  const exact = n <= 5000;
  const each = open.map((key) => {
    const count = observed[key]!;
    if (exact) {
      const shares = drawn.flatMap((own) => Array.from({ length: own.n }, () => own.shares[key]!));
      return twoSidedFromPmf(poissonBinomial(shares), count);
    }
    const mean = drawn.reduce((sum, own) => sum + own.n * own.shares[key]!, 0);
    const variance = drawn.reduce((sum, own) => sum + own.n * own.shares[key]! * (1 - own.shares[key]!), 0);
    const off = Math.max(0, Math.abs(count - mean) - 0.5);
    return off === 0 ? 1 : variance === 0 ? 0 : chi2Sf({ x: (off * off) / variance, df: 1 });
  });
  // Of two versions the second count follows from the first.
  const tests = open.length === 2 ? 1 : open.length;
  return {
    p: Math.min(1, Math.min(...each) * tests),
    test: exact ? 'exact Poisson-binomial' : 'normal approximation to the Poisson-binomial',
  };
}
