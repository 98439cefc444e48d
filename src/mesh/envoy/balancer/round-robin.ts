import { moduloTotal } from '../weighted-cluster.ts';

/**
 * Hosts of equal weight in turn: list[index mod n], the index being 64 bits wide, one per host source (all hosts,
 * healthy ones, degraded ones, each locality's), each beginning at the balancer's seed and growing by 1 per pick (Envoy,
 * round_robin_lb.h). No change of membership resets it, so a list that shrinks or grows is entered at any place. A replaced
 * cluster is a new balancer, with a new seed.
 */
export class RoundRobin {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;

  /** @param sourceCount host sources; which number stands for which is the caller's. */
  constructor(seedHigh: number, seedLow: number, sourceCount = 1) {
    this.#high = new Uint32Array(sourceCount).fill(seedHigh);
    this.#low = new Uint32Array(sourceCount).fill(seedLow);
  }

  /** The next place in a list of `count` hosts, 1 or more, of that source. */
  pick(source: number, count: number): number {
    const low = this.#low[source]!;
    const place = moduloTotal(this.#high[source]!, low, count);
    this.#low[source] = low + 1;
    if (low === 0xffffffff) this.#high[source] = this.#high[source]! + 1;
    return place;
  }

  copyFrom(other: RoundRobin): void {
    this.#high.set(other.#high);
    this.#low.set(other.#low);
  }
}
