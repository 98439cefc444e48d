import { ln } from '../../kernel/math.ts';
import { binomCdf, binomInterval, binomSf, logGamma } from '../../stats/index.ts';
import { logDraws } from './likelihood.ts';

/**
 * ln probability of draws in their order where one version has any share between `low` and `high`, all alike likely, and
 * the others keep their proportions: the integral of s^k (1 - s)^(n - k) over that range, by the incomplete beta function.
 */
export function logShiftedShare(
  counts: readonly number[],
  shares: readonly number[],
  version: number,
  low: number,
  high: number,
): number {
  const rest = 1 - shares[version]!;
  if (!(high > low) || rest <= 0) return -Infinity;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const k = counts[version]!;
  // I_x(k + 1, n - k + 1) = P(Bin(n + 1, x) > k); of the two tails the one that is smaller keeps its digits.
  const above = (x: number): number => binomSf({ n: n + 1, k, p: x });
  const upTo = (x: number): number => binomCdf({ n: n + 1, k, p: x });
  const between = above(high) < 0.5 ? above(high) - above(low) : upTo(low) - upTo(high);
  if (!(between > 0)) return -Infinity;
  const logBeta = logGamma({ x: k + 1 }) + logGamma({ x: n - k + 1 }) - logGamma({ x: n + 2 });
  const others = counts.filter((_, key) => key !== version);
  const proportions = shares.filter((_, key) => key !== version).map((share) => share / rest);
  return logBeta + ln(between) - ln(high - low) + logDraws(others, proportions);
}

/** The version's observed odds over those configured, from its share and the ends of its Wilson interval. */
export function oddsRatio(
  counts: readonly number[],
  share: number,
  version: number,
  conf: number,
): { readonly fit: number; readonly interval: readonly [number, number] } {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const k = counts[version]!;
  const [low, high] = binomInterval({ k, n, conf, method: 'wilson' });
  const against = (own: number): number => (own * (1 - share)) / ((1 - own) * share);
  return { fit: against(k / n), interval: [against(low), against(high)] };
}

export const clamped = (x: number): number => Math.min(1, Math.max(0, x));
