import { exactBinomPower, normalQuantile } from '../stats/index.ts';

/** How many requests show that a share is off. */
export interface Detection {
  /** The version in question: the rarest that has a weight. */
  readonly key: string;
  readonly share: number;
  /** The share that it would be told from. */
  readonly from: number;
  /** Probability that the tally of this many requests is called a fault, if that is the share. */
  readonly powerNow: number;
  /** Requests with which it is called a fault with the power asked for: the first such number, and from where on all are. */
  readonly firstN: number;
  readonly stableN: number;
  /** Requests that are missing until `stableN`. */
  readonly stillNeeded: number;
  /** False where the normal approximation is taken for both. */
  readonly exact: boolean;
}

/** What so many requests can tell of a share, and how many more would. */
export function detection({
  key,
  share,
  from,
  level,
  power,
  requests,
}: {
  readonly key: string;
  readonly share: number;
  readonly from: number;
  readonly level: number;
  readonly power: number;
  readonly requests: number;
}): Detection {
  const sizes = requestsToDetect({ p0: share, p1: from, alpha: level, power });
  return {
    key,
    share,
    from,
    powerNow: requests === 0 ? 0 : exactBinomPower({ n: requests, p0: share, p1: from, alpha: level }),
    ...sizes,
    stillNeeded: Math.max(0, sizes.stableN - requests),
  };
}

/** More sizes than this are not looked at one by one: a fraction of a second. */
const mostSizes = 4000;

/**
 * Requests until the exact two-sided binomial test at `alpha` tells a share `p1` from `p0` with this power. Power climbs in a
 * saw-tooth as the window of counts gains and loses its ends, so there is a first number, looked for from below, and one from
 * which on all do, looked for from above. `exact` is false where the teeth are so wide that the normal approximation
 * ((z_a sqrt(p0 q0) + z_b sqrt(p1 q1)) / (p1 - p0))^2 has to do for both.
 * @throws RangeError where p0 and p1 are equal or no shares, or alpha or power is not within 0 to 1.
 */
export function requestsToDetect({
  p0,
  p1,
  alpha,
  power,
}: {
  readonly p0: number;
  readonly p1: number;
  readonly alpha: number;
  readonly power: number;
}): { readonly firstN: number; readonly stableN: number; readonly exact: boolean } {
  if (p0 === p1) throw new RangeError(`p1 = ${p1}: a share that differs from p0 is expected`);
  const z =
    normalQuantile({ q: 1 - alpha / 2 }) * Math.sqrt(p0 * (1 - p0)) +
    normalQuantile({ q: power }) * Math.sqrt(p1 * (1 - p1));
  const difference = Math.abs(p1 - p0);
  const about = Math.max(1, Math.ceil((z / difference) * (z / difference)));
  // What whole counts cost beyond the normal law: about 1 / difference (J. L. Fleiss, Statistical Methods for Rates and
  // Proportions, section 3.2); a tooth is as wide as the wait for one request of the rarer version. Three of each.
  const rarest = Math.min(p0, 1 - p0) || Math.min(p1, 1 - p1) || 1;
  const margin = Math.ceil(3 / difference + 3 / rarest + 30);
  if (margin > mostSizes) return { firstN: about, stableN: about, exact: false };
  const misses = (n: number): boolean => exactBinomPower({ n, p0, p1, alpha }) < power;
  let stableN = about + margin;
  while (misses(stableN)) stableN += margin;
  while (stableN > 1 && !misses(stableN - 1)) stableN -= 1;
  let firstN = Math.max(1, about - margin);
  while (firstN > 1 && !misses(firstN)) firstN = Math.max(1, firstN - margin);
  while (misses(firstN)) firstN += 1;
  return { firstN, stableN, exact: true };
}

/** Share that is `deviation` off: towards one half, where it is hardest to see; upwards from one half. */
export const deviated = (share: number, deviation: number): number => {
  const off = share > 0.5 ? Math.max(0, share - deviation) : Math.min(1, share + deviation);
  // 0.1 and 0.05 are 0.15, not 0.15000000000000002.
  return Math.round(off * 1e12) / 1e12;
};
