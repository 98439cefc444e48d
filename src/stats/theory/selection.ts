import { mustBeCount, mustBeWeights, refuse } from '../argument.ts';

const MOST_RANDOM = 0xffff_ffff_ffff_ffffn;

/**
 * Which version Envoy's weighted cluster picks for the 64-bit number r: the index of the interval
 * [cum_{i-1}, cum_i) that holds r mod sum(weights), in list order (Envoy, source/common/router,
 * pickWeightedCluster). r may be a bigint or a decimal string, since numbers are exact to 2^53 only.
 * @throws RangeError unless the weights are integers with a positive sum and r is an integer in 0 .. 2^64-1.
 */
export function pickIndex({
  weights,
  r,
}: {
  readonly weights: readonly number[];
  readonly r: number | string | bigint;
}): number {
  const total = mustBeWholeWeights(weights);
  return indexAt(weights, Number(mustBeRandom(r) % BigInt(total)));
}

/**
 * What Envoy's weighted cluster picked for n requests before October 2017, when it took an incrementing stream id
 * instead of a random number (envoyproxy/envoy pull 1878 ended that): request i has the number start + i * stride,
 * `stride` being how many streams of the proxy one request takes. A 50/50 split comes as a block of one version and then
 * a block of the other. `sequence` holds the index picked by each request, `firstIndex` the first request of each
 * version, -1 if it got none.
 * @throws RangeError unless the weights are integers with a positive sum, start, stride and n are counts, and n is at
 * most 1e8.
 */
export function counterSelect({
  weights,
  start,
  stride,
  n,
}: {
  readonly weights: readonly number[];
  readonly start: number;
  readonly stride: number;
  readonly n: number;
}): { readonly sequence: number[]; readonly firstIndex: number[] } {
  const total = mustBeWholeWeights(weights);
  mustBeCount('start', start);
  mustBeCount('stride', stride);
  mustBeCount('n', n);
  if (n > 1e8) refuse('n', n, 'at most 100000000');
  const sequence: number[] = [];
  const firstIndex = weights.map(() => -1);
  let value = start % total;
  for (let i = 0; i < n; i += 1) {
    const index = indexAt(weights, value);
    if (firstIndex[index] === -1) firstIndex[index] = i;
    sequence.push(index);
    value = (value + (stride % total)) % total;
  }
  return { sequence, firstIndex };
}

/** The index of the half-open interval that holds value < sum(weights). */
function indexAt(weights: readonly number[], value: number): number {
  let index = 0;
  let end = weights[0]!;
  while (value >= end) {
    index += 1;
    end += weights[index]!;
  }
  return index;
}

function mustBeWholeWeights(weights: readonly number[]): number {
  mustBeWeights('weights', weights);
  weights.forEach((weight, i) => mustBeCount(`weights[${i}]`, weight));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Half of 2^53, so that adding a stride stays exact; Envoy itself stops at 2^32 - 1.
  if (total > 0x10_0000_0000_0000) refuse('weights', weights, 'integers with a sum up to 2^52');
  return total;
}

function mustBeRandom(r: number | string | bigint): bigint {
  const whole =
    typeof r === 'bigint' ||
    (typeof r === 'number' && Number.isSafeInteger(r)) ||
    (typeof r === 'string' && /^\d{1,20}$/.test(r));
  if (!whole) refuse('r', r, 'an integer (a string from 2^53 on)');
  const value = BigInt(r);
  if (value < 0n || value > MOST_RANDOM) refuse('r', r, 'in 0 .. 2^64-1');
  return value;
}
