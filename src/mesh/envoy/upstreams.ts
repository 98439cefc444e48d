import { refill, type Copies } from '../../kernel/copies.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Probe } from '../telemetry/probe.ts';
import { localityLabel, type Hosts } from './balancer/worker-balancer.ts';
import type { ClusterEndpoints } from './cluster-endpoints.ts';
import type { ConnectionPools } from './connection-pools.ts';
import type { EjectionDecision } from './outlier.ts';
import type { Proxies } from './proxies.ts';
import { resetReason } from './reset-reason.ts';
import { Upstream } from './upstream.ts';

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
  readonly #judged: number;
  readonly #tick: number;
  readonly #chances: (Stream | undefined)[] = [];
  readonly #detections: { readonly upstream: Upstream; readonly host: number; readonly bits: number }[] = [];
  /** Per proxy and row of the cluster's name. */
  readonly #upstreams: (Upstream | undefined)[][] = [];

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
    this.#judged = simulation.kind('outlier is judged', (row, nowUs) => this.#judge(row, nowUs));
    this.#tick = simulation.kind('outlier interval ends', (row, nowUs) => this.#onTick(row, nowUs));
  }

  /** A changed configuration is a new cluster to Envoy: balancers, breakers and ejections begin anew. */
  of(proxy: number, endpoints: ClusterEndpoints, nowUs: number): Upstream {
    const own = (this.#upstreams[proxy] ??= []);
    const known = own[endpoints.row];
    if (known?.settings === endpoints.settings) return known;
    const upstream = this.#open(proxy, endpoints.settings);
    own[endpoints.row] = upstream;
    // Proxies start at different times, so their intervals do not end together.
    if (upstream.outlier !== undefined) {
      const phase = this.#chance(proxy).uniform() * upstream.outlier.settings.intervalUs;
      this.#simulation.schedule(nowUs + Math.floor(phase), this.#tick, upstream.row);
    }
    return upstream;
  }

  #open(proxy: number, settings: ClusterSettings): Upstream {
    const upstream = new Upstream(
      this.all.length,
      proxy,
      settings,
      localityLabel(this.#proxies.places[proxy]!.identity),
      this.#hostsOf(proxy),
      this.#chance(proxy),
      this.#pools,
    );
    this.all.push(upstream);
    return upstream;
  }

  /** As `of`, for those who only look: it makes nothing. */
  known(proxy: number, endpoints: ClusterEndpoints): Upstream | undefined {
    const own = this.#upstreams[proxy]?.[endpoints.row];
    return own?.settings === endpoints.settings ? own : undefined;
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
    const known = this.#upstreams[upstream.proxy]!.includes(upstream);
    if (outlier === undefined || !known) return;
    const random = (): number => this.#chance(upstream.proxy).uint32();
    const { unejected, judged } = outlier.tick(nowUs, random);
    for (const own of unejected) {
      upstream.ejections += 1;
      this.#probe.unejected?.(upstream.proxy, upstream.settings.cluster.name, own, nowUs);
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
      this.#probe.ejected?.(upstream.proxy, upstream.settings.cluster.name, decision, nowUs);
    }
  }

  #chance(proxy: number): Stream {
    return (this.#chances[proxy] ??= this.#stream(`upstream/${this.#proxies.places[proxy]!.pod}`));
  }

  /** With the pools. After the proxies. */
  copyFrom(other: Upstreams, copies: Copies): void {
    for (const upstream of other.all)
      copies.note(upstream, this.#open(upstream.proxy, upstream.settings)).copyFrom(upstream, copies);
    this.#pools.copyFrom(other.#pools, copies);
    other.all.forEach((upstream, row) => this.all[row]!.linkPools(upstream, copies));
    refill(
      this.#detections,
      other.#detections.map((own) => ({ ...own, upstream: copies.of(own.upstream) })),
    );
    other.#upstreams.forEach((own, proxy) => {
      this.#upstreams[proxy] = own.map((upstream) => upstream && copies.of(upstream));
    });
  }
}
