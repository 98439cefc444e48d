import { logBinomial } from './binomial.ts';
import type { Lattice } from './lattice.ts';

/** The number of good ones among `drawn` taken at random from `good` and `bad`, C(good, x) C(bad, drawn-x) / C(all, drawn). */
export function hypergeometric(good: number, bad: number, drawn: number): Lattice {
  const all = good + bad;
  // A quotient of three binomials of any one p; p = drawn / all keeps each of them near its middle.
  const p = drawn / all;
  const q = (all - drawn) / all;
  const whole = logBinomial(all, drawn, p, q);
  const min = Math.max(0, drawn - bad);
  const max = Math.min(good, drawn);
  return {
    min,
    max,
    mode: Math.min(max, Math.max(min, Math.floor(((good + 1) * (drawn + 1)) / (all + 2)))),
    log: (x) => logBinomial(good, x, p, q) + logBinomial(bad, drawn - x, p, q) - whole,
    ratio: (x) => (((good - x) / (x + 1)) * (drawn - x)) / (bad - drawn + x + 1),
  };
}
