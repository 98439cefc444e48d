import { mustBeCount, mustBeNonNegative, mustBeWeights } from '../argument.ts';
import { binomial, mustBeRequests } from '../binomial.ts';
import { ceiling, exactShares, floor, fraction, minus, plus, times } from '../fraction.ts';
import { between, outside } from '../lattice.ts';
import { mustBeWindow, window } from '../share-window.ts';
import { multinomialBox } from './multinomial.ts';

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
