import { exp, log1p } from '../kernel/math.ts';
import { mustBeInnerShare, mustBePositive, mustBeShare, refuse } from './argument.ts';
import { binomial, logBinomial, MOST_REQUESTS, TIE } from './binomial.ts';
import { fraction, minus, plus, type Fraction } from './fraction.ts';
import { deviance, normalTail, twoSidedNormal } from './gamma.ts';
import { between, firstTrue } from './lattice.ts';
import { window } from './share-window.ts';

/** Sizes to look at one by one: a few seconds. */
const MOST_SIZES = 5e7;
/** Sizes looked at before it is asked again whether a bound decides the next ones. */
const STRIDE = 1024;

/**
 * How many requests show a share to within e with confidence conf. P(|X/n - p| <= e) climbs with n in a saw-tooth,
 * falling whenever the window gains no count, so there are three answers:
 * - `firstN`, the smallest n >= 1 that reaches conf, perhaps by a fluke;
 * - `stableN`, the smallest n from which on every n does;
 * - `normalN` = ceil(z^2 p (1 - p) / e^2), the textbook's, for contrast.
 *
 * The search is exact and finite: Chernoff's bound (never worse than Hoeffding's ln(2 / (1 - conf)) / (2 e^2)) says
 * where every n is enough; the Berry-Esseen bound (I. Shevtsova, 2011: 0.4748) skips sizes that surely are not.
 * @throws RangeError unless 0 <= p <= 1, e > 0 and 0 < conf < 1, or if over 5e7 sizes are left to be looked at.
 *
 * @example
 * requiredN({ p: 0.5, e: 0.05, conf: 0.95 }); // => { normalN: 385 }
 */
export function requiredN(asked: Asked): RequiredN {
  const found = searchRequiredN(asked, MOST_SIZES);
  if (found === 'too many requests') refuse('e', asked.e, `large enough for ${MOST_REQUESTS} requests`);
  if (found === 'too many sizes')
    refuse('e', asked.e, `large enough to look at no more than ${MOST_SIZES} sizes`);
  return found;
}

interface Asked {
  readonly p: number;
  readonly e: number;
  readonly conf: number;
}

export interface RequiredN {
  readonly firstN: number;
  readonly stableN: number;
  readonly normalN: number;
}

/** `normalN` alone, which is a formula. */
export function normalRequiredN({ p, e, conf }: Asked): number {
  const z = twoSidedNormal(conf);
  return Math.ceil((z * z * p * (1 - p)) / (e * e));
}

/** As requiredN, with what keeps it from an answer where more than `mostSizes` sizes are to be looked at one by one. */
export function searchRequiredN(
  { p, e, conf }: Asked,
  mostSizes: number,
): RequiredN | 'too many requests' | 'too many sizes' {
  mustBeShare('p', p);
  mustBePositive('e', e);
  mustBeInnerShare('conf', conf);
  const normalN = normalRequiredN({ p, e, conf });
  if (p === 0 || p === 1) return { firstN: 1, stableN: 1, normalN };

  // The normal coverage rises with n and the doubt about it falls, so one comparison speaks for a whole stretch.
  const normal = (n: number) => 1 - 2 * normalTail(e * Math.sqrt(n / (p * (1 - p))));
  const doubt = (n: number) => (2 * 0.4748 * (p * p + (1 - p) * (1 - p))) / Math.sqrt(n * p * (1 - p));
  const surelyReaches = (n: number) => chernoff(n, p, e) <= 1 - conf || normal(n) - doubt(n) >= conf;
  const surelyFails = (from: number, to: number) => normal(to) + doubt(from) < conf - 1e-9;

  const enough = firstTrue(MOST_REQUESTS, surelyReaches);
  if (enough > MOST_REQUESTS) return 'too many requests';
  let firstN = 0;
  let lastFailure = 0;
  let looked = 0;
  let n = 1;
  while (n < enough) {
    let stretch = n;
    while (stretch >= STRIDE && !surelyFails(n, n + stretch - 1)) stretch = Math.floor(stretch / 2);
    if (stretch >= STRIDE) {
      n += stretch;
      lastFailure = n - 1;
      continue;
    }
    looked += STRIDE;
    if (looked > mostSizes) return 'too many sizes';
    const coverage = new Coverage(n, p, e);
    for (const end = Math.min(n + STRIDE, enough); n < end; n += 1) {
      if (!coverage.reaches(conf)) lastFailure = n;
      else if (firstN === 0) firstN = n;
      coverage.grow();
    }
  }
  return { firstN: firstN === 0 ? lastFailure + 1 : firstN, stableN: lastFailure + 1, normalN };
}

/** Chernoff's bound on P(|X/n - p| > e). */
function chernoff(n: number, p: number, e: number): number {
  const divergence = (d: number) => deviance(p + d, p, d) + deviance(1 - p - d, 1 - p, -d);
  const above = p + e < 1 ? exp(-n * divergence(e)) : 0;
  const below = p - e > 0 ? exp(-n * divergence(-e)) : 0;
  return above + below;
}

/** P(low <= X <= high) for X ~ Bin(n, p) and the window of n, carried from n to n + 1 in a few operations. */
class Coverage {
  #n: number;
  readonly #p: number;
  readonly #e: number;
  readonly #lowEdge: Edge | undefined;
  readonly #highEdge: Edge | undefined;
  #low = 0;
  #high = 0;
  /** P(X = low - 1), P(X = high) and the coverage. */
  #below = 0;
  #last = 0;
  #value = 0;

  constructor(n: number, p: number, e: number) {
    this.#n = n;
    this.#p = p;
    this.#e = e;
    const low = minus(fraction(p), fraction(e));
    const high = plus(fraction(p), fraction(e));
    this.#lowEdge = low.num > 0n ? new Edge(low, n) : undefined;
    this.#highEdge = high.num < high.den ? new Edge(high, n) : undefined;
    this.#low = this.#lowEdge?.ceiling ?? 0;
    this.#high = this.#highEdge?.floor ?? n;
    this.#below = exp(logBinomial(n, this.#low - 1, p, 1 - p));
    this.#last = exp(logBinomial(n, this.#high, p, 1 - p));
    this.#value = between(binomial(n, p), this.#low, this.#high);
  }

  reaches(conf: number): boolean {
    if (Math.abs(this.#value - conf) > 1e-10) return this.#value > conf;
    const { low, high } = window(this.#n, fraction(this.#p), fraction(this.#e));
    return between(binomial(this.#n, this.#p), low, high) >= conf * (1 - TIE);
  }

  grow(): void {
    const p = this.#p;
    const q = 1 - p;
    // One more request: the window loses who steps over its upper edge, and gains who steps onto its lower one.
    this.#value += p * (this.#below - this.#last);
    this.#n += 1;
    const n = this.#n;
    this.#below *= (n * q) / (n - this.#low + 1);
    this.#last *= (n * q) / (n - this.#high);

    this.#lowEdge?.grow();
    this.#highEdge?.grow();
    const low = this.#lowEdge?.ceiling ?? 0;
    const high = this.#highEdge?.floor ?? n;
    for (; this.#low < low; this.#low += 1) {
      this.#below =
        this.#low === 0 ? exp(n * log1p(-p)) : (this.#below * (n - this.#low + 1) * p) / (this.#low * q);
      this.#value -= this.#below;
    }
    for (; this.#high < high; this.#high += 1) {
      this.#last *= ((n - this.#high) * p) / ((this.#high + 1) * q);
      this.#value += this.#last;
    }
  }
}

/** n a for a fraction 0 < a < 1 and growing n, in whole numbers. */
class Edge {
  floor: number;
  readonly #step: bigint | number;
  readonly #whole: bigint | number;
  #rest: bigint | number;

  constructor(a: Fraction, n: number) {
    const product = a.num * BigInt(n);
    this.floor = Number(product / a.den);
    // Twice the denominator must be a whole double; decimals of more than 15 places stay bigints.
    const exact = a.den < 4_000_000_000_000_000n;
    this.#step = exact ? Number(a.num) : a.num;
    this.#whole = exact ? Number(a.den) : a.den;
    this.#rest = exact ? Number(product % a.den) : product % a.den;
  }

  get ceiling(): number {
    return this.#rest > 0 ? this.floor + 1 : this.floor;
  }

  grow(): void {
    this.#rest = (this.#rest as number) + (this.#step as number);
    if (this.#rest < this.#whole) return;
    this.#rest = (this.#rest as number) - (this.#whole as number);
    this.floor += 1;
  }
}
