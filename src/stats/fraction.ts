/**
 * Exact arithmetic on the decimals that people write. 0.1 is one tenth here, not the double beside it, so that
 * "within 10 points" can be decided at its very edge: in doubles 8/20 - 0.3 is not 0.1.
 */
export interface Fraction {
  readonly num: bigint;
  /** Above 0. */
  readonly den: bigint;
}

/** The decimal that prints as x: its shortest text, taken at its word. */
export function fraction(x: number): Fraction {
  const [mantissa, exponentText] = String(x).split('e');
  const [whole, decimals = ''] = mantissa!.split('.');
  const exponent = Number(exponentText ?? 0) - decimals.length;
  const digits = BigInt(whole! + decimals);
  return exponent >= 0 ? { num: digits * tenTo(exponent), den: 1n } : { num: digits, den: tenTo(-exponent) };
}

function tenTo(k: number): bigint {
  return BigInt('1' + '0'.repeat(k));
}

/** The denominators of decimals are powers of ten; the larger one serves both. */
export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.den % b.den === 0n) return { num: a.num + b.num * (a.den / b.den), den: a.den };
  if (b.den % a.den === 0n) return { num: a.num * (b.den / a.den) + b.num, den: b.den };
  return { num: a.num * b.den + b.num * a.den, den: a.den * b.den };
}

export function minus(a: Fraction, b: Fraction): Fraction {
  return plus(a, { num: -b.num, den: b.den });
}

export function times(a: Fraction, factor: bigint): Fraction {
  return { num: a.num * factor, den: a.den };
}

export function over(a: Fraction, b: Fraction): Fraction {
  return { num: a.num * b.den, den: a.den * b.num };
}

/** The largest integer not above a. */
export function floor(a: Fraction): bigint {
  const quotient = a.num / a.den;
  return a.num < 0n && quotient * a.den !== a.num ? quotient - 1n : quotient;
}

/** The smallest integer not below a. */
export function ceiling(a: Fraction): bigint {
  return -floor({ num: -a.num, den: a.den });
}

/** The double next to a, also where numerator and denominator are beyond the doubles. */
export function toNumber(a: Fraction): number {
  const magnitude = a.num < 0n ? -a.num : a.num;
  if (magnitude === 0n) return 0;
  // 64 good bits, then the power of two that was taken away.
  const shift = 64 - (magnitude.toString(2).length - a.den.toString(2).length);
  const scaled = shift >= 0 ? (magnitude << BigInt(shift)) / a.den : magnitude / (a.den << BigInt(-shift));
  let value = Number(scaled);
  for (let left = shift; left > 0; left -= 1000) value /= Number(1n << BigInt(Math.min(left, 1000)));
  for (let left = -shift; left > 0; left -= 1000) value *= Number(1n << BigInt(Math.min(left, 1000)));
  return a.num < 0n ? -value : value;
}

/** The weights of versions as shares of their sum. */
export function exactShares(weights: readonly number[]): readonly Fraction[] {
  const parts = weights.map(fraction);
  const total = parts.reduce(plus);
  return parts.map((part) => over(part, total));
}
