import { microseconds } from '../../manifest/microseconds.ts';
import type { BalancingPolicy } from './balancer/balancer.ts';
import { balancers } from './balancer/index.ts';
import type { SlowStart } from './balancer/slow-start.ts';
import { istioThresholds, unlimited, type CircuitBreakerLimits } from './circuit-breaker.ts';
import { http1Pool, http2Pool, type ConnectionPoolSettings } from './connection-pool.ts';
import { outlierSettings } from './outlier-settings.ts';
import type { OutlierSettings } from './outlier.ts';
import type { ClusterConfiguration, SlowStartConfig } from './route.ts';

/** A cluster's configuration as the data plane reads it: numbers, and Envoy's defaults where nothing is written. */
export interface ClusterSettings {
  readonly cluster: ClusterConfiguration;
  readonly policy: BalancingPolicy;
  /** Its picks need state per client proxy (`Upstream`); the others take the short way through `Proxies.pick`. */
  readonly managed: boolean;
  /** Its connections are counted. */
  readonly pooled: boolean;
  readonly limits: CircuitBreakerLimits;
  /** Of what carries HTTP; TCP has a pool of its own beside it. */
  readonly pool: ConnectionPoolSettings;
  readonly timeouts: ConnectionTimeouts;
  /** undefined: nobody judges its endpoints. */
  readonly outlier: OutlierSettings | undefined;
  /** undefined: new endpoints get their full share at once. */
  readonly slowStart: SlowStart | undefined;
  /** Localities are chosen by their weights before endpoints are. */
  readonly byLocality: boolean;
  /** Percent of healthy endpoints below which a priority panics; Envoy's default is 50. */
  readonly panicThresholdPercent: number;
}

/** What a cluster's connections are given time for, in microseconds. */
export interface ConnectionTimeouts {
  /** From the first packet to a connection that can be used. */
  readonly connectUs: number;
  /** Without a request; Infinity: a connection may be idle for ever. */
  readonly idleUs: number;
}

/** @param alwaysEjectOneHost of the proxies: no cluster says it. */
export function clusterSettings(cluster: ClusterConfiguration, alwaysEjectOneHost: boolean): ClusterSettings {
  const slowStart = slowStartOf(cluster);
  const http2 = cluster.http2_protocol_options;
  return {
    cluster,
    policy: balancers[cluster.lb_policy],
    managed: isManaged(cluster),
    pooled: isPooled(cluster),
    limits: limitsOf(cluster),
    pool: {
      ...(http2 === undefined
        ? http1Pool
        : { ...http2Pool, maxStreamsPerConnection: http2.max_concurrent_streams ?? 1024 }),
      maxRequestsPerConnection: cluster.max_requests_per_connection ?? 0,
    },
    timeouts: timeoutsOf(cluster),
    outlier:
      cluster.outlier_detection === undefined
        ? undefined
        : outlierSettings(cluster.outlier_detection, alwaysEjectOneHost),
    slowStart: slowStart === undefined ? undefined : toSlowStart(slowStart),
    byLocality: isByLocality(cluster),
    panicThresholdPercent: cluster.common_lb_config?.healthy_panic_threshold?.value ?? 50,
  };
}

/**
 * Whether a cluster needs more than a pick among equal endpoints: state of its own per client proxy. The others take the
 * short way through `Proxies.pick`, with the same rules.
 */
const isManaged = (cluster: ClusterConfiguration): boolean =>
  isPooled(cluster) ||
  balancers[cluster.lb_policy].hashes === true ||
  balancers[cluster.lb_policy].hears === true ||
  cluster.outlier_detection !== undefined ||
  isByLocality(cluster) ||
  cluster.common_lb_config?.zone_aware_lb_config !== undefined ||
  slowStartOf(cluster) !== undefined;

const isByLocality = (cluster: ClusterConfiguration): boolean =>
  cluster.common_lb_config?.locality_weighted_lb_config !== undefined;

const slowStartOf = (cluster: ClusterConfiguration): SlowStartConfig | undefined =>
  (cluster.round_robin_lb_config ?? cluster.least_request_lb_config)?.slow_start_config;

const toSlowStart = (config: SlowStartConfig): SlowStart => ({
  windowUs: microseconds(config.slow_start_window),
  ...(config.aggression === undefined ? {} : { aggression: config.aggression.default_value }),
  ...(config.min_weight_percent === undefined ? {} : { minWeightPercent: config.min_weight_percent.value }),
});

/** What istiod writes where a DestinationRule says nothing (the mesh configuration's connectTimeout). */
const istioConnectTimeout = '10s';

/**
 * Whether connections of this cluster are counted. Where nothing limits them and no time is set for them, a request finds one
 * in no time, and they are left out: a simplification that hides only the handshake of a new connection.
 */
function isPooled(cluster: ClusterConfiguration): boolean {
  const limits = cluster.circuit_breakers?.thresholds[0];
  return (
    (cluster.max_requests_per_connection ?? 0) > 0 ||
    cluster.common_http_protocol_options !== undefined ||
    (cluster.connect_timeout !== undefined && cluster.connect_timeout !== istioConnectTimeout) ||
    (limits !== undefined &&
      (limits.retry_budget !== undefined ||
        Math.min(
          limits.max_connections,
          limits.max_pending_requests,
          limits.max_requests,
          limits.max_retries,
        ) < unlimited))
  );
}

function limitsOf(cluster: ClusterConfiguration): CircuitBreakerLimits {
  const limits = cluster.circuit_breakers?.thresholds[0];
  if (limits === undefined) return istioThresholds;
  return {
    maxConnections: limits.max_connections,
    maxPending: limits.max_pending_requests,
    maxRequests: limits.max_requests,
    maxRetries: limits.max_retries,
    ...(limits.retry_budget === undefined
      ? {}
      : {
          retryBudget: {
            percent: limits.retry_budget.budget_percent.value,
            minConcurrency: limits.retry_budget.min_retry_concurrency,
          },
        }),
  };
}

/** Envoy's own default; Istio always writes one (10 s). */
const envoyConnectTimeout = '5s';
const envoyIdleTimeout = '1h';

function timeoutsOf(cluster: ClusterConfiguration): ConnectionTimeouts {
  return {
    connectUs: microseconds(cluster.connect_timeout ?? envoyConnectTimeout),
    idleUs: idleTimeoutUs(cluster.common_http_protocol_options?.idle_timeout),
  };
}

/** Envoy's hour where nothing is written; Infinity for "0s". */
export function idleTimeoutUs(text: string | undefined): number {
  const idleUs = microseconds(text ?? envoyIdleTimeout);
  return idleUs === 0 ? Infinity : idleUs;
}
