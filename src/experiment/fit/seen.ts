import type { PodLog } from '../../fit/logs/logged-call.ts';
import type { Span } from '../../fit/traces/span.ts';
import type { Evidence } from './evidence.ts';

/** What was seen of pages or of a workload: times in ms, of which logs cut the fractions. */
export interface Seen {
  readonly ms: Float64Array;
  readonly atSeconds: Float64Array;
  readonly failed: number;
  /** Not all of them were seen: how many there were is not known. */
  readonly isSample: boolean;
  /** By how much a quantile may be off, as only whole milliseconds were written: within one the law is not known. */
  readonly roundingMs: number;
}

/** Multiples of it, without their whole parts, lie evenly between 0 and 1 (Weyl). */
const golden = 0.618_033_988_749_895;

/** Pages at the gateway: by its log, else by its spans that have no parent; undefined where nothing tells of them. */
export function pagesSeen({ logs, spans, fromMs }: Evidence): Seen | undefined {
  const calls = logs
    .filter(({ isGateway }) => isGateway)
    .flatMap(({ outbound }) => outbound.filter(({ host }) => host !== ''));
  if (calls.length > 0) return seenInLogs(calls, fromMs);
  const tops = spans.filter(({ isGateway, parentId }) => isGateway && parentId === '');
  return tops.length === 0 ? undefined : seenInSpans(tops, fromMs);
}

/** Requests that a workload was asked: by the logs of its pods, else by spans. */
export function workloadSeen(workload: string, { logs, spans, names, fromMs }: Evidence): Seen | undefined {
  const own = logs.filter(({ pod }) => names.pod(pod).workload === workload);
  if (own.length > 0) {
    const calls = own.flatMap(({ inbound }) => inbound);
    return seenInLogs(calls, fromMs);
  }
  const served = spans.filter(
    ({ kind, pod, isGateway, direction, isProxy }) =>
      kind === 'server' &&
      !isGateway &&
      pod !== '' &&
      names.pod(pod).workload === workload &&
      (direction === 'inbound' || !isProxy),
  );
  return served.length === 0 ? undefined : seenInSpans(served, fromMs);
}

const seenInSpans = (spans: readonly Span[], fromMs: number): Seen => ({
  ms: Float64Array.from(spans, ({ durationUs }) => durationUs / 1000),
  atSeconds: Float64Array.from(spans, ({ startUs }) => (startUs / 1000 - fromMs) / 1000),
  failed: spans.filter(({ isError }) => isError).length,
  isSample: true,
  roundingMs: 0,
});

/** Whole milliseconds are spread over theirs, evenly. */
function seenInLogs(calls: PodLog['inbound'], fromMs: number): Seen {
  const told = calls.filter(({ durationMs }) => durationMs >= 0);
  return {
    ms: Float64Array.from(told, ({ durationMs }, at) =>
      Number.isInteger(durationMs) ? durationMs + ((at * golden) % 1) : durationMs,
    ),
    atSeconds: Float64Array.from(told, ({ startMs }) => (startMs - fromMs) / 1000),
    failed: told.filter(({ status }) => status >= 500 || status === 0).length,
    isSample: false,
    roundingMs: told.every(({ durationMs }) => Number.isInteger(durationMs)) ? 0.1 : 0,
  };
}
