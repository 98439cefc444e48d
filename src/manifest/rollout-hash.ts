import type { Labels } from './labels.ts';
import type { DestinationRule, Resource, Rollout, Service } from './resource.ts';
import { isWorkload } from './scale-target.ts';

/** By which Argo's controller tells the pods of a Rollout's versions apart. */
export const rolloutHashLabel = 'rollouts-pod-template-hash';

/**
 * What a Rollout's controller has written into the subsets and Services of its Rollout is not asked of pods here, as the model has no
 * such controller and gives its pods no such label. In a cluster both sides of a Rollout that is fully promoted have the hash of
 * the pods that there are (argo-rollouts rollout/trafficrouting/istio/istio.go, UpdateHash; rollout/service.go). Where a template has
 * the label written out, as that of a ReplicaSet from a cluster, the labels tell its pods apart, and stay.
 * @param earlier what is in force when these are applied
 */
export function withoutRolloutHashes(
  resources: readonly Resource[],
  earlier: readonly Resource[],
): readonly Resource[] {
  const all = [...earlier, ...resources];
  const rollouts = all.filter((own) => own.kind === 'Rollout');
  const isWritten = all.some(
    (own) => isWorkload(own) && own.spec.template.labels[rolloutHashLabel] !== undefined,
  );
  if (rollouts.length === 0 || isWritten) return resources;
  return resources.map((own) => {
    if (own.kind !== 'Service' && own.kind !== 'DestinationRule') return own;
    return rollouts.some((rollout) => isKept(rollout, own)) ? withoutHash(own) : own;
  });
}

const isKept = ({ metadata, spec: { strategy } }: Rollout, own: Service | DestinationRule): boolean => {
  if (own.metadata.namespace !== metadata.namespace) return false;
  const services =
    strategy.type === 'Canary'
      ? [strategy.stableService, strategy.canaryService]
      : [strategy.activeService, strategy.previewService];
  return own.kind === 'Service'
    ? services.includes(own.metadata.name)
    : strategy.type === 'Canary' && strategy.istio?.destinationRule?.name === own.metadata.name;
};

const withoutHash = <Own extends Service | DestinationRule>(own: Own): Own =>
  own.kind === 'Service'
    ? { ...own, spec: { ...own.spec, selector: without(own.spec.selector) } }
    : {
        ...own,
        spec: {
          ...own.spec,
          subsets: own.spec.subsets.map((each) => ({ ...each, labels: without(each.labels) })),
        },
      };

function without({ [rolloutHashLabel]: _hash, ...labels }: Labels): Labels {
  return labels;
}
