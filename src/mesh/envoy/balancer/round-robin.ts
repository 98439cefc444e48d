import type { Stream } from '../../../kernel/chance.ts';
import { moduloTotal } from '../weighted-cluster.ts';
import type { Balancer, BalancingPolicy, HostSet } from './balancer.ts';
import { Schedules } from './schedules.ts';

/**
 * Hosts of equal weight in turn: list[index mod n], the index being 64 bits wide, one per host source (all hosts,
 * healthy ones, degraded ones, each locality's), each beginning at the balancer's seed and growing by 1 per pick (Envoy,
 * round_robin_lb.h). No change of membership resets it, so a list that shrinks or grows is entered at any place. A replaced
 * cluster is a new balancer, with a new seed.
 */
export class RoundRobin {
  #seedHigh: number;
  #seedLow: number;
  #high: Uint32Array;
  #low: Uint32Array;

  /** @param sourceCount room for so many host sources at first; which number stands for which is the caller's. */
  constructor(seedHigh: number, seedLow: number, sourceCount = 1) {
    this.#seedHigh = seedHigh;
    this.#seedLow = seedLow;
    this.#high = new Uint32Array(sourceCount).fill(seedHigh);
    this.#low = new Uint32Array(sourceCount).fill(seedLow);
  }

  /** The next place in a list of `count` hosts, 1 or more, of that source. */
  pick(source: number, count: number): number {
    if (source >= this.#low.length) this.#grow(source + 1);
    const low = this.#low[source]!;
    const place = moduloTotal(this.#high[source]!, low, count);
    this.#low[source] = low + 1;
    if (low === 0xffffffff) this.#high[source] = this.#high[source]! + 1;
    return place;
  }

  copyFrom(other: RoundRobin): void {
    this.#seedHigh = other.#seedHigh;
    this.#seedLow = other.#seedLow;
    this.#high = other.#high.slice();
    this.#low = other.#low.slice();
  }

  #grow(sourceCount: number): void {
    const high = new Uint32Array(2 * sourceCount).fill(this.#seedHigh);
    const low = new Uint32Array(2 * sourceCount).fill(this.#seedLow);
    high.set(this.#high);
    low.set(this.#low);
    this.#high = high;
    this.#low = low;
  }
}

/** ROUND_ROBIN: hosts of equal weight in turn, others by a schedule; both begin at the balancer's seed. */
export const roundRobin: BalancingPolicy = {
  words: 'one endpoint after the other, beginning anywhere',
  weighedWords: 'in turn, each as often as its weight says',
  create: (_cluster, chance) => new Turns(chance),
};

class Turns implements Balancer {
  readonly #turns: RoundRobin;
  readonly #schedules: Schedules;

  constructor(chance: Stream) {
    const high = chance.uint32();
    const low = chance.uint32();
    this.#turns = new RoundRobin(high, low);
    this.#schedules = new Schedules(chance, low);
  }

  refresh(source: number, hosts: HostSet): void {
    this.#schedules.refresh(source, hosts, hosts.weight);
  }

  pick(source: number, hosts: HostSet): number {
    const count = hosts.hosts.length;
    if (count === 0) return -1;
    const schedule = this.#schedules.of(source);
    return schedule === undefined ? this.#turns.pick(source, count) : schedule.pick(hosts.weight);
  }

  wordsFor(source: number): string | undefined {
    return this.#schedules.of(source) && roundRobin.weighedWords;
  }

  copyFrom(other: Turns): void {
    this.#turns.copyFrom(other.#turns);
    this.#schedules.copyFrom(other.#schedules);
  }
}
