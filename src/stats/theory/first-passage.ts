import { ln } from '../../kernel/math.ts';
import { mustBeCount, mustBeInnerShare, mustBeShape, mustBeShare, refuse } from '../argument.ts';
import { normalUpperQuantile } from '../gamma.ts';
import { mixtureLogE } from '../sequential.ts';

/** Rounding may not hide that a bound was reached exactly. */
const TIE = 1e-12;

/**
 * The false alarm of watching: P under p that the Beta(a, b) e-value against p reaches 1/alpha at some n in 1..N.
 * Ville's inequality says alpha at most; this is the exact value, by dynamic programme over (n, successes).
 * @throws RangeError unless 0 <= p <= 1, 0 < alpha < 1, 1e-100 <= a, b <= 1e15 and 1 <= N <= 100000.
 */
export function alwaysValidFalseAlarm({
  p,
  alpha,
  a,
  b,
  N,
}: {
  readonly p: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
  readonly N: number;
}): number {
  mustBeShare('p', p);
  mustBeInnerShare('alpha', alpha);
  mustBeShape('a', a);
  mustBeShape('b', b);
  mustBeCount('N', N, 1);
  if (N > 100_000) refuse('N', N, 'at most 100000');
  const limit = -ln(alpha) - TIE;
  const quiet = (n: number, k: number) => mixtureLogE(k, n, p, 1 - p, a, b) < limit;
  // The quiet counts are an interval around n p; from one n to the next its ends move by a step or so.
  let low = 0;
  let high = 0;
  const passage = firstPassage(p, N, (n) => {
    high = Math.min(n, high + 1);
    while (low < high && !quiet(n, low)) low += 1;
    while (low > 0 && quiet(n, low - 1)) low -= 1;
    while (high > low && !quiet(n, high)) high -= 1;
    while (high < n && quiet(n, high + 1)) high += 1;
    return { low, high };
  });
  return Math.min(1, passage.below + passage.above);
}

/**
 * The false alarm of peeking: P under p that Pearson's chi-square p-value (1 df, no correction) is below alpha at any
 * of the looks n0, n0 + step, ... up to N. Dynamic programme over (n, successes).
 * @throws RangeError unless 0 <= p <= 1, 0 < alpha < 1, n0 and step are 1 or more and 1 <= N <= 30000.
 */
export function peekingFalseAlarm({
  p,
  alpha,
  n0,
  N,
  step,
}: {
  readonly p: number;
  readonly alpha: number;
  readonly n0: number;
  readonly N: number;
  readonly step: number;
}): number {
  mustBeShare('p', p);
  mustBeInnerShare('alpha', alpha);
  mustBeCount('n0', n0, 1);
  mustBeCount('N', N, 1);
  mustBeCount('step', step, 1);
  if (N > 30_000) refuse('N', N, 'at most 30000');
  const z = normalUpperQuantile(alpha / 2);
  const passage = firstPassage(p, N, (n) => {
    if (n < n0 || (n - n0) % step !== 0) return { low: 0, high: n };
    const reach = z * Math.sqrt(n * p * (1 - p));
    return { low: Math.ceil(n * p - reach - 1e-9), high: Math.floor(n * p + reach + 1e-9) };
  });
  return Math.min(1, passage.below + passage.above);
}

/**
 * Wald's sequential test of p0 against p1 when the share truly is pTrue: the probabilities that the log likelihood
 * ratio first reaches ln((1-beta)/alpha) (reject p0) or ln(beta/(1-alpha)) (accept it), and the expected number of
 * requests until then, no request beyond N being counted. A. Wald, Sequential Analysis, 1947; dynamic programme.
 * @throws RangeError unless p0, p1, alpha and beta lie inside (0, 1), p0 differs from p1, alpha + beta < 1,
 * 0 <= pTrue <= 1 and N >= 1; and when N times the width of the band of counts exceeds 3e9.
 */
export function sprtExact({
  p0,
  p1,
  alpha,
  beta,
  pTrue,
  N,
}: {
  readonly p0: number;
  readonly p1: number;
  readonly alpha: number;
  readonly beta: number;
  readonly pTrue: number;
  readonly N: number;
}): { readonly pReject: number; readonly pAccept: number; readonly expectedN: number } {
  mustBeInnerShare('p0', p0);
  mustBeInnerShare('p1', p1);
  mustBeInnerShare('alpha', alpha);
  mustBeInnerShare('beta', beta);
  mustBeShare('pTrue', pTrue);
  mustBeCount('N', N, 1);
  if (p0 === p1) refuse('p1', p1, `other than p0 = ${p0}`);
  if (!(alpha + beta < 1)) refuse('beta', beta, `below 1 - alpha = ${1 - alpha}`);
  const success = ln(p1 / p0);
  const failure = ln((1 - p1) / (1 - p0));
  const reject = ln((1 - beta) / alpha) - TIE;
  const accept = ln(beta / (1 - alpha)) + TIE;
  // k success + (n - k) failure strictly between the bounds; rising in k when p1 > p0, falling otherwise.
  const rising = p1 > p0;
  const gain = Math.abs(success - failure);
  const width = (reject - accept) / gain;
  if (N > 1e8 || N * Math.max(1, Math.min(N, width)) > 3e9) refuse('N', N, 'small enough for 3e9 steps');
  const [bottom, top] = rising ? [accept, reject] : [-reject, -accept];
  const drift = rising ? failure : -failure;
  const passage = firstPassage(pTrue, N, (n) => ({
    low: Math.floor((bottom - n * drift) / gain) + 1,
    high: Math.ceil((top - n * drift) / gain) - 1,
  }));
  return {
    pReject: rising ? passage.above : passage.below,
    pAccept: rising ? passage.below : passage.above,
    expectedN: passage.expectedN,
  };
}

interface Band {
  readonly low: number;
  readonly high: number;
}

/**
 * Counts successes one request at a time until they leave the band of that n, or N is reached: the probabilities of
 * leaving below and above, and the expected number of requests made.
 */
function firstPassage(
  p: number,
  N: number,
  bandAt: (n: number) => Band,
): { readonly below: number; readonly above: number; readonly expectedN: number } {
  const q = 1 - p;
  const inside = new Float64Array(N + 2);
  inside[0] = 1;
  let low = 0;
  let high = 0;
  let below = 0;
  let above = 0;
  let expectedN = 0;
  let running = 1;
  for (let n = 1; n <= N && running > 1e-25; n += 1) {
    expectedN += running;
    for (let k = high + 1; k > low; k -= 1) inside[k] = inside[k]! * q + inside[k - 1]! * p;
    inside[low] = inside[low]! * q;
    high += 1;
    const band = bandAt(n);
    for (; low <= high && low < band.low; low += 1) {
      below += inside[low]!;
      inside[low] = 0;
    }
    for (; high >= low && high > band.high; high -= 1) {
      above += inside[high]!;
      inside[high] = 0;
    }
    running = 0;
    for (let k = low; k <= high; k += 1) running += inside[k]!;
  }
  return { below, above, expectedN };
}
