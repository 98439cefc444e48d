import { describe, expect, test } from 'vitest';
import { chooseRoute, type RequestHead } from '../../../src/mesh/envoy/route-match.ts';
import type { Route } from '../../../src/mesh/envoy/route.ts';
import { bySpecificity } from '../../../src/mesh/istiod/http-route.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { translate } from '../../../src/mesh/istiod/translate.ts';
import { resources, service, split, subsets } from '../../support/world.ts';
import { type ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';

/**
 * HTTPRoutes of Gateway API as istiod translates them. Expected values: istio/istio pilot/pkg/config/kube/gateway/conversion.go
 * and pilot/pkg/networking/core/route/route.go, and the rules of apis/v1/httproute_types.go of kubernetes-sigs/gateway-api.
 */
const callers: ProxyIdentity = { type: 'sidecar', namespace: 'default', labels: { app: 'productpage' } };
const gatewayProxy: ProxyIdentity = {
  type: 'gateway',
  namespace: 'default',
  labels: { 'gateway.networking.k8s.io/gateway-name': 'entry' },
};

const route = (rules: string, rest = ''): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews }
spec: { parentRefs: [{ group: '', kind: Service, name: reviews }], rules: ${rules} ${rest} }
---`;
const versions = ['reviews', 'reviews-v1', 'reviews-v3'].map(service).join('');
const to = (name: string, weight?: number): string =>
  `{ name: ${name}, port: 9080${weight === undefined ? '' : `, weight: ${weight}`} }`;
const clusterOf = (name: string): string => `outbound|9080||${name}.default.svc.cluster.local`;

const configured = (proxy: ProxyIdentity, ...texts: string[]) =>
  translate(applyResources(emptyRegistry, resources(...texts), 0).registry, proxy);

function routesOf(proxy: ProxyIdentity, ...texts: string[]): readonly Route[] {
  const { routes } = configured(proxy, ...texts);
  return routes
    .find((own) => own.name === '9080')!
    .virtual_hosts.find((own) => own.name.startsWith('reviews.'))!.routes;
}

const onlyRoute = (rules: string): Route => routesOf(callers, versions, route(rules))[0]!;

// pilot/pkg/networking/core/route/route.go, GetRouteOperation: of a prefix of whole segments nothing is told.
test.each([
  { match: '{ path: { type: Exact, value: /a } }', path: '/a' },
  { match: '{ path: { type: PathPrefix, value: /a } }', path: '/*' },
  { match: '{ path: { type: RegularExpression, value: /a|b } }', path: '/a|b' },
  { match: '{ headers: [{ name: x, value: y }] }', path: '/*' },
])('spans of $match are named after $path', ({ match, path }) => {
  const [first] = routesOf(
    callers,
    versions,
    route(`[{ matches: [${match}], backendRefs: [${to('reviews-v1')}] }]`),
  );
  expect(first!.decorator).toEqual({ operation: `reviews-v1.default.svc.cluster.local:9080${path}` });
});

describe('weights of backends', () => {
  test.each([
    { backends: [to('reviews-v1', 50), to('reviews-v3', 50)], weights: [50, 50], because: 'in list order' },
    { backends: [to('reviews-v1'), to('reviews-v3')], weights: [1, 1], because: 'an omitted weight is 1' },
    {
      backends: [to('reviews-v1', 3), to('reviews-v3')],
      weights: [3, 1],
      because: 'also beside written ones',
    },
    {
      backends: [to('reviews-v1', 9), to('reviews-v3', 0), to('reviews', 1)],
      weights: [9, undefined, 1],
      because: 'a weight of 0 vanishes',
    },
    {
      backends: [to('reviews-v1', 90), to('reviews-v4', 10)],
      weights: [90, 10],
      because: 'a Service that is not there keeps its weight',
    },
  ])('$weights: $because', ({ backends, weights }) => {
    const names = [
      'reviews-v1',
      backends.some((own) => own.includes('reviews-v4')) ? 'reviews-v4' : 'reviews-v3',
    ];
    const wanted = [...names, 'reviews'].flatMap((name, index) =>
      weights[index] === undefined ? [] : [{ name: clusterOf(name), weight: weights[index] }],
    );
    const { route: action } = onlyRoute(`[{ backendRefs: [${backends.join(', ')}] }]`);
    expect(action!.weighted_clusters!.clusters).toEqual(wanted);
    expect(action!.cluster_not_found_response_code).toBe('INTERNAL_SERVER_ERROR');
  });

  test.each([
    { backends: [to('reviews-v1')], because: 'one backend' },
    { backends: [to('reviews-v1', 7)], because: 'one backend, whatever its weight' },
    { backends: [to('reviews-v1', 7), to('reviews-v3', 0)], because: 'the only one that is left' },
  ])('a plain cluster for $because', ({ backends }) => {
    const { route: action } = onlyRoute(`[{ backendRefs: [${backends.join(', ')}] }]`);
    expect([action!.cluster, action!.weighted_clusters]).toEqual([clusterOf('reviews-v1'), undefined]);
  });

  test.each([
    { rule: `{ backendRefs: [${to('reviews-v1', 0)}, ${to('reviews-v3', 0)}] }`, because: 'all are 0' },
    { rule: '{ name: none }', because: 'there are none' },
  ])('500 by the proxy itself where $because', ({ rule }) => {
    expect(onlyRoute(`[${rule}]`)).toMatchObject({ direct_response: { status: 500 } });
  });

  test('a backend that is no Service has the cluster UnknownService', () => {
    const { route: action } = onlyRoute(
      `[{ backendRefs: [${to('reviews-v1')}, { group: example.com, kind: Bucket, name: b }] }]`,
    );
    expect(action!.weighted_clusters!.clusters.map((own) => own.name)).toEqual([
      clusterOf('reviews-v1'),
      'UnknownService',
    ]);
  });
});

describe('which rule is asked first', () => {
  const matches = {
    exact: { uri: { exact: '/a' } },
    longPrefix: { uri: { prefix: '/a/b' } },
    prefix: { uri: { prefix: '/a' } },
    prefixWithMethod: { uri: { prefix: '/a' }, method: { exact: 'GET' } },
    prefixWithHeader: { uri: { prefix: '/a' }, headers: { x: { exact: 'y' } } },
    prefixWithQuery: { uri: { prefix: '/a' }, queryParams: { x: { exact: 'y' } } },
    root: { uri: { prefix: '/' } },
    regex: { uri: { regex: '/a/b/c.*' } },
  };
  const none = { match: [], route: [], mirrors: [] };
  test.each([
    { first: 'exact', second: 'longPrefix', because: 'an exact path goes before any prefix' },
    { first: 'longPrefix', second: 'prefix', because: 'the longer prefix' },
    { first: 'root', second: 'regex', because: 'regular expressions come after prefixes, however long' },
    { first: 'prefixWithMethod', second: 'prefixWithHeader', because: 'a method before headers' },
    { first: 'prefixWithHeader', second: 'prefixWithQuery', because: 'headers before query parameters' },
    { first: 'prefixWithQuery', second: 'prefix', because: 'more conditions' },
  ] as const)('$because', ({ first, second }) => {
    const [a, b] = [
      { ...none, match: [matches[first]] },
      { ...none, match: [matches[second]] },
    ];
    expect(bySpecificity(a, b)).toBeLessThan(0);
    expect(bySpecificity(b, a)).toBeGreaterThan(0);
    expect([none, a].sort(bySpecificity)).toEqual([a, none]);
  });

  test('rules of two routes of one parent are sorted together, the older first where they ask for the same', () => {
    const rule = (path: string, backend: string): string =>
      `[{ matches: [{ path: { value: ${path} } }], backendRefs: [${to(backend)}] }]`;
    const other = route(rule('/a', 'reviews-v3')).replace('name: reviews }', 'name: another }');
    const found = routesOf(callers, versions, route(rule('/a/b', 'reviews-v1')), other);
    expect(found.map((own) => own.name)).toEqual(['default.reviews.0', 'default.another.0']);
  });
});

describe('matches', () => {
  const call = (changes: Partial<RequestHead>): RequestHead => ({
    method: 'GET',
    path: '/foo',
    authority: 'reviews:9080',
    headers: {},
    ...changes,
  });
  test.each([
    { match: 'path: { value: /foo }', path: '/foo', hit: true, because: 'the prefix itself' },
    { match: 'path: { value: /foo }', path: '/foo/bar', hit: true, because: 'and what is below it' },
    { match: 'path: { value: /foo }', path: '/foobar', hit: false, because: 'but whole parts only' },
    {
      match: 'path: { value: /foo/ }',
      path: '/foo',
      hit: true,
      because: 'a slash at the end does not count',
    },
    { match: 'path: { type: Exact, value: /foo }', path: '/foo/', hit: false, because: 'exact is exact' },
    {
      match: 'path: { type: RegularExpression, value: "/f.." }',
      path: '/foo?a=b',
      hit: true,
      because: 'a regex matches the whole path without the query',
    },
    { match: 'method: POST', path: '/foo', hit: false, because: 'the method differs' },
    {
      match: 'headers: [{ name: End-User, value: jason }]',
      path: '/foo',
      headers: { 'end-user': 'jason' },
      hit: true,
      because: 'names of headers have no case',
    },
    {
      match: 'queryParams: [{ name: a, value: b }, { name: c, type: RegularExpression, value: "[0-9]+" }]',
      path: '/foo?a=b&c=12',
      hit: true,
      because: 'all conditions of a match hold',
    },
  ])('{ $match } on $path is $hit: $because', ({ match, path, hit, headers }) => {
    const { routes } = configured(
      callers,
      versions,
      route(`[{ matches: [{ ${match} }], backendRefs: [${to('reviews-v1')}] }]`),
    );
    const found = chooseRoute(
      routes.find((own) => own.name === '9080')!,
      call({ path, headers: headers ?? {} }),
    );
    expect(found.route?.name === 'default.reviews.0').toBe(hit);
  });

  test('a rule without matches takes everything; each of several matches is a route', () => {
    const two = '[{ matches: [{ path: { value: /a } }, { path: { value: /b } }] }, { name: rest }]';
    expect(routesOf(callers, versions, route(two)).map((own) => [own.name, own.match])).toEqual([
      ['default.reviews.0', { path_separated_prefix: '/a', case_sensitive: true }],
      ['default.reviews.0', { path_separated_prefix: '/b', case_sensitive: true }],
      ['rest', { prefix: '/', case_sensitive: true }],
    ]);
  });
});

describe('timeouts and retries', () => {
  const withTiming = (text: string) => onlyRoute(`[{ backendRefs: [${to('reviews-v1')}], ${text} }]`).route!;
  test.each([
    { text: 'timeouts: { request: 3s }', timeout: '3s', because: 'the request timeout is the route’s' },
    { text: 'timeouts: { request: 0s }', timeout: '0s', because: '0 turns it off' },
    {
      text: 'timeouts: { request: 3s, backendRequest: 1s }',
      timeout: '1s',
      because: 'without retries there is one try, so the backend’s is the route’s',
    },
  ])('$text: $because', ({ text, timeout }) => {
    const action = withTiming(text);
    expect([action.timeout, action.max_grpc_timeout]).toEqual([timeout, timeout]);
    // Istio's default for every route.
    expect(action.retry_policy).toMatchObject({ num_retries: 2 });
  });

  test('a stanza of retries names connection errors and its codes; two more tries unless it says', () => {
    expect(withTiming('retry: { codes: [500, 503] }').retry_policy).toMatchObject({
      num_retries: 2,
      retry_on: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
      retriable_status_codes: [500, 503],
    });
    expect(
      withTiming('retry: { attempts: 5, backoff: 100ms }, timeouts: { request: 3s, backendRequest: 1s }'),
    ).toMatchObject({
      timeout: '3s',
      retry_policy: { num_retries: 5, per_try_timeout: '1s', retry_back_off: { base_interval: '100ms' } },
    });
    expect(withTiming('retry: { attempts: 0 }').retry_policy).toBeUndefined();
  });
});

describe('filters', () => {
  const filtered = (filter: string, backends = `backendRefs: [${to('reviews-v1')}],`): Route =>
    onlyRoute(`[{ matches: [{ path: { value: /old } }], ${backends} filters: [${filter}] }]`);

  test.each([
    { share: '', numerator: 1_000_000, because: 'an unset share is all' },
    { share: ', percent: 42', numerator: 420_000, because: 'percent' },
    { share: ', fraction: { numerator: 5, denominator: 1000 }', numerator: 5_000, because: 'a fraction' },
    { share: ', fraction: { numerator: 5 }', numerator: 50_000, because: 'of a hundred unless it says' },
  ])('a mirror: $because', ({ share, numerator }) => {
    const text = `{ type: RequestMirror, requestMirror: { backendRef: ${to('reviews-v3')}${share} } }`;
    expect(filtered(text).route!.request_mirror_policies).toEqual([
      {
        cluster: clusterOf('reviews-v3'),
        runtime_fraction: { default_value: { numerator, denominator: 'MILLION' } },
      },
    ]);
  });

  test('a mirror that is not there is left out', () => {
    const text = `{ type: RequestMirror, requestMirror: { backendRef: ${to('reviews-v4')} } }`;
    expect(filtered(text).route!.request_mirror_policies).toBeUndefined();
  });

  test.each([
    {
      redirect: 'hostname: shop.example.com',
      // The caller's port is kept, as the scheme is (9080 is not the port of http).
      wanted: { host_redirect: 'shop.example.com', port_redirect: 9080, response_code: 302 },
      because: '302 and the port by which the request came',
    },
    {
      redirect: 'scheme: https, statusCode: 301',
      wanted: { scheme_redirect: 'https', response_code: 301 },
      because: 'another scheme has its own port',
    },
    {
      redirect: 'port: 80, path: { type: ReplacePrefixMatch, replacePrefixMatch: /new }',
      wanted: { prefix_rewrite: '/new', response_code: 302 },
      because: 'port 80 belongs to http and is not written',
    },
  ])('a redirect to $redirect: $because', ({ redirect, wanted }) => {
    const own = filtered(`{ type: RequestRedirect, requestRedirect: { ${redirect} } }`, '');
    expect([own.redirect, own.route, own.direct_response]).toEqual([wanted, undefined, undefined]);
  });

  test.each([
    { path: 'ReplacePrefixMatch, replacePrefixMatch: /new/', wanted: { prefix_rewrite: '/new' } },
    {
      path: 'ReplacePrefixMatch, replacePrefixMatch: /',
      wanted: { regex_rewrite: { pattern: { regex: '^/old(/?)(.*)' }, substitution: '/\\2' } },
    },
    {
      path: 'ReplaceFullPath, replaceFullPath: /new',
      wanted: { regex_rewrite: { pattern: { regex: '/.*' }, substitution: '/new' } },
    },
  ])('a rewrite by $path', ({ path, wanted }) => {
    const text = `{ type: URLRewrite, urlRewrite: { hostname: a.example.com, path: { type: ${path} } } }`;
    expect(filtered(text).route).toMatchObject({ ...wanted, host_rewrite_literal: 'a.example.com' });
  });
});

describe('whom a route is for', () => {
  const toV1 = `[{ backendRefs: [${to('reviews-v1')}] }]`;
  const chosen = (proxy: ProxyIdentity, ...texts: string[]): string =>
    routesOf(proxy, versions, ...texts)[0]!.metadata.rule;
  const elsewhere: ProxyIdentity = { ...callers, namespace: 'shop' };
  const own = 'HTTPRoute reviews.default, rule 1';

  test('a route for a Service is for all of its callers; a port narrows it', () => {
    expect([chosen(callers, route(toV1)), chosen(elsewhere, route(toV1))]).toEqual([own, own]);
    const onPort = (port: number): string =>
      route(toV1).replace('name: reviews }]', `name: reviews, port: ${port} }]`);
    expect(chosen(callers, onPort(9080))).toBe(own);
    expect(chosen(callers, onPort(9081))).toBe('no rule: default cluster');
  });

  // conversion.go: the VirtualServices that istiod makes of a route are numbered from 0, and istioctl shows them so.
  test('what istiod makes of a route for two Services bears its name and a number', () => {
    const both = route(toV1).replace(
      'name: reviews }]',
      "name: reviews }, { group: '', kind: Service, name: reviews-v3 }]",
    );
    const names = configured(callers, versions, both)
      .routes.flatMap((own) => own.virtual_hosts)
      .flatMap((own) => own.routes.map(({ metadata }) => metadata.istioConfig))
      .filter((own) => own !== undefined);
    const made = '/apis/networking.istio.io/v1/namespaces/default/virtual-service/reviews';
    expect(names).toEqual(['0', '1'].map((number) => `${made}~${number}~istio-autogenerated-k8s-gateway`));
  });

  test('in the caller’s namespace it goes before a VirtualService, even an older one; elsewhere the older goes first', () => {
    const older = `${subsets('reviews', 'v1', 'v3')}${split('reviews', { v1: 1, v3: 1 })}`;
    expect(chosen(callers, older, route(toV1))).toBe(own);
    // As exported: age goes by the timestamp, in whole seconds (istio pilot/pkg/model/config.go).
    const since = (text: string, second: number): string =>
      text.replace('metadata: {', `metadata: { creationTimestamp: "2026-03-01T00:00:0${second}Z",`);
    const rule = split('reviews', { v1: 1, v3: 1 });
    const named = subsets('reviews', 'v1', 'v3');
    expect(chosen(elsewhere, named, since(route(toV1), 2), since(rule, 1))).toBe(
      'VirtualService reviews.default, rule 1',
    );
    expect(chosen(elsewhere, named, since(rule, 2), since(route(toV1), 1))).toBe(own);
  });

  test('a route of a third namespace is for the callers there alone', () => {
    const consumer = route(toV1)
      .replace('name: reviews }', 'name: reviews, namespace: shop }')
      .replace('name: reviews }]', 'name: reviews, namespace: default }]');
    expect(chosen(elsewhere, consumer)).toBe('HTTPRoute reviews.shop, rule 1');
    expect(chosen(callers, consumer)).toBe('no rule: default cluster');
  });

  test('a parent that is not there takes no route', () => {
    expect(chosen(callers, route(toV1).replace('name: reviews }]', 'name: ratings }]'))).toBe(
      'no rule: default cluster',
    );
  });
});

describe('at a gateway', () => {
  const gateway = (listeners: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: entry }
spec: { gatewayClassName: istio, listeners: [${listeners}] }
---`;
  const bound = (ref: string, hostnames = '', namespace = 'default'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: front, namespace: ${namespace} }
spec:
  parentRefs: [{ name: entry, namespace: default${ref} }]
  hostnames: [${hostnames}]
  rules: [{ backendRefs: [{ name: reviews, namespace: default, port: 9080 }] }]
---`;
  const hosts = (...texts: string[]): Record<string, string[]> =>
    Object.fromEntries(
      configured(gatewayProxy, versions, ...texts).routes.map((own) => [
        own.name,
        own.virtual_hosts.map((host) => host.name),
      ]),
    );
  const http = '{ name: http, port: 80, protocol: HTTP }';

  test.each([
    { listeners: http, ref: '', hostnames: '', wanted: { 'http.80': ['*:80'] }, because: 'no names: all' },
    {
      listeners: '{ name: http, port: 80, protocol: HTTP, hostname: "*.example.com" }',
      ref: '',
      hostnames: 'a.example.com, b.example.org',
      wanted: { 'http.80': ['a.example.com:80'] },
      because: 'names that both serve',
    },
    {
      listeners: '{ name: http, port: 80, protocol: HTTP, hostname: a.example.com }',
      ref: '',
      hostnames: '"*.example.com"',
      wanted: { 'http.80': ['a.example.com:80'] },
      because: 'of a wildcard and a name, the name',
    },
    {
      listeners: `${http}, { name: other, port: 8080, protocol: HTTP }`,
      ref: ', sectionName: other',
      hostnames: '',
      wanted: { 'http.80': [], 'http.8080': ['*:8080'] },
      because: 'a section is one listener',
    },
    {
      listeners: `${http}, { name: other, port: 8080, protocol: HTTP }`,
      ref: ', port: 80',
      hostnames: '',
      wanted: { 'http.80': ['*:80'], 'http.8080': [] },
      because: 'and so is a port',
    },
  ])('$because', ({ listeners, ref, hostnames, wanted }) => {
    expect(hosts(gateway(listeners), bound(ref, hostnames))).toEqual(wanted);
  });

  test.each([
    { from: 'Same', wanted: [], because: 'the default' },
    { from: 'All', wanted: ['*:80'], because: 'every namespace' },
    {
      from: 'Selector, selector: { matchLabels: { kubernetes.io/metadata.name: shop } }',
      wanted: ['*:80'],
      because: 'by its name',
    },
    {
      from: 'Selector, selector: { matchLabels: { kubernetes.io/metadata.name: other } }',
      wanted: [],
      because: 'by another name',
    },
  ])('routes of another namespace, from: $from ($because)', ({ from, wanted }) => {
    const listener = `{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: ${from} } } }`;
    expect(hosts(gateway(listener), bound('', '', 'shop'))).toEqual({ 'http.80': wanted });
  });

  test('another proxy runs another Gateway, and a route for a Service is not for gateways', () => {
    const other = { ...gatewayProxy, labels: { 'gateway.networking.k8s.io/gateway-name': 'other' } };
    expect(configured(other, versions, gateway(http), bound('')).routes).toEqual([]);
    expect(hosts(gateway(http), route(`[{ backendRefs: [${to('reviews-v1')}] }]`))).toEqual({
      'http.80': [],
    });
  });
});

// pilot/pkg/config/kube/gateway/testdata/serviceentry.yaml and its golden file: a ServiceEntry is a parent whose hosts the rule is
// for, in the mesh; a backend of kind Hostname is any host that Istio knows.
describe('Istio’s own kinds in a route of Gateway API', () => {
  const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: egress }
spec: { hosts: [google.com, api.example], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }
---`;
  const routed = (spec: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: own }
spec: ${spec}
---`;

  test.each(['google.com', 'api.example'])(
    'a ServiceEntry as parent: requests to %s follow the rule',
    (host) => {
      const parent = '{ group: networking.istio.io, kind: ServiceEntry, name: egress }';
      const rule = routed(`{ parentRefs: [${parent}], rules: [{ backendRefs: [${to('reviews')}] }] }`);
      const ofHost = configured(callers, entry, service('reviews'), rule)
        .routes.find(({ name }) => name === '80')!
        .virtual_hosts.find(({ name }) => name === `${host}:80`)!;
      expect(ofHost.routes[0]!.route!.cluster).toBe(clusterOf('reviews'));
    },
  );

  test('and one of another name is none', () => {
    const parent = '{ group: networking.istio.io, kind: ServiceEntry, name: ingress }';
    const rule = routed(`{ parentRefs: [${parent}], rules: [{ backendRefs: [${to('reviews')}] }] }`);
    const [own] = configured(callers, entry, service('reviews'), rule)
      .routes.find(({ name }) => name === '80')!
      .virtual_hosts.find(({ name }) => name === 'google.com:80')!.routes;
    expect(own!.route!.cluster).toBe('outbound|80||google.com');
  });

  test('a Hostname as backend goes to the host', () => {
    const backend = '{ group: networking.istio.io, kind: Hostname, name: google.com, port: 80 }';
    const [own] = routesOf(callers, entry, versions, route(`[{ backendRefs: [${backend}] }]`));
    expect(own!.route!.cluster).toBe('outbound|80||google.com');
  });
});
