import { podLogWithin, type PodLog } from '../../fit/logs/logged-call.ts';
import type { MetricShelf } from '../../fit/metrics/metric-shelf.ts';
import type { Names } from '../../fit/names.ts';
import type { Span } from '../../fit/traces/span.ts';

/** Other weights, as somebody says that they were applied. */
export interface ToldChange {
  /** Since 1970. */
  readonly atMs: number;
  readonly weights: Readonly<Record<string, number>>;
}

/** All that was given of a system, read and with its names known. */
export interface Evidence {
  readonly spans: readonly Span[];
  readonly logs: readonly PodLog[];
  readonly metrics: MetricShelf;
  readonly names: Names;
  /** Objects as kubectl printed them. */
  readonly objects: readonly unknown[];
  readonly changes: readonly ToldChange[];
  /** When the watching began and ended, ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * From the first to the last that was seen: of logs, else of spans, else of metrics; edges within two seconds of a whole minute are
 * that minute. Undefined where nothing has a time.
 */
export function spanOf(
  logs: readonly PodLog[],
  spans: readonly Span[],
  metrics: MetricShelf,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  let [from, to] = [Infinity, -Infinity];
  const see = (ms: number): void => {
    if (!Number.isFinite(ms)) return;
    from = Math.min(from, ms);
    to = Math.max(to, ms);
  };
  for (const { inbound, outbound } of logs) for (const { startMs } of [...inbound, ...outbound]) see(startMs);
  if (logs.length === 0) for (const { startUs } of spans) see(startUs / 1000);
  if (!(from < to) && metrics.span !== undefined) {
    see(metrics.span.from * 1000);
    see(metrics.span.to * 1000);
  }
  if (!(from < to)) return undefined;
  const minute = 60_000;
  const near = (ms: number): number => {
    const whole = Math.round(ms / minute) * minute;
    return Math.abs(whole - ms) <= 2000 ? whole : ms;
  };
  const [begin, end] = [near(from), near(to)];
  return { fromMs: begin === from ? Math.floor(from / 1000) * 1000 : begin, toMs: end === to ? to + 1 : end };
}

/** The same evidence from one moment up to another; objects and changes stay. */
export const evidenceWithin = (all: Evidence, fromMs: number, toMs: number): Evidence => ({
  ...all,
  logs: all.logs.map((log) => podLogWithin(log, fromMs, toMs)),
  spans: all.spans.filter(({ startUs }) => startUs >= fromMs * 1000 && startUs < toMs * 1000),
  metrics: all.metrics.within(fromMs / 1000, toMs / 1000),
  fromMs,
  toMs,
});
