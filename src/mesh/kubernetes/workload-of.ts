import type {
  BarePod,
  DaemonSet,
  DeploymentStrategy,
  Resource,
  Rollout,
  StatefulSet,
} from '../../manifest/resource.ts';
import { replicaSetsOf } from '../../manifest/scale-target.ts';
import { safeWord, type PodOwner } from './pod.ts';
import type { LiveWorkload, PodSet } from './pod-life.ts';
import { templateAsWritten } from './workload/template-as-written.ts';

/**
 * What is to be scaled, from manifests. A Rollout that has a ReplicaSet beside it (one that its selector finds) is one
 * target with two sets: the ReplicaSet is the stable version, the Rollout's own template the canary.
 */
export function workloadsOf(resources: readonly Resource[]): LiveWorkload[] {
  const rollouts = resources.filter((own) => own.kind === 'Rollout');
  const taken = new Set<Resource>(rollouts.flatMap((rollout) => replicaSetsOf(rollout, resources)));
  return resources.flatMap((own): LiveWorkload[] => {
    switch (own.kind) {
      case 'Deployment':
        return [
          workload(own.kind, own, own.spec.replicas, own.spec.strategy, [
            { owner: own, wanted: own.spec.replicas },
          ]),
        ];
      case 'ReplicaSet':
        return taken.has(own)
          ? []
          : [workload(own.kind, own, own.spec.replicas, atOnce, [{ owner: own, wanted: own.spec.replicas }])];
      case 'Rollout': {
        const stable = replicaSetsOf(own, resources);
        const { replicas } = own.spec;
        const live = workload(own.kind, own, replicas, atOnce, [
          ...stable.map((owner) => ({ owner, wanted: replicas })),
          { owner: own, wanted: stable.length === 0 ? replicas : canaryReplicas(own) },
        ]);
        // argo-rollouts rollout/canary.go, reconcileCanaryReplicaSets; blue and green go on with their pods, not with their Services.
        live.isHalted = own.spec.paused === true && own.spec.strategy.type === 'Canary';
        return [live];
      }
      case 'StatefulSet':
      case 'DaemonSet':
      case 'BarePod':
        return [keyedWorkload(own)];
      default:
        return [];
    }
  });
}

/** One whose pods are told apart. */
function keyedWorkload(own: StatefulSet | DaemonSet | BarePod): LiveWorkload {
  const { replicas } = own.spec;
  const live = workload(own.kind, own, replicas, atOnce, [{ owner: own, wanted: replicas }]);
  if (own.kind === 'StatefulSet') live.stateful = own.spec;
  if (own.kind === 'DaemonSet') live.daemon = own.spec;
  return live;
}

const atOnce: DeploymentStrategy = { type: 'Recreate' };

/**
 * Pods of a canary before its first pause: setCanaryScale says how many, else the weight's share of the replicas, rounded up
 * (argo-rollouts utils/replicaset/canary.go).
 */
function canaryReplicas({ spec: { replicas, strategy } }: Rollout): number {
  if (strategy.type !== 'Canary') return replicas;
  let percent = 0;
  let count: number | undefined;
  for (const step of strategy.steps) {
    if (step.type === 'pause') break;
    if (step.type === 'setWeight') percent = step.percent;
    if (step.type !== 'setCanaryScale') continue;
    count =
      step.replicas ??
      (step.weightPercent === undefined ? undefined : Math.ceil((replicas * step.weightPercent) / 100));
  }
  return count ?? Math.ceil((replicas * percent) / 100);
}

function workload(
  kind: string,
  { metadata, spec }: PodOwner,
  replicas: number,
  strategy: DeploymentStrategy,
  sets: readonly { readonly owner: PodOwner; readonly wanted: number }[],
): LiveWorkload {
  const own: LiveWorkload = {
    kind,
    name: metadata.name,
    namespace: metadata.namespace,
    // Expressions are not read: a selector of those alone is taken to find the pods of its own template.
    selector: Object.keys(spec.selector).length === 0 ? spec.template.labels : spec.selector,
    replicas,
    strategy,
    stateful: undefined,
    daemon: undefined,
    restarted: '',
    isHalted: false,
    isDeleted: false,
    sets: [],
  };
  for (const { owner, wanted } of sets) own.sets.push(podSet(own, owner, wanted));
  return own;
}

const podSet = (of: LiveWorkload, owner: PodOwner, wanted: number): PodSet => ({
  workload: of,
  owner,
  revision: '',
  fingerprint: fingerprint(owner),
  wanted,
  pods: [],
  creating: 0,
  making: new Set(),
  ordinal: 0,
});

/** Two templates of one hash make the same pods. */
export const templateHash = (owner: PodOwner): string => safeWord(fingerprint(owner), 10);

/** Whatever a template says makes another pod. A bare pod's own object is none, and makes one pod only. */
function fingerprint({ source, spec }: PodOwner): string {
  const written = source?.['spec'] as { readonly template?: unknown } | undefined;
  return templateAsWritten(written?.template ?? spec.template);
}
