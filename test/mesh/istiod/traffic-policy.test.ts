import { describe, expect, test } from 'vitest';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import type { Cluster, Route, TcpProxy } from '../../../src/mesh/envoy/route.ts';
import { outlierSettings } from '../../../src/mesh/envoy/outlier-settings.ts';
import { resources, service } from '../../support/world.ts';

const proxy = { type: 'sidecar' as const, namespace: 'default', labels: { app: 'productpage' } };

const configured = (...texts: string[]) =>
  translate(applyResources(emptyRegistry, resources(service('reviews'), ...texts), 0).registry, proxy);

const rule = (policy: string, subset = ''): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  trafficPolicy: { ${policy} }
  subsets:
    - { name: v1, labels: { version: v1 }${subset === '' ? '' : `, trafficPolicy: { ${subset} }`} }
---`;

function clusters(policy: string, subset = ''): { all: Cluster; v1: Cluster } {
  const found = configured(rule(policy, subset)).clusters;
  const of = (name: string): Cluster => found.find((own) => own.subset === name)!;
  return { all: of(''), v1: of('v1') };
}

const route = (http: string, ...more: string[]): Route => {
  const { routes } = configured(
    `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec: { hosts: [reviews], http: [{ ${http} route: [{ destination: { host: reviews } }] }] }
---`,
    ...more,
  );
  return routes[0]!.virtual_hosts[0]!.routes[0]!;
};

const none = 4294967295;

// pilot/pkg/networking/core/loadbalancer: zone-aware routing that is off is off in Envoy, too: its own default is on.
test('zone-aware balancing that is switched off is switched off at Envoy', () => {
  const of = (setting: string): unknown =>
    clusters(`loadBalancer: { zoneAwareLbSetting: ${setting} }`).all.common_lb_config;
  expect(of('{ enabled: false }')).toMatchObject({ zone_aware_lb_config: { routing_enabled: { value: 0 } } });
  expect(of('{}')).toMatchObject({ zone_aware_lb_config: {} });
});

describe('a traffic policy', () => {
  test('without one, nothing is limited: Envoy’s own 1024/1024/1024/3 do not apply', () => {
    const [cluster] = configured().clusters;
    expect(cluster!.circuit_breakers!.thresholds).toEqual([
      { max_connections: none, max_pending_requests: none, max_requests: none, max_retries: none },
    ]);
    expect(cluster!.lb_policy).toBe('LEAST_REQUEST');
    expect(cluster!.outlier_detection).toBeUndefined();
  });

  test('of a connection pool: each name becomes Envoy’s, and 0 means no limit', () => {
    const { all } = clusters(
      'connectionPool: { tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 2, http2MaxRequests: 0, maxRetries: 4, maxRequestsPerConnection: 5 } }',
    );
    expect(all.circuit_breakers!.thresholds).toEqual([
      { max_connections: 1, max_pending_requests: 2, max_requests: none, max_retries: 4 },
    ]);
    expect(all.max_requests_per_connection).toBe(5);
    const { all: unlimited } = clusters(
      'connectionPool: { http: { maxRequestsPerConnection: 0, maxRetries: 1 } }',
    );
    expect(unlimited).not.toHaveProperty('max_requests_per_connection');
  });

  // cluster_traffic_policy.go, applyConnectionPool: only where the cluster speaks HTTP/2, by its port or by an upgrade.
  test.each([
    { http: 'maxConcurrentStreams: 9', options: undefined, because: 'HTTP/1 has one at a time' },
    { http: 'maxConcurrentStreams: 9, h2UpgradePolicy: UPGRADE', options: { max_concurrent_streams: 9 } },
    {
      http: 'maxConcurrentStreams: 0, h2UpgradePolicy: UPGRADE',
      options: {},
      because: '0 is as Envoy likes',
    },
  ])('of streams on one connection ({ $http }): $options', ({ http, options }) => {
    expect(clusters(`connectionPool: { http: { ${http} } }`).all.http2_protocol_options).toEqual(options);
  });

  test.each([
    {
      outlier: 'consecutive5xxErrors: 7',
      expected: { consecutive_5xx: 7, enforcing_consecutive_5xx: 100, enforcing_success_rate: 0 },
      because: 'set: enforced; the success rate is always off',
    },
    {
      outlier: 'consecutive5xxErrors: 0, consecutiveGatewayErrors: 3',
      expected: {
        consecutive_5xx: 0,
        enforcing_consecutive_5xx: 0,
        consecutive_gateway_failure: 3,
        enforcing_consecutive_gateway_failure: 100,
        enforcing_success_rate: 0,
      },
      because: '0 turns it off; gateway errors count only where set',
    },
    {
      outlier: 'interval: 5s, baseEjectionTime: 1m, maxEjectionPercent: 50',
      expected: {
        interval: '5s',
        base_ejection_time: '1m',
        max_ejection_percent: 50,
        enforcing_success_rate: 0,
      },
      because: 'unset: Envoy’s five errors in a row',
    },
    {
      outlier: 'splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 2',
      expected: {
        enforcing_success_rate: 0,
        split_external_local_origin_errors: true,
        consecutive_local_origin_failure: 2,
        enforcing_consecutive_local_origin_failure: 100,
        enforcing_local_origin_success_rate: 0,
      },
      because: 'local failures count for themselves',
    },
  ])('of outlier detection ($outlier): $because', ({ outlier, expected }) => {
    const { all } = clusters(`outlierDetection: { ${outlier} }`);
    expect(all.outlier_detection).toEqual(expected);
    // minHealthPercent 0: no panic, ejected endpoints stay out.
    expect(all.common_lb_config).toEqual({ healthy_panic_threshold: { value: 0 } });
  });

  test('of outlier detection in split mode: 0 local failures leave Envoy’s default of 5 in force (applyOutlierDetection)', () => {
    const { all } = clusters(
      'outlierDetection: { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 0 }',
    );
    expect(all.outlier_detection).toEqual({
      enforcing_success_rate: 0,
      split_external_local_origin_errors: true,
      enforcing_local_origin_success_rate: 0,
    });
    const { consecutiveLocalOriginFailure, enforcing } = outlierSettings(all.outlier_detection!, false);
    expect(consecutiveLocalOriginFailure).toBe(5);
    expect(enforcing['consecutive-local-origin-failure']).toBe(100);
    expect(enforcing['local-origin-success-rate']).toBe(0);
  });

  test.each([
    { locality: 'enabled: false', setting: { enabled: false }, weighs: false, because: 'off' },
    {
      locality: 'enabled: false, distribute: [{ from: "*", to: { "r1/*": 100 } }]',
      setting: { enabled: false },
      weighs: false,
      because: 'off, with all that it says',
    },
    {
      locality: 'failover: [{ from: r1, to: r2 }]',
      setting: { failover: [{ from: 'r1', to: 'r2' }] },
      weighs: true,
      because: 'outlier detection with failover',
    },
    {
      locality: 'failoverPriority: [topology.istio.io/network]',
      setting: { failoverPriority: ['topology.istio.io/network'] },
      weighs: true,
      because: 'outlier detection with failoverPriority',
    },
    { locality: 'enabled: true', setting: { enabled: true }, weighs: false, because: 'nothing to weigh by' },
  ])(
    'of localities ($locality): weighted, $weighs, as $because (applyLocalityLoadBalancer)',
    ({ locality, setting, weighs }) => {
      const { all } = clusters(
        `outlierDetection: { interval: 5s }, loadBalancer: { localityLbSetting: { ${locality} } }`,
      );
      expect(all.locality_lb_setting).toEqual(setting);
      expect(all.common_lb_config).toEqual({
        healthy_panic_threshold: { value: 0 },
        ...(weighs ? { locality_weighted_lb_config: {} } : {}),
      });
    },
  );

  test('of localities needs outlier detection to fail over, and none to distribute', () => {
    const of = (locality: string): Cluster =>
      clusters(`loadBalancer: { localityLbSetting: { ${locality} } }`).all;
    const healthy_panic_threshold = { value: 0 };
    expect(of('failover: [{ from: r1, to: r2 }]').common_lb_config).toEqual({ healthy_panic_threshold });
    expect(of('distribute: [{ from: "*", to: { "r1/*": 100 } }]').common_lb_config).toEqual({
      healthy_panic_threshold,
      locality_weighted_lb_config: {},
    });
  });

  test.each([
    { pool: 'tcp: { idleTimeout: 5m }', idle: '5m', because: 'that of TCP, where HTTP has none' },
    { pool: 'tcp: { idleTimeout: 5m }, http: { idleTimeout: 30s }', idle: '30s', because: 'that of HTTP' },
    { pool: 'tcp: { maxConnections: 1 }', idle: undefined, because: 'none is written' },
  ])('of idle connections ($pool) is $because (applyConnectionPool)', ({ pool, idle }) => {
    const { all } = clusters(`connectionPool: { ${pool} }`);
    expect(all.common_http_protocol_options?.idle_timeout).toBe(idle);
  });

  test('of a subset overrides the rule’s block by block', () => {
    const { all, v1 } = clusters(
      'loadBalancer: { simple: ROUND_ROBIN }, connectionPool: { tcp: { maxConnections: 10 } }',
      'connectionPool: { tcp: { maxConnections: 3 } }',
    );
    expect([all.lb_policy, v1.lb_policy]).toEqual(['ROUND_ROBIN', 'ROUND_ROBIN']);
    expect(all.circuit_breakers!.thresholds[0]!.max_connections).toBe(10);
    expect(v1.circuit_breakers!.thresholds[0]!.max_connections).toBe(3);
  });

  // pilot/pkg/networking/util/util.go, GetPortLevelTrafficPolicy; model/destination_rule.go, MergeTrafficPolicy.
  test('of a port takes the place of all blocks: what it leaves out is the default', () => {
    const { all } = clusters(
      'connectionPool: { tcp: { maxConnections: 10 } }, portLevelSettings: [{ port: { number: 9080 }, loadBalancer: { simple: RANDOM } }]',
    );
    expect(all.lb_policy).toBe('RANDOM');
    expect(all.circuit_breakers!.thresholds[0]!.max_connections).toBe(none);
  });

  const ofPort = (blocks: string): string => `portLevelSettings: [{ port: { number: 9080 }, ${blocks} }]`;
  const most = (count: number): string => `connectionPool: { tcp: { maxConnections: ${count} } }`;
  test.each([
    {
      top: ofPort(most(10)),
      subset: most(99),
      all: 10,
      v1: 99,
      because: 'its own block goes before the port of the rule',
    },
    {
      top: `${most(5)}, ${ofPort(most(10))}`,
      subset: 'loadBalancer: { simple: RANDOM }',
      all: 10,
      v1: 10,
      because: 'it has none of its own',
    },
    {
      top: ofPort(most(10)),
      subset: `${most(99)}, ${ofPort(most(7))}`,
      all: 10,
      v1: 7,
      because: 'its own port goes before all',
    },
    {
      top: most(10),
      subset: ofPort('loadBalancer: { simple: RANDOM }'),
      all: 10,
      v1: none,
      because: 'what its port leaves out is the default',
    },
  ])('of a subset beside ports: $v1, as $because (MergeSubsetTrafficPolicy)', ({ top, subset, all, v1 }) => {
    const found = clusters(top, subset);
    const connections = ({ circuit_breakers }: Cluster): number =>
      circuit_breakers!.thresholds[0]!.max_connections;
    expect([connections(found.all), connections(found.v1)]).toEqual([all, v1]);
  });

  test.each([
    ['consistentHash: { httpHeaderName: x-user }', 'RING_HASH', { header: { header_name: 'x-user' } }],
    [
      'consistentHash: { httpCookie: { name: user, ttl: 10s, path: /a }, maglev: { tableSize: 65537 } }',
      'MAGLEV',
      { cookie: { name: 'user', ttl: '10s', path: '/a' } },
    ],
    ['consistentHash: { useSourceIp: true }', 'RING_HASH', { connection_properties: { source_ip: true } }],
    ['consistentHash: { httpQueryParameterName: u }', 'RING_HASH', { query_parameter: { name: 'u' } }],
  ])('of %s hashes, and a retry may then go to the same endpoint', (balancer, policy, hash) => {
    const text = rule(`loadBalancer: { ${balancer} }`);
    const { clusters: found, routes } = configured(text);
    expect(found[0]!.lb_policy).toBe(policy);
    const action = routes[0]!.virtual_hosts[0]!.routes[0]!.route!;
    expect(action.hash_policy).toEqual([hash]);
    expect(action.retry_policy!.retry_host_predicate).toBeUndefined();
  });

  // route.go: processWeightedDestination appends what each destination of some weight asks for.
  test.each([
    { port: 8080, hashes: true },
    { port: 9080, hashes: false },
  ])(
    'of a port hashes what is sent to that port, whichever it was asked at: to $port, $hashes',
    ({ port, hashes }) => {
      const two = service('other').replace('ports: [', 'ports: [{ name: http-more, port: 8080 }, ');
      const text = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec: { hosts: [reviews], http: [{ route: [{ destination: { host: other, port: { number: ${port} } } }] }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: other }
spec: { host: other, trafficPolicy: { portLevelSettings: [{ port: { number: 8080 }, loadBalancer: { consistentHash: { httpHeaderName: x-user } } }] } }
---`;
      const host = configured(two, text)
        .routes.find(({ name }) => name === '9080')!
        .virtual_hosts.find((own) => own.domains.includes('reviews'))!;
      const policy = host.routes[0]!.route!.hash_policy;
      expect(policy).toEqual(hashes ? [{ header: { header_name: 'x-user' } }] : undefined);
    },
  );

  test('of several destinations: each that is sent something gives the route its hash policy', () => {
    const [stable, canary] = ['stable', 'canary'].map((name) => service(`web-${name}`));
    const hashing = (host: string, header: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ${host} }
spec: { host: ${host}, trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: ${header} } } } }
---`;
    const shift = (next: number): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec:
  hosts: [web]
  http:
    - route:
        - { destination: { host: web-stable }, weight: ${100 - next} }
        - { destination: { host: web-canary }, weight: ${next} }
---`;
    const policies = (next: number, ...rules: string[]) => {
      const { registry } = applyResources(
        emptyRegistry,
        resources(service('web'), stable!, canary!, shift(next), ...rules),
        0,
      );
      const { routes } = translate(registry, { type: 'sidecar', namespace: 'default', labels: {} });
      const host = routes[0]!.virtual_hosts.find((own) => own.domains.includes('web'))!;
      return host.routes[0]!.route!.hash_policy;
    };
    const header = (name: string) => ({ header: { header_name: name } });
    const ofCanary = hashing('web-canary', 'x-tenant');
    expect(policies(30, ofCanary)).toEqual([header('x-tenant')]);
    expect(policies(0, ofCanary)).toBeUndefined();
    expect(policies(30, hashing('web-stable', 'x-user'), ofCanary)).toEqual([
      header('x-user'),
      header('x-tenant'),
    ]);
  });

  test('of warm-up: aggression 1 and at least 10 % unless told', () => {
    const { all } = clusters('loadBalancer: { simple: LEAST_REQUEST, warmup: { duration: 60s } }');
    expect(all.least_request_lb_config).toEqual({
      slow_start_config: {
        slow_start_window: '1m',
        aggression: { default_value: 1 },
        min_weight_percent: { value: 10 },
      },
    });
  });
});

describe('retries of a route', () => {
  const previous = [{ name: 'envoy.retry_host_predicates.previous_hosts' }];

  test('are Istio’s default everywhere, also without a rule', () => {
    const expected = {
      retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
      num_retries: 2,
      host_selection_retry_max_attempts: 5,
      retry_host_predicate: previous,
    };
    expect(configured().routes[0]!.virtual_hosts[0]!.routes[0]!.route!.retry_policy).toEqual(expected);
    expect(route('').route!.retry_policy).toEqual(expected);
  });

  test.each([
    { retries: 'attempts: 0', expected: undefined, because: '0 turns them off' },
    {
      retries: 'attempts: 5',
      expected: {
        num_retries: 5,
        retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
      },
      because: 'only the number: the same conditions',
    },
    {
      retries: 'attempts: 3, retryOn: "5xx,503,429", perTryTimeout: 2s, backoff: 10ms',
      expected: {
        num_retries: 3,
        retry_on: '5xx,retriable-status-codes',
        retriable_status_codes: [503, 429],
        per_try_timeout: '2s',
        retry_back_off: { base_interval: '10ms' },
      },
      because: 'numbers become status codes',
    },
  ])('$retries: $because', ({ retries, expected }) => {
    const policy = route(`retries: { ${retries} },`).route!.retry_policy;
    if (expected === undefined) expect(policy).toBeUndefined();
    else expect(policy).toMatchObject(expected);
  });

  test('avoid endpoints that were tried with a consistent hash, too, where the rule says so (retry.go, ConvertPolicy)', () => {
    const hashed = rule('loadBalancer: { consistentHash: { httpHeaderName: x-user } }');
    const predicateOf = (http: string) => route(http, hashed).route!.retry_policy!.retry_host_predicate;
    expect(predicateOf('retries: { attempts: 1, retryIgnorePreviousHosts: true },')).toEqual(previous);
    expect(predicateOf('retries: { attempts: 1 },')).toBeUndefined();
  });

  test('may go to an endpoint that was tried, where the rule says so', () => {
    const policy = route('retries: { attempts: 1, retryIgnorePreviousHosts: false },').route!.retry_policy!;
    expect([policy.num_retries, policy.retry_host_predicate]).toEqual([1, undefined]);
  });
});

describe('mirrors of a route', () => {
  test.each([
    { http: 'mirror: { host: reviews, subset: v1 },', parts: [1_000_000], because: 'absent means all' },
    {
      http: 'mirror: { host: reviews }, mirrorPercentage: { value: 0.5 },',
      parts: [5_000],
      because: 'parts per million',
    },
    {
      http: 'mirror: { host: reviews }, mirrorPercentage: { value: 0 },',
      parts: undefined,
      because: 'an explicit 0 is none',
    },
    {
      http: 'mirrors: [{ destination: { host: reviews }, percentage: { value: 10 } }, { destination: { host: reviews, subset: v1 } }],',
      parts: [100_000, 1_000_000],
      because: 'several',
    },
  ])('$http $because', ({ http, parts }) => {
    const policies = route(http).route!.request_mirror_policies;
    expect(policies?.map((own) => own.runtime_fraction.default_value.numerator)).toEqual(parts);
  });
});

test('a mirror by the deprecated mirrorPercent is sent as parts of a hundred (route.go, translateIntegerToFractionalPercent)', () => {
  const parts = (http: string) =>
    route(`mirror: { host: reviews }, ${http},`).route!.request_mirror_policies![0]!.runtime_fraction;
  expect(parts('mirrorPercent: 10')).toEqual({ default_value: { numerator: 10, denominator: 'HUNDRED' } });
  expect(parts('mirrorPercentage: { value: 10 }, mirrorPercent: 50')).toEqual({
    default_value: { numerator: 100_000, denominator: 'MILLION' },
  });
});

describe('a delegate', () => {
  const root = (match: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root }
spec: { hosts: [reviews], http: [{ ${match} timeout: 3s, delegate: { name: inner } }] }
---`;
  const inner = (http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: inner }
spec: { http: [${http}] }
---`;
  const routesOf = (...texts: string[]): Route[] => [
    ...configured(...texts).routes[0]!.virtual_hosts[0]!.routes,
  ];

  test('brings its rules, under the match of its root, and has of its settings what it leaves out (mergeHTTPRoute)', () => {
    const [first, second] = routesOf(
      root('match: [{ uri: { prefix: /a } }],'),
      inner(
        '{ match: [{ uri: { prefix: /a/b } }], timeout: 9s, route: [{ destination: { host: reviews, subset: v1 } }] }, { route: [{ destination: { host: reviews } }] }',
      ),
    );
    expect([first!.match, first!.route!.timeout]).toEqual([{ prefix: '/a/b', case_sensitive: true }, '9s']);
    expect([second!.match, second!.route!.timeout]).toEqual([{ prefix: '/a', case_sensitive: true }, '3s']);
    expect(first!.metadata.owner).toEqual({ kind: 'VirtualService', namespace: 'default', name: 'inner' });
  });

  test.each([
    { root: 'headers: { a: { exact: x } }', own: 'headers: { a: { exact: x } }', kept: true },
    { root: 'headers: { a: { exact: x } }', own: 'headers: { a: { exact: y } }', kept: false },
    { root: 'headers: { a: { prefix: x } }', own: 'headers: { a: { exact: xy } }', kept: true },
    { root: 'method: { exact: GET }', own: 'method: { exact: GET }', kept: true },
    { root: 'method: { regex: G.. }', own: 'method: { exact: GET }', kept: false },
    { root: 'uri: { exact: /a }', own: 'uri: { exact: /a }', kept: true },
    { root: 'uri: { exact: /a }', own: 'uri: { prefix: /a }', kept: false },
    { root: 'port: 9080', own: 'port: 9080', kept: true },
    { root: 'ignoreUriCase: true', own: 'uri: { prefix: /a }', kept: false },
    { root: 'sourceLabels: { app: a }', own: 'sourceLabels: { app: b }', kept: false },
    { root: 'sourceLabels: { app: productpage }', own: 'sourceLabels: { app: productpage }', kept: true },
    { root: 'sourceLabels: { app: productpage }', own: 'sourceLabels: { app: b }', kept: false },
  ])(
    'a match of $own within one of $root: kept $kept (hasConflict, stringMatchConflict)',
    ({ root: outer, own, kept }) => {
      const left = routesOf(
        root(`match: [{ ${outer} }],`),
        inner(`{ match: [{ ${own} }], route: [{ destination: { host: reviews, subset: v1 } }] }`),
      );
      expect(left.map(({ name }) => name === 'default')).toEqual([!kept]);
    },
  );

  test('of whose matches one lies in none of the root\u2019s leaves the whole rule out (mergeHTTPMatchRequests)', () => {
    const left = routesOf(
      root('match: [{ uri: { prefix: /a } }],'),
      inner(
        '{ match: [{ uri: { prefix: /a/b } }, { uri: { prefix: /c } }], route: [{ destination: { host: reviews } }] }',
      ),
    );
    expect(left.map((own) => own.name)).toEqual(['default']);
  });

  test.each([
    { exportTo: "['.']", namespace: 'other', kept: false },
    { exportTo: '[default]', namespace: 'other', kept: true },
    { exportTo: "['*']", namespace: 'other', kept: true },
    { exportTo: '[third]', namespace: 'other', kept: false },
  ])('of another namespace that is exported to $exportTo is kept: $kept', ({ exportTo, namespace, kept }) => {
    const left = routesOf(
      root('').replace('name: inner', `name: inner, namespace: ${namespace}`),
      inner('{ route: [{ destination: { host: reviews.default.svc.cluster.local, subset: v1 } }] }')
        .replace('name: inner', `name: inner, namespace: ${namespace}`)
        .replace('spec: {', `spec: { exportTo: ${exportTo},`),
    );
    expect(left.map(({ name }) => name === 'default')).toEqual([!kept]);
  });

  test('whose match contradicts the root’s leaves that rule out; a host without any has its default again', () => {
    const left = routesOf(
      root('match: [{ uri: { prefix: /a } }],'),
      inner('{ match: [{ uri: { prefix: /b } }], route: [{ destination: { host: reviews } }] }'),
    );
    expect(left.map((own) => own.name)).toEqual(['default']);
  });
});

describe('a TCP port', () => {
  const echo = `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---`;
  const tcpRule = (route: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: echo }
spec: { hosts: [echo], tcp: [{ match: [{ port: 9000 }], route: ${route} }] }
---`;
  const proxyOf = (...texts: string[]): TcpProxy => configured(echo, ...texts).tcp_proxies[0]!;
  const name = (subset: string): string => `outbound|9000|${subset}|echo.default.svc.cluster.local`;

  test('has no HTTP routes, and without a rule one cluster for all pods', () => {
    expect(proxyOf()).toMatchObject({ port: 9000, cluster: name('') });
    expect(configured(echo).routes.map((own) => own.name)).toEqual(['9080']);
  });

  test('is split by weights, per connection', () => {
    const split = tcpRule(
      '[{ destination: { host: echo, subset: v1 }, weight: 80 }, { destination: { host: echo, subset: v2 }, weight: 20 }]',
    );
    expect(proxyOf(split).weighted_clusters!.clusters).toEqual([
      { name: name('v1'), weight: 80 },
      { name: name('v2'), weight: 20 },
    ]);
  });
});

// route.go, applyHTTPRouteDestination and BuildDefaultHTTPOutboundRoute: ConvertPolicy of the rule's retries, else of the mesh's.
describe('the retries of a mesh', () => {
  const mesh = (retries: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "defaultHttpRetryPolicy: ${retries}" }
---`;
  const retriesOf = (http: string | undefined, retries: string) =>
    (http === undefined
      ? configured(mesh(retries)).routes[0]!.virtual_hosts[0]!.routes[0]!
      : route(http, mesh(retries))
    ).route!.retry_policy;
  const own = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';

  test.each([
    { http: undefined, because: 'no rule' },
    { http: '', because: 'a rule that says nothing of retries' },
  ])('replace those of Istio: $because', ({ http }) => {
    expect(retriesOf(http, '{ attempts: 5, retryOn: 5xx, perTryTimeout: 2s, backoff: 100ms }')).toMatchObject(
      {
        num_retries: 5,
        retry_on: '5xx',
        per_try_timeout: '2s',
        retry_back_off: { base_interval: '100ms' },
        host_selection_retry_max_attempts: 5,
      },
    );
    expect(retriesOf(http, '{ attempts: 3 }')).toMatchObject({ num_retries: 3, retry_on: own });
    expect(retriesOf(http, '{ attempts: 0 }')).toBeUndefined();
    expect(retriesOf(http, '{}')).toBeUndefined();
    expect(retriesOf(http, 'null')).toMatchObject({ num_retries: 2, retry_on: own });
  });

  test('do not act where a rule has its own, and nothing of them is put into it', () => {
    const policy = retriesOf(
      'retries: { attempts: 1 },',
      '{ attempts: 5, retryOn: 5xx, perTryTimeout: 2s }',
    )!;
    expect(policy).toMatchObject({ num_retries: 1, retry_on: own });
    expect(policy).not.toHaveProperty('per_try_timeout');
    expect(retriesOf('retries: { attempts: 0 },', '{ attempts: 5 }')).toBeUndefined();
  });
});
