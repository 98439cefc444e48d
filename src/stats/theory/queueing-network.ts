import {
  mustBeCount,
  mustBeNonNegative,
  mustBeNumbers,
  mustBePositive,
  mustBeWeights,
  refuse,
} from '../argument.ts';
import { birthDeath } from './birth-death.ts';
import { mmc, type QueueMeans, type Unstable } from '../mmc.ts';
import { mm1 } from './queueing.ts';

/**
 * The mean response when Poisson traffic is split at random over one M/M/1 per version: sum p_j / (mu_j - lambda p_j),
 * shares p_j being the weights over their sum. Thinned Poisson streams are independent Poisson streams.
 * @throws RangeError unless lambda >= 0, the weights have a positive sum, there is a mu above 0 for each, and every
 * version of positive weight keeps up.
 */
export function mm1SplitMeanResponse({
  lambda,
  weights,
  mus,
}: {
  readonly lambda: number;
  readonly weights: readonly number[];
  readonly mus: readonly number[];
}): number {
  mustBeNonNegative('lambda', lambda);
  mustBeWeights('weights', weights);
  mustBePositives('mus', mus, weights.length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((mean, weight, j) => {
    if (weight === 0) return mean;
    const share = weight / total;
    const spare = mus[j]! - lambda * share;
    if (!(spare > 0)) refuse(`mus[${j}]`, mus[j], `above the version's arrival rate, ${lambda * share}`);
    return mean + share / spare;
  }, 0);
}

/**
 * M/M/1 with immediate retries: each attempt fails with probability r and comes back, so the rate is lambda / (1 - r).
 * As mm1 with that rate; W and Wq are per attempt.
 * @throws RangeError unless lambda >= 0, mu > 0 and 0 <= r < 1.
 */
export function feedbackMm1({
  lambda,
  mu,
  r,
}: {
  readonly lambda: number;
  readonly mu: number;
  readonly r: number;
}): Unstable | ({ readonly stable: true; readonly rho: number } & QueueMeans) {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('mu', mu);
  if (!(Number.isFinite(r) && r >= 0 && r < 1)) refuse('r', r, 'at least 0 and below 1');
  return mm1({ lambda: lambda / (1 - r), mu });
}

/**
 * The mean response of a request that forks into two M/M/1 branches and waits for both: (12 - rho) / 8 / (mu - lambda)
 * (L. Flatto, S. Hahn, 1984; R. Nelson, A. Tantawi, 1988). Exact for two.
 * @throws RangeError unless 0 <= lambda < mu.
 */
export function forkJoin2({ lambda, mu }: { readonly lambda: number; readonly mu: number }): number {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('mu', mu);
  if (lambda >= mu) refuse('lambda', lambda, `below the service rate, ${mu}`);
  return (12 - lambda / mu) / 8 / (mu - lambda);
}

/**
 * An open Jackson network: `lambda` solves lambda_j = gamma_j + sum_i lambda_i routing[i][j]; each station then is an
 * M/M/c of its own (J. Jackson, Operations Research 5, 1957). W = sum L / sum gamma is the mean time in the network.
 * @throws RangeError unless gamma, mu and servers are of one length and routing is square of it; gamma >= 0 with a
 * positive sum, mu > 0, servers are 1 or more, routing rows hold chances that sum to 1 at most; every request can leave,
 * and every station keeps up.
 */
export function jackson({
  gamma,
  routing,
  mu,
  servers,
}: {
  readonly gamma: readonly number[];
  readonly routing: readonly (readonly number[])[];
  readonly mu: readonly number[];
  readonly servers: readonly number[];
}): { readonly lambda: number[]; readonly L: number[]; readonly W: number } {
  mustBeWeights('gamma', gamma);
  const size = gamma.length;
  mustBePositives('mu', mu, size);
  if (!Array.isArray(servers) || servers.length !== size)
    refuse('servers', servers, `a list of ${size} counts`);
  servers.forEach((count, j) => mustBeCount(`servers[${j}]`, count, 1));
  if (!Array.isArray(routing) || routing.length !== size)
    refuse('routing', routing, `a list of ${size} rows`);
  routing.forEach((row: readonly number[], i) => {
    mustBeNumbers(`routing[${i}]`, row, size);
    const total = row.reduce((sum, chance) => sum + chance, 0);
    if (row.length !== size || row.some((chance) => chance < 0) || total > 1 + 1e-12) {
      refuse(`routing[${i}]`, row, `${size} chances with a sum of 1 at most`);
    }
  });
  const lambda = throughputs(gamma, routing);
  const L = lambda.map((rate, j) => {
    const station = mmc({ lambda: rate, mu: mu[j]!, c: servers[j]! });
    if (!station.stable) refuse(`mu[${j}]`, mu[j], `enough for the station's arrival rate, ${rate}`);
    return station.L;
  });
  const sum = (values: readonly number[]) => values.reduce((whole, value) => whole + value, 0);
  return { lambda, L, W: sum(L) / sum(gamma) };
}

/** Solves lambda = gamma + lambda routing by elimination; the pivots of such a matrix stay positive unless it is closed. */
function throughputs(gamma: readonly number[], routing: readonly (readonly number[])[]): number[] {
  const size = gamma.length;
  const rows = gamma.map((rate, j) => [...routing.map((row, i) => (i === j ? 1 : 0) - row[j]!), rate]);
  for (let pivot = 0; pivot < size; pivot += 1) {
    const head = rows[pivot]!;
    if (!(head[pivot]! > 1e-13)) refuse('routing', routing, 'such that every request can leave the network');
    for (let i = pivot + 1; i < size; i += 1) {
      const row = rows[i]!;
      const factor = row[pivot]! / head[pivot]!;
      for (let j = pivot; j <= size; j += 1) row[j] = row[j]! - factor * head[j]!;
    }
  }
  const lambda = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i -= 1) {
    const row = rows[i]!;
    let rest = row[size]!;
    for (let j = i + 1; j < size; j += 1) rest -= row[j]! * lambda[j]!;
    lambda[i] = Math.max(0, rest / row[i]!);
  }
  return lambda;
}

/**
 * Exact mean value analysis of a closed network, one class: N users who think for `think` on average, then visit
 * queueing stations with total service `demands`. R_i = D_i (1 + Q_i(N-1)), X = N / (Z + R) (M. Reiser, S. Lavenberg,
 * 1980). R is the response of all stations, U = X D the utilisations.
 * @throws RangeError unless demands holds one or more numbers >= 0, think >= 0, not all of them 0, and N is a count up
 * to 1e7.
 */
export function mva({
  demands,
  think,
  N,
}: {
  readonly demands: readonly number[];
  readonly think: number;
  readonly N: number;
}): { readonly X: number; readonly R: number; readonly Q: number[]; readonly U: number[] } {
  mustBeNumbers('demands', demands, 1);
  demands.forEach((demand, i) => mustBeNonNegative(`demands[${i}]`, demand));
  mustBeNonNegative('think', think);
  mustBeCount('N', N);
  if (N > 1e7) refuse('N', N, 'at most 10000000');
  if (think === 0 && demands.every((demand) => demand === 0)) refuse('demands', demands, 'above 0 somewhere');
  const queues = demands.map(() => 0);
  let X = 0;
  let R = 0;
  for (let users = 1; users <= N; users += 1) {
    const responses = demands.map((demand, i) => demand * (1 + queues[i]!));
    R = responses.reduce((sum, response) => sum + response, 0);
    X = users / (think + R);
    for (let i = 0; i < queues.length; i += 1) queues[i] = X * responses[i]!;
  }
  return { X, R, Q: queues, U: demands.map((demand) => X * demand) };
}

/**
 * The machine repair model: M users think for an exponential time of rate lambda each, then ask c servers of rate mu.
 * `p0` is the chance that no request is there, L the mean number there (waiting and in service), X their rate, W and
 * Wq the mean response and wait.
 * @throws RangeError unless M is 1 .. 1e7, c is 1 or more, and lambda, mu > 0.
 */
export function machineRepair({
  M,
  c,
  lambda,
  mu,
}: {
  readonly M: number;
  readonly c: number;
  readonly lambda: number;
  readonly mu: number;
}): { readonly p0: number; readonly L: number; readonly X: number; readonly W: number; readonly Wq: number } {
  mustBeCount('M', M, 1);
  if (M > 1e7) refuse('M', M, 'at most 10000000');
  mustBeCount('c', c, 1);
  mustBePositive('lambda', lambda);
  mustBePositive('mu', mu);
  const states = birthDeath((n) => ((M - n) * lambda) / (mu * Math.min(n + 1, c)), M);
  const mean = (of: (n: number) => number) => states.reduce((sum, chance, n) => sum + of(n) * chance, 0);
  const X = mu * mean((n) => Math.min(n, c));
  const Wq = mean((n) => Math.max(0, n - c)) / X;
  return { p0: states[0]!, L: mean((n) => n), X, W: Wq + 1 / mu, Wq };
}

function mustBePositives(name: string, values: readonly number[], length: number): void {
  mustBeNumbers(name, values, 1);
  if (values.length !== length) refuse(name, values, `a list of ${length} numbers`);
  values.forEach((value, i) => mustBePositive(`${name}[${i}]`, value));
}
