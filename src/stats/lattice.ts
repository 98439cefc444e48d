import { exp } from '../kernel/math.ts';

/** A distribution on the integers min .. max whose probabilities rise to the mode and fall after it. */
export interface Lattice {
  readonly min: number;
  readonly max: number;
  readonly mode: number;
  /** The natural logarithm of the probability of x. */
  log(x: number): number;
  /** P(x + 1) / P(x). */
  ratio(x: number): number;
  /** P(X <= x) and P(X > x) for min <= x < max, where a closed form beats summing; the smaller to its last digits. */
  readonly tails?: (x: number) => readonly [atMost: number, above: number];
}

/** P(low <= X <= high). */
export function between(lattice: Lattice, low: number, high: number): number {
  if (low > high) return 0;
  if (lattice.tails !== undefined) {
    if (low <= lattice.min) return atMost(lattice, high);
    if (high >= lattice.max) return above(lattice, low - 1);
    const inside = 1 - lattice.tails(low - 1)[0] - lattice.tails(high)[1];
    if (inside > 0.1) return inside;
  }
  return Math.min(1, unimodalSum(lattice, low, high));
}

/** P(X <= x). */
export function atMost(lattice: Lattice, x: number): number {
  if (x < lattice.min) return 0;
  if (x >= lattice.max) return 1;
  if (lattice.tails !== undefined) return lattice.tails(x)[0];
  return x < lattice.mode
    ? unimodalSum(lattice, lattice.min, x)
    : Math.max(0, 1 - unimodalSum(lattice, x + 1, lattice.max));
}

/** P(X > x). */
export function above(lattice: Lattice, x: number): number {
  if (x < lattice.min) return 1;
  if (x >= lattice.max) return 0;
  if (lattice.tails !== undefined) return lattice.tails(x)[1];
  return x >= lattice.mode
    ? unimodalSum(lattice, x + 1, lattice.max)
    : Math.max(0, 1 - unimodalSum(lattice, lattice.min, x));
}

/**
 * The sum over low .. high, from its largest term outward until the rest is below the last digit. Positive terms only,
 * so it keeps its relative accuracy however far out it lies; steps grow as the standard deviation.
 */
export function unimodalSum(lattice: Lattice, low: number, high: number): number {
  const from = Math.max(low, lattice.min);
  const to = Math.min(high, lattice.max);
  if (from > to) return 0;
  const start = Math.min(Math.max(lattice.mode, from), to);
  const peak = exp(lattice.log(start));
  if (peak === 0) return 0;
  let sum = 1;
  let term = 1;
  for (let x = start; x < to; x += 1) {
    term *= lattice.ratio(x);
    sum += term;
    if (!(term >= 1e-18 * sum)) break;
  }
  term = 1;
  for (let x = start - 1; x >= from; x -= 1) {
    term /= lattice.ratio(x);
    sum += term;
    if (!(term >= 1e-18 * sum)) break;
  }
  return peak * sum;
}

/** The two tails that an outcome cuts off: P(X <= low) and P(X >= high), with low < mode < high. */
export interface Cuts {
  readonly low: number;
  readonly high: number;
}

/** Where `isFar`, false at the mode, true far out and monotone on either side, becomes true. */
export function cutsWhere(lattice: Lattice, isFar: (x: number) => boolean): Cuts {
  return {
    low: lattice.mode - firstTrue(lattice.mode - lattice.min, (step) => isFar(lattice.mode - step)),
    high: lattice.mode + firstTrue(lattice.max - lattice.mode, (step) => isFar(lattice.mode + step)),
  };
}

/** The smallest step in 1 .. most at which the monotone condition holds; most + 1 if none. */
export function firstTrue(most: number, holds: (step: number) => boolean): number {
  let fails = 0;
  let works = most + 1;
  while (works - fails > 1) {
    const middle = fails + Math.floor((works - fails) / 2);
    if (holds(middle)) works = middle;
    else fails = middle;
  }
  return works;
}

export function outside(lattice: Lattice, cuts: Cuts): number {
  return Math.min(1, atMost(lattice, cuts.low) + above(lattice, cuts.high - 1));
}

/** The outcomes no more probable than x, ties counted up to the relative `slack`; all of them when x is the mode. */
export function twoSided(lattice: Lattice, x: number, slack: number): number {
  const limit = lattice.log(x) + slack;
  if (lattice.log(lattice.mode) <= limit) return 1;
  return outside(
    lattice,
    cutsWhere(lattice, (other) => lattice.log(other) <= limit),
  );
}
