import {
  failsOver,
  labelKey,
  labelsOf,
  localityOf,
  localityText,
  placements,
  topologyLabels,
  type Locality,
  type LocalitySettings,
} from './balancer/locality.ts';

/** Endpoints of one locality and priority (Envoy's LocalityLbEndpoints). */
export interface LocalityHosts {
  /** "region/zone/sub-zone"; '' where it is not known. */
  readonly locality: string;
  /** Among the localities of its priority. */
  readonly weight: number;
  /** Rows of pods that may be chosen. */
  readonly pods: readonly number[];
  /** Endpoints beside them that are not ready: nobody chooses them, but they count as unhealthy. */
  readonly unready: number;
}

/** The endpoints of a cluster as istiod tells them to one proxy (Envoy's ClusterLoadAssignment). */
export interface LoadAssignment {
  /** All that may be chosen; those that `distribute` gives nothing are left out, so the proxy neither knows nor counts them. */
  readonly pods: Int32Array;
  /** From 0 on, without gaps; a cluster without endpoints has one empty priority. */
  readonly priorities: readonly (readonly LocalityHosts[])[];
  /** Of endpoints, by row of the pod; absent from it: 1. undefined: all weigh alike. */
  readonly weights: ReadonlyMap<number, number> | undefined;
}

/** What is asked about a pod, and about the proxy that is told. */
export interface Placed {
  readonly labels: Readonly<Record<string, string>>;
}

/** "region/zone/sub-zone" of where something runs; '' where that is not known. */
export const localityLabel = ({ labels }: Placed): string => localityText(localityOf(labels));

/**
 * What Istio makes of endpoints for one proxy (pilot/pkg/xds/endpoints/endpoint_builder.go, BuildClusterLoadAssignment): grouped by
 * locality, with priorities and weights as `placements` says. Each locality weighs as much as its endpoints do together
 * (LocalityEndpoints.refreshWeight) until `distribute` says otherwise.
 * @param pods rows of `placed` that are ready. @param unready rows of those that are not, where they are told at all.
 * @param weights of endpoints, where they are not all 1
 */
export function loadAssignment(
  pods: Int32Array,
  placed: readonly Placed[],
  proxy: Placed,
  setting: LocalitySettings | undefined,
  judgesOutliers: boolean,
  unready: Int32Array = none,
  weights?: ReadonlyMap<number, number>,
): LoadAssignment {
  const keys = failsOver(setting, judgesOutliers) ? labelsOf(setting).map(labelKey) : [];
  const groups = groupsOf(pods, unready, placed, keys, weights);
  const given = placements(proxy.labels, groups, setting, judgesOutliers);
  const kept = given.flatMap(({ priority, weight }, index) => {
    const { locality, pods: own, unready: others } = groups[index]!;
    return weight > 0
      ? [{ priority, locality: localityText(locality), weight, pods: own, unready: others }]
      : [];
  });
  const known = kept.reduce((sum, group) => sum + group.pods.length, 0);
  const told = new Set(known === pods.length ? [] : kept.flatMap((group) => group.pods));
  return {
    pods: known === pods.length ? pods : pods.filter((pod) => told.has(pod)),
    priorities: Array.from(
      { length: Math.max(1, ...kept.map(({ priority }) => priority + 1)) },
      (_, priority) => merged(kept.filter((own) => own.priority === priority)),
    ),
    weights,
  };
}

const none = new Int32Array();

interface Group {
  readonly locality: Locality;
  readonly labels: Readonly<Record<string, string>>;
  readonly pods: number[];
  unready: number;
  weight: number;
}

/** By locality, in the order of their names, and within one by the labels that may tell endpoints apart. */
function groupsOf(
  pods: Int32Array,
  unready: Int32Array,
  placed: readonly Placed[],
  keys: readonly string[],
  weights: ReadonlyMap<number, number> | undefined,
): Group[] {
  const byName = new Map<string, Group>();
  const groupOf = (pod: number): Group => {
    const { labels } = placed[pod]!;
    const augmented = keys.length === 0 ? labels : topologyLabels(labels);
    const locality = localityOf(labels);
    const name = [localityText(locality), ...keys.map((key) => augmented[key] ?? '')].join(' ');
    let group = byName.get(name);
    if (group === undefined)
      byName.set(name, (group = { locality, labels: augmented, pods: [], unready: 0, weight: 0 }));
    group.weight += weights?.get(pod) ?? 1;
    return group;
  };
  for (const pod of pods) groupOf(pod).pods.push(pod);
  for (const pod of unready) groupOf(pod).unready += 1;
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Endpoints of one locality that have one priority are one group, whatever labels told them apart. */
function merged(groups: readonly LocalityHosts[]): LocalityHosts[] {
  const byLocality = new Map<string, LocalityHosts>();
  for (const { locality, weight, pods, unready } of groups) {
    const before = byLocality.get(locality) ?? { weight: 0, pods: [], unready: 0 };
    byLocality.set(locality, {
      locality,
      weight: before.weight + weight,
      pods: [...before.pods, ...pods],
      unready: before.unready + unready,
    });
  }
  return [...byLocality.values()];
}
