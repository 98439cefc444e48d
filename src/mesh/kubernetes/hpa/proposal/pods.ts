import { classifyPods } from '../classify-pods.ts';
import type { Failed, PodMetric } from '../observed.ts';
import type { PodsMetric } from '../spec.ts';
import { meanUsage } from '../utilisation.ts';
import type { MetricRule, Sight } from './metric-rule.ts';
import { perPodProposal, type PerPodProposal } from './per-pod.ts';

/** A value of each pod (requests per second, concurrency). No warm-up: only pending, failed and terminating pods are set apart. */
export const podsRule: MetricRule<PodsMetric> = (metric, sight) => {
  const proposal = proposeReplicas(metric, sight);
  if ('failed' in proposal) {
    return {
      reason: 'FailedGetPodsMetric',
      failed: proposal.failed,
      named: `failed to get pods metric value: ${proposal.failed}`,
    };
  }
  return {
    replicas: proposal.replicas,
    name: `pods metric ${metric.metric.name}`,
    current: { averageValueMilli: proposal.reading.averageMilli },
    steps: proposal.steps,
  };
};

function proposeReplicas({ metric, target }: PodsMetric, sight: Sight): PerPodProposal | Failed {
  const values = sight.samples.pods?.[metric.name] ?? [];
  if (values.length === 0) {
    return {
      failed: `unable to get metric ${metric.name}: no metrics returned from custom metrics API`,
    };
  }
  if (sight.pods.length === 0) {
    return { failed: 'no pods returned by selector while calculating replica count' };
  }
  const samples = new Map<string, PodMetric>(
    values.map(({ pod, valueMilli }) => [pod, { valueMilli, timestampUs: sight.nowUs, windowUs: 0 }]),
  );
  return perPodProposal({
    currentReplicas: sight.currentReplicas,
    groups: classifyPods(sight.pods, samples, undefined, sight.controller, sight.nowUs),
    samples,
    tolerances: sight.tolerances,
    measure: (measured) => meanUsage(measured, target.averageValueMilli),
    assumedBusyMilli: () => target.averageValueMilli,
  });
}
