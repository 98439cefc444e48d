import { test } from 'vitest';
import { asks } from './ask/index.ts';
import { askedOf, type TopologyCase } from './topology-case.ts';

/** Cases of our own beside those of sample.json, in its shape: each names the function of istiod that it is read from. */
interface Own {
  readonly because: string;
  readonly source: string;
  readonly manifests: readonly string[];
  readonly mesh?: NonNullable<TopologyCase['mesh']>;
  readonly proxy?: Partial<TopologyCase['proxy']>;
  readonly question: TopologyCase['question'];
  readonly expect: TopologyCase['expect'];
}

const service = (
  name: string,
  namespace: string,
  ip: string,
  ports = '{ port: 80, name: http }',
  more = '',
): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace}${more} }
spec: { clusterIP: ${ip === 'None' ? 'None' : `'${ip}'`}, selector: { app: ${name} }, ports: [${ports}] }`;

const virtualService = (name: string, spec: string): string => {
  const [namespace, own] = name.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${own}, namespace: ${namespace} }
spec: { ${spec} }`;
};

const istio = (kind: string, name: string, spec: string): string => {
  const [namespace, own] = name.split('/');
  return `
apiVersion: networking.istio.io/v1
kind: ${kind}
metadata: { name: ${own}, namespace: ${namespace} }
spec: { ${spec} }`;
};

const to = (host: string): string => `http: [{ route: [{ destination: { host: ${host} } }] }]`;
const gatewayApi = (kind: string, version: string, name: string, spec: string): string => {
  const [namespace, own] = name.split('/');
  return `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: ${own}, namespace: ${namespace} }
spec: { ${spec} }`;
};

const two = [service('a', 'shop', '10.0.0.1'), service('b', 'office', '10.0.0.2')];
const gateway = { type: 'gateway', namespace: 'istio-system', labels: { istio: 'ingressgateway' } } as const;
const server = (port: string, hosts: string, more = ''): string =>
  istio(
    'Gateway',
    'default/gw',
    `selector: { istio: ingressgateway }, servers: [{ port: { ${port} }, hosts: [${hosts}]${more} }]`,
  );
const http80 = 'number: 80, name: http, protocol: HTTP';
const entry = (name: string, spec: string): string => istio('ServiceEntry', name, spec);
const b = 'b.office.svc.cluster.local';
const callB = { ask: 'route', authority: 'b.office', port: 80 } as const;

const cases: readonly Own[] = [
  // Sidecars: pilot/pkg/model/sidecar.go, push_context.go getSidecarScope.
  {
    because: 'the Sidecar of the root namespace is for namespaces without one, and its "." is theirs',
    source: 'getSidecarScope',
    manifests: [...two, istio('Sidecar', 'istio-system/default', "egress: [{ hosts: ['./*'] }]")],
    proxy: { namespace: 'shop' },
    question: { ask: 'hosts' },
    expect: { has: ['a.shop.svc.cluster.local'], lacks: [b] },
  },
  {
    because: 'a Sidecar that selects the workload goes before an older one for all, and nothing merges',
    source: 'getSidecarScope',
    manifests: [
      ...two,
      istio('Sidecar', 'shop/all', "egress: [{ hosts: ['./*'] }]"),
      istio(
        'Sidecar',
        'shop/mine',
        "workloadSelector: { labels: { app: x } }, egress: [{ hosts: ['office/*'] }]",
      ),
    ],
    proxy: { namespace: 'shop', labels: { app: 'x' } },
    question: { ask: 'hosts' },
    expect: { has: [b], lacks: ['a.shop.svc.cluster.local'] },
  },
  ...['zoo', 'ark'].map((older): Own => ({
    because: `a rule’s destination that two other namespaces export is that of the first by its name, whoever came first (here ${older})`,
    source: 'pickFirstVisibleNamespace',
    manifests: [
      ...two,
      ...[older, older === 'zoo' ? 'ark' : 'zoo'].map((namespace) =>
        entry(
          `${namespace}/api`,
          `hosts: [api.example.com], ports: [{ number: ${namespace === 'ark' ? 81 : 82}, name: http, protocol: HTTP }], resolution: DNS`,
        ),
      ),
      virtualService('office/rule', `hosts: [${b}], ${to('api.example.com')}`),
      istio('Sidecar', 'shop/s', "egress: [{ hosts: ['office/*'] }]"),
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'clusters' },
    expect: { has: ['outbound|81||api.example.com'], lacks: ['outbound|82||api.example.com'] },
  })),
  {
    because: '~/* keeps nothing out that another entry lets in',
    source: 'convertToSidecarScope',
    manifests: [...two, istio('Sidecar', 'shop/some', "egress: [{ hosts: ['~/*', './*'] }]")],
    proxy: { namespace: 'shop' },
    question: { ask: 'hosts' },
    expect: { has: ['a.shop.svc.cluster.local'], lacks: [b] },
  },
  {
    because: '~office/* keeps out what */* lets in',
    source: 'convertToSidecarScope',
    manifests: [...two, istio('Sidecar', 'shop/most', "egress: [{ hosts: ['*/*', '~office/*'] }]")],
    proxy: { namespace: 'shop' },
    question: { ask: 'hosts' },
    expect: { has: ['a.shop.svc.cluster.local'], lacks: [b] },
  },
  {
    because: '~/* imports nothing',
    source: 'convertToSidecarScope',
    manifests: [...two, istio('Sidecar', 'shop/none', "egress: [{ hosts: ['~/*'] }]")],
    proxy: { namespace: 'shop' },
    question: { ask: 'hosts' },
    expect: { lacks: ['a.shop.svc.cluster.local', b] },
  },
  {
    because: 'a listener with a port has the services of that port, and the last one all others',
    source: 'GetEgressListenerForRDS, matchingService',
    manifests: [
      service('a', 'shop', '10.0.0.1', '{ port: 80, name: http }, { port: 90, name: http-other }'),
      service('b', 'office', '10.0.0.2'),
      istio(
        'Sidecar',
        'shop/s',
        "egress: [{ port: { number: 80, protocol: HTTP, name: http }, hosts: ['office/*'] }, { hosts: ['./*'] }]",
      ),
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'route', authority: 'a', port: 80 },
    expect: { cluster: 'PassthroughCluster' },
  },
  {
    because: 'rules are let in by the namespace that they live in',
    source: 'SelectVirtualServices',
    manifests: [
      ...two,
      virtualService('office/rule', `hosts: [${b}], ${to('x.example.com')}`),
      istio('Sidecar', 'shop/s', `egress: [{ hosts: ['*/${b}'] }]`),
      virtualService('third/rule', `hosts: [${b}], ${to('y.example.com')}`),
    ],
    proxy: { namespace: 'shop' },
    question: callB,
    expect: { cluster: 'outbound|80||x.example.com', rule: 'office/rule' },
  },
  {
    because: 'a rule of a namespace that is not let in does not act',
    source: 'SelectVirtualServices',
    manifests: [
      ...two,
      virtualService('third/rule', `hosts: [${b}], ${to('y.example.com')}`),
      istio('Sidecar', 'shop/s', "egress: [{ hosts: ['office/*'] }]"),
    ],
    proxy: { namespace: 'shop' },
    question: callB,
    expect: { cluster: `outbound|80||${b}`, rule: 'none' },
  },
  {
    because:
      'a destination of a rule that is let in brings the port that the rule names, and no virtual host',
    source: 'collectImportedServices, serviceMatchingVirtualServicePorts',
    manifests: [
      service('a', 'shop', '10.0.0.1'),
      service('b', 'office', '10.0.0.2', '{ port: 80, name: http }, { port: 81, name: http-b }'),
      virtualService(
        'shop/away',
        `hosts: [a], http: [{ route: [{ destination: { host: ${b}, port: { number: 81 } } }] }]`,
      ),
      istio('Sidecar', 'shop/s', "egress: [{ hosts: ['./*'] }]"),
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'clusters' },
    expect: { has: [`outbound|81||${b}`], lacks: [`outbound|80||${b}`] },
  },
  {
    because: 'REGISTRY_ONLY: a host that no one has on a port that is known gets 502',
    source: 'buildCatchAllVirtualHost',
    manifests: two,
    mesh: { outboundTrafficPolicy: 'REGISTRY_ONLY' },
    question: { ask: 'route', authority: 'x.example.com', port: 80 },
    expect: { response: 502 },
  },
  {
    because: 'REGISTRY_ONLY: on a port that nobody has there is no listener but the one that refuses',
    source: 'buildOutboundCatchAllNetworkFiltersOnly',
    manifests: two,
    mesh: { outboundTrafficPolicy: 'REGISTRY_ONLY' },
    question: { ask: 'route', authority: 'x.example.com', port: 8443 },
    expect: { cluster: 'BlackHoleCluster' },
  },
  {
    because: 'in the annotation of a Service * wins over all else',
    source: 'initServiceRegistry',
    manifests: [
      service(
        'b',
        'office',
        '10.0.0.2',
        undefined,
        ", annotations: { networking.istio.io/exportTo: '., *' }",
      ),
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'hosts' },
    expect: { has: [b] },
  },
  {
    because: '~ is nobody, not even its own namespace',
    source: 'initServiceRegistry',
    manifests: [
      service('b', 'office', '10.0.0.2', undefined, ", annotations: { networking.istio.io/exportTo: '~' }"),
    ],
    proxy: { namespace: 'office' },
    question: { ask: 'hosts' },
    expect: { lacks: [b] },
  },
  {
    because: 'a rule that says nothing of export follows the mesh: its own namespace alone',
    source: 'initVirtualServices',
    manifests: [...two, virtualService('office/rule', `hosts: [${b}], ${to('x.example.com')}`)],
    mesh: { defaultVirtualServiceExportTo: ['.'] },
    proxy: { namespace: 'shop' },
    question: callB,
    expect: { cluster: `outbound|80||${b}`, rule: 'none' },
  },
  {
    because: 'a host in two namespaces is the caller’s own one’s',
    source: 'appendSidecarServices',
    manifests: [
      entry(
        'office/x',
        'hosts: [x.example.com], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS',
      ),
      entry(
        'shop/x',
        'hosts: [x.example.com], ports: [{ number: 90, name: http, protocol: HTTP }], resolution: DNS',
      ),
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'clusters' },
    expect: { has: ['outbound|90||x.example.com'], lacks: ['outbound|80||x.example.com'] },
  },
  // Virtual hosts: pilot/pkg/networking/core/httproute.go, route/route.go.
  {
    because: 'a rule for a host that nobody has acts on port 80',
    source: 'buildSidecarVirtualHostsForVirtualService',
    manifests: [
      ...two,
      virtualService('shop/rule', `hosts: [x.example.com], ${to('b.office.svc.cluster.local')}`),
    ],
    question: { ask: 'route', authority: 'x.example.com', port: 80 },
    expect: { cluster: `outbound|80||${b}`, rule: 'shop/rule' },
  },
  {
    because: 'and on no other port',
    source: 'buildSidecarVirtualHostsForVirtualService',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 90, name: http }'),
      virtualService('shop/rule', `hosts: [x.example.com], ${to('b.office.svc.cluster.local')}`),
    ],
    question: { ask: 'route', authority: 'x.example.com', port: 90 },
    expect: { cluster: 'PassthroughCluster' },
  },
  {
    because: 'the port in the Host is left aside, the number that was dialled is the port',
    source: 'generateVirtualHostDomains, SidecarIgnorePort',
    manifests: two,
    question: { ...callB, authority: 'b.office:9999' },
    expect: { cluster: `outbound|80||${b}` },
  },
  {
    because: 'its address is one of a service’s names',
    source: 'generateVirtualHostDomains',
    manifests: two,
    question: { ask: 'route', authority: '10.0.0.2', port: 80, address: '10.0.0.2' },
    expect: { cluster: `outbound|80||${b}` },
  },
  {
    because: 'on a port of HTTP the Host decides, not the address that was dialled',
    source: 'buildSidecarOutboundHTTPListenerOpts',
    manifests: two,
    question: { ...callB, address: '10.0.0.1' },
    expect: { cluster: `outbound|80||${b}` },
  },
  {
    because: 'on a port whose protocol is found out the address decides, not the Host',
    source: 'getVirtualHostsForSniffedServicePort',
    manifests: [
      service('a', 'shop', '10.0.0.1', '{ port: 80, name: web }'),
      service('b', 'office', '10.0.0.2', '{ port: 80, name: web }'),
    ],
    question: { ...callB, address: '10.0.0.1' },
    expect: { cluster: 'outbound|80||a.shop.svc.cluster.local' },
  },
  {
    because: 'bytes that are no HTTP there follow tcp rules',
    source: 'buildSidecarOutboundTCPFilterChainOpts',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 80, name: web }'),
      virtualService(
        'office/rule',
        'hosts: [b], tcp: [{ route: [{ destination: { host: b, subset: x }, weight: 9 }, { destination: { host: b, subset: y }, weight: 1 }] }]',
      ),
    ],
    question: { ...callB, protocol: 'tcp' },
    expect: { weighted: { [`outbound|80|x|${b}`]: 9, [`outbound|80|y|${b}`]: 1 }, rule: 'office/rule' },
  },
  {
    because: 'HTTP on a port of TLS: no http rule is asked',
    source: 'ModelProtocolToListenerProtocol',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 443, name: https }'),
      virtualService('office/rule', `hosts: [b], ${to('x.example.com')}`),
    ],
    question: { ...callB, port: 443 },
    expect: { cluster: `outbound|443||${b}`, rule: 'none' },
  },
  {
    because: 'tls rules choose by the name that the connection asks for',
    source: 'buildSidecarOutboundTLSFilterChainOpts',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 443, name: tls }'),
      virtualService(
        'office/rule',
        `hosts: [b], tls: [{ match: [{ sniHosts: ['${b}'] }], route: [{ destination: { host: b, subset: x } }] }]`,
      ),
    ],
    question: { ...callB, port: 443, protocol: 'tls', sni: b },
    expect: { cluster: `outbound|443|x|${b}` },
  },
  ...(['tls', 'tcp'] as const).map((protocol): Own => ({
    because: `a tls rule for "*" takes all connections: here one of ${protocol}`,
    source: 'toFilterChainMatch',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 443, name: tls }'),
      virtualService(
        'office/rule',
        `hosts: [b], tls: [{ match: [{ sniHosts: ['*'] }], route: [{ destination: { host: b, subset: x } }] }]`,
      ),
    ],
    question: { ...callB, port: 443, protocol },
    expect: { cluster: `outbound|443|x|${b}`, rule: 'office/rule' },
  })),
  // ServiceEntries: serviceregistry/serviceentry/conversion.go, listener.go.
  {
    because: 'a TCP port of a host without an address takes every connection to it',
    source: 'buildSidecarOutboundListener',
    manifests: [
      entry(
        'shop/db',
        'hosts: [db.example.com], ports: [{ number: 5000, name: tcp, protocol: TCP }], resolution: DNS',
      ),
    ],
    question: {
      ask: 'route',
      authority: 'else.example.com',
      port: 5000,
      protocol: 'tcp',
      address: '203.0.113.7',
    },
    expect: { cluster: 'outbound|5000||db.example.com' },
  },
  {
    because: 'with an address it takes those to the address',
    source: 'buildSidecarOutboundListener',
    manifests: [
      entry(
        'shop/db',
        "hosts: [db.example.com], addresses: ['192.0.2.5'], ports: [{ number: 5000, name: tcp, protocol: TCP }], resolution: DNS",
      ),
    ],
    question: {
      ask: 'route',
      authority: 'else.example.com',
      port: 5000,
      protocol: 'tcp',
      address: '203.0.113.7',
    },
    expect: { cluster: 'PassthroughCluster' },
  },
  {
    because: 'an address may be a range',
    source: 'buildSidecarOutboundListener, destinationCIDR',
    manifests: [
      entry(
        'shop/db',
        "hosts: [db.example.com], addresses: ['192.0.2.0/24'], ports: [{ number: 5000, name: tcp, protocol: TCP }], resolution: NONE",
      ),
    ],
    question: { ask: 'route', authority: '', port: 5000, protocol: 'tcp', address: '192.0.2.77' },
    expect: { cluster: 'outbound|5000||db.example.com' },
  },
  {
    because: 'TLS to a host without an address is known by the name it asks for; others are passed on',
    source: 'buildSidecarOutboundTLSFilterChainOpts',
    manifests: [
      entry(
        'shop/api',
        'hosts: [api.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS',
      ),
    ],
    question: {
      ask: 'route',
      authority: 'other.example.com',
      port: 443,
      protocol: 'tls',
      sni: 'other.example.com',
    },
    expect: { cluster: 'PassthroughCluster' },
  },
  {
    because: 'and that name is its',
    source: 'buildSidecarOutboundTLSFilterChainOpts',
    manifests: [
      entry(
        'shop/api',
        'hosts: [api.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS',
      ),
    ],
    question: {
      ask: 'route',
      authority: 'api.example.com',
      port: 443,
      protocol: 'tls',
      sni: 'api.example.com',
    },
    expect: { cluster: 'outbound|443||api.example.com' },
  },
  {
    because: 'each resolution has its kind of cluster',
    source: 'convertResolution',
    manifests: ['NONE', 'STATIC', 'DNS', 'DNS_ROUND_ROBIN'].map((own) =>
      entry(
        `shop/${own.toLowerCase().replaceAll('_', '-')}`,
        `hosts: [${own.toLowerCase().replaceAll('_', '-')}.com], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: ${own}${own === 'STATIC' ? ', endpoints: [{ address: 192.0.2.1 }]' : ''}`,
      ),
    ),
    question: { ask: 'clusters' },
    expect: {
      settings: {
        'outbound|80||none.com': { type: 'ORIGINAL_DST', lb_policy: 'CLUSTER_PROVIDED' },
        'outbound|80||static.com': { type: 'EDS' },
        'outbound|80||dns.com': { type: 'STRICT_DNS' },
        'outbound|80||dns-round-robin.com': { type: 'LOGICAL_DNS' },
      },
    },
  },
  {
    because: 'a gateway cannot know what was dialled: it balances over the pods',
    source: 'convertResolution',
    manifests: [service('db', 'shop', 'None')],
    proxy: gateway,
    question: { ask: 'clusters' },
    expect: {
      settings: { 'outbound|80||db.shop.svc.cluster.local': { type: 'EDS', lb_policy: 'LEAST_REQUEST' } },
    },
  },
  {
    because: 'subsets of a host outside go by the labels of its endpoints',
    source: 'buildSubsetCluster',
    manifests: [
      entry(
        'shop/x',
        'hosts: [x.example.com], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: STATIC, endpoints: [{ address: 192.0.2.1, labels: { v: one } }, { address: 192.0.2.2, labels: { v: two } }]',
      ),
      istio('DestinationRule', 'shop/x', 'host: x.example.com, subsets: [{ name: one, labels: { v: one } }]'),
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'endpoints', cluster: 'outbound|80|one|x.example.com' },
    expect: { groups: [{ priority: 0, endpoints: ['192.0.2.1'] }] },
  },
  {
    because: 'an alias is called by all of its names',
    source: 'generateVirtualHostDomains',
    manifests: [
      ...two,
      `
apiVersion: v1
kind: Service
metadata: { name: front, namespace: shop }
spec: { type: ExternalName, externalName: ${b}, ports: [{ port: 80, name: http }] }`,
    ],
    proxy: { namespace: 'shop' },
    question: { ask: 'route', authority: 'front', port: 80 },
    expect: { cluster: `outbound|80||${b}` },
  },
  // Gateways: pilot/pkg/networking/core/gateway.go.
  {
    because: 'httpsRedirect answers before any route',
    source: 'buildGatewayHTTPRouteConfig',
    manifests: [
      ...two,
      server(http80, "'foo.com'", ', tls: { httpsRedirect: true }'),
      virtualService('office/rule', `hosts: [foo.com], gateways: [default/gw], ${to('b')}`),
    ],
    proxy: gateway,
    question: { ask: 'route', authority: 'foo.com', port: 80 },
    expect: { response: 301 },
  },
  {
    because: 'a port that no server has is closed',
    source: 'BuildGatewayListeners',
    manifests: [...two, server(http80, "'foo.com'")],
    proxy: gateway,
    question: { ask: 'route', authority: 'foo.com', port: 8080 },
    expect: { refused: true },
  },
  {
    because: 'TLS that passes through goes by the name that it asks for',
    source: 'buildGatewayNetworkFiltersFromTLSRoutes',
    manifests: [
      ...two,
      server('number: 443, name: tls, protocol: TLS', "'foo.com'", ', tls: { mode: PASSTHROUGH }'),
      virtualService(
        'office/rule',
        'hosts: [foo.com], gateways: [default/gw], tls: [{ match: [{ port: 443, sniHosts: [foo.com] }], route: [{ destination: { host: b, port: { number: 80 } } }] }]',
      ),
    ],
    proxy: gateway,
    question: { ask: 'route', authority: 'foo.com', port: 443, protocol: 'tls', sni: 'foo.com' },
    expect: { cluster: `outbound|80||${b}`, rule: 'office/rule' },
  },
  {
    because: 'what the first server of a port does not go with is left out',
    source: 'mergeGateways, canMergeProtocols',
    manifests: [
      ...two,
      server(http80, "'foo.com'"),
      istio(
        'Gateway',
        'default/later',
        "selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: tcp, protocol: TCP }, hosts: ['*'] }]",
      ),
      virtualService(
        'office/rule',
        'hosts: ["*"], gateways: [default/later], tcp: [{ route: [{ destination: { host: b } }] }]',
      ),
    ],
    proxy: gateway,
    question: { ask: 'route', authority: 'foo.com', port: 80 },
    expect: { response: 404, flag: 'NR' },
  },
  {
    because: 'a Sidecar is nothing to a gateway',
    source: 'SetSidecarScope',
    manifests: [...two, istio('Sidecar', 'istio-system/default', "egress: [{ hosts: ['./*'] }]")],
    proxy: gateway,
    question: { ask: 'hosts' },
    expect: { has: [b] },
  },
  // Routes of Gateway API: pilot/pkg/config/kube/gateway/conversion.go.
  {
    because: 'the weights of a TCPRoute act for callers of its Service, one draw per connection',
    source: 'convertTCPRoute, buildTCPDestination',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 5000, name: tcp }'),
      gatewayApi(
        'TCPRoute',
        'v1alpha2',
        'office/split',
        `parentRefs: [{ group: '', kind: Service, name: b, port: 5000 }], rules: [{ backendRefs: [{ name: b-1, port: 5000, weight: 3 }, { name: b-2, port: 5000 }] }]`,
      ),
    ],
    question: { ...callB, port: 5000, protocol: 'tcp' },
    expect: {
      weighted: {
        'outbound|5000||b-1.office.svc.cluster.local': 3,
        'outbound|5000||b-2.office.svc.cluster.local': 1,
      },
      rule: 'office/split',
    },
  },
  ...(
    [
      ['TCPRoute', 'tcp', 'TCP', { protocol: 'tcp', address: '192.0.2.5' }],
      ['TLSRoute', 'tls', 'TLS', { protocol: 'tls', address: '192.0.2.5', sni: 'db.example.com' }],
    ] as const
  ).map(([kind, name, protocol, asked]): Own => ({
    because: `a ServiceEntry is a parent of a ${kind}, as of an HTTPRoute`,
    source: 'TCPRouteCollection, TLSRouteCollection',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 5000, name: tcp }'),
      entry(
        'shop/db',
        `hosts: [db.example.com], addresses: ['192.0.2.5'], ports: [{ number: 5000, name: ${name}, protocol: ${protocol} }], resolution: DNS`,
      ),
      gatewayApi(
        kind,
        'v1alpha2',
        'shop/split',
        `parentRefs: [{ group: networking.istio.io, kind: ServiceEntry, name: db }], rules: [{ backendRefs: [{ name: b, namespace: office, port: 5000 }] }]`,
      ),
    ],
    question: { ask: 'route', authority: 'db.example.com', port: 5000, ...asked },
    expect: { cluster: `outbound|5000||${b}`, rule: 'shop/split' },
  })),
  {
    because: 'and what asks for another name than its host is not taken by a TLSRoute without names',
    source: 'augmentTLSPortMatch',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 5000, name: tcp }'),
      entry(
        'shop/db',
        `hosts: [db.example.com], ports: [{ number: 5000, name: tls, protocol: TLS }], resolution: DNS`,
      ),
      gatewayApi(
        'TLSRoute',
        'v1alpha2',
        'shop/split',
        `parentRefs: [{ group: networking.istio.io, kind: ServiceEntry, name: db }], rules: [{ backendRefs: [{ name: b, namespace: office, port: 5000 }] }]`,
      ),
    ],
    question: {
      ask: 'route',
      authority: 'else.example.com',
      port: 5000,
      protocol: 'tls',
      address: '203.0.113.7',
      sni: 'else.example.com',
    },
    expect: { cluster: 'PassthroughCluster' },
  },
  {
    because: 'a TLSRoute chooses by the name that a connection to a listener asks for',
    source: 'convertTLSRoute, buildTLSMatch',
    manifests: [
      ...two,
      gatewayApi(
        'Gateway',
        'v1',
        'edge/gw',
        'gatewayClassName: istio, listeners: [{ name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough }, allowedRoutes: { namespaces: { from: All } } }]',
      ),
      gatewayApi(
        'TLSRoute',
        'v1alpha2',
        'office/tls',
        'parentRefs: [{ name: gw, namespace: edge }], hostnames: [foo.com], rules: [{ backendRefs: [{ name: b, port: 80 }] }]',
      ),
    ],
    proxy: { type: 'gateway', namespace: 'edge', labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' } },
    question: { ask: 'route', authority: 'foo.com', port: 443, protocol: 'tls', sni: 'foo.com' },
    expect: { cluster: `outbound|80||${b}`, rule: 'office/tls' },
  },
  ...[
    {
      hostnames: 'hostnames: [foo.com], ',
      expect: { refused: true },
      because: 'and other names are nobody’s',
    },
    {
      hostnames: '',
      expect: { cluster: `outbound|80||${b}`, rule: 'office/tls' },
      because: 'without names of its own it takes any',
    },
  ].map((own): Own => ({
    because: `of a TLSRoute ${own.hostnames}${own.because}`,
    source: 'convertTLSRoute, buildTLSMatch',
    manifests: [
      ...two,
      gatewayApi(
        'Gateway',
        'v1',
        'edge/gw',
        'gatewayClassName: istio, listeners: [{ name: tls, port: 443, protocol: TLS, tls: { mode: Passthrough }, allowedRoutes: { namespaces: { from: All } } }]',
      ),
      gatewayApi(
        'TLSRoute',
        'v1alpha2',
        'office/tls',
        `parentRefs: [{ name: gw, namespace: edge }], ${own.hostnames}rules: [{ backendRefs: [{ name: b, port: 80 }] }]`,
      ),
    ],
    proxy: { type: 'gateway', namespace: 'edge', labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' } },
    question: { ask: 'route', authority: 'bar.com', port: 443, protocol: 'tls', sni: 'bar.com' },
    expect: own.expect,
  })),
  {
    because: 'a GRPCRoute matches service and method as a path',
    source: 'createGRPCURIMatch',
    manifests: [
      service('b', 'office', '10.0.0.2', '{ port: 80, name: grpc }'),
      gatewayApi(
        'GRPCRoute',
        'v1',
        'office/calls',
        `parentRefs: [{ group: '', kind: Service, name: b }], rules: [{ matches: [{ method: { service: shop.Cart, method: Get } }], backendRefs: [{ name: b-2, port: 80 }] }, { backendRefs: [{ name: b, port: 80 }] }]`,
      ),
    ],
    question: { ...callB, method: 'POST', path: '/shop.Cart/Get' },
    expect: { cluster: 'outbound|80||b-2.office.svc.cluster.local' },
  },
  {
    because: 'a DestinationRule of the namespace of a ServiceEntry acts for callers elsewhere',
    source: 'destinationRule',
    manifests: [
      entry(
        'shop/x',
        'hosts: [x.example.com], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS',
      ),
      istio('DestinationRule', 'shop/x', 'host: x.example.com, subsets: [{ name: one, labels: { v: one } }]'),
      istio(
        'DestinationRule',
        'third/x',
        'host: x.example.com, subsets: [{ name: two, labels: { v: one } }]',
      ),
    ],
    proxy: { namespace: 'office' },
    question: { ask: 'destination-rule', host: 'x.example.com' },
    expect: { from: ['shop/x'], subsets: ['one'] },
  },
];

test.each(cases)('$because ($source)', (own) => {
  const whole: TopologyCase = {
    id: '',
    topic: '',
    ...own,
    manifests: own.manifests.join('\n---'),
    proxy: { type: 'sidecar', namespace: 'default', ...own.proxy },
  };
  asks[own.question.ask]!(askedOf(whole), own.question, own.expect);
});

const words: readonly (readonly [port: string, expected: string])[] = [
  ['port: 80, name: http-web', 'HTTP'],
  ['port: 80, name: http2-x', 'HTTP2'],
  ['port: 80, name: web, appProtocol: grpc', 'GRPC'],
  ['port: 80, name: http, appProtocol: tcp', 'TCP'],
  ['port: 80, name: http, appProtocol: kubernetes.io/h2c', 'HTTP2'],
  ['port: 80, name: http, appProtocol: kubernetes.io/wss', 'HTTPS'],
  ['port: 80, name: mysql', 'MySQL'],
  ['port: 3306', 'TCP'],
  ['port: 80', 'auto'],
  ['port: 80, name: http, protocol: UDP', 'UDP'],
  ['port: 80, name: http, appProtocol: mine.example.com/thing', 'auto'],
];

test.each(words)('a port { %s } is %s (ConvertProtocol)', (port, protocol) => {
  const manifests = service('s', 'default', '10.0.0.1', `{ ${port} }`);
  const whole: TopologyCase = {
    id: '',
    topic: '',
    because: '',
    manifests,
    proxy: { type: 'sidecar', namespace: 'default' },
    question: { ask: 'protocol', host: 's.default.svc.cluster.local', port: Number(/\d+/.exec(port)![0]) },
    expect: { protocol },
  };
  asks['protocol']!(askedOf(whole), whole.question, whole.expect);
});
