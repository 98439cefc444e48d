import type { Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { TimerLane } from '../../kernel/timer-lane.ts';
import type { Step } from '../app/app.ts';
import type { ClusterEndpoints } from '../envoy/cluster-endpoints.ts';
import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import { Connections } from '../app/connections.ts';
import { hashOf, type Hash64 } from '../envoy/balancer/xxhash64.ts';
import { responseFlag } from '../envoy/response-flag.ts';
import { flagOfReset, resetReason, retriable } from '../envoy/retry-policy.ts';
import type { RequestHead } from '../envoy/route-match.ts';
import { inPod } from './in-pod.ts';
import { intervalOf, moduloTotal } from '../envoy/weighted-cluster.ts';
import { connectionState, type ConnectionPoolEffects } from '../envoy/connection-pool.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { RequestColumns } from './request-columns.ts';
import type { Upstream } from '../envoy/upstream.ts';
import { stage } from './stage.ts';
import { doorState } from '../app/stations.ts';
import type { World } from '../world.ts';

/** `abandoned` of a copy that nobody ever waited for. */
const mirrored = 2;

type CallStep = Extract<Step, { kind: 'call' }>;

/**
 * The life of a request, top to bottom:
 *
 *   open -> route at the caller's proxy -> [fault] -> arrive at the pod -> [wait] -> steps of its script, calls among them
 *        -> reply -> answered at the caller (or the route timed out) -> the caller's script goes on, or the page is done
 *
 * Simplifications: an application reaches its own sidecar in no time and over a new connection per call; a request
 * passes both proxies and the network in one drawn delay each way; proxies themselves never queue.
 */
export class Requests {
  readonly #world: World;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #probe: Probe;
  readonly #hop: Sampler;
  readonly #handshake: Sampler;
  readonly #arrive: number;
  readonly #worked: number;
  readonly #answered: number;
  readonly #delayed: number;
  readonly #backedOff: number;
  readonly #connected: number;
  readonly #connectTimedOut: number;
  readonly #idle: number;
  readonly #leaves: number;
  /** Timers by delay: of applications that wait for an answer, and of routes with a timeout. */
  readonly #patience = new Map<number, TimerLane>();
  readonly #routeTimeouts = new Map<number, TimerLane>();
  readonly #perTryTimeouts = new Map<number, TimerLane>();
  readonly #mirrorTimeouts = new Map<number, TimerLane>();
  /** Endpoints that a request has tried, of those that had to try again. */
  readonly #tried = new Map<number, number[]>();
  readonly #addressHashes = new Map<string, Hash64>();
  readonly #childClass: (number | undefined)[][] = [];
  readonly #callSites: CallStep[] = [];
  readonly #kept = new Map<CallStep, Connections>();
  /** Why the connection failed that streams are told about now; see `resetReason`. */
  #connectFailure: number = resetReason.connectFailure;
  /** Pages asked for and not complete. */
  pagesOpen = 0;
  #pageDone: (row: number, nowUs: number) => void = () => {};

  constructor(world: World, hop: Sampler, handshake: Sampler, probe: Probe) {
    this.#world = world;
    this.#rows = world.rows;
    this.#simulation = world.simulation;
    this.#probe = probe;
    this.#hop = hop;
    this.#handshake = handshake;
    this.#arrive = world.simulation.kind('request arrives', (row, nowUs) => this.#onArrive(row, nowUs));
    this.#worked = world.simulation.kind('work done', (row, nowUs) => this.#onWorked(row, nowUs));
    this.#answered = world.simulation.kind('answer arrives', (row, nowUs) => this.#onAnswered(row, nowUs));
    this.#delayed = world.simulation.kind('fault delay over', (row, nowUs) => this.#onDelayed(row, nowUs));
    this.#backedOff = world.simulation.kind('back-off over', (row, nowUs) => this.#onBackedOff(row, nowUs));
    this.#connected = world.simulation.kind('connection stands', (row, nowUs) =>
      this.#onConnected(row, nowUs),
    );
    this.#connectTimedOut = world.simulation.kind('connect timeout', (connection) =>
      this.#connectFailed(connection, resetReason.connectTimeout),
    );
    this.#leaves = world.simulation.kind('client gives up', (row, nowUs) => {
      if (this.#rows.leavesUs[row] === nowUs) this.#giveUp(row, 0, responseFlag.DC, nowUs);
    });
    this.#idle = world.simulation.kind('connection was idle', (connection, nowUs) =>
      this.#onIdle(connection, nowUs),
    );
  }

  /** Who is told when a page is complete, before its row is free again. */
  onPageDone(listener: (row: number, nowUs: number) => void): void {
    this.#pageDone = listener;
  }

  /** A page is asked for, at the gateway or by a client inside the mesh. */
  openPage(source: number, page: number, requestClass: number, client: number, nowUs: number): void {
    const rows = this.#rows;
    const row = rows.open();
    rows.parent[row] = -1;
    rows.root[row] = row;
    rows.rootGeneration[row] = rows.generation[row]!;
    rows.source[row] = source;
    rows.page[row] = page;
    rows.client[row] = client;
    rows.requestClass[row] = requestClass;
    const { workload, kept, patience } = this.#world.clients[source]!;
    rows.caller[row] =
      workload === undefined
        ? this.#world.gateway
        : this.#world.proxyOfPod[this.#world.clientPod(workload, client)]!;
    rows.startedUs[row] = nowUs;
    rows.leavesUs[row] = -1;
    if (patience !== undefined) {
      rows.leavesUs[row] = Math.round(nowUs + patience());
      this.#simulation.schedule(rows.leavesUs[row]!, this.#leaves, row);
    }
    this.pagesOpen += 1;
    this.#probe.opened?.(row, nowUs);
    this.#route(row, kept, client, nowUs);
  }

  /** One try of a call that the script of `parent` makes. */
  #openCall(parent: number, step: CallStep, nowUs: number): void {
    const rows = this.#rows;
    const row = rows.open();
    rows.parent[row] = parent;
    rows.root[row] = rows.root[parent]!;
    rows.rootGeneration[row] = rows.rootGeneration[parent]!;
    rows.requestClass[row] = this.#classOfCall(rows.requestClass[parent]!, step);
    rows.caller[row] = this.#world.proxyOfPod[rows.pod[parent]!]!;
    rows.startedUs[row] = nowUs;
    this.#patienceOf(step.timeoutUs).set(row);
    this.#probe.opened?.(row, nowUs);
    this.#route(row, this.#keptBy(step), rows.pod[parent]!, nowUs);
  }

  /** `kept`: the connections that this caller keeps, and which of them is its own; undefined: it opens a new one. */
  #route(row: number, kept: Connections | undefined, client: number, nowUs: number): void {
    const caller = this.#rows.caller[row]!;
    if (caller < 0) this.#routeWithoutProxy(row, kept, client, nowUs);
    else this.#routeByProxy(row, caller, kept, client, nowUs);
  }

  #workerOf(caller: number, kept: Connections | undefined, client: number, nowUs: number): number {
    if (kept === undefined) return this.#world.proxies.worker(caller);
    const held = kept.held(client, nowUs);
    if (held >= 0) return held;
    const worker = this.#world.proxies.worker(caller);
    kept.open(client, worker, nowUs);
    return worker;
  }

  /** The proxy's decision, from the configuration that the worker holds at this instant. It is never taken again. */
  #routeByProxy(
    row: number,
    caller: number,
    kept: Connections | undefined,
    client: number,
    nowUs: number,
  ): void {
    const worker = this.#workerOf(caller, kept, client, nowUs);
    const rows = this.#rows;
    const { proxies } = this.#world;
    this.#world.proxyWorks(caller);
    const routes = proxies.routes[worker]!;
    const requestClass = rows.requestClass[row]!;
    const route = routes.resolve(requestClass);
    rows.route[row] = route.row;
    rows.variant[row] = route.variant;
    rows.configuredVariant[row] = proxies.configured[caller]!.resolve(requestClass).variant;
    rows.snapshot[row] = routes.snapshot;
    rows.service[row] = route.serviceRow;
    rows.worker[row] = worker;
    proxies.openStream(caller);
    rows.high[row] = proxies.high;
    rows.low[row] = proxies.low;
    if (route.isTcp && kept !== undefined) {
      const pod = kept.podOf(client);
      if (pod >= 0 && this.#world.stations.door[pod] === doorState.closed) kept.close(client);
      else if (pod >= 0) {
        this.#resume(row, route, pod, nowUs);
        return;
      }
    }
    if (route.localStatus !== 0) {
      this.#probe.routed?.(row, nowUs);
      this.#replyLocally(row, route.localStatus, route.localStatus === 404 ? responseFlag.NR : 0, nowUs);
      return;
    }
    const choice =
      route.total === 0
        ? 0
        : intervalOf(route.cumulative, moduloTotal(proxies.high, proxies.low, route.total));
    rows.key[row] = route.keys[choice]!;
    rows.cluster[row] = route.clusters[choice]!;
    this.#probe.routed?.(row, nowUs);
    const delayed = route.delay !== undefined && proxies.faultHits(caller, route.delay.numerator);
    if (route.delay !== undefined) this.#probe.faulted?.(row, 'delay', delayed, nowUs);
    if (delayed) {
      rows.flags[row]! |= responseFlag.DI;
      rows.stage[row] = stage.delayed;
      this.#simulation.schedule(nowUs + route.delay!.us, this.#delayed, row);
    } else {
      this.#forward(row, route, nowUs);
      if (route.isTcp) kept?.setPod(client, rows.pod[row]!, route.idleUs);
    }
  }

  /** What comes over a TCP connection that stands goes where the connection goes, whatever the rules say by now. */
  #resume(row: number, route: ResolvedRoute, pod: number, nowUs: number): void {
    const rows = this.#rows;
    rows.key[row] = this.#world.keyOfPod(route.service, pod);
    rows.pod[row] = pod;
    rows.attempts[row] = 1;
    this.#probe.routed?.(row, nowUs);
    this.#chosen(row, nowUs);
    this.#send(row, route, nowUs);
  }

  /** The delay is over; if the caller has gone meanwhile, so is the request. */
  #onDelayed(row: number, nowUs: number): void {
    // The route is the one that was matched, whatever the proxy has been told since.
    if (this.#rows.abandoned[row] !== 0) this.#rows.close(row);
    else this.#forward(row, this.#routeOf(row), nowUs);
  }

  /** Abort, or on to the chosen cluster. The route's timeout begins here and spans all tries. */
  #forward(row: number, route: ResolvedRoute, nowUs: number): void {
    const { proxies } = this.#world;
    if (route.abort !== undefined) {
      const aborted = proxies.faultHits(this.#rows.caller[row]!, route.abort.numerator);
      this.#probe.faulted?.(row, 'abort', aborted, nowUs);
      if (aborted) {
        this.#replyLocally(row, route.abort.status, responseFlag.FI, nowUs);
        return;
      }
    }
    if (route.timeoutUs > 0) this.#routeTimeoutOf(route.timeoutUs).set(row);
    this.#try(row, route, nowUs);
  }

  /** One try: an endpoint of the chosen cluster, as this worker knows it now. */
  #try(row: number, route: ResolvedRoute, nowUs: number): void {
    const rows = this.#rows;
    const caller = rows.caller[row]!;
    const worker = rows.worker[row]!;
    const first = rows.attempts[row] === 0;
    const endpoints = this.#world.proxies.clusters[worker]!.endpoints(rows.cluster[row]!);
    const pod =
      endpoints === undefined || endpoints.pods.length === 0
        ? -1
        : this.#pick(row, route, caller, worker, endpoints, nowUs);
    if (endpoints !== undefined) this.#probe.picked?.(row, endpoints, pod, nowUs);
    if (pod < 0) {
      // A cluster that is gone when a retry looks for it is told as one without hosts.
      if (endpoints === undefined && first)
        this.#replyLocally(row, route.unknownClusterStatus, responseFlag.NC, nowUs);
      else this.#replyLocally(row, 503, responseFlag.UH, nowUs);
      return;
    }
    rows.pod[row] = pod;
    if (rows.key[row]! < 0 || route.keysByPod) rows.key[row] = this.#world.keyOfPod(route.service, pod);
    if (first) {
      this.#chosen(row, nowUs);
      for (const mirror of route.mirrors) {
        // By the stream's own value, as the split; a million parts keep the two apart.
        if (moduloTotal(rows.high[row]!, rows.low[row]!, 1_000_000) < mirror.numerator) {
          this.#mirror(row, mirror.cluster, mirror.service, route.timeoutUs, nowUs);
        }
      }
    } else {
      this.#probe.retried(row, nowUs);
    }
    rows.attempts[row]! += 1;
    if (endpoints!.settings.managed) {
      this.#queue(row, this.#world.upstreams.of(caller, endpoints!, nowUs), worker, pod);
    } else {
      rows.upstream[row] = -1;
      this.#send(row, route, nowUs);
    }
  }

  /** A connection of this worker to the pod, now or when its turn comes; the pool answers through `poolEffects`. */
  #queue(row: number, upstream: Upstream, worker: number, pod: number): void {
    const rows = this.#rows;
    const pool = upstream.pool(worker, pod);
    rows.upstream[row] = upstream.row;
    if (pool === undefined) {
      this.#go(row);
    } else {
      rows.stage[row] = stage.waiting;
      pool.newStream(row);
    }
  }

  readonly poolEffects: ConnectionPoolEffects = {
    attach: (row, connection) => {
      this.#rows.connection[row] = connection;
      this.#go(row);
    },
    overflow: (row) => {
      if (this.#rows.abandoned[row] === mirrored) this.#rows.close(row);
      else this.#overflow(row);
    },
    fail: (row) => {
      const rows = this.#rows;
      rows.status[row] = 503;
      rows.reset[row] = this.#connectFailure;
      if (rows.abandoned[row] === mirrored) {
        this.#record(row, this.#simulation.nowUs);
        rows.close(row);
      } else {
        this.#tryEnded(row, this.#simulation.nowUs);
      }
    },
    openConnection: (connection) => {
      const { nowUs } = this.#simulation;
      const takesUs = this.#handshake();
      const { connectUs } = this.#world.pools.timeoutsOf(connection);
      if (takesUs <= connectUs) this.#simulation.schedule(nowUs + takesUs, this.#connected, connection);
      else this.#simulation.schedule(nowUs + connectUs, this.#connectTimedOut, connection);
    },
    closeConnection: () => {},
    connectionIdle: (connection) => {
      const { connections } = this.#world;
      connections.idleSinceUs[connection] = this.#simulation.nowUs;
      if (connections.idleDueUs[connection]! < 0) this.#setIdleTimer(connection);
    },
  };

  /** The connection stands, or the pod's host takes none. */
  #onConnected(connection: number, nowUs: number): void {
    const { pools, stations, proxyOfPod } = this.#world;
    const pod = pools.podOf(connection);
    const refusal = stations.refuses(pod, nowUs);
    const fails = refusal === 'unreachable' || (refusal === 'refuse' && proxyOfPod[pod]! < 0);
    if (fails) this.#connectFailed(connection, resetReason.connectFailure);
    else pools.of(connection).connected(connection);
  }

  /** All that wait for a connection of this pool are told the same. */
  #connectFailed(connection: number, why: number): void {
    this.#connectFailure = why;
    this.#world.pools.of(connection).connectFailed(connection);
  }

  #setIdleTimer(connection: number): void {
    const { connections, pools } = this.#world;
    const dueUs = connections.idleSinceUs[connection]! + pools.timeoutsOf(connection).idleUs;
    if (dueUs === Infinity) return;
    connections.idleDueUs[connection] = dueUs;
    this.#simulation.schedule(dueUs, this.#idle, connection);
  }

  /** A connection has one timer at most, and it is set anew where the connection was used meanwhile. */
  #onIdle(connection: number, nowUs: number): void {
    const { connections, pools } = this.#world;
    // The timer of an earlier connection in this row.
    if (connections.idleDueUs[connection] !== nowUs) return;
    connections.idleDueUs[connection] = -1;
    if (connections.state[connection] !== connectionState.ready || connections.active[connection]! > 0)
      return;
    const { idleUs } = pools.timeoutsOf(connection);
    if (connections.idleSinceUs[connection]! + idleUs > nowUs) this.#setIdleTimer(connection);
    else pools.of(connection).idleTimeout(connection, connections.uses[connection]!);
  }

  #go(row: number): void {
    const nowUs = this.#simulation.nowUs;
    if (this.#rows.abandoned[row] === mirrored) this.#sendCopy(row, nowUs);
    else this.#send(row, this.#routeOf(row), nowUs);
  }

  /** A circuit breaker is open: 503 at once, and never tried again. */
  #overflow(row: number): void {
    this.#probe.tryEnded?.(row, 'refused', 0, this.#simulation.nowUs);
    this.#replyLocally(row, 503, responseFlag.UO, this.#simulation.nowUs);
  }

  /** A retry asks the balancer again while it names an endpoint that was tried before; its last word stands. */
  #pick(
    row: number,
    route: ResolvedRoute,
    caller: number,
    worker: number,
    endpoints: ClusterEndpoints,
    nowUs: number,
  ): number {
    const hash = route.hashesSource ? this.#addressHash(row) : route.hash;
    let pod = this.#ask(caller, worker, endpoints, hash, 0, nowUs);
    if (this.#rows.attempts[row] === 0 || route.retry?.avoidsTried !== true) return pod;
    const tried = this.#tried.get(row)!;
    for (let asked = 1; asked <= route.retry.hostAttempts && tried.includes(pod); asked++) {
      pod = this.#ask(caller, worker, endpoints, hash, asked, nowUs);
    }
    return pod;
  }

  #ask(
    caller: number,
    worker: number,
    endpoints: ClusterEndpoints,
    hash: Hash64 | undefined,
    asked: number,
    nowUs: number,
  ): number {
    return endpoints.settings.managed
      ? this.#world.upstreams.of(caller, endpoints, nowUs).pick(worker, endpoints.pods, hash, asked, nowUs)
      : this.#world.proxies.pick(caller, worker, endpoints.settings.cluster, endpoints.pods);
  }

  /** Hash of the address that the caller's proxy sees: of the pod beside it, or of the visitor at the gateway. */
  #addressHash(row: number): Hash64 {
    const rows = this.#rows;
    const caller = rows.caller[row]!;
    const name =
      caller === this.#world.gateway
        ? `${rows.source[row]!}/${rows.client[row]!}`
        : this.#world.proxies.places[caller]!.pod;
    let hash = this.#addressHashes.get(name);
    if (hash === undefined) this.#addressHashes.set(name, (hash = hashOf(name)));
    return hash;
  }

  /** The try leaves; where it may outlive the proxy's patience with it, it gets a row of its own. */
  #send(row: number, route: ResolvedRoute, nowUs: number): void {
    const rows = this.#rows;
    rows.stage[row] = stage.upstream;
    rows.reset[row] = resetReason.none;
    this.#world.proxies.opened(rows.caller[row]!, rows.pod[row]!);
    let sent = row;
    const perTryUs = route.retry?.perTryTimeoutUs ?? 0;
    if (perTryUs > 0) {
      sent = this.#copy(row, nowUs);
      rows.stream[sent] = row;
      rows.attempt[row] = sent;
      this.#perTryTimeoutOf(perTryUs).set(sent);
    } else {
      rows.step[row] = 0;
    }
    this.#probe.sent?.(row, sent, nowUs);
    this.#simulation.schedule(nowUs + this.#hop(), this.#arrive, sent);
  }

  /** A row for what goes to a pod on behalf of `row`: it knows where it belongs, and nothing of the caller's wait. */
  #copy(row: number, nowUs: number): number {
    const rows = this.#rows;
    const copy = rows.open();
    rows.parent[copy] = -1;
    rows.root[copy] = rows.root[row]!;
    rows.rootGeneration[copy] = rows.rootGeneration[row]!;
    rows.requestClass[copy] = rows.requestClass[row]!;
    rows.caller[copy] = rows.caller[row]!;
    rows.service[copy] = rows.service[row]!;
    rows.key[copy] = rows.key[row]!;
    rows.pod[copy] = rows.pod[row]!;
    rows.startedUs[copy] = nowUs;
    return copy;
  }

  /**
   * A copy that nobody waits for: its endpoint is the target cluster's own choice, its answer is dropped (but the judge of
   * outliers sees it), and what it causes belongs to no page. The route's timeout is its own, too.
   */
  #mirror(row: number, cluster: number, service: string, timeoutUs: number, nowUs: number): void {
    const rows = this.#rows;
    const { proxies } = this.#world;
    const caller = rows.caller[row]!;
    const worker = rows.worker[row]!;
    const endpoints = proxies.clusters[worker]!.endpoints(cluster);
    if (endpoints === undefined || endpoints.pods.length === 0) return;
    const pod = this.#ask(caller, worker, endpoints, undefined, 0, nowUs);
    if (pod < 0) return;
    const copy = this.#copy(row, nowUs);
    rows.root[copy] = copy;
    rows.rootGeneration[copy] = rows.generation[copy]!;
    rows.abandoned[copy] = mirrored;
    rows.service[copy] = this.#world.serviceRow(service);
    rows.pod[copy] = pod;
    rows.key[copy] = this.#world.keyOfPod(service, pod);
    rows.worker[copy] = worker;
    if (timeoutUs > 0) this.#mirrorTimeoutOf(timeoutUs).set(copy);
    this.#probe.mirrored(copy, nowUs);
    this.#probe.sent?.(row, copy, nowUs);
    if (endpoints.settings.managed)
      this.#queue(copy, this.#world.upstreams.of(caller, endpoints, nowUs), worker, pod);
    else this.#sendCopy(copy, nowUs);
  }

  #sendCopy(copy: number, nowUs: number): void {
    this.#rows.stage[copy] = stage.upstream;
    this.#world.proxies.opened(this.#rows.caller[copy]!, this.#rows.pod[copy]!);
    this.#simulation.schedule(nowUs + this.#hop(), this.#arrive, copy);
  }

  /** No sidecar, no rule: kube-proxy gives a new connection any endpoint of the Service, and a kept one stays there. */
  #routeWithoutProxy(row: number, kept: Connections | undefined, client: number, nowUs: number): void {
    const rows = this.#rows;
    const { authority } = this.#world.classes.heads[rows.requestClass[row]!]!;
    const service = authority.split(':')[0]!.split('.')[0]!;
    rows.service[row] = this.#world.serviceRow(service);
    rows.route[row] = -1;
    rows.stage[row] = stage.upstream;
    const pods = this.#world.kubeProxyPods(service);
    if (pods.length === 0) {
      // Connection refused, which the application takes for an answer of 503; a flag is a proxy's word.
      this.#replyLocally(row, 503, 0, nowUs);
    } else {
      const was = kept === undefined ? -1 : kept.held(client, nowUs);
      const held = was >= 0 && this.#world.stations.door[was] === doorState.closed ? -1 : was;
      const pod = held >= 0 ? held : pods[this.#world.kubeProxy.below(pods.length)]!;
      if (held < 0) kept?.open(client, pod, nowUs);
      rows.key[row] = this.#world.keyOfPod(service, pod);
      rows.pod[row] = pod;
      rows.attempts[row] = 1;
      this.#chosen(row, nowUs);
      this.#probe.sent?.(row, row, nowUs);
      this.#simulation.schedule(nowUs + this.#hop(), this.#arrive, row);
    }
  }

  /** The proxy answers by itself; the request reaches no pod, or no further one. */
  #replyLocally(row: number, status: number, flag: number, nowUs: number): void {
    const rows = this.#rows;
    this.#endRetry(row);
    rows.status[row] = status;
    rows.flags[row]! |= flag;
    rows.stage[row] = stage.local;
    if (rows.attempts[row] === 0) this.#chosen(row, nowUs);
    this.#simulation.schedule(nowUs + this.#world.localReplyUs, this.#answered, row);
  }

  #chosen(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.service[row] === this.#world.focusRow && this.#rootLives(row)) {
      const root = rows.root[row]!;
      rows.focusVariant[root] = rows.variant[row]!;
      rows.focusConfigured[root] = rows.configuredVariant[row]!;
      rows.focusSnapshot[root] = rows.snapshot[row]!;
      rows.focusFlags[root] = rows.flags[row]!;
    }
    this.#probe.chosen(row, nowUs);
  }

  #onArrive(row: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    const proxy = this.#world.proxyOfPod[pod]!;
    this.#probe.arrived?.(row, nowUs);
    const refusal = this.#world.stations.refuses(pod, nowUs);
    if (refusal !== undefined) {
      this.#turnAway(row, proxy >= 0 && refusal === 'refuse', nowUs);
    } else {
      if (proxy >= 0) {
        this.#world.proxyWorks(proxy);
        this.#world.proxies.openInboundStream(proxy);
      }
      const entry = this.#world.stations.enter(pod, row, nowUs);
      if (entry === 'begins') {
        this.#begin(row, nowUs);
      } else if (entry === 'waits') {
        this.#rows.where[row] = inPod.waits;
      } else {
        // Its queue is full: the application itself says 503.
        this.#answer(row, 503, nowUs);
      }
    }
  }

  /** The application takes no connection: its sidecar says so with a 503; without one the caller sees it itself. */
  #turnAway(row: number, bySidecar: boolean, nowUs: number): void {
    this.#rows.status[row] = 503;
    if (bySidecar) this.#probe.replied(row, nowUs);
    else this.#rows.reset[row] = resetReason.connectFailure;
    this.#simulation.schedule(nowUs + this.#hop(), this.#answered, row);
  }

  #begin(row: number, nowUs: number): void {
    this.#probe.begun?.(row, nowUs);
    const pod = this.#rows.pod[row]!;
    this.#rows.where[row] = inPod.served;
    this.#world.stations.countedUs[pod]! += this.#world.stations.behaviours[pod]!.cpuUs;
    const failure = this.#world.stations.failure(pod, nowUs);
    if (failure === undefined) {
      this.#proceed(row, nowUs);
    } else {
      // Broken off in the middle: again the sidecar makes a 503 of it, and without one the caller sees the break.
      const broken = failure.by === 'reset' && this.#world.proxyOfPod[pod]! < 0;
      if (broken) this.#rows.reset[row] = resetReason.connectionTermination;
      this.#reply(row, failure.by === 'reset' ? 503 : failure.status, nowUs);
    }
  }

  /** Do the next step of the script, or answer if it was the last. */
  #proceed(row: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    const place = this.#rows.step[row]!;
    const step = this.#world.stations.behaviours[pod]!.script[place];
    if (step === undefined) {
      this.#reply(row, 200, nowUs);
    } else if (step.kind === 'call') {
      this.#rows.tries[row] = 1;
      this.#openCall(row, step, nowUs);
    } else if (step.kind === 'cpu') {
      const { stations } = this.#world;
      stations.compute(pod, row, stations.stepUs(pod, place), nowUs);
    } else {
      const dueUs = Math.round(nowUs + this.#world.stations.stepUs(pod, place));
      this.#rows.workDueUs[row] = dueUs;
      this.#simulation.schedule(dueUs, this.#worked, row);
    }
  }

  #onWorked(row: number, nowUs: number): void {
    // A pod that died has given its rows to others; this is not the step that they wait for.
    if (this.#rows.workDueUs[row] === nowUs) this.stepDone(row, nowUs);
  }

  /** The present step of the script is done. */
  stepDone(row: number, nowUs: number): void {
    this.#rows.workDueUs[row] = -1;
    this.#rows.step[row]! += 1;
    this.#proceed(row, nowUs);
  }

  #reply(row: number, status: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    this.#rows.where[row] = inPod.no;
    this.#answer(row, status, nowUs);
    const next = this.#world.stations.leave(pod, row, nowUs);
    if (next >= 0) this.#begin(next, nowUs);
  }

  #answer(row: number, status: number, nowUs: number): void {
    this.#rows.status[row] = status;
    this.#probe.replied(row, nowUs);
    this.#simulation.schedule(nowUs + this.#hop(), this.#answered, row);
  }

  /**
   * The application of a pod has died with all that it had in hand. Their callers see the connection break (its sidecar,
   * if it lives on, makes a 503 of it), and nobody waits any more for what it had asked of others.
   */
  podDied(pod: number, sidecarLives: boolean, nowUs: number): void {
    const rows = this.#rows;
    const dying: number[] = [];
    for (let row = 0; row < rows.capacity; row++) {
      if (rows.where[row] !== inPod.no && rows.pod[row] === pod) dying.push(row);
    }
    const gone = new Set(dying);
    for (let row = 0; row < rows.capacity; row++) {
      if (gone.has(rows.parent[row]!)) this.#orphan(row, nowUs);
    }
    this.#world.stations.empty(pod, nowUs);
    for (const row of dying) {
      const passedOver = rows.where[row] === inPod.passedOver;
      rows.where[row] = inPod.no;
      rows.workDueUs[row] = -1;
      if (passedOver || rows.abandoned[row] === 1) {
        rows.close(row);
      } else if (sidecarLives) {
        this.#answer(row, 503, nowUs);
      } else {
        rows.status[row] = 503;
        rows.reset[row] = resetReason.connectionTermination;
        this.#simulation.schedule(nowUs + this.#hop(), this.#answered, row);
      }
    }
  }

  /** Who asked has died. */
  #orphan(row: number, nowUs: number): void {
    const comesBack = this.#leaveBehind(row, 0, responseFlag.DC, nowUs);
    this.#rows.parent[row] = -1;
    if (!comesBack) this.#rows.close(row);
  }

  /** An answer is back at the caller's proxy. */
  #onAnswered(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) {
      if (rows.abandoned[row] === mirrored) {
        if (rows.upstream[row]! >= 0) this.#record(row, nowUs);
        this.#release(row, rows.reset[row] === resetReason.none);
      }
      rows.close(row);
      return;
    }
    const stream = rows.stream[row]!;
    if (stream >= 0) {
      rows.status[stream] = rows.status[row]!;
      rows.reset[stream] = rows.reset[row]!;
      rows.attempt[stream] = -1;
      rows.close(row);
      this.#tryEnded(stream, nowUs);
    } else if (rows.stage[row] === stage.local) {
      this.#finish(row, nowUs);
    } else {
      this.#tryEnded(row, nowUs);
    }
  }

  /** The proxy waited long enough for this try: it goes on without it, and may try again. */
  #onPerTryTimeout(attempt: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[attempt] !== 0) return;
    const row = rows.stream[attempt]!;
    rows.abandoned[attempt] = 1;
    rows.stream[attempt] = -1;
    this.#passOver(attempt, nowUs);
    rows.attempt[row] = -1;
    rows.status[row] = 504;
    rows.reset[row] = resetReason.perTryTimeout;
    this.#tryEnded(row, nowUs);
  }

  #tryEnded(row: number, nowUs: number): void {
    const rows = this.#rows;
    const caller = rows.caller[row]!;
    if (caller >= 0) {
      const upstream = rows.upstream[row]!;
      if (rows.stage[row] === stage.upstream) {
        this.#release(row, rows.reset[row] === resetReason.none);
      }
      if (upstream >= 0) this.#record(row, nowUs);
      this.#endRetry(row);
      const answered = rows.reset[row] === resetReason.none;
      if ((!answered || rows.status[row] !== 200) && this.#triesAgain(row, nowUs)) return;
      if (answered && rows.status[row] === 200) this.#probe.tryEnded?.(row, 'done', 0, nowUs);
      if (!answered) rows.flags[row]! |= flagOfReset(rows.reset[row]!);
    } else {
      this.#probe.tryEnded?.(row, 'done', 0, nowUs);
    }
    this.#finish(row, nowUs);
  }

  /** How a try ended, to the judge of outliers. */
  #record(row: number, nowUs: number): void {
    const { rows, upstreams } = this.#world;
    const upstream = upstreams.all[rows.upstream[row]!]!;
    upstreams.record(upstream, rows.pod[row]!, rows.status[row]!, rows.reset[row]!, nowUs);
  }

  /** The try holds its endpoint and its connection no longer; one that broke off takes an HTTP/1 connection with it. */
  #release(row: number, answered: boolean): void {
    const rows = this.#rows;
    this.#world.proxies.ended(rows.caller[row]!, rows.pod[row]!);
    const connection = rows.connection[row]!;
    if (connection < 0) return;
    rows.connection[row] = -1;
    const pool = this.#world.pools.of(connection);
    const shared =
      this.#world.upstreams.all[rows.upstream[row]!]!.settings.cluster.http2_protocol_options !== undefined;
    if (answered || shared) pool.streamEnded(connection);
    else pool.connectionClosed(connection);
  }

  /** A retry counts until its own outcome is known, in the breaker that let it pass, though its cluster be replaced meanwhile. */
  #endRetry(row: number): void {
    const rows = this.#rows;
    const counted = rows.retrying[row]!;
    if (counted < 0) return;
    rows.retrying[row] = -1;
    this.#world.upstreams.all[counted]!.breaker.retries -= 1;
  }

  /** What the retry policy makes of a failed try: back-off and another, or the end. */
  #triesAgain(row: number, nowUs: number): boolean {
    const rows = this.#rows;
    const { retry } = this.#routeOf(row);
    if (retry === undefined || !retriable(retry, rows.status[row]!, rows.reset[row]!)) {
      this.#probe.tryEnded?.(row, 'done', 0, nowUs);
      return false;
    }
    const made = rows.attempts[row]! - 1;
    if (made >= retry.retries) {
      rows.flags[row]! |= responseFlag.URX;
      this.#probe.tryEnded?.(row, 'limit', 0, nowUs);
      return false;
    }
    const upstream = rows.upstream[row]!;
    if (upstream >= 0) {
      const { breaker } = this.#world.upstreams.all[upstream]!;
      if (!breaker.mayRetry()) {
        breaker.retryOverflows += 1;
        rows.flags[row]! |= responseFlag.UO;
        this.#probe.tryEnded?.(row, 'overflow', 0, nowUs);
        return false;
      }
      breaker.retries += 1;
      this.#world.upstreams.all[upstream]!.retries += 1;
      rows.retrying[row] = upstream;
    }
    if (retry.avoidsTried) {
      // A list may be left from an earlier life of the row.
      if (made === 0) this.#tried.set(row, [rows.pod[row]!]);
      else this.#tried.get(row)!.push(rows.pod[row]!);
    }
    rows.stage[row] = stage.backOff;
    const waitUs = this.#world.proxies.backOffUs(rows.caller[row]!, made, retry);
    this.#probe.tryEnded?.(row, 'retry', waitUs, nowUs);
    this.#simulation.schedule(nowUs + waitUs, this.#backedOff, row);
    return true;
  }

  #onBackedOff(row: number, nowUs: number): void {
    if (this.#rows.abandoned[row] !== 0) this.#rows.close(row);
    else this.#try(row, this.#routeOf(row), nowUs);
  }

  /** The answer goes on to the application that asked, or to the visitor. */
  #finish(row: number, nowUs: number): void {
    const rows = this.#rows;
    const parent = rows.parent[row]!;
    const ok = rows.status[row] === 200;
    this.#probe.answered(row, nowUs);
    if (parent < 0) {
      // A client inside the mesh asks for the focus itself.
      if (ok && rows.service[row] === this.#world.focusRow) rows.shownKey[row] = rows.key[row]!;
      this.#pageOver(row, nowUs);
      rows.close(row);
    } else {
      this.#noteOnPage(row, ok);
      rows.close(row);
      this.#callEnded(parent, ok, nowUs);
    }
  }

  /**
   * Somebody has waited long enough: the proxy, by the route's timeout (504, UT), or the application itself (DC). What
   * the pod still does is for nothing.
   */
  #giveUp(row: number, status: number, flag: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) return;
    const parent = rows.parent[row]!;
    const comesBack = this.#leaveBehind(row, status, flag, nowUs);
    if (parent < 0) {
      this.#pageOver(row, nowUs);
    } else {
      rows.parent[row] = -1;
      this.#noteOnPage(row, false);
      this.#callEnded(parent, false, nowUs);
    }
    if (!comesBack) rows.close(row);
  }

  #pageOver(row: number, nowUs: number): void {
    this.#rows.leavesUs[row] = -1;
    this.pagesOpen -= 1;
    this.#pageDone(row, nowUs);
  }

  /** True if something on its way still refers to the row. */
  #leaveBehind(row: number, status: number, flag: number, nowUs: number): boolean {
    const rows = this.#rows;
    rows.status[row] = status;
    rows.flags[row]! |= flag;
    const comesBack = this.#letGo(row, status !== 0);
    this.#probe.answered(row, nowUs);
    rows.abandoned[row] = 1;
    this.#passOver(row, nowUs);
    return comesBack;
  }

  /** Where the application notices that the caller has left, a request that waits goes from the line, and its row with it. */
  #passOver(row: number, nowUs: number): void {
    if (this.#rows.where[row] !== inPod.waits) return;
    const pod = this.#rows.pod[row]!;
    const { stations } = this.#world;
    if (stations.behaviours[pod]!.drops === true) stations.leaveQueue(pod, row, nowUs);
  }

  /** Nobody waits for a mirrored copy, but its connection is free again. */
  #onMirrorTimeout(copy: number): void {
    const rows = this.#rows;
    if (rows.abandoned[copy] !== mirrored) return;
    const comesBack = this.#letGo(copy, true);
    rows.abandoned[copy] = 1;
    if (!comesBack) rows.close(copy);
  }

  /** Ends what is under way for a request; true if something on its way still refers to its row. */
  #letGo(row: number, timedOut: boolean): boolean {
    const rows = this.#rows;
    const upstream = rows.upstream[row]!;
    this.#endRetry(row);
    if (upstream >= 0) {
      if (rows.stage[row] === stage.waiting) {
        const pool = this.#world.upstreams.all[upstream]!.pool(rows.worker[row]!, rows.pod[row]!)!;
        pool.cancelPending(row);
        return false;
      }
      if (rows.stage[row] === stage.upstream && timedOut) {
        const { upstreams } = this.#world;
        upstreams.record(
          upstreams.all[upstream]!,
          rows.pod[row]!,
          0,
          resetReason.perTryTimeout,
          this.#simulation.nowUs,
        );
      }
    }
    if (rows.stage[row] !== stage.upstream) return true;
    if (rows.caller[row]! >= 0) this.#release(row, false);
    const attempt = rows.attempt[row]!;
    if (attempt < 0) return true;
    rows.abandoned[attempt] = 1;
    rows.stream[attempt] = -1;
    this.#passOver(attempt, this.#simulation.nowUs);
    return false;
  }

  /** What this answer means for the page: which version it shows, or that a part is missing (a later try may bring it). */
  #noteOnPage(row: number, ok: boolean): void {
    if (!this.#rootLives(row)) return;
    const rows = this.#rows;
    const root = rows.root[row]!;
    const service = rows.service[row]!;
    if (service < 0) return;
    if (ok) rows.missing[root]! &= ~(1 << service);
    else rows.missing[root]! |= 1 << service;
    if (service === this.#world.focusRow) rows.shownKey[root] = ok ? rows.key[row]! : -1;
  }

  /** A page may be over, timed out, while work that it caused still runs. */
  #rootLives(row: number): boolean {
    const rows = this.#rows;
    return rows.generation[rows.root[row]!] === rows.rootGeneration[row];
  }

  #callEnded(parent: number, ok: boolean, nowUs: number): void {
    const rows = this.#rows;
    const script = this.#world.stations.behaviours[rows.pod[parent]!]!.script;
    const step = script[rows.step[parent]!] as CallStep;
    if (!ok && rows.tries[parent]! < step.tries) {
      rows.tries[parent]! += 1;
      this.#openCall(parent, step, nowUs);
    } else if (!ok && step.onFailure === 'fail') {
      this.#reply(parent, step.failureStatus, nowUs);
    } else {
      rows.step[parent]! += 1;
      this.#proceed(parent, nowUs);
    }
  }

  /** Connections that the pods keep for this call; undefined: a new one per call. */
  #keptBy(step: CallStep): Connections | undefined {
    if (step.keepAlive === undefined) return undefined;
    let kept = this.#kept.get(step);
    if (kept === undefined) this.#kept.set(step, (kept = new Connections(step.keepAlive.maxAgeUs)));
    return kept;
  }

  #patienceOf(delayUs: number): TimerLane {
    return this.#lane(this.#patience, 'application waits', delayUs, (row, nowUs) =>
      this.#giveUp(row, 0, responseFlag.DC, nowUs),
    );
  }

  #routeTimeoutOf(delayUs: number): TimerLane {
    return this.#lane(this.#routeTimeouts, 'route timeout', delayUs, (row, nowUs) =>
      this.#giveUp(row, 504, responseFlag.UT, nowUs),
    );
  }

  #perTryTimeoutOf(delayUs: number): TimerLane {
    return this.#lane(this.#perTryTimeouts, 'per-try timeout', delayUs, (attempt, nowUs) =>
      this.#onPerTryTimeout(attempt, nowUs),
    );
  }

  #mirrorTimeoutOf(delayUs: number): TimerLane {
    return this.#lane(this.#mirrorTimeouts, 'mirror timeout', delayUs, (copy) => this.#onMirrorTimeout(copy));
  }

  #routeOf(row: number): ResolvedRoute {
    return this.#world.tables.routes[this.#rows.route[row]!]!;
  }

  #lane(
    lanes: Map<number, TimerLane>,
    name: string,
    delayUs: number,
    onDue: (row: number, nowUs: number) => void,
  ): TimerLane {
    let lane = lanes.get(delayUs);
    if (lane === undefined) {
      lane = new TimerLane(
        this.#simulation,
        `${name} ${delayUs} us`,
        delayUs,
        (row) => this.#rows.generation[row]!,
        onDue,
      );
      lanes.set(delayUs, lane);
    }
    return lane;
  }

  /** What the callee's proxies will see: the call's own head with the headers that the application passes on. */
  #classOfCall(parentClass: number, step: CallStep): number {
    let site = this.#callSites.indexOf(step);
    if (site < 0) site = this.#callSites.push(step) - 1;
    const known = (this.#childClass[parentClass] ??= [])[site];
    if (known !== undefined) return known;
    const { headers } = this.#world.classes.heads[parentClass]!;
    const passed = Object.entries(headers).filter(([name]) => step.forwards.includes(name));
    const head: RequestHead = {
      method: step.method,
      path: step.path,
      authority: `${step.host}:${step.port}`,
      headers: Object.fromEntries(passed),
    };
    return (this.#childClass[parentClass]![site] = this.#world.classes.of(head, step.port));
  }
}
