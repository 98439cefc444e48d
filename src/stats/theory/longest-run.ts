import { pow } from '../../kernel/math.ts';
import { mustBeCount, mustBeShare, mustBeWeights, refuse } from '../argument.ts';

/** Steps of a dynamic programme over draws and versions: about a second. */
const MOST_STEPS = 3e8;

/**
 * P(the longest run of successes in n draws is m or more), each draw a success with probability p.
 * A run of m first ends at draw t if a failure and m successes stand before t and none did earlier (W. Feller, vol. I,
 * XIII.7; M. Schilling, 1990): positive terms, n steps.
 * @throws RangeError unless n is a count up to 3e8, 0 <= p <= 1 and m is a count.
 */
export function longestRunTail({
  n,
  p,
  m,
}: {
  readonly n: number;
  readonly p: number;
  readonly m: number;
}): number {
  mustBeCount('n', n);
  mustBeShare('p', p);
  mustBeCount('m', m);
  if (n > MOST_STEPS) refuse('n', n, `at most ${MOST_STEPS}`);
  if (m === 0) return 1;
  if (m > n) return 0;
  const run = pow(p, m);
  // seen[t mod (m + 1)] = P(a run of m within the first t draws), kept for the last m + 1 of them.
  const seen = new Float64Array(m + 1);
  seen[m] = run;
  for (let t = m + 1, at = 0; t <= n; t += 1) {
    const before = at === 0 ? m : at - 1;
    // At this place stands the value of t - m - 1.
    seen[at] = seen[before]! + (1 - p) * run * (1 - seen[at]!);
    at = at === m ? 0 : at + 1;
  }
  return Math.min(1, seen[n % (m + 1)]!);
}

/**
 * P(the longest run of one same version, whichever it is, is m or more in n draws), shares being the weights over
 * their sum. Dynamic programme over the version of the current run.
 * @throws RangeError unless n and m are counts, the weights have a positive sum, and n times the number of versions
 * is at most 3e8.
 */
export function longestRunAnyTail({
  n,
  weights,
  m,
}: {
  readonly n: number;
  readonly weights: readonly number[];
  readonly m: number;
}): number {
  mustBeCount('n', n);
  mustBeCount('m', m);
  const shares = drawnShares(weights);
  if (n * shares.length > MOST_STEPS) refuse('n', n, `at most ${MOST_STEPS / shares.length}`);
  return anyRun(n, shares, m);
}

/**
 * The expected longest run of one same version in n draws: the sum of longestRunAnyTail over m = 1, 2, ..., n.
 * @throws RangeError unless n is a count, the weights have a positive sum, and the sum takes at most 1e9 steps
 * (n = 1e7 for two even versions, 1e5 for 99 to 1).
 */
export function longestRunAnyMean({
  n,
  weights,
}: {
  readonly n: number;
  readonly weights: readonly number[];
}): number {
  mustBeCount('n', n);
  const shares = drawnShares(weights);
  if (shares.length === 1) return n;
  if (n * shares.length > MOST_STEPS) refuse('n', n, `at most ${MOST_STEPS / shares.length}`);
  let mean = 0;
  for (let m = 1; m <= n; m += 1) {
    if (n * shares.length * m > 1e9) refuse('n', n, 'small enough for 1e9 steps');
    const tail = anyRun(n, shares, m);
    mean += tail;
    if (tail * (n - m) < 1e-17 * mean) break;
  }
  return mean;
}

function drawnShares(weights: readonly number[]): readonly number[] {
  mustBeWeights('weights', weights);
  const drawn = weights.filter((weight) => weight > 0);
  const total = drawn.reduce((sum, weight) => sum + weight, 0);
  return drawn.map((weight) => weight / total);
}

function anyRun(n: number, shares: readonly number[], m: number): number {
  if (m === 0) return 1;
  if (m > n) return 0;
  if (m === 1 || shares.length === 1) return 1;
  const k = shares.length;
  const whole = shares.map((share) => pow(share, m - 1));
  // alive[j]: no run of m yet and the current run is of version j; begun: the chance that a run of j began, m draws back.
  const alive = new Float64Array(k);
  const begun = new Float64Array(k * m);
  let seen = 0;
  let total = 1;
  for (let t = 0, slot = 0; t < n; t += 1) {
    let next = 0;
    for (let j = 0; j < k; j += 1) {
      const fresh = shares[j]! * Math.max(0, total - alive[j]!);
      const place = j * m + slot;
      begun[place] = fresh;
      // The run that began m - 1 draws ago and went on is one of m now.
      const ended = begun[j * m + (slot + 1 === m ? 0 : slot + 1)]! * whole[j]!;
      seen += ended;
      alive[j] = Math.max(0, alive[j]! * shares[j]! + fresh - ended);
      next += alive[j]!;
    }
    total = next;
    slot = slot + 1 === m ? 0 : slot + 1;
  }
  return Math.min(1, seen);
}
