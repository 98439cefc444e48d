import { mustBeCount, mustBeNonNegative, mustBePositive, refuse } from './argument.ts';

/** Servers, or states of a chain, that are summed over. */
export const MOST_STATES = 1e7;

export interface Unstable {
  readonly stable: false;
}

export interface QueueMeans {
  readonly L: number;
  readonly Lq: number;
  readonly W: number;
  readonly Wq: number;
}

export interface Rates {
  readonly lambda: number;
  readonly mu: number;
}

/**
 * Erlang B, the share lost by c servers without a queue offered a = lambda / mu: B_i = a B_{i-1} / (i + a B_{i-1}).
 * @throws RangeError unless c is a count up to 1e7 and a >= 0.
 */
export function erlangB({ c, a }: { readonly c: number; readonly a: number }): number {
  mustBeServers(c, 0);
  mustBeNonNegative('a', a);
  let lost = 1;
  for (let i = 1; i <= c; i += 1) lost = (a * lost) / (i + a * lost);
  return lost;
}

/**
 * Erlang C, the share that waits with c servers and a queue: c B / (c - a (1 - B)); 1 when a >= c.
 * @throws RangeError unless c is 1 .. 1e7 and a >= 0.
 */
export function erlangC({ c, a }: { readonly c: number; readonly a: number }): number {
  mustBeServers(c, 1);
  mustBeNonNegative('a', a);
  if (a >= c) return 1;
  const lost = erlangB({ c, a });
  return (c * lost) / (c - a * (1 - lost));
}

export interface Servers extends Rates {
  readonly c: number;
}

/**
 * M/M/c: Wq = C / (c mu - lambda) with Erlang's C; { stable: false } alone when lambda >= c mu.
 * @throws RangeError unless lambda >= 0, mu > 0 and c is 1 .. 1e7.
 *
 * @example
 * mmc({ lambda: 8, mu: 10, c: 1 }); // => { stable: true, rho: 0.8, Wq: 0.4 }
 */
export function mmc({
  lambda,
  mu,
  c,
}: Servers):
  Unstable | ({ readonly stable: true; readonly rho: number; readonly erlangC: number } & QueueMeans) {
  mustBeRates(lambda, mu);
  mustBeServers(c, 1);
  if (lambda >= c * mu) return { stable: false };
  const waits = erlangC({ c, a: lambda / mu });
  const Wq = waits / (c * mu - lambda);
  const W = Wq + 1 / mu;
  return { stable: true, rho: lambda / (c * mu), erlangC: waits, Wq, Lq: lambda * Wq, W, L: lambda * W };
}

export function mustBeRates(lambda: number, mu: number): void {
  mustBeNonNegative('lambda', lambda);
  mustBePositive('mu', mu);
}

export function mustBeServers(c: number, least: number): void {
  mustBeCount('c', c, least);
  if (c > MOST_STATES) refuse('c', c, `at most ${MOST_STATES}`);
}
