import { ln, log1p } from '../../kernel/math.ts';
import { mustBeBits, mustBeShare, refuse } from '../argument.ts';

/** Sums that differ by rounding alone are equal. */
const SLACK = 1e-10;

/**
 * When the rule changed, both shares being known: the number m of leading observations under pOld, the rest under pNew,
 * that makes the sequence likeliest, and that log likelihood. Of equally likely ones the smallest m. If no m can
 * explain the sequence (a version of share 0 was seen), m is 0 and logLik -Infinity.
 * @throws RangeError unless seq holds 0 and 1 only and 0 <= pOld, pNew <= 1.
 */
export function changePointMle({
  seq,
  pOld,
  pNew,
}: {
  readonly seq: readonly number[];
  readonly pOld: number;
  readonly pNew: number;
}): { readonly m: number; readonly logLik: number } {
  mustBeBits('seq', seq);
  mustBeShare('pOld', pOld);
  mustBeShare('pNew', pNew);
  const ones = seq.reduce((sum, bit) => sum + bit, 0);
  let best = { m: 0, logLik: logLikelihood(seq.length, ones, pNew) };
  let before = 0;
  for (let m = 1; m <= seq.length; m += 1) {
    before += seq[m - 1]!;
    const logLik = logLikelihood(m, before, pOld) + logLikelihood(seq.length - m, ones - before, pNew);
    const better = best.logLik === -Infinity ? logLik > -Infinity : logLik > best.logLik + SLACK;
    if (better) best = { m, logLik };
  }
  return best;
}

/** ln of p^ones (1 - p)^(n - ones), with 0^0 = 1. */
function logLikelihood(n: number, ones: number, p: number): number {
  return (ones > 0 ? ones * ln(p) : 0) + (n > ones ? (n - ones) * log1p(-p) : 0);
}

/**
 * Page's CUSUM for a share that may have gone from p0 to p1: S <- max(0, S + ln f1/f0) along the sequence, from S = 0.
 * `max` is the largest S, `argmax` the first place (from 1) that has it, `final` the last S. An observation impossible
 * under p0 makes S Infinity, one impossible under p1 makes it 0. E. Page, Biometrika 41, 1954.
 * @throws RangeError unless seq holds at least one 0 or 1 and nothing else, 0 <= p0, p1 <= 1, and no observation is
 * impossible under both.
 */
export function cusumBernoulli({
  seq,
  p0,
  p1,
}: {
  readonly seq: readonly number[];
  readonly p0: number;
  readonly p1: number;
}): { readonly max: number; readonly argmax: number; readonly final: number } {
  mustBeBits('seq', seq, 1);
  mustBeShare('p0', p0);
  mustBeShare('p1', p1);
  let s = 0;
  let max = -Infinity;
  let argmax = 0;
  seq.forEach((bit, i) => {
    const f0 = bit === 1 ? p0 : 1 - p0;
    const f1 = bit === 1 ? p1 : 1 - p1;
    if (f0 === 0 && f1 === 0) refuse(`seq[${i}]`, bit, 'possible under p0 or p1');
    s = f1 === 0 ? 0 : f0 === 0 ? Infinity : Math.max(0, s + ln(f1 / f0));
    if (s > max + SLACK) {
      max = s;
      argmax = i + 1;
    }
  });
  return { max, argmax, final: s };
}
