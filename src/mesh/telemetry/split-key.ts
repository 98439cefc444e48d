import { refill } from '../../kernel/copies.ts';
import type { KubernetesGrpcRoute, KubernetesHttpRoute, Resource, Service } from '../../manifest/resource.ts';
import type { WeightedCluster } from '../envoy/route.ts';
import { fullHost } from '../../manifest/host.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import { matches } from '../../manifest/labels.ts';

/** A name for a part of a service's pods: those that have the labels. */
export interface Version {
  readonly service: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * How the manifests of a run tell the versions of a service apart: subsets of its DestinationRules; and, where a rule for
 * its callers goes to Services of their own (`reviews-v1`), those Services, then all others that select a part of its pods.
 */
export function versionsOf(resources: readonly Resource[], names: ServiceNames): Version[] {
  const subsets = resources.flatMap((own) =>
    own.kind !== 'DestinationRule'
      ? []
      : own.spec.subsets.map(({ name, labels }) => ({
          service: names.ofName(fullHost(own.spec.host, own.metadata.namespace)),
          name,
          labels,
        })),
  );
  const services = resources.filter((own) => own.kind === 'Service');
  const split = resources.flatMap((route) =>
    route.kind === 'HTTPRoute' || route.kind === 'GRPCRoute' ? splitServices(route, services) : [],
  );
  return [
    ...subsets,
    ...split.flatMap(({ service, backends }) => [
      ...backends.map((own) => versionOf(service, own, names)),
      ...services.filter((own) => isPart(own, service)).map((own) => versionOf(service, own, names)),
    ]),
  ];
}

const versionOf = (service: Service, { metadata, spec }: Service, names: ServiceNames): Version => ({
  service: names.ofPlace(service.metadata),
  name: metadata.name,
  labels: spec.selector,
});

/** Whether a Service selects by the labels of the other, and by more. */
const isPart = (own: Service, whole: Service): boolean =>
  own.metadata.namespace === whole.metadata.namespace &&
  matches(whole.spec.selector, own.spec.selector) &&
  Object.keys(own.spec.selector).length > Object.keys(whole.spec.selector).length;

/** Services that an HTTPRoute is attached to, with the other Services that it sends their requests to. */
function splitServices(
  route: KubernetesHttpRoute | KubernetesGrpcRoute,
  services: readonly Service[],
): { readonly service: Service; readonly backends: readonly Service[] }[] {
  const named = (name: string, namespace: string): Service[] =>
    services.filter((own) => own.metadata.name === name && own.metadata.namespace === namespace);
  return route.spec.parentRefs
    .filter((parent) => parent.group === '' && parent.kind === 'Service')
    .flatMap((parent) => named(parent.name, parent.namespace))
    .map((service) => ({
      service,
      backends: route.spec.rules
        .flatMap((rule) => rule.backendRefs)
        .flatMap((backend) => named(backend.name, backend.namespace))
        .filter((backend) => backend !== service),
    }))
    .filter(({ backends }) => backends.length > 0);
}

/** The version of a pod by itself, whatever manifests call it: its `version` label, else its workload. */
export const ownVersion = ({ labels, workload }: Pick<Pod, 'labels' | 'workload'>): string =>
  labels['version'] ?? workload;

/**
 * The parts into which a service's requests fall, as small numbers: a subset or a backend that a rule drew or, where no
 * rule named one, the first version whose labels the chosen pod has (else its `version` label, else its workload).
 */
export class SplitKeys {
  readonly names: ServiceNames;
  readonly service: string[] = [];
  readonly name: string[] = [];
  readonly #rows = new Map<string, number>();
  readonly #versions: readonly Version[];

  /** @param versions of every resource that the run will see, in the order of their appearance. */
  constructor(names: ServiceNames, versions: readonly Version[]) {
    this.names = names;
    this.#versions = versions;
  }

  get count(): number {
    return this.name.length;
  }

  of(service: string, name: string): number {
    const key = `${service}/${name}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    this.service.push(service);
    const row = this.name.push(name) - 1;
    this.#rows.set(key, row);
    return row;
  }

  /** Key of a pod among those of a service. */
  ofPod(service: string, pod: Pod): number {
    const version = this.#versions.find((own) => own.service === service && matches(own.labels, pod.labels));
    return this.of(service, version?.name ?? ownVersion(pod));
  }

  /** Key of a destination, or -1 where it is told only by the pod that the balancer will choose. */
  ofCluster(service: string, cluster: WeightedCluster | { readonly name: string }): number {
    const { subset, host } = clusterParts(cluster.name);
    if (subset !== '') return this.of(service, subset);
    const destination = this.names.ofName(host);
    return destination === service ? -1 : this.of(service, destination);
  }

  copyFrom(other: SplitKeys): void {
    refill(this.service, other.service);
    refill(this.name, other.name);
    refill(this.#rows, other.#rows);
  }
}
