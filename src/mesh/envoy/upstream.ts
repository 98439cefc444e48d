import type { Copies } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { WorkerBalancer, type Hosts } from './balancer/worker-balancer.ts';
import type { Hash64 } from './balancer/xxhash64.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { ConnectionPools } from './connection-pools.ts';
import { OutlierDetector } from './outlier.ts';

/**
 * One client proxy's side of one cluster: its balancers (one per worker thread), its connections, its circuit breaker, and
 * its judge of endpoints that fail. Nothing of it is shared with other proxies.
 */
export class Upstream {
  /** Row in `Upstreams`. */
  readonly row: number;
  readonly proxy: number;
  readonly settings: ClusterSettings;
  readonly breaker: CircuitBreaker;
  readonly outlier: OutlierDetector | undefined;
  readonly #pools: ConnectionPools | undefined;
  readonly #poolOf = new Map<number, ConnectionPool>();
  readonly #locality: string;
  readonly #hosts: Hosts;
  readonly #chance: Stream;
  readonly #balancers: (WorkerBalancer | undefined)[] = [];
  #members: Int32Array | undefined;
  /** Changes with every ejection and its end, so that balancers look again. */
  ejections = 0;
  // Since the start, under Envoy's names: upstream_rq_retry, outlier_detection.ejections_enforced_total.
  retries = 0;
  ejectionCount = 0;

  constructor(
    row: number,
    proxy: number,
    settings: ClusterSettings,
    locality: string,
    hosts: Hosts,
    chance: Stream,
    pools: ConnectionPools,
  ) {
    this.row = row;
    this.proxy = proxy;
    this.settings = settings;
    this.#locality = locality;
    this.#hosts = hosts;
    this.#chance = chance;
    this.breaker = new CircuitBreaker(settings.limits);
    this.#pools = settings.pooled ? pools : undefined;
    this.outlier = settings.outlier === undefined ? undefined : new OutlierDetector(settings.outlier);
  }

  /** Row of the pod for one try of a request; -1: none may be used. */
  pick(
    worker: number,
    endpoints: Int32Array,
    hash: Hash64 | undefined,
    attempt: number,
    nowUs: number,
  ): number {
    if (endpoints !== this.#members) this.#join(endpoints);
    const balancer = (this.#balancers[worker] ??= this.#newBalancer(nowUs));
    return balancer.pick(endpoints, this.ejections, this.isEjected, hash, attempt, nowUs);
  }

  /** How the last pick of a worker came about: its priority, and among whom it was. */
  lastPick(worker: number): { readonly priority: number; readonly pods: readonly number[] } | undefined {
    const balancer = this.#balancers[worker];
    return balancer === undefined ? undefined : { priority: balancer.lastPriority, pods: balancer.lastPods };
  }

  /** The pool of one worker's connections to one pod; undefined where connections are not counted. */
  pool(worker: number, pod: number): ConnectionPool | undefined {
    if (this.#pools === undefined) return undefined;
    const key = worker * 65536 + pod;
    let pool = this.#poolOf.get(key);
    if (pool === undefined) {
      pool = this.#pools.open(this.settings, this.breaker, pod);
      this.#poolOf.set(key, pool);
    }
    return pool;
  }

  readonly isEjected = (pod: number): boolean => this.outlier?.isEjected(pod) ?? false;

  #join(endpoints: Int32Array): void {
    const { outlier } = this;
    if (outlier !== undefined) {
      const before = this.#members ?? new Int32Array();
      for (const pod of before) if (!endpoints.includes(pod)) outlier.removeHost(pod);
      for (const pod of endpoints) if (!before.includes(pod)) outlier.addHost(pod);
    }
    this.#members = endpoints;
  }

  /** What is its own; its pools are copied with all others, see `linkPools`. */
  copyFrom(other: Upstream, copies: Copies): void {
    copies.note(other.breaker, this.breaker).copyFrom(other.breaker);
    if (other.outlier !== undefined) this.outlier!.copyFrom(other.outlier);
    other.#balancers.forEach((balancer, worker) => {
      if (balancer !== undefined) (this.#balancers[worker] = this.#newBalancer(0)).copyFrom(balancer);
    });
    this.#members = other.#members;
    this.ejections = other.ejections;
    this.retries = other.retries;
    this.ejectionCount = other.ejectionCount;
  }

  linkPools(other: Upstream, copies: Copies): void {
    for (const [key, pool] of other.#poolOf) this.#poolOf.set(key, copies.of(pool));
  }

  #newBalancer(nowUs: number): WorkerBalancer {
    return new WorkerBalancer(this.settings, this.#locality, this.#hosts, this.#chance, nowUs);
  }
}
