import { flagText } from '../mesh/envoy/response-flag.ts';
import type { World } from '../mesh/world.ts';
import type { Scenario } from '../scenario/scenario.ts';

/**
 * One finished request at its caller's proxy as a line of JSON, fields named as in Istio's JSON access log. `start_time`
 * counts from 1970, as the simulation has no date; `x_meshshift` holds what no real proxy would tell.
 */
export function requestLine(world: World, scenario: Scenario, row: number, nowUs: number): string {
  const { rows } = world;
  const head = world.classes.heads[rows.requestClass[row]!]!;
  const pod = rows.pod[row]!;
  const caller = rows.caller[row]!;
  const key = rows.key[row]!;
  const status = rows.status[row]!;
  const flags = flagText(rows.flags[row]!);
  const root = rows.root[row]!;
  return `${JSON.stringify({
    start_time: isoTime(rows.startedUs[row]!),
    method: head.method,
    path: head.path,
    protocol: 'HTTP/1.1',
    response_code: status,
    response_flags: flags === '' ? '-' : flags,
    duration: Math.round((nowUs - rows.startedUs[row]!) / 1000),
    authority: head.authority,
    upstream_host: pod < 0 ? null : world.pods[pod]!.name,
    upstream_cluster:
      caller < 0 || rows.cluster[row]! < 0 ? null : world.tables.clusterNames[rows.cluster[row]!]!,
    x_meshshift: {
      proxy: caller < 0 ? null : world.proxies.places[caller]!.pod,
      snapshot: rows.snapshot[row]!,
      key: key < 0 ? null : world.keys.name[key]!,
      traffic: scenario.traffic[rows.source[root]!]?.name ?? null,
      page: rows.page[root]!,
    },
  })}\n`;
}

/** Microseconds since 1970 as ISO 8601 in UTC, to the microsecond (days are enough for a simulation). */
function isoTime(us: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const whole = Math.floor(us / 1e6);
  const day = 1 + Math.floor(whole / 86400);
  const fraction = String(Math.round(us - whole * 1e6)).padStart(6, '0');
  return `1970-01-${two(day)}T${two(Math.floor(whole / 3600) % 24)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${fraction}Z`;
}
