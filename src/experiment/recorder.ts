import type { World } from '../mesh/world.ts';
import type { ConfigView } from '../mesh/config-view.ts';
import type { Probe } from '../mesh/probe.ts';
import { Histogram } from '../stats/histogram.ts';
import { Counters, type Totals } from './counters.ts';

/** One page of a browser's session, in row numbers of the run. */
export interface RefreshRow {
  readonly startedUs: number;
  readonly latencyUs: number;
  readonly status: number;
  readonly key: number;
  readonly missing: number;
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

export interface ChangeRow {
  readonly entry: number;
  readonly atUs: number;
  readonly lines: readonly string[];
  readonly changed: readonly string[];
  /** What every proxy would hold if it knew at once. */
  readonly configured: readonly ConfigView[];
}

/** p50, p95, p99 in microseconds per key row, of the answers that came within one window. */
export type WindowLatency = readonly (readonly [number, number, number] | undefined)[];

/** One finished request at its caller's proxy, for whoever wants each. */
export type RequestListener = (world: World, row: number, nowUs: number) => void;

/** Listens to a run and keeps what the record needs, in memory that does not grow with the number of requests. */
export class Recorder implements Probe {
  readonly counters = new Counters();
  /** At every mark, change of manifests, and moment when the last proxy had caught up. */
  readonly totals: Totals[] = [];
  /** Edges of windows, as indices into `totals`, and the latencies of the window that ended there. */
  readonly marks: { readonly total: number; readonly latency: WindowLatency }[] = [];
  readonly changes: ChangeRow[] = [];
  readonly settledUs: number[] = [];
  readonly pushes: PushRow[] = [];
  readonly refreshes = new Map<number, RefreshRow[]>();
  readonly latency: (Histogram | undefined)[] = [];
  readonly pageLatency = new Histogram();
  /** Per service row: the proxy that first called it, and with which class; -1: nobody. */
  readonly firstCaller: number[] = [];
  readonly firstClass: number[] = [];
  readonly pagesOf: number[] = [];
  readonly failedOf: number[] = [];
  readonly #windowLatency: (Histogram | undefined)[] = [];
  readonly #isRefresh: readonly boolean[];
  readonly #listener: RequestListener | undefined;
  #world: World | undefined;
  #lastChangeUs = 0;

  constructor(isRefresh: readonly boolean[], listener?: RequestListener) {
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
    this.changes.push({
      entry: -1,
      atUs: 0,
      lines: [],
      changed: [],
      configured: [...world.proxies.configured],
    });
    this.totals.push(this.counters.copy(0));
  }

  /** The run has ended; the last window ends with it. */
  finish(nowUs: number): void {
    this.mark(nowUs);
  }

  mark(nowUs: number): void {
    this.totals.push(this.counters.copy(nowUs));
    const latency = this.#windowLatency.map((histogram) => {
      if (histogram === undefined || histogram.count === 0) return undefined;
      const three = [histogram.quantile(0.5), histogram.quantile(0.95), histogram.quantile(0.99)] as const;
      histogram.clear();
      return three;
    });
    this.marks.push({ total: this.totals.length - 1, latency });
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
    counters.requests[service]! += 1;
    if (
      key >= counters.observed.length ||
      variant >= counters.held.length ||
      configured >= counters.configured.length
    ) {
      counters.ensure(world.keys.count, world.tables.variants.length);
    }
    if (key >= 0) counters.observed[key]! += 1;
    if (variant >= 0) counters.held[variant]! += 1;
    if (configured >= 0) counters.configured[configured]! += 1;
    if (this.firstCaller[service] === undefined) {
      this.firstCaller[service] = rows.caller[row]!;
      this.firstClass[service] = rows.requestClass[row]!;
    }
  }

  answered(row: number, nowUs: number): void {
    const { rows } = this.#world!;
    const { counters } = this;
    const service = rows.service[row]!;
    const key = rows.key[row]!;
    const status = rows.status[row]!;
    const failed = status === 0 || status >= 500;
    if (service >= 0) {
      const flags = rows.flags[row]!;
      if (flags !== 0) {
        for (let bit = 0; bit < 8; bit++)
          if ((flags & (1 << bit)) !== 0) counters.flags[service * 8 + bit]! += 1;
      }
      if (failed || status === 404) counters.failed[service]! += 1;
    }
    if (key >= 0) {
      if (failed) counters.errors[key]! += 1;
      if (rows.pod[row]! >= 0 && status !== 0) {
        const latencyUs = nowUs - rows.startedUs[row]!;
        (this.latency[key] ??= new Histogram()).add(latencyUs);
        (this.#windowLatency[key] ??= new Histogram()).add(latencyUs);
      }
    }
    this.#listener?.(this.#world!, row, nowUs);
  }

  pageDone(row: number, source: number, _page: number, nowUs: number): void {
    const { rows } = this.#world!;
    const { counters } = this;
    const status = rows.status[row]!;
    counters.pages += 1;
    this.pagesOf[source]! += 1;
    if (status >= 400) {
      counters.pagesFailed += 1;
      this.failedOf[source]! += 1;
    }
    const missing = rows.missing[row]!;
    // A page that failed as a whole is counted by its status.
    const inBody = status === 200 ? missing : 0;
    for (let service = 0; inBody >> service > 0; service++) {
      if (((inBody >> service) & 1) === 1) counters.missing[service]! += 1;
    }
    const latencyUs = nowUs - rows.startedUs[row]!;
    this.pageLatency.add(latencyUs);
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

  manifestsChanged(entry: number, lines: readonly string[], changed: readonly string[], nowUs: number): void {
    this.totals.push(this.counters.copy(nowUs));
    if (changed.length > 0) this.#lastChangeUs = nowUs;
    this.changes.push({
      entry,
      atUs: nowUs,
      lines,
      changed,
      configured: [...this.#world!.proxies.configured],
    });
  }

  pushStarted(
    snapshot: number,
    changes: readonly string[],
    firstUs: number,
    lastUs: number,
    nowUs: number,
  ): void {
    const proxies = this.#world!.proxies.places.length;
    const arrivalUs = new Float64Array(proxies).fill(NaN);
    this.pushes.push({ snapshot, changes, firstUs, lastUs, startedUs: nowUs, arrivalUs, missing: proxies });
  }

  /** A proxy that took a later snapshot has thereby taken the earlier ones. */
  held(proxy: number, snapshot: number, nowUs: number): void {
    for (const push of this.pushes) {
      if (push.snapshot > snapshot || !Number.isNaN(push.arrivalUs[proxy]!)) continue;
      push.arrivalUs[proxy] = nowUs;
      push.missing -= 1;
      if (push.missing === 0 && push.lastUs >= this.#lastChangeUs) {
        this.totals.push(this.counters.copy(nowUs));
        this.settledUs.push(nowUs);
      }
    }
  }
}
