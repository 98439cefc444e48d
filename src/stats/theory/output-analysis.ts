import {
  mustBeCount,
  mustBeFinite,
  mustBeInnerShare,
  mustBeNonNegative,
  mustBeNumbers,
  mustBePositive,
  mustBeShare,
  refuse,
} from '../argument.ts';
import { studentTwoSidedTail, twoSidedStudent } from '../beta.ts';
import { binomial, binomialQuantile, mustBeRequests, TIE } from '../binomial.ts';
import { above, atMost, between, firstTrue } from '../lattice.ts';
import { meanCi, meanOf, squaresAbout } from '../mean-ci.ts';

/**
 * The mean of a - b over pairs that share their random numbers, with Student's t interval, and the correlation of the
 * pairs: if that is not positive, sharing gained nothing. `corr` is null when a or b does not vary.
 * @throws RangeError unless a and b hold equally many numbers, 2 or more, and 0 < conf < 1.
 */
export function pairedDiffCi({
  a,
  b,
  conf,
}: {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly conf: number;
}): { readonly mean: number; readonly half: number; readonly corr: number | null } {
  mustBeNumbers('a', a, 2);
  mustBeNumbers('b', b, 2);
  if (a.length !== b.length) refuse('b', b, `a list of ${a.length} numbers, as a is`);
  const { mean, half } = meanCi({ data: a.map((value, i) => value - b[i]!), conf });
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  const squares = Math.sqrt(squaresAbout(a, meanA)) * Math.sqrt(squaresAbout(b, meanB));
  const products = a.reduce((sum, value, i) => sum + (value - meanA) * (b[i]! - meanB), 0);
  return { mean, half, corr: squares === 0 ? null : products / squares };
}

/**
 * Welch's test and interval for the difference of two means with unequal variances; df by Satterthwaite, p two-sided.
 * @throws RangeError unless a and b hold 2 or more numbers each, not all of them without spread, and 0 < conf < 1.
 */
export function welchT({
  a,
  b,
  conf,
}: {
  readonly a: readonly number[];
  readonly b: readonly number[];
  readonly conf: number;
}): {
  readonly diff: number;
  readonly t: number;
  readonly df: number;
  readonly p: number;
  readonly lo: number;
  readonly hi: number;
} {
  mustBeNumbers('a', a, 2);
  mustBeNumbers('b', b, 2);
  mustBeInnerShare('conf', conf);
  const meanA = meanOf(a);
  const meanB = meanOf(b);
  const partA = squaresAbout(a, meanA) / (a.length - 1) / a.length;
  const partB = squaresAbout(b, meanB) / (b.length - 1) / b.length;
  const variance = partA + partB;
  if (variance === 0) refuse('a', a, 'a list with some spread, or b must be');
  const diff = meanA - meanB;
  const shareA = partA / variance;
  const shareB = partB / variance;
  const df = 1 / ((shareA * shareA) / (a.length - 1) + (shareB * shareB) / (b.length - 1));
  const t = diff / Math.sqrt(variance);
  const half = twoSidedStudent(conf, df) * Math.sqrt(variance);
  return { diff, t, df, p: studentTwoSidedTail(t, df), lo: diff - half, hi: diff + half };
}

/**
 * The mean of one long run from the means of equal batches, with Student's t interval over the batches. What does not
 * fill a batch is dropped at the front, where the run is farthest from its steady state. `lag1` is the batch means'
 * lag-1 autocorrelation (null if they do not vary): enlarge the batches until it is small.
 * @throws RangeError unless data holds a number for each of 2 or more batches and 0 < conf < 1.
 */
export function batchMeans({
  data,
  batches,
  conf,
}: {
  readonly data: readonly number[];
  readonly batches: number;
  readonly conf: number;
}): {
  readonly batchSize: number;
  readonly mean: number;
  readonly half: number;
  readonly lag1: number | null;
} {
  mustBeCount('batches', batches, 2);
  mustBeNumbers('data', data, batches);
  const batchSize = Math.floor(data.length / batches);
  const start = data.length - batchSize * batches;
  const means = Array.from({ length: batches }, (_, i) =>
    meanOf(data.slice(start + i * batchSize, start + (i + 1) * batchSize)),
  );
  const { mean, half } = meanCi({ data: means, conf });
  return { batchSize, mean, half, lag1: lagCorrelation(means, 1) };
}

/**
 * MSER: how many leading batches to delete as warm-up. d in 0 .. floor(nb / 2) minimises
 * sum_{i > d} (y_i - ybar_d)^2 / (nb - d)^2 over the batch means y; the first minimiser. An incomplete last batch is
 * dropped. A d at its limit says that the run is too short. K. White, Simulation 69, 1997 (batch = 5: MSER-5).
 * @throws RangeError unless batch is 1 or more and data fills at least one batch.
 */
export function mser({ data, batch }: { readonly data: readonly number[]; readonly batch: number }): {
  readonly d: number;
  readonly deletedObs: number;
  readonly stat: number;
  readonly mean: number;
} {
  mustBeCount('batch', batch, 1);
  mustBeNumbers('data', data, batch);
  const means = Array.from({ length: Math.floor(data.length / batch) }, (_, i) =>
    meanOf(data.slice(i * batch, (i + 1) * batch)),
  );
  // Welford's update from the last batch backward: a constant tail has no spread at all, so that ties stay ties.
  let mean = 0;
  let squares = 0;
  let best = { d: -1, deletedObs: 0, stat: Infinity, mean: 0 };
  for (let d = means.length - 1; d >= 0; d -= 1) {
    const kept = means.length - d;
    const gap = means[d]! - mean;
    mean += gap / kept;
    squares += gap * (means[d]! - mean);
    const stat = squares / (kept * kept);
    const allowed = d <= Math.floor(means.length / 2);
    if (allowed && stat <= best.stat * (1 + 1e-12)) best = { d, deletedObs: d * batch, stat, mean };
  }
  return best;
}

/**
 * Welch's procedure: the average of each point over replications, then a centred moving average of window 2w + 1,
 * with the windows 1, 3, 5, ... at the start. The last point is the one at index L - w (from 1), L the common length.
 * @throws RangeError unless reps holds one or more replications of one same length above w.
 */
export function welchMovingAverage({
  reps,
  w,
}: {
  readonly reps: readonly (readonly number[])[];
  readonly w: number;
}): number[] {
  mustBeCount('w', w);
  if (!Array.isArray(reps) || reps.length === 0) refuse('reps', reps, 'a list of replications');
  reps.forEach((rep, i) => mustBeNumbers(`reps[${i}]`, rep, 1));
  const length = reps[0]!.length;
  reps.forEach((rep, i) => {
    if (rep.length !== length) refuse(`reps[${i}]`, rep, `a list of ${length} numbers, as the first is`);
  });
  if (w >= length) refuse('w', w, `below the length of the replications, ${length}`);
  const averages = Array.from({ length }, (_, i) => meanOf(reps.map((rep) => rep[i]!)));
  return Array.from({ length: length - w }, (_, i) => {
    const half = Math.min(w, i);
    return meanOf(averages.slice(i - half, i + half + 1));
  });
}

/**
 * Which order statistics of n independent values enclose their q-quantile with confidence conf: `lower`, the largest
 * rank r (from 1) with P(Bin(n, q) <= r-1) <= (1-conf)/2; `upper`, the smallest r <= n with P(Bin(n, q) <= r-1) >=
 * 1 - (1-conf)/2; null where no rank does, which means "not enough data", never the extreme value. `coverage` is the
 * true one, a missing rank counting as the infinite side.
 * @throws RangeError unless 1 <= n <= 1e13 and 0 < q, conf < 1.
 */
export function quantileCiRanks({
  n,
  q,
  conf,
}: {
  readonly n: number;
  readonly q: number;
  readonly conf: number;
}): {
  readonly lower: number | null;
  readonly upper: number | null;
  readonly coverage: number;
} {
  mustBeCount('n', n, 1);
  mustBeRequests(n);
  mustBeInnerShare('q', q);
  mustBeInnerShare('conf', conf);
  const lattice = binomial(n, q);
  const tail = (1 - conf) / 2;
  const quantile = binomialQuantile(lattice, tail, 1 - tail);
  // P(X <= quantile) may equal the tail, else it is the first beyond it.
  const lower = atMost(lattice, quantile) <= tail * (1 + TIE) ? quantile + 1 : quantile;
  const upper = binomialQuantile(lattice, 1 - tail, tail) + 1;
  const from = Math.max(lower, 0);
  const coverage = upper <= n ? between(lattice, from, upper - 1) : above(lattice, from - 1);
  return { lower: lower >= 1 ? lower : null, upper: upper <= n ? upper : null, coverage };
}

/**
 * The sample quantile by linear interpolation at position (n - 1) q (R's type 7).
 * @throws RangeError unless data holds 1 or more finite numbers and 0 <= q <= 1.
 */
export function quantileType7({ data, q }: { readonly data: readonly number[]; readonly q: number }): number {
  mustBeNumbers('data', data, 1);
  mustBeShare('q', q);
  const sorted = Float64Array.from(data).sort();
  const position = (sorted.length - 1) * q;
  const index = Math.floor(position);
  const value = sorted[index]!;
  const next = sorted[index + 1];
  return next === undefined ? value : value + (position - index) * (next - value);
}

/**
 * The number of replications for a relative precision gamma (A. Law, Simulation Modeling and Analysis, 9.4.1): the
 * smallest n >= n0 with t_{n-1} sd / sqrt n <= gamma / (1 + gamma) |mean|, mean and sd held.
 * @throws RangeError unless n0 >= 2, mean is finite and not 0 (unless sd is), sd >= 0, gamma > 0 and 0 < conf < 1.
 */
export function relPrecisionReps({
  n0,
  mean,
  sd,
  gamma,
  conf,
}: {
  readonly n0: number;
  readonly mean: number;
  readonly sd: number;
  readonly gamma: number;
  readonly conf: number;
}): number {
  mustBeCount('n0', n0, 2);
  mustBeFinite('mean', mean);
  mustBeNonNegative('sd', sd);
  mustBePositive('gamma', gamma);
  mustBeInnerShare('conf', conf);
  if (mean === 0 && sd > 0) refuse('mean', mean, 'other than 0: no n is precise relative to it');
  const allowed = (gamma / (1 + gamma)) * Math.abs(mean);
  const enough = (n: number) => (twoSidedStudent(conf, n - 1) * sd) / Math.sqrt(n) <= allowed * (1 + 1e-13);
  if (enough(n0)) return n0;
  return n0 + firstTrue(1e15, (more) => enough(n0 + more));
}

/**
 * The autocorrelation at a lag: the sum of lagged products over the sum of squares, both about the full mean.
 * @throws RangeError unless lag is a count below the length of data, and data varies.
 */
export function autocorr({ data, lag }: { readonly data: readonly number[]; readonly lag: number }): number {
  mustBeNumbers('data', data, 1);
  mustBeCount('lag', lag);
  if (lag >= data.length) refuse('lag', lag, `below the length of data, ${data.length}`);
  return lagCorrelation(data, lag) ?? refuse('data', data, 'a list with some spread');
}

/**
 * The time average of a step function that takes values[i] at times[i] and keeps it until the next time, the last one
 * until `end`; over times[0] .. end.
 * @throws RangeError unless there are as many values as times, times never fall, and end lies after the first and not
 * before the last of them.
 */
export function timeAverage({
  times,
  values,
  end,
}: {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly end: number;
}): number {
  mustBeNumbers('times', times, 1);
  mustBeNumbers('values', values, 1);
  mustBeFinite('end', end);
  if (values.length !== times.length)
    refuse('values', values, `a list of ${times.length} numbers, one for each time`);
  let area = 0;
  for (let i = 0; i < times.length; i += 1) {
    const until = times[i + 1] ?? end;
    if (until < times[i]!)
      refuse(i + 1 < times.length ? `times[${i + 1}]` : 'end', until, `${times[i]} or later`);
    area += values[i]! * (until - times[i]!);
  }
  if (!(end > times[0]!)) refuse('end', end, `later than ${times[0]}`);
  return area / (end - times[0]!);
}

function lagCorrelation(values: readonly number[], lag: number): number | null {
  const mean = meanOf(values);
  const squares = squaresAbout(values, mean);
  if (squares === 0) return null;
  let products = 0;
  for (let i = lag; i < values.length; i += 1) products += (values[i]! - mean) * (values[i - lag]! - mean);
  return products / squares;
}
