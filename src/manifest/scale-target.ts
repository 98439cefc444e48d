import { selects } from './labels.ts';
import type {
  AutoscalerMetric,
  BarePod,
  DaemonSet,
  Deployment,
  HorizontalPodAutoscaler,
  PodTemplate,
  ReplicaSet,
  Resource,
  Rollout,
  StatefulSet,
} from './resource.ts';

/** All that keeps pods of a template. */
export type Workload = Scalable | DaemonSet | BarePod;

/** What keeps a number of them that can be told. */
export type Scalable = Deployment | ReplicaSet | Rollout | StatefulSet;

const groups: Readonly<Record<Scalable['kind'], string>> = {
  Deployment: 'apps',
  ReplicaSet: 'apps',
  Rollout: 'argoproj.io',
  StatefulSet: 'apps',
};

export const isScalable = (kind: string): kind is Scalable['kind'] => Object.hasOwn(groups, kind);

export const isWorkload = (resource: Resource): resource is Workload =>
  isScalable(resource.kind) || resource.kind === 'DaemonSet' || resource.kind === 'BarePod';

/** A Deployment of strategy Recreate: all old pods go before a new one is made. */
export const isRecreated = (own: Workload): boolean =>
  own.kind === 'Deployment' && own.spec.strategy.type === 'Recreate';

/** `spec.replicas` as it is written; undefined: the field is left out. */
export function writtenReplicas(workload: Workload): number | undefined {
  const written = (workload.source as { readonly spec?: { readonly replicas?: unknown } }).spec?.replicas;
  return typeof written === 'number' ? written : undefined;
}

/** Whether a scaleTargetRef means objects of this kind. */
export const meansKind = (
  { apiVersion = '', kind }: HorizontalPodAutoscaler['spec']['scaleTargetRef'],
  own: string,
): boolean => isScalable(own) && own === kind && groups[own] === groupOf(apiVersion);

/** What an autoscaler scales, in its own namespace; undefined where it is not among the resources. */
export function scaleTargetOf(
  autoscaler: HorizontalPodAutoscaler,
  resources: readonly Resource[],
): Workload | undefined {
  const { scaleTargetRef } = autoscaler.spec;
  return resources
    .filter(isWorkload)
    .find(
      (own) =>
        meansKind(scaleTargetRef, own.kind) &&
        own.metadata.name === scaleTargetRef.name &&
        own.metadata.namespace === autoscaler.metadata.namespace,
    );
}

/** Nobody says how much of it an application uses. */
export const isMemory = (own: AutoscalerMetric): boolean =>
  (own.type === 'Resource' || own.type === 'ContainerResource') && own.name === 'memory';

/** As many pods at least as at most: it can ask for one number alone. */
export const isFixed = ({ spec: { minReplicas = 1, maxReplicas } }: HorizontalPodAutoscaler): boolean =>
  minReplicas === maxReplicas;

/** Within its bounds it scales neither up nor down (autoscaling/v2, selectPolicy: Disabled). */
export const isFrozen = ({ spec: { behavior } }: HorizontalPodAutoscaler): boolean =>
  behavior?.scaleUp?.selectPolicy === 'Disabled' && behavior.scaleDown?.selectPolicy === 'Disabled';

/** `apps` of `apps/v1`; the version does not matter to the scale subresource. */
const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

/**
 * The ReplicaSets beside a Rollout: Argo takes those over whose pods its selector finds. They are what was there before
 * the Rollout's own template, the new version; the first is the stable one.
 */
export const replicaSetsOf = (rollout: Rollout, resources: readonly Resource[]): readonly ReplicaSet[] =>
  resources.filter(
    (own): own is ReplicaSet =>
      own.kind === 'ReplicaSet' &&
      own.metadata.namespace === rollout.metadata.namespace &&
      selects(rollout.spec.selector, own.spec.template.labels),
  );

/** The kinds of pods that a target's selector finds, whoever keeps them: an autoscaler measures them all as one. */
export const selectedTemplates = (
  target: Workload,
  resources: readonly Resource[],
): readonly { readonly owner: Workload; readonly template: PodTemplate }[] =>
  resources
    .filter(isWorkload)
    .filter(
      (own) =>
        own.metadata.namespace === target.metadata.namespace &&
        selects(target.spec.selector, own.spec.template.labels),
    )
    .map((owner) => ({ owner, template: owner.spec.template }));
