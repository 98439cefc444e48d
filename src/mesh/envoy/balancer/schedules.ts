import type { Stream } from '../../../kernel/chance.ts';
import { refill } from '../../../kernel/copies.ts';
import type { HostSet } from './balancer.ts';
import { EdfSchedule, schedulePlan } from './edf.ts';

/**
 * The schedules of a balancer that weighs its hosts, one per source that needs one (Envoy, load_balancer_impl.cc,
 * EdfLoadBalancerBase). Whether a source needs one is decided when it changes, and stands until it changes again: the end of
 * a slow start window alone ends no schedule. All begin in the phase of the balancer's seed.
 */
export class Schedules {
  readonly #chance: Stream;
  readonly #bySource: (EdfSchedule | undefined)[] = [];
  #seed: number;

  /** @param seed 32 bits; left out: drawn when the first schedule is made. */
  constructor(chance: Stream, seed = -1) {
    this.#chance = chance;
    this.#seed = seed;
  }

  refresh(source: number, hosts: HostSet, weightOf: (place: number) => number): void {
    const count = hosts.hosts.length;
    const weights = Float64Array.from({ length: count }, (_, place) => hosts.weight(place));
    if (!schedulePlan(weights, hosts.slowStarting).scheduled) {
      this.#bySource[source] = undefined;
      return;
    }
    if (this.#seed < 0) this.#seed = this.#chance.uint32();
    this.#bySource[source] = EdfSchedule.withPicks(count, weightOf, this.#seed);
  }

  copyFrom(other: Schedules): void {
    this.#seed = other.#seed;
    refill(
      this.#bySource,
      other.#bySource.map((schedule) => schedule?.copy()),
    );
  }

  /** undefined: the hosts weigh alike, and the simple pick will do. */
  of(source: number): EdfSchedule | undefined {
    return this.#bySource[source];
  }
}
