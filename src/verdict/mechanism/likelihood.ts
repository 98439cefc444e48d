import { exp, ln } from '../../kernel/math.ts';
import { logGamma } from '../../stats/index.ts';

/** ln of the mean of e^x over equally likely cases; -Infinity for none. */
export const logMean = (values: ArrayLike<number>): number =>
  values.length === 0 ? -Infinity : logSum(values) - ln(values.length);

/** ln of the sum of e^x; Infinity if one is. */
export function logSum(values: ArrayLike<number>): number {
  let top = -Infinity;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]!);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    // Below e^-40 of the largest, a million cases are still below 1e-11 of the sum.
    if (values[i]! > top - 40) sum += exp(values[i]! - top);
  }
  return top + ln(sum);
}

/** ln of the probability of these draws, in their order, from these shares. */
export function logDraws(counts: readonly number[], shares: readonly number[]): number {
  return counts.reduce((sum, count, key) => (count === 0 ? sum : sum + count * ln(shares[key]!)), 0);
}

/** ln of the probability of draws in their order from unknown shares, every set of shares being as likely (Dirichlet(1)). */
export function logUnknownDraws(counts: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return (
    counts.reduce((sum, count) => sum + logGamma({ x: 1 + count }), 0) +
    logGamma({ x: counts.length }) -
    logGamma({ x: counts.length + n })
  );
}

/** How rarely a rule that foretells choices is expected to miss: Beta(1, 20), so in one of 21. */
const hitsBefore = 20;

/**
 * ln probability of n choices that a rule foretells, by how many of them it misses: the share of misses is unknown,
 * Beta(1, 20), and a miss falls on each of the other keys alike.
 */
export function foretoldByMisses(n: number, keys: number): Float64Array {
  const others = ln(Math.max(1, keys - 1));
  const table = new Float64Array(n + 1);
  // B(1 + misses, 20 + hits) / B(1, 20), from no misses on: 20 / (20 + n), then (misses + 1) / (20 + hits - 1) for each more.
  table[0] = ln(hitsBefore / (hitsBefore + n));
  for (let misses = 0; misses < n; misses++)
    table[misses + 1] = table[misses]! + ln((misses + 1) / (hitsBefore + (n - misses) - 1)) - others;
  return table;
}

/** Of equally long lists of candidates and their values, the candidate of the greatest value. */
export function best<T>(candidates: readonly T[], value: (candidate: T) => number): T {
  let found: T = candidates[0]!;
  let top = value(found);
  for (const own of candidates.slice(1)) {
    const next = value(own);
    if (next > top) [found, top] = [own, next];
  }
  return found;
}
