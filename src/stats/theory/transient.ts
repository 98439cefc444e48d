import { ln } from '../../kernel/math.ts';
import { mustBeCount, mustBeNonNegative, mustBePositive, refuse } from '../argument.ts';
import { logBinomial } from '../binomial.ts';
import { poissonPmf } from '../gamma.ts';
import { firstTrue, unimodalSum, type Lattice } from '../lattice.ts';

/** Steps of the chain times states: some seconds. */
const MOST_STEPS = 1e9;
const MOST_STATES = 8e6;
/** The chain is compared with its steady state every so many steps. */
const PATIENCE = 256;

/**
 * M/M/1 at time t, n0 in the system at time 0: the mean number and the chance that it is empty. Uniformisation: the
 * number of events in t is Poisson with mean (lambda + mu) t, and each moves the chain one step. Holds for any load.
 * @throws RangeError unless lambda >= 0, mu > 0, n0 is a count, t >= 0; and beyond 1e9 steps times states, which is
 * (lambda + mu) t of about 60000 for an overloaded queue, and no limit for one that soon forgets its start.
 */
export function mm1TransientMean({
  lambda,
  mu,
  n0,
  t,
}: {
  readonly lambda: number;
  readonly mu: number;
  readonly n0: number;
  readonly t: number;
}): { readonly meanN: number; readonly pEmpty: number } {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('mu', mu);
  mustBeCount('n0', n0);
  mustBeNonNegative('t', t);
  const events = (lambda + mu) * t;
  const up = lambda / (lambda + mu);
  const down = mu / (lambda + mu);
  const last = Math.ceil(events + 12 * Math.sqrt(events) + 40);
  // States n0 - last .. n0 + last; only where probability has arrived is it moved on.
  const offset = Math.max(0, n0 - last);
  let now = new Float64Array(n0 - offset + Math.min(last, MOST_STATES) + 4);
  let next = new Float64Array(now.length);
  let low = n0 - offset;
  let high = low;
  now[low] = 1;
  let meanN = 0;
  let pEmpty = 0;
  let weightLeft = 1;
  let steps = 0;
  for (let event = 0; event <= last; event += 1) {
    const weight = poissonPmf(event, events);
    let mean = 0;
    for (let i = low; i <= high; i += 1) mean += now[i]! * (i + offset);
    meanN += weight * mean;
    pEmpty += weight * (offset === 0 ? now[0]! : 0);
    weightLeft -= weight;
    steps += high - low + 1;
    if (steps > MOST_STEPS || high + 3 > now.length) refuse('t', t, `short enough for ${MOST_STEPS} steps`);

    if (event % PATIENCE === 0 && offset === 0 && isSteady(now, high, lambda / mu)) {
      // All later events find the same.
      meanN += weightLeft * mean;
      pEmpty += weightLeft * now[0]!;
      break;
    }

    const from = Math.max(0, low - 1);
    const to = high + 1;
    for (let i = from; i <= to; i += 1) {
      const below = i > 0 ? now[i - 1]! * up : 0;
      const above = now[i + 1]! * down;
      const idle = i + offset === 0 ? now[0]! * down : 0;
      next[i] = below + above + idle;
    }
    [now, next] = [next, now];
    low = from;
    high = to;
    // Outside low .. high both columns hold zeros.
    for (; high > low && now[high]! < 1e-40; high -= 1) now[high] = next[high] = 0;
    for (; low < high && now[low]! < 1e-40; low += 1) now[low] = next[low] = 0;
  }
  return { meanN, pEmpty };
}

/** Whether the distribution is the geometric one that an M/M/1 tends to: its distance from it can only shrink. */
function isSteady(states: Float64Array, high: number, rho: number): boolean {
  if (rho >= 1) return false;
  let distance = 0;
  let expected = 1 - rho;
  for (let n = 0; n <= high; n += 1, expected *= rho) distance += (n + 1) * Math.abs(states[n]! - expected);
  return distance * (1 - rho) < 1e-11;
}

/**
 * The mean delay in queue of the n-th customer of an M/M/1 that starts empty: sum_{k<n} E[S_k^+] / k (F. Spitzer), S_k
 * being k services less k interarrival times. That is what is left of the services when the k-th arrival comes, so
 * E[S_k^+] = (1/mu) sum_{j<k} (k - j) C(k-1+j, j) p^k q^j, p = lambda / (lambda + mu), q = 1 - p. Holds for any load.
 * @throws RangeError unless lambda, mu > 0 and n is 1 .. 100000.
 */
export function mm1TransientDelay({
  lambda,
  mu,
  n,
}: {
  readonly lambda: number;
  readonly mu: number;
  readonly n: number;
}): number {
  mustBePositive('lambda', lambda);
  mustBePositive('mu', mu);
  mustBeCount('n', n, 1);
  if (n > 100_000) refuse('n', n, 'at most 100000');
  const p = lambda / (lambda + mu);
  const q = mu / (lambda + mu);
  let delay = 0;
  for (let k = 1; k < n; k += 1) {
    // C(k-1+j, j) p^k q^j is k / (k + j) times a binomial probability.
    const ratio = (j: number) => (((k - j - 1) / (k - j)) * (k + j) * q) / (j + 1);
    const left: Lattice = {
      min: 0,
      max: k - 1,
      mode: firstTrue(k - 1, (step) => ratio(step - 1) < 1) - 1,
      log: (j) => ln(((k - j) / (k + j)) * k) + logBinomial(k + j, j, q, p),
      ratio,
    };
    delay += unimodalSum(left, 0, k - 1) / (mu * k);
  }
  return delay;
}
