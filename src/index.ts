/**
 * What other programs may call: the statistics under the names of their field, and the rules of the modelled systems as
 * pure functions or small state machines, so that anybody can run their own cases against them.
 */
export * from './stats/index.ts';
export { exp, expm1, ln, log1p, pow } from './kernel/math.ts';
export { chooseRoute, type RequestHead, type RouteChoice } from './mesh/envoy/route-match.ts';
export type * from './mesh/envoy/route.ts';
export { intervalOf, moduloTotal, type Selector } from './mesh/envoy/weighted-cluster.ts';
export { balancers, type Balancer, type Endpoints } from './mesh/envoy/balancer.ts';
export {
  debounceChange,
  debounceIdle,
  debouncePushed,
  debounceTimer,
  type DebounceSettings,
  type DebounceState,
  type DebounceStep,
} from './mesh/istiod/debounce.ts';
export { PushQueue } from './mesh/istiod/push-queue.ts';
export { isCatchAll, translate } from './mesh/istiod/translate.ts';
export { applyResources, deleteResources, emptyRegistry, type Registry } from './mesh/istiod/registry.ts';
export { parseManifests } from './manifest/parse.ts';
export { analyze, analyzeAlone } from './manifest/analyze.ts';
export { istioMessages } from './manifest/analysis/message.ts';
export { renderProblem } from './manifest/explain-problem.ts';
export type { Checked, Problem } from './manifest/problem.ts';
export type * from './manifest/resource.ts';
export { loadScenario, type ScenarioFiles } from './scenario/load.ts';
export type { Scenario } from './scenario/scenario.ts';
export { play, runOnce, worldAt, type RunResult } from './experiment/run-once.ts';
export type * from './record/record.ts';

// Load balancing inside a cluster.
export { EdfSchedule, schedulePlan, type SchedulePlan } from './mesh/envoy/balancer/edf.ts';
export {
  biasedWeight,
  leastRequestOfAll,
  leastRequestOfTwo,
  type Draw,
} from './mesh/envoy/balancer/least-request.ts';
export { RoundRobin } from './mesh/envoy/balancer/round-robin.ts';
export { randomHost } from './mesh/envoy/balancer/random.ts';
export { hashOf, xxHash64, type Hash64 } from './mesh/envoy/balancer/xxhash64.ts';
export type { HashedHost } from './mesh/envoy/balancer/hashed-host.ts';
export {
  buildMaglevTable,
  MAGLEV_TABLE_SIZE,
  pickMaglev,
  type MaglevTable,
} from './mesh/envoy/balancer/maglev.ts';
export { buildHashRing, pickRing, type HashRing } from './mesh/envoy/balancer/ring-hash.ts';
export {
  isSlowStarting,
  slowStartFactor,
  slowStartWeight,
  type SlowStart,
} from './mesh/envoy/balancer/slow-start.ts';
export {
  pickPriority,
  priorityLoad,
  type HostSource,
  type PriorityHosts,
  type PriorityLoad,
  type PriorityPick,
  type PrioritySettings,
} from './mesh/envoy/balancer/priority-load.ts';
export {
  distributeWeights,
  effectiveLocalityWeight,
  failoverPriorities,
  fitsPattern,
  localitySchedule,
  parseLocality,
  type Distribute,
  type Failover,
  type Locality,
  type LocalityPriority,
  type LocalityWeight,
} from './mesh/envoy/balancer/locality.ts';
// Envoy's rules of resilience.
export * from './mesh/envoy/retry.ts';
export * from './mesh/envoy/circuit-breaker.ts';
export * from './mesh/envoy/connection-pool.ts';
export * from './mesh/envoy/outlier.ts';
export * from './mesh/envoy/fault.ts';
export * from './mesh/envoy/mirror.ts';
export * from './mesh/envoy/response-outcome.ts';
export { flagText, responseFlag } from './mesh/envoy/response-flag.ts';
// Kubernetes: the HorizontalPodAutoscaler, the metrics that it reads, and the pace of workloads.
export { hpaRule, type HpaInput, type HpaOutput } from './mesh/kubernetes/hpa/hpa-rule.ts';
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
} from './mesh/kubernetes/hpa/spec.ts';
export type {
  ObservedContainer,
  ObservedPod,
  PodResourceSample,
  Samples,
} from './mesh/kubernetes/hpa/observed.ts';
export {
  emptyHpaLogs,
  type HpaLogs,
  type Recommendation,
  type ScaleEvent,
} from './mesh/kubernetes/hpa/logs.ts';
export { failedGetScale, type HpaCondition, type HpaEvent } from './mesh/kubernetes/hpa/conditions.ts';
export type { DecisionStep } from './mesh/kubernetes/hpa/decision-step.ts';
export type { MetricValue } from './mesh/kubernetes/hpa/proposal/metric-rule.ts';
export { classifyPod, type ClassifiedPod, type PodClass } from './mesh/kubernetes/hpa/classify-pods.ts';
export {
  isHpaBlind,
  type BlindVerdict,
  type VersionAlone,
  type VersionLoad,
} from './mesh/kubernetes/hpa/hpa-blind.ts';
export {
  MetricsServer,
  metricsServerDefaults,
  type MetricsServerSettings,
} from './mesh/kubernetes/metrics/metrics-server.ts';
export { firstHousekeepingUs, nextHousekeepingUs } from './mesh/kubernetes/metrics/housekeeping.ts';
export * from './mesh/kubernetes/workload/cpu.ts';
export * from './mesh/kubernetes/workload/readiness-probe.ts';
export * from './mesh/kubernetes/workload/rolling-update.ts';
export * from './mesh/kubernetes/workload/pod-batches.ts';
export * from './mesh/kubernetes/workload/scale-down-order.ts';

// What an autoscaler scales, and whose pods it measures.
export { replicaSetsOf, scaleTargetOf, selectedTemplates, type Workload } from './manifest/scale-target.ts';
// Translation: what istiod makes of manifests, and the same as Envoy would print it.
export {
  protobufDuration,
  toEnvoy,
  type EnvoyConfiguration,
  type EnvoyJson,
} from './mesh/istiod/to-envoy.ts';
export { assumedServices } from './mesh/istiod/assumed-service.ts';
export { bySpecificity, rulesOfHttpRoutes } from './mesh/istiod/http-route.ts';
export {
  rulesOfVirtualServices,
  type PlacedHttpRoute,
  type RoutingRule,
  type RuleOrigin,
} from './mesh/istiod/routing-rule.ts';
export { clustersOf } from './mesh/istiod/cluster.ts';
export { retryPolicyOf } from './mesh/istiod/retry.ts';
export { withDelegates } from './mesh/istiod/delegate.ts';
// What a request's own headers change.
export { withHeaders } from './mesh/envoy/header-override.ts';
// The processor of a pod, with CFS quota.
export { PodCpu, type PodCpuSettings } from './mesh/kubernetes/pod-cpu.ts';
// Judgements: of a split that somebody saw, of a share while pods come and go, of capacity, and of the way back.
export { judge, type Judgement } from './verdict/judge.ts';
export { shareOverWindows, type WindowCount, type WindowsVerdict } from './verdict/share-over-windows.ts';
export { isOver, overCapacity, overSpans, type OverSpan } from './verdict/over-capacity.ts';
export { capacityVerdict } from './verdict/capacity-verdict.ts';
export { revertedAt, rollbackInstants, rollbackPoint } from './experiment/rollback.ts';
// Objectives of a shift, and the search for the cheapest plan that keeps to them.
export { parseObjective, parseSteps, type Measure, type Objective } from './scenario/objective.ts';
export { shiftOf, type Shift } from './experiment/shift-plan/shift.ts';
export { candidatesOf, candidateText, type Vary } from './experiment/shift-plan/candidates.ts';
export { playCandidate, type PlayablePlan } from './experiment/shift-plan/play-candidate.ts';
export { type ProxyIdentity } from './mesh/envoy/proxy-identity.ts';
