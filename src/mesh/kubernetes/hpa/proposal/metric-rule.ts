import type { DecisionStep } from '../decision-step.ts';
import type { Failed, ObservedPod, Samples } from '../observed.ts';
import type { HpaControllerSettings, MetricIdentifier } from '../spec.ts';
import type { Tolerances } from '../utilisation.ts';

/** What a metric's rule may look at. */
export interface Sight {
  readonly namespace: string;
  /** scale.spec.replicas: the wish. */
  readonly currentReplicas: number;
  /** scale.status.replicas: the pods that the workload's controller counts. */
  readonly statusReplicas: number;
  readonly pods: readonly ObservedPod[];
  readonly samples: Samples;
  readonly tolerances: Tolerances;
  readonly controller: HpaControllerSettings;
  readonly nowUs: number;
}

/** `status.currentMetrics[].current` of the HPA. */
export interface MetricValue {
  readonly averageUtilization?: number;
  readonly averageValueMilli?: number;
  readonly valueMilli?: number;
}

export interface MetricProposal {
  readonly replicas: number;
  /** As events and conditions call the metric. */
  readonly name: string;
  readonly current: MetricValue;
  readonly steps: readonly DecisionStep[];
}

export interface MetricFailure extends Failed {
  /** Of the condition ScalingActive. */
  readonly reason: string;
  /** The same with the metric named, as the event about the whole sync tells it. */
  readonly named: string;
}

export type MetricRule<Metric> = (metric: Metric, sight: Sight) => MetricProposal | MetricFailure;

/** How Go prints a label selector in a message. */
export function selectorText(metric: MetricIdentifier): string {
  if (metric.selector === undefined) return 'nil';
  const labels = Object.keys(metric.selector)
    .sort()
    .map((key) => `${key}: ${metric.selector?.[key] ?? ''},`)
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{},}`;
}
