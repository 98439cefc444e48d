/**
 * The part of Envoy's route configuration that a request meets, in Envoy's own shape and names
 * (api/envoy/config/route/v3). A simulated proxy runs on exactly this.
 */
export interface RouteConfiguration {
  /** The port on a sidecar ("9080"), "http.8080" on a gateway. */
  readonly name: string;
  readonly virtual_hosts: readonly VirtualHost[];
}

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
}

export interface Route {
  readonly name: string;
  readonly match: RouteMatch;
  readonly route?: RouteAction;
  readonly direct_response?: { readonly status: number };
  readonly redirect?: {
    readonly path_redirect?: string;
    readonly host_redirect?: string;
    readonly response_code: number;
  };
  /** The fault filter's own part, as istiod writes it beside the route. */
  readonly typed_per_filter_config?: { readonly 'envoy.filters.http.fault': Fault };
  /** Which rule of which VirtualService this came from; Istio writes the same into the route's metadata. */
  readonly metadata: { readonly config: string; readonly rule: string };
}

export interface RouteMatch {
  readonly prefix?: string;
  readonly path?: string;
  readonly safe_regex?: { readonly regex: string };
  readonly case_sensitive?: boolean;
  readonly headers?: readonly HeaderMatcher[];
  readonly query_parameters?: readonly QueryParameterMatcher[];
}

export interface StringMatcher {
  readonly exact?: string;
  readonly prefix?: string;
  readonly safe_regex?: { readonly regex: string };
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
}

/** source/extensions/filters/http/fault; percentages as parts per million, as istiod sends them. */
export interface Fault {
  readonly delay?: { readonly fixed_delay: string; readonly percentage: FractionalPercent };
  readonly abort?: { readonly http_status: number; readonly percentage: FractionalPercent };
}

export interface FractionalPercent {
  readonly numerator: number;
  readonly denominator: 'MILLION';
}

export interface WeightedCluster {
  readonly name: string;
  readonly weight: number;
}

/** Envoy's cluster, as far as the model reads it. */
export interface Cluster {
  /** direction|port|subset|host */
  readonly name: string;
  readonly host: string;
  readonly subset: string;
  readonly port: number;
  /** Labels that a pod needs to be an endpoint. */
  readonly labels: Readonly<Record<string, string>>;
  readonly lb_policy: 'LEAST_REQUEST' | 'ROUND_ROBIN' | 'RANDOM';
}

/** What istiod sends to one proxy: RDS and CDS of one snapshot. */
export interface ProxyConfiguration {
  readonly routes: readonly RouteConfiguration[];
  readonly clusters: readonly Cluster[];
}

/** `outbound|9080|v1|reviews.default.svc.cluster.local`; no subset: an empty third part. */
export const clusterName = (port: number, subset: string, host: string): string =>
  `outbound|${port}|${subset}|${host}`;
