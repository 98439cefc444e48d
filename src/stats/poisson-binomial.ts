import { mustBeShare, refuse } from './argument.ts';

const MOST_TRIALS = 20_000;

/**
 * P(k successes) for k = 0 .. n, where trial i succeeds with probability ps[i], independently: requests that meet a
 * rule while it is being rolled out. Dynamic programme over the trials, n^2 / 2 steps.
 * @throws RangeError for a probability outside 0..1 or more than 20000 trials.
 */
export function poissonBinomial(ps: readonly number[]): Float64Array {
  if (!Array.isArray(ps)) refuse('ps', ps, 'a list of probabilities');
  if (ps.length > MOST_TRIALS) refuse('ps', ps, `a list of ${MOST_TRIALS} probabilities at most`);
  const pmf = new Float64Array(ps.length + 1);
  pmf[0] = 1;
  for (let i = 0; i < ps.length; i += 1) {
    const p = ps[i]!;
    mustBeShare(`ps[${i}]`, p);
    const q = 1 - p;
    for (let k = i + 1; k > 0; k -= 1) pmf[k] = pmf[k]! * q + pmf[k - 1]! * p;
    pmf[0] = pmf[0]! * q;
  }
  return pmf;
}

/**
 * The two-sided p-value of outcome k under any pmf over 0, 1, ...: the probability of all outcomes no more probable
 * than k, ties counted with a relative slack of 1e-7 as R's binom.test does.
 * @throws RangeError when the pmf has no outcome k.
 */
export function twoSidedFromPmf(pmf: ArrayLike<number>, k: number): number {
  const observed = pmf[k];
  if (observed === undefined) refuse('k', k, `an outcome in 0..${pmf.length - 1}`);
  const limit = observed * (1 + 1e-7);
  let sum = 0;
  for (let i = 0; i < pmf.length; i += 1) if (pmf[i]! <= limit) sum += pmf[i]!;
  return Math.min(1, sum);
}
