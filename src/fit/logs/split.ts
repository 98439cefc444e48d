import { ln } from '../../kernel/math.ts';
import { cheapestCuts, shareCost } from './change-points.ts';
import { serviceOf } from './entries.ts';
import type { LoggedCall, PodLog } from './logged-call.ts';
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

/** Services that more than one version took calls of, by the outbound lines of whoever called. */
export function versionedCalls(logs: readonly PodLog[], names: Names): readonly VersionedCalls[] {
  const services = new Map<string, Map<string, { call: LoggedCall; version: string }[]>>();
  for (const { pod, outbound } of logs) {
    for (const call of outbound) {
      if (call.host === '') continue;
      const callee = names.podAt(call.upstream);
      const version = (callee === undefined ? '' : names.pod(callee).version) || call.subset;
      if (version === '') continue;
      const callers = services.get(call.host) ?? new Map<string, { call: LoggedCall; version: string }[]>();
      services.set(call.host, callers);
      const own = callers.get(pod);
      if (own === undefined) callers.set(pod, [{ call, version }]);
      else own.push({ call, version });
    }
  }
  return [...services].flatMap(([host, callers]) => {
    const all = [...callers.values()].flat();
    const versions = [...new Set(all.map(({ version }) => version))].sort();
    if (versions.length < 2) return [];
    return [
      {
        ...serviceOf(host),
        versions,
        callers: [...callers].map(([pod, calls]) => ({
          pod,
          startMs: Float64Array.from(calls, ({ call }) => call.startMs),
          version: Int16Array.from(calls, ({ version }) => versions.indexOf(version)),
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
