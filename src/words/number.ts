/** Numbers as people read them: rounded to what they support, never to a falsehood ("p = 0", "100 %" of 999 in 1000). */

/** What stands where a number does not exist. */
export const missing = '–';

/**
 * A share 0..1 in per cent, with as many decimals as `n` requests support (none below 100, one below 10 000, else two).
 * Without `n` a configured share is meant: up to two decimals, trailing zeros left out.
 */
export function percent(share: number, n?: number): string {
  return `${percentDigits(share, n)} %`;
}

/** The same with so many decimals at most, trailing zeros left out: a threshold, or the end of a narrow interval. */
export const percentTo = (share: number, decimals: number): string =>
  `${trimZeros(neitherEdge(share * 100, decimals))} %`;

/** A difference of shares, which is counted in percentage points: "5 points". 10 % of 10 % would be 1 point. */
export const pointsText = (difference: number): string => {
  const points = Number((difference * 100).toFixed(2));
  return `${points} ${points === 1 ? 'point' : 'points'}`;
};

/** A probability in per cent, to two or three digits: "30.2 %", "0.12 %", "0.0013 %". */
export function chancePercent(p: number): string {
  if (p > 0 && p < 1e-6) return 'less than 0.0001 %';
  return percentTo(p, p >= 0.01 ? 1 : p >= 0.001 ? 2 : 4);
}

/** An interval of shares: "48–89 %". */
export function percentRange([low, high]: readonly [number, number], n?: number): string {
  return `${percentDigits(low, n)}–${percentDigits(high, n)} %`;
}

function percentDigits(share: number, n: number | undefined): string {
  const value = share * 100;
  if (n === undefined) return trimZeros(neitherEdge(value, 2));
  return neitherEdge(value, n < 100 ? 0 : n < 10_000 ? 1 : 2);
}

/** Fixed decimals, unless that would make 0 of something or 100 of nearly all. */
function neitherEdge(value: number, decimals: number): string {
  const nearZero = value > 1e-9;
  const nearHundred = value < 100 - 1e-9;
  for (let digits = decimals; digits <= Math.max(3, decimals); digits += 1) {
    const text = value.toFixed(digits);
    if ((Number(text) === 0 && nearZero) || (Number(text) === 100 && nearHundred)) continue;
    return Number(text) === 0 || Number(text) === 100 ? Number(text).toFixed(0) : text;
  }
  return value < 50 ? '<0.001' : '>99.999';
}

/** A p-value with two significant digits; never 0, never a false 1. */
export function pValue(p: number): string {
  if (p < 1e-12) return '< 1e-12';
  if (p < 0.001) return p.toExponential(1).replace('.0e', 'e');
  if (p >= 1 - 1e-9) return '1';
  if (p > 0.995) return '> 0.99';
  return p < 0.0995 ? Number(p.toPrecision(2)).toString() : p.toFixed(2);
}

/** "p = 0.12" or "p < 1e-12". */
export function pEquals(p: number): string {
  const text = pValue(p);
  return text.startsWith('<') || text.startsWith('>') ? `p ${text}` : `p = ${text}`;
}

/** Milliseconds, in seconds from 1 s on: "0.42 ms", "8.3 ms", "412 ms", "1.23 s". */
export function milliseconds(ms: number): string {
  if (ms >= 999.5) return seconds(ms / 1000);
  if (ms >= 99.5) return `${ms.toFixed(0)} ms`;
  if (ms >= 9.95) return `${trimZeros(ms.toFixed(1))} ms`;
  return `${trimZeros(ms.toFixed(2))} ms`;
}

/** A duration in seconds with three significant digits: "0.104 s", "2.31 s", "125 s". */
export function seconds(s: number): string {
  const size = Math.abs(s);
  if (size >= 99.95) return `${s.toFixed(0)} s`;
  if (size >= 9.995) return `${trimZeros(s.toFixed(1))} s`;
  if (size >= 0.9995) return `${trimZeros(s.toFixed(2))} s`;
  return `${trimZeros(s.toFixed(3))} s`;
}

/** A moment of the run, to the tenth of a second at most: "65 s", "62.3 s". */
export function moment(s: number): string {
  return `${trimZeros(s.toFixed(1))} s`;
}

/** "60–62.3 s" */
export function span(fromSeconds: number, toSeconds: number): string {
  return `${trimZeros(fromSeconds.toFixed(1))}–${moment(toSeconds)}`;
}

/** A whole number in groups of three: "12,345". */
export function count(n: number): string {
  return n.toFixed(0).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "1 page", "15 pages" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
