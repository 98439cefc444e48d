import { refill, type Copies } from '../../kernel/copies.ts';
import { Namesakes } from '../../kernel/namesakes.ts';
import type { ConfigTables } from './config-tables.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { ConfigView } from './config-view.ts';
import type { Balancer, HostSet } from './balancer/balancer.ts';
import type { ClusterEndpoints } from './cluster-endpoints.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { Selector } from './weighted-cluster.ts';
import { decideFault, type FaultDecision, type FaultRule } from './fault.ts';
import type { ResolvedRetry } from './resolved-retry.ts';
import { backoffUs } from './retry.ts';
import { type ProxyIdentity } from './proxy-identity.ts';

/** Settings that all proxies share. */
export interface ProxySettings {
  /** Worker threads; each takes a new configuration at its own moment. Istio's sidecar: 2 with the default CPU limit. */
  readonly concurrency: number;
  readonly selector: Selector;
  /** Outlier detection may always eject a first host: Envoy before that became a setting (always_eject_one_host). */
  readonly alwaysEjectOneHost: boolean;
  /** CPU of a sidecar per request that it passes on, in or out, in microseconds; counted, not contended. */
  readonly cpuPerRequestUs: number;
  /** CPU of a proxy while it runs, whatever passes, in thousandths of a core; absent: none. */
  readonly idleCpuMilli?: number;
}

export interface ProxyPlace {
  readonly pod: string;
  readonly workload: string;
  readonly identity: ProxyIdentity;
}

/** The Envoys of the mesh: what each worker of each proxy holds now, its chance, its open requests per endpoint. */
export class Proxies {
  readonly places: ProxyPlace[] = [];
  /** What their streams of chance are called: a pod whose proxy was started again has had another one before. */
  readonly chanceNames: string[] = [];
  readonly #namesakes = new Namesakes();
  readonly settings: ProxySettings;
  /** Pods whose open requests a balancer looked at, where somebody wants to know; emptied by them. */
  compared: number[] | undefined;
  /** Per worker (proxy x concurrency + worker). Clusters arrive before the routes that name them. */
  readonly routes: ConfigView[] = [];
  readonly clusters: ConfigView[] = [];
  /** What the manifests say at this moment, per proxy: what it would hold without any delay. */
  readonly configured: ConfigView[] = [];
  readonly #stream: (name: string) => Stream;
  /** Requests open per proxy (a row) and pod (a column). */
  #active = new Int32Array(0);
  #proxyRoom = 0;
  #podRoom = 16;
  readonly #streamIds: Stream[] = [];
  readonly #picks: Stream[] = [];
  readonly #faults: Stream[] = [];
  readonly #backOffs: Stream[] = [];
  /** Legacy selector: 64-bit counter per process, as two halves. */
  readonly #counterHigh: number[] = [];
  readonly #counterLow: number[] = [];
  /** Per worker and row of a cluster that is not managed. A changed cluster is a new one. */
  readonly #balancers: ({ readonly settings: ClusterSettings; readonly balancer: Balancer } | undefined)[][] =
    [];
  /** The hosts of the pick under way: one object for all picks. */
  readonly #alike: { hosts: Int32Array } & Omit<HostSet, 'hosts'> = {
    hosts: new Int32Array(),
    slowStarting: false,
    // Who goes by time hears how tries end, and does not come here.
    nowUs: NaN,
    weight: () => 1,
    key: () => '',
    active: (place: number): number => {
      const pod = this.#alike.hosts[place]!;
      this.compared?.push(pod);
      return this.#active[this.#alikeFrom + pod]!;
    },
  };
  #alikeFrom = 0;
  /** The value of the stream opened last, as two 32-bit halves; read by the caller at once. */
  high = 0;
  low = 0;

  constructor(settings: ProxySettings, stream: (name: string) => Stream) {
    this.settings = settings;
    this.#stream = stream;
  }

  /** A proxy has connected to istiod and got `held`; its row. */
  add(place: ProxyPlace, held: ConfigView, configured: ConfigView): number {
    const proxy = this.places.push(place) - 1;
    this.configured.push(configured);
    for (let worker = 0; worker < this.settings.concurrency; worker++) {
      this.routes.push(held);
      this.clusters.push(held);
    }
    const name = this.#namesakes.next(place.pod);
    this.chanceNames.push(name);
    this.#streamIds.push(this.#stream(`stream-id/${name}`));
    this.#picks.push(this.#stream(`balancer/${name}`));
    this.#backOffs.push(this.#stream(`back-off/${name}`));
    this.#faults.push(this.#stream(`fault/${name}`));
    const counts = this.settings.selector === 'counter';
    this.#counterHigh.push(counts ? this.#streamIds[proxy]!.uint32() : 0);
    this.#counterLow.push(counts ? this.#streamIds[proxy]!.uint32() : 0);
    if (proxy >= this.#proxyRoom) this.#makeRoom(Math.max(8, this.#proxyRoom * 2), this.#podRoom);
    return proxy;
  }

  /** Room for the open requests to so many pods. */
  makeRoomForPods(count: number): void {
    if (count > this.#podRoom) this.#makeRoom(this.#proxyRoom, Math.max(count, this.#podRoom * 2));
  }

  #makeRoom(proxyRoom: number, podRoom: number): void {
    const wide = new Int32Array(proxyRoom * podRoom);
    for (let proxy = 0; proxy < this.#proxyRoom; proxy++) {
      const own = this.#active.subarray(proxy * this.#podRoom, (proxy + 1) * this.#podRoom);
      wide.set(own, proxy * podRoom);
    }
    this.#active = wide;
    this.#proxyRoom = proxyRoom;
    this.#podRoom = podRoom;
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

  /** What the fault filter makes of a request, by fresh numbers, not the stream's; it draws for what its rule has alone. */
  fault(proxy: number, rule: FaultRule): FaultDecision {
    const stream = this.#faults[proxy]!;
    const randomDelay = rule.delayUs > 0 ? stream.uint32() : 0;
    const randomAbort = rule.abortStatus > 0 ? stream.uint32() : 0;
    return decideFault(rule, 0, randomDelay, randomAbort);
  }

  /** Wait before retry `made + 1`. */
  backOffUs(proxy: number, made: number, { backoffBaseUs, backoffMaxUs }: ResolvedRetry): number {
    return backoffUs(this.#backOffs[proxy]!.uint32(), made, backoffBaseUs, backoffMaxUs);
  }

  /** The worker that the caller's new connection lands on. */
  worker(proxy: number): number {
    const { concurrency } = this.settings;
    return proxy * concurrency + (concurrency === 1 ? 0 : this.#picks[proxy]!.below(concurrency));
  }

  /**
   * Row of the pod that the balancer of this worker picks for a cluster whose endpoints are all alike (it is not managed);
   * there is at least one.
   */
  pick(proxy: number, worker: number, { settings, row, pods }: ClusterEndpoints): number {
    if (pods.length === 1) return pods[0]!;
    const own = (this.#balancers[worker] ??= []);
    let kept = own[row];
    if (kept?.settings !== settings) {
      kept = { settings, balancer: settings.policy.create(settings.cluster, this.#picks[proxy]!) };
      own[row] = kept;
    }
    const draws = settings.policy.usesNumber === true;
    const high = draws ? this.#picks[proxy]!.uint32() : 0;
    const low = draws ? this.#picks[proxy]!.uint32() : 0;
    this.#alike.hosts = pods;
    this.#alikeFrom = proxy * this.#podRoom;
    return pods[kept.balancer.pick(0, this.#alike, high, low, 0)]!;
  }

  /** Requests that this proxy has open to a pod. */
  active(proxy: number, pod: number): number {
    this.compared?.push(pod);
    return this.#active[proxy * this.#podRoom + pod]!;
  }

  opened(proxy: number, pod: number): void {
    this.#active[proxy * this.#podRoom + pod]! += 1;
  }

  ended(proxy: number, pod: number): void {
    this.#active[proxy * this.#podRoom + pod]! -= 1;
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

  /** After what they hold. */
  copyFrom(other: Proxies, copies: Copies, tables: ConfigTables): void {
    const viewOf = (view: ConfigView): ConfigView => copies.once(view, (own) => own.copy(tables));
    for (let proxy = this.places.length; proxy < other.places.length; proxy++) {
      const held = viewOf(other.configured[proxy]!);
      this.add(other.places[proxy]!, held, held);
    }
    refill(this.routes, other.routes.map(viewOf));
    refill(this.clusters, other.clusters.map(viewOf));
    refill(this.configured, other.configured.map(viewOf));
    this.#active = other.#active.slice();
    this.#proxyRoom = other.#proxyRoom;
    this.#podRoom = other.#podRoom;
    refill(this.#counterHigh, other.#counterHigh);
    refill(this.#counterLow, other.#counterLow);
    other.#balancers.forEach((own, worker) => {
      const chance = this.#picks[Math.floor(worker / this.settings.concurrency)]!;
      this.#balancers[worker] = own.map((kept) => {
        if (kept === undefined) return undefined;
        const { settings } = kept;
        const balancer = settings.policy.create(settings.cluster, chance);
        balancer.copyFrom(kept.balancer);
        return { settings, balancer };
      });
    });
    this.high = other.high;
    this.low = other.low;
  }
}
