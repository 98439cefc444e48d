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
  /** False beyond 5,000 requests, where the normal approximation is taken for both. */
  readonly exact: boolean;
}

/** Sizes up to here are searched one by one. */
const mostSearched = 5000;

/**
 * Requests until the exact two-sided binomial test at `alpha` tells a share `p1` from `p0` with this power. Power climbs in a
 * saw-tooth as the window of counts gains and loses its ends, so there is a first number and one from which on all do.
 * The search goes to 1.5 times the normal approximation (and 50 more), beyond which no tooth reaches down.
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
  const about = normalSize(p0, p1, alpha, power);
  if (about > mostSearched) return { firstN: about, stableN: about, exact: false };
  let firstN = 0;
  let lastMiss = 0;
  const end = Math.ceil(1.5 * about) + 50;
  for (let n = 1; n <= end; n++) {
    if (exactBinomPower({ n, p0, p1, alpha }) < power) lastMiss = n;
    else if (firstN === 0) firstN = n;
  }
  return { firstN: firstN === 0 ? lastMiss + 1 : firstN, stableN: lastMiss + 1, exact: true };
}

/** ((z_a sqrt(p0 q0) + z_b sqrt(p1 q1)) / (p1 - p0))^2, the textbook's two-sided size for one share. */
function normalSize(p0: number, p1: number, alpha: number, power: number): number {
  const z =
    normalQuantile({ q: 1 - alpha / 2 }) * Math.sqrt(p0 * (1 - p0)) +
    normalQuantile({ q: power }) * Math.sqrt(p1 * (1 - p1));
  return Math.max(1, Math.ceil((z / (p1 - p0)) * (z / (p1 - p0))));
}

/** Share that is `deviation` off: towards one half, where it is hardest to see; upwards from one half. */
export const deviated = (share: number, deviation: number): number => {
  const off = share > 0.5 ? Math.max(0, share - deviation) : Math.min(1, share + deviation);
  // 0.1 and 0.05 are 0.15, not 0.15000000000000002.
  return Math.round(off * 1e12) / 1e12;
};
