import {
  distributeWeights,
  failoverByLabels,
  failoverPriorities,
  inOrder,
  parseLocality,
} from './balancer/locality.ts';
import type { LocalityLbSetting } from './route.ts';

/** Endpoints of one locality and priority (Envoy's LocalityLbEndpoints). */
export interface LocalityHosts {
  /** "region/zone/sub-zone"; '' where it is not known. */
  readonly locality: string;
  /** Among the localities of its priority. */
  readonly weight: number;
  /** Rows of pods. */
  readonly pods: readonly number[];
}

/** The endpoints of a cluster as istiod tells them to one proxy (Envoy's ClusterLoadAssignment). */
export interface LoadAssignment {
  /** All of them; those that `distribute` gives nothing are left out, so the proxy neither knows nor counts them. */
  readonly pods: Int32Array;
  /** From 0 on, without gaps; a cluster without endpoints has one empty priority. */
  readonly priorities: readonly (readonly LocalityHosts[])[];
}

/** What is asked about a pod, and about the proxy that is told. */
export interface Placed {
  readonly labels: Readonly<Record<string, string>>;
}

/** "region/zone/sub-zone" of the label `istio-locality`, which writes dots for slashes; '' where there is none. */
export const localityLabel = ({ labels }: Placed): string =>
  (labels['istio-locality'] ?? '').replaceAll('.', '/');

/**
 * What Istio makes of endpoints for one proxy (pilot, loadbalancer.go, ApplyLocalityLoadBalancer): weights by `distribute`, or
 * else priorities by failover, which takes outlier detection, as without it Envoy would never leave priority 0. Each locality
 * weighs as much as it has endpoints until `distribute` says otherwise. `enabled: false` turns all of it off.
 * @param pods rows of `placed`.
 */
export function loadAssignment(
  pods: Int32Array,
  placed: readonly Placed[],
  proxy: Placed,
  setting: LocalityLbSetting | undefined,
  judgesOutliers: boolean,
): LoadAssignment {
  const groups = byLocality(pods, placed);
  if (setting?.enabled === false) return { pods, priorities: [groups] };
  if (setting?.distribute !== undefined) {
    const given = distributeWeights(
      parseLocality(localityLabel(proxy)),
      groups.map(({ locality, weight }) => ({ locality: parseLocality(locality), weight })),
      setting.distribute,
    );
    const kept = groups.flatMap((group, index) =>
      given[index]!.weight > 0 ? [{ ...group, weight: given[index]!.weight }] : [],
    );
    const known = new Set(kept.flatMap((group) => group.pods));
    return {
      pods: known.size === pods.length ? pods : pods.filter((pod) => known.has(pod)),
      priorities: [kept],
    };
  }
  return { pods, priorities: judgesOutliers ? failover(groups, placed, proxy, setting) : [groups] };
}

function byLocality(pods: Int32Array, placed: readonly Placed[]): LocalityHosts[] {
  const byName = new Map<string, number[]>();
  for (const pod of pods) {
    const name = localityLabel(placed[pod]!);
    const own = byName.get(name);
    if (own === undefined) byName.set(name, [pod]);
    else own.push(pod);
  }
  return [...byName]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([locality, own]) => ({ locality, weight: own.length, pods: own }));
}

/** Priorities by labels where `failoverPriority` names some, then (or alone) by locality. */
function failover(
  groups: readonly LocalityHosts[],
  placed: readonly Placed[],
  proxy: Placed,
  setting: LocalityLbSetting | undefined,
): readonly (readonly LocalityHosts[])[] {
  const labels = setting?.failoverPriority ?? [];
  let ranked = groups.map((group) => ({ group, rank: 0 }));
  if (labels.length > 0) {
    ranked = groups.flatMap((group) => {
      const ranks = failoverByLabels(
        topologyLabels(proxy),
        group.pods.map((pod) => topologyLabels(placed[pod]!)),
        labels,
      );
      return [...new Set(ranks)]
        .sort((a, b) => a - b)
        .map((rank) => {
          const pods = group.pods.filter((_pod, index) => ranks[index] === rank);
          return { group: { ...group, pods, weight: pods.length }, rank };
        });
    });
  }
  const own = parseLocality(localityLabel(proxy));
  if (own.region !== '' && (labels.length === 0 || setting?.failover !== undefined)) {
    const priorities = failoverPriorities(
      own,
      ranked.map(({ group }) => parseLocality(group.locality)),
      setting?.failover ?? [],
    );
    // Five are the priorities that localities make; those of the labels come before them.
    const before = inOrder(ranked.map(({ rank }) => rank));
    ranked = ranked.map(({ group }, index) => ({
      group,
      rank: 5 * before[index]! + priorities[index]!.priority,
    }));
  }
  const priorities = inOrder(ranked.map(({ rank }) => rank));
  return Array.from({ length: Math.max(1, ...priorities.map((own) => own + 1)) }, (_, priority) =>
    ranked.flatMap(({ group }, index) => (priorities[index] === priority ? [group] : [])),
  );
}

/** A pod's labels with those that istiod adds from where it runs (labelutil.AugmentLabels). */
function topologyLabels(placed: Placed): Readonly<Record<string, string>> {
  const { region, zone, subZone } = parseLocality(localityLabel(placed));
  return {
    ...placed.labels,
    ...(region === '' ? {} : { 'topology.kubernetes.io/region': region }),
    ...(zone === '' ? {} : { 'topology.kubernetes.io/zone': zone }),
    ...(subZone === '' ? {} : { 'topology.istio.io/subzone': subZone }),
  };
}
