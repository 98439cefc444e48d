import type { ObjectMetric } from '../spec.ts';
import { selectorText, type MetricFailure, type MetricRule } from './metric-rule.ts';
import { averageProposal, valueProposal } from './per-target.ts';

/** A value of one object: requests per second at an Ingress. */
export const objectRule: MetricRule<ObjectMetric> = ({ describedObject, metric, target }, sight) => {
  const { kind, name } = describedObject;
  const found = sight.samples.object?.find(
    (sample) => sample.kind === kind && sample.name === name && sample.metric === metric.name,
  );
  if (found === undefined) {
    // The order of the words is Kubernetes' own.
    const missing = `unable to get metric ${metric.name}: ${kind} on ${sight.namespace} ${name}/no metrics returned from custom metrics API`;
    return failure(
      missing,
      target.type === 'Value' ? missing : `failed to get ${metric.name} object metric: ${missing}`,
    );
  }
  if (target.type === 'AverageValue') {
    const { statusReplicas, tolerances } = sight;
    const proposal = averageProposal(found.valueMilli, target.averageValueMilli, statusReplicas, tolerances);
    return {
      replicas: proposal.replicas,
      // Kubernetes calls it external here.
      name: `external metric ${metric.name}(${selectorText(metric)})`,
      current: { averageValueMilli: proposal.reportedMilli },
      steps: proposal.steps,
    };
  }
  const proposal = valueProposal(
    found.valueMilli,
    target.valueMilli,
    sight.currentReplicas,
    sight.pods,
    sight.tolerances,
  );
  if ('failed' in proposal) return failure(proposal.failed, proposal.failed);
  return {
    replicas: proposal.replicas,
    name: `${kind} metric ${metric.name}`,
    current: { valueMilli: proposal.reportedMilli },
    steps: proposal.steps,
  };
};

const failure = (failed: string, inner: string): MetricFailure => ({
  reason: 'FailedGetObjectMetric',
  failed,
  named: `failed to get object metric value: ${inner}`,
});
