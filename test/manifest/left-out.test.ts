import { expect, test } from 'vitest';
import { analyze } from '../../src/manifest/analyze.ts';
import { leftOutText } from '../../src/manifest/left-out-text.ts';
import { wouldAct } from '../../src/manifest/would-act.ts';
import { notModelled } from '../../src/manifest/not-modelled.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { deployedFor } from '../../src/mesh/istiod/gateway-deployment.ts';

const parse = (...texts: string[]) =>
  parseManifests(texts.map((text) => ({ file: 'a.yaml', text }))).manifest;
const codesOf = (...texts: string[]): string[] => {
  const { resources, others } = parse(...texts);
  return analyze(resources, others).map(({ code }) => code);
};

const mesh = (text: string): string =>
  `{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: ${JSON.stringify(text)} } }`;

test.each([
  {
    text: 'defaultHttpRetryPolicy: { attempts: 5, perTryTimeout: 2s, retryRemoteLocalities: false }',
    told: [],
  },
  {
    text: 'defaultHttpRetryPolicy: { attempts: 5, retryRemoteLocalities: true }',
    told: ['defaultHttpRetryPolicy.retryRemoteLocalities'],
  },
  { text: 'connectTimeout: 1s\nenableAutoMtls: false', told: ['connectTimeout', 'enableAutoMtls'] },
  { text: 'connectTimeout: 10s\nenableAutoMtls: true\ndiscoverySelectors: []', told: [] },
  { text: 'discoverySelectors: [{ matchLabels: { a: b } }]', told: ['discoverySelectors'] },
  {
    text: 'defaultConfig: { holdApplicationUntilProxyStarts: true, concurrency: 4, discoveryAddress: a }',
    told: ['defaultConfig.holdApplicationUntilProxyStarts', 'defaultConfig.concurrency'],
  },
  { text: 'pathNormalization: { normalization: MERGE_SLASHES }', told: [] },
  {
    text: 'defaultConfig: { gatewayTopology: { numTrustedProxies: 2 } }',
    told: ['defaultConfig.gatewayTopology'],
  },
  { text: 'defaultConfig: { gatewayTopology: { numTrustedProxies: 0 } }', told: [] },
  { text: 'accessLogFile: /dev/stdout\noutboundTrafficPolicy: { mode: REGISTRY_ONLY }', told: [] },
  // mesh/v1alpha1/config.proto and proxy.proto, whole: what nobody thought of is told, what is known to be idle is not.
  {
    text: 'defaultTrafficPolicy: { outlierDetection: { consecutive5xxErrors: 1 } }',
    told: ['defaultTrafficPolicy'],
  },
  {
    text: 'serviceEntryVisibility: { defaultVisibility: NAMESPACE }\nofTomorrow: 1',
    told: ['serviceEntryVisibility', 'ofTomorrow'],
  },
  { text: 'connect_timeout: 1s', told: ['connect_timeout'] },
  {
    text: 'outboundTrafficPolicy: { mode: ALLOW_ANY, tls: { mode: SIMPLE } }',
    told: ['outboundTrafficPolicy.tls'],
  },
  {
    text: 'inboundTrafficPolicy: { mode: PASSTHROUGH }\nprotocolDetectionTimeout: 0s\nconfigSources: []',
    told: [],
  },
  { text: 'inboundTrafficPolicy: { mode: LOCALHOST }', told: ['inboundTrafficPolicy'] },
  {
    text: 'trustDomain: cluster.local\nenablePrometheusMerge: true\ndefaultProviders: { metrics: [prometheus] }\nextensionProviders: [{ name: otel, opentelemetry: { service: otel, port: 4317 } }]\ncertificates: []\nca: { address: ca }\nserviceSettings: [{ settings: { clusterLocal: true }, hosts: ["*"] }]\ndisableMixerHttpReports: true',
    told: [],
  },
  {
    text: 'defaultConfig: { connectionSettings: { httpRequestTimeout: 1s }, ofTomorrow: 1 }',
    told: ['defaultConfig.connectionSettings', 'defaultConfig.ofTomorrow'],
  },
  {
    text: 'defaultConfig: { tracing: { sampling: 1 }, proxyStatsMatcher: { inclusionPrefixes: [a] }, meshId: a, drainDuration: 45s, terminationDrainDuration: 5s, proxyMetadata: {} }',
    told: [],
  },
  {
    text: 'defaultConfig: { terminationDrainDuration: 50s }',
    told: ['defaultConfig.terminationDrainDuration'],
  },
])('settings of the mesh that would act and are not read are told: $text', ({ text, told }) => {
  expect(notModelled([parse(mesh(text))])).toEqual(
    told.map((name) => ({ about: 'field', kind: 'ConfigMap', field: `data.mesh.${name}` })),
  );
});

// istio.io, "Configuring Gateway Network Topology": a gateway's own number stands in an annotation of its pods.
test.each([
  { config: '{gatewayTopology: {numTrustedProxies: 1}}', told: true },
  { config: '{"gatewayTopology": {"numTrustedProxies": 2}}', told: true },
  { config: '{gatewayTopology: {numTrustedProxies: 0}}', told: false },
  { config: '{gatewayTopology: {forwardClientCertDetails: SANITIZE}}', told: false },
  { config: '{gatewayTopology: {proxyProtocol: {}}}', told: true },
  { config: 'holdApplicationUntilProxyStarts: true', told: false },
])('pods annotated with proxy.istio.io/config: $config', ({ config, told }) => {
  const text = pods('[]').replace(
    'metadata: { labels: { app: web } }',
    `metadata: { labels: { app: web }, annotations: { proxy.istio.io/config: '${config}' } }`,
  );
  const left = notModelled([parse(text)]);
  expect(left.some((own) => own.about === 'field' && own.field.endsWith('.gatewayTopology'))).toBe(told);
});

const gateway = (className: string): string =>
  `{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: gw }, spec: { gatewayClassName: ${className}, listeners: [{ name: http, port: 80, protocol: HTTP }] } }`;
const gatewayClass = (controller: string): string =>
  `{ apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: { name: own }, spec: { controllerName: ${controller} } }`;

// pilot/pkg/config/kube/gateway: istiod deploys for classes of its own controller.
test.each([
  { texts: [gateway('istio')], deployed: 2 },
  { texts: [gateway('nginx')], deployed: 0 },
  { texts: [gateway('own'), gatewayClass('istio.io/gateway-controller')], deployed: 2 },
  { texts: [gateway('own'), gatewayClass('example.com/nginx')], deployed: 0 },
])('a Gateway of another controller is none of istiod: $texts', ({ texts, deployed }) => {
  const manifest = parse(...texts);
  expect(manifest.resources.flatMap(deployedFor)).toHaveLength(deployed);
  const told = notModelled([manifest]).some(({ about }) => about === 'class');
  expect(told).toBe(deployed === 0);
});

const service = (targetPort: string): string =>
  `{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: ${targetPort} }] } }`;
const pods = (ports: string): string =>
  `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web, ports: ${ports} }] } } } }`;

// pkg/controller/endpointslice, getEndpointPorts: a pod without that port is no endpoint of it.
test.each([
  { target: 'web', ports: '[{ name: web, containerPort: 8080 }]', told: false },
  { target: 'web', ports: '[{ name: http, containerPort: 8080 }]', told: true },
  { target: 'web', ports: '[{ containerPort: 8080 }]', told: true },
  { target: 'web', ports: '[{ name: web, protocol: UDP, containerPort: 8080 }]', told: true },
  { target: '8080', ports: '[]', told: false },
])('a port that leads to $target of pods with $ports', ({ target, ports, told }) => {
  expect(codesOf(service(target), pods(ports)).includes('MS1126')).toBe(told);
  expect(notModelled([parse(service(target), pods(ports))])).toEqual([]);
});

// Kubernetes, ContainerPort: what is declared is for readers; a number that one version declares and another does not tells that it moved.
test.each([
  { v1: '[{ containerPort: 8080 }]', v2: '[{ containerPort: 8081 }]', code: 'warning', acts: true },
  { v1: '[{ containerPort: 8081 }]', v2: '[{ containerPort: 8081 }]', code: 'info', acts: false },
  {
    v1: '[{ containerPort: 8080 }]',
    v2: '[{ containerPort: 8081 }, { containerPort: 8080 }]',
    code: undefined,
    acts: false,
  },
  { v1: '[{ containerPort: 8080 }]', v2: '[]', code: undefined, acts: false },
  {
    v1: '[{ containerPort: 8080 }]',
    v2: '[{ containerPort: 8080, protocol: UDP }]',
    code: undefined,
    acts: false,
  },
])('a port 8080 of pods that declare $v1 and $v2: $code', ({ v1, v2, code, acts }) => {
  const texts = [
    service('8080'),
    pods(v1),
    pods(v2).replace('metadata: { name: web }', 'metadata: { name: web-v2 }'),
  ];
  const { resources, others } = parse(...texts);
  const told = analyze(resources, others).filter((own) => own.code === 'MS1129');
  expect([...new Set(told.map(({ severity }) => severity))]).toEqual(code === undefined ? [] : [code]);
  const left = notModelled([parse(...texts)]);
  expect(left.map(leftOutText)).toEqual(
    acts ? ['Service web.default port 8080 of pods of web-v2 that declare others'] : [],
  );
  for (const own of left)
    expect(
      wouldAct(own, {
        hasNodes: false,
        losesPods: false,
        passesOn: false,
        changing: undefined,
      }),
    ).toBe(true);
});

// pkg/controller/podautoscaler: the scale of any kind that has one is found; a port is the pods' whoever keeps them.
test.each(['Deployment', 'StatefulSet', 'ReplicaSet'])('pods of a %s are pods like others', (kind) => {
  const own = pods('[{ name: http, containerPort: 8080 }]').replace('kind: Deployment', `kind: ${kind}`);
  const autoscaler = `{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: ${kind}, name: web }, maxReplicas: 3 } }`;
  const codes = codesOf(service('web'), own, autoscaler);
  expect(codes).toContain('MS1126');
  expect(codes).not.toContain('MS1110');
});

// pkg/probe/util.go, ResolveContainerPort: a name, else a number that was written as a text.
test.each([
  { probe: 'readinessProbe: { httpGet: { port: web } }', says: 'no pod of it becomes ready' },
  { probe: 'startupProbe: { tcpSocket: { port: web } }', says: 'no pod of it becomes ready' },
  { probe: 'livenessProbe: { httpGet: { port: web } }', says: 'started again and again' },
  { probe: 'readinessProbe: { httpGet: { port: http } }', says: undefined },
  { probe: 'readinessProbe: { httpGet: { port: "8081" } }', says: undefined },
  { probe: 'readinessProbe: { httpGet: { port: 8081 } }', says: undefined },
  { probe: 'readinessProbe: { exec: { command: [web] } }', says: undefined },
])('a container with port http and $probe', ({ probe, says }) => {
  const own = pods('[{ name: http, containerPort: 8080 }]').replace('image: web,', `image: web, ${probe},`);
  for (const text of [own, own.replace('kind: Deployment', 'kind: StatefulSet')]) {
    const { resources, others } = parse(service('8080'), text);
    const told = analyze(resources, others).filter(({ code }) => code === 'MS1127');
    expect(told.map(({ message }) => message)).toEqual(
      says === undefined ? [] : [expect.stringContaining(says)],
    );
  }
});

const rule = (hosts: string, gateways = '[mesh]'): string =>
  `{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: r }, spec: { hosts: ${hosts}, gateways: ${gateways}, http: [{ route: [{ destination: { host: web } }] }] } }`;

test.each([
  { hosts: '[web]', told: false },
  { hosts: '[web.default]', told: true },
  { hosts: '[web.default.svc.cluster.local]', told: false },
  { hosts: '["*.example.org"]', told: false },
  { hosts: '[www.example.org]', gateways: '[gw]', told: false },
])('a rule for $hosts at $gateways', ({ hosts, gateways, told }) => {
  expect(codesOf(service('8080'), pods('[]'), rule(hosts, gateways)).includes('MS1125')).toBe(told);
});

// buildSidecarVirtualHostsForVirtualService: on the ports of the services that the rule's other hosts name, else on port 80.
test.each([
  { hosts: '[wbe.example.org]', ports: 'port 80' },
  { hosts: '[web, wbe.example.org]', ports: 'the ports of its other hosts' },
])('who follows a rule for $hosts', ({ hosts, ports }) => {
  const { resources, others } = parse(service('8080'), pods('[]'), rule(hosts));
  const told = analyze(resources, others).filter(({ code }) => code === 'MS1125');
  expect(told.map(({ message }) => message)).toEqual([
    `neither a Service nor a ServiceEntry has the host wbe.example.org: at most HTTP that asks for that very name, on ${ports}, follows this VirtualService`,
  ]);
});
