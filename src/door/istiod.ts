/** What the control plane makes of manifests, and when it sends it: registry, translation, debounce, push queue. */
export {
  debounceChange,
  debounceIdle,
  debouncePushed,
  debounceTimer,
  type DebounceSettings,
  type DebounceState,
  type DebounceStep,
} from '../mesh/istiod/debounce.ts';
export { PushQueue } from '../mesh/istiod/push-queue.ts';
export { isCatchAll } from '../mesh/istiod/rule-match.ts';
export { meshView, translate } from '../mesh/istiod/translate.ts';
export { type GatewayServer, type MeshView } from '../mesh/istiod/mesh-view.ts';
export { type MeshService } from '../mesh/istiod/mesh-service.ts';
export { type EgressListener, type Scope } from '../mesh/istiod/sidecar-scope.ts';
export { actingFor } from '../mesh/istiod/acting-for.ts';
export { type ActingDestinationRule } from '../mesh/istiod/destination-rules.ts';
export { listenerProtocolOf, protocolOf, type Protocol } from '../mesh/istiod/protocol.ts';
export {
  applyResources,
  deleteResources,
  emptyRegistry,
  type Registry,
} from '../mesh/kubernetes/registry.ts';
export {
  protobufDuration,
  toEnvoy,
  type EnvoyConfiguration,
  type EnvoyJson,
} from '../mesh/istiod/view/to-envoy.ts';
export { assumedServices } from '../mesh/istiod/view/assumed-service.ts';
export { bySpecificity, rulesOfHttpRoutes } from '../mesh/istiod/http-route.ts';
export {
  rulesOfVirtualServices,
  type PlacedHttpRoute,
  type RoutingRule,
  type RuleOrigin,
} from '../mesh/istiod/routing-rule.ts';
export { clustersOf } from '../mesh/istiod/cluster.ts';
export { localitySetting } from '../mesh/istiod/locality-setting.ts';
export { translateHeaders } from '../mesh/istiod/header-operations.ts';
export { retryPolicyOf } from '../mesh/istiod/retry-policy.ts';
export { entranceOf, type Entrance } from '../mesh/istiod/entrance.ts';
export { deployedFor } from '../mesh/istiod/gateway-deployment.ts';
export { withDelegates } from '../mesh/istiod/delegate.ts';
export { compareByAge, type Age } from '../mesh/kubernetes/age.ts';
