import { flagText } from '../../mesh/envoy/response-flag.ts';
import type { World } from '../../mesh/world.ts';
import type { Failure } from '../../record/failure.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { FailureGroup } from '../failure/failures.ts';
import type { Recorder } from '../recorder.ts';

/** Why requests failed, most pages first: groups of callers of one workload are one. */
export function buildFailures(world: World, recorder: Recorder, scenario: Scenario): Failure[] {
  const merged = new Map<string, Failure>();
  for (const group of recorder.failures.groups) {
    const own = failureOf(world, group, scenario);
    const key = JSON.stringify([
      own.cause,
      own.caller,
      own.host,
      own.service,
      own.version,
      own.pod,
      own.status,
      own.flags,
    ]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? own : joined(known, own));
  }
  return [...merged.values()].sort(
    (a, b) => b.pages - a.pages || b.pagesWithout - a.pagesWithout || b.requests - a.requests,
  );
}

function failureOf(world: World, group: FailureGroup, scenario: Scenario): Failure {
  const place = world.proxies.places[group.caller];
  return {
    cause: group.cause,
    caller: place?.workload ?? world.pods[group.asker]?.workload ?? 'visitors',
    callerHasProxy: place !== undefined,
    host: group.host,
    service: world.services[group.service] ?? '',
    version: world.keys.name[group.key] ?? null,
    pod: world.pods[group.pod]?.name ?? null,
    status: group.status,
    flags: flagText(group.flags),
    requests: group.requests,
    pages: group.pages,
    pagesWithout: group.pagesWithout,
    firstSeconds: group.firstUs / 1e6,
    lastSeconds: group.lastUs / 1e6,
    seconds: group.seconds,
    page: group.page < 0 ? null : { traffic: scenario.traffic[group.source]!.name, number: group.page + 1 },
  };
}

const joined = (one: Failure, other: Failure): Failure => ({
  ...one,
  requests: one.requests + other.requests,
  pages: one.pages + other.pages,
  pagesWithout: one.pagesWithout + other.pagesWithout,
  firstSeconds: Math.min(one.firstSeconds, other.firstSeconds),
  lastSeconds: Math.max(one.lastSeconds, other.lastSeconds),
  seconds: Math.max(one.seconds, other.seconds),
  page: one.page ?? other.page,
});
