import { exp, ln, log1p } from '../kernel/math.ts';
import { mustBeCount, mustBeInnerShare, mustBeInteger, mustBeShare, refuse } from './argument.ts';
import { betaTails } from './beta.ts';
import { deviance, normalUpperQuantile, stirlingError, surplus } from './gamma.ts';
import { above, atMost, cutsWhere, outside, twoSided, type Lattice } from './lattice.ts';
import { fraction, minus, toNumber, type Fraction } from './fraction.ts';

/** Beyond this the steps of a binomial tail, which grow as its standard deviation, would take seconds. */
export const MOST_REQUESTS = 1e13;

/** A boundary that computed probabilities reach is reached, although their last digits may say otherwise. */
export const TIE = 1e-11;

/**
 * P(X = k) for X ~ Bin(n, p); 0 outside 0..n, and 1 at n = k = 0.
 * Saddle-point form (C. Loader, 2000): relative error about 1e-13 everywhere, also at n = 1e9.
 * @throws RangeError unless n is a count, k an integer and 0 <= p <= 1.
 */
export function binomPmf({
  n,
  k,
  p,
}: {
  readonly n: number;
  readonly k: number;
  readonly p: number;
}): number {
  mustBeCount('n', n);
  mustBeInteger('k', k);
  mustBeShare('p', p);
  return exp(logBinomial(n, k, p, 1 - p));
}

/**
 * P(X <= k) for X ~ Bin(n, p), with relative accuracy in the lower tail.
 * @throws RangeError unless n is a count up to 1e13, k an integer and 0 <= p <= 1.
 */
export function binomCdf({
  n,
  k,
  p,
}: {
  readonly n: number;
  readonly k: number;
  readonly p: number;
}): number {
  mustBeTail(n, p);
  mustBeInteger('k', k);
  return atMost(binomial(n, p), k);
}

/**
 * P(X > k) for X ~ Bin(n, p), with relative accuracy in the upper tail.
 * @throws RangeError unless n is a count up to 1e13, k an integer and 0 <= p <= 1.
 */
export function binomSf({ n, k, p }: { readonly n: number; readonly k: number; readonly p: number }): number {
  mustBeTail(n, p);
  mustBeInteger('k', k);
  return above(binomial(n, p), k);
}

/**
 * The smallest k with P(X <= k) >= q, X ~ Bin(n, p). A probability that equals q up to its last digits counts as
 * reaching it.
 * @throws RangeError unless n is a count up to 1e13, 0 <= p <= 1 and 0 <= q <= 1.
 */
export function binomQuantile({
  n,
  p,
  q,
}: {
  readonly n: number;
  readonly p: number;
  readonly q: number;
}): number {
  mustBeTail(n, p);
  mustBeShare('q', q);
  return binomialQuantile(binomial(n, p), q, 1 - q);
}

/** As binomQuantile; `rest` is 1 - q, better known to the caller where q is near 1. */
export function binomialQuantile(lattice: Lattice, q: number, rest: number): number {
  const reached =
    q <= rest
      ? (k: number) => atMost(lattice, k) >= q * (1 - TIE)
      : (k: number) => above(lattice, k) <= rest * (1 + TIE);
  if (q === 0) return lattice.min;
  if (rest === 0) return lattice.max;
  if (reached(lattice.min)) return lattice.min;
  // The normal quantile is near; walk away from it in growing steps, then halve what is left.
  const z = q <= rest ? -normalUpperQuantile(q) : normalUpperQuantile(rest);
  const near = Math.round(lattice.mode + z * spread(lattice));
  let fails = lattice.min;
  let works = lattice.max;
  let last = Math.min(Math.max(near, fails + 1), works);
  const lastWorks = reached(last);
  for (let step = 1; ; step *= 2) {
    if (lastWorks) works = last;
    else fails = last;
    const next = lastWorks ? last - step : last + step;
    if (next <= fails || next >= works) break;
    if (reached(next) !== lastWorks) {
      if (lastWorks) fails = next;
      else works = next;
      break;
    }
    last = next;
  }
  while (works - fails > 1) {
    const middle = fails + Math.floor((works - fails) / 2);
    if (reached(middle)) works = middle;
    else fails = middle;
  }
  return works;
}

/** About one standard deviation, read off the curvature at the mode. */
function spread(lattice: Lattice): number {
  const { mode, min, max } = lattice;
  if (mode <= min || mode >= max) return 1;
  const bend = ln(lattice.ratio(mode - 1)) - ln(lattice.ratio(mode));
  return bend > 0 ? 1 / Math.sqrt(bend) : 1;
}

/**
 * The exact two-sided p-value: the probability of all outcomes no more probable than k under Bin(n, p), ties counted
 * with a relative slack of 1e-7 as R's binom.test does (less beyond n = 1e6, where neighbours come that close).
 * @throws RangeError unless n is a count up to 1e13, 0 <= k <= n and 0 <= p <= 1.
 *
 * @example
 * binomTest({ k: 11, n: 15, p: 0.5 }); // => 0.1185
 */
export function binomTest({
  k,
  n,
  p,
}: {
  readonly k: number;
  readonly n: number;
  readonly p: number;
}): number {
  mustBeTail(n, p);
  mustBeCount('k', k);
  if (k > n) refuse('k', k, `at most n = ${n}`);
  const lattice = binomial(n, p);
  if (k < lattice.min || k > lattice.max) return 0;
  return twoSided(lattice, k, tieSlack(n));
}

function tieSlack(n: number): number {
  return 1e-7 * Math.min(1, 1e6 / n);
}

/**
 * The power of binomTest: the probability, when the share truly is p1, that its p-value against p0 is alpha or less.
 * The rejected counts are two tails; their ends are found by bisection.
 * @throws RangeError unless n is a count up to 1e13, 0 <= p0, p1 <= 1 and 0 < alpha < 1.
 */
export function exactBinomPower({
  n,
  p0,
  p1,
  alpha,
}: {
  readonly n: number;
  readonly p0: number;
  readonly p1: number;
  readonly alpha: number;
}): number {
  mustBeRequests(n);
  mustBeShare('p0', p0);
  mustBeShare('p1', p1);
  mustBeInnerShare('alpha', alpha);
  const assumed = binomial(n, p0);
  const rejected = cutsWhere(assumed, (k) => twoSided(assumed, k, tieSlack(n)) <= alpha * (1 + TIE));
  return outside(binomial(n, p1), rejected);
}

/**
 * The probability that a version with share p is not seen in n requests: (1 - p)^n.
 * @throws RangeError unless n is a count and 0 <= p <= 1.
 *
 * @example
 * probNoneSeen({ n: 15, p: 0.1 }); // => 0.2059
 */
export function probNoneSeen({ n, p }: { readonly n: number; readonly p: number }): number {
  mustBeCount('n', n);
  mustBeShare('p', p);
  return n === 0 ? 1 : exp(n * log1p(-p));
}

/**
 * The smallest n with 1 - (1 - p)^n >= conf; Infinity when p = 0. ceil(ln(1 - conf) / ln(1 - p)), decided in exact
 * decimals where n is small enough for equality (0.5 and 0.75 need 2).
 * @throws RangeError unless 0 <= p <= 1 and 0 < conf < 1.
 *
 * @example
 * refreshesToSee({ p: 0.5, conf: 0.95 }); // => 5
 */
export function refreshesToSee({ p, conf }: { readonly p: number; readonly conf: number }): number {
  mustBeShare('p', p);
  mustBeInnerShare('conf', conf);
  if (p === 0) return Infinity;
  if (p === 1) return 1;
  const one = fraction(1);
  const missed = minus(one, fraction(p));
  const allowed = minus(one, fraction(conf));
  const n = ln(toNumber(allowed)) / log1p(-p);
  // (1 - p)^n has n times as many decimals as 1 - p, so it can equal a written decimal only for small n.
  for (let m = Math.max(1, Math.round(n) - 1); m < 64; m += 1) if (stillUnseen(missed, m, allowed)) return m;
  return Math.max(1, Math.ceil(n));
}

/** missed^m <= allowed. */
function stillUnseen(missed: Fraction, m: number, allowed: Fraction): boolean {
  let power = fraction(1);
  for (let i = 0; i < m; i += 1) power = { num: power.num * missed.num, den: power.den * missed.den };
  return minus(power, allowed).num <= 0n;
}

/** Bin(n, p) as a lattice; q = 1 - p is given where it is known better than by subtraction. */
export function binomial(n: number, p: number, q = 1 - p): Lattice {
  if (p === 0 || q === 0) return certain(p === 0 ? 0 : n);
  return {
    min: 0,
    max: n,
    mode: Math.min(n, Math.floor((n + 1) * p)),
    log: (k) => logBinomial(n, k, p, q),
    ratio: (k) => ((n - k) * p) / ((k + 1) * q),
    // P(X <= k) = I_q(n - k, k + 1) (Abramowitz and Stegun 26.5.24).
    tails: (k) => betaTails(n - k, k + 1, q, p),
  };
}

export function certain(only: number): Lattice {
  return { min: only, max: only, mode: only, log: (x) => (x === only ? 0 : -Infinity), ratio: () => 0 };
}

/** ln P(X = k), X ~ Bin(n, p), q = 1 - p. */
export function logBinomial(n: number, k: number, p: number, q: number): number {
  if (k < 0 || k > n) return -Infinity;
  if (p === 0) return k === 0 ? 0 : -Infinity;
  if (q === 0) return k === n ? 0 : -Infinity;
  if (k === 0) return n * (p < 0.5 ? log1p(-p) : ln(q));
  if (k === n) return n * (q < 0.5 ? log1p(-q) : ln(p));
  const difference = surplus(k, n - k, p, q);
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviance(k, n * p, difference) -
    deviance(n - k, n * q, -difference) +
    0.5 * ln(n / (2 * Math.PI * k * (n - k)))
  );
}

function mustBeTail(n: number, p: number): void {
  mustBeRequests(n);
  mustBeShare('p', p);
}

export function mustBeRequests(n: number): void {
  mustBeCount('n', n);
  if (n > MOST_REQUESTS) refuse('n', n, `at most ${MOST_REQUESTS}`);
}
