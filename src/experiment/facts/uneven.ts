import { inertWarmup, type ConsistentHash, type PolicyBlocks } from '../../manifest/kind/traffic-policy.ts';
import { failsOver, type LocalitySettings } from '../../mesh/envoy/balancer/locality.ts';
import { blocksFor, type Nearness } from '../../mesh/istiod/cluster.ts';
import type { ActingDestinationRule } from '../../mesh/istiod/destination-rules.ts';
import { localitySetting } from '../../mesh/istiod/locality-setting.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { UnevenFact } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';

type Own = UnevenFact extends infer Fact
  ? Fact extends UnevenFact
    ? Omit<Fact, 'service' | 'subset'>
    : never
  : never;

/** Why the balancers of a Service, and of each of its subsets, do not give every ready pod the same. */
export function unevenIn(
  { ports }: MeshService,
  service: string,
  rule: ActingDestinationRule | undefined,
  near: Nearness,
  traffic: Scenario['traffic'],
): UnevenFact[] {
  const policies = [
    { subset: null, policy: undefined },
    ...(rule?.subsets ?? []).map(({ name, trafficPolicy }) => ({ subset: name, policy: trafficPolicy })),
  ];
  const found = policies.flatMap(({ subset, policy }) =>
    ports.flatMap(({ port }) =>
      reasonsIn(blocksFor(port, rule?.policy, policy), near, traffic).map((own): UnevenFact => ({
        service,
        subset,
        ...own,
      })),
    ),
  );
  return [...new Map(found.map((own) => [JSON.stringify(own), own])).values()];
}

function reasonsIn(
  { loadBalancer, outlierDetection }: PolicyBlocks,
  near: Nearness,
  traffic: Scenario['traffic'],
): Own[] {
  const { consistentHash: hash, warmup } = loadBalancer ?? {};
  const minHealth = near.distribution === undefined ? (outlierDetection?.minHealthPercent ?? 0) : 0;
  const how = nearBy(
    localitySetting(loadBalancer, near.distribution, near.mesh),
    outlierDetection !== undefined,
  );
  return [
    ...(hash === undefined
      ? []
      : [{ by: 'hash' as const, of: hashedText(hash), keys: keysOf(hash, traffic) }]),
    ...(warmup === undefined || inertWarmup(loadBalancer!) !== undefined
      ? []
      : [{ by: 'warm-up' as const, seconds: warmup.durationUs / 1e6 }]),
    ...(how === undefined ? [] : [{ by: 'locality' as const, how }]),
    ...(minHealth > 0 ? [{ by: 'panic' as const, belowPercent: minHealth }] : []),
  ];
}

/** What of locality acts, if anything does. */
function nearBy(
  setting: LocalitySettings | undefined,
  judgesOutliers: boolean,
): 'distribute' | 'failover' | 'near' | undefined {
  if (setting?.enabled === false) return undefined;
  if (setting?.distribute !== undefined) return 'distribute';
  if (!failsOver(setting, judgesOutliers)) return undefined;
  return setting?.forced === true && setting.zoneAware !== true ? 'near' : 'failover';
}

const hashedText = ({ header, cookie, queryParameter }: ConsistentHash): string =>
  header !== undefined
    ? `the header ${header}`
    : cookie !== undefined
      ? `the cookie ${cookie.name}`
      : queryParameter !== undefined
        ? `the query parameter ${queryParameter}`
        : 'the caller\u2019s address';

/** Values of a header or cookie that pages come with; null: others may bring more. */
function keysOf({ header, cookie }: ConsistentHash, traffic: Scenario['traffic']): number | null {
  const values = new Set<string>();
  for (const { name, request, clients } of traffic) {
    const named =
      header === undefined ? clients?.cookie === cookie?.name : sameHeader(clients?.header, header);
    if (clients !== undefined && named && (header ?? cookie) !== undefined)
      for (let client = 0; client < clients.count; client += 1) values.add(`${name} ${client}`);
    const value = header === undefined ? undefined : request.headers[header.toLowerCase()];
    if (value !== undefined) values.add(value);
  }
  return values.size === 0 ? null : values.size;
}

const sameHeader = (a: string | undefined, b: string): boolean => a?.toLowerCase() === b.toLowerCase();
