import { exp, ln } from './math.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * The functions that draws ask, fast: from tables that are made of the exact ones, by additions and multiplications alone, so that
 * they are equal in every engine.
 *
 *   quantile of the standard normal   cubic Hermite interpolation, within 1e-8: between 2048 nodes for p in [1/64, 63/64], in
 *                                     the tails between 32 nodes for each power of 2 down to 2^-53
 *   exp                               2^(k / 64) from a table, a polynomial of degree 4 for the rest: within 2e-13 of its value
 *   ln                                of the first 7 bits of the fraction from a table, a polynomial of degree 6 for the rest:
 *                                     within 1e-14
 *
 * What is drawn so is a time that is rounded to whole microseconds.
 */
const bits = new DataView(new ArrayBuffer(8));
const nodes = 2048;
const tail = nodes / 64;
/** dz/dp = 1 / density. */
const slopeAt = (z: number): number => Math.sqrt(2 * Math.PI) * exp((z * z) / 2);
/** Per node: the quantile, and its slope per node. */
const quantileAt = new Float64Array(2 * (nodes + 1));
for (let node = tail; node <= nodes - tail; node++) {
  const z = normalQuantile(node / nodes);
  quantileAt[2 * node] = z;
  quantileAt[2 * node + 1] = slopeAt(z) / nodes;
}

const octaves = 54;
const nodesOfOctave = 32;
/**
 * From 2^-54 to 2^-5, each octave when a draw falls into it for the first time, as most never do; the last node of an octave is the first
 * of the next, with the slope of its own steps.
 */
const tailAt = new Float64Array(2 * octaves * (nodesOfOctave + 1));
function fillOctave(octave: number): void {
  const from = powers[halves - octave - 1]!;
  for (let node = 0; node <= nodesOfOctave; node++) {
    const z = normalQuantile(from * (1 + node / nodesOfOctave));
    const at = 2 * (octave * (nodesOfOctave + 1) + node);
    tailAt[at] = z;
    tailAt[at + 1] = (slopeAt(z) * from) / nodesOfOctave;
  }
}

/** Quantile of the standard normal for p in (0, 1), a multiple of 2^-54. */
export function quickNormalQuantile(p: number): number {
  const place = p * nodes;
  const node = place | 0;
  if (node >= tail && node < nodes - tail) return hermite(quantileAt, 2 * node, place - node);
  return p < 0.5 ? lowerTail(p) : -lowerTail(1 - p);
}

function lowerTail(p: number): number {
  const octave = 1022 - exponentOf(p);
  const place = (p * powers[halves + octave + 1]! - 1) * nodesOfOctave;
  const node = place | 0;
  const at = 2 * (octave * (nodesOfOctave + 1) + node);
  if (tailAt[at] === 0) fillOctave(octave);
  return hermite(tailAt, at, place - node);
}

/** Between a node, whose value and slope stand at `at`, and the next. */
function hermite(table: Float64Array, at: number, t: number): number {
  const from = table[at]!;
  const rise = table[at + 2]! - from;
  const slope = table[at + 1]!;
  const bend = slope + table[at + 3]! - 2 * rise;
  return from + t * (slope + t * (rise - slope - bend + t * bend));
}

/** Biased, of a number above 0. */
function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  return bits.getInt32(0) >> 20;
}

const steps = 64;
const stepLn = ln(2) / steps;
const roots = Float64Array.from({ length: steps }, (_, step) => exp(step * stepLn));
const halves = 1074;
const above = 1 << 17;
/** 2^-1074, which is the least number, to 2^1073. */
const powers = new Float64Array(2 * halves).fill(Number.MIN_VALUE);
for (let at = 1; at < powers.length; at++) powers[at] = 2 * powers[at - 1]!;

/** e^x for -700 <= x <= 700. */
export function quickExp(x: number): number {
  // Rounded as a whole number above 0, which needs no double.
  const step = ((x / stepLn + (above + 0.5)) | 0) - above;
  const r = x - step * stepLn;
  const rest = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24))));
  return rest * roots[step & (steps - 1)]! * powers[(step >> 6) + halves]!;
}

const parts = 128;
/** Of the middle of each part of [1, 2): the inverse, and -ln of that; of the first part 1, whose logarithm is exact. */
const inverseAt = Float64Array.from({ length: parts }, (_, part) =>
  part === 0 ? 1 : 1 / (1 + (part + 0.5) / parts),
);
const lnAt = Float64Array.from(inverseAt, (inverse) => -ln(inverse));

/** ln x of an x above 0 that is no denormal. */
export function quickLn(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getInt32(0);
  const power = (high >> 20) - 1023;
  const part = (high >> 13) & (parts - 1);
  const r = x * powers[halves - power]! * inverseAt[part]! - 1;
  const rest = r * (1 + r * (-1 / 2 + r * (1 / 3 + r * (-1 / 4 + r * (1 / 5 + r * (-1 / 6))))));
  return power * Math.LN2 + (lnAt[part]! + rest);
}
