import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { ClusterEndpoints } from './config-view.ts';
import type { Hash64 } from './balancer/xxhash64.ts';
import { CircuitBreaker, istioThresholds, unlimited } from './circuit-breaker.ts';
import {
  ConnectionPool,
  type ConnectionPoolEffects,
  type ConnectionPoolSettings,
  type ConnectionTable,
} from './connection-pool.ts';
import { OutlierDetector, type EjectionDecision } from './outlier.ts';
import type { Cluster } from './route.ts';
import { microseconds } from '../../manifest/microseconds.ts';
import { outlierSettings } from './outlier-settings.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { Proxies } from './proxies.ts';
import { resetReason } from './retry-policy.ts';
import { localityLabel, WorkerBalancer, type Hosts } from './balancer/worker-balancer.ts';

/**
 * Whether a cluster needs more than a pick among equal endpoints: state of its own per client proxy. The others take the
 * short way through `Proxies.pick`, with the same rules.
 */
export const isManaged = (cluster: Cluster): boolean =>
  isPooled(cluster) ||
  cluster.lb_policy === 'RING_HASH' ||
  cluster.lb_policy === 'MAGLEV' ||
  cluster.outlier_detection !== undefined ||
  cluster.locality_lb_setting?.distribute !== undefined ||
  (cluster.round_robin_lb_config ?? cluster.least_request_lb_config)?.slow_start_config !== undefined;

/** What istiod writes where a DestinationRule says nothing (the mesh configuration's connectTimeout). */
const istioConnectTimeout = '10s';

/**
 * Whether connections of this cluster are counted. Where nothing limits them and no time is set for them, a request finds one
 * in no time, and they are left out: a simplification that hides only the handshake of a new connection.
 */
function isPooled(cluster: Cluster): boolean {
  const limits = cluster.circuit_breakers?.thresholds[0];
  return (
    (cluster.max_requests_per_connection ?? 0) > 0 ||
    cluster.common_http_protocol_options !== undefined ||
    (cluster.connect_timeout !== undefined && cluster.connect_timeout !== istioConnectTimeout) ||
    (limits !== undefined &&
      (limits.retry_budget !== undefined ||
        Math.min(
          limits.max_connections,
          limits.max_pending_requests,
          limits.max_requests,
          limits.max_retries,
        ) < unlimited))
  );
}

/**
 * One client proxy's side of one cluster: its balancers (one per worker thread), its connections, its circuit breaker, and
 * its judge of endpoints that fail. Nothing of it is shared with other proxies.
 */
export class Upstream {
  /** Row in `Upstreams`. */
  readonly row: number;
  readonly proxy: number;
  readonly cluster: Cluster;
  readonly breaker: CircuitBreaker;
  readonly outlier: OutlierDetector | undefined;
  readonly #pools: ConnectionPools | undefined;
  readonly #poolSettings: ConnectionPoolSettings;
  readonly #timeouts: ConnectionTimeouts;
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
    cluster: Cluster,
    locality: string,
    hosts: Hosts,
    chance: Stream,
    pools: ConnectionPools,
    alwaysEjectOneHost: boolean,
  ) {
    this.row = row;
    this.proxy = proxy;
    this.cluster = cluster;
    this.#locality = locality;
    this.#hosts = hosts;
    this.#chance = chance;
    this.breaker = new CircuitBreaker(limitsOf(cluster));
    this.#pools = isPooled(cluster) ? pools : undefined;
    this.#poolSettings = {
      maxStreamsPerConnection: cluster.http2_protocol_options === undefined ? 1 : 1024,
      maxRequestsPerConnection: cluster.max_requests_per_connection ?? 0,
    };
    this.#timeouts = timeoutsOf(cluster);
    this.outlier =
      cluster.outlier_detection === undefined
        ? undefined
        : new OutlierDetector(outlierSettings(cluster.outlier_detection, alwaysEjectOneHost));
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
    const balancer = (this.#balancers[worker] ??= new WorkerBalancer(
      this.cluster,
      this.#locality,
      this.#hosts,
      this.#chance,
      nowUs,
    ));
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
      pool = this.#pools.open(this.#poolSettings, this.breaker, pod, this.#timeouts);
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
}

function limitsOf(cluster: Cluster) {
  const limits = cluster.circuit_breakers?.thresholds[0];
  if (limits === undefined) return istioThresholds;
  return {
    maxConnections: limits.max_connections,
    maxPending: limits.max_pending_requests,
    maxRequests: limits.max_requests,
    maxRetries: limits.max_retries,
    ...(limits.retry_budget === undefined
      ? {}
      : {
          retryBudget: {
            percent: limits.retry_budget.budget_percent.value,
            minConcurrency: limits.retry_budget.min_retry_concurrency,
          },
        }),
  };
}

/** What a cluster's connections are given time for, in microseconds. */
export interface ConnectionTimeouts {
  /** From the first packet to a connection that can be used. */
  readonly connectUs: number;
  /** Without a request; Infinity: a connection may be idle for ever. */
  readonly idleUs: number;
}

/** Envoy's own default; Istio always writes one (10 s). */
const envoyConnectTimeout = '5s';
const envoyIdleTimeout = '1h';

export function timeoutsOf(cluster: Cluster): ConnectionTimeouts {
  return {
    connectUs: microseconds(cluster.connect_timeout ?? envoyConnectTimeout),
    idleUs: idleTimeoutUs(cluster.common_http_protocol_options?.idle_timeout),
  };
}

/** Envoy's hour where nothing is written; Infinity for "0s". */
export function idleTimeoutUs(text: string | undefined): number {
  const idleUs = microseconds(text ?? envoyIdleTimeout);
  return idleUs === 0 ? Infinity : idleUs;
}

/** The pools of all proxies: their connections share one table, and pools are told by their number. */
export class ConnectionPools {
  readonly #table: ConnectionTable;
  readonly #pools: ConnectionPool[] = [];
  readonly #pods: number[] = [];
  readonly #timeouts: ConnectionTimeouts[] = [];
  readonly #effects: () => ConnectionPoolEffects;

  constructor(table: ConnectionTable, effects: () => ConnectionPoolEffects) {
    this.#table = table;
    this.#effects = effects;
  }

  open(
    settings: ConnectionPoolSettings,
    breaker: CircuitBreaker,
    pod: number,
    timeouts: ConnectionTimeouts,
  ): ConnectionPool {
    const pool = new ConnectionPool(this.#pools.length, settings, breaker, this.#table, this.#effects());
    this.#pools.push(pool);
    this.#pods.push(pod);
    this.#timeouts.push(timeouts);
    return pool;
  }

  of(connection: number): ConnectionPool {
    return this.#pools[this.#table.pool[connection]!]!;
  }

  timeoutsOf(connection: number): ConnectionTimeouts {
    return this.#timeouts[this.#table.pool[connection]!]!;
  }

  podOf(connection: number): number {
    return this.#pods[this.#table.pool[connection]!]!;
  }
}

/** A detection goes to the proxy's main thread, and what that decides to the workers: hops between threads. */
const judgedAfterUs = 500;

/** All client sides of all managed clusters, made when they are first asked for. */
export class Upstreams {
  readonly all: Upstream[] = [];
  readonly #proxies: Proxies;
  readonly #hostsOf: (proxy: number) => Hosts;
  readonly #stream: (name: string) => Stream;
  readonly #simulation: Simulation;
  readonly #pools: ConnectionPools;
  readonly #probe: Probe;
  readonly #alwaysEjectOneHost: boolean;
  readonly #judged: number;
  readonly #tick: number;
  readonly #chances: (Stream | undefined)[] = [];
  readonly #detections: { readonly upstream: Upstream; readonly host: number; readonly bits: number }[] = [];
  /** Per proxy and row of the cluster's name, with the identity of the configuration that it was made for. */
  readonly #upstreams: ({ readonly upstream: Upstream; readonly identity: number } | undefined)[][] = [];

  constructor(
    proxies: Proxies,
    hostsOf: (proxy: number) => Hosts,
    pools: ConnectionPools,
    simulation: Simulation,
    probe: Probe,
    stream: (name: string) => Stream,
  ) {
    this.#proxies = proxies;
    this.#hostsOf = hostsOf;
    this.#pools = pools;
    this.#stream = stream;
    this.#simulation = simulation;
    this.#probe = probe;
    this.#alwaysEjectOneHost = proxies.settings.alwaysEjectOneHost;
    this.#judged = simulation.kind('outlier is judged', (row, nowUs) => this.#judge(row, nowUs));
    this.#tick = simulation.kind('outlier interval ends', (row, nowUs) => this.#onTick(row, nowUs));
  }

  /** A changed configuration is a new cluster to Envoy: balancers, breakers and ejections begin anew. */
  of(proxy: number, endpoints: ClusterEndpoints, nowUs: number): Upstream {
    const own = (this.#upstreams[proxy] ??= []);
    const known = own[endpoints.row];
    if (known !== undefined && known.identity === endpoints.identity) return known.upstream;
    const place = this.#proxies.places[proxy]!;
    const upstream = new Upstream(
      this.all.length,
      proxy,
      endpoints.cluster,
      localityLabel(place.identity),
      this.#hostsOf(proxy),
      this.#chance(proxy),
      this.#pools,
      this.#alwaysEjectOneHost,
    );
    this.all.push(upstream);
    own[endpoints.row] = { upstream, identity: endpoints.identity };
    // Proxies start at different times, so their intervals do not end together.
    if (upstream.outlier !== undefined) {
      const phase = this.#chance(proxy).uniform() * upstream.outlier.settings.intervalUs;
      this.#simulation.schedule(nowUs + Math.floor(phase), this.#tick, upstream.row);
    }
    return upstream;
  }

  /** As `of`, for those who only look: it makes nothing. */
  known(proxy: number, endpoints: ClusterEndpoints): Upstream | undefined {
    const own = this.#upstreams[proxy]?.[endpoints.row];
    return own?.identity === endpoints.identity ? own.upstream : undefined;
  }

  /** How a try ended, for the judge of outliers. Overflow is no fault of the host, and never comes here. */
  record(upstream: Upstream, pod: number, status: number, reset: number, nowUs: number): void {
    const { outlier } = upstream;
    if (outlier === undefined) return;
    // Envoy notes the connection when the stream gets it, ours when the try is over: within one try the order is the same.
    if (reset !== resetReason.connectFailure && reset !== resetReason.connectTimeout) {
      outlier.recordConnected(pod);
    }
    const bits =
      reset === resetReason.none
        ? outlier.recordResponse(pod, status)
        : reset === resetReason.perTryTimeout
          ? outlier.recordTimeout(pod)
          : outlier.recordFailure(pod);
    if (bits === 0) return;
    const row = this.#detections.push({ upstream, host: pod, bits }) - 1;
    this.#simulation.schedule(nowUs + judgedAfterUs, this.#judged, row);
  }

  #judge(row: number, nowUs: number): void {
    const { upstream, host, bits } = this.#detections[row]!;
    const random = (): number => this.#chance(upstream.proxy).uint32();
    this.#tell(upstream, upstream.outlier!.detected(host, bits, nowUs, random), nowUs);
  }

  #onTick(row: number, nowUs: number): void {
    const upstream = this.all[row]!;
    const { outlier } = upstream;
    const known = this.#upstreams[upstream.proxy]!.some((own) => own?.upstream === upstream);
    if (outlier === undefined || !known) return;
    const random = (): number => this.#chance(upstream.proxy).uint32();
    const { unejected, judged } = outlier.tick(nowUs, random);
    for (const own of unejected) {
      upstream.ejections += 1;
      this.#probe.unejected?.(upstream, own, nowUs);
    }
    this.#tell(upstream, judged, nowUs);
    this.#simulation.schedule(nowUs + outlier.settings.intervalUs, this.#tick, row);
  }

  #tell(upstream: Upstream, decisions: readonly EjectionDecision[], nowUs: number): void {
    for (const decision of decisions) {
      if (decision.ejected) {
        upstream.ejections += 1;
        upstream.ejectionCount += 1;
      }
      this.#probe.ejected?.(upstream, decision, nowUs);
    }
  }

  #chance(proxy: number): Stream {
    return (this.#chances[proxy] ??= this.#stream(`upstream/${this.#proxies.places[proxy]!.pod}`));
  }
}
