/** What a proxy decides: routes, weighted clusters, balancers, retries, breakers, pools, outlier detection, faults, flags. */
export { chooseRoute, type RequestHead, type RouteChoice } from '../mesh/envoy/route-match.ts';
export { outboundOf, type Call, type Outbound } from '../mesh/envoy/outbound.ts';
export type * from '../mesh/envoy/route.ts';
export { intervalOf, moduloTotal, type Selector } from '../mesh/envoy/weighted-cluster.ts';
export type { Balancer, BalancingPolicy, HostSet } from '../mesh/envoy/balancer/balancer.ts';
export { balancers } from '../mesh/envoy/balancer/index.ts';
export { EdfSchedule, schedulePlan, type SchedulePlan } from '../mesh/envoy/balancer/edf.ts';
export { biasedWeight, leastRequestOfTwo, type Draw } from '../mesh/envoy/balancer/least-request.ts';
export { RoundRobin } from '../mesh/envoy/balancer/round-robin.ts';
export { randomHost } from '../mesh/envoy/balancer/random.ts';
export { hashOf, xxHash64, type Hash64 } from '../mesh/envoy/balancer/xxhash64.ts';
export type { HashedHost } from '../mesh/envoy/balancer/hashed-host.ts';
export {
  buildMaglevTable,
  MAGLEV_TABLE_SIZE,
  pickMaglev,
  type MaglevTable,
} from '../mesh/envoy/balancer/maglev.ts';
export { buildHashRing, pickRing, type HashRing } from '../mesh/envoy/balancer/ring-hash.ts';
export {
  isSlowStarting,
  slowStartFactor,
  slowStartWeight,
  type SlowStart,
} from '../mesh/envoy/balancer/slow-start.ts';
export {
  pickPriority,
  priorityLoad,
  type HostSource,
  type PriorityHosts,
  type PriorityLoad,
  type PriorityPick,
  type PrioritySettings,
} from '../mesh/envoy/balancer/priority-load.ts';
export {
  distributeWeights,
  effectiveLocalityWeight,
  failoverByLabels,
  failoverPriorities,
  fitsPattern,
  localityOf,
  localitySchedule,
  parseLocality,
  placements,
  type Distribute,
  type EndpointGroup,
  type Failover,
  type Locality,
  type LocalityPriority,
  type LocalitySettings,
  type LocalityWeight,
  type Placement,
} from '../mesh/envoy/balancer/locality.ts';
export { loadAssignment, type LoadAssignment, type LocalityHosts } from '../mesh/envoy/load-assignment.ts';
export * from '../mesh/envoy/retry.ts';
export * from '../mesh/envoy/circuit-breaker.ts';
export * from '../mesh/envoy/connection-pool.ts';
export * from '../mesh/envoy/outlier.ts';
export * from '../mesh/envoy/fault.ts';
export * from '../mesh/envoy/mirror.ts';
export * from '../mesh/envoy/response-outcome.ts';
export { flagText, responseFlag } from '../mesh/envoy/response-flag.ts';
export {
  answerHeaders,
  evaluateHeaders,
  sentHeaders,
  setCookies,
  type HeaderLine,
} from '../mesh/envoy/header-operations.ts';
export { withHeaders } from '../mesh/envoy/header-override.ts';
export { type ProxyIdentity } from '../mesh/envoy/proxy-identity.ts';
export { leastRequestOfAll } from '../mesh/envoy/view/least-request-of-all.ts';
export { loggedFlags } from '../mesh/envoy/view/logged-flags.ts';
