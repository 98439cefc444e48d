/**
 * Envoy's weighted cluster choice (source/common/router/weighted_cluster_specifier.cc): one 64-bit value per stream,
 * modulo the sum of the weights, and the first of the consecutive half-open intervals [0, w1), [w1, w1 + w2), ... in
 * list order that holds it. No memory, no smoothing, no stickiness, and health is not considered.
 */

/**
 * `(high * 2^32 + low) mod total`, exactly, for a total of 1 .. 2^32 - 1.
 * @param high, low 32 bits each, as whole numbers from 0 or as signed ones.
 */
export function moduloTotal(high: number, low: number, total: number): number {
  // high mod total < 2^21 keeps the product below 2^53, where doubles are whole numbers.
  if (total <= 2097152) return remainder(((high >>> 0) % (total >>> 0)) * 4294967296 + (low >>> 0), total);
  return Number(((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)) % BigInt(total));
}

/** `number % divisor` of whole numbers below 2^53. What an engine does there goes bit by bit, and takes twice as long as all else. */
function remainder(number: number, divisor: number): number {
  // The quotient is rounded: from just below a whole number up to it, but never below one that it has reached.
  const left = number - Math.floor(number / divisor) * divisor;
  return left < 0 ? left + divisor : left;
}

/** Index of the interval that holds `selected`; `cumulative[i]` is the sum of the weights up to and including i. */
export function intervalOf(cumulative: Float64Array, selected: number): number {
  let index = 0;
  while (selected >= cumulative[index]!) index += 1;
  return index;
}

/**
 * How a proxy comes by that value.
 * `independent`: a fresh random number per stream (Envoy since pull request 1878 of October 2017).
 * `counter`: a number that the process counts up with every stream it sees, inbound ones too (before): 50/50 is then a
 * block of the first version and a block of the second.
 */
export type Selector = 'independent' | 'counter';
