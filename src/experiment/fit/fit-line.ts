import { deviation, mean } from 'd3-array';
import type { Band, FitLine, FitVerdict } from '../../record/fit.ts';
import { tQuantile } from '../../stats/beta.ts';

/** What numbers of one sort have in common: why they may differ. */
const likelyCauses = {
  time: 'service times that were others by then: other data, other caches, more load than the fit has seen',
  // The plays have the arrivals that came then, and count a page when it is answered, as a log does.
  rate: 'pages that the fitted system had not answered by the end, as it keeps up less well',
  rateAbove:
    'pages that the running system had not answered, or its logs not told, by the end: the fitted one keeps up better',
  errors: 'failures that began or ended later than the fit could see',
  cpu: 'work that no request causes (collections, batches), or requests of another kind than before',
  workers: 'a minute in which a pod was full: how long that lasts is chance, and few such minutes were seen',
  share: 'a rule that was changed then, which no --change tells',
} as const;

/** One number that was observed, and what plays of the fitted system came to. */
export interface Measured {
  readonly what: string;
  readonly sort: Exclude<keyof typeof likelyCauses, 'rateAbove'>;
  readonly unit: string;
  readonly observed: number;
  /** One per play. */
  readonly predicted: readonly number[];
  /** How far apart they may lie: a part of what was observed where `isRelative`, else in the unit. */
  readonly tolerance: number;
  readonly isRelative: boolean;
  /** Standard error of the observation by itself, as it was made of so many requests; 0 where plays tell all of it. */
  readonly ownError: number;
}

/**
 * Observed is one play of reality: it strays from the mean of plays as one of them does. So the interval of the difference is that of
 * one more play, t sd sqrt(1 + 1/k) of k plays, or what the observation's own chance makes of it where fewer requests were seen.
 * The verdict is of an equivalence test: agrees if all of the interval lies within the tolerance, differs if all of it lies beyond.
 *
 * @returns undefined where there is nothing to compare: a number that nobody knows, or none to be relative to.
 */
export function lineOf(measured: Measured): FitLine | undefined {
  const { what, unit, observed, predicted, tolerance, isRelative, ownError } = measured;
  if (![observed, ...predicted].every(Number.isFinite) || (isRelative && observed === 0)) return undefined;
  const plays = predicted.length;
  const band = bandOf(predicted);
  const sd = deviation(predicted) ?? 0;
  const t = tQuantile({ q: 0.975, df: Math.max(1, plays - 1) });
  const half = t * Math.sqrt((sd * sd) / plays + Math.max(sd * sd, ownError * ownError));
  const scale = isRelative ? 1 / observed : 1;
  const difference = (band.mean - observed) * scale;
  const [low, high] = [difference - half * scale, difference + half * scale];
  return {
    what,
    unit,
    observed,
    predicted: band.mean,
    low: band.low,
    high: band.high,
    difference,
    differenceLow: low,
    differenceHigh: high,
    relative: isRelative,
    tolerance,
    verdict: verdictOf(low, high, tolerance),
  };
}

function verdictOf(low: number, high: number, tolerance: number): FitVerdict {
  if (low >= -tolerance && high <= tolerance) return 'agrees';
  return low > tolerance || high < -tolerance ? 'differs' : 'too few to tell';
}

/** Where 95 of 100 plays lie, by the mean and the standard deviation of some. */
export function bandOf(values: readonly number[]): Band {
  const middle = mean(values) ?? NaN;
  const half = 1.96 * (deviation(values) ?? 0);
  return { mean: middle, low: middle - half, high: middle + half };
}

/** A number with what came of the comparison. */
export interface Compared {
  readonly sort: Measured['sort'];
  readonly line: FitLine;
}

/** Of those that differ the one that is furthest off, by how many tolerances, and what makes numbers of its sort differ; null: none. */
export function worstOf(compared: readonly Compared[]): string | null {
  const tolerances = ({ line }: Compared): number => Math.abs(line.difference) / line.tolerance;
  const [worst] = compared
    .filter(({ line }) => line.verdict === 'differs')
    .sort((one, other) => tolerances(other) - tolerances(one));
  if (worst === undefined) return null;
  const { what, difference, relative } = worst.line;
  const side = difference > 0 ? 'above' : 'below';
  const by = relative
    ? `${Math.round(Math.abs(difference) * 100)} % ${side} what was observed`
    : `${Math.abs(difference).toFixed(1)} points ${side} it`;
  const cause = worst.sort === 'rate' && difference > 0 ? 'rateAbove' : worst.sort;
  return `Furthest off is ${what}: ${by}. Likely: ${likelyCauses[cause]}.`;
}
