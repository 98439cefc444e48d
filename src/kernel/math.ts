/**
 * ln, exp, pow, log1p and expm1 that give the same bits in every engine.
 *
 * The language lets an engine choose its own `Math.log`; only + - * / and sqrt are fixed by IEEE 754. These are the
 * algorithms of fdlibm 5.3 (e_log.c, e_exp.c, e_pow.c, s_log1p.c, s_expm1.c), built on those five alone. Each is within
 * 1 ulp of the true value. Special values are those of ECMAScript (so 1 to the power of NaN is NaN).
 *
 * fdlibm is Copyright (C) 1993-2004 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and
 * distribute this software is freely granted, provided that this notice is preserved.
 */

const double = new Float64Array(1);
/** The same eight bytes as two words; every engine that runs this is little-endian, so the high word comes second. */
const words = new Int32Array(double.buffer);
const LOW = 0;
const HIGH = 1;

/** Sign, exponent and the first 20 bits of the fraction, as a signed integer. */
function highWord(x: number): number {
  double[0] = x;
  return words[HIGH]!;
}

function withHighWord(x: number, high: number): number {
  double[0] = x;
  words[HIGH] = high;
  return double[0]!;
}

/** x with its last 32 bits cleared, so that a product of two such numbers is exact or nearly so. */
function leading(x: number): number {
  double[0] = x;
  words[LOW] = 0;
  return double[0]!;
}

/** 2^k for -1022 <= k <= 1023. */
function twoTo(k: number): number {
  words[LOW] = 0;
  words[HIGH] = (k + 0x3ff) << 20;
  return double[0]!;
}

// ln 2 in two parts: k * LN2_HIGH is exact for |k| < 2000.
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const ONE_OVER_LN2 = 1.442695040888963387;
const TWO_53 = 9007199254740992;
const TWO_54 = 18014398509481984;
/** exp overflows above, and is 0 below. */
const EXP_MAX = 7.09782712893383973096e2;
const EXP_MIN = -7.4513321910194110842e2;

// Remez polynomial for ln(1+f) = 2s + s R(s^2), s = f / (2+f), |R error| < 2^-58.45.
const LG1 = 6.66666666666673513e-1;
const LG2 = 3.999999999940941908e-1;
const LG3 = 2.857142874366239149e-1;
const LG4 = 2.222219843214978396e-1;
const LG5 = 1.818357216161805012e-1;
const LG6 = 1.531383769920937332e-1;
const LG7 = 1.479819860511658591e-1;

/** The natural logarithm: NaN below 0, -Infinity at 0. */
export function ln(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;

  // x = 2^k (1+f) with sqrt(2)/2 < 1+f < sqrt(2).
  let k = 0;
  let high = highWord(x);
  if (high < 0x00100000) {
    k = -54;
    x *= TWO_54;
    high = highWord(x);
  }
  k += (high >> 20) - 1023;
  high &= 0x000fffff;
  const carry = (high + 0x95f64) & 0x100000;
  k += carry >> 20;
  const f = withHighWord(x, high | (carry ^ 0x3ff00000)) - 1;

  if ((0x000fffff & (2 + high)) < 3) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + k * LN2_LOW;
    const r = f * f * (0.5 - 0.33333333333333333 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - k * LN2_LOW - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (LG2 + w * (LG4 + w * LG6));
  const odd = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)));
  const r = odd + even;
  if (((high - 0x6147a) | (0x6b851 - high)) > 0) {
    const halfSquare = 0.5 * f * f;
    return k === 0
      ? f - (halfSquare - s * (halfSquare + r))
      : k * LN2_HIGH - (halfSquare - (s * (halfSquare + r) + k * LN2_LOW) - f);
  }
  return k === 0 ? f - s * (f - r) : k * LN2_HIGH - (s * (f - r) - k * LN2_LOW - f);
}

/** ln(1 + x), exact to the last digits also where 1 + x rounds to 1: NaN below -1, -Infinity at -1. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (x === Infinity) return x;

  const high = highWord(x);
  const magnitude = high & 0x7fffffff;
  if (magnitude < 0x3e200000) return magnitude < 0x3c900000 ? x : x - x * x * 0.5;

  let k = 0;
  let f = x;
  let fraction = 1;
  let correction = 0;
  // Outside sqrt(2)/2 - 1 < x < sqrt(2) - 1: take 1+x rounded, and give back what the rounding took.
  if (!(high < 0x3fda827a && (high > 0 || high <= (0xbfd2bec4 | 0)))) {
    let u = x;
    if (high < 0x43400000) {
      u = 1 + x;
      k = (highWord(u) >> 20) - 1023;
      correction = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    } else {
      k = (high >> 20) - 1023;
    }
    fraction = highWord(u) & 0x000fffff;
    if (fraction < 0x6a09e) {
      u = withHighWord(u, fraction | 0x3ff00000);
    } else {
      k += 1;
      u = withHighWord(u, fraction | 0x3fe00000);
      fraction = (0x00100000 - fraction) >> 2;
    }
    f = u - 1;
  }

  const halfSquare = 0.5 * f * f;
  if (fraction === 0) {
    if (f === 0) return k === 0 ? 0 : k * LN2_HIGH + (correction + k * LN2_LOW);
    const r = halfSquare * (1 - 0.66666666666666666 * f);
    return k === 0 ? f - r : k * LN2_HIGH - (r - (k * LN2_LOW + correction) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const r = z * (LG1 + z * (LG2 + z * (LG3 + z * (LG4 + z * (LG5 + z * (LG6 + z * LG7))))));
  return k === 0
    ? f - (halfSquare - s * (halfSquare + r))
    : k * LN2_HIGH - (halfSquare - (s * (halfSquare + r) + (k * LN2_LOW + correction)) - f);
}

// Remez polynomial for r (e^r + 1) / (e^r - 1) on [0, ln 2 / 2].
const P1 = 1.66666666666666019037e-1;
const P2 = -2.77777777770155933842e-3;
const P3 = 6.61375632143793436117e-5;
const P4 = -1.6533902205465251539e-6;
const P5 = 4.13813679705723846039e-8;

/** e to the power of x. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > EXP_MAX) return Infinity;
  if (x < EXP_MIN) return 0;

  // x = k ln 2 + r, |r| <= ln 2 / 2, r held as high - low.
  const magnitude = highWord(x) & 0x7fffffff;
  let k = 0;
  let high = 0;
  let low = 0;
  if (magnitude > 0x3fd62e42) {
    if (magnitude < 0x3ff0a2b2) k = x < 0 ? -1 : 1;
    else k = (ONE_OVER_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    high = x - k * LN2_HIGH;
    low = k * LN2_LOW;
    x = high - low;
  } else if (magnitude < 0x3e300000) {
    return 1 + x;
  }
  const t = x * x;
  const c = x - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  if (k === 0) return 1 - ((x * c) / (c - 2) - x);
  const y = 1 - (low - (x * c) / (2 - c) - high);
  if (k === 1024) return y * 2 * twoTo(1023);
  return k >= -1021 ? y * twoTo(k) : y * twoTo(k + 1000) * twoTo(-1000);
}

// Remez polynomial of the same ratio for expm1, scaled for x * x / 2.
const Q1 = -3.33333333333331316428e-2;
const Q2 = 1.58730158725481460165e-3;
const Q3 = -7.93650757867487942473e-5;
const Q4 = 4.00821782732936239552e-6;
const Q5 = -2.01099218183624371326e-7;

/** exp(x) - 1, exact to the last digits also where exp(x) rounds to 1. */
export function expm1(x: number): number {
  if (x !== x) return x;
  if (x > EXP_MAX) return Infinity;
  const magnitude = highWord(x) & 0x7fffffff;
  if (x < 0 && magnitude >= 0x4043687a) return -1;
  if (magnitude < 0x3c900000) return x;

  let k = 0;
  let correction = 0;
  if (magnitude > 0x3fd62e42) {
    if (magnitude < 0x3ff0a2b2) k = x < 0 ? -1 : 1;
    else k = (ONE_OVER_LN2 * x + (x < 0 ? -0.5 : 0.5)) | 0;
    const high = x - k * LN2_HIGH;
    const low = k * LN2_LOW;
    x = high - low;
    correction = high - x - low;
  }
  const half = 0.5 * x;
  const halfSquare = x * half;
  const r =
    1 + halfSquare * (Q1 + halfSquare * (Q2 + halfSquare * (Q3 + halfSquare * (Q4 + halfSquare * Q5))));
  const t = 3 - r * half;
  let e = halfSquare * ((r - t) / (6 - x * t));
  if (k === 0) return x - (x * e - halfSquare);
  e = x * (e - correction) - correction - halfSquare;
  if (k === -1) return 0.5 * (x - e) - 0.5;
  if (k === 1) return x < -0.25 ? -2 * (e - (x + 0.5)) : 1 + 2 * (x - e);
  if (k <= -2 || k > 56) {
    const y = 1 - (e - x);
    return (k === 1024 ? y * 2 * twoTo(1023) : y * twoTo(k)) - 1;
  }
  if (k < 20) return (1 - twoTo(-k) - (e - x)) * twoTo(k);
  return (x - (e + twoTo(-k)) + 1) * twoTo(k);
}

// Remez polynomial for (3/2) (ln x - 2s - 2/3 s^3).
const L1 = 5.99999999999994648725e-1;
const L2 = 4.28571428578550184252e-1;
const L3 = 3.33333329818377432918e-1;
const L4 = 2.72728123808534006489e-1;
const L5 = 2.30660745775561754067e-1;
const L6 = 2.06975017800338417784e-1;
// Constants of two parts each: 2 / (3 ln 2), 1 / ln 2, ln 2 and log2(1.5).
const CP = 9.61796693925975554329e-1;
const CP_HIGH = 9.61796700954437255859e-1;
const CP_LOW = -7.02846165095275826516e-9;
const ONE_OVER_LN2_HIGH = 1.44269502162933349609;
const ONE_OVER_LN2_LOW = 1.92596299112661746887e-8;
const LG2_WHOLE = 6.93147180559945286227e-1;
const LG2_HIGH = 6.93147182464599609375e-1;
const LG2_LOW = -1.90465429995776804525e-9;
const LOG2_OF_1_5_HIGH = 5.84962487220764160156e-1;
const LOG2_OF_1_5_LOW = 1.35003920212974897128e-8;
/** 1024 less the base-2 logarithm of the largest number that does not round to Infinity, negated. */
const OVERFLOW_TAIL = 8.0085662595372944372e-17;

/** x to the power of y, with the special cases of ECMAScript's `**`. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (x !== x || y !== y) return NaN;
  const magnitude = Math.abs(x);
  if (y === Infinity || y === -Infinity) {
    if (magnitude === 1) return NaN;
    return magnitude > 1 === y > 0 ? Infinity : 0;
  }
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  if (y === 2) return x * x;
  if (y === 0.5 && x >= 0 && x < Infinity) return Math.sqrt(x + 0);

  const odd = Math.abs(y) < TWO_53 && y % 2 !== 0 && y % 1 === 0;
  const negative = x < 0 || (x === 0 && 1 / x < 0);
  const sign = negative && odd ? -1 : 1;
  if (magnitude === 0 || magnitude === Infinity || magnitude === 1) {
    if (x === -1 && y % 1 !== 0) return NaN;
    return sign * (y < 0 ? 1 / magnitude : magnitude);
  }
  if (negative && y % 1 !== 0) return NaN;
  return sign * powOfPositive(magnitude, y);
}

/** x^y for finite x > 0, x != 1: log2(x) in two pieces, times y in two pieces, then 2 to that power. */
function powOfPositive(x: number, y: number): number {
  let logHigh: number;
  let logLow: number;
  let high = highWord(x);
  const yMagnitude = highWord(y) & 0x7fffffff;

  if (yMagnitude > 0x41e00000) {
    // |y| > 2^31: nothing but x very near 1 stays in range.
    if (yMagnitude > 0x43f00000) return x < 1 === y < 0 ? Infinity : 0;
    if (high < 0x3fefffff) return y < 0 ? Infinity : 0;
    if (high > 0x3ff00000) return y > 0 ? Infinity : 0;
    const t = x - 1;
    const w = t * t * (0.5 - t * (0.3333333333333333333333 - t * 0.25));
    const u = ONE_OVER_LN2_HIGH * t;
    const v = t * ONE_OVER_LN2_LOW - w * ONE_OVER_LN2;
    logHigh = leading(u + v);
    logLow = v - (logHigh - u);
  } else {
    let n = 0;
    if (high < 0x00100000) {
      x *= TWO_53;
      n = -53;
      high = highWord(x);
    }
    n += (high >> 20) - 0x3ff;
    const fraction = high & 0x000fffff;
    high = fraction | 0x3ff00000;
    let above = 0;
    if (fraction > 0x3988e) {
      if (fraction < 0xbb67a) {
        above = 1;
      } else {
        n += 1;
        high -= 0x00100000;
      }
    }
    x = withHighWord(x, high);
    const base = above === 1 ? 1.5 : 1;

    // s = sHigh + sLow = (x - base) / (x + base)
    const numerator = x - base;
    const reciprocal = 1 / (x + base);
    const s = numerator * reciprocal;
    const sHigh = leading(s);
    let tHigh = withHighWord(0, ((high >> 1) | 0x20000000) + 0x00080000 + (above << 18));
    let tLow = x - (tHigh - base);
    const sLow = reciprocal * (numerator - sHigh * tHigh - sHigh * tLow);
    let s2 = s * s;
    let r = s2 * s2 * (L1 + s2 * (L2 + s2 * (L3 + s2 * (L4 + s2 * (L5 + s2 * L6)))));
    r += sLow * (sHigh + s);
    s2 = sHigh * sHigh;
    tHigh = leading(3 + s2 + r);
    tLow = r - (tHigh - 3 - s2);
    const u = sHigh * tHigh;
    const v = sLow * tHigh + tLow * s;
    const pHigh = leading(u + v);
    const pLow = v - (pHigh - u);
    const zHigh = CP_HIGH * pHigh;
    const zLow = CP_LOW * pHigh + pLow * CP + (above === 1 ? LOG2_OF_1_5_LOW : 0);
    const baseLog = above === 1 ? LOG2_OF_1_5_HIGH : 0;
    logHigh = leading(zHigh + zLow + baseLog + n);
    logLow = zLow - (logHigh - n - baseLog - zHigh);
  }

  const yHigh = leading(y);
  const pLow = (y - yHigh) * logHigh + y * logLow;
  const pHigh = yHigh * logHigh;
  const z = pLow + pHigh;
  if (z >= 1024) {
    if (z > 1024 || pLow + OVERFLOW_TAIL > z - pHigh) return Infinity;
  } else if (z <= -1075) {
    if (z < -1075 || pLow <= z - pHigh) return 0;
  }
  return twoToSum(z, pHigh, pLow);
}

/** 2^(high + low), where whole = high + low rounded. */
function twoToSum(whole: number, high: number, low: number): number {
  const wholeHigh = highWord(whole);
  const bits = wholeHigh & 0x7fffffff;
  let n = 0;
  if (bits > 0x3fe00000) {
    n = wholeHigh + (0x00100000 >> ((bits >> 20) - 0x3ff + 1));
    const k = ((n & 0x7fffffff) >> 20) - 0x3ff;
    high -= withHighWord(0, n & ~(0x000fffff >> k));
    n = ((n & 0x000fffff) | 0x00100000) >> (20 - k);
    if (whole < 0) n = -n;
  }
  const t = leading(low + high);
  const u = t * LG2_HIGH;
  const v = (low - (t - high)) * LG2_WHOLE + t * LG2_LOW;
  const r = u + v;
  const w = v - (r - u);
  const square = r * r;
  const c = r - square * (P1 + square * (P2 + square * (P3 + square * (P4 + square * P5))));
  const y = 1 - ((r * c) / (c - 2) - (w + r * w) - r);
  const exponent = highWord(y) + (n << 20);
  if (exponent >> 20 > 0) return withHighWord(y, exponent);
  return y * twoTo(n + 54) * twoTo(-54);
}
