import type { Limited } from './policies.ts';

/** An entry of status.conditions, in Kubernetes' words (pkg/controller/podautoscaler/horizontal.go). */
export interface HpaCondition {
  readonly type: 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/** An Event of the HPA. */
export interface HpaEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

const condition =
  (type: HpaCondition['type'], status: HpaCondition['status']) =>
  (reason: string, message: string): HpaCondition => ({ type, status, reason, message });

const able = condition('AbleToScale', 'True');
const unable = condition('AbleToScale', 'False');
const active = condition('ScalingActive', 'True');
const inactive = condition('ScalingActive', 'False');

export const succeededGetScale = able(
  'SucceededGetScale',
  "the HPA controller was able to get the target's current scale",
);
/** For the one who reads the scale: without it the rule cannot be asked. */
export const failedGetScale = (error: string): HpaCondition =>
  unable('FailedGetScale', `the HPA controller was unable to get the target's current scale: ${error}`);
export const readyForNewScale = able('ReadyForNewScale', 'recommended size matches current size');
export const scaleUpStabilized = able(
  'ScaleUpStabilized',
  'recent recommendations were lower than current one, applying the lowest recent recommendation',
);
export const scaleDownStabilized = able(
  'ScaleDownStabilized',
  'recent recommendations were higher than current one, applying the highest recent recommendation',
);
export const succeededRescale = (replicas: number): HpaCondition =>
  able('SucceededRescale', `the HPA controller was able to update the target scale to ${replicas}`);
export const failedUpdateScale = (error: string): HpaCondition =>
  unable('FailedUpdateScale', `the HPA controller was unable to update the target scale: ${error}`);

export const validMetricFound = (metric: string): HpaCondition =>
  active('ValidMetricFound', `the HPA was able to successfully calculate a replica count from ${metric}`);
export const scalingDisabled = inactive(
  'ScalingDisabled',
  'scaling is disabled since the replica count of the target is zero',
);
export const missingSelector = inactive('InvalidSelector', "the HPA target's scale is missing a selector");
export const ambiguousSelector = (message: string): HpaCondition => inactive('AmbiguousSelector', message);
export const failedMetric = (reason: string, failed: string): HpaCondition =>
  inactive(reason, `the HPA was unable to compute the replica count: ${failed}`);

const limitMessages: Readonly<Record<Limited['reason'], string>> = {
  DesiredWithinRange: 'the desired count is within the acceptable range',
  ScaleUpLimit: 'the desired replica count is increasing faster than the maximum scale rate',
  ScaleDownLimit: 'the desired replica count is decreasing faster than the maximum scale rate',
  TooManyReplicas: 'the desired replica count is more than the maximum replica count',
  TooFewReplicas: 'the desired replica count is less than the minimum replica count',
};

/** True only if a bound changed the stabilised value. */
export const scalingLimited = (limited: Limited, stabilised: number): HpaCondition => ({
  type: 'ScalingLimited',
  status: limited.replicas === stabilised ? 'False' : 'True',
  reason: limited.reason,
  message: limitMessages[limited.reason],
});

/**
 * The list with one condition set: in the place of the earlier one of its type, else at the end. A sync sets some and
 * leaves the rest as they were.
 */
export function withCondition(
  conditions: readonly HpaCondition[],
  set: HpaCondition,
): readonly HpaCondition[] {
  const index = conditions.findIndex(({ type }) => type === set.type);
  return index === -1 ? [...conditions, set] : conditions.with(index, set);
}
