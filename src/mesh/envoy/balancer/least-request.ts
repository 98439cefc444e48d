import type { Stream } from '../../../kernel/chance.ts';
import { pow } from '../../../kernel/math.ts';
import type { Balancer, BalancingPolicy, HostSet } from './balancer.ts';
import { Schedules } from './schedules.ts';

/** Draws an index: of a stream of chance, or of a test's list. */
export type Draw = Pick<Stream, 'below'>;

/**
 * Of `choices` hosts drawn at random *with replacement*, the one with the fewest active requests; a later draw replaces an
 * earlier one only with strictly fewer (Envoy, least_request_lb.cc, N_CHOICES). So the busier of two hosts still gets a
 * quarter of the requests, and the busiest of n hosts n^-choices of them.
 *
 * For hosts of equal weight; `schedulePlan` tells where a schedule with `biasedWeight` takes over.
 * @param active requests that are attached to a connection of host i, from all workers of this proxy; requests of
 *   other proxies, and those that wait for a connection, are not counted.
 * @param count hosts, 1 or more.
 * @param choices Envoy's choice_count, 2 or more.
 *
 * @example
 * const drawn = [0, 1];
 * leastRequestOfTwo({ below: () => drawn.shift() }, 2, (host) => [3, 1][host]); // => 1
 */
export function leastRequestOfTwo(
  draw: Draw,
  count: number,
  active: (index: number) => number,
  choices = 2,
): number {
  let chosen = draw.below(count);
  let fewest = active(chosen);
  for (let choice = 1; choice < choices; choice += 1) {
    const index = draw.below(count);
    const requests = active(index);
    if (requests < fewest) {
      chosen = index;
      fewest = requests;
    }
  }
  return chosen;
}

/**
 * The weight that least request gives a host in its schedule: weight / (active + 1)^bias. It is asked for when the host is
 * put back, so it lags behind the requests. Bias 0 is plain weighted round robin; a negative bias or NaN counts as 1.
 */
export function biasedWeight(weight: number, active: number, bias = 1): number {
  if (bias === 0) return weight;
  if (bias === 1 || !(bias > 0)) return weight / (active + 1);
  return weight / pow(active + 1, bias);
}

/** LEAST_REQUEST: two choices among hosts of equal weight, a schedule by weight over open requests among others. */
export const leastRequest: BalancingPolicy = {
  words: 'of two endpoints drawn by chance the one with fewer requests open',
  weighedWords: 'by a schedule of weights, each divided by the requests open there + 1',
  create: (_cluster, chance) => new LeastRequest(chance),
};

class LeastRequest implements Balancer {
  readonly #chance: Stream;
  readonly #schedules: Schedules;
  /** Of the pick under way. */
  #hosts: HostSet | undefined;

  constructor(chance: Stream) {
    this.#chance = chance;
    this.#schedules = new Schedules(chance);
  }

  refresh(source: number, hosts: HostSet): void {
    this.#hosts = hosts;
    this.#schedules.refresh(source, hosts, this.#weight);
  }

  pick(source: number, hosts: HostSet): number {
    const count = hosts.hosts.length;
    if (count === 0) return -1;
    const schedule = this.#schedules.of(source);
    if (schedule === undefined) return leastRequestOfTwo(this.#chance, count, hosts.active);
    this.#hosts = hosts;
    return schedule.pick(this.#weight);
  }

  wordsFor(source: number): string | undefined {
    return this.#schedules.of(source) && leastRequest.weighedWords;
  }

  copyFrom(other: LeastRequest): void {
    this.#schedules.copyFrom(other.#schedules);
  }

  readonly #weight = (place: number): number =>
    biasedWeight(this.#hosts!.weight(place), this.#hosts!.active(place));
}
