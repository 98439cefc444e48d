import { present } from '../../manifest/kind/present.ts';
import { fullHost } from '../../manifest/host.ts';
import type { Labelled } from '../../manifest/analysis/pod.ts';
import type { Destination, Rollout } from '../../manifest/resource.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';
import type { Cluster } from '../../mesh/envoy/route.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { MeshView } from '../../mesh/istiod/mesh-view.ts';
import { destinationCluster } from '../../mesh/istiod/rule-routes.ts';
import { hasPort } from '../../mesh/kubernetes/endpoints.ts';
import type { Pod } from '../../mesh/kubernetes/pod.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import type { Caller } from './inert.ts';
import type { RouteFact } from './of-rule.ts';

/** Manifests as they stand at a moment, and what istiod makes of them for whom. */
export interface Manifests {
  readonly names: ServiceNames;
  /** Hosts that any of them knows. */
  readonly view: Pick<MeshView, 'serviceOf'>;
  /** By name. */
  readonly clusters: ReadonlyMap<string, Cluster>;
  /** Sidecars that differ in what rules may look at, and what istiod holds for each. */
  readonly callers: readonly Caller[];
  readonly gateway: Caller;
  /** With a sidecar; by workload. */
  readonly sidecars: readonly { readonly workload: string; readonly caller: Caller }[];
  /** Pods of the manifests, and what stands outside, by labels. */
  readonly endpoints: (labels: Readonly<Record<string, string>>) => readonly ForeseenPod[];
  readonly rollouts: readonly Rollout[];
}

/** What a rule sends to, each with its share; empty: to nothing. */
export function weighed(
  mesh: Manifests,
  sent: readonly { readonly destination: Destination; readonly weight: number }[],
  namespace: string,
): RouteFact['destinations'] {
  const total = sent.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return [];
  return sent.map(({ destination, weight }) => ({
    ...reached(mesh, destination, namespace),
    weight: weight / total,
  }));
}

/** Which workloads' pods a destination picks, or what is missing: istiod's cluster for it, and who has its labels. */
export function reached(
  { names, view, clusters, endpoints }: Manifests,
  destination: Destination,
  namespace: string,
): Omit<RuleFact['destinations'][number], 'weight'> {
  const full = fullHost(destination.host, namespace);
  const alias = names.standsFor(full, namespace);
  const service = view.serviceOf.get(alias ?? full);
  const { subset } = destination;
  const called = names.ofName(full);
  const about = {
    to: subset === undefined ? called : `${called} ${subset}`,
    service: called,
    subset: subset ?? null,
  };
  if (service === undefined) return { ...about, workloads: [], lacks: 'service', ...present({ alias }) };
  const listener = service.ports[0]?.port ?? 0;
  const name = destinationCluster(view, destination, namespace, listener);
  const { port } = clusterParts(name);
  if (!service.ports.some((own) => own.port === port))
    return { ...about, workloads: [], lacks: 'port', port };
  const cluster = clusters.get(name);
  if (cluster === undefined)
    return { ...about, workloads: [], lacks: subset === undefined ? 'port' : 'subset' };
  const workloads = workloadsOf(service, endpoints, cluster.labels, cluster.port_name);
  const isUnserved =
    workloads.length === 0 && workloadsOf(service, endpoints, cluster.labels, undefined).length > 0;
  // Who answers at a host outside, or at addresses that somebody writes down, is no matter of workloads.
  const isElsewhere = Object.keys(service.selector).length === 0;
  return {
    ...about,
    workloads,
    ...(cluster.type === 'ORIGINAL_DST' && service.resolution !== 'ORIGINAL_DST'
      ? { passesThrough: true as const }
      : {}),
    lacks: isUnserved ? 'port name' : workloads.length === 0 && !isElsewhere ? 'workload' : null,
  };
}

/** The first of these names that is a headless Service's. */
export function headlessOf(mesh: Manifests, hosts: readonly string[]): string | null {
  const found = hosts.find((host) => {
    const own = serviceOf(mesh, host);
    return own?.resolution === 'ORIGINAL_DST' && own.source.kind === 'Service';
  });
  return found === undefined ? null : mesh.names.ofName(found);
}

/** Workloads whose pods a Service picks: of a subset those with its labels, and where a port is named those that have it. */
export const workloadsOf = (
  { namespace, selector }: MeshService,
  having: Manifests['endpoints'],
  labels: Readonly<Record<string, string>>,
  portName: string | undefined,
): string[] => {
  if (Object.keys(selector).length === 0) return [];
  const found = having({ ...selector, ...labels }).filter(
    (pod) => pod.namespace === namespace && hasPort(pod, portName),
  );
  return [...new Set(found.map(({ workload }) => workload))];
};

/** A pod with labels that its template does not say: of a StatefulSet, whatever its number is then, and of its node. */
export type ForeseenPod = Pod & Labelled;

const serviceOf = ({ view }: Manifests, fullName: string): MeshService | undefined =>
  view.serviceOf.get(fullName.toLowerCase());
