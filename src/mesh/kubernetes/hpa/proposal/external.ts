import type { ExternalMetric } from '../spec.ts';
import { selectorText, type MetricFailure, type MetricRule } from './metric-rule.ts';
import { averageProposal, valueProposal } from './per-target.ts';

/** A value from outside the cluster: the length of a queue. KEDA scales with this one, per replica. */
export const externalRule: MetricRule<ExternalMetric> = ({ metric, target }, sight) => {
  const selector = selectorText(metric);
  const name = `external metric ${metric.name}(${selector})`;
  const series = sight.samples.external?.[metric.name] ?? [];
  if (series.length === 0) {
    const missing = `unable to get external metric ${sight.namespace}/${metric.name}/${selector}: no metrics returned from external metrics API`;
    return failure(metric.name, target.type, missing);
  }
  const totalMilli = series.reduce((sum, valueMilli) => sum + valueMilli, 0);
  if (target.type === 'AverageValue') {
    const { statusReplicas, tolerances } = sight;
    const proposal = averageProposal(totalMilli, target.averageValueMilli, statusReplicas, tolerances);
    return {
      replicas: proposal.replicas,
      name,
      current: { averageValueMilli: proposal.reportedMilli },
      steps: proposal.steps,
    };
  }
  const proposal = valueProposal(
    totalMilli,
    target.valueMilli,
    sight.currentReplicas,
    sight.pods,
    sight.tolerances,
  );
  if ('failed' in proposal) return failure(metric.name, target.type, proposal.failed);
  return {
    replicas: proposal.replicas,
    name,
    current: { valueMilli: proposal.reportedMilli },
    steps: proposal.steps,
  };
};

function failure(name: string, target: 'Value' | 'AverageValue', failed: string): MetricFailure {
  const what = target === 'Value' ? `external metric ${name}` : `${name} external metric`;
  return {
    reason: 'FailedGetExternalMetric',
    failed,
    named: `failed to get ${name} external metric value: failed to get ${what}: ${failed}`,
  };
}
