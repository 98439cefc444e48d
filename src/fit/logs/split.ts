import { ln } from '../../kernel/math.ts';
import { cheapestCuts, shareCost } from './change-points.ts';
import { serviceOf } from './entries.ts';
import type { PodLog } from './logged-call.ts';
import type { Names } from '../names.ts';

/** Calls of one Service, told apart by the version that took them. */
export interface VersionedCalls {
  readonly service: string;
  readonly namespace: string;
  readonly versions: readonly string[];
  /** By calling pod, in the order of their starts. */
  readonly callers: readonly {
    readonly pod: string;
    readonly startMs: Float64Array;
    /** Place in `versions`. */
    readonly version: Int16Array;
  }[];
}

/** One call of a Service that one of its versions took. */
export interface VersionedCall {
  readonly service: string;
  readonly namespace: string;
  readonly pod: string;
  readonly startMs: number;
  readonly version: string;
}

/**
 * Services that more than one version took calls of, by the outbound lines of whoever called; of a caller whose log is missing, by the
 * inbound lines of the versions.
 */
export const versionedCalls = (logs: readonly PodLog[], names: Names): readonly VersionedCalls[] =>
  toldApart([
    ...callsTaken(logs, names),
    ...logs.flatMap(({ pod, outbound }) =>
      outbound.flatMap((call) => {
        if (call.host === '') return [];
        const callee = names.podAt(call.upstream);
        const version = (callee === undefined ? '' : names.pod(callee).version) || call.subset;
        return version === '' ? [] : [{ ...serviceOf(call.host), pod, startMs: call.startMs, version }];
      }),
    ),
  ]);

/** Inbound lines from pods that have no log: a line behind a failed one of the same request and caller is a further try of that call. */
function callsTaken(logs: readonly PodLog[], names: Names): readonly VersionedCall[] {
  const withLog = new Set(logs.flatMap(({ pod, outbound }) => (outbound.length > 0 ? [pod] : [])));
  const lines = logs.flatMap(({ pod, inbound }) => {
    const { service, namespace, version } = names.pod(pod);
    if (version === '') return [];
    return inbound.flatMap((call) => {
      const caller = call.peer === '' ? undefined : names.podAt(call.peer);
      return caller === undefined || withLog.has(caller) || names.pod(caller).isGateway
        ? []
        : [{ call, own: { service, namespace, pod: caller, startMs: call.startMs, version } }];
    });
  });
  const failed = new Set<string>();
  return lines
    .sort((one, other) => one.call.startMs - other.call.startMs)
    .flatMap(({ call, own }) => {
      const key = `${own.service} ${own.pod} ${call.requestId}`;
      const isFurther = call.requestId !== '' && failed.delete(key);
      if (call.status >= 500 || call.status === 0) failed.add(key);
      return isFurther ? [] : [own];
    });
}

/** Calls by Service, of those that more than one version took. */
export function toldApart(calls: readonly VersionedCall[]): readonly VersionedCalls[] {
  const services = new Map<string, VersionedCall[]>();
  // Who does not know the namespace means the one that others know.
  const known = new Map(calls.flatMap((own) => (own.namespace === '' ? [] : [[own.service, own.namespace]])));
  for (const call of calls) {
    const namespace = call.namespace || (known.get(call.service) ?? '');
    const key = `${call.service}.${namespace}`;
    const own = services.get(key);
    if (own === undefined) services.set(key, [call]);
    else own.push(call);
  }
  return [...services.values()].flatMap((own) => {
    const versions = [...new Set(own.map(({ version }) => version))].sort();
    if (versions.length < 2) return [];
    const callers = new Map<string, VersionedCall[]>();
    for (const call of own) {
      const known = callers.get(call.pod);
      if (known === undefined) callers.set(call.pod, [call]);
      else known.push(call);
    }
    return [
      {
        service: own[0]!.service,
        namespace: own[0]!.namespace || (known.get(own[0]!.service) ?? ''),
        versions,
        callers: [...callers].map(([pod, asked]) => ({
          pod,
          startMs: Float64Array.from(asked, ({ startMs }) => startMs),
          version: Int16Array.from(asked, ({ version }) => versions.indexOf(version)),
        })),
      },
    ];
  });
}

/** How often each version was chosen from one moment up to another, by all callers. */
export function countsBetween({ versions, callers }: VersionedCalls, fromMs: number, toMs: number): number[] {
  const counts = versions.map(() => 0);
  for (const { startMs, version } of callers) {
    for (let at = 0; at < startMs.length; at += 1) {
      const when = startMs[at]!;
      if (when >= fromMs && when < toMs) counts[version[at]!] = counts[version[at]!]! + 1;
    }
  }
  return counts;
}

/** Weights of the versions must come this far apart to be told from a proxy that hears later. */
const togetherMs = 20_000;
const shortest = 25;

/**
 * Moments at which the shares of the versions changed, told from the calls alone (PELT on the draws in the order of time, Killick
 * 2012). Cuts that follow each other within seconds are one change that some proxies heard of later; its moment is the first.
 */
export function changesFound({ versions, callers }: VersionedCalls): readonly number[] {
  const draws = callers
    .flatMap(({ startMs, version }) => Array.from(startMs, (when, at) => ({ when, version: version[at]! })))
    .sort((one, other) => one.when - other.when);
  const n = draws.length;
  if (n < 2 * shortest) return [];
  // Of many draws a few thousand sums are cut: each place is found again to the draw.
  const group = Math.ceil(n / 6000);
  const cost = shareCost(
    draws.map(({ version }) => version),
    versions.length,
  );
  const groups = Math.floor(n / group);
  const at = (edge: number): number => (edge === groups ? n : edge * group);
  const edges = cheapestCuts(
    groups,
    (from, end) => cost(at(from), at(end)),
    3 * (versions.length - 1) * ln(n),
    Math.ceil(shortest / group),
  )
    .slice(1, -1)
    .map((edge) => exactCut(cost, at(edge), group, n));
  const moments: number[] = [];
  for (const edge of edges) {
    const when = draws[edge]!.when;
    if (moments.length === 0 || when - moments.at(-1)! > togetherMs) moments.push(when);
  }
  return moments;
}

function exactCut(
  cost: (from: number, end: number) => number,
  near: number,
  group: number,
  n: number,
): number {
  if (group === 1) return near;
  let best = near;
  let least = Infinity;
  const reach = 50 * group;
  const [from, end] = [Math.max(0, near - reach), Math.min(n, near + reach)];
  for (let at = Math.max(from + 1, near - group); at < Math.min(end, near + group); at += 1) {
    const value = cost(from, at) + cost(at, end);
    if (value < least) {
      least = value;
      best = at;
    }
  }
  return best;
}
