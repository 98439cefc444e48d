import { shareEstimate, type Estimate } from '../../fit/estimate.ts';
import type { ArrivalProcess } from '../../fit/logs/arrival-process.ts';
import { fitLogs, type FittedLogs, type LoggedWorkload } from '../../fit/logs/fit-logs.ts';
import { isDisturbed, type PodLog } from '../../fit/logs/logged-call.ts';
import { serviceOf } from '../../fit/logs/entries.ts';
import type { PatienceFound } from '../../fit/logs/patience.ts';
import { propagationOf, type Propagation } from '../../fit/logs/propagation.ts';
import { rateProfile, type RateProfile } from '../../fit/logs/rate-profile.ts';
import { spansOfLogs } from '../../fit/logs/spans-of-logs.ts';
import { changesFound, countsBetween, versionedCalls, type VersionedCalls } from '../../fit/logs/split.ts';
import type { CpuFound } from '../../fit/metrics/cpu-law.ts';
import type { MeteredEdge, MeteredWorkload } from '../../fit/metrics/metric-shelf.ts';
import {
  fitTraces,
  type FittedTraces,
  type FittedWorkload,
  type TracesInput,
} from '../../fit/traces/fit-traces.ts';
import { versionedSpans } from '../../fit/traces/versioned-spans.ts';
import type { Evidence } from './evidence.ts';

/** What was found of one workload, from wherever something tells; undefined: nothing does. */
export interface SystemWorkload {
  readonly name: string;
  readonly service: string;
  readonly namespace: string;
  readonly version: string;
  readonly traced: FittedWorkload | undefined;
  readonly logged: LoggedWorkload | undefined;
  readonly metered: MeteredWorkload | undefined;
  readonly cpu: CpuFound | undefined;
}

/** A way in, and how often. */
export interface SystemEntry {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly template: string;
  /** Host header; "" where nothing tells. */
  readonly authority: string;
  /** Workload or service in the mesh that asks; "": visitors at a gateway. */
  readonly client: string;
  readonly profile: RateProfile | undefined;
  readonly process: ArrivalProcess | undefined;
  readonly patience: PatienceFound | undefined;
  /** Arrivals in seconds since the start of the window, where a log tells each. */
  readonly times: readonly number[] | undefined;
  readonly source: string;
}

/** Shares of the versions of a Service, between its changes. */
export interface SystemSplit {
  readonly service: string;
  readonly namespace: string;
  readonly versions: readonly string[];
  readonly phases: readonly {
    /** Seconds since the start of the window. */
    readonly fromSeconds: number;
    readonly toSeconds: number;
    readonly shares: readonly Estimate[];
    /** As somebody said; undefined: told from the calls alone. */
    readonly told: readonly number[] | undefined;
    /** When each calling proxy came to it; of the first phase none. */
    readonly propagation: readonly Propagation[];
  }[];
}

/** All that was found of a system in a stretch of time. */
export interface FittedSystem {
  readonly fromMs: number;
  readonly toMs: number;
  readonly workloads: readonly SystemWorkload[];
  readonly entries: readonly SystemEntry[];
  readonly splits: readonly SystemSplit[];
  readonly traces: FittedTraces;
  /** Whether the calls are told from traces, or from request ids in logs. */
  readonly graphFrom: 'traces' | 'logs' | 'nothing';
  readonly logs: FittedLogs;
  readonly sidecar: CpuFound | undefined;
  /** Who called whom, by counters; workloads. */
  readonly meteredEdges: readonly MeteredEdge[];
  /** What could not be told, in sentences, and why. */
  readonly unknown: readonly string[];
}

export function fitSystem(evidence: Evidence): FittedSystem {
  const { logs, metrics, names, fromMs, toMs } = evidence;
  const found = fitLogs(logs, names, fromMs, toMs);
  const hasTraces = evidence.spans.length > 0;
  const spans = hasTraces ? evidence.spans : spansOfLogs(logs, names);
  const traces = fitTraces({
    spans,
    names,
    waitMs: (requestId, pod, startUs) => found.waits.of(pod, requestId, startUs / 1000),
    ...(hasTraces ? fromWholeLogs(evidence, found) : { source: 'logs', roundingMs: 1 }),
  });
  const counted = countsOfLogs(evidence);
  const metered = metrics.workloads();
  const workloadNames = new Set([
    ...traces.workloads.map(({ name }) => name),
    ...found.workloads.map(({ workload }) => workload),
    ...metered.map(({ workload }) => workload),
  ]);
  const workloads = [...workloadNames].sort().map((name): SystemWorkload => {
    const traced = traces.workloads.find((own) => own.name === name);
    const logged = found.workloads.find((own) => own.workload === name);
    const pod = names.pods().find((own) => own.workload === name);
    return {
      name,
      service: traced?.service ?? logged?.service ?? pod?.service ?? name,
      namespace: traced?.namespace || (pod?.namespace ?? ''),
      version: traced?.version || logged?.version || (pod?.version ?? ''),
      traced,
      logged,
      metered: metered.find((own) => own.workload === name),
      cpu: metrics.appCpu(name, names, counted.inbound),
    };
  });
  const sidecar = metrics.sidecarCpu(names, counted.all);
  const entries = entriesOf(evidence, found, traces, hasTraces);
  const graphFrom = hasTraces ? 'traces' : spans.length > 0 ? 'logs' : 'nothing';
  const system = {
    fromMs,
    toMs,
    workloads,
    entries,
    splits: splitsOf(evidence),
    traces,
    graphFrom,
    logs: found,
    sidecar,
    meteredEdges: metrics.edges(),
  } as const;
  return { ...system, unknown: unknownOf(system, evidence) };
}

/** What logs tell of all requests and traces of a sample. */
function fromWholeLogs(
  { logs, names }: Evidence,
  found: FittedLogs,
): Pick<TracesInput, 'counted' | 'durationsMs'> {
  const of = (workload: string): readonly PodLog[] =>
    logs.filter(({ pod, inbound }) => inbound.length > 0 && names.pod(pod).workload === workload);
  return {
    counted: (workload, host) => {
      const own = of(workload);
      const calls = own.reduce(
        (sum, { outbound }) => sum + outbound.filter((call) => serviceOf(call.host).service === host).length,
        0,
      );
      const requests = own.reduce((sum, { inbound }) => sum + inbound.length, 0);
      return own.length === 0 ? undefined : { requests, calls, source: 'logs' };
    },
    durationsMs: (workload) => {
      const known = found.workloads.find((own) => own.workload === workload);
      if (known === undefined || known.workers.workers !== null) return undefined;
      return of(workload).flatMap(({ inbound }) =>
        inbound
          .filter((call) => !isDisturbed(call) && call.status < 500 && call.durationMs >= 0)
          .map(({ durationMs }) => durationMs),
      );
    },
  };
}

/** Requests of a pod until a moment (seconds since 1970), by its log. */
function countsOfLogs({ logs, fromMs, toMs }: Evidence): {
  readonly inbound: (pod: string) => ((time: number) => number) | undefined;
  readonly all: (pod: string) => ((time: number) => number) | undefined;
} {
  const counter =
    (starts: Float64Array) =>
    (time: number): number => {
      const ms = time * 1000;
      if (ms < fromMs || ms > toMs) return Number.NaN;
      let low = 0;
      let high = starts.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (starts[middle]! < ms) low = middle + 1;
        else high = middle;
      }
      return low;
    };
  const of = (which: (log: Evidence['logs'][number]) => readonly { readonly startMs: number }[]) => {
    const known = new Map(
      logs.map((log) => [log.pod, counter(Float64Array.from(which(log), ({ startMs }) => startMs).sort())]),
    );
    return (pod: string) => known.get(pod);
  };
  return {
    inbound: of(({ inbound }) => inbound),
    all: of(({ inbound, outbound }) => [...inbound, ...outbound]),
  };
}

function entriesOf(
  { metrics, names, fromMs, toMs }: Evidence,
  found: FittedLogs,
  traces: FittedTraces,
  hasTraces: boolean,
): readonly SystemEntry[] {
  if (found.entries.length > 0) {
    return found.entries.map(({ entry, profile, process, patience }) => ({
      service: entry.service,
      method: entry.method,
      path: entry.path,
      template: entry.template,
      authority: entry.authority,
      client: '',
      profile,
      process,
      patience,
      times: entry.calls.map(({ startMs }) => (startMs - fromMs) / 1000),
      source: 'gateway log',
    }));
  }
  if (!hasTraces) return meteredEntries(metrics, names, fromMs, toMs);
  const seconds = (toMs - fromMs) / 1000;
  const all = traces.entries.reduce((sum, { count }) => sum + count, 0);
  return traces.entries.map((entry) => {
    const times = metrics.arrivals(entry.host, fromMs / 1000, toMs / 1000);
    const profile = times.length < 10 ? undefined : rateProfile(times, seconds);
    // Requests of a service are told together: each entry has its part of them.
    const part =
      entry.count /
      Math.max(
        1,
        traces.entries.reduce((sum, own) => sum + (own.host === entry.host ? own.count : 0), 0),
      );
    return {
      service: entry.host,
      method: entry.method,
      path: entry.example,
      template: entry.path,
      authority: entry.authority,
      client: entry.client,
      profile:
        profile === undefined
          ? undefined
          : {
              ...profile,
              points: profile.points.map(({ atSeconds, rps, low, high }) => ({
                atSeconds,
                rps: rps * part,
                low: low * part,
                high: high * part,
              })),
            },
      process: undefined,
      patience: undefined,
      times: undefined,
      source: all > 0 && profile !== undefined ? 'Prometheus' : 'traces',
    };
  });
}

/** Where counters alone tell: whoever is called by somebody that nobody calls. */
function meteredEntries(
  metrics: Evidence['metrics'],
  names: Evidence['names'],
  fromMs: number,
  toMs: number,
): readonly SystemEntry[] {
  const edges = metrics.edges();
  const called = new Set(edges.map(({ to }) => to));
  const services = edges
    .filter(({ from, to }) => !called.has(from) && to !== 'unknown')
    .map(({ to }) => names.pods().find(({ workload }) => workload === to)?.service ?? to);
  return [...new Set(services)].map((service) => {
    const times = metrics.arrivals(service, fromMs / 1000, toMs / 1000);
    return {
      service,
      method: 'GET',
      path: '/',
      template: '/',
      authority: '',
      client: '',
      profile: times.length < 10 ? undefined : rateProfile(times, (toMs - fromMs) / 1000),
      process: undefined,
      patience: undefined,
      times: undefined,
      source: 'Prometheus',
    };
  });
}

function splitsOf({ logs, spans, names, changes, fromMs, toMs }: Evidence): readonly SystemSplit[] {
  const logged = versionedCalls(logs, names).map((calls) => ({ calls, source: "callers' logs" }));
  const traced = versionedSpans(spans, names)
    .filter(({ service }) => !logged.some(({ calls }) => calls.service === service))
    .map((calls) => ({ calls, source: 'traces' }));
  return [...logged, ...traced].map(({ calls, source }) => {
    const told = changes
      .filter(({ weights }) => Object.keys(weights).every((version) => calls.versions.includes(version)))
      .filter(({ atMs }) => atMs < toMs)
      .map(({ atMs, weights }) => ({ atMs: Math.max(atMs, fromMs), shares: sharesOf(calls, weights) }));
    const moments = told.length > 0 ? told : changesFound(calls).map((atMs) => ({ atMs, shares: undefined }));
    const edges = [{ atMs: fromMs, shares: undefined }, ...moments];
    const shares = edges.map(({ atMs }, at) => {
      const end = edges[at + 1]?.atMs ?? toMs;
      // Some proxies heed a change only after a while.
      const settled = at === 0 ? atMs : Math.min(atMs + 5000, (atMs + end) / 2);
      const counts = countsBetween(calls, at === 0 ? atMs : settled, end);
      const all = counts.reduce((sum, count) => sum + count, 0);
      return counts.map((count) => shareEstimate(count, all, source));
    });
    const phases = edges.map(({ atMs, shares: asTold }, at) => {
      const end = edges[at + 1]?.atMs ?? toMs;
      const of = (which: number): readonly number[] =>
        edges[which]!.shares ?? shares[which]!.map(({ value }) => value);
      return {
        fromSeconds: (atMs - fromMs) / 1000,
        toSeconds: (end - fromMs) / 1000,
        shares: shares[at]!,
        told: asTold,
        propagation:
          at === 0 || asTold === undefined ? [] : propagationOf(calls, atMs, of(at - 1), of(at), end),
      };
    });
    return {
      service: calls.service,
      namespace: calls.namespace,
      versions: calls.versions,
      // A change at the very start leaves nothing before it.
      phases: phases.filter(({ fromSeconds, toSeconds }) => toSeconds > fromSeconds),
    };
  });
}

function sharesOf(
  { versions }: VersionedCalls,
  weights: Readonly<Record<string, number>>,
): readonly number[] {
  const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return versions.map((version) => (weights[version] ?? 0) / all);
}

function unknownOf(
  { workloads, entries, graphFrom, sidecar, traces }: Omit<FittedSystem, 'unknown'>,
  { logs, metrics, objects, spans }: Evidence,
): readonly string[] {
  const told: string[] = [];
  if (graphFrom === 'nothing')
    told.push(
      metrics.edges().length > 0
        ? 'the order of calls, and how long anything takes: neither traces nor logs of sidecars were given'
        : 'who calls whom, and how long anything takes: neither traces nor logs of sidecars were given',
    );
  if (graphFrom === 'logs')
    told.push(
      'times below a millisecond: calls and own times are from logs, which have whole milliseconds; traces would tell',
    );
  if (metrics.metrics.length === 0)
    told.push('CPU of requests, of idle pods and of sidecars: no Prometheus range was given');
  else {
    for (const { name, cpu } of workloads) {
      if (cpu === undefined)
        told.push(`CPU of ${name}: no series of its pods' CPU and requests over six minutes was given`);
      else if (!cpu.isTold)
        told.push(
          `idle CPU of ${name}: its rate moved by less than a fifth, so that its CPU is put down to requests alone`,
        );
    }
    if (sidecar === undefined)
      told.push('CPU of sidecars: no series of istio-proxy and its requests was given');
  }
  if (logs.length === 0)
    told.push('how many requests a pod serves at once, and waits for that: no access logs were given');
  for (const { name, logged, traced } of workloads) {
    if (logs.length > 0 && logged === undefined)
      told.push(`workers of ${name}: no log of its pods was given`);
    if (traced !== undefined && traced.requests < 30)
      told.push(`p99 of ${name}: only ${traced.requests} requests were seen`);
  }
  for (const { service, profile } of entries)
    if (profile === undefined)
      told.push(`how often ${service} is asked for: neither a gateway's log nor its counters were given`);
  if (entries.length === 0) told.push('where requests come in: no log or span of a gateway was given');
  if (objects.length === 0) told.push('replicas, limits and rules: no manifests were given');
  if (spans.length > 0) told.push(...traces.notes);
  return told;
}
