import { mustBeCount, mustBeNonNegative, mustBeShare, mustBeWeights } from './argument.ts';
import { binomial, mustBeRequests } from './binomial.ts';
import { ceiling, exactShares, floor, fraction, minus, plus, times, type Fraction } from './fraction.ts';
import { between, outside } from './lattice.ts';
import { multinomialBox } from './multinomial.ts';

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

/**
 * P(|X/n - p| >= e) for X ~ Bin(n, p), counts on the boundary included, decided in exact decimals.
 * @throws RangeError unless 1 <= n <= 1e13, 0 <= p <= 1 and e >= 0.
 */
export function probDevAtLeast({
  n,
  p,
  e,
}: {
  readonly n: number;
  readonly p: number;
  readonly e: number;
}): number {
  mustBeWindow(n, p, e);
  if (e === 0) return 1;
  const low = Number(floor(times(minus(fraction(p), fraction(e)), BigInt(n))));
  const high = Number(ceiling(times(plus(fraction(p), fraction(e)), BigInt(n))));
  return outside(binomial(n, p), { low, high });
}

/**
 * P(every version's share lies within e of its configured share), boundary included, in exact decimals.
 * @throws RangeError unless n >= 1, the weights have a positive sum and e >= 0; and for three or more versions beyond
 * n of about 1e7 (see multinomialBox).
 */
export function multinomialWithin({
  n,
  weights,
  e,
}: {
  readonly n: number;
  readonly weights: readonly number[];
  readonly e: number;
}): number {
  mustBeRequests(n);
  mustBeCount('n', n, 1);
  mustBeWeights('weights', weights);
  mustBeNonNegative('e', e);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const exact = exactShares(weights);
  const sides = weights.map((weight, i) => ({ share: weight / total, ...window(n, exact[i]!, fraction(e)) }));
  // A version of weight 0 has no requests, and a share of 0 is what was configured.
  const drawn = sides.filter((side) => side.share > 0);
  if (drawn.length === 1) return 1;
  if (drawn.length === 2) {
    const [a, b] = drawn as [(typeof drawn)[0], (typeof drawn)[0]];
    return between(binomial(n, a.share, b.share), Math.max(a.low, n - b.high), Math.min(a.high, n - b.low));
  }
  return multinomialBox(n, drawn);
}

/** The counts whose share of n lies within e of p. */
export function window(n: number, p: Fraction, e: Fraction): { readonly low: number; readonly high: number } {
  return {
    low: Number(ceiling(times(minus(p, e), BigInt(n)))),
    high: Number(floor(times(plus(p, e), BigInt(n)))),
  };
}

function mustBeWindow(n: number, p: number, e: number): void {
  mustBeRequests(n);
  mustBeCount('n', n, 1);
  mustBeShare('p', p);
  mustBeNonNegative('e', e);
}
