import { mapped, refill, type Copies } from '../kernel/copies.ts';
import type { World } from '../mesh/world.ts';
import type { ConfigView } from '../mesh/envoy/config-view.ts';
import { flagBits, responseFlag } from '../mesh/envoy/response-flag.ts';
import type { EjectionDecision, UnejectionDecision } from '../mesh/envoy/outlier.ts';
import type { Probe } from '../mesh/telemetry/probe.ts';
import { Histogram } from '../stats/histogram.ts';
import type { Sync } from '../mesh/kubernetes/autoscalers.ts';
import type { Registry } from '../mesh/kubernetes/registry.ts';
import type { PodChange } from '../mesh/kubernetes/pod-life.ts';
import { CapacityRecorder } from './capacity-recorder.ts';
import { clusterParts } from '../mesh/envoy/cluster-name.ts';
import { callTotals, type CallTotals } from './call-totals.ts';
import { Counters, type Totals } from './counters.ts';
import { Failures } from './failure/failures.ts';
import { Redirects } from './redirects.ts';
import { pagesKey, WindowLatencies } from './window-latencies.ts';

/** One page of a browser's session, in row numbers of the run. */
export interface RefreshRow {
  readonly startedUs: number;
  readonly latencyUs: number;
  readonly status: number;
  readonly key: number;
  /** Rows of the services whose parts are missing. */
  readonly missing: readonly number[];
  readonly variant: number;
  readonly configured: number;
  readonly snapshot: number;
  readonly flags: number;
}

export interface PushRow {
  readonly snapshot: number;
  readonly changes: readonly string[];
  /** Of the first and the last change that it carries. */
  readonly firstUs: number;
  readonly lastUs: number;
  readonly startedUs: number;
  /** Per proxy; NaN until it holds this snapshot or a later one. */
  readonly arrivalUs: Float64Array;
  missing: number;
}

/** When the last proxy held the push, of those that were waited for: one that is gone holds nothing. */
export const lastArrivalUs = ({ arrivalUs }: PushRow): number =>
  arrivalUs.reduce((latest, us) => (us > latest ? us : latest), 0);

/** An endpoint that one proxy stopped, or began again, to choose. */
export interface EjectionRow {
  readonly atUs: number;
  readonly service: string;
  readonly cluster: string;
  readonly proxy: number;
  readonly pod: string;
  readonly reason: string;
}

export interface ChangeRow {
  readonly entry: number;
  readonly atUs: number;
  readonly lines: readonly string[];
  readonly changed: readonly string[];
  /** What every proxy that is there would hold if it knew at once; one that joins later, once it first calls a service. */
  readonly configured: (ConfigView | undefined)[];
  /** What the API server held then. */
  readonly registry: Registry;
}

/** One finished request at its caller's proxy, for whoever wants each. */
export type RequestListener = (world: World, row: number, nowUs: number) => void;

/**
 * Listens to a run and keeps what the record needs, in memory that does not grow with the number of requests. One file, as a run has
 * one listener.
 */
export class Recorder implements Probe {
  readonly counters = new Counters();
  readonly failures = new Failures();
  readonly redirects = new Redirects();
  /** At every mark, change of manifests, and moment when the last proxy had caught up. */
  readonly totals: Totals[] = [];
  /** Edges of windows, as indices into `totals`, and the latencies of the windows that end there. */
  readonly marks: number[] = [];
  readonly latencies = new WindowLatencies();
  /** Listens to pods and autoscalers, where the run is about them. */
  capacity: CapacityRecorder | undefined;
  readonly changes: ChangeRow[] = [];
  /** At every change of manifests. */
  readonly calls: CallTotals[] = [];
  readonly settledUs: number[] = [];
  readonly pushes: PushRow[] = [];
  readonly ejections: EjectionRow[] = [];
  readonly returns: EjectionRow[] = [];
  readonly refreshes = new Map<number, RefreshRow[]>();
  /** Of answers per key, and of pages: up to the last mark. */
  readonly latency: (Histogram | undefined)[] = [];
  readonly pageLatency = new Histogram();
  /** Per service row: the proxy that first called it, and with which class; -1: only callers without one did. */
  readonly firstCaller: number[] = [];
  readonly firstClass: number[] = [];
  readonly pagesOf: number[] = [];
  readonly failedOf: number[] = [];
  /** The same since then; a mark moves them there. */
  readonly #windowLatency: (Histogram | undefined)[] = [];
  readonly #windowPages = new Histogram();
  readonly #lateUs: number;
  readonly #watchesPods: boolean;
  readonly #isRefresh: readonly boolean[];
  readonly #listener: RequestListener | undefined;
  #world: World | undefined;
  #lastChangeUs = 0;

  /** @param lateUs a page that took longer was late. @param watchesPods keep what the pods did, too. */
  constructor(
    isRefresh: readonly boolean[],
    { lateUs, watchesPods }: { readonly lateUs: number; readonly watchesPods: boolean },
    listener?: RequestListener,
  ) {
    this.#lateUs = lateUs;
    this.#watchesPods = watchesPods;
    this.#isRefresh = isRefresh;
    this.#listener = listener;
    for (const refresh of isRefresh) {
      if (refresh) this.refreshes.set(this.pagesOf.length, []);
      this.pagesOf.push(0);
      this.failedOf.push(0);
    }
  }

  /** Must be called before the run begins. */
  attach(world: World): void {
    this.#world = world;
    if (world.simulation.nowUs >= 0) this.started();
  }

  /** The clock begins: what was noted of the start is what there is now. */
  started(): void {
    const world = this.world;
    this.changes.length = 0;
    this.totals.length = 0;
    this.changes.push({
      entry: -1,
      atUs: 0,
      lines: [],
      changed: [],
      configured: [...world.proxies.configured],
      registry: world.state.registry,
    });
    this.failures.note(world);
    this.totals.push(this.counters.copy(0));
    if (this.#watchesPods) this.capacity = new CapacityRecorder(world);
  }

  podChanged(row: number, what: PodChange, nowUs: number): void {
    this.capacity?.podChanged(row, what, nowUs);
  }

  synced(sync: Sync, nowUs: number): void {
    this.capacity?.synced(sync, nowUs);
  }

  /** A proxy that is gone keeps nobody waiting. */
  proxyLeft(proxy: number, nowUs: number): void {
    for (const push of this.pushes) {
      if (Number.isNaN(push.arrivalUs[proxy] ?? 0)) this.#waitsForOneLess(push, nowUs);
    }
  }

  /** The run has ended; the last window ends with it. */
  finish(nowUs: number): void {
    this.mark(nowUs);
  }

  mark(nowUs: number): void {
    this.totals.push(this.counters.copy(nowUs));
    this.marks.push(this.totals.length - 1);
    this.#windowLatency.forEach((window, key) => {
      if (window === undefined) return;
      this.latencies.note(key, window);
      window.moveTo((this.latency[key] ??= new Histogram()));
    });
    if (this.capacity !== undefined) this.latencies.note(pagesKey, this.#windowPages);
    this.#windowPages.moveTo(this.pageLatency);
    this.latencies.close();
    this.capacity?.mark(nowUs);
  }

  chosen(row: number, _nowUs: number): void {
    const world = this.#world!;
    const { rows } = world;
    const { counters } = this;
    const service = rows.service[row]!;
    if (service < 0) return;
    const key = rows.key[row]!;
    const variant = rows.variant[row]!;
    const configured = rows.configuredVariant[row]!;
    if (
      service >= counters.requests.length ||
      key >= counters.observed.length ||
      variant >= counters.held.length ||
      configured >= counters.configured.length
    ) {
      this.#makeRoom(world);
    }
    counters.requests[service]! += 1;
    if (key >= 0) counters.observed[key]! += 1;
    if (variant >= 0) {
      counters.held[variant]! += 1;
      // A connection that went on has no cluster: nothing was drawn for it.
      if (rows.cluster[row]! >= 0 && world.tables.variants[variant]!.ruled) {
        counters.drawn[key]! += 1;
        counters.draws[variant]! += 1;
      }
    }
    if (configured >= 0) counters.configured[configured]! += 1;
    const first = this.firstCaller[service];
    const caller = rows.caller[row]!;
    if (first === undefined || (first < 0 && caller >= 0)) {
      this.firstCaller[service] = caller;
      this.firstClass[service] = rows.requestClass[row]!;
      // A proxy that came after the last change holds what is configured since.
      if (caller >= 0) this.changes.at(-1)!.configured[caller] ??= world.proxies.configured[caller]!;
    }
  }

  #makeRoom({ services, keys, tables }: World): void {
    this.counters.ensure(services.length, keys.count, tables.variants.length);
  }

  retried(row: number, _nowUs: number): void {
    const service = this.#world!.rows.service[row]!;
    if (service >= 0) this.counters.retries[service]! += 1;
  }

  mirrored(row: number, _nowUs: number): void {
    const world = this.#world!;
    const key = world.rows.key[row]!;
    if (key >= this.counters.observed.length) this.#makeRoom(world);
    this.counters.mirrored[key]! += 1;
  }

  /** A caller that has gone by now (and for whom no copy was made) is told as status 0, as its proxy would log it. */
  replied(row: number, _nowUs: number): void {
    const { rows } = this.#world!;
    const { counters } = this;
    const key = rows.key[row]!;
    const gone = rows.isUnwanted(row);
    const status = gone ? 0 : rows.status[row]!;
    counters.served[key]! += 1;
    if (status >= 500) counters.servedErrors[key]! += 1;
  }

  answered(row: number, nowUs: number): void {
    const { rows } = this.#world!;
    const { counters } = this;
    const service = rows.service[row]!;
    const key = rows.key[row]!;
    const status = rows.status[row]!;
    const failed = status === 0 || status >= 500;
    const flags = rows.flags[row]!;
    if (status === 0 || status >= 400) this.failures.failed(this.#world!, row, nowUs);
    else {
      this.failures.succeeded(this.#world!, row);
      if (status >= 300) this.redirects.note(this.#world!, row, nowUs);
    }
    if (isUnserved(rows, row)) this.countUnserved(service, key);
    if (service >= 0) {
      if (flags !== 0) {
        for (let bit = 0; bit < flagBits; bit++)
          if ((flags & (1 << bit)) !== 0) counters.flags[service * flagBits + bit]! += 1;
      }
      if (failed || status === 404) counters.failed[service]! += 1;
      if (failed && flags === 0) counters.plainErrors[service]! += 1;
    }
    if (key >= 0) {
      if (failed) counters.errors[key]! += 1;
      if (rows.pod[row]! >= 0 && status !== 0) {
        const latencyUs = nowUs - rows.startedUs[row]!;
        (this.#windowLatency[key] ??= new Histogram()).add(latencyUs);
      }
    }
    this.#listener?.(this.#world!, row, nowUs);
  }

  pageDone(row: number, source: number, _page: number, nowUs: number): void {
    const { rows } = this.#world!;
    const { counters } = this;
    const status = rows.status[row]!;
    const latencyUs = this.countPage(row, source, nowUs);
    const missing = rows.missing.isNone(row) ? nothing : rows.missing.of(row);
    const shown = rows.shownKey[row]!;
    if (status === 200 && shown >= 0) counters.shown[shown]! += 1;
    // A page that failed as a whole is counted by its status.
    this.failures.pageDone(this.#world!, row, missing.length === 0);
    if (status === 200) for (const service of missing) counters.missing[service]! += 1;
    if (this.#isRefresh[source] === true) {
      this.refreshes.get(source)!.push({
        startedUs: rows.startedUs[row]!,
        latencyUs,
        status,
        key: rows.shownKey[row]!,
        missing,
        variant: rows.focusVariant[row]!,
        configured: rows.focusConfigured[row]!,
        snapshot: rows.focusSnapshot[row]!,
        flags: rows.focusFlags[row]!,
      });
    }
  }

  /** No pod was there for a request: of its service, and of the version that a rule had drawn. */
  protected countUnserved(service: number, key: number): void {
    const { counters } = this;
    if (service >= counters.unserved.length || key >= counters.noPod.length) this.#makeRoom(this.#world!);
    if (service >= 0) counters.unserved[service]! += 1;
    if (key >= 0) counters.noPod[key]! += 1;
  }

  /** @returns how long the page took, in microseconds. */
  protected countPage(row: number, source: number, nowUs: number): number {
    const { rows } = this.#world!;
    const { counters } = this;
    const hasFailed = rows.status[row]! >= 400;
    const latencyUs = nowUs - rows.startedUs[row]!;
    counters.pages += 1;
    this.pagesOf[source]! += 1;
    if (hasFailed) {
      counters.pagesFailed += 1;
      this.failedOf[source]! += 1;
    }
    this.#windowPages.add(latencyUs);
    // A page that failed counts as failed alone, however long that took.
    if (latencyUs > this.#lateUs && !hasFailed) counters.pagesLate += 1;
    return latencyUs;
  }

  protected get world(): World {
    return this.#world!;
  }

  ejected(proxy: number, cluster: string, decision: EjectionDecision, nowUs: number): void {
    if (!decision.ejected) return;
    const world = this.#world!;
    this.ejections.push({
      atUs: nowUs,
      service: this.#world!.keys.names.ofName(clusterParts(cluster).host),
      cluster,
      proxy,
      pod: world.pods[decision.host]!.name,
      reason: `${decision.cause}: ${Number(decision.measured.toFixed(2))} against ${Number(decision.limit.toFixed(2))}; ${decision.ejectedHosts} of ${decision.hosts} out, for ${decision.ejectionUs / 1e6} s at least`,
    });
  }

  unejected(proxy: number, cluster: string, decision: UnejectionDecision, nowUs: number): void {
    this.returns.push({
      atUs: nowUs,
      service: this.#world!.keys.names.ofName(clusterParts(cluster).host),
      cluster,
      proxy,
      pod: this.#world!.pods[decision.host]!.name,
      reason: `${decision.because} after ${decision.ejectedForUs / 1e6} s`,
    });
  }

  manifestsChanged(entry: number, lines: readonly string[], changed: readonly string[], nowUs: number): void {
    this.totals.push(this.counters.copy(nowUs));
    if (changed.length > 0) {
      this.#lastChangeUs = nowUs;
      this.calls.push(callTotals(this.#world!, nowUs));
    }
    this.failures.note(this.#world!);
    this.changes.push({
      entry,
      atUs: nowUs,
      lines,
      changed,
      configured: [...this.#world!.proxies.configured],
      registry: this.#world!.state.registry,
    });
  }

  pushStarted(
    snapshot: number,
    changes: readonly string[],
    firstUs: number,
    lastUs: number,
    nowUs: number,
  ): void {
    // Endpoints alone are no rule: they come and go with the pods.
    if (changes.every((change) => change.startsWith('Endpoints/'))) return;
    const proxies = this.#world!.proxies.places.length;
    const arrivalUs = new Float64Array(proxies).fill(NaN);
    this.pushes.push({
      snapshot,
      changes,
      firstUs,
      lastUs,
      startedUs: nowUs,
      arrivalUs,
      missing: this.#world!.connectedProxies,
    });
  }

  /** A proxy that took a later snapshot has thereby taken the earlier ones. */
  held(proxy: number, snapshot: number, nowUs: number): void {
    for (const push of this.pushes) {
      if (push.snapshot > snapshot || !Number.isNaN(push.arrivalUs[proxy]!)) continue;
      push.arrivalUs[proxy] = nowUs;
      this.#waitsForOneLess(push, nowUs);
    }
  }

  /** A proxy holds the push, or is gone: with the last of them it is settled. */
  #waitsForOneLess(push: PushRow, nowUs: number): void {
    push.missing -= 1;
    if (push.missing > 0 || push.lastUs < this.#lastChangeUs) return;
    this.totals.push(this.counters.copy(nowUs));
    this.settledUs.push(nowUs);
  }

  /** After `attach`. @param copies of the world that it listens to. */
  copyFrom(other: Recorder, copies: Copies): void {
    const copyOf = (histogram: Histogram | undefined): Histogram | undefined => {
      if (histogram === undefined) return undefined;
      const copy = new Histogram();
      copy.copyFrom(histogram);
      return copy;
    };
    const { tables } = this.#world!;
    if (this.changes.length === 0 && other.changes.length > 0) this.started();
    const viewOf = (view: ConfigView): ConfigView => copies.once(view, (own) => own.copy(tables));
    this.counters.copyFrom(other.counters);
    this.failures.copyFrom(other.failures);
    this.redirects.copyFrom(other.redirects);
    refill(this.totals, other.totals);
    refill(this.marks, other.marks);
    this.latencies.copyFrom(other.latencies);
    if (other.capacity !== undefined) this.capacity!.copyFrom(other.capacity, copies);
    refill(
      this.changes,
      other.changes.map((own) => ({
        ...own,
        configured: own.configured.map((view) => view && viewOf(view)),
      })),
    );
    refill(this.calls, other.calls);
    refill(this.settledUs, other.settledUs);
    refill(
      this.pushes,
      other.pushes.map((own) => ({ ...own, arrivalUs: own.arrivalUs.slice() })),
    );
    refill(this.ejections, other.ejections);
    refill(this.returns, other.returns);
    refill(
      this.refreshes,
      mapped(other.refreshes, (rows) => [...rows]),
    );
    refill(this.latency, other.latency.map(copyOf));
    this.pageLatency.copyFrom(other.pageLatency);
    refill(this.firstCaller, other.firstCaller);
    refill(this.firstClass, other.firstClass);
    refill(this.pagesOf, other.pagesOf);
    refill(this.failedOf, other.failedOf);
    refill(this.#windowLatency, other.#windowLatency.map(copyOf));
    this.#windowPages.copyFrom(other.#windowPages);
    this.#lastChangeUs = other.#lastChangeUs;
  }
}

const nothing: readonly number[] = [];

/** No pod was there for the request. Without a proxy there is no flag to say so: the connection was refused. */
export const isUnserved = ({ caller, flags, pod }: World['rows'], row: number): boolean =>
  caller[row]! >= 0 ? (flags[row]! & responseFlag.UH) !== 0 : pod[row]! < 0;
