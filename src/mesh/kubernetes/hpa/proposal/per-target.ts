import { ceilReplicas, step, type DecisionStep } from '../decision-step.ts';
import type { Failed, ObservedPod } from '../observed.ts';
import { isWithin, shown, type Tolerances } from '../utilisation.ts';
import { tellTolerance } from './per-pod.ts';

export interface PerTargetProposal {
  readonly replicas: number;
  /** As reported: the value, or its share per replica rounded up. */
  readonly reportedMilli: number;
  readonly steps: readonly DecisionStep[];
}

/**
 * A value of an object or series against the target for all: the ratio times the pods that are Running and Ready, the
 * terminating ones that still answer included. At 0 replicas the ratio itself, without tolerance.
 * Source: replica_calculator.go (getUsageRatioReplicaCount).
 */
export function valueProposal(
  valueMilli: number,
  targetMilli: number,
  currentReplicas: number,
  pods: readonly ObservedPod[],
  tolerances: Tolerances,
): PerTargetProposal | Failed {
  const ratio = valueMilli / targetMilli;
  const reading = step('reading', `${valueMilli}m / ${targetMilli}m = ${shown(ratio)}`);
  const answer = (replicas: number, last: DecisionStep): PerTargetProposal => ({
    replicas,
    reportedMilli: valueMilli,
    steps: [reading, last],
  });
  if (currentReplicas === 0) {
    const replicas = ceilReplicas(ratio);
    return answer(replicas, step('proposal', `from 0 replicas: ceil(${shown(ratio)}) = ${replicas}`));
  }
  if (isWithin(tolerances, ratio)) {
    return answer(currentReplicas, step('tolerance', tellTolerance(ratio, tolerances, currentReplicas)));
  }
  if (pods.length === 0) {
    return {
      failed: 'unable to calculate ready pods: no pods returned by selector while calculating replica count',
    };
  }
  const readyCount = pods.filter((pod) => pod.phase === 'Running' && pod.ready?.status === 'True').length;
  const replicas = ceilReplicas(ratio * readyCount);
  return answer(replicas, step('proposal', `ceil(${shown(ratio)} * ${readyCount} ready pods) = ${replicas}`));
}

/**
 * A value against a target per replica. It is divided by status.replicas, the pods that exist; readiness plays no part.
 * Source: replica_calculator.go (GetObjectPerPodMetricReplicas, GetExternalPerPodMetricReplicas).
 */
export function averageProposal(
  valueMilli: number,
  targetMilli: number,
  statusReplicas: number,
  tolerances: Tolerances,
): PerTargetProposal {
  const ratio = valueMilli / (targetMilli * statusReplicas);
  const reading = step(
    'reading',
    `${valueMilli}m / (${targetMilli}m * ${statusReplicas} replicas) = ${shown(ratio)}`,
  );
  // Kubernetes divides by 0 here and reports whatever the processor makes of it; the whole value is the honest number.
  const reportedMilli = statusReplicas === 0 ? valueMilli : Math.ceil(valueMilli / statusReplicas);
  if (isWithin(tolerances, ratio)) {
    const kept = step('tolerance', tellTolerance(ratio, tolerances, statusReplicas));
    return { replicas: statusReplicas, reportedMilli, steps: [reading, kept] };
  }
  const replicas = ceilReplicas(valueMilli / targetMilli);
  const proposal = step('proposal', `ceil(${valueMilli}m / ${targetMilli}m) = ${replicas}`);
  return { replicas, reportedMilli, steps: [reading, proposal] };
}
