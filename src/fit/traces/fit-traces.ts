import { meanEstimate, quantileOf, shareEstimate, type Estimate } from '../estimate.ts';
import { fitLaw, type FittedLaw } from '../law.ts';
import type { Names } from '../names.ts';
import { lognormalOfWholeMs } from '../whole-milliseconds.ts';
import { fitClocks, type FittedClocks } from './clock.ts';
import { edgesOf, entriesOf, type Edge, type Entry } from './graph.ts';
import { fitHop, type FittedHop } from './hop.ts';
import { ownTimeUs, stretchOf } from './own-time.ts';
import { pathGroups } from './path-groups.ts';
import { pathTemplates } from './path-templates.ts';
import { withCounts, type CallCount } from './call-counts.ts';
import { fitScript, hostOf, keysNotAwaited, type FittedScript } from './script.ts';
import { answerOf, seenCalls, type SeenRequest } from './seen-request.ts';
import type { Span } from './span.ts';
import { answersOf, tracesOf, type Call, type Trace, type Unit } from './tree.ts';

export interface TracesInput {
  readonly spans: Iterable<Span>;
  /** Spans are added to what it knows. */
  readonly names: Names;
  /** How long a request waited for a worker of the pod; undefined where no log tells. `startUs`: when it came, by the pod's clock. */
  readonly waitMs?: (requestId: string, pod: string, startUs: number) => number | undefined;
  /**
   * How many requests a workload took and how often it called a host for them, where logs count all of them: it says more of an
   * optional call's share than the traces, which are a sample.
   */
  readonly counted?: (workload: string, host: string) => CallCount | undefined;
  /**
   * Durations of all answers of a workload without an error, as its sidecars log them, in whole milliseconds; undefined where requests
   * waited, or no log tells. Of a workload that calls nobody they say more than the traces, which are a sample.
   */
  readonly durationsMs?: (workload: string) => readonly number[] | undefined;
  /** Where the spans are from; `traces`. */
  readonly source?: string;
  /** To which starts and durations were cut, as those of logs are to whole milliseconds; 0. */
  readonly roundingMs?: number;
}

export interface FittedWorkload {
  readonly name: string;
  readonly service: string;
  readonly namespace: string;
  readonly version: string;
  readonly pods: readonly string[];
  /** Requests that were seen, of all statuses. */
  readonly requests: number;
  /** Own time of answers without an error, milliseconds; undefined: there is none in a whole trace. */
  readonly own: FittedLaw | undefined;
  readonly script: FittedScript;
  readonly paths: readonly { readonly paths: readonly string[]; readonly script: FittedScript }[];
  /** Answers of 500 and above, whoever made them. */
  readonly failed: Estimate;
  /** Errors of its own making, by status. */
  readonly errors: readonly FittedError[];
  /** Requests whose wait for a worker is known and taken out of the times. */
  readonly waitsKnown: number;
  readonly meanWaitMs: Estimate;
  readonly notes: readonly string[];
}

export interface FittedError {
  readonly status: number;
  readonly share: Estimate;
  /** Time to such an answer, milliseconds. */
  readonly takes: FittedLaw | undefined;
}

export interface FittedTraces {
  readonly spans: number;
  readonly traces: number;
  /** Traces of which no span is missing: own times rest on these alone. */
  readonly wholeTraces: number;
  readonly workloads: readonly FittedWorkload[];
  readonly edges: readonly Edge[];
  readonly entries: readonly Entry[];
  readonly hop: FittedHop | undefined;
  readonly clocks: FittedClocks | undefined;
  /** Answers by host that was called and version that gave them, tries included. */
  readonly served: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly notes: readonly string[];
}

/**
 * What traces tell of a system: calls and their order, own times by version, errors, hops and clocks.
 *
 *   spans -> traces (`tree.ts`) -> requests of each workload -> who is not waited for -> own times, scripts -> laws
 */
export function fitTraces({
  spans,
  names,
  waitMs,
  counted,
  durationsMs,
  source = 'traces',
  roundingMs = 0,
}: TracesInput): FittedTraces {
  const all = [...spans];
  for (const span of all) {
    if (span.pod === '') continue;
    names.see({
      pod: span.pod,
      namespace: span.namespace,
      service: span.service,
      version: span.version,
      node: span.node,
      ip: span.ip,
      isGateway: span.isGateway ? true : undefined,
    });
  }
  const traces = tracesOf(all);
  const units = traces.flatMap((trace) =>
    trace.units.flatMap((unit) => (unit.span.isGateway ? [] : [{ unit, trace }])),
  );
  const templateOf = pathTemplates(units.map(({ unit }) => unit.span.path));
  const callTemplateOf = pathTemplates(units.flatMap(({ unit }) => unit.calls.map(({ span }) => span.path)));
  const serviceOf = (unit: Unit): string =>
    unit.pod === '' ? unit.service : names.pod(unit.pod).service || unit.service;
  const byWorkload = new Map<string, { unit: Unit; trace: Trace }[]>();
  for (const own of units) {
    const name = workloadOf(own.unit, names);
    const known = byWorkload.get(name);
    if (known === undefined) byWorkload.set(name, [own]);
    else known.push(own);
  }
  const edges = edgesOf(traces, serviceOf);
  const untraced = new Set(edges.flatMap((edge) => (edge.isUntraced ? [`${edge.from}\n${edge.to}`] : [])));
  const keyOf = (call: Call): string => {
    const answer = answersOf(call)[0];
    const host = call.span.host || (answer === undefined ? '' : serviceOf(answer));
    return [host, call.span.port ?? '', call.span.method, callTemplateOf(call.span.path)].join('|');
  };
  const workloads = [...byWorkload]
    .map(([name, own]) =>
      fitWorkload(name, own, {
        names,
        serviceOf,
        templateOf,
        keyOf,
        untraced,
        waitMs,
        counted,
        durationsMs,
        source,
        roundingMs,
      }),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const wholeTraces = traces.filter(({ isWhole }) => isWhole).length;
  const clocks = fitClocks(traces, (pod) => (pod === '' ? '' : names.pod(pod).node || pod));
  return {
    spans: all.length,
    traces: traces.length,
    wholeTraces,
    workloads,
    edges,
    entries: entriesOf(traces, serviceOf, templateOf),
    hop: fitHop(traces, source, roundingMs),
    clocks,
    served: servedBy(traces, names, serviceOf),
    notes: notesOf(traces, wholeTraces, edges, clocks),
  };
}

const workloadOf = (unit: Unit, names: Names): string => {
  if (unit.pod !== '') return names.pod(unit.pod).workload;
  const { version } = unit.span;
  return version === '' || version === 'latest' ? unit.service : `${unit.service}-${version}`;
};

interface Known {
  readonly names: Names;
  readonly serviceOf: (unit: Unit) => string;
  readonly templateOf: (path: string) => string;
  readonly keyOf: (call: Call) => string;
  readonly untraced: ReadonlySet<string>;
  readonly waitMs: TracesInput['waitMs'];
  readonly counted: TracesInput['counted'];
  readonly durationsMs: TracesInput['durationsMs'];
  readonly source: string;
  readonly roundingMs: number;
}

function fitWorkload(
  name: string,
  own: readonly { readonly unit: Unit; readonly trace: Trace }[],
  { names, serviceOf, templateOf, keyOf, untraced, waitMs, counted, durationsMs, source, roundingMs }: Known,
): FittedWorkload {
  const first = own[0]!.unit;
  const service = serviceOf(first);
  const answers = own.map(({ unit }) => ({ unit, ...answerOf(unit) }));
  const gapMs = usualHandlerGapMs(own.map(({ unit }) => unit));
  let waitsKnown = 0;
  const isUntraced = (key: string): boolean => untraced.has(`${service}\n${hostOf(key)}`);
  const calls = seenCalls(answers, keyOf).map((seen) => seen.filter(({ key }) => !isUntraced(key)));
  const requests = own.map(({ unit, trace }, at): SeenRequest => {
    const told = waitMs?.(unit.requestId, unit.pod, unit.span.startUs);
    if (told !== undefined) waitsKnown += 1;
    const untold =
      unit.handlerStartUs === undefined
        ? 0
        : Math.max(0, (unit.handlerStartUs - unit.span.startUs) / 1000 - gapMs);
    return {
      ...stretchOf(unit.span),
      ...answers[at]!,
      workload: name,
      path: templateOf(unit.span.path),
      calls: calls[at]!,
      waitMs: Math.min(told ?? untold, unit.span.durationUs / 1000),
      isWhole: trace.isWhole && Number.isFinite(unit.span.durationUs),
    };
  });
  const usable = requests.filter(({ isWhole, wasLeft }) => isWhole && !wasLeft);
  const answered = usable.filter(({ isError }) => !isError);
  // Who was left took at least as long as until then: without them long times would be rarer than they are.
  const cutOff = answered.some((request) => request.calls.length > 0)
    ? []
    : requests.filter(({ isWhole, wasLeft, calls }) => isWhole && wasLeft && calls.length === 0);
  const good = [...answered, ...cutOff];
  const bad = usable.filter(({ isError }) => isError);
  const notAwaited = keysNotAwaited(good, roundingMs);
  const ownMs = (request: SeenRequest): number =>
    ownTimeUs(
      request,
      request.calls.filter(({ key }) => !notAwaited.has(key)),
    ) /
      1000 -
    request.waitMs;
  const [main, ...others] = pathGroups(good);
  const ofTraces = fitScript(main?.requests ?? [], bad, source, roundingMs);
  const sampled = fitLaw(good.map(ownMs), source);
  const logged = callsNobody(ofTraces) ? lawOfLogs(durationsMs?.(name), sampled, source) : undefined;
  const script =
    logged !== undefined
      ? { ...ofTraces, steps: [{ kind: 'work', law: logged } as const] }
      : others.length > 0 || counted === undefined
        ? ofTraces
        : withCounts(ofTraces, (host) => counted(name, host));
  const identity = first.pod === '' ? undefined : names.pod(first.pod);
  const notes = [...script.notes];
  if (cutOff.length > 0)
    notes.push(
      `${cutOff.length} of ${good.length} requests were left by their caller before the answer: they count as long as they lasted until then, and how much longer they would have taken is not known`,
    );
  const outside = new Set(own.flatMap(({ unit }) => unit.calls.map(keyOf).filter(isUntraced).map(hostOf)));
  for (const host of outside)
    notes.push(
      `${host || 'an unknown host'} writes no spans: the time of its answers is part of this workload's own`,
    );
  return {
    name,
    service,
    namespace: identity?.namespace ?? first.span.namespace,
    version: identity?.version ?? (first.span.version === 'latest' ? '' : first.span.version),
    pods: [...new Set(own.flatMap(({ unit }) => (unit.pod === '' ? [] : [unit.pod])))].sort(),
    requests: own.length,
    own: logged ?? ofSums(sampled, others.length === 0 ? script.sumsMs : undefined),
    script,
    paths: others.map((group) => ({
      paths: group.paths,
      script: fitScript(group.requests, bad, source, roundingMs),
    })),
    failed: shareEstimate(
      requests.filter(({ isError, wasLeft }) => isError && !wasLeft).length,
      requests.filter(({ wasLeft }) => !wasLeft).length,
      source,
    ),
    errors: errorsOf(requests, bad, ownMs, source),
    waitsKnown,
    meanWaitMs: meanEstimate(
      requests.map((request) => request.waitMs),
      source,
    ),
    notes,
  };
}

/**
 * A sum of lognormal times is not lognormal itself, though few values do not show it: where the times between calls are fitted one by
 * one, quantiles of their sum say more of the whole than a law of its own.
 */
function ofSums(fitted: FittedLaw | undefined, sumsMs: readonly number[] | undefined): FittedLaw | undefined {
  if (fitted === undefined || sumsMs === undefined || fitted.law.dist !== 'lognormal') return fitted;
  const of = (estimate: Estimate, q: number): Estimate => {
    const value = quantileOf(sumsMs, q);
    const ratio = value / estimate.value;
    return { ...estimate, value, low: estimate.low * ratio, high: estimate.high * ratio };
  };
  return { ...fitted, p50: of(fitted.p50, 0.5), p90: of(fitted.p90, 0.9), p99: of(fitted.p99, 0.99) };
}

const callsNobody = ({ steps }: FittedScript): boolean => steps.length === 1 && steps[0]!.kind === 'work';

/** Where the traces are of a lognormal law that the logs do not contradict: half of the logs' answers are within its interval, or near it. */
function lawOfLogs(
  wholeMs: readonly number[] | undefined,
  sampled: FittedLaw | undefined,
  source: string,
): FittedLaw | undefined {
  if (wholeMs === undefined || sampled === undefined || sampled.law.dist !== 'lognormal') return undefined;
  if (wholeMs.length < 2 * sampled.p50.n) return undefined;
  const logged = lognormalOfWholeMs(wholeMs, `${source}, inbound logs`);
  const isNear = ({ value, low, high }: Estimate, other: number): boolean =>
    Math.abs(other - value) <= high - low;
  return logged !== undefined &&
    isNear(sampled.p50, logged.p50.value) &&
    isNear(sampled.p99, logged.p99.value)
    ? logged
    : undefined;
}

/** Errors that no failing call explains. Shares are of all requests, those of traces with gaps, too. */
function errorsOf(
  requests: readonly SeenRequest[],
  bad: readonly SeenRequest[],
  ownMs: (request: SeenRequest) => number,
  source: string,
): FittedError[] {
  const isOwn = ({ isError, wasLeft, calls, status }: SeenRequest): boolean =>
    isError && !wasLeft && status !== undefined && !calls.some((call) => call.isError);
  const statuses = new Set(requests.filter(isOwn).map(({ status }) => status!));
  return [...statuses].sort().map((status) => ({
    status,
    share: shareEstimate(
      requests.filter((request) => isOwn(request) && request.status === status).length,
      requests.length,
      source,
    ),
    takes: fitLaw(bad.filter((request) => isOwn(request) && request.status === status).map(ownMs), source),
  }));
}

/** From a sidecar's span to its SDK's where nobody waits: most requests do not, so the median tells. */
function usualHandlerGapMs(units: readonly Unit[]): number {
  const gaps = units
    .flatMap(({ span, handlerStartUs }) =>
      handlerStartUs === undefined ? [] : [handlerStartUs - span.startUs],
    )
    .sort((one, other) => one - other);
  return (gaps[Math.floor(gaps.length / 2)] ?? 0) / 1000;
}

function servedBy(
  traces: readonly Trace[],
  names: Names,
  serviceOf: (unit: Unit) => string,
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const served = new Map<string, Map<string, number>>();
  for (const { units } of traces) {
    for (const unit of units) {
      if (unit.span.isGateway || unit.from === undefined) continue;
      const service = serviceOf(unit);
      const version = (unit.pod === '' ? '' : names.pod(unit.pod).version) || unit.span.version;
      const own = served.get(service) ?? new Map<string, number>();
      served.set(service, own);
      own.set(version, (own.get(version) ?? 0) + 1);
    }
  }
  return served;
}

function notesOf(
  traces: readonly Trace[],
  wholeTraces: number,
  edges: readonly Edge[],
  clocks: FittedClocks | undefined,
): string[] {
  const notes: string[] = [];
  if (wholeTraces < traces.length) {
    const lost = traces.length - wholeTraces;
    notes.push(
      `${lost} of ${traces.length} traces lack a span: their own times are left out, as what a lost call took would count as its caller's`,
    );
  }
  const apart = [...new Set(edges.flatMap(({ from, isApart }) => (isApart ? [from] : [])))];
  for (const from of apart) {
    notes.push(
      `${from} passes no trace headers on: what it calls lies in traces of their own, so that its script has no calls and its own time holds theirs; make it forward the headers (Istio's page "Distributed tracing" lists them)`,
    );
  }
  if (clocks !== undefined && clocks.corrected > 0)
    notes.push(
      `Jaeger has moved the times of ${clocks.corrected} spans to correct clocks: the offsets between nodes are what it left`,
    );
  return notes;
}
