import { exactBinomPower, normalQuantile } from '../stats/index.ts';

/** More sizes than this are not looked at one by one: a fraction of a second. */
const mostSizes = 4000;

/**
 * Requests from which on the exact two-sided binomial test against p0 finds a true share of p1 with this power. The power
 * climbs in teeth, so the sizes are looked at from above, down to the last that misses. `isExact` is false where the
 * teeth are so wide that the normal approximation ((z_a sqrt(p0 q0) + z_b sqrt(p1 q1)) / (p1 - p0))^2 has to do.
 * @throws RangeError where p0 and p1 are equal or no shares, or alpha or power is not within 0 to 1.
 */
export function oneShareSize({
  p0,
  p1,
  alpha,
  power,
}: {
  readonly p0: number;
  readonly p1: number;
  readonly alpha: number;
  readonly power: number;
}): { readonly requests: number; readonly isExact: boolean } {
  if (p0 === p1) throw new RangeError(`p1 = ${p1}: a share that differs from p0 is expected`);
  const z =
    normalQuantile({ q: 1 - alpha / 2 }) * Math.sqrt(p0 * (1 - p0)) +
    normalQuantile({ q: power }) * Math.sqrt(p1 * (1 - p1));
  const difference = Math.abs(p1 - p0);
  const normal = Math.max(1, Math.ceil((z / difference) * (z / difference)));
  // What whole counts cost beyond the normal law: about 1 / difference (J. L. Fleiss, Statistical Methods for Rates and
  // Proportions, section 3.2); a tooth is as wide as the wait for one request of the rarer version. Three of each.
  const rarest = Math.min(p0, 1 - p0) || Math.min(p1, 1 - p1) || 1;
  const margin = Math.ceil(3 / difference + 3 / rarest + 30);
  if (margin > mostSizes) return { requests: normal, isExact: false };
  const misses = (n: number): boolean => exactBinomPower({ n, p0, p1, alpha }) < power;
  let n = normal + margin;
  while (misses(n)) n += margin;
  while (n > 1 && !misses(n - 1)) n -= 1;
  return { requests: n, isExact: true };
}
