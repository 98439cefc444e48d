import { mustBeCount, mustBeNonNegative, mustBeShare } from './argument.ts';
import { binomial, mustBeRequests } from './binomial.ts';
import { ceiling, floor, fraction, minus, plus, times, type Fraction } from './fraction.ts';
import { between } from './lattice.ts';

/**
 * P(|X/n - p| <= e) for X ~ Bin(n, p), counts on the boundary included; p and e are taken as the decimals they are
 * written as, so that 8 of 20 is within 0.1 of 0.3.
 * @throws RangeError unless 1 <= n <= 1e13, 0 <= p <= 1 and e >= 0.
 */
export function probWithin({
  n,
  p,
  e,
}: {
  readonly n: number;
  readonly p: number;
  readonly e: number;
}): number {
  mustBeWindow(n, p, e);
  const { low, high } = window(n, fraction(p), fraction(e));
  return between(binomial(n, p), low, high);
}

/** The counts whose share of n lies within e of p. */
export function window(n: number, p: Fraction, e: Fraction): { readonly low: number; readonly high: number } {
  return {
    low: Number(ceiling(times(minus(p, e), BigInt(n)))),
    high: Number(floor(times(plus(p, e), BigInt(n)))),
  };
}

export function mustBeWindow(n: number, p: number, e: number): void {
  mustBeRequests(n);
  mustBeCount('n', n, 1);
  mustBeShare('p', p);
  mustBeNonNegative('e', e);
}
