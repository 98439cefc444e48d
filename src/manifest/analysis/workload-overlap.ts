import { replicaSetsOf, type Workload } from '../scale-target.ts';
import { problemIn } from './problem-in.ts';
import { type Check, type Setting } from './setting.ts';
import { labelsText, selects } from '../labels.ts';

/**
 * Workloads whose selectors find each other's pods. Kubernetes forbids nothing here; each keeps its own pods apart by owner,
 * but an autoscaler and all that lists pods by selector counts them together.
 */
export const workloadOverlaps: Check = (setting) => {
  // A bare Pod has no selector of its own.
  const workloads = setting.workloads.filter(({ kind }) => kind !== 'BarePod');
  return workloads.flatMap((own) =>
    workloads
      .filter((other) => other !== own && findsPodsOf(own, other) && !belongTogether(setting, own, other))
      .map((other) =>
        problemIn(own, ['spec', 'selector'], 'key', {
          severity: 'warning',
          code: 'MS1115',
          message: `selector ${labelsText(own.spec.selector)} of ${own.kind} ${own.metadata.name} finds the pods of ${other.kind} ${other.metadata.name} as well`,
          hint: 'add a label that only its own pods have, such as version, to selector and template',
        }),
      ),
  );
};

const findsPodsOf = (own: Workload, other: Workload): boolean =>
  own.metadata.namespace === other.metadata.namespace &&
  selects(own.spec.selector, other.spec.template.labels);

/** A Rollout and its ReplicaSets are one workload of several versions. */
const belongTogether = (setting: Setting, own: Workload, other: Workload): boolean =>
  setting.rollouts.some((rollout) => {
    const family: readonly Workload[] = [rollout, ...replicaSetsOf(rollout, setting.replicaSets)];
    return family.includes(own) && family.includes(other);
  });
