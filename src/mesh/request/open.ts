import type { Simulation } from '../../kernel/simulation.ts';
import type { CallStep } from '../app/app.ts';
import { Connections } from '../app/connections.ts';
import type { Probe } from '../telemetry/probe.ts';
import { CallClasses } from './call-class.ts';
import { Enter } from './enter.ts';
import type { Page } from './page.ts';
import { PassedClasses } from './passed-class.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import type { Route } from './route.ts';
import type { Surroundings } from './surroundings.ts';
import type { TimerLanes } from '../../kernel/timer-lanes.ts';

/** A request begins at its caller: a visitor enters by a gateway, or the script of a pod calls. From here it goes to its route. */
export class Open {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #probe: Probe;
  readonly #leaves: number;
  readonly #patience: TimerLanes;
  readonly #page: Page;
  readonly #route: Route;
  readonly #enter: Enter;
  readonly #callClasses: CallClasses;
  readonly #passedClasses: PassedClasses;
  readonly #kept = new Map<CallStep, Connections>();
  /** Calls within calls, at most so far. */
  deepest = 0;

  /** @param patience of applications that wait for an answer. */
  constructor(
    around: Surroundings,
    probe: Probe,
    events: RequestEvents,
    patience: TimerLanes,
    page: Page,
    route: Route,
  ) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#probe = probe;
    this.#leaves = events.leaves;
    this.#patience = patience;
    this.#page = page;
    this.#route = route;
    this.#enter = new Enter(around);
    this.#callClasses = new CallClasses(around.classes);
    this.#passedClasses = new PassedClasses(around.classes, around.tables);
  }

  /** A page is asked for, at the gateway or by a client inside the mesh. */
  page(source: number, page: number, requestClass: number, client: number, nowUs: number): void {
    const rows = this.#rows;
    const row = rows.openPage();
    rows.root[row] = row;
    rows.rootGeneration[row] = rows.generation[row]!;
    rows.depth[row] = 0;
    rows.source[row] = source;
    rows.page[row] = page;
    rows.client[row] = Math.max(0, client);
    rows.requestClass[row] = requestClass;
    rows.sentClass[row] = requestClass;
    const { workload, entrance, kept, patience } = this.#around.clients[source]!;
    const pod = workload === undefined ? -1 : this.#around.clientPod(source, client);
    rows.asker[row] = pod;
    // Of callers who are nobody in particular, those of one pod share its connection.
    const own = client < 0 ? Math.max(0, pod) : client;
    rows.caller[row] =
      workload === undefined
        ? this.#enter.proxyFor(source, entrance, kept, own, nowUs)
        : this.#around.proxyOfPod[pod]!;
    rows.startedUs[row] = nowUs;
    rows.leavesUs[row] = -1;
    if (patience !== undefined) {
      rows.leavesUs[row] = Math.round(nowUs + patience());
      this.#simulation.schedule(rows.leavesUs[row]!, this.#leaves, row);
    }
    this.#page.open += 1;
    this.#probe.opened?.(row, nowUs);
    if (workload === undefined && rows.caller[row]! < 0) this.#route.outside(row, nowUs);
    else this.#route.begin(row, kept, own, nowUs);
  }

  /** One try of a call that the script of `parent` makes. */
  call(parent: number, step: CallStep, nowUs: number): void {
    const rows = this.#rows;
    const row = this.#child(parent);
    const requestClass = this.#callClasses.of(rows.sentClass[parent]!, step);
    rows.requestClass[row] = requestClass;
    rows.sentClass[row] = requestClass;
    rows.startedUs[row] = nowUs;
    this.#patience.set(row, step.timeoutUs);
    this.#probe.opened?.(row, nowUs);
    this.#route.begin(row, this.#keptBy(step), rows.pod[parent]!, nowUs);
  }

  /** A gateway passes on what `parent` asked of it: its own rules decide where to. */
  passOn(parent: number, nowUs: number): void {
    const rows = this.#rows;
    const row = this.#child(parent);
    const requestClass = this.#passedClasses.of(rows.sentClass[parent]!, rows.cluster[parent]!);
    rows.requestClass[row] = requestClass;
    rows.sentClass[row] = requestClass;
    rows.startedUs[row] = nowUs;
    this.#probe.opened?.(row, nowUs);
    this.#route.begin(row, undefined, -1, nowUs);
  }

  /** A row for what the pod that serves `parent` asks of others. */
  #child(parent: number): number {
    const rows = this.#rows;
    const row = rows.open();
    rows.parent[row] = parent;
    rows.root[row] = rows.root[parent]!;
    rows.rootGeneration[row] = rows.rootGeneration[parent]!;
    const depth = rows.depth[parent]! + 1;
    rows.depth[row] = depth;
    if (depth > this.deepest) this.deepest = depth;
    rows.caller[row] = this.#around.proxyOfPod[rows.pod[parent]!]!;
    return row;
  }

  /** Connections that the pods keep for this call; undefined: a new one per call. */
  #keptBy(step: CallStep): Connections | undefined {
    if (step.keepAlive === undefined) return undefined;
    return this.#kept.get(step) ?? this.#keep(step, step.keepAlive.maxAgeUs);
  }

  #keep(step: CallStep, maxAgeUs: number): Connections {
    const kept = new Connections(maxAgeUs);
    this.#kept.set(step, kept);
    return kept;
  }

  copyFrom(other: Open): void {
    this.deepest = other.deepest;
    this.#patience.copyFrom(other.#patience);
    this.#callClasses.copyFrom(other.#callClasses);
    this.#passedClasses.copyFrom(other.#passedClasses);
    for (const [step, kept] of other.#kept) this.#keep(step, step.keepAlive!.maxAgeUs).copyFrom(kept);
  }
}
