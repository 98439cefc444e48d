import type { Simulation } from '../../kernel/simulation.ts';
import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { Connect } from './connect.ts';
import type { LocalReply } from './local-reply.ts';
import type { Mirror } from './mirror.ts';
import type { Page } from './page.ts';
import type { Pick } from './pick.ts';
import type { RequestColumns } from './request-columns.ts';
import type { Send } from './send.ts';
import type { Surroundings } from './surroundings.ts';

/** One try at the caller's proxy: an endpoint of the chosen cluster, a connection to it, and away. */
export class Try {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #probe: Probe;
  readonly #page: Page;
  readonly #pick: Pick;
  readonly #mirror: Mirror;
  readonly #connect: Connect;
  readonly #send: Send;
  readonly #reply: LocalReply;

  constructor(
    around: Surroundings,
    probe: Probe,
    page: Page,
    pick: Pick,
    mirror: Mirror,
    connect: Connect,
    send: Send,
    reply: LocalReply,
  ) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#probe = probe;
    this.#page = page;
    this.#pick = pick;
    this.#mirror = mirror;
    this.#connect = connect;
    this.#send = send;
    this.#reply = reply;
  }

  /** Endpoints are those that this worker knows now. */
  begin(row: number, route: ResolvedRoute, nowUs: number): void {
    const rows = this.#rows;
    const caller = rows.caller[row]!;
    const worker = rows.worker[row]!;
    const first = rows.attempts[row] === 0;
    const endpoints = this.#around.proxies.clusters[worker]!.endpoints(rows.cluster[row]!);
    const pod =
      endpoints === undefined || endpoints.pods.length === 0
        ? -1
        : this.#pick.of(row, route, endpoints, nowUs);
    if (endpoints !== undefined) this.#probe.picked?.(row, endpoints, pod, nowUs);
    if (pod < 0) {
      // A cluster that is gone when a retry looks for it is told as one without hosts.
      if (endpoints === undefined && first)
        this.#reply.failWith(row, 'unknown-cluster', route.unknownClusterStatus, nowUs);
      else this.#reply.fail(row, 'no-host', nowUs);
      return;
    }
    rows.pod[row] = pod;
    if (rows.key[row]! < 0 || route.keysByPod) rows.key[row] = this.#around.keyOfPod(rows.service[row]!, pod);
    if (first) {
      this.#page.chosen(row, nowUs);
      this.#mirror.copies(row, route, nowUs);
    } else {
      this.#probe.retried(row, nowUs);
    }
    rows.attempts[row]! += 1;
    const { timeouts } = endpoints!.settings;
    if (!endpoints!.managed) {
      rows.upstream[row] = -1;
    } else {
      const upstream = this.#around.upstreams.of(caller, endpoints!, nowUs);
      if (!this.#connect.goesAtOnce(row, upstream, worker, pod, route.isTcp)) return;
    }
    if (this.#around.stations.isSilent(pod)) this.#connect.waitInVain(row, timeouts.connectUs);
    else this.#send.attempt(row, route, nowUs);
  }

  onBackedOff(row: number, nowUs: number): void {
    if (this.#rows.abandoned[row] !== 0) this.#rows.close(row);
    else this.begin(row, this.#routeOf(row), nowUs);
  }

  connected(row: number): void {
    this.#send.attempt(row, this.#routeOf(row), this.#simulation.nowUs);
  }

  /** A circuit breaker is open: 503 at once, and never tried again. */
  refused(row: number): void {
    const { nowUs } = this.#simulation;
    this.#probe.tryRefused?.(row, nowUs);
    this.#reply.fail(row, 'overflow', nowUs);
  }

  #routeOf(row: number): ResolvedRoute {
    return this.#around.tables.routes[this.#rows.route[row]!]!;
  }
}
