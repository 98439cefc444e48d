/** Pods, metrics and autoscalers: the HorizontalPodAutoscaler to its integers, metrics-server, rolling updates, CPU. */
export { hpaRule, type HpaInput, type HpaOutput } from '../mesh/kubernetes/hpa/hpa-rule.ts';
export {
  hpaControllerDefaults,
  hpaDefaults,
  type CompleteHpaSpec,
  type HpaBehavior,
  type HpaControllerSettings,
  type HpaSpec,
  type MetricSpec,
  type ScalingPolicy,
  type ScalingRules,
} from '../mesh/kubernetes/hpa/spec.ts';
export type {
  ObservedContainer,
  ObservedPod,
  PodResourceSample,
  Samples,
} from '../mesh/kubernetes/hpa/observed.ts';
export {
  emptyHpaLogs,
  type HpaLogs,
  type Recommendation,
  type ScaleEvent,
} from '../mesh/kubernetes/hpa/logs.ts';
export { failedGetScale, type HpaCondition, type HpaEvent } from '../mesh/kubernetes/hpa/conditions.ts';
export type { DecisionStep } from '../mesh/kubernetes/hpa/decision-step.ts';
export type { MetricValue } from '../mesh/kubernetes/hpa/proposal/metric-rule.ts';
export { classifyPod, type ClassifiedPod, type PodClass } from '../mesh/kubernetes/hpa/classify-pods.ts';
export {
  isHpaBlind,
  type BlindVerdict,
  type VersionAlone,
  type VersionLoad,
} from '../mesh/kubernetes/hpa/hpa-blind.ts';
export {
  MetricsServer,
  metricsServerDefaults,
  type MetricsServerSettings,
} from '../mesh/kubernetes/metrics/metrics-server.ts';
export { firstHousekeepingUs, nextHousekeepingUs } from '../mesh/kubernetes/metrics/housekeeping.ts';
export * from '../mesh/kubernetes/workload/cpu.ts';
export * from '../mesh/kubernetes/workload/readiness-probe.ts';
export * from '../mesh/kubernetes/workload/rolling-update.ts';
export * from '../mesh/kubernetes/workload/pod-batches.ts';
export * from '../mesh/kubernetes/workload/scale-down-order.ts';
export { PodCpu, type PodCpuSettings } from '../mesh/kubernetes/pod-cpu.ts';
export { cpuShares } from '../mesh/kubernetes/view/cpu-shares.ts';
export { afterProbe, unprobed, type ProbeState } from '../mesh/kubernetes/view/probe-by-probe.ts';
export { saturatedUtilizationPercent } from '../mesh/kubernetes/view/saturated-utilization.ts';
