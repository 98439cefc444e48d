import type { Simulation } from '../../kernel/simulation.ts';
import type { Connect } from './connect.ts';
import type { Connections } from '../app/connections.ts';
import { doorState } from '../app/stations.ts';
import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import type { FaultRule } from '../envoy/fault.ts';
import { withOutcome } from '../envoy/response-outcome.ts';
import { intervalOf, moduloTotal } from '../envoy/weighted-cluster.ts';
import type { Probe } from '../telemetry/probe.ts';
import { noEntry } from './enter.ts';
import type { LocalReply } from './local-reply.ts';
import type { Page } from './page.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import type { Send } from './send.ts';
import { SentClasses } from './sent-class.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';
import type { TimerLanes } from '../../kernel/timer-lanes.ts';
import type { Try } from './try.ts';

/**
 * Where a request goes: its caller's proxy decides, from the configuration that the worker holds at this instant, and the
 * decision is never taken again. Without a sidecar there is no rule, and kube-proxy gives a connection some endpoint.
 *
 *   begin -> worker -> route, draw, subset -> [held by a fault] -> answered by a fault, or on to the first try
 */
export class Route {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #probe: Probe;
  readonly #delayed: number;
  readonly #timeouts: TimerLanes;
  readonly #page: Page;
  readonly #try: Try;
  readonly #connect: Connect;
  readonly #send: Send;
  readonly #reply: LocalReply;
  readonly #sent: SentClasses;

  /** @param timeouts of routes, over all tries of a request. */
  constructor(
    around: Surroundings,
    probe: Probe,
    events: RequestEvents,
    timeouts: TimerLanes,
    page: Page,
    attempts: Try,
    connect: Connect,
    send: Send,
    reply: LocalReply,
  ) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#probe = probe;
    this.#delayed = events.delayed;
    this.#timeouts = timeouts;
    this.#page = page;
    this.#try = attempts;
    this.#connect = connect;
    this.#send = send;
    this.#reply = reply;
    this.#sent = new SentClasses(around.classes);
  }

  /** `kept`: the connections that this caller keeps, and which of them is its own; undefined: it opens a new one. */
  begin(row: number, kept: Connections | undefined, client: number, nowUs: number): void {
    const caller = this.#rows.caller[row]!;
    if (caller < 0) this.#withoutProxy(row, kept, client, nowUs);
    else this.#byProxy(row, caller, kept, client, nowUs);
  }

  #byProxy(row: number, caller: number, kept: Connections | undefined, client: number, nowUs: number): void {
    const worker = this.#workerOf(caller, kept, client, nowUs);
    const rows = this.#rows;
    const { proxies } = this.#around;
    this.#around.proxyWorks(caller);
    const routes = proxies.routes[worker]!;
    const requestClass = rows.requestClass[row]!;
    const route = routes.resolve(requestClass);
    rows.route[row] = route.row;
    rows.variant[row] = route.variant;
    const configured = proxies.configured[caller]!;
    rows.configuredVariant[row] =
      configured === routes ? route.variant : configured.resolve(requestClass).variant;
    rows.snapshot[row] = routes.snapshot;
    rows.service[row] = route.serviceRow;
    rows.worker[row] = worker;
    proxies.openStream(caller);
    rows.high[row] = proxies.high;
    rows.low[row] = proxies.low;
    if (route.isTcp && kept !== undefined) {
      const pod = kept.podOf(client);
      if (pod >= 0 && this.#around.stations.door(pod) === doorState.closed) kept.close(client);
      else if (pod >= 0) {
        this.#resume(row, route, pod, kept.keyOf(client, rows.service[row]!), nowUs);
        return;
      }
    }
    if (route.localStatus !== 0) {
      this.#probe.routed?.(row, nowUs);
      if (route.localStatus === 404) this.#reply.fail(row, 'no-route', nowUs);
      else this.#reply.answer(row, route.localStatus, nowUs);
      return;
    }
    if (route.passes) {
      this.#passOn(row, route, nowUs);
      return;
    }
    const choice =
      route.total === 0
        ? 0
        : intervalOf(route.cumulative, moduloTotal(proxies.high | 0, proxies.low | 0, route.total));
    rows.key[row] = route.keys[choice]!;
    rows.cluster[row] = route.clusters[choice]!;
    this.#probe.routed?.(row, nowUs);
    if (route.changesRequests) rows.sentClass[row] = this.#sent.of(requestClass, route, choice);
    if (route.fault !== undefined && this.#holds(row, route.fault, nowUs)) return;
    this.#forward(row, route, nowUs);
    const pod = rows.pod[row]!;
    if (route.isTcp && !(pod >= 0 && this.#around.stations.isSilent(pod)))
      kept?.setPod(client, pod, rows.service[row]!, rows.key[row]!, route.idleUs);
  }

  /** The visitor's connection has come to no gateway: nobody took it, or nobody answers. */
  outside(row: number, nowUs: number): void {
    const rows = this.#rows;
    const isInVain = rows.caller[row] === noEntry.inVain;
    rows.caller[row] = -1;
    rows.service[row] = -1;
    rows.route[row] = -1;
    rows.stage[row] = stage.upstream;
    if (isInVain) this.#connect.waitInVain(row, kernelConnectUs);
    else this.#reply.answer(row, 503, nowUs);
  }

  /** The worker thread on which the caller's connection lands, or has landed. */
  #workerOf(caller: number, kept: Connections | undefined, client: number, nowUs: number): number {
    if (kept === undefined) return this.#around.proxies.worker(caller);
    const held = kept.held(client, nowUs);
    if (held >= 0) return held;
    const worker = this.#around.proxies.worker(caller);
    kept.open(client, worker, nowUs);
    return worker;
  }

  /** What comes over a TCP connection that stands goes where the connection goes, whatever the rules say by now. */
  #resume(row: number, route: ResolvedRoute, pod: number, key: number, nowUs: number): void {
    const rows = this.#rows;
    rows.key[row] = key >= 0 ? key : this.#around.keyOfPod(rows.service[row]!, pod);
    rows.pod[row] = pod;
    rows.attempts[row] = 1;
    this.#probe.routed?.(row, nowUs);
    this.#page.chosen(row, nowUs);
    this.#send.attempt(row, route, nowUs);
  }

  /** True if a fault holds the request; what it will be answered with then, or 0 to go on, is its status so far. */
  #holds(row: number, rule: FaultRule, nowUs: number): boolean {
    const rows = this.#rows;
    const fault = this.#around.proxies.fault(rows.caller[row]!, rule);
    this.#probe.faulted?.(row, rule, fault, nowUs);
    rows.status[row] = fault.abortStatus;
    if (fault.delayUs === 0) return false;
    rows.flags[row] = withOutcome(rows.flags[row]!, 'fault-delay');
    rows.stage[row] = stage.delayed;
    this.#simulation.schedule(nowUs + fault.delayUs, this.#delayed, row);
    return true;
  }

  /** The delay is over; if the caller has gone meanwhile, so is the request. */
  onDelayed(row: number, nowUs: number): void {
    const rows = this.#rows;
    // The route is the one that was matched, whatever the proxy has been told since.
    if (rows.abandoned[row] !== 0) rows.close(row);
    else this.#forward(row, this.#around.tables.routes[rows.route[row]!]!, nowUs);
  }

  /** Answered by a fault, or on to the chosen cluster. The route's timeout begins here and spans all tries. */
  #forward(row: number, route: ResolvedRoute, nowUs: number): void {
    const abortStatus = this.#rows.status[row]!;
    if (abortStatus !== 0) {
      this.#reply.failWith(row, 'fault-abort', abortStatus, nowUs);
      return;
    }
    if (route.timeoutUs > 0) this.#timeouts.set(row, route.timeoutUs);
    this.#try.begin(row, route, nowUs);
  }

  /** To the address that was dialled, over a connection of its own: kube-proxy gives it any endpoint, as if there were no sidecar. */
  #passOn(row: number, route: ResolvedRoute, nowUs: number): void {
    const rows = this.#rows;
    const { kubeProxy, stations } = this.#around;
    const address = kubeProxy.routeOf(rows.requestClass[row]!, this.#around.askingPod(row));
    this.#probe.routed?.(row, nowUs);
    if (address.isUnanswered) {
      this.#connect.waitInVain(row, passthroughConnectUs);
      return;
    }
    if (address.pods.length === 0) {
      this.#reply.fail(row, 'connect-failure', nowUs);
      return;
    }
    const pod = kubeProxy.pick(address);
    rows.key[row] = this.#around.keyOfPod(rows.service[row]!, pod);
    rows.pod[row] = pod;
    rows.upstream[row] = -1;
    rows.attempts[row] = 1;
    this.#page.chosen(row, nowUs);
    if (stations.isSilent(pod)) this.#connect.waitInVain(row, passthroughConnectUs);
    else this.#send.attempt(row, route, nowUs);
  }

  /** kube-proxy gives a new connection any endpoint of the Service, and a kept one stays there. */
  #withoutProxy(row: number, kept: Connections | undefined, client: number, nowUs: number): void {
    const rows = this.#rows;
    const { kubeProxy } = this.#around;
    const route = kubeProxy.routeOf(rows.requestClass[row]!, this.#around.askingPod(row));
    rows.service[row] = this.#around.serviceRow(route.service);
    rows.route[row] = -1;
    rows.stage[row] = stage.upstream;
    if (route.isUnanswered) {
      this.#connect.waitInVain(row, kernelConnectUs);
    } else if (route.pods.length === 0) {
      // Connection refused, which the application takes for an answer of 503; a flag is a proxy's word.
      this.#reply.answer(row, 503, nowUs);
    } else {
      const was = kept === undefined ? -1 : kept.held(client, nowUs);
      const held = was >= 0 && this.#around.stations.door(was) === doorState.closed ? -1 : was;
      const pod = held >= 0 ? held : kubeProxy.pick(route);
      const inVain = held < 0 && this.#around.stations.isSilent(pod);
      if (held < 0 && !inVain) kept?.open(client, pod, nowUs);
      rows.key[row] = this.#around.keyOfPod(rows.service[row]!, pod);
      rows.pod[row] = pod;
      rows.attempts[row] = 1;
      this.#page.chosen(row, nowUs);
      if (inVain) this.#connect.waitInVain(row, kernelConnectUs);
      else this.#send.plain(row, nowUs);
    }
  }

  copyFrom(other: Route): void {
    this.#timeouts.copyFrom(other.#timeouts);
  }
}

/** Of the cluster that every proxy has for addresses it does not know: the mesh's connectTimeout (buildDefaultPassthroughCluster). */
const passthroughConnectUs = 10e6;

/** Without a proxy it is the kernel that gives up: 1 + 2 + 4 + ... + 64 s after the first SYN (tcp(7), tcp_syn_retries 6). */
const kernelConnectUs = 127e6;
