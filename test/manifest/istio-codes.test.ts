import { describe, expect, test } from 'vitest';
import { analyze, analyzeAlone } from '../../src/manifest/analyze.ts';
import { istioMessages } from '../../src/manifest/analysis/message.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { istioCodes } from './istio-codes.ts';

/** `IST0101 v` for each message about a resource called v, in the order of their lines. */
function told(text: string, how = analyze): string[] {
  const { manifest } = parseManifests([{ file: 'a.yaml', text }]);
  const lines = text.split('\n');
  return how(manifest.resources, manifest.others)
    .filter(({ code }) => code.startsWith('IST'))
    .map(({ code, line = 0 }) => {
      const before = lines.slice(0, line).lastIndexOf('---');
      const name = lines.slice(before + 1).find((own) => own.includes('metadata:'))!;
      return `${code} ${/name: ([^,}\s]+)/.exec(name)![1]}`;
    });
}

const head = (kind: string, name: string, apiVersion = 'networking.istio.io/v1', more = ''): string =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}${more} }\n`;
const of = (kind: string, name: string, spec: string, more = ''): string =>
  `${head(kind, name, undefined, more)}spec: ${spec}\n`;
const service = (
  name: string,
  spec = `{ selector: { app: ${name} }, ports: [{ port: 80, name: http }] }`,
  more = '',
) => `${head('Service', name, 'v1', more)}spec: ${spec}\n`;
const pod = (name: string, labels: string, more = '', spec = '{ containers: [{ name: a, image: b }] }') =>
  `${head('Pod', name, 'v1', `, labels: ${labels}${more}`)}spec: ${spec}\n`;
const namespace = (name: string, labels = '{}') => head('Namespace', name, 'v1', `, labels: ${labels}`);
const route = (destination: string) => `http: [{ route: [{ destination: ${destination} }] }]`;

test('each message is told with Istio’s name and level, or there is a reason why not', () => {
  const ours = Object.entries(istioMessages).map(([code, own]) => ({ code, ...own }));
  expect(ours.sort((a, b) => (a.code < b.code ? -1 : 1))).toEqual(
    istioCodes.filter(({ notTold }) => notTold === undefined).sort((a, b) => (a.code < b.code ? -1 : 1)),
  );
});

/** The analyzer of pkg/config/analysis/analyzers that decides is named with each. */
describe('what istioctl analyze says of resources together', () => {
  test.each([
    {
      source: 'virtualservice/destinationhosts.go: a ServiceEntry’s host is a host, by a pattern, too',
      text: [
        of('ServiceEntry', 'out', '{ hosts: [pay.example.org, "*.pics.org"] }'),
        of('VirtualService', 'v', `{ hosts: [a], ${route('{ host: pay.example.org }')} }`),
        of('VirtualService', 'w', `{ hosts: [b], ${route('{ host: a.pics.org }')} }`),
      ],
      says: [],
    },
    {
      source: 'virtualservice/destinationhosts.go: one that is private to another namespace is not',
      text: [
        of('ServiceEntry', 'out', '{ hosts: [pay.org], exportTo: ["."] }', ', namespace: other'),
        of('VirtualService', 'v', `{ hosts: [a], ${route('{ host: pay.org }')} }`),
      ],
      says: ['IST0101 v'],
    },
    {
      source: 'util/service_lookup.go: an annotation says who sees a Service',
      text: [
        service('shop', undefined, ', namespace: n, annotations: { networking.istio.io/exportTo: "m, ." }'),
        of(
          'VirtualService',
          'v',
          `{ hosts: [a], ${route('{ host: shop.n.svc.cluster.local }')} }`,
          ', namespace: m',
        ),
        of(
          'VirtualService',
          'w',
          `{ hosts: [a], ${route('{ host: shop.n.svc.cluster.local }')} }`,
          ', namespace: k',
        ),
      ],
      says: ['IST0101 w'],
    },
    {
      source: 'virtualservice/destinationhosts.go: TCP and TLS routes have destinations, too',
      text: [
        service('db', '{ selector: { app: db }, ports: [{ port: 3306, name: mysql }] }'),
        of('VirtualService', 'v', '{ hosts: [db], tcp: [{ route: [{ destination: { host: bd } }] }] }'),
        of(
          'VirtualService',
          'w',
          '{ hosts: [b.org], tls: [{ match: [{ sniHosts: [b.org] }], route: [{ destination: { host: db, port: { number: 1 } } }] }] }',
        ),
      ],
      says: ['IST0101 v', 'IST0101 w'],
    },
    {
      source:
        'virtualservice/gateways.go: a Gateway of Gateway API is a gateway; one host that fits is enough',
      text: [
        `${head('Gateway', 'k', 'gateway.networking.k8s.io/v1')}spec: { gatewayClassName: istio, listeners: [{ name: a, hostname: a.org, port: 80, protocol: HTTP }] }\n`,
        of(
          'Gateway',
          'g',
          '{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [a.org] }] }',
        ),
        service('shop'),
        of('VirtualService', 'v', `{ hosts: [a.org, b.org], gateways: [k, g], ${route('{ host: shop }')} }`),
        of('VirtualService', 'w', `{ hosts: [b.org], gateways: [k], ${route('{ host: shop }')} }`),
      ],
      says: ['IST0132 w'],
    },
    {
      source: 'virtualservice/gateways.go: ns/host and ./host are for one namespace',
      text: [
        of(
          'Gateway',
          'g',
          '{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [./a.org] }] }',
          ', namespace: n',
        ),
        service('shop'),
        of(
          'VirtualService',
          'v',
          `{ hosts: [a.org], gateways: [n/g], ${route('{ host: shop.default.svc.cluster.local }')} }`,
          ', namespace: n',
        ),
        of('VirtualService', 'w', `{ hosts: [a.org], gateways: [n/g], ${route('{ host: shop }')} }`),
      ],
      says: ['IST0132 w'],
    },
    {
      source: 'virtualservice/gateways.go: what istiod makes of a Gateway is not to be named',
      text: [
        service('shop'),
        of(
          'VirtualService',
          'v',
          `{ hosts: [a.org], gateways: ["n/g~istio-autogenerated-k8s-gateway~a"], ${route('{ host: shop }')} }`,
        ),
      ],
      says: ['IST0165 v'],
    },
    {
      source: 'virtualservice/conflictingmeshgatewayhosts.go: private rules of two namespaces do not meet',
      text: [
        service('shop'),
        of('VirtualService', 'v', `{ hosts: [a.org], exportTo: ["."], ${route('{ host: shop }')} }`),
        of(
          'VirtualService',
          'w',
          `{ hosts: [a.org], exportTo: [n], ${route('{ host: shop.default.svc.cluster.local }')} }`,
          ', namespace: n',
        ),
      ],
      says: [],
    },
    {
      source:
        'virtualservice/conflictingmeshgatewayhosts.go: a public pattern meets a private host, and each rule is told once',
      text: [
        service('shop'),
        of(
          'VirtualService',
          'v',
          `{ hosts: [a.b.org, c.b.org], exportTo: ["."], ${route('{ host: shop }')} }`,
        ),
        of(
          'VirtualService',
          'w',
          `{ hosts: ["*.b.org"], ${route('{ host: shop.default.svc.cluster.local }')} }`,
          ', namespace: n',
        ),
      ],
      says: ['IST0109 v', 'IST0109 w'],
    },
    {
      source: 'virtualservice/jwtclaimroute.go: claims need somebody who looks at the token',
      text: [
        of(
          'Gateway',
          'g',
          '{ selector: { istio: front }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }',
        ),
        pod('front', '{ istio: front }'),
        service('front', '{ selector: { istio: front }, ports: [{ port: 80, name: http }] }'),
        service('shop', '{ ports: [{ port: 80, name: http }] }'),
        of(
          'VirtualService',
          'v',
          '{ hosts: [a.org], gateways: [g], http: [{ match: [{ headers: { "@request.auth.claims.role": { exact: b } } }], route: [{ destination: { host: shop } }] }] }',
        ),
      ],
      says: ['IST0149 v'],
    },
    {
      source:
        'gateway/gateway.go: a selector that finds no pod, and a port that the Service of bare pods has not',
      text: [
        of(
          'Gateway',
          'g',
          '{ selector: { istio: typo }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [a] }] }',
        ),
        of(
          'Gateway',
          'h',
          '{ selector: { istio: front }, servers: [{ port: { number: 81, name: http, protocol: HTTP }, hosts: [b] }] }',
        ),
        pod('front', '{ istio: front }'),
        service(
          'front',
          '{ selector: { istio: front }, ports: [{ port: 80, name: http, targetPort: 8080 }] }',
        ),
      ],
      says: ['IST0101 g', 'IST0162 h'],
    },
    {
      source: 'gateway/gateway.go: the gateway that comes with Istio is taken for granted, with its ports',
      text: [80, 8080, 8004].map((port) =>
        of(
          'Gateway',
          `g${port}`,
          `{ selector: { istio: ingressgateway }, servers: [{ port: { number: ${port}, name: http, protocol: HTTP }, hosts: [a] }] }`,
        ),
      ),
      says: ['IST0162 g8004'],
    },
    {
      source: 'gateway/conflictinggateway.go: a selector that is part of another, where a pod fits both',
      text: [
        of(
          'Gateway',
          'g',
          '{ selector: { istio: front }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [a] }] }',
        ),
        of(
          'Gateway',
          'h',
          '{ selector: { istio: front, app: f }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [a] }] }',
        ),
        pod('front', '{ istio: front, app: f }'),
        service('front', '{ selector: { istio: front }, ports: [{ port: 80, name: http }] }'),
      ],
      says: ['IST0145 g', 'IST0145 h'],
    },
    {
      source:
        'gateway/certificate.go and secret.go: one certificate at two Gateways, and one that is not there',
      text: [
        ...['g', 'h'].map((name) =>
          of(
            'Gateway',
            name,
            `{ selector: { istio: ingressgateway }, servers: [{ port: { number: 443, name: https, protocol: HTTPS }, tls: { mode: SIMPLE, credentialName: c }, hosts: [${name}.org] }] }`,
          ),
        ),
        `${head('Secret', 'd', 'v1', ', namespace: istio-system')}data: {}\n`,
      ],
      says: ['IST0101 g', 'IST0138 g', 'IST0101 h', 'IST0138 h'],
    },
    {
      source:
        'destinationrule/ca-certificates.go: TLS without a look at the server’s certificate, of all and of a port',
      text: [
        of('ServiceEntry', 'out', '{ hosts: [a.org], ports: [{ number: 443, name: tls, protocol: TLS }] }'),
        of(
          'DestinationRule',
          'd',
          '{ host: a.org, trafficPolicy: { tls: { mode: SIMPLE }, portLevelSettings: [{ port: { number: 443 }, tls: { mode: MUTUAL, clientCertificate: a, privateKey: b } }] } }',
        ),
        of(
          'DestinationRule',
          'e',
          '{ host: a.org, trafficPolicy: { tls: { mode: SIMPLE, caCertificates: /a } } }',
          ', namespace: n',
        ),
      ],
      says: ['IST0128 d', 'IST0129 d'],
    },
    {
      source:
        'destinationrule/subset.go: bare pods count, and the place of their node is a label unless it is empty',
      text: [
        service('shop'),
        `${head('Node', 'm', 'v1', ', labels: { topology.kubernetes.io/region: eu, topology.kubernetes.io/zone: "" }')}`,
        pod('shop', '{ app: shop, version: v1 }', '', '{ nodeName: m, containers: [{ name: a, image: b }] }'),
        of(
          'DestinationRule',
          'd',
          '{ host: shop, subsets: [{ name: a, labels: { version: v1, topology.kubernetes.io/region: eu } }, { name: b, labels: { topology.kubernetes.io/zone: "" } }] }',
        ),
      ],
      says: ['IST0173 d'],
    },
    {
      source: 'deployment/services.go: one number with two protocols',
      text: [
        service('a', '{ selector: { app: x }, ports: [{ port: 53, name: tcp, protocol: TCP }] }'),
        service('b', '{ selector: { app: x }, ports: [{ port: 53, name: udp, protocol: UDP }] }'),
        `${head('Deployment', 'x', 'apps/v1')}spec: { selector: { matchLabels: { app: x } }, template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: a, image: b }] } } }\n`,
      ],
      says: ['IST0116 x'],
    },
    {
      source:
        'service/portname.go: ports of the cluster’s own namespaces and of the control plane are left alone',
      text: [
        ...['kube-system', 'kube-public'].map((name) =>
          service('a', '{ ports: [{ port: 80, name: web }] }', `, namespace: ${name}`),
        ),
        service('b', '{ ports: [{ port: 80, name: web }] }', ', labels: { istio: pilot }'),
        service('c', '{ type: ExternalName, externalName: a.org, ports: [{ port: 80, name: tcp }] }'),
        service('d', '{ ports: [{ port: 80, name: web }] }'),
      ],
      says: ['IST0150 c', 'IST0118 d'],
    },
    {
      source: 'serviceentry/protocoladdresses.go and conflictingserviceentries.go',
      text: [
        of('ServiceEntry', 's', '{ hosts: [a.org], ports: [{ number: 9000, name: tcp, protocol: tcp }] }'),
        of(
          'ServiceEntry',
          't',
          '{ hosts: [a.org], addresses: [10.0.0.1], ports: [{ number: 9000, name: http, protocol: HTTP }] }',
        ),
      ],
      says: ['IST0134 s', 'IST0177 s', 'IST0177 t'],
    },
    {
      source:
        'sidecar/selector.go: for nobody, for the same pods, twice for a whole namespace, for one without sidecars',
      text: [
        pod('x', '{ app: x }'),
        of('Sidecar', 'none', '{ workloadSelector: { labels: { app: y } } }'),
        of('Sidecar', 'one', '{ workloadSelector: { labels: { app: x } } }'),
        of('Sidecar', 'two', '{ workloadSelector: { labels: { app: x } } }'),
        // Alone with its pod: nothing to say.
        pod('z', '{ app: z }'),
        of('Sidecar', 'lone', '{ workloadSelector: { labels: { app: z } } }'),
        of('Sidecar', 'all', '{}', ', namespace: n'),
        of('Sidecar', 'any', '{}', ', namespace: n'),
        namespace('m', '{ istio.io/dataplane-mode: ambient }'),
        of('Sidecar', 'vain', '{}', ', namespace: m'),
        // A namespace that names a revision has sidecars all the same.
        namespace('r', '{ istio.io/dataplane-mode: ambient, istio.io/rev: canary }'),
        of('Sidecar', 'kept', '{}', ', namespace: r'),
      ],
      says: [
        'IST0101 none',
        'IST0110 one',
        'IST0110 two',
        'IST0111 all',
        'IST0111 any',
        'IST0123 r',
        'IST0167 vain',
      ],
    },
    {
      source: 'injection/injection.go: labels of namespaces, and a pod that has no proxy',
      text: [
        namespace('plain'),
        namespace('two', '{ istio-injection: enabled, istio.io/rev: canary }'),
        namespace('off', '{ istio-injection: disabled }'),
        namespace('on', '{ istio-injection: enabled }'),
        pod('bare', '{}', ', namespace: on'),
        pod('asked', '{ sidecar.istio.io/inject: "false" }', ', namespace: on'),
      ],
      says: ['IST0102 plain', 'IST0123 two', 'IST0103 bare'],
    },
    {
      source: 'injection/injection.go: the injector’s own setting takes in a namespace without a label',
      text: [
        namespace('plain'),
        pod('in', '{}', ', namespace: plain', '{ containers: [{ name: istio-proxy, image: a }] }'),
        `${head('ConfigMap', 'istio-sidecar-injector', 'v1', ', namespace: istio-system')}data: { values: '{ "sidecarInjectorWebhook": { "enableNamespacesByDefault": true } }' }\n`,
      ],
      says: ['IST0148 plain'],
    },
    {
      source: 'annotations/annotations.go: lists of ports, of which each has to be one (inject/validate.go)',
      text: [
        pod('fine', '{}', ', annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "80, 443" }'),
        pod('wrong', '{}', ', annotations: { traffic.sidecar.istio.io/excludeOutboundPorts: "80,http" }'),
      ],
      says: ['IST0125 wrong'],
    },
    {
      source: 'injection/image-auto.go and deployment/pod.go',
      text: [
        pod('p', '{}', '', '{ containers: [{ name: istio-proxy, image: auto }] }'),
        pod('q', '{}', '', '{ securityContext: { runAsUser: 1337 }, containers: [{ name: a, image: b }] }'),
      ],
      says: ['IST0147 p', 'IST0144 q'],
    },
    {
      source: 'annotations/annotations.go: unknown, at the wrong kind, of a wrong value, of old',
      text: [
        service(
          's',
          '{ ports: [{ port: 80, name: http }] }',
          ', annotations: { networking.istio.io/exportAs: a }',
        ),
        pod(
          'p',
          '{}',
          ', annotations: { networking.istio.io/exportTo: a, status.sidecar.istio.io/port: x, sidecar.istio.io/inject: "true", example.com/a: b }',
        ),
      ],
      says: ['IST0108 s', 'IST0107 p', 'IST0125 p', 'IST0135 p'],
    },
    {
      source: 'conditions/conditions.go: what a controller wrote into the status of an export',
      text: [
        `${head('Gateway', 'k', 'gateway.networking.k8s.io/v1')}spec: { gatewayClassName: istio, listeners: [{ name: a, port: 80, protocol: HTTP }] }\nstatus: { conditions: [{ type: Programmed, status: "False", reason: Invalid, message: no }, { type: Accepted, status: "True" }] }\n`,
      ],
      says: ['IST0171 k'],
    },
    {
      source: 'deprecation/deprecation.go',
      text: [
        service('shop', '{ ports: [{ port: 80, name: http }] }'),
        of(
          'VirtualService',
          'v',
          '{ hosts: [a], http: [{ fault: { delay: { percent: 5, fixedDelay: 1s } }, route: [{ destination: { host: shop } }] }] }',
        ),
        of('Sidecar', 's', '{ outboundTrafficPolicy: { egressProxy: { host: a } } }'),
      ],
      says: ['IST0002 v', 'IST0002 s'],
    },
    {
      source: 'validation.go: rules of TCP and TLS that nothing reaches',
      text: [
        service('db', '{ ports: [{ port: 80, name: tcp }] }'),
        of(
          'VirtualService',
          'v',
          '{ hosts: [db], tcp: [{ route: [{ destination: { host: db } }] }, { route: [{ destination: { host: db } }] }] }',
        ),
        of(
          'VirtualService',
          'w',
          '{ hosts: [b.org], tls: [{ match: [{ sniHosts: [b.org] }], route: [{ destination: { host: db } }] }, { match: [{ sniHosts: [b.org] }, { sniHosts: [b.org], port: 1 }], route: [{ destination: { host: db } }] }] }',
        ),
      ],
      says: ['IST0130 v', 'IST0131 w'],
    },
    {
      source: 'local/istiod_analyze.go: a resource asks not to be told of a code, or of any',
      text: [
        of(
          'VirtualService',
          'v',
          `{ hosts: [a], ${route('{ host: gone }')} }`,
          ', annotations: { galley.istio.io/analyze-suppress: IST0101 }',
        ),
        of(
          'VirtualService',
          'w',
          `{ hosts: [b], ${route('{ host: gone }')} }`,
          ', annotations: { galley.istio.io/analyze-suppress: "IST0102,IST0109" }',
        ),
        of(
          'VirtualService',
          'x',
          `{ hosts: [c], ${route('{ host: gone }')} }`,
          ', annotations: { galley.istio.io/analyze-suppress: "*" }',
        ),
      ],
      says: ['IST0101 w'],
    },
  ])('$source', ({ text, says }) => {
    expect(told(text.join('')).sort()).toEqual([...says].sort());
  });
});

// pkg/config/validation/validation.go and agent/validation.go: what is taken, with a warning.
test.each([
  {
    text: of('DestinationRule', 'd', '{ host: a, workloadSelector: {} }'),
    says: 'workload selector specified without labels',
  },
  {
    text: of('Sidecar', 's', '{ workloadSelector: { labels: {} }, egress: [{ hosts: ["./*"] }] }'),
    says: 'sidecar: workload selector specified without labels, will be applied to all services in namespace',
  },
  {
    text: of('ServiceEntry', 'e', '{ hosts: [a.org], resolution: STATIC, workloadSelector: {} }'),
    says: 'service entry: workload selector specified without labels, will be applied to all services in namespace',
  },
  {
    text: of(
      'DestinationRule',
      'd',
      '{ host: a, trafficPolicy: { loadBalancer: { localityLbSetting: { failover: [{ from: b, to: c }] } } } }',
    ),
    says: 'outlier detection policy must be provided for failover',
  },
])('IST0133 $says', ({ text, says }) => {
  const { problems, manifest } = parseManifests([{ file: 'a.yaml', text }]);
  expect(problems.map(({ severity, code, message }) => ({ severity, code, message }))).toEqual([
    { severity: 'warning', code: 'IST0133', message: says },
  ]);
  expect(manifest.resources).toHaveLength(1);
});

test('a resource that is refused is looked at all the same, and is there for others', () => {
  const gateway = of(
    'Gateway',
    'g',
    '{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }], bogus: 1 }',
  );
  const rule = of(
    'VirtualService',
    'v',
    `{ hosts: [a.org], gateways: [g], ${route('{ host: gone }')}, bogus: 1 }`,
  );
  expect(told(gateway + rule)).toEqual(['IST0101 v']);
});

describe('of a part of what there is', () => {
  test.each([
    {
      text: of('VirtualService', 'v', `{ hosts: [a], gateways: [g], ${route('{ host: b, subset: c }')} }`),
      says: [],
      because: 'hosts, subsets and gateways are elsewhere',
    },
    {
      text: of('DestinationRule', 'd', '{ host: b, subsets: [{ name: c, labels: { version: c } }] }'),
      says: [],
      because: 'hosts and pods are elsewhere',
    },
    {
      text: of(
        'Gateway',
        'g',
        '{ selector: { istio: mine }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [a] }] }',
      ),
      says: [],
      because: 'proxies are elsewhere',
    },
    {
      text:
        of('VirtualService', 'v', `{ hosts: [b], ${route('{ host: b, subset: v9 }')} }`) +
        of('DestinationRule', 'd', '{ host: b, subsets: [{ name: v1, labels: { version: v1 } }] }'),
      says: ['IST0101 v'],
      because: 'a rule beside it defines others: a slip, Service or not (destinationrules.go)',
    },
    {
      text:
        of('VirtualService', 'v', `{ hosts: [a.org], gateways: [g], ${route('{ host: b }')} }`) +
        of(
          'Gateway',
          'h',
          '{ selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }',
        ),
      says: ['IST0101 v', 'IST0132 v'],
      because: 'a Gateway of the namespace is here, and it is another',
    },
  ])('$because', ({ text, says }) => expect(told(text, analyzeAlone).sort()).toEqual(says));
});
