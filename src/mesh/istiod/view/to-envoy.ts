import { microseconds } from '../../../manifest/microseconds.ts';
import { shortHost } from '../../../manifest/host.ts';
import type {
  Cluster,
  ProxyConfiguration,
  RedirectAction,
  Route,
  RouteOrigin,
  TcpProxy,
} from '../../envoy/route.ts';

/** Envoy's JSON: what `istioctl proxy-config -o json` shows, with the names of Envoy's protocol buffers. */
export type EnvoyJson = { readonly [field: string]: unknown };

/** RDS, CDS and the part of LDS that routes connections. */
export interface EnvoyConfiguration {
  readonly route_configurations: readonly EnvoyJson[];
  readonly clusters: readonly EnvoyJson[];
  readonly listeners: readonly EnvoyJson[];
}

/**
 * A proxy's configuration as Envoy takes it: durations in seconds, `@type` wherever Envoy's schema has an Any, and nothing
 * but Envoy's fields. What istiod knows besides (the rule in words, the labels of a subset's pods) stays behind; the resource
 * that a route came from stands where Istio writes it, in the metadata under "istio".
 */
export const toEnvoy = (configuration: ProxyConfiguration): EnvoyConfiguration => ({
  route_configurations: configuration.routes.map(
    ({ name, virtual_hosts, over_tls: _, path_normalization: _by, ...matching }) => ({
      name,
      ...matching,
      virtual_hosts: virtual_hosts.map(({ routes, ...host }) => ({
        ...host,
        routes: routes.map(routeJson),
        include_request_attempt_count: true,
      })),
      // Routes may come before the clusters that they name.
      validate_clusters: false,
    }),
  ),
  clusters: configuration.clusters.map(clusterJson),
  listeners: listenersOf(configuration.tcp_proxies),
});

const filterPrefix = 'type.googleapis.com/envoy.extensions';

const filterTypes: Readonly<Record<string, string>> = {
  'envoy.filters.http.fault': 'fault.v3.HTTPFault',
  'envoy.filters.http.cors': 'cors.v3.CorsPolicy',
};

function routeJson(route: Route): EnvoyJson {
  const {
    name,
    match,
    redirect,
    direct_response,
    decorator,
    metadata,
    typed_per_filter_config: filters,
    request_headers_to_add,
    request_headers_to_remove,
    response_headers_to_add,
    response_headers_to_remove,
  } = route;
  return {
    ...(name === '' ? {} : { name }),
    match,
    ...(route.route === undefined ? {} : { route: actionJson(route.route) }),
    ...(redirect === undefined ? {} : { redirect: redirectJson(redirect) }),
    ...(direct_response === undefined ? {} : { direct_response }),
    ...(metadata.istioConfig === undefined
      ? {}
      : { metadata: { filter_metadata: { istio: { config: metadata.istioConfig } } } }),
    ...(decorator === undefined ? {} : { decorator }),
    ...(filters === undefined
      ? {}
      : {
          typed_per_filter_config: Object.fromEntries(
            Object.entries(filters).map(([filter, own]) => [
              filter,
              {
                '@type': `${filterPrefix}.filters.http.${filterTypes[filter]}`,
                ...(inSeconds(own) as EnvoyJson),
              },
            ]),
          ),
        }),
    ...(request_headers_to_add === undefined ? {} : { request_headers_to_add }),
    ...(request_headers_to_remove === undefined ? {} : { request_headers_to_remove }),
    ...(response_headers_to_add === undefined ? {} : { response_headers_to_add }),
    ...(response_headers_to_remove === undefined ? {} : { response_headers_to_remove }),
  };
}

function actionJson({ retry_policy: retry, ...action }: NonNullable<Route['route']>): EnvoyJson {
  if (retry === undefined) return inSeconds(action) as EnvoyJson;
  const { retry_host_predicate: predicates, ...policy } = retry;
  return inSeconds({
    ...action,
    retry_policy: {
      ...policy,
      ...(predicates === undefined
        ? {}
        : {
            retry_host_predicate: predicates.map(({ name }) => ({
              name,
              typed_config: {
                '@type': `${filterPrefix}.retry.host.previous_hosts.v3.PreviousHostsPredicate`,
              },
            })),
          }),
    },
  }) as EnvoyJson;
}

/** RedirectResponseCode of api/envoy/config/route/v3/route_components.proto. */
const redirectCodes: Readonly<Record<number, string>> = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
};

const redirectJson = ({ response_code: code, ...redirect }: RedirectAction): EnvoyJson => ({
  ...redirect,
  ...(redirectCodes[code] === undefined ? {} : { response_code: redirectCodes[code] }),
});

function clusterJson(cluster: Cluster): EnvoyJson {
  const { name, type, host, subset, port, namespace, http2_protocol_options: http2, ...rest } = cluster;
  const {
    max_requests_per_connection: requests,
    locality_lb_setting: locality,
    node_local,
    labels,
    port_name,
    outside,
    ...own
  } = rest;
  void labels;
  void port_name;
  void locality;
  void outside;
  void node_local;
  return inSeconds({
    name,
    type,
    ...(type === 'EDS'
      ? {
          eds_cluster_config: {
            eds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
            service_name: name,
          },
        }
      : {}),
    ...(type === 'STRICT_DNS' || type === 'LOGICAL_DNS' ? { load_assignment: addressesOf(cluster) } : {}),
    ...own,
    ...(http2 === undefined && requests === undefined
      ? {}
      : {
          typed_extension_protocol_options: {
            'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
              '@type': `${filterPrefix}.upstreams.http.v3.HttpProtocolOptions`,
              ...(requests === undefined
                ? {}
                : { common_http_protocol_options: { max_requests_per_connection: requests } }),
              explicit_http_config:
                http2 === undefined ? { http_protocol_options: {} } : { http2_protocol_options: http2 },
            },
          },
        }),
    metadata: {
      filter_metadata: {
        istio: {
          default_original_port: port,
          services: [{ host, name: shortHost(host), namespace }],
          ...(subset === '' ? {} : { subset }),
        },
      },
    },
  }) as EnvoyJson;
}

/** Names and addresses that Envoy looks up by itself. */
const addressesOf = ({ name, port, outside }: Cluster): EnvoyJson => ({
  cluster_name: name,
  endpoints: [
    {
      lb_endpoints: outside.map(({ address, weight = 1 }) => ({
        endpoint: { address: { socket_address: { address, port_value: port } } },
        load_balancing_weight: weight,
      })),
    },
  ],
});

/**
 * A listener per port. Istio binds a Service's listener to its cluster IP, which no manifest tells: here it is the wildcard
 * address, and several Services of one port are filter chains of one listener, each with its host as its name.
 */
function listenersOf(proxies: readonly TcpProxy[]): EnvoyJson[] {
  const byPort = new Map<number, TcpProxy[]>();
  for (const own of proxies) byPort.set(own.port, [...(byPort.get(own.port) ?? []), own]);
  return [...byPort].map(([port, chains]) => ({
    name: `0.0.0.0_${port}`,
    address: { socket_address: { address: '0.0.0.0', port_value: port } },
    filter_chains: chains.map((own) => ({
      ...(own.host === '*' ? {} : { name: own.host }),
      ...(own.server_names === undefined ? {} : { filter_chain_match: { server_names: own.server_names } }),
      filters: [
        {
          name: 'envoy.filters.network.tcp_proxy',
          typed_config: {
            '@type': `${filterPrefix}.filters.network.tcp_proxy.v3.TcpProxy`,
            stat_prefix: own.cluster ?? prefixOf(own.metadata),
            ...(own.cluster === undefined
              ? { weighted_clusters: own.weighted_clusters }
              : { cluster: own.cluster }),
          },
        },
      ],
    })),
  }));
}

/** Of a rule that weighs clusters its name (networkfilter.go, buildOutboundNetworkFiltersWithWeightedClusters). */
const prefixOf = ({ owner }: RouteOrigin): string =>
  owner === null ? '' : `${owner.name}.${owner.namespace}`;

/** Fields that are a google.protobuf.Duration. */
const durations = new Set([
  'timeout',
  'max_grpc_timeout',
  'per_try_timeout',
  'base_interval',
  'max_interval',
  'fixed_delay',
  'connect_timeout',
  'interval',
  'base_ejection_time',
  'max_ejection_time',
  'slow_start_window',
  'ttl',
]);

/** Durations as JSON of protocol buffers has them: seconds with none, three or six digits, "0.250s". */
function inSeconds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, own]) => [
      field,
      durations.has(field) && typeof own === 'string' ? protobufDuration(microseconds(own)) : inSeconds(own),
    ]),
  );
}

/** Whole microseconds to "3s", "0.025s", "0.000100s". */
export function protobufDuration(us: number): string {
  const digits = us % 1_000_000 === 0 ? 0 : us % 1_000 === 0 ? 3 : 6;
  return `${(us / 1_000_000).toFixed(digits)}s`;
}
