import { exp } from '../../kernel/math.ts';
import { chiSquareTail } from '../../stats/gamma.ts';
import { expectedUntil, type RateProfile } from './rate-profile.ts';

/** Whether requests come as chance alone has them. */
export interface ArrivalProcess {
  /** poisson: each comes by itself. bursty: they come in groups (sessions, retries of clients). even: further apart than by chance. */
  readonly kind: 'poisson' | 'bursty' | 'even' | 'too few to tell';
  /** Conditional-uniform Kolmogorov-Smirnov test of all pieces together: whether the times within a piece are spread evenly. */
  readonly uniformP: number;
  /** Variance of the counts over what chance would give them; 1 for Poisson. */
  readonly dispersion: number;
  readonly dispersionP: number;
  readonly n: number;
}

const level = 0.01;
const leastRequests = 100;

/**
 * Arrival times in seconds against the rate that they follow. Times that the log cut to whole milliseconds are spread over their
 * millisecond (Kim & Whitt, "Are call center and hospital arrivals well modeled by nonhomogeneous Poisson processes?", MSOM 2014).
 */
export function arrivalProcess(times: readonly number[], profile: RateProfile): ArrivalProcess {
  const n = times.length;
  if (n < leastRequests) return { kind: 'too few to tell', uniformP: 1, dispersion: 1, dispersionP: 1, n };
  const uniformP = kolmogorovTail(withinPieces(times, profile));
  const { dispersion, p: dispersionP } = dispersionOf(times, profile);
  const isByChance = dispersionP >= level / 2 || Math.abs(dispersion - 1) < 0.05;
  return {
    kind: isByChance ? 'poisson' : dispersion > 1 ? 'bursty' : 'even',
    uniformP,
    dispersion,
    dispersionP,
    n,
  };
}

/** Where each time stands in its piece, by the requests expected there: uniform from 0 to 1 if the process is Poisson. */
function withinPieces(times: readonly number[], profile: RateProfile): Float64Array {
  const edges = [...profile.points.map(({ atSeconds }) => atSeconds), profile.seconds];
  const expected = edges.map((edge) => expectedUntil(profile, edge));
  let piece = 0;
  const places = new Float64Array(times.length);
  times.forEach((time, at) => {
    const spread = time + 0.001 * ((at * 0.618_033_988_749_895) % 1);
    while (piece + 2 < edges.length && spread >= edges[piece + 1]!) piece += 1;
    const size = expected[piece + 1]! - expected[piece]!;
    const place = size > 0 ? (expectedUntil(profile, spread) - expected[piece]!) / size : 0;
    places[at] = Math.min(1, Math.max(0, place));
  });
  return places.sort();
}

/** The chance that a sample of uniform numbers strays as far (Stephens 1970 for finite n; Kolmogorov's series). */
export function kolmogorovTail(sorted: ArrayLike<number>): number {
  const n = sorted.length;
  let distance = 0;
  for (let at = 0; at < n; at += 1) {
    const value = sorted[at]!;
    distance = Math.max(distance, (at + 1) / n - value, value - at / n);
  }
  const root = Math.sqrt(n);
  const x = (root + 0.12 + 0.11 / root) * distance;
  if (x < 0.2) return 1;
  let tail = 0;
  for (let term = 1; term <= 100; term += 1)
    tail += (term % 2 === 1 ? 2 : -2) * exp(-2 * term * term * x * x);
  return Math.min(1, Math.max(0, tail));
}

/** Fisher's index: counts of bins in which a few requests are expected against those expectations. */
function dispersionOf(times: readonly number[], profile: RateProfile): { dispersion: number; p: number } {
  const bins = Math.max(10, Math.min(Math.floor(profile.seconds), Math.floor(times.length / 4)));
  const width = profile.seconds / bins;
  const counts = new Float64Array(bins);
  for (const time of times) {
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(time / width)));
    counts[bin] = counts[bin]! + 1;
  }
  let sum = 0;
  let used = 0;
  let before = 0;
  counts.forEach((count, bin) => {
    const until = expectedUntil(profile, (bin + 1) * width);
    const wanted = until - before;
    before = until;
    if (wanted < 1) return;
    sum += ((count - wanted) * (count - wanted)) / wanted;
    used += 1;
  });
  const freedom = used - (2 * profile.points.length - 1);
  if (freedom < 5) return { dispersion: 1, p: 1 };
  const upper = chiSquareTail(sum, freedom);
  return { dispersion: sum / freedom, p: Math.min(1, 2 * Math.min(upper, 1 - upper)) };
}
