import type { Stream } from '../kernel/chance.ts';
import type { ConfigView } from './config-view.ts';
import { balancers } from './envoy/balancer.ts';
import type { Cluster } from './envoy/route.ts';
import type { Selector } from './envoy/weighted-cluster.ts';
import type { ProxyIdentity } from './istiod/translate.ts';

/** Settings that all proxies share. */
export interface ProxySettings {
  /** Worker threads; each takes a new configuration at its own moment. Istio's sidecar: 2 with the default CPU limit. */
  readonly concurrency: number;
  readonly selector: Selector;
}

export interface ProxyPlace {
  readonly pod: string;
  readonly workload: string;
  readonly identity: ProxyIdentity;
}

/** The Envoys of the mesh: what each worker of each proxy holds now, its chance, its open requests per endpoint. */
export class Proxies {
  readonly places: readonly ProxyPlace[];
  readonly settings: ProxySettings;
  /** Per worker (proxy x concurrency + worker). Clusters arrive before the routes that name them. */
  readonly routes: ConfigView[];
  readonly clusters: ConfigView[];
  /** What the manifests say at this moment, per proxy: what it would hold without any delay. */
  readonly configured: ConfigView[];
  readonly #podCount: number;
  readonly #active: Int32Array;
  readonly #streamIds: readonly Stream[];
  readonly #picks: readonly Stream[];
  readonly #faults: readonly Stream[];
  /** Legacy selector: 64-bit counter per process, as two halves. */
  readonly #counterHigh: Float64Array;
  readonly #counterLow: Float64Array;
  readonly #turns = new Map<string, { next: number }>();
  /** The value of the stream opened last, as two 32-bit halves; read by the caller at once. */
  high = 0;
  low = 0;

  constructor(
    places: readonly ProxyPlace[],
    settings: ProxySettings,
    podCount: number,
    initial: readonly ConfigView[],
    stream: (name: string) => Stream,
  ) {
    this.places = places;
    this.settings = settings;
    this.configured = [...initial];
    const perWorker = places.flatMap((_, proxy) =>
      Array.from({ length: settings.concurrency }, () => initial[proxy]!),
    );
    this.routes = [...perWorker];
    this.clusters = [...perWorker];
    this.#podCount = podCount;
    this.#active = new Int32Array(places.length * podCount);
    this.#streamIds = places.map((place) => stream(`stream-id/${place.pod}`));
    this.#picks = places.map((place) => stream(`balancer/${place.pod}`));
    this.#faults = places.map((place) => stream(`fault/${place.pod}`));
    this.#counterHigh = Float64Array.from(this.#streamIds, (own) =>
      settings.selector === 'counter' ? own.uint32() : 0,
    );
    this.#counterLow = Float64Array.from(this.#streamIds, (own) =>
      settings.selector === 'counter' ? own.uint32() : 0,
    );
  }

  /** A new HTTP stream at this proxy: its 64-bit value is then in `high` and `low`. */
  openStream(proxy: number): void {
    if (this.settings.selector === 'independent') {
      const stream = this.#streamIds[proxy]!;
      this.high = stream.uint32();
      this.low = stream.uint32();
      return;
    }
    this.high = this.#counterHigh[proxy]!;
    this.low = this.#counterLow[proxy]!;
    if (this.low === 4294967295) {
      this.#counterLow[proxy] = 0;
      this.#counterHigh[proxy] = (this.high + 1) % 4294967296;
    } else {
      this.#counterLow[proxy] = this.low + 1;
    }
  }

  /** An inbound request is a stream, too, and moves the legacy counter. */
  openInboundStream(proxy: number): void {
    if (this.settings.selector === 'counter') this.openStream(proxy);
  }

  /** One draw of the fault filter: a fresh number per test, not the stream's (source/common/protobuf/utility.cc). */
  faultHits(proxy: number, numerator: number): boolean {
    return this.#faults[proxy]!.below(1_000_000) < numerator;
  }

  /** The worker that the caller's new connection lands on. */
  worker(proxy: number): number {
    const { concurrency } = this.settings;
    return proxy * concurrency + (concurrency === 1 ? 0 : this.#picks[proxy]!.below(concurrency));
  }

  /** Row of the pod that the balancer of this proxy picks; `pods` is not empty. */
  pick(proxy: number, worker: number, cluster: Cluster, pods: Int32Array): number {
    if (pods.length === 1) return pods[0]!;
    const base = proxy * this.#podCount;
    const endpoints = { count: pods.length, active: (index: number) => this.#active[base + pods[index]!]! };
    const index = balancers[cluster.lb_policy](
      this.#picks[proxy]!,
      endpoints,
      this.#turn(proxy, worker, cluster),
    );
    return pods[index]!;
  }

  opened(proxy: number, pod: number): void {
    this.#active[proxy * this.#podCount + pod]! += 1;
  }

  ended(proxy: number, pod: number): void {
    this.#active[proxy * this.#podCount + pod]! -= 1;
  }

  /** The oldest snapshot by which any worker of this proxy routes. */
  heldSnapshot(proxy: number): number {
    const { concurrency } = this.settings;
    let oldest = Infinity;
    for (let worker = 0; worker < concurrency; worker++) {
      oldest = Math.min(oldest, this.routes[proxy * concurrency + worker]!.snapshot);
    }
    return oldest;
  }

  /** Round robin keeps a place per worker and cluster, begun at random. */
  #turn(proxy: number, worker: number, cluster: Cluster): { next: number } {
    if (cluster.lb_policy !== 'ROUND_ROBIN') return noTurn;
    const key = `${worker}/${cluster.name}`;
    let turn = this.#turns.get(key);
    if (turn === undefined) {
      turn = { next: this.#picks[proxy]!.uint32() };
      this.#turns.set(key, turn);
    }
    return turn;
  }
}

const noTurn = { next: 0 };
