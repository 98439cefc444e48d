import type { SimpleLoadBalancer } from '../../manifest/kind/traffic-policy.ts';
import type { RuleOwner } from '../../manifest/rule-name.ts';
import type { LocalitySettings } from './balancer/locality.ts';

/**
 * The part of Envoy's route configuration that a request meets, in Envoy's own shape and names
 * (api/envoy/config/route/v3). A simulated proxy runs on exactly this.
 */
export interface RouteConfiguration {
  /** On a sidecar the port ("9080"), or host and port of a Service whose protocol is found out; "http.8080" on a gateway. */
  readonly name: string;
  /** What stands behind a colon in the Host is left aside. */
  readonly ignore_port_in_host_matching?: true;
  /** Its connections came over TLS, which ends at the listener. Not a field of Envoy's. */
  readonly over_tls?: true;
  /** What its connection manager makes of paths; absent: BASE. Not a field of Envoy's, which has three for it. */
  readonly path_normalization?: PathNormalization;
  readonly virtual_hosts: readonly VirtualHost[];
}

export type PathNormalization = 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES';

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  /** Set: requests that come without TLS are sent back to come with it (301), whatever its routes say. */
  readonly require_tls?: 'ALL';
  readonly routes: readonly Route[];
}

export interface Route extends HeaderOperations {
  readonly name: string;
  readonly match: RouteMatch;
  readonly route?: RouteAction;
  readonly direct_response?: { readonly status: number };
  readonly redirect?: RedirectAction;
  /** The fault filter's own part, as istiod writes it beside the route. */
  readonly typed_per_filter_config?: {
    readonly 'envoy.filters.http.fault'?: Fault;
    /** Told, not acted upon. */
    readonly 'envoy.filters.http.cors'?: Cors;
  };
  /** The operation's name in a trace. */
  readonly decorator?: { readonly operation: string };
  readonly metadata: RouteOrigin;
}

/** What is done to headers, of a route or of one of its weighted clusters; see header-operations.ts. */
export interface HeaderOperations {
  readonly request_headers_to_add?: readonly HeaderValueOption[];
  readonly request_headers_to_remove?: readonly string[];
  readonly response_headers_to_add?: readonly HeaderValueOption[];
  readonly response_headers_to_remove?: readonly string[];
}

export interface HeaderValueOption {
  readonly header: { readonly key: string; readonly value: string };
  /** Absent: beside what is there (APPEND_IF_EXISTS_OR_ADD, Envoy's default). */
  readonly append_action?: 'OVERWRITE_IF_EXISTS_OR_ADD';
}

/** Which rule a route came from; Istio writes a part of it into the route's metadata. */
export interface RouteOrigin {
  /** null where no rule was. */
  readonly owner: RuleOwner | null;
  /** For people: "VirtualService reviews.default, rule 1". */
  readonly rule: string;
  /** Istio's own: the VirtualService, or the one that it made of an HTTPRoute, as a path in the API. */
  readonly istioConfig?: string;
}

export interface RedirectAction {
  readonly path_redirect?: string;
  /** Replaces the part of the path that the route's prefix matched. */
  readonly prefix_rewrite?: string;
  readonly host_redirect?: string;
  readonly scheme_redirect?: string;
  readonly port_redirect?: number;
  /** As the client sees it; Envoy's configuration has a word for each. */
  readonly response_code: number;
}

export interface RouteMatch {
  readonly prefix?: string;
  /** Whole parts of the path: `/foo` is a prefix of `/foo` and `/foo/bar`, not of `/foobar`. */
  readonly path_separated_prefix?: string;
  readonly path?: string;
  readonly safe_regex?: SafeRegex;
  readonly case_sensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly query_parameters?: readonly QueryParameterMatcher[];
  /** Of a token that a filter before has found valid. */
  readonly dynamic_metadata?: readonly MetadataMatcher[];
}

/** A claim of a token, in the shape in which Istio asks for it: in a list, or as it is (MetadataListValueMatcher). */
export interface MetadataMatcher {
  readonly filter: 'envoy.filters.http.jwt_authn';
  readonly path: readonly { readonly key: string }[];
  readonly value: {
    readonly or_match: {
      readonly value_matchers: readonly [
        { readonly list_match: { readonly one_of: { readonly string_match: StringMatcher } } },
        { readonly string_match: StringMatcher },
      ];
    };
  };
  readonly invert?: true;
}

/** An expression of RE2 that tells the whole value. */
export interface SafeRegex {
  readonly regex: string;
}

export interface StringMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safe_regex?: SafeRegex;
}

export interface HeaderMatcher {
  /** In lower case; `:method`, `:authority` and `:scheme` as in HTTP/2. */
  readonly name: string;
  readonly string_match?: StringMatcher;
  readonly present_match?: boolean;
  readonly invert_match?: boolean;
  readonly treat_missing_header_as_empty?: boolean;
}

export interface QueryParameterMatcher {
  readonly name: string;
  readonly string_match?: StringMatcher;
  readonly present_match?: boolean;
}

export interface RouteAction {
  /** Exactly one of the two. */
  readonly cluster?: string;
  readonly weighted_clusters?: { readonly clusters: readonly WeightedCluster[] };
  /** "0s": none, Istio's default. */
  readonly timeout: string;
  readonly max_grpc_timeout?: string;
  /** Of a connection that a tcp_proxy carries, whose route is told in this shape, too. */
  readonly idle_timeout?: string;
  readonly prefix_rewrite?: string;
  readonly regex_rewrite?: { readonly pattern: { readonly regex: string }; readonly substitution: string };
  readonly host_rewrite_literal?: string;
  readonly retry_policy?: RetryPolicy;
  readonly hash_policy?: readonly HashPolicy[];
  readonly request_mirror_policies?: readonly RequestMirrorPolicy[];
  /** Where the chosen cluster is unknown; Envoy's default is SERVICE_UNAVAILABLE. */
  readonly cluster_not_found_response_code?: 'SERVICE_UNAVAILABLE' | 'NOT_FOUND' | 'INTERNAL_SERVER_ERROR';
}

export interface RetryPolicy {
  /** Words, comma separated. */
  readonly retry_on: string;
  readonly num_retries: number;
  readonly per_try_timeout?: string;
  readonly retriable_status_codes?: readonly number[];
  readonly retry_back_off?: { readonly base_interval: string; readonly max_interval?: string };
  readonly host_selection_retry_max_attempts?: number;
  readonly retry_host_predicate?: readonly { readonly name: string }[];
}

/** One of the four. */
export interface HashPolicy {
  readonly header?: { readonly header_name: string };
  readonly cookie?: { readonly name: string; readonly ttl?: string; readonly path?: string };
  readonly connection_properties?: { readonly source_ip: boolean };
  readonly query_parameter?: { readonly name: string };
}

export interface RequestMirrorPolicy {
  readonly cluster: string;
  readonly runtime_fraction: {
    readonly default_value:
      FractionalPercent | { readonly numerator: number; readonly denominator: 'HUNDRED' };
  };
}

/** source/extensions/filters/http/fault; percentages as parts per million, as istiod sends them. */
export interface Fault {
  readonly delay?: { readonly fixed_delay: string; readonly percentage: FractionalPercent };
  /** One of the two. */
  readonly abort?: {
    readonly http_status?: number;
    readonly grpc_status?: number;
    readonly percentage: FractionalPercent;
  };
}

/** source/extensions/filters/http/cors. */
export interface Cors {
  readonly allow_origin_string_match?: readonly StringMatcher[];
  readonly allow_methods?: string;
  readonly allow_headers?: string;
  readonly expose_headers?: string;
  readonly max_age?: string;
  readonly allow_credentials?: boolean;
  readonly forward_not_matching_preflights: boolean;
  readonly filter_enabled: {
    readonly default_value: { readonly numerator: 100; readonly denominator: 'HUNDRED' };
  };
}

export interface FractionalPercent {
  readonly numerator: number;
  readonly denominator: 'MILLION';
}

export interface WeightedCluster extends HeaderOperations {
  readonly name: string;
  readonly weight: number;
  readonly host_rewrite_literal?: string;
}

/** Names of load balancing policies: those of a DestinationRule's `simple`, and what its consistentHash asks for. */
export type BalancerName =
  Exclude<SimpleLoadBalancer, 'PASSTHROUGH'> | 'RING_HASH' | 'MAGLEV' | 'CLUSTER_PROVIDED';

/** Envoy's cluster, as far as the model reads it, and as CDS tells it: whatever changes here makes a new cluster. */
export interface ClusterConfiguration {
  /** direction|port|subset|host */
  readonly name: string;
  /** How its endpoints are known: told by istiod, looked up by a name, or not at all: whichever address was dialled. */
  readonly type: 'EDS' | 'STRICT_DNS' | 'LOGICAL_DNS' | 'ORIGINAL_DST';
  readonly host: string;
  readonly subset: string;
  readonly port: number;
  readonly lb_policy: BalancerName;
  readonly ring_hash_lb_config?: { readonly minimum_ring_size?: number; readonly maximum_ring_size?: number };
  readonly maglev_lb_config?: { readonly table_size: number };
  readonly round_robin_lb_config?: { readonly slow_start_config?: SlowStartConfig };
  readonly least_request_lb_config?: { readonly slow_start_config?: SlowStartConfig };
  readonly common_lb_config?: {
    readonly healthy_panic_threshold?: { readonly value: number };
    /** Set: localities are chosen by their weights before endpoints are. */
    readonly locality_weighted_lb_config?: Readonly<Record<string, never>>;
    /** Envoy would choose among the zones of a region, if its proxy knew its own siblings; by default it does not. */
    readonly zone_aware_lb_config?: { readonly routing_enabled?: { readonly value: number } };
  };
  readonly connect_timeout?: string;
  /** How long a connection to an endpoint may carry nothing; "0s": for ever. Absent: Envoy's hour. */
  readonly common_http_protocol_options?: { readonly idle_timeout: string };
  readonly circuit_breakers?: { readonly thresholds: readonly CircuitBreakerThresholds[] };
  readonly outlier_detection?: OutlierDetection;
  readonly max_requests_per_connection?: number;
  /** Set: HTTP/2 to the endpoints, many requests on one connection; as many as said, else Envoy's 1024. */
  readonly http2_protocol_options?: { readonly max_concurrent_streams?: number };
}

/** The cluster with what tells its endpoints apart, which istiod keeps to itself and sends as endpoints (EDS). */
export interface Cluster extends ClusterConfiguration {
  /** Of the Service. */
  readonly namespace: string;
  /** Labels that a pod needs to be an endpoint. */
  readonly labels: Readonly<Record<string, string>>;
  /** Name of a container's port that a pod needs, too; absent: a number, which is asked at any pod. */
  readonly port_name?: string;
  /** Endpoints that are no pods. */
  readonly outside: readonly OutsideEndpoint[];
  /** From which istiod makes the endpoints' priorities and weights for each proxy; absent: the mesh's default. */
  readonly locality_lb_setting?: LocalitySettings;
  /** internalTrafficPolicy Local: endpoints of the proxy's own node alone. */
  readonly node_local?: true;
}

export interface OutsideEndpoint {
  /** An IP address, or a name to be looked up. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Absent: 1. */
  readonly weight?: number;
}

export interface SlowStartConfig {
  readonly slow_start_window: string;
  readonly aggression?: { readonly default_value: number };
  readonly min_weight_percent?: { readonly value: number };
}

/** 4294967295: no limit, what Istio writes where nothing is asked for. */
export interface CircuitBreakerThresholds {
  readonly max_connections: number;
  readonly max_pending_requests: number;
  readonly max_requests: number;
  readonly max_retries: number;
  readonly retry_budget?: {
    readonly budget_percent: { readonly value: number };
    readonly min_retry_concurrency: number;
  };
}

export interface OutlierDetection {
  readonly consecutive_5xx?: number;
  readonly enforcing_consecutive_5xx?: number;
  readonly consecutive_gateway_failure?: number;
  readonly enforcing_consecutive_gateway_failure?: number;
  readonly consecutive_local_origin_failure?: number;
  readonly enforcing_consecutive_local_origin_failure?: number;
  readonly split_external_local_origin_errors?: boolean;
  readonly interval?: string;
  readonly base_ejection_time?: string;
  readonly max_ejection_time?: string;
  readonly max_ejection_percent?: number;
  readonly enforcing_success_rate?: number;
  readonly enforcing_local_origin_success_rate?: number;
}

/** What istiod sends to one proxy: RDS and CDS of one snapshot. */
export interface ProxyConfiguration {
  readonly routes: readonly RouteConfiguration[];
  readonly clusters: readonly Cluster[];
  /** What a sidecar's own inbound routes say, by port of the Services that it is an endpoint of; none at a gateway. */
  readonly inbound: readonly InboundRoute[];
  /** Filter chains of listeners on ports that carry plain TCP, or may. */
  readonly tcp_proxies: readonly TcpProxy[];
  /** Of a sidecar: where connections go that no listener is for. A gateway refuses them. */
  readonly outbound?: typeof passthroughCluster | typeof blackHoleCluster;
}

/** To the address that was dialled, as if there were no proxy. Every proxy has this cluster. */
export const passthroughCluster = 'PassthroughCluster';
/** It has no endpoint: connections are reset. */
export const blackHoleCluster = 'BlackHoleCluster';

/** The route of an inbound listener, as far as the model reads it. */
export interface InboundRoute {
  readonly port: number;
  readonly retry_policy: RetryPolicy;
}

/** What istiod names where it can name no Service. */
export const unknownService = 'UnknownService';

/** envoy.filters.network.tcp_proxy of the listener of one service's port: a cluster is chosen per connection. */
export interface TcpProxy {
  /** Of the service: `tcp-echo.default.svc.cluster.local`; on a gateway "*". */
  readonly host: string;
  readonly port: number;
  /** Of the service, as far as manifests say them. */
  readonly addresses?: readonly string[];
  /** The service has no address: its listener takes every connection to the port that no other takes. */
  readonly wildcard?: true;
  /** Connections that ask for one of these names in their first message (TLS); absent: any. */
  readonly server_names?: readonly string[];
  /** Exactly one of the two. */
  readonly cluster?: string;
  readonly weighted_clusters?: { readonly clusters: readonly WeightedCluster[] };
  /** How long a connection may carry nothing; "0s": for ever. Absent: Envoy's hour. */
  readonly idle_timeout?: string;
  readonly metadata: RouteOrigin;
}

/** `outbound|9080|v1|reviews.default.svc.cluster.local`; no subset: an empty third part. */
export const clusterName = (port: number, subset: string, host: string): string =>
  `outbound|${port}|${subset}|${host}`;
