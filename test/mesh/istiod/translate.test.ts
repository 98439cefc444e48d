import { describe, expect, test } from 'vitest';
import { chooseRoute, type RequestHead } from '../../../src/mesh/envoy/route-match.ts';
import { applyResources, emptyRegistry } from '../../../src/mesh/kubernetes/registry.ts';
import { meshView, translate } from '../../../src/mesh/istiod/translate.ts';
import { bookinfo, gateway, resources, service, split, subsets } from '../../support/world.ts';
import { type ProxyIdentity } from '../../../src/mesh/envoy/proxy-identity.ts';

const sidecar: ProxyIdentity = {
  type: 'sidecar',
  namespace: 'default',
  labels: { app: 'productpage', version: 'v1' },
};
const ingress: ProxyIdentity = {
  type: 'gateway',
  namespace: 'istio-system',
  labels: { istio: 'ingressgateway' },
};
const call = (changes: Partial<RequestHead> = {}): RequestHead => ({
  method: 'GET',
  path: '/reviews/0',
  authority: 'reviews:9080',
  headers: {},
  ...changes,
});

function configurationOf(proxy: ProxyIdentity, ...texts: string[]) {
  return translate(applyResources(emptyRegistry, resources(...texts), 0).registry, proxy);
}

/** Where a call from productpage's sidecar goes. */
function routed(text: string, request = call()) {
  const { routes } = configurationOf(sidecar, service('reviews'), text);
  return chooseRoute(
    routes.find((own) => own.name === '9080')!,
    request,
  ).route;
}

const rule = (http: string, name = 'reviews', rest = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec: { hosts: [reviews], ${rest} http: ${http} }
---`;
const to = (subset: string, weight?: number): string =>
  `{ destination: { host: reviews, subset: ${subset} }${weight === undefined ? '' : `, weight: ${weight}`} }`;
const clusterOf = (subset: string): string => `outbound|9080|${subset}|reviews.default.svc.cluster.local`;

describe('weights', () => {
  test.each([
    { route: `[${to('v1')}]`, clusters: undefined, because: 'one destination is a plain cluster' },
    { route: `[${to('v1', 30)}]`, clusters: undefined, because: 'also with a weight, which is ignored' },
    { route: `[${to('v1', 50)}, ${to('v3', 50)}]`, clusters: { v1: 50, v3: 50 }, because: 'in list order' },
    {
      route: `[${to('v1', 1)}, ${to('v3', 3)}]`,
      clusters: { v1: 1, v3: 3 },
      because: 'the sum need not be 100',
    },
    {
      route: `[${to('v1', 100)}, ${to('v3', 0)}]`,
      clusters: { v1: 100 },
      because: '100/0 keeps one weighted entry',
    },
    {
      route: `[${to('v1', 80)}, ${to('v3')}]`,
      clusters: { v1: 80 },
      because: 'an omitted weight counts as 0',
    },
  ])('$route: $because', ({ route, clusters }) => {
    const action = routed(rule(`[{ route: ${route} }]`))!.route!;
    if (clusters === undefined) {
      expect(action).toMatchObject({ cluster: clusterOf('v1'), timeout: '0s' });
      expect(action.weighted_clusters).toBeUndefined();
    } else {
      expect(action.weighted_clusters!.clusters).toEqual(
        Object.entries(clusters).map(([subset, weight]) => ({ name: clusterOf(subset), weight })),
      );
    }
  });
});

describe('rules', () => {
  test('without a rule a service has the route "default" to all of its pods', () => {
    expect(routed('')).toMatchObject({ name: 'default', route: { cluster: clusterOf('') } });
  });

  test('the first rule that matches wins, and the reasons of the earlier ones are told', () => {
    const text = rule(
      `[{ match: [{ headers: { end-user: { exact: jason } } }], route: [${to('v2')}] }, { route: [${to('v3')}] }]`,
    );
    expect(routed(text, call({ headers: { 'end-user': 'jason' } }))!.route!.cluster).toBe(clusterOf('v2'));
    expect(routed(text)!.route!.cluster).toBe(clusterOf('v3'));
    const { routes } = configurationOf(sidecar, service('reviews'), text);
    expect(chooseRoute(routes[0]!, call()).passed).toEqual([
      {
        route: '',
        rule: 'VirtualService reviews.default, rule 1',
        because: 'header end-user is absent, wanted "jason"',
      },
    ]);
  });

  test.each([
    { match: '{ uri: { prefix: /rev } }', hit: true, because: 'a prefix is a plain string prefix' },
    { match: '{ uri: { exact: /reviews } }', hit: false, because: 'exact is the whole path' },
    { match: '{ uri: { regex: "/reviews/[0-9]+" } }', hit: true, because: 'a regex matches the whole path' },
    { match: '{ uri: { regex: "/reviews" } }', hit: false, because: 'and not a part of it' },
    {
      match: '{ uri: { regex: "(/|[a-z0-9]+)+$" } }',
      hit: true,
      because: 'a regex that would backtrack without end is one of RE2, too',
    },
    {
      match: '{ uri: { regex: "(?i)/Rev.*" }, headers: { end-user: { regex: "(j+)+" } } }',
      hit: false,
      because: 'of a header, too, and a header that is absent matches none',
    },
    {
      match: '{ uri: { exact: /REVIEWS/0 }, ignoreUriCase: true }',
      hit: true,
      because: 'case may be ignored',
    },
    { match: '{ method: { exact: POST } }', hit: false, because: 'the method differs' },
    { match: '{ headers: { cookie: {} } }', hit: false, because: 'an empty matcher asks for presence' },
    { match: '{ withoutHeaders: { cookie: {} } }', hit: true, because: 'and is inverted by withoutHeaders' },
    {
      match: '{ withoutHeaders: { cookie: { exact: x } } }',
      hit: true,
      because: 'a missing header counts as empty',
    },
    { match: '{ queryParams: { a: { exact: b } } }', hit: false, because: 'there is no query' },
    { match: '{ sourceLabels: { app: productpage } }', hit: true, because: 'the labels of the caller' },
    { match: '{ sourceLabels: { app: ratings } }', hit: false, because: 'not emitted for this proxy' },
    { match: '{ sourceNamespace: other }', hit: false, because: 'not its namespace' },
    { match: '{ port: 9081 }', hit: false, because: 'not this listener' },
    {
      match: '{ gateways: [mesh], sourceLabels: { app: ratings } }',
      hit: true,
      because: 'with gateways set, source labels are not consulted',
    },
  ])('$match: $because', ({ match, hit }) => {
    const text = rule(`[{ match: [${match}], route: [${to('v2')}] }, { route: [${to('v1')}] }]`);
    expect(routed(text)!.route!.cluster).toBe(clusterOf(hit ? 'v2' : 'v1'));
  });

  test('routes end with the first catch-all: what follows is never sent', () => {
    const text = rule(
      `[{ route: [${to('v1')}] }, { match: [{ uri: { prefix: /x } }], route: [${to('v2')}] }]`,
    );
    const { routes } = configurationOf(sidecar, service('reviews'), text);
    expect(routes[0]!.virtual_hosts[0]!.routes).toHaveLength(1);
  });

  test('a rule that fits no one here does not end the routes', () => {
    const text = rule(
      `[{ match: [{ sourceLabels: { app: x } }], route: [${to('v1')}] }, { route: [${to('v2')}] }]`,
    );
    expect(routed(text)!.route!.cluster).toBe(clusterOf('v2'));
  });

  test('no rule left: no route', () => {
    expect(routed(rule(`[{ match: [{ uri: { exact: /x } }], route: [${to('v1')}] }]`))).toBeUndefined();
  });

  test('of two mesh rules for one host the older one counts on a sidecar', () => {
    const text = rule(`[{ route: [${to('v2')}] }]`, 'first') + rule(`[{ route: [${to('v1')}] }]`, 'second');
    expect(routed(text)!.route!.cluster).toBe(clusterOf('v2'));
  });

  test('a rule bound to a gateway alone says nothing to sidecars', () => {
    expect(routed(rule(`[{ route: [${to('v2')}] }]`, 'reviews', 'gateways: [entry],'))!.name).toBe('default');
  });
});

describe('the gateway', () => {
  const page = { method: 'GET', path: '/productpage', authority: 'books.example.com', headers: {} };

  test('routes by the rules that are bound to it, not by mesh rules of the service', () => {
    const { routes } = configurationOf(
      ingress,
      bookinfo,
      subsets('productpage', 'v1'),
      split('productpage', { v1: 100 }),
    );
    expect(routes.map((own) => own.name)).toEqual(['http.80']);
    expect(chooseRoute(routes[0]!, page).route!.route!.cluster).toBe(
      'outbound|9080||productpage.default.svc.cluster.local',
    );
    expect(chooseRoute(routes[0]!, { ...page, path: '/other' }).route).toBeUndefined();
  });

  test('is told nothing by a Gateway that selects other pods', () => {
    const { routes } = configurationOf(
      { ...ingress, labels: { istio: 'egress' } },
      gateway,
      service('productpage'),
    );
    expect(routes).toEqual([]);
  });
});

test('a service has one cluster for all its pods and one per subset', () => {
  const { clusters } = configurationOf(sidecar, service('reviews'), subsets('reviews', 'v1', 'v3'));
  expect(clusters.map((own) => own.name)).toEqual([clusterOf(''), clusterOf('v1'), clusterOf('v3')]);
  expect(clusters[2]!.labels).toEqual({ app: 'reviews', version: 'v3' });
});

test('a sidecar retries inbound on the ports of Services of its own namespace that choose it, and of no other', () => {
  const named = (namespace: string, selector: string, port: number): string => `
apiVersion: v1
kind: Service
metadata: { name: s-${port}, namespace: ${namespace} }
spec: { selector: ${selector}, ports: [{ name: http, port: ${port} }] }
---`;
  const { inbound } = configurationOf(
    sidecar,
    named('default', '{ app: productpage }', 1),
    named('default', '{ app: reviews }', 2),
    named('other', '{ app: productpage }', 3),
    named('default', '{}', 4),
  );
  expect(inbound.map(({ port }) => port)).toEqual([1]);
});

// route/config_impl.cc: the names of virtual hosts are lowered when they are read, and a Host before it is looked for.
test.each(['Reviews', 'reviews', 'REVIEWS.default'])(
  'a Host finds a name whatever their case: %s',
  (asked) => {
    const all = { name: 'all', match: { prefix: '/' }, metadata: { owner: null, rule: 'all' } };
    const hosts = [{ name: 'reviews', domains: ['Reviews', 'reviews.Default'], routes: [all] }];
    const { route } = chooseRoute({ name: '80', virtual_hosts: hosts }, call({ authority: asked }));
    expect(route?.name).toBe('all');
  },
);

describe('sidecars of one namespace', () => {
  const other: ProxyIdentity = { ...sidecar, labels: { app: 'ratings', version: 'v1' } };
  const toldOf = (...texts: string[]) => {
    const { registry } = applyResources(emptyRegistry, resources(service('reviews'), ...texts), 0);
    const outward = ({ routes, clusters, tcp_proxies }: ReturnType<typeof translate>) => ({
      routes,
      clusters,
      tcp_proxies,
    });
    return [sidecar, other].map((proxy) => outward(translate(registry, proxy)));
  };

  test('are told the same, made once, where no rule looks at their labels', () => {
    const [own, others] = toldOf(rule(`[{ route: [${to('v1')}] }]`));
    expect(others!.routes).toBe(own!.routes);
    expect(others!.clusters).toBe(own!.clusters);
  });

  const labels = 'match: [{ sourceLabels: { app: ratings }';
  test.each([
    {
      looks: 'an HTTP route',
      text: rule(`[{ ${labels} }], route: [${to('v1')}] }, { route: [${to('v2')}] }]`),
    },
    {
      looks: 'a TCP route',
      text: `
apiVersion: v1
kind: Service
metadata: { name: db }
spec: { selector: { app: db }, ports: [{ name: tcp, port: 27017 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: db }
spec: { hosts: [db], tcp: [{ ${labels} }], route: [{ destination: { host: reviews } }] }, { route: [{ destination: { host: db } }] }] }
---`,
    },
    {
      looks: 'a DestinationRule',
      text: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec: { host: reviews, workloadSelector: { matchLabels: { app: ratings } }, trafficPolicy: { loadBalancer: { simple: RANDOM } } }
---`,
    },
    {
      looks: 'a Sidecar',
      text: `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: ratings }
spec: { workloadSelector: { labels: { app: ratings } }, egress: [{ hosts: ['istio-system/*'] }] }
---`,
    },
  ])('are told each its own where $looks does', ({ text }) => {
    const [own, others] = toldOf(text);
    expect(others).not.toEqual(own);
  });
});

// push_context.go, getSidecarScope: the one without a selector of the root namespace is for all that have none of their own.
test.each([
  { root: '', knows: false },
  { root: 'rootNamespace: mesh', knows: true },
])('a Sidecar of namespace mesh is for the whole mesh where its settings say "$root"', ({ root, knows }) => {
  const view = meshView(
    applyResources(
      emptyRegistry,
      resources(`
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: mesh }
spec: { outboundTrafficPolicy: { mode: REGISTRY_ONLY } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: '${root}' }
---`),
      0,
    ).registry,
    sidecar,
  );
  expect(view.outboundTrafficPolicy === 'REGISTRY_ONLY').toBe(knows);
});
