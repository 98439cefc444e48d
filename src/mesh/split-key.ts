import type { DestinationRule } from '../manifest/resource.ts';
import type { WeightedCluster } from './envoy/route.ts';
import { fullHost, shortHost } from './istiod/host.ts';
import { clusterParts, includes } from './istiod/translate.ts';
import type { Pod } from './kubernetes/pod.ts';

/**
 * The parts into which a service's requests fall, as small numbers: a subset that a rule drew or, where no rule named
 * one, the first subset whose labels the chosen pod has (else its `version` label, else its workload).
 */
export class SplitKeys {
  readonly service: string[] = [];
  readonly name: string[] = [];
  readonly #rows = new Map<string, number>();
  readonly #subsets: readonly {
    readonly host: string;
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
  }[];

  /** @param rules every DestinationRule that the run will see, in the order of its appearance. */
  constructor(rules: readonly DestinationRule[]) {
    this.#subsets = rules.flatMap((rule) =>
      rule.spec.subsets.map((subset) => ({
        host: fullHost(rule.spec.host, rule.metadata.namespace),
        name: subset.name,
        labels: subset.labels,
      })),
    );
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
    const subset = this.#subsets.find(
      (own) => shortHost(own.host) === service && includes(pod.labels, own.labels),
    );
    return this.of(service, subset?.name ?? pod.labels['version'] ?? pod.workload);
  }

  /** Key of a destination, or -1 where it is told only by the pod that the balancer will choose. */
  ofCluster(service: string, cluster: WeightedCluster | { readonly name: string }): number {
    const { subset, service: destination } = clusterParts(cluster.name);
    if (subset !== '') return this.of(service, subset);
    return destination === service ? -1 : this.of(service, destination);
  }
}
