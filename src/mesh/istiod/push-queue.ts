import { refill } from '../../kernel/copies.ts';

/**
 * istiod's push queue (istio/istio pilot/pkg/xds/pushqueue.go) with its throttle (PILOT_PUSH_THROTTLE permits), one
 * entry per proxy. First in, first out; a proxy that waits keeps its place and takes the newer snapshot; a proxy that
 * is being pushed is parked and goes to the tail when that push is done. A permit is held from the start of a push
 * until it is sent, not until it is acknowledged.
 */
export class PushQueue {
  readonly #permits: number;
  readonly #waiting: number[] = [];
  readonly #snapshotOf = new Map<number, number>();
  readonly #pushing = new Set<number>();
  readonly #parked = new Map<number, number>();

  constructor(permits: number) {
    this.#permits = permits;
  }

  enqueue(proxy: number, snapshot: number): void {
    if (this.#pushing.has(proxy)) {
      this.#parked.set(proxy, snapshot);
    } else {
      if (!this.#snapshotOf.has(proxy)) this.#waiting.push(proxy);
      this.#snapshotOf.set(proxy, snapshot);
    }
  }

  /** The next push that a permit allows, or undefined. */
  dequeue(): { readonly proxy: number; readonly snapshot: number } | undefined {
    if (this.#pushing.size >= this.#permits) return undefined;
    const proxy = this.#waiting.shift();
    if (proxy === undefined) return undefined;
    const snapshot = this.#snapshotOf.get(proxy)!;
    this.#snapshotOf.delete(proxy);
    this.#pushing.add(proxy);
    return { proxy, snapshot };
  }

  /** The push to this proxy is sent; its permit is free again. */
  sent(proxy: number): void {
    this.#pushing.delete(proxy);
    const snapshot = this.#parked.get(proxy);
    this.#parked.delete(proxy);
    if (snapshot !== undefined) this.enqueue(proxy, snapshot);
  }

  /** Nobody waits, and every permit is free: the process is a new one. */
  clear(): void {
    this.#waiting.length = 0;
    this.#snapshotOf.clear();
    this.#pushing.clear();
    this.#parked.clear();
  }

  copyFrom(other: PushQueue): void {
    refill(this.#waiting, other.#waiting);
    refill(this.#snapshotOf, other.#snapshotOf);
    refill(this.#pushing, other.#pushing);
    refill(this.#parked, other.#parked);
  }
}
