import { ln, pow } from '../../kernel/math.ts';
import { mustBeCount, mustBeShare, refuse } from '../argument.ts';
import { multiply, solve, stationary, transpose, type Matrix } from './matrix.ts';

/**
 * The share of servers with i jobs or more when each Poisson arrival joins the shortest of d servers drawn at random,
 * as servers go to infinity: lambda^((d^i - 1) / (d - 1)), lambda^i for d = 1; service rate 1 (M. Mitzenmacher, IEEE
 * TPDS 12, 2001). Far too optimistic for a few servers: see jsq2Exact.
 * @throws RangeError unless 0 <= lambda < 1, d is 1 or more and i is a count.
 */
export function p2cTail({
  lambda,
  d,
  i,
}: {
  readonly lambda: number;
  readonly d: number;
  readonly i: number;
}): number {
  mustBeLoad('lambda', lambda);
  mustBeCount('d', d, 1);
  mustBeCount('i', i);
  return i === 0 ? 1 : pow(lambda, d === 1 ? i : (pow(d, i) - 1) / (d - 1));
}

/**
 * The mean response in that limit: sum over i >= 1 of lambda^((d^i - d) / (d - 1)); 1 / (1 - lambda) for d = 1.
 * @throws RangeError unless 0 <= lambda < 1 and d is 1 or more.
 */
export function p2cMeanResponse({ lambda, d }: { readonly lambda: number; readonly d: number }): number {
  mustBeLoad('lambda', lambda);
  mustBeCount('d', d, 1);
  if (d === 1) return 1 / (1 - lambda);
  let sum = 0;
  for (let i = 1; ; i += 1) {
    const term = i === 1 ? 1 : pow(lambda, (pow(d, i) - d) / (d - 1));
    sum += term;
    if (term < 1e-18) return sum;
  }
}

/** The longest difference of the two queues that jsq2Exact follows: some seconds. */
const MOST_DIFFERENCE = 400;

/**
 * Two servers of rate 1 under Poisson arrivals of rate 2 rho, each joining the shorter queue with probability d2prob
 * (a fair coin at a tie), else a random one. d2prob = 1 is join the shortest queue; 1/2 is two picks with replacement, as
 * Envoy's least-request does it with two hosts. W is the mean response, L the mean number in both, p00 the chance that
 * both are idle.
 *
 * The chain of (shorter queue, difference) repeats itself from level to level of the shorter queue, so its matrix R is
 * found by logarithmic reduction (G. Latouche, V. Ramaswami, 1993), with the difference cut where it is rarer than 1e-15.
 * @throws RangeError unless 0 <= rho < 1 and 0 <= d2prob <= 1; and where the difference would have to be followed
 * beyond 400 (a small d2prob above 0 at a high rho).
 */
export function jsq2Exact({ rho, d2prob }: { readonly rho: number; readonly d2prob: number }): {
  readonly W: number;
  readonly L: number;
  readonly p00: number;
} {
  mustBeLoad('rho', rho);
  mustBeShare('d2prob', d2prob);
  // No load, and two M/M/1 of their own.
  if (rho === 0 || d2prob === 0) {
    return { W: 1 / (1 - rho), L: (2 * rho) / (1 - rho), p00: (1 - rho) * (1 - rho) };
  }
  const toShorter = rho * (1 + d2prob);
  const toLonger = rho * (1 - d2prob);
  // A bound on how much rarer each further step of the difference is: as it moves while both servers are busy; or, where
  // that is slow, as the longer queue empties by itself (checked against the chain over the whole range of both).
  const busy = (1 + toLonger) / (1 + toShorter);
  const alone = 1.01 * Math.max(toLonger, rho * rho);
  const decay = Math.min(busy, alone);
  const size = Math.ceil(ln(1e-15) / ln(decay)) + 10;
  if (size > MOST_DIFFERENCE) {
    refuse('d2prob', d2prob, `larger, or rho lower: differences up to ${size} would matter`);
  }
  const { L, p00 } = jointQueue(toShorter, toLonger, size);
  return { W: L / (2 * rho), L, p00 };
}

/** Mean number and chance of both idle, for differences below `size`. */
function jointQueue(
  toShorter: number,
  toLonger: number,
  size: number,
): { readonly L: number; readonly p00: number } {
  const last = size - 1;
  // Rates by difference, from row to column: to the next level of the shorter queue, within it, and to the one before.
  const up = new Float64Array(size * size);
  const within = new Float64Array(size * size);
  const down = new Float64Array(size * size);
  within[1] = toShorter + toLonger;
  down[1] = 2;
  for (let d = 1; d < size; d += 1) {
    const row = d * size + d;
    up[row - 1] = toShorter;
    within[row - 1] = 1;
    if (d < last) {
      within[row + 1] = toLonger;
      down[row + 1] = 1;
    }
  }
  const g = firstPassageDown(up, within, down, size);

  // R = up (-(A1 + up G))^-1, A1 being `within` with what leaves a state on its diagonal.
  const returning = multiply(up, g, size);
  const negative = Float64Array.from(within, (rate, at) => -rate - returning[at]!);
  for (let d = 0; d < size; d += 1) negative[d * size + d] = negative[d * size + d]! + leaving(d);
  const r = multiply(up, solve(negative, identity(size), size, size), size);

  // Level 0 has no way down: what R brings back from level 1 comes on top of its own rates.
  const back = multiply(r, down, size);
  const level0 = stationary(
    within.map((rate, at) => rate + back[at]!),
    size,
  );
  const rest = transpose(
    identity(size).map((one, at) => one - r[at]!),
    size,
  );
  const all = solve(rest, level0, size, 1);
  const later = new Float64Array(size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < size; j += 1) later[j] = later[j]! + all[i]! * r[i * size + j]!;
  }
  const byLevel = solve(rest, later, size, 1);
  let total = 0;
  let jobs = 0;
  for (let d = 0; d < size; d += 1) {
    total += all[d]!;
    jobs += 2 * byLevel[d]! + d * all[d]!;
  }
  return { L: jobs / total, p00: level0[0]! / total };

  /** The rate at which (m, d) is left, m > 0. */
  function leaving(d: number): number {
    let rate = 0;
    for (let at = d * size; at < (d + 1) * size; at += 1) rate += up[at]! + within[at]! + down[at]!;
    return rate;
  }

  /** G: where the chain is when it first reaches the level below. Logarithmic reduction. */
  function firstPassageDown(ups: Matrix, withins: Matrix, downs: Matrix, n: number): Matrix {
    const stay = Float64Array.from(withins, (rate) => -rate);
    for (let d = 0; d < n; d += 1) stay[d * n + d] = stay[d * n + d]! + leaving(d);
    let high = solve(stay, ups, n, n);
    let low = solve(stay, downs, n, n);
    const passage = low.slice();
    let reach = high;
    for (let i = 0; i < 60; i += 1) {
      const highLow = multiply(high, low, n);
      const lowHigh = multiply(low, high, n);
      const left = identity(n).map((one, at) => one - highLow[at]! - lowHigh[at]!);
      high = solve(left, multiply(high, high, n), n, n);
      low = solve(left, multiply(low, low, n), n, n);
      const more = multiply(reach, low, n);
      let added = 0;
      for (let at = 0; at < more.length; at += 1) {
        passage[at] = passage[at]! + more[at]!;
        added = Math.max(added, more[at]!);
      }
      if (added < 1e-17) break;
      reach = multiply(reach, high, n);
    }
    return passage;
  }
}

function identity(size: number): Matrix {
  const one = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) one[i * size + i] = 1;
  return one;
}

function mustBeLoad(name: string, load: number): void {
  if (!(Number.isFinite(load) && load >= 0 && load < 1)) refuse(name, load, 'at least 0 and below 1');
}
