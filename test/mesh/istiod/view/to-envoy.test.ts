import { describe, expect, test } from 'vitest';
import { applyResources, emptyRegistry } from '../../../../src/mesh/kubernetes/registry.ts';
import { protobufDuration, toEnvoy, type EnvoyJson } from '../../../../src/mesh/istiod/view/to-envoy.ts';
import { translate } from '../../../../src/mesh/istiod/translate.ts';
import { resources, service, subsets } from '../../../support/world.ts';
import { type ProxyIdentity } from '../../../../src/mesh/envoy/proxy-identity.ts';

/** Field names and types: Envoy's api/envoy/config/{route,cluster,listener}/v3; what Istio fills in: its route.go and cluster.go. */
const caller: ProxyIdentity = { type: 'sidecar', namespace: 'default', labels: {} };

const envoyOf = (...texts: string[]) =>
  toEnvoy(translate(applyResources(emptyRegistry, resources(...texts), 0).registry, caller));

const rule = (http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec: { hosts: [reviews], http: [${http}] }
---`;

function routeOf(http: string): EnvoyJson {
  const [configuration] = envoyOf(service('reviews'), subsets('reviews', 'v1', 'v3'), rule(http))
    .route_configurations as readonly { virtual_hosts: readonly { routes: readonly EnvoyJson[] }[] }[];
  return configuration!.virtual_hosts[0]!.routes[0]!;
}

const toV1 = 'route: [{ destination: { host: reviews, subset: v1 } }]';

test.each([
  { us: 0, text: '0s' },
  { us: 3_000_000, text: '3s' },
  { us: 90_000_000, text: '90s' },
  { us: 25_000, text: '0.025s' },
  { us: 1_500_000, text: '1.500s' },
  { us: 100, text: '0.000100s' },
])('$us us are "$text", as JSON of protocol buffers has it', ({ us, text }) => {
  expect(protobufDuration(us)).toBe(text);
});

describe('a route', () => {
  test('has nothing but Envoy’s fields, and Istio’s in its metadata', () => {
    expect(routeOf(`{ ${toV1}, timeout: 500ms }`)).toEqual({
      match: { prefix: '/' },
      route: {
        cluster: 'outbound|9080|v1|reviews.default.svc.cluster.local',
        timeout: '0.500s',
        max_grpc_timeout: '0.500s',
        retry_policy: {
          retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
          num_retries: 2,
          host_selection_retry_max_attempts: 5,
          retry_host_predicate: [
            {
              name: 'envoy.retry_host_predicates.previous_hosts',
              typed_config: {
                '@type':
                  'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
              },
            },
          ],
        },
      },
      metadata: {
        filter_metadata: {
          istio: { config: '/apis/networking.istio.io/v1/namespaces/default/virtual-service/reviews' },
        },
      },
      decorator: { operation: 'reviews.default.svc.cluster.local:9080/*' },
    });
  });

  test('with several destinations is named in traces by its rule, not by one of them', () => {
    const two =
      'match: [{ uri: { prefix: /a } }], route: [{ destination: { host: reviews, subset: v1 }, weight: 100 }, { destination: { host: reviews, subset: v3 }, weight: 0 }]';
    expect(routeOf(`{ name: split, ${two} }`)).toMatchObject({
      name: 'split',
      match: { prefix: '/a', case_sensitive: true },
      // 100/0: the weight of 0 is left out, and the one entry stays weighted.
      route: {
        weighted_clusters: {
          clusters: [{ name: 'outbound|9080|v1|reviews.default.svc.cluster.local', weight: 100 }],
        },
      },
      decorator: { operation: 'reviews:9080/a*' },
    });
  });

  test('writes a fault as the filter’s own message', () => {
    const fault =
      'fault: { delay: { fixedDelay: 7s, percentage: { value: 0.1 } }, abort: { httpStatus: 500, percentage: { value: 100 } } }';
    expect(routeOf(`{ ${toV1}, ${fault} }`).typed_per_filter_config).toEqual({
      'envoy.filters.http.fault': {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
        // 0.1 % are a thousand in a million.
        delay: { fixed_delay: '7s', percentage: { numerator: 1_000, denominator: 'MILLION' } },
        abort: { http_status: 500, percentage: { numerator: 1_000_000, denominator: 'MILLION' } },
      },
    });
  });

  test('writes a gRPC abort by its number, and what other origins may ask as the filter’s own message', () => {
    const filters =
      'fault: { abort: { grpcStatus: UNAVAILABLE, percentage: { value: 100 } } }, corsPolicy: { allowOrigins: [{ exact: "https://a.org" }, { prefix: "https://b" }], allowMethods: [GET, POST], maxAge: 24h, allowCredentials: false, unmatchedPreflights: IGNORE }';
    expect(routeOf(`{ ${toV1}, ${filters} }`).typed_per_filter_config).toEqual({
      'envoy.filters.http.fault': {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
        // UNAVAILABLE is 14 (grpc/doc/statuscodes.md).
        abort: { grpc_status: 14, percentage: { numerator: 1_000_000, denominator: 'MILLION' } },
      },
      // route.go, TranslateCORSPolicy.
      'envoy.filters.http.cors': {
        '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
        allow_origin_string_match: [{ exact: 'https://a.org' }, { prefix: 'https://b' }],
        allow_methods: 'GET,POST',
        max_age: '86400',
        allow_credentials: false,
        forward_not_matching_preflights: false,
        filter_enabled: { default_value: { numerator: 100, denominator: 'HUNDRED' } },
      },
    });
  });

  // route.go, ApplyRedirect: a port that belongs to the scheme is not written, and that of the request is the listener's.
  test.each([
    { redirect: '{ scheme: https }', as: { scheme_redirect: 'https' } },
    { redirect: '{ scheme: https, port: 8443 }', as: { scheme_redirect: 'https', port_redirect: 8443 } },
    { redirect: '{ scheme: https, port: 443 }', as: { scheme_redirect: 'https' } },
    {
      redirect: '{ uri: /x, derivePort: FROM_REQUEST_PORT }',
      as: { path_redirect: '/x', port_redirect: 9080 },
    },
    { redirect: '{ uri: /x, derivePort: FROM_PROTOCOL_DEFAULT }', as: { path_redirect: '/x' } },
    { redirect: '{ prefixRewrite: /y }', as: { prefix_rewrite: '/y' } },
  ])('redirects by $redirect', ({ redirect, as }) => {
    expect(routeOf(`{ redirect: ${redirect} }`).redirect).toEqual({
      ...as,
      response_code: 'MOVED_PERMANENTLY',
    });
  });

  test('rewrites a path by an expression', () => {
    const rewrite = 'rewrite: { uriRegexRewrite: { match: "^/a/(.*)$", rewrite: "/b/\\\\1" } }';
    expect(routeOf(`{ ${toV1}, ${rewrite} }`).route).toMatchObject({
      regex_rewrite: { pattern: { regex: '^/a/(.*)$' }, substitution: '/b/\\1' },
    });
  });

  test('has the headers that its rule adds and takes away, of requests and of answers', () => {
    const headers =
      'headers: { request: { add: { x-a: "1" }, remove: [x-b] }, response: { set: { x-c: "2" }, remove: [x-d, x-e] } }';
    expect(routeOf(`{ ${toV1}, ${headers} }`)).toMatchObject({
      request_headers_to_add: [{ header: { key: 'x-a', value: '1' } }],
      request_headers_to_remove: ['x-b'],
      response_headers_to_add: [{ header: { key: 'x-c', value: '2' } }],
      response_headers_to_remove: ['x-d', 'x-e'],
    });
    // Where a rule says nothing of headers, no field does.
    expect(Object.keys(routeOf(`{ ${toV1} }`)).join()).not.toContain('headers');
  });

  test('writes a redirect’s status as Envoy’s word for it', () => {
    expect(routeOf('{ redirect: { uri: /new, redirectCode: 307 } }').redirect).toEqual({
      path_redirect: '/new',
      response_code: 'TEMPORARY_REDIRECT',
    });
  });
});

test('without a rule the route is called default', () => {
  expect(envoyOf(service('reviews')).route_configurations).toMatchObject([
    {
      name: '9080',
      validate_clusters: false,
      ignore_port_in_host_matching: true,
      virtual_hosts: [
        {
          name: 'reviews.default.svc.cluster.local:9080',
          routes: [{ name: 'default', match: { prefix: '/' }, route: { timeout: '0s' } }],
        },
        { name: 'allow_any', routes: [{ route: { cluster: 'PassthroughCluster' } }] },
      ],
    },
  ]);
});

test('a cluster hides what only istiod knows, and says the rest in Envoy’s types', () => {
  const policy = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  trafficPolicy:
    connectionPool: { http: { maxRequestsPerConnection: 1 }, tcp: { maxConnections: 7 } }
    outlierDetection: { interval: 1m30s, consecutive5xxErrors: 3 }
---`;
  const [cluster] = envoyOf(service('reviews'), policy).clusters;
  expect(cluster).toEqual({
    name: 'outbound|9080||reviews.default.svc.cluster.local',
    type: 'EDS',
    eds_cluster_config: {
      eds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
      service_name: 'outbound|9080||reviews.default.svc.cluster.local',
    },
    connect_timeout: '10s',
    lb_policy: 'LEAST_REQUEST',
    circuit_breakers: {
      thresholds: [
        {
          max_connections: 7,
          max_pending_requests: 4294967295,
          max_requests: 4294967295,
          max_retries: 4294967295,
        },
      ],
    },
    outlier_detection: {
      interval: '90s',
      consecutive_5xx: 3,
      enforcing_consecutive_5xx: 100,
      enforcing_success_rate: 0,
    },
    common_lb_config: { healthy_panic_threshold: { value: 0 } },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        common_http_protocol_options: { max_requests_per_connection: 1 },
        explicit_http_config: { http_protocol_options: {} },
      },
    },
    metadata: {
      filter_metadata: {
        istio: {
          default_original_port: 9080,
          services: [{ host: 'reviews.default.svc.cluster.local', name: 'reviews', namespace: 'default' }],
        },
      },
    },
  });
});

test('ports of plain TCP are listeners with a tcp_proxy', () => {
  const echo = `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: echo }
spec:
  hosts: [echo]
  tcp: [{ route: [{ destination: { host: echo, subset: v1 }, weight: 80 }, { destination: { host: echo, subset: v2 }, weight: 20 }] }]
---`;
  expect(envoyOf(echo).listeners).toEqual([
    {
      name: '0.0.0.0_9000',
      address: { socket_address: { address: '0.0.0.0', port_value: 9000 } },
      filter_chains: [
        {
          name: 'echo.default.svc.cluster.local',
          filters: [
            {
              name: 'envoy.filters.network.tcp_proxy',
              typed_config: {
                '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy',
                stat_prefix: 'echo.default',
                weighted_clusters: {
                  clusters: [
                    { name: 'outbound|9000|v1|echo.default.svc.cluster.local', weight: 80 },
                    { name: 'outbound|9000|v2|echo.default.svc.cluster.local', weight: 20 },
                  ],
                },
              },
            },
          ],
        },
      ],
    },
  ]);
});

test('a port of plain TCP without a rule goes to the cluster of its Service', () => {
  const echo = `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---`;
  const cluster = 'outbound|9000||echo.default.svc.cluster.local';
  expect(envoyOf(echo).listeners).toMatchObject([
    { filter_chains: [{ filters: [{ typed_config: { stat_prefix: cluster, cluster } }] }] },
  ]);
});

// Envoy refuses an EDS configuration in a cluster of another type (cluster.proto, eds_cluster_config).
test('a cluster that is looked up by DNS has its addresses in it, and asks no EDS for them', () => {
  const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: rates }
spec: { hosts: [rates.example.org], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS, location: MESH_EXTERNAL }
---`;
  const cluster = envoyOf(entry).clusters.find((own) => String(own['name']).includes('rates.example.org'))!;
  expect(cluster['type']).toBe('STRICT_DNS');
  expect(cluster).toHaveProperty('load_assignment');
  expect(cluster).not.toHaveProperty('eds_cluster_config');
});

// core/listener.go, toFilterChainMatch: "*" among the names is no match on names at all.
test.each([
  {
    names: "'db.example.com', '*.db.example.com'",
    match: { server_names: ['db.example.com', '*.db.example.com'] },
  },
  { names: "'db.example.com', '*'", match: undefined },
])('a TLS rule for $names is a filter chain that matches $match', ({ names, match }) => {
  const db = `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { selector: { app: db }, ports: [{ name: tls, port: 443 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: db }
spec: { hosts: [db], tls: [{ match: [{ sniHosts: [${names}] }], route: [{ destination: { host: db } }] }] }
---`;
  const [listener] = envoyOf(db).listeners as { filter_chains: { filter_chain_match?: unknown }[] }[];
  expect(listener!.filter_chains.map((own) => own.filter_chain_match)).toEqual([match]);
});

// Istio's buildOutboundNetworkFiltersWithWeightedClusters: a destination of weight 0 is left out.
test('a destination of a TCP rule that gets nothing is not among its weighted clusters', () => {
  const echo = `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: echo }
spec:
  hosts: [echo]
  tcp: [{ route: [{ destination: { host: echo, subset: v1 }, weight: 100 }, { destination: { host: echo, subset: v2 }, weight: 0 }] }]
---`;
  const text = JSON.stringify(envoyOf(echo).listeners);
  expect(text).toContain(
    '"clusters":[{"name":"outbound|9000|v1|echo.default.svc.cluster.local","weight":100}]',
  );
});

// An empty list of protocol buffers is one that was not given.
test('a match of a TCP rule with an empty list of gateways holds in the mesh', () => {
  const echo = `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: echo }
spec:
  hosts: [echo]
  tcp: [{ match: [{ gateways: [] }], route: [{ destination: { host: echo, subset: v1 } }] }]
---`;
  expect(JSON.stringify(envoyOf(echo).listeners)).toContain(
    'outbound|9000|v1|echo.default.svc.cluster.local',
  );
});
