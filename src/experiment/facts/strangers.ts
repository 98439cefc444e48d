import { fullHost } from '../../manifest/host.ts';
import { selects } from '../../manifest/labels.ts';
import type { DestinationRule, Resource, Rollout, Service } from '../../manifest/resource.ts';
import { isWorkload, replicaSetsOf, type Workload } from '../../manifest/scale-target.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';

/**
 * Pods of others that Services and subsets of a Rollout pick here. In a cluster they pick its own alone: its controller writes the hash of
 * its ReplicaSets into them, which no other pod has (rollout/service.go; rollout/trafficrouting/istio/istio.go, UpdateHash).
 */
export function strangersIn(
  own: Rollout,
  resources: readonly Resource[],
): NonNullable<MeshFacts['rollouts'][number]['strangers']> {
  const { namespace } = own.metadata;
  const here = resources.filter(({ metadata }) => metadata.namespace === namespace);
  const kept: readonly Workload[] = [own, ...replicaSetsOf(own, resources)];
  const apart = here.filter(isWorkload).filter((each) => !kept.includes(each) && each.spec.replicas !== 0);
  const strategy = own.spec.strategy;
  const named =
    strategy.type === 'Canary'
      ? [strategy.stableService, strategy.canaryService]
      : [strategy.activeService, strategy.previewService];
  const services = here
    .filter((each): each is Service => each.kind === 'Service' && named.includes(each.metadata.name))
    .map((each) => ({ what: `Service ${each.metadata.name}`, asks: each.spec.selector }));
  const rule = strategy.type === 'Canary' ? strategy.istio?.destinationRule : undefined;
  const subsets = here
    .filter(
      (each): each is DestinationRule => each.kind === 'DestinationRule' && each.metadata.name === rule?.name,
    )
    .flatMap(({ spec: { host, subsets } }) => {
      const service = here.find(
        (each): each is Service =>
          each.kind === 'Service' && fullHost(each.metadata.name, namespace) === fullHost(host, namespace),
      );
      return subsets
        .filter(({ name }) => name === rule?.stableSubsetName || name === rule?.canarySubsetName)
        .map(({ name, labels }) => ({
          what: `subset ${name} of DestinationRule ${rule!.name}`,
          asks: { ...service?.spec.selector, ...labels },
        }));
    });
  return [...services, ...subsets].flatMap(({ what, asks }) => {
    const workloads = apart
      .filter((each) => Object.keys(asks).length > 0 && selects(asks, each.spec.template.labels))
      .map(({ metadata }) => metadata.name);
    return workloads.length === 0 ? [] : [{ what, workloads }];
  });
}
