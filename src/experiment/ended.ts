import { formatDuration } from '../manifest/quantity.ts';
import { count } from '../words/number.ts';
import { manyRetries, type Overrun } from '../mesh/budget.ts';
import { role } from '../mesh/request/role.ts';
import type { World } from '../mesh/world.ts';
import type { CutOff } from '../record/record.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Events that are looked at to see what a run is busy with. */
const lookedAt = 20_000;

/**
 * Why a run ended before its time, and what in its scenario is the cause. The world goes on for some events to be watched,
 * so whatever is wanted of it is to be taken before.
 */
export function endedBy(scenario: Scenario, world: World, overrun: Overrun): CutOff {
  const atUs = world.simulation.nowUs;
  const { limit, allowed } = overrun;
  const many = count(allowed);
  const spent = {
    events: `${many} events are spent`,
    clock: `${many} events came at one instant, and time does not go on`,
    pages: `more than ${many} pages were asked for`,
    requests: `more than ${many} requests are under way`,
    depth: `calls lie more than ${many} deep in calls`,
    retries: `more than ${many} retries of requests that had ${count(manyRetries)} before`,
    pods: `more than ${many} pods were made`,
  }[limit];
  return {
    limit,
    allowed,
    atSeconds: atUs / 1e6,
    sentence: `The run ended at ${formatDuration(atUs)} of ${formatDuration(scenario.durationUs)}: ${spent} (spec.budget.${limit === 'clock' ? 'events' : limit}).`,
    cause: causeOf(scenario, world, overrun),
  };
}

function causeOf(scenario: Scenario, world: World, { limit, entry }: Overrun): string {
  if (entry !== undefined) return `traffic "${scenario.traffic[entry]!.name}"`;
  const row = deepestRow(world);
  const chain = row < 0 ? [] : callChain(world, row);
  // Calls that go round and round: few workloads in a long chain.
  if (limit === 'depth' || (chain.length >= 8 && new Set(chain).size <= chain.length / 4))
    return `the calls ${loopOf(chain).join(' -> ')}`;
  if (limit === 'retries') return retriesOf(world);
  if (limit === 'pods') return `the scaling of ${mostMade(world)}`;
  if (limit === 'requests') return busiestTraffic(scenario, world);
  const census = world.simulation.census(lookedAt);
  const all = [...census.values()].reduce((sum, own) => sum + own, 0);
  const share = (kind: string): number => (census.get(kind) ?? 0) / Math.max(1, all);
  const found = kindCauses.find(({ kind }) => share(kind) > 0.1);
  if (found !== undefined) return found.cause(world);
  const source = world.eventsOfTraffic.findIndex((kinds) => kinds.some((kind) => share(kind) > 0.05));
  return source < 0 ? busiestTraffic(scenario, world) : `traffic "${scenario.traffic[source]!.name}"`;
}

/** What else than traffic can keep a run busy, by the kind of its events. */
const kindCauses: readonly { readonly kind: string; readonly cause: (world: World) => string }[] = [
  { kind: 'back-off over', cause: retriesOf },
  { kind: 'metrics-server scrapes', cause: () => 'kubernetes.scrape' },
  { kind: 'autoscaler syncs', cause: () => 'kubernetes.autoscaler.syncPeriod' },
  { kind: 'cAdvisor reads', cause: ({ pods }) => `the CPU of ${count(pods.length)} pods is read` },
  { kind: 'outlier interval ends', cause: () => 'interval of an outlierDetection' },
  { kind: 'connection was idle', cause: () => 'idleTimeout of a connectionPool' },
  { kind: 'mark', cause: () => 'spec.window' },
];

/** The rule whose request has been tried most often. */
function retriesOf({ rows, tables }: World): string {
  const most = maxBy(rows.used(), (row) => rows.attempts[row]!);
  const route = most === undefined ? undefined : tables.routes[rows.route[most]!]?.route;
  return route === undefined ? 'retries' : `retries of ${route.metadata.rule}`;
}

/** The workload that has made the most pods. */
function mostMade({ pods }: World): string {
  const made = new Map<string, number>();
  for (const { workload } of pods) made.set(workload, (made.get(workload) ?? 0) + 1);
  return maxBy([...made.keys()], (workload) => made.get(workload)!)!;
}

/** The entry to which most requests under way belong, and the workload in whose pods most of them are. */
function busiestTraffic(scenario: Scenario, { rows, pods, pagesAsked }: World): string {
  const bySource = scenario.traffic.map(() => 0);
  const byWorkload = new Map<string, number>();
  for (const row of rows.used()) {
    bySource[rows.source[rows.root[row]!]!]! += 1;
    const workload = pods[rows.pod[row]!]?.workload;
    if (workload !== undefined) byWorkload.set(workload, (byWorkload.get(workload) ?? 0) + 1);
  }
  const entry = maxBy([...bySource.keys()], (source) => bySource[source]! + pagesAsked[source]! * 1e-9);
  const workload = maxBy([...byWorkload.keys()], (name) => byWorkload.get(name)!);
  if (entry === undefined) return 'no traffic';
  return `traffic "${scenario.traffic[entry]!.name}"${workload === undefined ? '' : `; most of its requests are at ${workload}`}`;
}

function deepestRow({ rows }: World): number {
  return maxBy(rows.used(), (row) => rows.depth[row]!) ?? -1;
}

/** Workloads from the page's to the one that made the call of this row. */
function callChain({ rows, pods }: World, row: number): string[] {
  const chain: string[] = [];
  for (let at = rows.parent[row]!; at >= 0;) {
    if (rows.role[at] !== role.branch) chain.unshift(pods[rows.pod[at]!]!.workload);
    // A try of its own belongs to the request that it is for.
    const own = rows.stream[at]! >= 0 ? rows.stream[at]! : at;
    at = rows.parent[own]!;
  }
  return chain;
}

/** `a -> b -> a` of a chain that ends in it; the last few where nothing repeats. */
function loopOf(chain: readonly string[]): readonly string[] {
  const before = chain.lastIndexOf(chain.at(-1) ?? '', chain.length - 2);
  return before >= 0 ? chain.slice(before) : chain.slice(-8);
}

function maxBy<T>(values: readonly T[], sizeOf: (value: T) => number): T | undefined {
  let [best, size]: [T | undefined, number] = [undefined, -Infinity];
  for (const value of values) if (sizeOf(value) > size) [best, size] = [value, sizeOf(value)];
  return best;
}
