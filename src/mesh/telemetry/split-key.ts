import { refill } from '../../kernel/copies.ts';
import type { Resource, Service } from '../../manifest/resource.ts';
import type { WeightedCluster } from '../envoy/route.ts';
import { fullHost } from '../../manifest/host.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import { matches, selects, withoutCluster, type Labels } from '../../manifest/labels.ts';
import { serviceSplits } from './service-split.ts';

/** A name for a part of a service's pods: those that have the labels. */
export interface Version {
  readonly service: string;
  readonly name: string;
  readonly labels: Labels;
  readonly namespace: string;
  /** It is a Service that a rule weighs by itself. */
  readonly isDestination: boolean;
}

/**
 * How the manifests of a run tell the versions of a service apart: subsets of its DestinationRules; and, where a rule goes to Services
 * of their own (`reviews-v1`), those Services, then all others that select a part of its pods.
 */
export function versionsOf(resources: readonly Resource[], names: ServiceNames): Version[] {
  const subsets = resources.flatMap((own) =>
    own.kind !== 'DestinationRule'
      ? []
      : own.spec.subsets.map(({ name, labels }) => ({
          service: names.ofName(fullHost(own.spec.host, own.metadata.namespace)),
          name,
          labels: withoutCluster(labels),
          namespace: own.metadata.namespace,
          isDestination: false,
        })),
  );
  const services = resources.filter((own) => own.kind === 'Service');
  return [
    ...subsets,
    ...serviceSplits(resources).flatMap(({ whole, parts }) => [
      ...parts.map((own) => versionOf(whole, own, names, true)),
      ...services.filter((own) => isPart(own, whole)).map((own) => versionOf(whole, own, names, false)),
    ]),
  ];
}

const versionOf = (
  whole: Service,
  { metadata, spec }: Service,
  names: ServiceNames,
  isDestination: boolean,
): Version => ({
  service: names.ofPlace(whole.metadata),
  name: names.ofPlace(metadata),
  labels: spec.selector,
  namespace: metadata.namespace,
  isDestination,
});

/** Whether a Service selects by the labels of the other, and by more. */
const isPart = (own: Service, whole: Service): boolean =>
  own.metadata.namespace === whole.metadata.namespace &&
  matches(whole.spec.selector, own.spec.selector) &&
  Object.keys(own.spec.selector).length > Object.keys(whole.spec.selector).length;

/** As which Service the visitors of gateways ask for each of those that a rule weighs there. */
export const wholesAtGateways = (
  resources: readonly Resource[],
  names: ServiceNames,
): ReadonlyMap<string, string> =>
  new Map(
    serviceSplits(resources)
      .filter(({ isAtGateway }) => isAtGateway)
      .flatMap(({ whole, parts }) =>
        parts.map((own) => [names.ofPlace(own.metadata), names.ofPlace(whole.metadata)] as const),
      )
      .reverse(),
  );

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
  readonly #wholes: ReadonlyMap<string, string>;

  /**
   * @param versions of every resource that the run will see, in the order of their appearance.
   * @param wholes as `wholesAtGateways` has them.
   */
  constructor(
    names: ServiceNames,
    versions: readonly Version[],
    wholes: ReadonlyMap<string, string> = new Map(),
  ) {
    this.names = names;
    this.#versions = versions;
    this.#wholes = wholes;
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
    const isTold = destination !== service || this.#isDestination(service, destination);
    return isTold ? this.of(service, destination) : -1;
  }

  /** A service among those that a rule weighs for it: by itself one of its versions. */
  #isDestination(service: string, name: string): boolean {
    return this.#versions.some((own) => own.isDestination && own.service === service && own.name === name);
  }

  /** Whether manifests of the run call a part of a service's pods so. */
  hasVersion(service: string, name: string): boolean {
    return this.#versions.some((own) => own.service === service && own.name === name);
  }

  /** Whether a pod is one of those that manifests call so, whatever else they call it. */
  isNamed(service: string, name: string, { labels }: Pick<Pod, 'labels'>): boolean {
    return this.#versions.some(
      (own) => own.service === service && own.name === name && matches(own.labels, labels),
    );
  }

  /** What visitors of a gateway ask for, where a rule sends them to a service. */
  askedAtGateway(service: string): string {
    return this.#wholes.get(service) ?? service;
  }

  /** Whether a pod is behind one of the Services that a rule weighs for a service. */
  isBehind(service: string, { labels, namespace }: Pick<Pod, 'labels' | 'namespace'>): boolean {
    return this.#versions.some(
      (own) =>
        own.isDestination &&
        own.service === service &&
        own.namespace === namespace &&
        selects(own.labels, labels),
    );
  }

  copyFrom(other: SplitKeys): void {
    refill(this.service, other.service);
    refill(this.name, other.name);
    refill(this.#rows, other.#rows);
  }
}
