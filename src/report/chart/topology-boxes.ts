import { group, max } from 'd3-array';
import type { RunRecord } from '../../record/record.ts';
import type { CallRecord } from '../../record/step.ts';
import { splitOf } from '../words.ts';
import { callerName, edgeName, totals } from './calls.ts';

/** A caller or a service, and where it stands in every panel. */
export interface Box {
  readonly name: string;
  /** Workloads that are it: whose calls go out from it. */
  readonly workloads: ReadonlySet<string>;
  readonly service: string | undefined;
  /** That have a row each; a service of one version has none. */
  readonly versions: readonly (string | null)[];
  /** Workloads that serve each version. */
  readonly workloadsOf: ReadonlyMap<string | null, ReadonlySet<string>>;
  readonly hasCallerLine: boolean;
  readonly top: number;
  readonly height: number;
}

export const headHeight = 26;
export const rowHeight = 36;
export const gapBetween = 14;
const titleHeight = 24;

/** All that ever called or was called: callers first, then services by how many calls lie before them. */
export function boxesOf(record: RunRecord): Box[] {
  const calls = record.steps.flatMap((own) => own.calls);
  const callsOf = group(calls, ({ service }) => service);
  const services = [...callsOf.keys()];
  const workloadsOf = new Map(
    [...callsOf].map(([service, own]) => [service, new Set(own.flatMap(({ workload }) => workload ?? []))]),
  );
  const callersOf = new Map(
    [...callsOf].map(([service, own]) => [service, [...new Set(own.map(({ caller }) => caller))]]),
  );
  const serving = new Set(calls.map(({ workload }) => workload));
  const isService = (caller: string | null): boolean => caller !== null && serving.has(caller);
  const outside = [
    ...totals(
      calls.filter((own) => !isService(own.caller)),
      callerName,
    ).values(),
  ];
  const calledBy = (callers: ReadonlySet<string | null>): string[] =>
    services.filter((service) => callersOf.get(service)!.some((own) => callers.has(own)));
  const outsiders = new Set(calls.map((own) => own.caller).filter((own) => !isService(own)));
  const ordered = callOrder(services, calledBy(outsiders), (service) => calledBy(workloadsOf.get(service)!));
  let top = titleHeight;
  const placed = (box: Omit<Box, 'top' | 'height'>): Box => {
    const rows = box.versions.length;
    const height = headHeight + (box.hasCallerLine ? 14 : 0) + (rows === 0 ? 0 : rows * rowHeight + 2);
    const own = { ...box, top, height };
    top += height + gapBetween;
    return own;
  };
  return [
    ...outside.map((own) =>
      placed({
        name: callerName(own),
        workloads: new Set(own.caller === null ? [] : [own.caller]),
        service: undefined,
        versions: [],
        workloadsOf: new Map(),
        hasCallerLine: false,
      }),
    ),
    ...ordered.map((service) => {
      const own = callsOf.get(service)!;
      const versions = versionsOf(record, own, service);
      return placed({
        name: service,
        workloads: workloadsOf.get(service)!,
        service,
        versions: versions.length === 1 ? [] : versions,
        workloadsOf: new Map(
          versions.map((version) => [
            version,
            new Set(
              own.flatMap((call) =>
                call.version === version && call.workload !== null ? [call.workload] : [],
              ),
            ),
          ]),
        ),
        hasCallerLine: totals(own, edgeName).size > 1,
      });
    }),
  ];
}

/** Each service after those that call it, alphabetically as far as that leaves a choice; a call that closes a circle is passed over. */
function callOrder(
  services: readonly string[],
  first: readonly string[],
  calledBy: (service: string) => readonly string[],
): string[] {
  const seen = new Set<string>();
  const done: string[] = [];
  const visit = (some: readonly string[]): void => {
    for (const service of [...some].sort().reverse()) {
      if (seen.has(service)) continue;
      seen.add(service);
      visit(calledBy(service));
      done.push(service);
    }
  };
  visit(first);
  visit(services);
  return done.reverse();
}

/** In the order of their colours; what went nowhere comes last. */
function versionsOf(record: RunRecord, calls: readonly CallRecord[], service: string): (string | null)[] {
  const seen = new Set(calls.map((own) => own.version));
  const keys = splitOf(record, service)?.keys ?? [];
  return [
    ...keys.filter((key) => seen.has(key)),
    ...[...seen].filter((own) => own !== null && !keys.includes(own)),
    ...(seen.has(null) ? [null] : []),
  ];
}

/** A lane of the gutter for each box with calls that go out, free from its foot to the last box that it calls. */
export function lanesOf(boxes: readonly Box[], { steps }: RunRecord): Map<Box, number> {
  const calls = steps.flatMap((own) => own.calls);
  const lanes = new Map<Box, number>();
  const until: number[] = [];
  for (const box of boxes) {
    const called = new Set(calls.filter((own) => isFrom(box, own)).map(({ service }) => service));
    const reached = boxes.filter((to) => to !== box && to.service !== undefined && called.has(to.service));
    const last = max(reached, (own) => own.top);
    if (last === undefined) continue;
    const free = until.findIndex((end) => end < box.top);
    const lane = free < 0 ? until.length : free;
    until[lane] = last + headHeight;
    lanes.set(box, lane);
  }
  return lanes;
}

/** Whether a call goes out from a box. */
export const isFrom = (box: Box, own: CallRecord): boolean =>
  own.caller !== null && box.workloads.has(own.caller)
    ? true
    : box.service === undefined && callerName(own) === box.name;
