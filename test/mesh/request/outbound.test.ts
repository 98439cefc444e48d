import { describe, expect, test } from 'vitest';
import type { World } from '../../../src/mesh/world.ts';
import { loadApp } from '../../../src/scenario/load-app.ts';
import { makeWorld, request, resources } from '../../support/world.ts';

const app = loadApp(
  'app',
  `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: two }
spec:
  workloads:
    - { name: web, match: { app: web }, script: [{ work: 1ms }] }
    - { name: caller, match: { app: caller }, script: [{ work: 1ms }] }
`,
).value!;

const deployment = (name: string, namespace: string, version: string, replicas = 1): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}-${version}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name}, version: ${version} } }
  template:
    metadata: { labels: { app: ${name}, version: ${version} } }
    spec: { containers: [{ name: ${name}, image: none }] }
---`;

const web = (port: string, more = ''): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ ${port}, port: 80 }]${more} }
---`;

const subsets = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: web, namespace: shop }
spec: { host: web, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
---`;

/** All to v2. */
const toV2 = (protocol: 'http' | 'tcp'): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec: { hosts: [web], ${protocol}: [{ route: [{ destination: { host: web, subset: v2 } }] }] }
---`;

const meshConfig = (text: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "${text}" }
---`;

const pods = [
  deployment('caller', 'office', 'v1'),
  deployment('web', 'shop', 'v1'),
  deployment('web', 'shop', 'v2'),
].join('\n');

/** What a caller in `office` gets from so many requests: status, flags and the version (or name) of the pod, each once. */
function gets(authority: string, manifests: string[], port = 80, count = 40): string[] {
  const seen = new Set<string>();
  const note = (world: World, row: number): void => {
    const pod = world.pods[world.rows.pod[row]!];
    const who = world.rows.pod[row]! < 0 ? 'nobody' : (pod!.labels['version'] ?? pod!.name);
    seen.add(`${world.rows.status[row]} ${who}`);
  };
  const world: World = makeWorld(
    {
      app,
      focus: 'web',
      manifests: resources(pods, ...manifests),
      traffic: [
        {
          name: 'inside',
          kind: 'refresh',
          count,
          everyUs: 1e5,
          startUs: 0,
          from: 'caller-v1',
          request: { ...request, authority, path: '/' },
          port,
        },
      ],
    },
    { answered: (row) => note(world, row) },
  );
  world.runUntil(60e6);
  return [...seen].sort();
}

// istio pkg/config/kube/conversion.go, ConvertProtocol: the protocol of a port by appProtocol, name, or (undeclared) its first bytes; core/listener.go, buildSidecarOutboundListener: what a port of TCP carries meets no http rule.
test('http rules act on an HTTP port, and on one whose protocol is found out', () => {
  expect(gets('web.shop', [web('name: http'), subsets, toV2('http')])).toEqual(['200 v2']);
  expect(gets('web.shop', [web('name: web'), subsets, toV2('http')])).toEqual(['200 v2']);
});

test('HTTP to a port that is called tcp: no http rule is asked, any pod answers, and tcp rules act', () => {
  expect(gets('web.shop', [web('name: tcp-web'), subsets, toV2('http')])).toEqual(['200 v1', '200 v2']);
  expect(gets('web.shop', [web('name: tcp-web'), subsets, toV2('tcp')])).toEqual(['200 v2']);
});

// kube/conversion.go, ConvertService: a Service without an address has the resolution Passthrough, core/cluster.go,
// convertResolution: ORIGINAL_DST, which goes where the caller's connection went (Envoy, original_dst_cluster.cc).
test('a headless Service: the caller’s DNS decides the pod, whatever subset the rule names', () => {
  const headless = web('name: http', ', clusterIP: None');
  expect(gets('web.shop', [headless, subsets, toV2('http')])).toEqual(['200 v1', '200 v2']);
});

// pkg/api/v1/pod/util.go, FindPort; endpointslice/utils.go, getEndpointPorts: a pod without a port of that name and protocol is no
// endpoint of the Service's port; a headless Service's pods are found by DNS.
describe('a targetPort that is a name', () => {
  const named = (app: string, ports: string): string =>
    deployment('web', 'shop', app).replace(
      'name: web, image: none',
      `name: web, image: none, ports: [${ports}]`,
    );
  const leads = 'name: http, targetPort: app';
  const [app, other] = ['{ name: app, containerPort: 8080 }', '{ name: admin, containerPort: 8080 }'];

  test.each([
    { v1: app, v2: app, expected: ['200 v1', '200 v2'] },
    { v1: app, v2: other, expected: ['200 v1'] },
    { v1: other, v2: '', expected: ['503 nobody'] },
    { v1: app, v2: '{ name: app, protocol: UDP, containerPort: 8080 }', expected: ['200 v1'] },
  ])('only pods that have it answer: v1 [$v1], v2 [$v2]', ({ v1, v2, expected }) => {
    expect(gets('web.shop', [named('v1', v1), named('v2', v2), web(leads)])).toEqual(expected);
    const numbered = [named('v1', v1), named('v2', v2), web('name: http, targetPort: 8080')];
    expect(gets('web.shop', numbered)).toEqual(['200 v1', '200 v2']);
  });

  test('nor does kube-proxy send to the others, nor a rule for their subset', () => {
    const plain = deployment('caller', 'office', 'v1').replace(
      'template:\n    metadata: {',
      'template:\n    metadata: { annotations: { sidecar.istio.io/inject: "false" },',
    );
    expect(gets('web.shop', [plain, named('v1', app), named('v2', other), web(leads)])).toEqual(['200 v1']);
    const ruled = [named('v1', app), named('v2', other), web(leads), subsets, toV2('http')];
    expect(gets('web.shop', ruled)).toEqual(['503 nobody']);
  });

  test('of a headless Service any pod answers', () => {
    const headless = web(leads, ', clusterIP: None');
    expect(gets('web.shop', [named('v1', app), named('v2', other), headless])).toEqual(['200 v1', '200 v2']);
  });

  test('the port of a sidecar that is injected has a name, too', () => {
    const metrics = web('name: http, targetPort: http-envoy-prom');
    expect(gets('web.shop', [metrics])).toEqual(['200 v1', '200 v2']);
  });
});

test('a Service that a Sidecar leaves out is reached past the rules, or refused with 502 under REGISTRY_ONLY', () => {
  const narrow = (mode: string): string => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: narrow, namespace: office }
spec: { egress: [{ hosts: ['./*', 'other/*'] }], outboundTrafficPolicy: { mode: ${mode} } }
---
apiVersion: v1
kind: Service
metadata: { name: other, namespace: other }
spec: { selector: { app: other }, ports: [{ name: http, port: 80 }] }
---`;
  const mesh = [web('name: http'), subsets, toV2('http')];
  expect(gets('web.shop', [...mesh, narrow('ALLOW_ANY')])).toEqual(['200 v1', '200 v2']);
  expect(gets('web.shop', [...mesh, narrow('REGISTRY_ONLY')])).toEqual(['502 nobody']);
});

test('a Service that is exported to its own namespace alone is no host of another’s proxies', () => {
  const own = web('name: http').replace(
    'namespace: shop }',
    'namespace: shop, annotations: { networking.istio.io/exportTo: "." } }',
  );
  const other = web('name: http').replace('name: web, namespace: shop', 'name: other, namespace: other');
  expect(gets('web.shop', [own, other, subsets, toV2('http')])).toEqual(['200 v1', '200 v2']);
});

test('a name that nobody has: nobody answers, by the mesh’s policy', () => {
  expect(gets('nobody.shop', [web('name: http')])).toEqual(['503 nobody']);
  const strict = meshConfig('outboundTrafficPolicy: { mode: REGISTRY_ONLY }');
  expect(gets('nobody.shop', [web('name: http'), strict])).toEqual(['502 nobody']);
});

const outside = (resolution: string, more = ''): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: office }
spec: { hosts: [api.example.com], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: ${resolution}${more} }
---`;

test.each([
  ['DNS', '', ['200 api.example.com']],
  ['DNS_ROUND_ROBIN', '', ['200 api.example.com']],
  ['NONE', '', ['200 api.example.com']],
  [
    'STATIC',
    ', endpoints: [{ address: 192.0.2.1 }, { address: 192.0.2.2 }]',
    ['200 192.0.2.1', '200 192.0.2.2'],
  ],
  ['STATIC', ', workloadSelector: { labels: { app: web } }', ['503 nobody']],
])('a host outside answers by the resolution %s%s', (resolution, more, expected) => {
  expect(gets('api.example.com', [outside(resolution, more)])).toEqual(expected);
});

test('an ExternalName is another name of a Service, and rules for the Service act', () => {
  const alias = `
apiVersion: v1
kind: Service
metadata: { name: front, namespace: office }
spec: { type: ExternalName, externalName: web.shop.svc.cluster.local }
---`;
  expect(gets('front', [web('name: http'), subsets, toV2('http'), alias])).toEqual(['200 v2']);
});
