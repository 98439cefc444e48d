import { classifyPods } from '../classify-pods.ts';
import { resourceUsage, type Failed } from '../observed.ts';
import { podRequests } from '../pod-request.ts';
import type {
  AverageValueTarget,
  ContainerResourceMetric,
  ResourceMetric,
  UtilizationTarget,
} from '../spec.ts';
import { meanUsage, utilisation } from '../utilisation.ts';
import type { MetricProposal, MetricRule, Sight } from './metric-rule.ts';
import { perPodProposal, type PerPodProposal } from './per-pod.ts';

/** CPU or memory of whole pods: a sidecar adds both its request and its usage. */
export const resourceRule: MetricRule<ResourceMetric> = ({ name, target }, sight) => {
  const proposal = propose(name, undefined, target, sight);
  if (!('failed' in proposal)) return proposal;
  return {
    ...proposal,
    reason: 'FailedGetResourceMetric',
    named: `failed to get ${name} resource metric value: ${proposal.failed}`,
  };
};

/** CPU or memory of the named container alone. */
export const containerResourceRule: MetricRule<ContainerResourceMetric> = (metric, sight) => {
  const proposal = propose(metric.name, metric.container, metric.target, sight);
  if (!('failed' in proposal)) return proposal;
  return {
    ...proposal,
    reason: 'FailedGetContainerResourceMetric',
    named: `failed to get ${metric.container} container metric value: ${proposal.failed}`,
  };
};

function propose(
  resource: string,
  container: string | undefined,
  target: UtilizationTarget | AverageValueTarget,
  sight: Sight,
): MetricProposal | Failed {
  const isUtilization = target.type === 'Utilization';
  const proposal = proposeReplicas(resource, container, target, sight);
  if ('failed' in proposal) {
    const what = isUtilization ? 'utilization' : 'usage';
    return { ...proposal, failed: `failed to get ${resource} ${what}: ${proposal.failed}` };
  }
  const { replicas, reading, steps } = proposal;
  const whose = container === undefined ? 'resource' : 'container resource';
  return {
    replicas,
    name: isUtilization ? `${resource} ${whose} utilization (percentage of request)` : `${resource} resource`,
    current: {
      averageValueMilli: reading.averageMilli,
      ...(reading.utilization === undefined ? {} : { averageUtilization: reading.utilization }),
    },
    steps,
  };
}

function proposeReplicas(
  resource: string,
  container: string | undefined,
  target: UtilizationTarget | AverageValueTarget,
  sight: Sight,
): PerPodProposal | Failed {
  const { pods, samples, tolerances, currentReplicas, controller, nowUs } = sight;
  const usage = resourceUsage(samples.resource, resource, container, sight.namespace);
  if ('failed' in usage) {
    return { failed: `unable to get metrics for resource ${resource}: ${usage.failed}` };
  }
  if (pods.length === 0) {
    return { failed: 'no pods returned by selector while calculating replica count' };
  }
  const groups = classifyPods(pods, usage, resource, controller, nowUs);
  const common = { currentReplicas, groups, samples: usage, tolerances };
  if (target.type === 'AverageValue') {
    return perPodProposal({
      ...common,
      measure: (measured) => meanUsage(measured, target.averageValueMilli),
      assumedBusyMilli: () => target.averageValueMilli,
    });
  }
  const requests = podRequests(pods, resource, container);
  const targetPercent = target.averageUtilization;
  return perPodProposal({
    ...common,
    // A missing request is found only now: that nothing was measured is told first.
    measure: (measured) =>
      'failed' in requests
        ? requests
        : (utilisation(measured, requests, targetPercent) ?? {
            failed: 'no metrics returned matched known pods',
          }),
    assumedBusyMilli: (pod) => {
      const requestMilli = 'failed' in requests ? 0 : (requests.get(pod) ?? 0);
      return Math.trunc((requestMilli * Math.max(100, targetPercent)) / 100);
    },
  });
}
