import type { Names } from '../names.ts';
import type { Span } from '../traces/span.ts';
import { serviceOf } from './entries.ts';
import type { LoggedCall, PodLog } from './logged-call.ts';

/**
 * The lines of sidecars as the spans that they would have written, so that where nobody traced the logs tell who calls whom: a request
 * id is a trace, an inbound line a server's span, an outbound one a client's. What stands below what is told by pods, addresses and
 * times. An application that forwards no request id leaves each of its calls by itself. Times are in whole milliseconds: durations
 * are spread over theirs.
 *
 * @param most so many spans are enough: of more requests every second, third ... is taken.
 */
export function spansOfLogs(logs: readonly PodLog[], names: Names, most = 60_000): readonly Span[] {
  const byRequest = new Map<string, Line[]>();
  for (const log of logs) {
    const { ip } = names.pod(log.pod);
    const add = (call: LoggedCall, isInbound: boolean): void => {
      if (call.requestId === '' || !(call.durationMs >= 0)) return;
      const startMs = call.startMs + 0.5;
      const line: Line = { log, ip, call, isInbound, id: '', parent: undefined, startMs };
      const own = byRequest.get(call.requestId);
      if (own === undefined) byRequest.set(call.requestId, [line]);
      else own.push(line);
    };
    for (const call of log.inbound) add(call, true);
    for (const call of log.outbound) add(call, false);
  }
  const spans: Span[] = [];
  let trace = 0;
  const all = [...byRequest.values()];
  const every = Math.max(1, Math.ceil(all.reduce((sum, lines) => sum + lines.length, 0) / most));
  for (const lines of all) {
    trace += 1;
    if (trace % every !== 0) continue;
    const traceId = trace.toString(16);
    lines.forEach((line, at) => (line.id = `${traceId}${(at + 1).toString(16).padStart(4, '0')}`));
    link(lines);
    inTurn(lines);
    for (const line of lines) spans.push(spanOf(line, traceId, (spans.length * golden) % 1, names));
  }
  return spans;
}

interface Line {
  readonly log: PodLog;
  readonly ip: string;
  readonly call: LoggedCall;
  readonly isInbound: boolean;
  id: string;
  parent: Line | undefined;
  /** In the middle of the millisecond that it was cut to. */
  startMs: number;
}

/** Whole milliseconds are spread over theirs, evenly (the fractions of the multiples of the golden ratio). */
const golden = 0.618_033_988_749_895;
/** Starts and ends are cut, each by itself. */
const looseMs = 2;
/** Clocks of nodes may differ by more than a hop takes. */
const skewMs = 50;

/** An outbound line belongs below the inbound one of its pod that was under way; an inbound one below the call that reached its pod. */
function link(lines: readonly Line[]): void {
  const open = new Map<Line, number>();
  for (const line of lines) {
    if (line.isInbound || line.log.isGateway) continue;
    const { startMs } = line.call;
    line.parent = nearest(
      lines.filter(
        (own) =>
          own.isInbound &&
          own.log === line.log &&
          own.call.startMs <= startMs + looseMs &&
          own.call.startMs + own.call.durationMs + looseMs >= startMs,
      ),
      startMs,
    );
  }
  const inOrder = lines
    .filter(({ isInbound }) => isInbound)
    .sort((one, other) => one.call.startMs - other.call.startMs);
  for (const line of inOrder) {
    const { startMs, peer } = line.call;
    const callers = lines.filter(
      (own) =>
        !own.isInbound &&
        own.log !== line.log &&
        (own.ip === '' || peer === '' || own.ip === peer) &&
        own.call.startMs - skewMs <= startMs &&
        own.call.startMs + own.call.durationMs + skewMs >= startMs,
    );
    // Who was reached last stands in the outbound line; a try before it may have gone elsewhere.
    const exact = callers.filter((own) => own.call.upstream === line.ip && !open.has(own));
    const service = line.call.authority;
    const tries = callers.filter((own) => own.call.authority === service);
    const found = nearest(exact.length > 0 ? exact : tries, startMs);
    if (found === undefined) continue;
    line.parent = found;
    if (found.call.upstream === line.ip) open.set(found, startMs);
  }
}

/** Calls of one request that only rounding makes overlap come one after the other. */
function inTurn(lines: readonly Line[]): void {
  const ends = new Map<Line, number>();
  const inOrder = lines
    .filter(({ isInbound, parent }) => !isInbound && parent !== undefined)
    .sort((one, other) => one.startMs - other.startMs);
  for (const line of inOrder) {
    const parent = line.parent!;
    const before = ends.get(parent) ?? -Infinity;
    if (line.startMs < before && before - line.startMs < looseMs) line.startMs = before;
    ends.set(parent, Math.max(before, line.startMs + line.call.durationMs + 0.5));
  }
}

function nearest(lines: readonly Line[], startMs: number): Line | undefined {
  let best: Line | undefined;
  for (const line of lines) {
    const off = Math.abs(line.call.startMs - startMs);
    if (best === undefined || off < Math.abs(best.call.startMs - startMs)) best = line;
  }
  return best;
}

function spanOf(
  { log, ip, call, isInbound, id, parent, startMs }: Line,
  traceId: string,
  within: number,
  names: Names,
): Span {
  const pod = names.pod(log.pod);
  const callee = serviceOf(call.host);
  const isError = call.status >= 500 || call.status === 0;
  return {
    traceId,
    spanId: id,
    parentId: parent?.id ?? '',
    follows: false,
    shared: false,
    clockCorrected: false,
    // A gateway writes one line for both of its sides.
    kind: isInbound || log.isGateway ? 'server' : 'client',
    name: call.authority,
    startUs: startMs * 1000,
    durationUs: (call.durationMs + within) * 1000,
    service: pod.service,
    namespace: pod.namespace,
    version: pod.version,
    pod: log.pod,
    ip,
    node: pod.node,
    isProxy: true,
    isGateway: log.isGateway,
    direction: isInbound ? 'inbound' : 'outbound',
    host: isInbound ? '' : callee.service,
    port: isInbound ? undefined : call.port,
    subset: call.subset,
    authority: call.authority,
    method: call.method,
    path: call.path,
    status: call.status,
    flags: call.flags,
    isError,
    requestId: call.requestId,
  };
}
