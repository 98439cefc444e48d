import { exp, ln, pow } from './math.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * The two functions that a draw of a lognormal law asks, fast: from tables that are made of the exact ones, by additions and
 * multiplications alone, so that they are equal in every engine.
 *
 *   quantile of the standard normal   cubic Hermite interpolation between 2048 nodes, within 5e-9 for p in [1/64, 63/64];
 *                                     the tails are computed
 *   exp                               2^(k / 64) from a table, a polynomial of degree 4 for the rest: within 2e-13 of its value
 *
 * What is drawn so is a time that is rounded to whole microseconds.
 */
const nodes = 2048;
const tail = nodes / 64;
/** Per node: the quantile, and its slope per node. */
const quantileAt = new Float64Array(2 * (nodes + 1));
for (let node = tail; node <= nodes - tail; node++) {
  const z = normalQuantile(node / nodes);
  quantileAt[2 * node] = z;
  // dz/dp = 1 / density.
  quantileAt[2 * node + 1] = (Math.sqrt(2 * Math.PI) * exp((z * z) / 2)) / nodes;
}

/** Quantile of the standard normal for p in (0, 1). */
export function quickNormalQuantile(p: number): number {
  const place = p * nodes;
  const node = place | 0;
  if (node < tail || node >= nodes - tail) return normalQuantile(p);
  const t = place - node;
  const at = 2 * node;
  const from = quantileAt[at]!;
  const rise = quantileAt[at + 2]! - from;
  const slope = quantileAt[at + 1]!;
  const bend = slope + quantileAt[at + 3]! - 2 * rise;
  return from + t * (slope + t * (rise - slope - bend + t * bend));
}

const steps = 64;
const stepLn = ln(2) / steps;
const roots = Float64Array.from({ length: steps }, (_, step) => exp(step * stepLn));
const halves = 1074;
const powers = Float64Array.from({ length: 2 * halves }, (_, at) => pow(2, at - halves));

/** e^x for -700 <= x <= 700. */
export function quickExp(x: number): number {
  const step = Math.floor(x / stepLn + 0.5);
  const r = x - step * stepLn;
  const rest = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24))));
  return rest * roots[step & (steps - 1)]! * powers[(step >> 6) + halves]!;
}
