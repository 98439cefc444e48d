import { refill, type Copies } from '../../kernel/copies.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { Hosts } from './balancer/source.ts';
import type { ClusterEndpoints } from './cluster-endpoints.ts';
import type { ConfigView } from './config-view.ts';
import type { ConnectionPools } from './connection-pools.ts';
import type { EjectionDecision } from './outlier.ts';
import type { Proxies } from './proxies.ts';
import { resetReason } from './reset-reason.ts';
import { Upstream } from './upstream.ts';

/** A detection goes to the proxy's main thread, and what that decides to the workers: hops between threads. */
const judgedAfterUs = 500;

const noPods = new Int32Array();

/** All client sides of all managed clusters, made when they are first asked for. */
export class Upstreams {
  readonly all: Upstream[] = [];
  readonly #proxies: Proxies;
  readonly #pods: Hosts['pods'];
  readonly #stream: (name: string) => Stream;
  readonly #simulation: Simulation;
  readonly #pools: ConnectionPools;
  readonly #probe: Probe;
  readonly #judged: number;
  readonly #tick: number;
  readonly #chances: (Stream | undefined)[] = [];
  readonly #detections: { readonly upstream: Upstream; readonly host: number; readonly bits: number }[] = [];
  /** Per proxy and row of the cluster's name. */
  readonly #upstreams: (Upstream | undefined)[][] = [];
  /** Clusters that were changed: a worker that was not told yet goes on with them. */
  readonly #former: (Upstream | undefined)[][] = [];
  /** What each proxy was told last. */
  readonly #held: (ConfigView | undefined)[] = [];

  constructor(
    proxies: Proxies,
    pods: Hosts['pods'],
    pools: ConnectionPools,
    simulation: Simulation,
    probe: Probe,
    stream: (name: string) => Stream,
  ) {
    this.#proxies = proxies;
    this.#pods = pods;
    this.#pools = pools;
    this.#stream = stream;
    this.#simulation = simulation;
    this.#probe = probe;
    this.#judged = simulation.kind('outlier is judged', (row, nowUs) => this.#judge(row, nowUs));
    this.#tick = simulation.kind('outlier interval ends', (row, nowUs) => this.#onTick(row, nowUs));
  }

  /**
   * The proxy's main thread has new clusters and endpoints, before the first of its workers has. A changed cluster is a new
   * one to Envoy: balancers, breakers and ejections begin anew. A cluster whose endpoints alone changed goes on.
   */
  told(proxy: number, view: ConfigView, nowUs: number): void {
    const before = this.#held[proxy];
    if (before !== undefined && before.snapshot >= view.snapshot) return;
    this.#held[proxy] = view;
    const own = (this.#upstreams[proxy] ??= []);
    const former = (this.#former[proxy] ??= []);
    own.forEach((upstream, row) => {
      if (upstream === undefined) return;
      const endpoints = view.endpoints(row);
      if (endpoints?.settings === upstream.settings) {
        upstream.join(endpoints.assignment, nowUs);
      } else {
        former[row] = upstream;
        own[row] = undefined;
      }
    });
    for (const endpoints of view.warming) {
      if (own[endpoints.row] === undefined) own[endpoints.row] = this.#begin(proxy, endpoints, nowUs);
    }
  }

  /** The proxy's side of a cluster, made when it is first asked for; where endpoints warm up, when it was told. */
  of(proxy: number, endpoints: ClusterEndpoints, nowUs: number): Upstream {
    const known = this.known(proxy, endpoints);
    if (known !== undefined) return known;
    const newest = this.#held[proxy]?.endpoints(endpoints.row);
    const upstream = this.#begin(proxy, newest?.settings === endpoints.settings ? newest : endpoints, nowUs);
    (this.#upstreams[proxy] ??= [])[endpoints.row] = upstream;
    return upstream;
  }

  /** What proxies count of clusters begins at 0 again. */
  startOver(): void {
    for (const own of this.all) {
      own.retries = 0;
      own.ejectionCount = 0;
      own.breaker.connectionOverflows = 0;
      own.breaker.pendingOverflows = 0;
      own.breaker.retryOverflows = 0;
      if (own.outlier !== undefined) own.outlier.overflows = 0;
    }
  }

  #begin(proxy: number, { settings, assignment }: ClusterEndpoints, nowUs: number): Upstream {
    const upstream = this.#open(proxy, settings, nowUs);
    upstream.join(assignment, nowUs);
    // Proxies start at different times, so their intervals do not end together.
    if (upstream.outlier !== undefined) {
      const phase = this.#chance(proxy).uniform() * upstream.outlier.settings.intervalUs;
      this.#simulation.schedule(
        Math.max(this.#simulation.nowUs, nowUs) + Math.floor(phase),
        this.#tick,
        upstream.row,
      );
    }
    return upstream;
  }

  #open(proxy: number, settings: ClusterSettings, bornUs: number): Upstream {
    const upstream = new Upstream(
      this.all.length,
      proxy,
      settings,
      { pods: this.#pods, active: (pod) => this.#proxies.active(proxy, pod) },
      this.#chance(proxy),
      this.#pools,
      bornUs,
    );
    this.all.push(upstream);
    return upstream;
  }

  /** A worker has taken new clusters: its connections to hosts that are in them no longer are drained. */
  clustersTaken(proxy: number, worker: number, view: ConfigView): void {
    const known = this.#upstreams[proxy];
    for (const upstream of this.all) {
      if (upstream.proxy !== proxy || !upstream.settings.pooled) continue;
      const endpoints = view.endpoints(known!.indexOf(upstream));
      upstream.keepPools(worker, endpoints?.settings === upstream.settings ? endpoints.pods : noPods);
    }
  }

  /** As `of`, for those who only look: it makes nothing. */
  known(proxy: number, endpoints: ClusterEndpoints): Upstream | undefined {
    const own = this.#upstreams[proxy]?.[endpoints.row];
    if (own?.settings === endpoints.settings) return own;
    const former = this.#former[proxy]?.[endpoints.row];
    return former?.settings === endpoints.settings ? former : undefined;
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
    this.#detect(upstream, pod, bits, nowUs);
  }

  /**
   * How a TCP connection came about or did not: whatever is said over it is nobody's concern (tcp_proxy.cc,
   * onUpstreamConnection: LocalOriginConnectSuccessFinal, which counts as a 200 outside split mode).
   */
  recordConnection(upstream: Upstream, pod: number, reset: number, nowUs: number): void {
    const { outlier } = upstream;
    if (outlier === undefined) return;
    let bits = 0;
    if (reset === resetReason.connectFailure) bits = outlier.recordFailure(pod);
    else if (reset === resetReason.connectTimeout) bits = outlier.recordTimeout(pod);
    else if (outlier.settings.splitExternalLocalOriginErrors) outlier.recordConnected(pod);
    else bits = outlier.recordResponse(pod, 200);
    this.#detect(upstream, pod, bits, nowUs);
  }

  /** Word of it goes to the main thread. */
  #detect(upstream: Upstream, host: number, bits: number, nowUs: number): void {
    if (bits === 0) return;
    const row = this.#detections.push({ upstream, host, bits }) - 1;
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
    const known = this.#upstreams[upstream.proxy]!.includes(upstream);
    if (outlier === undefined || !known) return;
    const random = (): number => this.#chance(upstream.proxy).uint32();
    const { unejected, judged } = outlier.tick(nowUs, random);
    for (const own of unejected) {
      upstream.ejections += 1;
      upstream.changedUs = nowUs;
      this.#probe.unejected?.(upstream.proxy, upstream.settings.cluster.name, own, nowUs);
    }
    this.#tell(upstream, judged, nowUs);
    this.#simulation.schedule(nowUs + outlier.settings.intervalUs, this.#tick, row);
  }

  #tell(upstream: Upstream, decisions: readonly EjectionDecision[], nowUs: number): void {
    for (const decision of decisions) {
      if (decision.ejected) {
        upstream.ejections += 1;
        upstream.changedUs = nowUs;
        upstream.ejectionCount += 1;
      }
      this.#probe.ejected?.(upstream.proxy, upstream.settings.cluster.name, decision, nowUs);
    }
  }

  #chance(proxy: number): Stream {
    return (this.#chances[proxy] ??= this.#stream(`upstream/${this.#proxies.chanceNames[proxy]!}`));
  }

  /** With the pools. After the proxies. */
  copyFrom(other: Upstreams, copies: Copies): void {
    for (const upstream of other.all)
      copies.note(upstream, this.#open(upstream.proxy, upstream.settings, 0)).copyFrom(upstream, copies);
    this.#pools.copyFrom(other.#pools, copies);
    other.all.forEach((upstream, row) => this.all[row]!.linkPools(upstream, copies));
    refill(
      this.#detections,
      other.#detections.map((own) => ({ ...own, upstream: copies.of(own.upstream) })),
    );
    for (const [mine, theirs] of [
      [this.#upstreams, other.#upstreams],
      [this.#former, other.#former],
    ] as const) {
      theirs.forEach((own, proxy) => {
        mine[proxy] = own.map((upstream) => upstream && copies.of(upstream));
      });
    }
    refill(this.#held, other.#held);
  }
}
