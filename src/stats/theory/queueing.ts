import { exp, expm1, ln, log1p } from '../../kernel/math.ts';
import { mustBeCount, mustBeNonNegative, mustBePositive, refuse } from '../argument.ts';
import { poissonPmf } from '../gamma.ts';
import {
  erlangC,
  MOST_STATES,
  mustBeRates,
  mustBeServers,
  type QueueMeans,
  type Rates,
  type Servers,
  type Unstable,
} from '../mmc.ts';
import { birthDeath } from './birth-death.ts';

/*
 * Formulas of single queues: lambda is the arrival rate, mu the rate of one server, L and Lq the mean number in the
 * system and in the queue, W and Wq the mean time in them. They are in D. Gross and C. Harris, Fundamentals of Queueing
 * Theory, and M. Harchol-Balter, Performance Modeling and Design of Computer Systems, unless another source is named.
 * A queue that grows without end is { stable: false } where the result has that field; its tail probabilities are 1;
 * elsewhere it is refused.
 */

/**
 * M/M/1: rho = lambda / mu, L = rho / (1 - rho), W = 1 / (mu - lambda); { stable: false } alone when lambda >= mu.
 * @throws RangeError unless lambda >= 0 and mu > 0.
 */
export function mm1({
  lambda,
  mu,
}: Rates): Unstable | ({ readonly stable: true; readonly rho: number } & QueueMeans) {
  mustBeRates(lambda, mu);
  if (lambda >= mu) return { stable: false };
  const rho = lambda / mu;
  const W = 1 / (mu - lambda);
  const Wq = rho * W;
  return { stable: true, rho, L: lambda * W, Lq: lambda * Wq, W, Wq };
}

/**
 * The q-quantile of the response time of M/M/1: -ln(1 - q) / (mu - lambda).
 * @throws RangeError unless 0 <= lambda < mu and 0 <= q < 1.
 */
export function mm1ResponseQuantile({ lambda, mu, q }: Rates & { readonly q: number }): number {
  mustBeStable(lambda, mu, 1);
  mustBeQuantile(q);
  return -log1p(-q) / (mu - lambda);
}

/**
 * The q-quantile of the wait in M/M/1: 0 up to the atom 1 - rho, then ln(rho / (1 - q)) / (mu - lambda).
 * @throws RangeError unless 0 <= lambda < mu and 0 <= q < 1.
 */
export function mm1WaitQuantile({ lambda, mu, q }: Rates & { readonly q: number }): number {
  return mmcWaitQuantile({ lambda, mu, c: 1, q });
}

/**
 * The probabilities of 0 .. K in M/M/1/K, K places including the one in service: rho^n, normalised; uniform at rho = 1.
 * @throws RangeError unless lambda >= 0, mu > 0 and K is a count up to 1e7.
 */
export function mm1kStates({ lambda, mu, K }: Rates & { readonly K: number }): number[] {
  mustBeRates(lambda, mu);
  mustBeCount('K', K);
  if (K > MOST_STATES) refuse('K', K, `at most ${MOST_STATES}`);
  return [...birthDeath(() => lambda / mu, K)];
}

/**
 * P(wait > t) in M/M/c: C e^(-(c mu - lambda) t); 1 when the queue is not stable.
 * @throws RangeError unless lambda >= 0, mu > 0, c is 1 .. 1e7 and t >= 0.
 */
export function mmcWaitTail({ lambda, mu, c, t }: Servers & { readonly t: number }): number {
  mustBeRates(lambda, mu);
  mustBeServers(c, 1);
  mustBeNonNegative('t', t);
  if (lambda >= c * mu) return 1;
  return erlangC({ c, a: lambda / mu }) * exp(-(c * mu - lambda) * t);
}

/**
 * The q-quantile of the wait in M/M/c: 0 up to the atom 1 - C, then ln(C / (1 - q)) / (c mu - lambda).
 * @throws RangeError unless 0 <= lambda < c mu, c is 1 .. 1e7 and 0 <= q < 1.
 */
export function mmcWaitQuantile({ lambda, mu, c, q }: Servers & { readonly q: number }): number {
  mustBeStable(lambda, mu, c);
  mustBeQuantile(q);
  const waits = erlangC({ c, a: lambda / mu });
  return waits <= 1 - q ? 0 : (ln(waits) - log1p(-q)) / (c * mu - lambda);
}

/**
 * P(response > t) in M/M/c: e^(-mu t) [1 + C mu (e^((mu - theta) t) - 1) / (mu - theta)], theta = c mu - lambda, with
 * the limit where theta = mu; 1 when the queue is not stable.
 * @throws RangeError unless lambda >= 0, mu > 0, c is 1 .. 1e7 and t >= 0.
 */
export function mmcResponseTail({ lambda, mu, c, t }: Servers & { readonly t: number }): number {
  mustBeRates(lambda, mu);
  mustBeServers(c, 1);
  mustBeNonNegative('t', t);
  if (lambda >= c * mu) return 1;
  const waits = erlangC({ c, a: lambda / mu });
  const theta = c * mu - lambda;
  const gap = mu - theta;
  const served = exp(-mu * t);
  if (gap * t > 1) return served + (waits * mu * (exp(-theta * t) - served)) / gap;
  return served * (1 + waits * mu * (gap === 0 ? t : expm1(gap * t) / gap));
}

/**
 * M/M/c/K, K places including those in service: the share turned away, the rate served, means of those let in, and the
 * utilisation of a server. With K = maxConnections + maxPendingRequests this is a circuit breaker.
 * @throws RangeError unless lambda >= 0, mu > 0, c is 1 .. 1e7 and K is c .. 1e7.
 */
export function mmck({ lambda, mu, c, K }: Servers & { readonly K: number }): {
  readonly pBlock: number;
  readonly throughput: number;
  readonly L: number;
  readonly Lq: number;
  readonly W: number;
  readonly Wq: number;
  readonly utilisation: number;
} {
  mustBeRates(lambda, mu);
  mustBeServers(c, 1);
  mustBeCount('K', K, c);
  if (K > MOST_STATES) refuse('K', K, `at most ${MOST_STATES}`);
  const states = birthDeath((n) => lambda / (mu * Math.min(n + 1, c)), K);
  const L = states.reduce((sum, chance, n) => sum + n * chance, 0);
  const Lq = states.reduce((sum, chance, n) => (n > c ? sum + (n - c) * chance : sum), 0);
  const busy = states.reduce((sum, chance, n) => sum + Math.min(n, c) * chance, 0);
  const throughput = mu * busy;
  const Wq = throughput === 0 ? 0 : Lq / throughput;
  return { pBlock: states[K]!, throughput, L, Lq, W: Wq + 1 / mu, Wq, utilisation: busy / c };
}

/**
 * M/G/1, service of mean es and second moment es2: Wq = lambda es2 / (2 (1 - rho)) (Pollaczek, Khinchine).
 * @throws RangeError unless lambda >= 0, es > 0, es2 >= es^2 and lambda es < 1.
 */
export function mg1({
  lambda,
  es,
  es2,
}: {
  readonly lambda: number;
  readonly es: number;
  readonly es2: number;
}): { readonly rho: number } & QueueMeans {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('es', es);
  mustBePositive('es2', es2);
  if (es2 < es * es * (1 - 1e-12)) refuse('es2', es2, `at least the square of es, ${es * es}`);
  const rho = mustBeBelowOne(lambda, es);
  const Wq = (lambda * es2) / (2 * (1 - rho));
  const W = Wq + es;
  return { rho, Wq, W, Lq: lambda * Wq, L: lambda * W };
}

/**
 * P(wait <= t) in M/D/1, service time d. With t = m d + rest it is the sum over j <= m of
 * P(at most m - j waiting) * Poisson(j; lambda ((m + 1) d - t)) (G. Franx, Operations Research Letters 29, 2001),
 * whose terms are positive where those of Erlang's formula alternate and cancel.
 * @throws RangeError unless lambda >= 0, d > 0, lambda d < 1, t >= 0, and t is at most 20000 service times.
 */
export function md1WaitCdf({
  lambda,
  d,
  t,
}: {
  readonly lambda: number;
  readonly d: number;
  readonly t: number;
}): number {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('d', d);
  mustBeNonNegative('t', t);
  const rho = mustBeBelowOne(lambda, d);
  const whole = Math.floor(t / d);
  if (whole > 20_000) refuse('t', t, `at most 20000 service times of ${d}`);
  // Number in system: up-crossings of a level equal down-crossings (a_j: j or more arrivals in a service time).
  const arrivals = Array.from({ length: whole + 3 }, (_, j) => poissonPmf(j, rho));
  const orMore = new Float64Array(whole + 3);
  let fewer = 0;
  for (let j = 0; j < orMore.length; j += 1) {
    orMore[j] = j > rho + 1 ? tailFrom(j, rho) : 1 - fewer;
    fewer += arrivals[j]!;
  }
  const states = [1 - rho];
  for (let n = 1; n <= whole + 1; n += 1) {
    let rate = states[0]! * orMore[n]!;
    for (let i = 1; i < n; i += 1) rate += states[i]! * orMore[n - i + 1]!;
    states.push(rate / arrivals[0]!);
  }
  const waitingAtMost = [states[0]! + states[1]!];
  for (let n = 1; n <= whole; n += 1) waitingAtMost.push(waitingAtMost[n - 1]! + states[n + 1]!);
  let cdf = 0;
  const mean = lambda * ((whole + 1) * d - t);
  for (let j = 0; j <= whole; j += 1) cdf += waitingAtMost[whole - j]! * poissonPmf(j, mean);
  return Math.min(1, cdf);
}

/** P(Poisson(mean) >= j) for j above the mean. */
function tailFrom(j: number, mean: number): number {
  let term = poissonPmf(j, mean);
  let sum = term;
  for (let i = j + 1; term > 1e-18 * sum; i += 1) sum += term *= mean / i;
  return sum;
}

/**
 * M/G/1 with processor sharing: a job of size x takes x / (1 - rho) on average, whatever the law of the sizes.
 * @throws RangeError unless lambda >= 0, es > 0, x >= 0 and lambda es < 1.
 */
export function mg1ps({
  lambda,
  es,
  x,
}: {
  readonly lambda: number;
  readonly es: number;
  readonly x: number;
}): { readonly meanResponse: number; readonly responseOfSize: number; readonly meanJobs: number } {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('es', es);
  mustBeNonNegative('x', x);
  const rho = mustBeBelowOne(lambda, es);
  return { meanResponse: es / (1 - rho), responseOfSize: x / (1 - rho), meanJobs: rho / (1 - rho) };
}

/**
 * M/M/infinity: Poisson with mean a = lambda / mu in steady state; from empty, a (1 - e^(-mu t)) on average at t.
 * `pEmpty` is the steady state's e^-a.
 * @throws RangeError unless lambda >= 0, mu > 0 and t >= 0.
 */
export function mminf({ lambda, mu, t }: Rates & { readonly t: number }): {
  readonly L: number;
  readonly pEmpty: number;
  readonly meanAt: number;
} {
  mustBeRates(lambda, mu);
  mustBeNonNegative('t', t);
  const L = lambda / mu;
  return { L, pEmpty: exp(-L), meanAt: -L * expm1(-mu * t) };
}

/**
 * M/M/c+M (Erlang A): who waits gives up after an exponential time of rate theta. The shares of all arrivals that give
 * up and that wait, the mean queue and the mean wait of all arrivals. Stable in any overload.
 * @throws RangeError unless lambda, mu, theta > 0 and c is 1 .. 1e7; and where 1e7 may wait at once.
 */
export function erlangA({ lambda, mu, theta, c }: Servers & { readonly theta: number }): {
  readonly pAbandon: number;
  readonly pWait: number;
  readonly Lq: number;
  readonly Wq: number;
} {
  mustBePositive('lambda', lambda);
  mustBePositive('mu', mu);
  mustBePositive('theta', theta);
  mustBeServers(c, 1);
  const last = c + MOST_STATES;
  const states = birthDeath((n) => lambda / (n < c ? (n + 1) * mu : c * mu + (n + 1 - c) * theta), last, c);
  if (states.length > last) refuse('theta', theta, `large enough that never ${MOST_STATES} wait`);
  let pWait = 0;
  let Lq = 0;
  for (let n = c; n < states.length; n += 1) {
    pWait += states[n]!;
    Lq += (n - c) * states[n]!;
  }
  return { pAbandon: (theta * Lq) / lambda, pWait, Lq, Wq: Lq / lambda };
}

/**
 * D/M/1, an arrival every d: sigma = e^(-mu d (1 - sigma)), Wq = sigma / (mu (1 - sigma)).
 * @throws RangeError unless d, mu > 0 and mu d > 1.
 */
export function dm1({ d, mu }: { readonly d: number; readonly mu: number }): {
  readonly sigma: number;
  readonly Wq: number;
  readonly W: number;
} {
  mustBePositive('d', d);
  mustBePositive('mu', mu);
  const load = mu * d;
  if (!(load > 1)) refuse('mu', mu, `above the arrival rate, ${1 / d}`);
  // y = 1 - sigma solves y = 1 - e^(-load y); that is concave, so Newton comes down from y = 1 without passing it.
  let y = 1;
  for (let i = 0; i < 200; i += 1) {
    const next = y - (-expm1(-load * y) - y) / (load * exp(-load * y) - 1);
    if (!(next < y)) break;
    y = next;
  }
  const sigma = exp(-load * y);
  return { sigma, Wq: sigma / (mu * y), W: 1 / (mu * y) };
}

function mustBeStable(lambda: number, mu: number, c: number): void {
  mustBeRates(lambda, mu);
  mustBeServers(c, 1);
  if (lambda >= c * mu) refuse('lambda', lambda, `below the service rate, ${c * mu}`);
}

function mustBeBelowOne(lambda: number, es: number): number {
  if (!(lambda * es < 1)) refuse('lambda', lambda, `below the service rate, ${1 / es}`);
  return lambda * es;
}

function mustBeQuantile(q: number): void {
  if (!(Number.isFinite(q) && q >= 0 && q < 1)) refuse('q', q, 'at least 0 and below 1');
}
