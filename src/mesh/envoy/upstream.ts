import { refill, type Copies } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { ClusterBalancer } from './balancer/cluster-balancer.ts';
import type { Hosts } from './balancer/source.ts';
import type { Hash64 } from './balancer/xxhash64.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { ConnectionPool } from './connection-pool.ts';
import type { ConnectionPools } from './connection-pools.ts';
import type { LoadAssignment } from './load-assignment.ts';
import { OutlierDetector } from './outlier.ts';

/** Pods of one run are fewer: worker, protocol and pod fit into one key. */
const podLimit = 65536;

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
  readonly #hosts: Hosts;
  readonly #chance: Stream;
  #bornUs: number;
  readonly #balancers: (ClusterBalancer | undefined)[] = [];
  #members: Int32Array | undefined;
  /** When each of its hosts became one, by row of the pod. */
  readonly #addedUs = new Map<number, number>();
  /** Changes with every ejection and its end, so that balancers look again; and when that, or the membership, changed last. */
  ejections = 0;
  changedUs: number;
  // Since the start, under Envoy's names: upstream_rq_retry, outlier_detection.ejections_enforced_total.
  retries = 0;
  ejectionCount = 0;

  constructor(
    row: number,
    proxy: number,
    settings: ClusterSettings,
    world: Omit<Hosts, 'addedUs'>,
    chance: Stream,
    pools: ConnectionPools,
    bornUs: number,
  ) {
    this.row = row;
    this.proxy = proxy;
    this.settings = settings;
    this.#hosts = {
      pods: world.pods,
      active: (pod) => world.active(pod),
      addedUs: (pod) => this.#addedUs.get(pod) ?? this.#bornUs,
    };
    this.#bornUs = this.changedUs = bornUs;
    this.#chance = chance;
    this.breaker = new CircuitBreaker(settings.limits);
    this.#pools = settings.pooled ? pools : undefined;
    this.outlier = settings.outlier === undefined ? undefined : new OutlierDetector(settings.outlier);
  }

  /** Row of the pod for one try of a request; -1: none may be used. */
  pick(
    worker: number,
    assignment: LoadAssignment,
    hash: Hash64 | undefined,
    attempt: number,
    nowUs: number,
  ): number {
    const balancer = (this.#balancers[worker] ??= this.#newBalancer());
    return balancer.pick(assignment, this.ejections, this.changedUs, this.isEjected, hash, attempt, nowUs);
  }

  /** A try that a worker sent to a pod is over; its status, 0 where nothing came back. */
  tryEnded(worker: number, pod: number, tookUs: number, status: number, nowUs: number): void {
    this.#balancers[worker]?.tryEnded(pod, tookUs, status, nowUs);
  }

  /** How the last pick of a worker came about: its priority, and among whom it was. */
  lastPick(
    worker: number,
  ): { readonly priority: number; readonly pods: readonly number[]; readonly words: string } | undefined {
    const balancer = this.#balancers[worker];
    if (balancer === undefined) return undefined;
    return { priority: balancer.lastPriority, pods: balancer.lastPods, words: balancer.lastWords };
  }

  /** Picks in panic, of all workers. */
  get panics(): number {
    return this.#balancers.reduce((sum, own) => sum + (own?.panics ?? 0), 0);
  }

  /**
   * The pool of one worker's connections to one pod, HTTP's or that of TCP (cluster_manager_impl.cc, httpConnPool and
   * tcpConnPool); undefined where connections are not counted.
   */
  pool(worker: number, pod: number, isTcp: boolean): ConnectionPool | undefined {
    if (this.#pools === undefined) return undefined;
    const key = (worker * 2 + (isTcp ? 1 : 0)) * podLimit + pod;
    let pool = this.#poolOf.get(key);
    if (pool === undefined) {
      pool = this.#pools.open(this.settings, this.breaker, pod, isTcp);
      this.#poolOf.set(key, pool);
    }
    return pool;
  }

  /**
   * These are the hosts of a worker's cluster from now on; none, where the cluster is another or gone. Connections to any other
   * host serve out their requests and are closed (cluster_manager_impl.cc, postThreadLocalRemoveHosts).
   */
  keepPools(worker: number, hosts: Int32Array): void {
    for (const [key, pool] of this.#poolOf) {
      if (Math.floor(key / podLimit / 2) !== worker || hosts.includes(key % podLimit)) continue;
      this.#poolOf.delete(key);
      pool.retire();
    }
  }

  readonly isEjected = (pod: number): boolean => this.outlier?.isEjected(pod) ?? false;

  /** The proxy was told of endpoints: who is new, and who is gone. */
  join({ pods }: LoadAssignment, nowUs: number): void {
    if (pods === this.#members) return;
    const present = new Set(pods);
    for (const pod of this.#addedUs.keys()) {
      if (present.has(pod)) continue;
      this.#addedUs.delete(pod);
      this.outlier?.removeHost(pod);
    }
    for (const pod of pods) {
      if (this.#addedUs.has(pod)) continue;
      this.#addedUs.set(pod, nowUs);
      this.outlier?.addHost(pod);
    }
    this.#members = pods;
    this.changedUs = nowUs;
  }

  /** What is its own; its pools are copied with all others, see `linkPools`. */
  copyFrom(other: Upstream, copies: Copies): void {
    copies.note(other.breaker, this.breaker).copyFrom(other.breaker);
    if (other.outlier !== undefined) this.outlier!.copyFrom(other.outlier);
    other.#balancers.forEach((balancer, worker) => {
      if (balancer !== undefined) (this.#balancers[worker] = this.#newBalancer()).copyFrom(balancer);
    });
    this.#bornUs = other.#bornUs;
    this.#members = other.#members;
    refill(this.#addedUs, other.#addedUs);
    this.ejections = other.ejections;
    this.changedUs = other.changedUs;
    this.retries = other.retries;
    this.ejectionCount = other.ejectionCount;
  }

  linkPools(other: Upstream, copies: Copies): void {
    for (const [key, pool] of other.#poolOf) this.#poolOf.set(key, copies.of(pool));
  }

  #newBalancer(): ClusterBalancer {
    return new ClusterBalancer(this.settings, this.#hosts, this.#chance, this.#bornUs);
  }
}
