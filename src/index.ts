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
export { isCatchAll, translate, type ProxyIdentity } from './mesh/istiod/translate.ts';
export { applyResources, deleteResources, emptyRegistry, type Registry } from './mesh/istiod/registry.ts';
export { parseManifests } from './manifest/parse.ts';
export { analyze } from './manifest/analyze.ts';
export { renderProblem } from './manifest/explain-problem.ts';
export type { Checked, Problem } from './manifest/problem.ts';
export type * from './manifest/resource.ts';
export { loadScenario, type ScenarioFiles } from './scenario/load.ts';
export type { Scenario } from './scenario/scenario.ts';
export { play, runOnce, worldAt, type RunResult } from './experiment/run-once.ts';
export type * from './record/record.ts';
