import { exp } from '../../kernel/math.ts';
import { mustBeCounts, mustBeWeights, refuse } from '../argument.ts';
import { logBinomial } from '../binomial.ts';
import { poissonPmf } from '../gamma.ts';

/** Products that a box may cost: a few seconds. */
const MOST_PRODUCTS = 3e9;

/**
 * The multinomial probability of the counts, shares being the weights over their sum; 0^0 = 1, so a version of weight
 * 0 is no matter unless it was seen, and then the probability is 0. Computed as a chain of binomials.
 * @throws RangeError unless there are as many counts as weights, and the weights have a positive sum.
 */
export function multinomialPmf({
  counts,
  weights,
}: {
  readonly counts: readonly number[];
  readonly weights: readonly number[];
}): number {
  mustBeWeights('weights', weights);
  mustBeCounts('counts', counts, weights.length);
  let left = counts.reduce((sum, count) => sum + count, 0);
  let logarithm = 0;
  for (let i = 0; i < counts.length; i += 1) {
    const count = counts[i]!;
    if (weights[i] === 0) {
      if (count > 0) return 0;
      continue;
    }
    // Summed afresh, so that the last version's share is exactly 1.
    const others = weights.slice(i + 1).reduce((sum, weight) => sum + weight, 0);
    const both = weights[i]! + others;
    logarithm += logBinomial(left, count, weights[i]! / both, others / both);
    left -= count;
  }
  return exp(logarithm);
}

/** The counts of one version that a box allows. */
export interface Side {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/**
 * P(every version's count lies in its side of the box) for n multinomial draws. Poisson counts of means n p_j, given
 * that they sum to n, are multinomial; so the sides are convolved as Poisson probabilities. Positive terms only.
 * @throws RangeError when three or more versions would cost over 3e9 products (n about 1e7 for three even versions).
 */
export function multinomialBox(n: number, sides: readonly Side[]): number {
  const possible = sides.every((side) => Math.min(side.high, n) >= Math.max(side.low, 0));
  if (!possible) return 0;
  // Terms below 1e-32 of the largest cannot matter, unless the answer itself is tiny.
  const likely = boxSum(n, sides, 1e-32);
  return likely > 1e-15 ? likely : boxSum(n, sides, 0);
}

function boxSum(n: number, sides: readonly Side[], floor: number): number {
  const columns = sides
    .map((side) => poissonColumn(n, side, floor))
    .sort((a, b) => a.values.length - b.values.length);
  const last = columns.pop()!;
  let sum: Column = { from: 0, values: Float64Array.of(1) };
  // Only sums that the columns still to come can bring to n are carried on.
  let leastLeft = columns.reduce((least, column) => least + column.from, last.from);
  let mostLeft = columns.reduce((most, column) => most + end(column), end(last));
  for (const column of columns) {
    leastLeft -= column.from;
    mostLeft -= end(column);
    sum = convolve(n, sum, column, n - mostLeft, n - leastLeft);
  }
  let joint = 0;
  for (let i = 0; i < sum.values.length; i += 1) {
    joint += sum.values[i]! * (last.values[n - sum.from - i - last.from] ?? 0);
  }
  return Math.min(1, joint / poissonPmf(n, n));
}

/** Probabilities of from, from + 1, ... */
interface Column {
  readonly from: number;
  readonly values: Float64Array;
}

function poissonColumn(n: number, side: Side, floor: number): Column {
  const mean = n * side.share;
  const low = Math.max(side.low, 0);
  const high = Math.min(side.high, n);
  const start = Math.min(Math.max(Math.floor(mean), low), high);
  const peak = poissonPmf(start, mean);
  const least = Math.max(peak * floor, 1e-307);
  const up = [peak];
  for (let k = start; k < high && up.at(-1)! > least; k += 1) up.push((up.at(-1)! * mean) / (k + 1));
  const down: number[] = [];
  let value = peak;
  for (let k = start; k > low && value > least; k -= 1) down.push((value *= k / mean));
  return { from: start - down.length, values: Float64Array.from([...down.reverse(), ...up]) };
}

/** The last count of a column. */
function end(column: Column): number {
  return column.from + column.values.length - 1;
}

/** The sums of both within low .. high. */
function convolve(n: number, a: Column, b: Column, low: number, high: number): Column {
  const from = Math.max(low, a.from + b.from);
  const to = Math.min(high, end(a) + end(b));
  const values = new Float64Array(Math.max(0, to - from + 1));
  const products = Math.min(a.values.length, values.length) * Math.min(b.values.length, values.length);
  if (products > MOST_PRODUCTS)
    refuse('n', n, `small enough for ${MOST_PRODUCTS} products (got ${products})`);
  for (let i = 0; i < a.values.length; i += 1) {
    const factor = a.values[i]!;
    const shift = a.from + i + b.from - from;
    const last = Math.min(b.values.length, values.length - shift);
    for (let j = Math.max(0, -shift); j < last; j += 1) {
      values[shift + j] = values[shift + j]! + factor * b.values[j]!;
    }
  }
  return { from, values };
}
