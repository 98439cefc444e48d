import type { PodGroups } from '../classify-pods.ts';
import { ceilReplicas, step, type DecisionStep } from '../decision-step.ts';
import type { Failed, PodMetric } from '../observed.ts';
import { isWithin, shown, type Reading, type Tolerances } from '../utilisation.ts';

export interface PerPodInput {
  /** The wish of scale.spec.replicas. */
  readonly currentReplicas: number;
  readonly groups: PodGroups;
  /** Samples of all pods; those of ignored and unready ones are dropped here. */
  readonly samples: ReadonlyMap<string, PodMetric>;
  readonly tolerances: Tolerances;
  readonly measure: (samples: ReadonlyMap<string, PodMetric>) => Reading | Failed;
  /** What a missing pod is assumed to use when the rest would scale down. */
  readonly assumedBusyMilli: (pod: string) => number;
}

export interface PerPodProposal {
  readonly replicas: number;
  /** Before any assumption: this is what is reported. */
  readonly reading: Reading;
  readonly steps: readonly DecisionStep[];
}

/**
 * The flow that utilisation and per-pod averages share: read, and if pods are missing or unready where that could mislead,
 * assume against the direction of the change and read again.
 * Source: replica_calculator.go (GetResourceReplicas, calcPlainMetricReplicas).
 */
export function perPodProposal(input: PerPodInput): PerPodProposal | Failed {
  const { currentReplicas, groups, tolerances } = input;
  const measured = new Map(input.samples);
  for (const pod of [...groups.ignored, ...groups.unready]) measured.delete(pod);
  if (measured.size === 0) {
    return { failed: 'did not receive metrics for targeted pods (pods might be unready)' };
  }
  const reading = input.measure(measured);
  if ('failed' in reading) return reading;
  const { ratio } = reading;
  const steps: DecisionStep[] = [step('pods', tellGroups(groups)), step('reading', reading.formula)];
  const answer = (replicas: number, ...more: DecisionStep[]): PerPodProposal => ({
    replicas,
    reading,
    steps: [...steps, ...more],
  });

  const upWithUnready = groups.unready.length > 0 && ratio > 1;
  if (!upWithUnready && groups.missing.length === 0) {
    if (isWithin(tolerances, ratio)) {
      return answer(currentReplicas, step('tolerance', tellTolerance(ratio, tolerances, currentReplicas)));
    }
    // Ready pods, not current: with fewer of them the result can be a scale-down although the ratio is above 1.
    const replicas = ceilReplicas(ratio * groups.readyCount);
    return answer(
      replicas,
      step('proposal', `ceil(${shown(ratio)} * ${groups.readyCount} ready pods) = ${replicas}`),
    );
  }

  for (const [pod, valueMilli] of assumptions(input, ratio, upWithUnready)) {
    measured.set(pod, { valueMilli, timestampUs: 0, windowUs: 0 });
  }
  const assumed = input.measure(measured);
  if ('failed' in assumed) return assumed;
  steps.push(step('assumption', `${tellAssumption(groups, ratio, upWithUnready)}: ${assumed.formula}`));
  if (isWithin(tolerances, assumed.ratio)) {
    return answer(
      currentReplicas,
      step('tolerance', tellTolerance(assumed.ratio, tolerances, currentReplicas)),
    );
  }
  if ((ratio < 1 && assumed.ratio > 1) || (ratio > 1 && assumed.ratio < 1)) {
    return answer(
      currentReplicas,
      step('guard', `the assumption turns the direction: ${currentReplicas} kept`),
    );
  }
  const replicas = ceilReplicas(assumed.ratio * measured.size);
  const formula = `ceil(${shown(assumed.ratio)} * ${measured.size} pods) = ${replicas}`;
  if (
    (assumed.ratio < 1 && replicas > currentReplicas) ||
    (assumed.ratio > 1 && replicas < currentReplicas)
  ) {
    return answer(
      currentReplicas,
      step('guard', `${formula} would go against the ratio: ${currentReplicas} kept`),
    );
  }
  return answer(replicas, step('proposal', formula));
}

/** At a ratio of exactly 1 nothing is assumed. */
function assumptions(input: PerPodInput, ratio: number, upWithUnready: boolean): [string, number][] {
  const { missing, unready } = input.groups;
  const assumed: [string, number][] = [];
  if (ratio < 1) for (const pod of missing) assumed.push([pod, input.assumedBusyMilli(pod)]);
  if (ratio > 1) for (const pod of missing) assumed.push([pod, 0]);
  if (upWithUnready) for (const pod of unready) assumed.push([pod, 0]);
  return assumed;
}

const tellGroups = ({ readyCount, unready, missing, ignored }: PodGroups): string =>
  `${readyCount} ready, ${unready.length} unready, ${missing.length} missing, ${ignored.length} ignored`;

export const tellTolerance = (ratio: number, { scaleDown, scaleUp }: Tolerances, kept: number): string =>
  `${shown(1 - scaleDown)} <= ${shown(ratio)} <= ${shown(1 + scaleUp)}: within tolerance, ${kept} kept`;

function tellAssumption({ missing, unready }: PodGroups, ratio: number, upWithUnready: boolean): string {
  const idle = (ratio > 1 ? missing.length : 0) + (upWithUnready ? unready.length : 0);
  if (idle > 0) return `${idle} missing or unready pods taken as idle`;
  if (ratio < 1) return `${missing.length} missing pods taken as busy`;
  return `${missing.length} missing pods left out at a ratio of 1`;
}
