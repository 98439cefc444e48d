import { refill, type Copies } from '../../kernel/copies.ts';
import type { ConfigView } from '../envoy/config-view.ts';
import type { Proxies, ProxyPlace } from '../envoy/proxies.ts';
import type { MeshState } from '../kubernetes/api-server.ts';
import type { Configurations } from './configurations.ts';
import type { Fleet } from './istiod.ts';

/** The proxies with a stream to istiod, and what becomes of a message: each worker takes it in its own time. */
export class ConnectedProxies implements Fleet {
  readonly concurrency: number;
  readonly #proxies: Proxies;
  readonly #configurations: Configurations;
  readonly #told: (proxy: number, view: ConfigView) => void;
  readonly #held: (proxy: number, snapshot: number) => void;
  readonly #tookClusters: (proxy: number, worker: number, view: ConfigView) => void;
  readonly #connected: number[] = [];
  readonly #groups: number[] = [];

  /**
   * @param told hears of clusters before the first worker of the proxy takes them.
   * @param held is told when every worker of a proxy routes by a snapshot.
   * @param tookClusters hears of a worker (of all, proxy x concurrency + worker) that has other clusters.
   */
  constructor(
    proxies: Proxies,
    configurations: Configurations,
    told: (proxy: number, view: ConfigView) => void,
    held: (proxy: number, snapshot: number) => void,
    tookClusters: (proxy: number, worker: number, view: ConfigView) => void,
  ) {
    this.concurrency = proxies.settings.concurrency;
    this.#proxies = proxies;
    this.#configurations = configurations;
    this.#told = told;
    this.#held = held;
    this.#tookClusters = tookClusters;
  }

  get connected(): readonly number[] {
    return this.#connected;
  }

  placeOf(proxy: number): ProxyPlace {
    return this.#proxies.places[proxy]!;
  }

  /** A proxy starts and is told the latest snapshot, before it serves; its row. `present` is what the API server says. */
  connect(place: ProxyPlace, snapshot: number, told: MeshState, present: MeshState): number {
    const group = this.#configurations.groupOf(place.identity);
    const held = this.#configurations.view(told, snapshot, group);
    const proxy = this.#proxies.add(place, held, this.#configurations.view(present, -1, group));
    this.#groups[proxy] = group;
    this.#connected.push(proxy);
    this.#told(proxy, held);
    return proxy;
  }

  disconnect(proxy: number): void {
    const place = this.#connected.indexOf(proxy);
    if (place >= 0) this.#connected.splice(place, 1);
  }

  /** The API server says something new: what every proxy would hold if it knew at once. */
  configure(present: MeshState): void {
    this.#groups.forEach((group, proxy) => {
      this.#proxies.configured[proxy] = this.#configurations.view(present, -1, group);
    });
  }

  takeClusters(proxy: number, worker: number, snapshot: number, told: MeshState): void {
    const view = this.#configurations.view(told, snapshot, this.#groups[proxy]!);
    this.#told(proxy, view);
    const row = proxy * this.concurrency + worker;
    this.#proxies.clusters[row] = view;
    this.#tookClusters(proxy, row, view);
  }

  takeRoutes(proxy: number, worker: number, snapshot: number, told: MeshState): void {
    const view = this.#configurations.view(told, snapshot, this.#groups[proxy]!);
    this.#proxies.routes[proxy * this.concurrency + worker] = view;
    if (this.#proxies.heldSnapshot(proxy) >= snapshot) this.#held(proxy, snapshot);
  }

  copyFrom(other: ConnectedProxies, copies: Copies): void {
    this.#configurations.copyFrom(other.#configurations, copies);
    refill(this.#connected, other.#connected);
    refill(this.#groups, other.#groups);
  }
}
