import { ln } from '../../kernel/math.ts';
import { cheapestCuts, poissonCost } from './change-points.ts';

/** A rate over time, in seconds from the start of what was watched. */
export interface RateProfile {
  /** steps: a rate holds until the next point. ramp: it changes linearly between points. */
  readonly shape: 'steps' | 'ramp';
  /** Rate with its 95 % interval; of a ramp the last point stands at the end. */
  readonly points: readonly {
    readonly atSeconds: number;
    readonly rps: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly seconds: number;
}

const mostPieces = 12;

/**
 * Arrival times in seconds -> the rate that they follow: steps, or a ramp where that says more with as many numbers (BIC). Cuts of
 * the steps are PELT's on counts by the second, at a price of 3 ln n each (Killick 2012), at most twelve pieces.
 */
export function rateProfile(times: readonly number[], seconds: number): RateProfile {
  const bins = Math.max(1, Math.min(3600, Math.round(seconds)));
  const width = seconds / bins;
  const counts = new Float64Array(bins);
  for (const time of times) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(time / width)));
    counts[bin] = counts[bin]! + 1;
  }
  const steps = stepsOf(counts, width);
  const ramp = rampOf(counts);
  const price = ln(bins);
  const ofSteps = -2 * logLikelihood(counts, steps.rates) + (2 * steps.edges.length - 3) * price;
  // A ramp has a rate and, inside, a place for each of its points.
  const ofRamp =
    ramp === undefined
      ? Infinity
      : -2 * logLikelihood(counts, ramp.rates) + (2 * ramp.points.length - 2) * price;
  if (ramp !== undefined && ofRamp < ofSteps) {
    return {
      shape: 'ramp',
      seconds,
      points: ramp.points.map(({ bin, perBin, error }) => ({
        atSeconds: bin * width,
        rps: perBin / width,
        low: Math.max(0, perBin - 1.96 * error) / width,
        high: (perBin + 1.96 * error) / width,
      })),
    };
  }
  return {
    shape: 'steps',
    seconds,
    points: steps.edges.slice(0, -1).map((from, piece) => {
      const end = steps.edges[piece + 1]!;
      const count = steps.sums[piece]!;
      const span = (end - from) * width;
      const spread = 1.96 * Math.sqrt(Math.max(count, 1));
      return {
        atSeconds: from * width,
        rps: count / span,
        low: Math.max(0, count - spread) / span,
        high: (count + spread) / span,
      };
    }),
  };
}

/** Requests expected from the start until `at` seconds. */
export function expectedUntil({ shape, points, seconds }: RateProfile, at: number): number {
  let sum = 0;
  points.forEach(({ atSeconds, rps }, index) => {
    const next = points[index + 1];
    const end = Math.min(next?.atSeconds ?? seconds, at);
    const span = end - atSeconds;
    if (span <= 0) return;
    const slope =
      shape === 'ramp' && next !== undefined ? (next.rps - rps) / (next.atSeconds - atSeconds) : 0;
    sum += (rps + (slope * span) / 2) * span;
  });
  return sum;
}

interface Steps {
  readonly edges: readonly number[];
  readonly sums: readonly number[];
  /** Expected count of each bin. */
  readonly rates: Float64Array;
}

function stepsOf(counts: Float64Array, width: number): Steps {
  const n = counts.length;
  const cost = poissonCost(counts);
  const shortest = Math.max(1, Math.round(Math.min(5, (n * width) / 20) / width));
  let penalty = 3 * ln(Math.max(n, 3));
  let edges = cheapestCuts(n, cost, penalty, shortest);
  while (edges.length - 1 > mostPieces) {
    penalty *= 1.5;
    edges = cheapestCuts(n, cost, penalty, shortest);
  }
  const rates = new Float64Array(n);
  const sums = edges.slice(0, -1).map((from, piece) => {
    const end = edges[piece + 1]!;
    const sum = counts.subarray(from, end).reduce((total, count) => total + count, 0);
    rates.fill(sum / (end - from), from, end);
    return sum;
  });
  return { edges, sums, rates };
}

interface Ramp {
  readonly points: readonly { readonly bin: number; readonly perBin: number; readonly error: number }[];
  readonly rates: Float64Array;
}

/** Points are added where they help most, then each is moved while that helps. */
function rampOf(counts: Float64Array): Ramp | undefined {
  const n = counts.length;
  // The search looks at a few hundred sums; how good it is is asked of all counts.
  const group = Math.max(1, Math.ceil(n / 240));
  const coarse = Float64Array.from({ length: Math.floor(n / group) }, (_, at) =>
    counts.subarray(at * group, (at + 1) * group).reduce((sum, count) => sum + count, 0),
  );
  const places = coarse.length;
  if (places < 12) return undefined;
  const price = 2 * ln(n);
  const worth = (knots: readonly number[]): number => logLikelihood(coarse, fitted(coarse, knots).rates);
  let knots: readonly number[] = [0, places];
  let best = worth(knots);
  const apart = Math.max(2, Math.floor(places / 60));
  while (knots.length < mostPieces) {
    let found: { knots: readonly number[]; value: number } | undefined;
    for (let place = apart; place <= places - apart; place += apart) {
      if (knots.some((own) => Math.abs(own - place) < apart)) continue;
      const tried = [...knots, place].sort((a, b) => a - b);
      const value = worth(tried);
      if (found === undefined || value > found.value) found = { knots: tried, value };
    }
    if (found === undefined) break;
    const moved = settled(found.knots, found.value, worth, places);
    if (2 * (moved.value - best) < price) break;
    ({ knots, value: best } = moved);
  }
  const fine = spread(knots, group, n);
  const { values, errors } = fitted(counts, fine);
  return {
    points: fine.map((bin, at) => ({ bin, perBin: values[at]!, error: errors[at]! })),
    rates: interpolated(fine, values, n),
  };
}

const spread = (knots: readonly number[], group: number, n: number): readonly number[] =>
  knots.map((knot, at) => (at === knots.length - 1 ? n : knot * group));

function settled(
  from: readonly number[],
  value: number,
  worth: (knots: readonly number[]) => number,
  places: number,
): { knots: readonly number[]; value: number } {
  let best = { knots: from, value };
  for (let step = Math.max(1, places >> 5); step >= 1; step >>= 1) {
    for (let at = 1; at + 1 < best.knots.length; at += 1) {
      for (const by of [-step, step]) {
        const moved = best.knots.map((knot, own) => (own === at ? knot + by : knot));
        if (moved[at]! - moved[at - 1]! < 2 || moved[at + 1]! - moved[at]! < 2) continue;
        const tried = worth(moved);
        if (tried > best.value) best = { knots: moved, value: tried };
      }
    }
  }
  return best;
}

/** Rates at the knots that make the counts likeliest: Fisher's scoring, whose matrix has three diagonals. */
function fitted(
  counts: Float64Array,
  knots: readonly number[],
): { values: number[]; errors: number[]; rates: Float64Array } {
  const n = counts.length;
  const mean = counts.reduce((sum, count) => sum + count, 0) / n;
  const floor = Math.max(mean * 1e-3, 1e-9);
  let values = knots.map(() => Math.max(mean, floor));
  let rates = interpolated(knots, values, n);
  let diagonal: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    diagonal = knots.map(() => 1e-12);
    const off = knots.map(() => 0);
    const right = knots.map(() => 0);
    let piece = 0;
    for (let bin = 0; bin < n; bin += 1) {
      while (piece + 2 < knots.length && bin >= knots[piece + 1]!) piece += 1;
      const part = (bin + 0.5 - knots[piece]!) / (knots[piece + 1]! - knots[piece]!);
      const weight = 1 / Math.max(rates[bin]!, floor);
      const [a, b] = [1 - part, part];
      diagonal[piece] = diagonal[piece]! + a * a * weight;
      diagonal[piece + 1] = diagonal[piece + 1]! + b * b * weight;
      off[piece] = off[piece]! + a * b * weight;
      right[piece] = right[piece]! + a * weight * counts[bin]!;
      right[piece + 1] = right[piece + 1]! + b * weight * counts[bin]!;
    }
    values = threeDiagonals(diagonal, off, right).map((value) => Math.max(value, floor));
    rates = interpolated(knots, values, n);
  }
  return { values, errors: diagonal.map((information) => 1 / Math.sqrt(information)), rates };
}

/** Thomas' algorithm for a symmetric matrix. */
function threeDiagonals(
  diagonal: readonly number[],
  off: readonly number[],
  right: readonly number[],
): number[] {
  const n = diagonal.length;
  const upper = new Array<number>(n).fill(0);
  const value = new Array<number>(n).fill(0);
  for (let row = 0; row < n; row += 1) {
    const below = row === 0 ? 0 : off[row - 1]!;
    const pivot = diagonal[row]! - (row === 0 ? 0 : below * upper[row - 1]!);
    upper[row] = off[row]! / pivot;
    value[row] = (right[row]! - (row === 0 ? 0 : below * value[row - 1]!)) / pivot;
  }
  for (let row = n - 2; row >= 0; row -= 1) value[row] = value[row]! - upper[row]! * value[row + 1]!;
  return value;
}

function interpolated(knots: readonly number[], values: readonly number[], n: number): Float64Array {
  const rates = new Float64Array(n);
  let piece = 0;
  for (let bin = 0; bin < n; bin += 1) {
    while (piece + 2 < knots.length && bin >= knots[piece + 1]!) piece += 1;
    const part = (bin + 0.5 - knots[piece]!) / (knots[piece + 1]! - knots[piece]!);
    rates[bin] = values[piece]! + part * (values[piece + 1]! - values[piece]!);
  }
  return rates;
}

/** Of Poisson counts, but for what all rates share. */
function logLikelihood(counts: Float64Array, rates: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin += 1) {
    const rate = rates[bin]!;
    const count = counts[bin]!;
    if (count > 0) sum += count * ln(Math.max(rate, 1e-12));
    sum -= rate;
  }
  return sum;
}
