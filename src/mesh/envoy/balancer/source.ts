import type { Pod } from '../../kubernetes/pod.ts';
import type { HostSet } from './balancer.ts';
import { slowStartWeight, type SlowStart } from './slow-start.ts';

/** What a balancer asks of the world about an endpoint. */
export interface Hosts {
  readonly pods: readonly Pod[];
  /** Requests that this proxy has open there. */
  active(pod: number): number;
  /** When it became a host of this proxy's cluster, in microseconds. */
  addedUs(pod: number): number;
}

/** A list of endpoints that a cluster's balancer chooses from, made anew when hosts or health change. */
export class Source implements HostSet {
  /** Which of the balancer's sources it is. */
  readonly id: number;
  readonly hosts: readonly number[];
  slowStarting: boolean;
  /** Of the pick under way. */
  nowUs: number;
  readonly #world: Hosts;
  readonly #port: number;
  #slowStart: SlowStart | undefined;
  /** By place: in slow start since; -Infinity: never, as a host that is not healthy (applySlowStartFactor). */
  #addedUs: Float64Array;
  /** By place; undefined: they weigh alike. */
  readonly #weights: Float64Array | undefined;

  constructor(
    id: number,
    hosts: readonly number[],
    world: Hosts,
    port: number,
    nowUs: number,
    slow: { readonly start: SlowStart; readonly isOn: boolean; isHealthy(pod: number): boolean } | undefined,
    weights?: Float64Array,
  ) {
    this.id = id;
    this.hosts = hosts;
    this.nowUs = nowUs;
    this.#world = world;
    this.#port = port;
    this.#slowStart = slow?.start;
    this.slowStarting = slow?.isOn ?? false;
    this.#addedUs = Float64Array.from(slow === undefined ? [] : hosts, (pod) =>
      slow!.isHealthy(pod) ? world.addedUs(pod) : -Infinity,
    );
    this.#weights = weights;
  }

  /** The same endpoints, in the world of another run. */
  copy(world: Hosts): Source {
    const copy = new Source(this.id, this.hosts, world, this.#port, this.nowUs, undefined, this.#weights);
    copy.slowStarting = this.slowStarting;
    copy.#slowStart = this.#slowStart;
    copy.#addedUs = this.#addedUs;
    return copy;
  }

  readonly weight = (place: number): number => {
    const own = this.#weights === undefined ? 1 : this.#weights[place]!;
    return this.#slowStart === undefined
      ? own
      : slowStartWeight(own, this.#slowStart, this.nowUs - this.#addedUs[place]!);
  };

  readonly active = (place: number): number => this.#world.active(this.hosts[place]!);

  readonly key = (place: number): string => `${this.#world.pods[this.hosts[place]!]!.ip}:${this.#port}`;
}
