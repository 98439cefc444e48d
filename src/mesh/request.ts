import type { Sampler } from '../kernel/distribution.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { TimerLane } from '../kernel/timer-lane.ts';
import type { Step } from './app/app.ts';
import type { ResolvedRoute } from './config-view.ts';
import { responseFlag } from './envoy/response-flag.ts';
import type { RequestHead } from './envoy/route-match.ts';
import { intervalOf, moduloTotal } from './envoy/weighted-cluster.ts';
import type { Probe } from './probe.ts';
import type { RequestColumns } from './request-columns.ts';
import type { World } from './world.ts';

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
  readonly #arrive: number;
  readonly #worked: number;
  readonly #answered: number;
  readonly #delayed: number;
  /** Timers by delay: of applications that wait for an answer, and of routes with a timeout. */
  readonly #patience = new Map<number, TimerLane>();
  readonly #routeTimeouts = new Map<number, TimerLane>();
  /** Routes of the requests that a fault delays: few, and only where a rule asks for it. */
  readonly #delayedRoutes = new Map<number, ResolvedRoute>();
  readonly #childClass: (number | undefined)[][] = [];
  readonly #callSites: CallStep[] = [];
  /** Pages asked for and not complete. */
  pagesOpen = 0;
  #pageDone: (row: number, nowUs: number) => void = () => {};

  constructor(world: World, hop: Sampler, probe: Probe) {
    this.#world = world;
    this.#rows = world.rows;
    this.#simulation = world.simulation;
    this.#probe = probe;
    this.#hop = hop;
    this.#arrive = world.simulation.kind('request arrives', (row, nowUs) => this.#onArrive(row, nowUs));
    this.#worked = world.simulation.kind('work done', (row, nowUs) => this.#onWorked(row, nowUs));
    this.#answered = world.simulation.kind('answer arrives', (row, nowUs) => this.#onAnswered(row, nowUs));
    this.#delayed = world.simulation.kind('fault delay over', (row, nowUs) => this.#onDelayed(row, nowUs));
  }

  /** Who is told when a page is complete, before its row is free again. */
  onPageDone(listener: (row: number, nowUs: number) => void): void {
    this.#pageDone = listener;
  }

  /** A page is asked for at the gateway. */
  openPage(source: number, page: number, requestClass: number, nowUs: number): void {
    const rows = this.#rows;
    const row = rows.open();
    rows.parent[row] = -1;
    rows.root[row] = row;
    rows.rootGeneration[row] = rows.generation[row]!;
    rows.source[row] = source;
    rows.page[row] = page;
    rows.requestClass[row] = requestClass;
    rows.caller[row] = this.#world.gateway;
    rows.startedUs[row] = nowUs;
    this.pagesOpen += 1;
    this.#route(row, nowUs);
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
    this.#route(row, nowUs);
  }

  #route(row: number, nowUs: number): void {
    const caller = this.#rows.caller[row]!;
    if (caller < 0) this.#routeWithoutProxy(row, nowUs);
    else this.#routeByProxy(row, caller, nowUs);
  }

  /** The proxy's decision, from the configuration that the worker holds at this instant. It is never taken again. */
  #routeByProxy(row: number, caller: number, nowUs: number): void {
    const rows = this.#rows;
    const { proxies } = this.#world;
    const worker = proxies.worker(caller);
    const routes = proxies.routes[worker]!;
    const requestClass = rows.requestClass[row]!;
    const route = routes.resolve(requestClass);
    rows.variant[row] = route.variant;
    rows.configuredVariant[row] = proxies.configured[caller]!.resolve(requestClass).variant;
    rows.snapshot[row] = routes.snapshot;
    rows.service[row] = route.serviceRow;
    proxies.openStream(caller);
    if (route.localStatus !== 0) {
      this.#replyLocally(row, route.localStatus, route.localStatus === 404 ? responseFlag.NR : 0, nowUs);
      return;
    }
    const choice =
      route.total === 0
        ? 0
        : intervalOf(route.cumulative, moduloTotal(proxies.high, proxies.low, route.total));
    rows.key[row] = route.keys[choice]!;
    rows.cluster[row] = route.clusters[choice]!;
    rows.worker[row] = worker;
    if (route.delay !== undefined && proxies.faultHits(caller, route.delay.numerator)) {
      rows.flags[row]! |= responseFlag.DI;
      this.#delayedRoutes.set(row, route);
      this.#simulation.schedule(nowUs + route.delay.us, this.#delayed, row);
    } else {
      this.#forward(row, route, nowUs);
    }
  }

  /** The delay is over; if the caller has gone meanwhile, so is the request. */
  #onDelayed(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) {
      this.#delayedRoutes.delete(row);
      rows.close(row);
      return;
    }
    // The route is the one that was matched, whatever the proxy has been told since.
    const route = this.#delayedRoutes.get(row)!;
    this.#delayedRoutes.delete(row);
    this.#forward(row, route, nowUs);
  }

  /** Abort, or on to an endpoint of the chosen cluster as this worker knows it now. */
  #forward(row: number, route: ResolvedRoute, nowUs: number): void {
    const rows = this.#rows;
    const { proxies } = this.#world;
    const caller = rows.caller[row]!;
    const worker = rows.worker[row]!;
    if (route.abort !== undefined && proxies.faultHits(caller, route.abort.numerator)) {
      this.#replyLocally(row, route.abort.status, responseFlag.FI, nowUs);
      return;
    }
    const endpoints = proxies.clusters[worker]!.endpoints(rows.cluster[row]!);
    if (endpoints === undefined) {
      this.#replyLocally(row, 503, responseFlag.NC, nowUs);
    } else if (endpoints.pods.length === 0) {
      this.#replyLocally(row, 503, responseFlag.UH, nowUs);
    } else {
      const pod = proxies.pick(caller, worker, endpoints.cluster, endpoints.pods);
      proxies.opened(caller, pod);
      this.#send(row, route, pod, nowUs);
    }
  }

  /** No sidecar, no rule: kube-proxy gives the new connection any endpoint of the Service. */
  #routeWithoutProxy(row: number, nowUs: number): void {
    const rows = this.#rows;
    const requestClass = rows.requestClass[row]!;
    const { authority } = this.#world.classes.heads[requestClass]!;
    const service = authority.split(':')[0]!.split('.')[0]!;
    rows.service[row] = this.#world.serviceRow(service);
    const pods = this.#world.servicePods(service);
    if (pods.length === 0) {
      this.#replyLocally(row, 503, responseFlag.UH, nowUs);
    } else {
      const pod = pods[this.#world.kubeProxy.below(pods.length)]!;
      rows.key[row] = this.#world.keys.ofPod(service, this.#world.pods[pod]!);
      rows.pod[row] = pod;
      this.#chosen(row, nowUs);
      this.#simulation.schedule(nowUs + this.#hop(), this.#arrive, row);
    }
  }

  #send(row: number, route: ResolvedRoute, pod: number, nowUs: number): void {
    const rows = this.#rows;
    rows.pod[row] = pod;
    if (rows.key[row]! < 0) rows.key[row] = this.#world.keyOfPod(route.service, pod);
    if (route.timeoutUs > 0) this.#routeTimeoutOf(route.timeoutUs).set(row);
    this.#chosen(row, nowUs);
    this.#simulation.schedule(nowUs + this.#hop(), this.#arrive, row);
  }

  /** The proxy answers by itself; the request reaches no pod. */
  #replyLocally(row: number, status: number, flag: number, nowUs: number): void {
    this.#rows.status[row] = status;
    this.#rows.flags[row]! |= flag;
    this.#chosen(row, nowUs);
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
    if (proxy >= 0) this.#world.proxies.openInboundStream(proxy);
    if (this.#world.stations.enter(pod, row)) this.#begin(row, nowUs);
  }

  #begin(row: number, nowUs: number): void {
    const failure = this.#world.stations.failure(this.#rows.pod[row]!);
    if (failure !== 0) this.#reply(row, failure, nowUs);
    else this.#proceed(row, nowUs);
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
    } else {
      this.#simulation.schedule(nowUs + this.#world.stations.work[pod]![place]!(), this.#worked, row);
    }
  }

  #onWorked(row: number, nowUs: number): void {
    this.#rows.step[row]! += 1;
    this.#proceed(row, nowUs);
  }

  #reply(row: number, status: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    this.#rows.status[row] = status;
    this.#simulation.schedule(nowUs + this.#hop(), this.#answered, row);
    const waiting = this.#world.stations.leave(pod);
    if (waiting >= 0) this.#begin(waiting, nowUs);
  }

  #onAnswered(row: number, nowUs: number): void {
    const rows = this.#rows;
    const parent = rows.parent[row]!;
    if (rows.abandoned[row] !== 0) {
      rows.close(row);
      return;
    }
    this.#close(row, nowUs);
    if (parent < 0) {
      this.pagesOpen -= 1;
      this.#pageDone(row, nowUs);
      rows.close(row);
    } else {
      const ok = rows.status[row] === 200;
      this.#noteOnPage(row, ok);
      rows.close(row);
      this.#callEnded(parent, ok, nowUs);
    }
  }

  /** The route's timeout has passed: the proxy answers 504, and whatever the pod still does is for nothing. */
  #onRouteTimeout(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) return;
    const parent = rows.parent[row]!;
    rows.status[row] = 504;
    rows.flags[row]! |= responseFlag.UT;
    this.#close(row, nowUs);
    rows.abandoned[row] = 1;
    if (parent < 0) {
      this.pagesOpen -= 1;
      this.#pageDone(row, nowUs);
    } else {
      rows.parent[row] = -1;
      this.#noteOnPage(row, false);
      this.#callEnded(parent, false, nowUs);
    }
  }

  /** The application waited long enough: it goes on without the answer, which nobody will read. */
  #onPatienceEnds(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.abandoned[row] !== 0) return;
    const parent = rows.parent[row]!;
    rows.status[row] = 0;
    rows.flags[row]! |= responseFlag.DC;
    this.#close(row, nowUs);
    rows.abandoned[row] = 1;
    rows.parent[row] = -1;
    this.#noteOnPage(row, false);
    this.#callEnded(parent, false, nowUs);
  }

  #close(row: number, nowUs: number): void {
    const caller = this.#rows.caller[row]!;
    const pod = this.#rows.pod[row]!;
    if (caller >= 0 && pod >= 0) this.#world.proxies.ended(caller, pod);
    this.#probe.answered(row, nowUs);
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

  #patienceOf(delayUs: number): TimerLane {
    return this.#lane(this.#patience, 'application waits', delayUs, (row, nowUs) =>
      this.#onPatienceEnds(row, nowUs),
    );
  }

  #routeTimeoutOf(delayUs: number): TimerLane {
    return this.#lane(this.#routeTimeouts, 'route timeout', delayUs, (row, nowUs) =>
      this.#onRouteTimeout(row, nowUs),
    );
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
