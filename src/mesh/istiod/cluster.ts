import { formatDuration } from '../../manifest/quantity.ts';
import type {
  ConnectionPoolPolicy,
  LoadBalancer,
  OutlierDetectionPolicy,
  PolicyBlocks,
  TrafficPolicy,
} from '../../manifest/kind/traffic-policy.ts';
import { matches, withoutCluster } from '../../manifest/labels.ts';
import type { ServicePort, TrafficDistribution } from '../../manifest/resource.ts';
import type { LocalitySettings } from '../envoy/balancer/locality.ts';
import { unlimited } from '../envoy/circuit-breaker.ts';
import { clusterName, type Cluster, type OutlierDetection } from '../envoy/route.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { ActingDestinationRule } from './destination-rules.ts';
import { localitySetting, weighsLocalities } from './locality-setting.ts';
import type { MeshService } from './mesh-service.ts';
import { listenerProtocolOf, speaksHttp2 } from './protocol.ts';

/**
 * The clusters of one service (istio/istio pilot/pkg/networking/core/cluster.go and cluster_traffic_policy.go): one per port
 * for all of its endpoints, and one more per subset of the DestinationRule that acts for the caller. UDP is not carried; a name
 * that is to be looked up but has no endpoint to look up makes no cluster, nor does a subset of it.
 */
export function clustersOf(
  service: MeshService,
  rule: ActingDestinationRule | undefined,
  proxy: ProxyIdentity['type'] = 'sidecar',
  near: Nearness = {},
): Cluster[] {
  const { host, namespace, selector, endpoints, resolution } = service;
  const { policy: top, subsets = [] } = rule ?? {};
  if (resolution === 'ALIAS') return [];
  const discovery = discoveryOf(service, proxy);
  const isLookedUp = discovery === 'STRICT_DNS' || discovery === 'LOGICAL_DNS';
  return service.ports.flatMap((port) => {
    if (listenerProtocolOf(port) === 'none') return [];
    const portName = portNameOf(service, port);
    const cluster = (
      subset: string,
      labels: Readonly<Record<string, string>>,
      policy: TrafficPolicy | undefined,
    ): Cluster[] => {
      const outside = endpoints.filter((own) => matches(labels, own.labels));
      if (isLookedUp && outside.length === 0) return [];
      const blocks = blocksFor(port.port, top, policy);
      const dialled = discovery === 'ORIGINAL_DST' || blocks.loadBalancer?.simple === 'PASSTHROUGH';
      return [
        {
          name: clusterName(port.port, subset, host),
          type: dialled ? 'ORIGINAL_DST' : discovery,
          host,
          subset,
          port: port.port,
          namespace,
          // The address that was dialled may be any of the Service's, whatever the subset.
          labels: dialled ? selector : { ...selector, ...labels },
          ...(portName === undefined ? {} : { port_name: portName }),
          outside,
          ...(isNodeLocal(service) ? { node_local: true as const } : {}),
          ...policyOf(blocks, port, near),
          ...(dialled ? { lb_policy: 'CLUSTER_PROVIDED' as const } : {}),
          ...budgetOf(policy?.retryBudget ?? top?.retryBudget, blocks.connectionPool),
        },
      ];
    };
    return [
      ...cluster('', {}, undefined),
      ...subsets.flatMap((subset) =>
        cluster(subset.name, withoutCluster(subset.labels), subset.trafficPolicy),
      ),
    ];
  });
}

/** The name that a Service's port leads to; whoever asks a headless one finds its pods by DNS, whatever their ports. */
export const portNameOf = (
  { source, resolution }: MeshService,
  { targetPort }: ServicePort,
): string | undefined =>
  source.kind === 'Service' && resolution === 'EDS' && typeof targetPort === 'string'
    ? targetPort
    : undefined;

/** Gateways cannot know what was dialled: they balance over the endpoints (convertResolution). */
function discoveryOf({ resolution }: MeshService, proxy: ProxyIdentity['type']): Cluster['type'] {
  switch (resolution) {
    case 'DNS':
      return 'STRICT_DNS';
    case 'DNS_ROUND_ROBIN':
      return 'LOGICAL_DNS';
    case 'ORIGINAL_DST':
      return proxy === 'gateway' ? 'EDS' : 'ORIGINAL_DST';
    default:
      return 'EDS';
  }
}

const isNodeLocal = ({ source }: MeshService): boolean =>
  source.kind === 'Service' && source.spec.internalTrafficPolicy === 'Local';

/** What beside a DestinationRule decides which endpoints are near. */
export interface Nearness {
  /** Of the Service, by itself or by its namespace. */
  readonly distribution?: TrafficDistribution | undefined;
  /** MeshConfig's settings; undefined: locality is on, without settings of its own. */
  readonly mesh?: Pick<LoadBalancer, 'locality' | 'zoneAware'> | undefined;
}

/**
 * A subset overrides the rule's policy block by block. A port's own settings take the place of all blocks: what they leave
 * out is the default, not what stands above.
 */
export function blocksFor(
  port: number,
  top: TrafficPolicy | undefined,
  subset: TrafficPolicy | undefined,
): PolicyBlocks {
  const ofPort = (policy: TrafficPolicy | undefined): PolicyBlocks | undefined =>
    policy?.portLevel.find((own) => own.port === port);
  return ofPort(subset) ?? { ...blocks(ofPort(top) ?? top), ...blocks(subset) };
}

function blocks(policy: PolicyBlocks | undefined): PolicyBlocks {
  if (policy === undefined) return {};
  const { loadBalancer, connectionPool, outlierDetection, tls } = policy;
  return {
    ...(loadBalancer === undefined ? {} : { loadBalancer }),
    ...(connectionPool === undefined ? {} : { connectionPool }),
    ...(outlierDetection === undefined ? {} : { outlierDetection }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** What a DestinationRule says of idle TCP connections to this host: a setting of the tcp_proxy filter, not of the cluster. */
export function tcpIdleTimeout(
  port: number,
  rule: ActingDestinationRule | undefined,
): { readonly idle_timeout?: string } {
  const idleUs = blocksFor(port, rule?.policy, undefined).connectionPool?.tcpIdleTimeoutUs;
  return idleUs === undefined ? {} : { idle_timeout: formatDuration(idleUs) };
}

type PolicyFields = Omit<
  Cluster,
  'name' | 'type' | 'host' | 'subset' | 'port' | 'namespace' | 'labels' | 'port_name' | 'outside'
>;

function policyOf(policy: PolicyBlocks, port: ServicePort, near: Nearness): PolicyFields {
  const { connectionPool: pool, outlierDetection: outlier, loadBalancer: balancer } = policy;
  const requests = pool?.maxRequestsPerConnection ?? 0;
  const streams = pool?.maxConcurrentStreams ?? 0;
  const locality = localitySetting(balancer, near.distribution, near.mesh);
  // applyConnectionPool: HTTP's own, or else that of TCP.
  const idleUs = pool?.httpIdleTimeoutUs ?? pool?.tcpIdleTimeoutUs;
  return {
    connect_timeout: pool?.connectTimeoutUs === undefined ? '10s' : formatDuration(pool.connectTimeoutUs),
    ...balancing(balancer),
    ...(idleUs === undefined
      ? {}
      : { common_http_protocol_options: { idle_timeout: formatDuration(idleUs) } }),
    ...(pool?.upgradesToHttp2 === true || speaksHttp2(port)
      ? { http2_protocol_options: streams > 0 ? { max_concurrent_streams: streams } : {} }
      : {}),
    ...(requests > 0 ? { max_requests_per_connection: requests } : {}),
    ...(outlier === undefined
      ? {}
      : {
          outlier_detection: outlierOf(outlier),
        }),
    ...commonOf(outlier, locality, near),
    ...(locality === undefined ? {} : { locality_lb_setting: locality }),
  };
}

/**
 * Istio: no panic unless minHealthPercent asks for it, so endpoints that are ejected or not ready stay out even if all are; a
 * Service with a trafficDistribution has none of it (applyOutlierDetection, applyLoadBalancer).
 */
function commonOf(
  outlier: OutlierDetectionPolicy | undefined,
  locality: LocalitySettings | undefined,
  { distribution }: Nearness,
): Pick<Cluster, 'common_lb_config'> {
  return {
    common_lb_config: {
      healthy_panic_threshold: {
        value: distribution === undefined ? (outlier?.minHealthPercent ?? 0) : 0,
      },
      ...(weighsLocalities(locality, outlier !== undefined) ? { locality_weighted_lb_config: {} } : {}),
      ...(locality?.zoneAware === true
        ? { zone_aware_lb_config: locality.enabled === false ? { routing_enabled: { value: 0 } } : {} }
        : {}),
    },
  };
}

function balancing(
  balancer: LoadBalancer | undefined,
): Pick<
  Cluster,
  | 'lb_policy'
  | 'ring_hash_lb_config'
  | 'maglev_lb_config'
  | 'round_robin_lb_config'
  | 'least_request_lb_config'
> {
  const hash = balancer?.consistentHash;
  if (hash?.maglevTableSize !== undefined) {
    return { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: hash.maglevTableSize } };
  }
  if (hash !== undefined) {
    return {
      lb_policy: 'RING_HASH',
      ring_hash_lb_config: { minimum_ring_size: hash.minimumRingSize ?? 1024 },
    };
  }
  const { warmup } = balancer ?? {};
  const slowStart =
    warmup === undefined
      ? {}
      : {
          slow_start_config: {
            slow_start_window: formatDuration(warmup.durationUs),
            aggression: { default_value: warmup.aggression ?? 1 },
            min_weight_percent: { value: warmup.minimumPercent ?? 10 },
          },
        };
  const simple = balancer?.simple ?? 'LEAST_REQUEST';
  return {
    lb_policy: simple === 'PASSTHROUGH' ? 'CLUSTER_PROVIDED' : simple,
    ...(warmup !== undefined && simple === 'ROUND_ROBIN' ? { round_robin_lb_config: slowStart } : {}),
    ...(warmup !== undefined && simple === 'LEAST_REQUEST' ? { least_request_lb_config: slowStart } : {}),
  };
}

/** 0 and absent: no limit, which Istio writes as 2^32 - 1. */
const limit = (value: number | undefined): number => (value === undefined || value === 0 ? unlimited : value);

function budgetOf(
  budget: TrafficPolicy['retryBudget'],
  pool: ConnectionPoolPolicy | undefined,
): Pick<Cluster, 'circuit_breakers'> {
  return {
    circuit_breakers: {
      thresholds: [
        {
          max_connections: limit(pool?.maxConnections),
          max_pending_requests: limit(pool?.http1MaxPendingRequests),
          max_requests: limit(pool?.http2MaxRequests),
          max_retries: limit(pool?.maxRetries),
          ...(budget === undefined
            ? {}
            : {
                retry_budget: {
                  budget_percent: { value: budget.percent },
                  min_retry_concurrency: budget.minRetryConcurrency,
                },
              }),
        },
      ],
    },
  };
}

/** applyOutlierDetection: success rates are off, gateway errors count only where set, and 0 turns a counter off. */
function outlierOf(own: OutlierDetectionPolicy): OutlierDetection {
  const counter = (value: number | undefined) =>
    value === undefined ? undefined : { limit: value, enforced: value > 0 ? 100 : 0 };
  const [errors, gateway] = [counter(own.consecutive5xxErrors), counter(own.consecutiveGatewayErrors)];
  const local = own.consecutiveLocalOriginFailures ?? 0;
  const split = own.splitExternalLocalOriginErrors === true;
  return {
    enforcing_success_rate: 0,
    ...(errors === undefined
      ? {}
      : { consecutive_5xx: errors.limit, enforcing_consecutive_5xx: errors.enforced }),
    ...(gateway === undefined
      ? {}
      : {
          consecutive_gateway_failure: gateway.limit,
          enforcing_consecutive_gateway_failure: gateway.enforced,
        }),
    // 0 local failures are not written, which leaves Envoy's default of 5.
    ...(split
      ? {
          split_external_local_origin_errors: true,
          ...(local > 0
            ? { consecutive_local_origin_failure: local, enforcing_consecutive_local_origin_failure: 100 }
            : {}),
          enforcing_local_origin_success_rate: 0,
        }
      : {}),
    ...(own.intervalUs === undefined ? {} : { interval: formatDuration(own.intervalUs) }),
    ...(own.baseEjectionTimeUs === undefined
      ? {}
      : { base_ejection_time: formatDuration(own.baseEjectionTimeUs) }),
    ...(own.maxEjectionPercent === undefined || own.maxEjectionPercent === 0
      ? {}
      : { max_ejection_percent: own.maxEjectionPercent }),
  };
}
