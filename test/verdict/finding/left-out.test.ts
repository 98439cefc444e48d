import { expect, test } from 'vitest';
import { notModelled } from '../../../src/manifest/not-modelled.ts';
import { parseManifests } from '../../../src/manifest/parse.ts';
import type { LeftOut } from '../../../src/manifest/left-out.ts';
import type { Manifest } from '../../../src/manifest/resource.ts';
import { wouldAct } from '../../../src/manifest/would-act.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { leftOut } from '../../../src/verdict/finding/left-out.ts';
import { deployment, service } from '../../support/world.ts';

const ofKind = (apiVersion: string, kind: string): string => `
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: own }
spec: {}
---`;

const rule = (policy: string, host = 'web'): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: own }
spec: { host: ${host}, trafficPolicy: { ${policy} } }
---`;

const outside = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: pay }
spec: { hosts: [pay.example.com], ports: [{ number: 443, name: https, protocol: HTTPS }], resolution: DNS }
---`;

const strict = `
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: own }
spec: { mtls: { mode: STRICT } }
---`;

const unready = service('web').replace('spec: { ', 'spec: { publishNotReadyAddresses: true, ');

const levelsOf = (manifest: Manifest, circumstances: Partial<RunRecord> = {}): string[] =>
  leftOut
    .seenIn({
      leftOut: notModelled([manifest]),
      mesh: [],
      failures: [],
      timeline: [],
      callers: [],
      ...circumstances,
    } as unknown as RunRecord)
    .map(({ level }) => level);

test.each([
  {
    text: ofKind('networking.k8s.io/v1', 'NetworkPolicy'),
    tells: true,
    because: 'it may let nobody in (Kubernetes, Network Policies)',
  },
  {
    text: ofKind('v1', 'ResourceQuota').replace('spec: {}', 'spec: { hard: { pods: 9 } }'),
    tells: true,
    because: 'pods above it are not made (Kubernetes, Resource Quotas)',
  },
  {
    text: ofKind('v1', 'LimitRange').replace(
      'spec: {}',
      'spec: { limits: [{ type: Container, default: { cpu: 1 } }] }',
    ),
    tells: true,
    because: 'pods get its requests and limits, and autoscalers read these (Kubernetes, Limit Ranges)',
  },
  {
    text: ofKind('v1', 'ReplicationController'),
    tells: true,
    because: 'its pods are endpoints like others',
  },
  {
    text: ofKind('v1', 'PersistentVolumeClaim'),
    tells: false,
    because: 'no request asks for it',
  },
  {
    text: rule('outlierDetection: { consecutive5xxErrors: 2, outlierDetectionHttpErrorCodes: [404] }'),
    tells: true,
    because: 'other answers eject then (cluster_traffic_policy.go, applyOutlierDetectionErrorCodes)',
  },
  {
    text: rule('proxyProtocol: { version: V2 }'),
    tells: true,
    because: 'the application has to speak it (destination_rule.proto, ProxyProtocol)',
  },
  {
    text: service('web') + rule('tls: { mode: SIMPLE }'),
    tells: true,
    because:
      'sidecars pass TLS that is not Istio’s on to the application (destination_rule.proto, ClientTLSSettings)',
  },
  {
    text: service('web') + rule('portLevelSettings: [{ port: { number: 9080 }, tls: { mode: SIMPLE } }]'),
    tells: true,
    because: 'on one port, too',
  },
  {
    text: service('web') + rule('tls: { mode: ISTIO_MUTUAL }'),
    tells: false,
    because: 'that is what sidecars do by themselves',
  },
  {
    text: service('web') + deployment('web', 'v1') + rule('tls: { mode: DISABLE }'),
    tells: false,
    because: 'and without a policy takes it (PERMISSIVE)',
  },
  {
    text: service('web') + deployment('web', 'v1') + strict,
    tells: false,
    because: 'between sidecars calls are mutual TLS without being told to (mesh config, enableAutoMtls)',
  },
  {
    text: outside + rule('tls: { mode: SIMPLE }', 'pay.example.com'),
    tells: false,
    because: 'a host outside ends the TLS itself',
  },
  {
    text: unready,
    tells: true,
    because: 'pods that do not serve yet get requests (EndpointSlices, publishNotReadyAddresses)',
  },
  {
    text: unready.replace('spec: { ', 'spec: { clusterIP: None, '),
    tells: false,
    because: 'so the pods of a StatefulSet find each other by name',
  },
])('what is left out forbids the tick: $tells, as $because', ({ text, tells }) => {
  const { manifest, problems } = parseManifests([{ file: 'own.yaml', text }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(levelsOf(manifest)).toEqual(tells ? ['harms'] : []);
});

const without = `
apiVersion: v1
kind: Service
metadata: { name: own }
spec: { ports: [{ port: 80 }] }
---`;
const slice = (label: string): string => `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: own, labels: { kubernetes.io/service-name: own${label === '' ? '' : `, endpointslice.kubernetes.io/managed-by: ${label}`} } }
addressType: IPv4
endpoints: []
---`;
const pods = (template: string, of = ''): string =>
  deployment('web', 'v1')
    .replace('image: none }]', `image: none }]${template === '' ? '' : `, ${template}`}`)
    .replace('replicas: 1', `replicas: 1${of}`);
const container = (fields: string): string =>
  deployment('web', 'v1').replace('image: none', `image: none, ${fields}`);
const virtualService = (http: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }], ${http} }] }
---`;
const kept = (kind: string, strategy: string): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  updateStrategy: { rollingUpdate: { ${strategy} } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: none }] } }
---`;
const ingress = (spec: string, annotation = ''): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web${annotation === '' ? '' : `, annotations: { kubernetes.io/ingress.class: ${annotation} }`} }
spec: { ${spec} }
---`;
const ingressClass = (name: string, controller: string): string => `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: ${name} }
spec: { controller: ${controller} }
---`;
const mesh = (text: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "${text}" }
---`;
const annotated = (config: string): string =>
  deployment('web', 'v1').replace('annotations: { ', `annotations: { proxy.istio.io/config: '${config}', `);

// What each field does, by the source or the page that is named.
test.each([
  [
    'retryRemoteLocalities, if true (retry.go, ConvertPolicy)',
    virtualService('retries: { attempts: 2, retryRemoteLocalities: true }'),
    true,
  ],
  [
    'not if false, as without it',
    virtualService('retries: { attempts: 2, retryRemoteLocalities: false }'),
    false,
  ],
  [
    'a longest life of connections (MaxConnectionDuration)',
    rule('connectionPool: { tcp: { maxConnectionDuration: 30s } }'),
    true,
  ],
  [
    'the protocol of the client (useClientProtocol)',
    rule('connectionPool: { http: { useClientProtocol: true } }'),
    true,
  ],
  ['not one of 0, its default', kept('DaemonSet', 'maxSurge: 0'), false],
  ['not one of 1, its default', kept('StatefulSet', 'maxUnavailable: 1'), false],
  ['not one that is not', pods('', '\n  paused: false'), false],
  [
    'readiness gates: a pod waits for others to say that it is ready',
    pods('readinessGates: [{ conditionType: a }]'),
    true,
  ],
  ['aliases of hosts: calls go elsewhere', pods('hostAliases: [{ ip: 10.0.0.1, hostnames: [web] }]'), true],
  [
    'a hook after the start, which a container waits for',
    container('lifecycle: { postStart: { exec: { command: [a] } } }'),
    true,
  ],
  [
    'not what an application reads',
    container('env: [{ name: a, value: b }], command: [a], volumeMounts: []'),
    false,
  ],
  [
    'not what a pod is allowed, or has from the API server',
    pods(
      'serviceAccountName: a, securityContext: {}, volumes: [], dnsPolicy: ClusterFirst, schedulerName: default-scheduler',
    ),
    false,
  ],
  [
    'who may ask a load balancer',
    service('web').replace('spec: { ', 'spec: { loadBalancerSourceRanges: [10.0.0.0/8], '),
    true,
  ],
  ['not the ports of its nodes', service('web').replace('port: 9080', 'port: 9080, nodePort: 30080'), false],
  ['an Ingress of class istio (shouldProcessIngressWithClass)', ingress('ingressClassName: istio'), true],
  ['one that is annotated so', ingress('', 'istio'), true],
  ['not one of another class', ingress('ingressClassName: nginx'), false],
  ['nor of no class (ingressControllerMode is STRICT)', ingress(''), false],
  ['but where the settings say DEFAULT', mesh('ingressControllerMode: DEFAULT') + ingress(''), true],
  [
    'one whose class names the controller of istiod',
    ingress('ingressClassName: edge') + ingressClass('edge', 'istio.io/ingress-controller'),
    true,
  ],
  [
    'not one whose class names another',
    ingress('ingressClassName: istio') + ingressClass('istio', 'k8s.io/ingress-nginx'),
    false,
  ],
  [
    'the number of a proxy’s workers, by a ProxyConfig',
    ofKind('networking.istio.io/v1beta1', 'ProxyConfig'),
    true,
  ],
  ['and by an annotation', annotated('concurrency: 1'), true],
  ['how long it drains', annotated('terminationDrainDuration: 30s'), true],
  ['not how it is traced', annotated('tracing: { sampling: 10 }'), false],
  [
    'tokens: a wrong one gets 401 (request_authentication.proto)',
    ofKind('security.istio.io/v1', 'RequestAuthentication').replace('{}', '{ jwtRules: [{ issuer: a }] }'),
    true,
  ],
  ['not without a rule about them', ofKind('security.istio.io/v1', 'RequestAuthentication'), false],
  ['not what is recorded', ofKind('telemetry.istio.io/v1', 'Telemetry'), false],
  ['faults by another tool', ofKind('chaos-mesh.org/v1alpha1', 'PodChaos'), true],
  ['not what collects metrics', ofKind('monitoring.coreos.com/v1', 'ServiceMonitor'), false],
  ['Endpoints of a Service without a selector', without + ofKind('v1', 'Endpoints'), true],
  ['not those of pods, which a controller writes', service('own') + ofKind('v1', 'Endpoints'), false],
  ['a slice that somebody writes (EndpointSlices, management)', slice(''), true],
  ['not one of the controller', slice('endpointslice-controller.k8s.io'), false],
  [
    'not where a mesh keeps its rules (rootNamespace): they are looked for there',
    mesh('rootNamespace: mesh'),
    false,
  ],
])('what is left out forbids the tick: %s', (_, text, tells) => {
  const { manifest, problems } = parseManifests([{ file: 'own.yaml', text }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(levelsOf(manifest)).toEqual(tells ? ['harms'] : []);
});

// Without nodes every pod finds room; a connection without an answer is one whose pod is lost.
test('some fields act only where there are nodes to choose from, or pods that are lost without a word', () => {
  const of = (text: string): Manifest => parseManifests([{ file: 'own.yaml', text }]).manifest;
  const spread = of(pods('affinity: { podAntiAffinity: {} }'));
  expect(levelsOf(spread)).toEqual([]);
  expect(levelsOf(spread, { nodes: 3 })).toEqual(['harms']);
  const alive = of(rule('connectionPool: { tcp: { tcpKeepalive: { time: 10s } } }'));
  const lose = [{ atSeconds: 1, verb: 'lose', file: 'a', changes: [] }];
  expect(levelsOf(alive)).toEqual([]);
  expect(levelsOf(alive, { timeline: lose })).toEqual(['harms']);
});

// istio.io, reference/config/networking/sidecar: what a proxy does not know goes to the address as it came, in plain text.
test('a PeerAuthentication acts where sidecars pass calls on as they are', () => {
  const { manifest } = parseManifests([{ file: 'own.yaml', text: strict }]);
  const callers = [{ caller: 'batch', rules: [{ passes: true }] }] as unknown as RunRecord['callers'];
  expect(levelsOf(manifest, { callers })).toEqual(['harms']);
});

// What says how pods of a new template come acts when one comes (kubernetes.io, Deployments, DaemonSets, StatefulSets).
test.each([
  { text: kept('DaemonSet', 'maxSurge: 1, maxUnavailable: 0'), kind: 'DaemonSet' },
  { text: kept('StatefulSet', 'maxUnavailable: 2'), kind: 'StatefulSet' },
  { text: pods('', '\n  paused: true'), kind: 'Deployment' },
])('how a $kind gets another template matters to a run in which one changes', ({ text, kind }) => {
  const { manifest } = parseManifests([{ file: 'own.yaml', text }]);
  const changing = (of: string): RunRecord['timeline'] => [
    {
      atSeconds: 1,
      verb: 'apply',
      file: 'a',
      changes: [],
      changed: [{ kind: of, namespace: 'default', name: 'web' }],
    },
  ];
  expect(levelsOf(manifest)).toEqual([]);
  expect(levelsOf(manifest, { timeline: changing('VirtualService') })).toEqual([]);
  expect(levelsOf(manifest, { timeline: changing(kind) })).toEqual(['harms']);
});

// kubernetes.io, Taints and Tolerations: a lost node gets taints of effect NoExecute, and one that is given such a taint loses pods.
test('what says who stays on a node that is lost or tainted acts where one is, or changes', () => {
  const node = (spec: string): string => `
apiVersion: v1
kind: Node
metadata: { name: one }
spec: { ${spec} }
---`;
  const of = (text: string): Manifest => parseManifests([{ file: 'own.yaml', text }]).manifest;
  const lose = [{ atSeconds: 1, verb: 'lose', file: 'a', changes: [], changed: [] }];
  const changed = [{ kind: 'Node', namespace: 'default', name: 'one' }];
  const retaint = [{ atSeconds: 1, verb: 'apply', file: 'a', changes: [], changed }];
  const chosen = of(
    pods('tolerations: [{ key: a, operator: Exists }]') + node('taints: [{ key: a, effect: NoSchedule }]'),
  );
  expect(notModelled([chosen])).toEqual([]);
  const staying = of(pods('tolerations: [{ operator: Exists }]') + node(''));
  expect(levelsOf(staying, { nodes: 1 })).toEqual([]);
  expect(levelsOf(staying, { nodes: 1, timeline: lose })).toEqual(['harms']);
  const leaving = of(node('taints: [{ key: a, effect: NoExecute }]'));
  expect(levelsOf(leaving, { nodes: 1 })).toEqual([]);
  expect(levelsOf(leaving, { nodes: 1, timeline: retaint })).toEqual(['harms']);
});

// istio pilot/pkg/xds/endpoints/endpoint_builder.go, snapshotShards: all registries' endpoints of a name, namespace and port's name.
test.each([
  { host: 'web.default.svc.cluster.local', port: 'http', namespace: 'default', tells: true },
  { host: 'web.default.svc.cluster.local', port: 'http-other', namespace: 'default', tells: false },
  { host: 'web.default.svc.cluster.local', port: 'http', namespace: 'out', tells: false },
  { host: 'web', port: 'http', namespace: 'default', tells: true },
  { host: 'web.example.com', port: 'http', namespace: 'default', tells: false },
])(
  'a ServiceEntry for $host, port $port, in $namespace beside Service web forbids the tick: $tells',
  (row) => {
    const { manifest } = parseManifests([
      {
        file: 'own.yaml',
        text: `${service('web')}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: own, namespace: ${row.namespace} }
spec: { hosts: [${row.host}], ports: [{ number: 9080, name: ${row.port}, protocol: HTTP }], resolution: STATIC, endpoints: [{ address: 10.0.0.9 }] }
`,
      },
    ]);
    expect(levelsOf(manifest)).toEqual(row.tells ? ['harms'] : []);
  },
);

// Each acts on pods of its own namespace, of those that it selects (kubernetes.io, Network Policies, Resource Quotas; istio.io, the
// reference of each); some change nothing (AuthorizationPolicy, AUDIT and a rule that says nothing; VerticalPodAutoscaler, updateMode).
const namespacedIn = (namespace: string, apiVersion: string, kind: string, spec: string): string =>
  ofKind(apiVersion, kind)
    .replace('name: own', `name: own, namespace: ${namespace}`)
    .replace('spec: {}', `spec: { ${spec} }`);
const someGateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge }
spec: { selector: { istio: edge }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }
---`;
test.each([
  ['default', 'networking.k8s.io/v1', 'NetworkPolicy', 'podSelector: {}', true],
  ['default', 'networking.k8s.io/v1', 'NetworkPolicy', 'podSelector: { matchLabels: { app: db } }', false],
  ['other', 'networking.k8s.io/v1', 'NetworkPolicy', 'podSelector: {}', false],
  ['other', 'v1', 'ResourceQuota', 'hard: { pods: 9 }', false],
  ['other', 'v1', 'LimitRange', 'limits: [{ type: Container, default: { cpu: 1 } }]', false],
  ['default', 'security.istio.io/v1', 'AuthorizationPolicy', '', true],
  ['default', 'security.istio.io/v1', 'AuthorizationPolicy', 'action: AUDIT', false],
  ['default', 'security.istio.io/v1', 'AuthorizationPolicy', 'rules: [{}]', false],
  ['default', 'security.istio.io/v1', 'AuthorizationPolicy', 'action: DENY', false],
  ['istio-system', 'security.istio.io/v1', 'AuthorizationPolicy', 'rules: [{}]', false],
  ['default', 'security.istio.io/v1', 'AuthorizationPolicy', 'rules: []', true],
  ['default', 'security.istio.io/v1', 'AuthorizationPolicy', 'action: DENY, rules: [{}]', true],
  [
    'default',
    'security.istio.io/v1',
    'AuthorizationPolicy',
    'rules: [{ to: [{ operation: { methods: [GET] } }] }]',
    true,
  ],
  ['default', 'networking.k8s.io/v1', 'NetworkPolicy', 'podSelector: {}, ingress: [{}]', false],
  [
    'default',
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}], egress: [{}]',
    false,
  ],
  [
    'default',
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'podSelector: {}, policyTypes: [Egress], egress: [{}]',
    false,
  ],
  [
    'default',
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{}]',
    true,
  ],
  [
    'default',
    'networking.k8s.io/v1',
    'NetworkPolicy',
    'podSelector: {}, ingress: [{ ports: [{ port: 80 }] }]',
    true,
  ],
  ['other', 'security.istio.io/v1', 'AuthorizationPolicy', '', false],
  ['istio-system', 'security.istio.io/v1', 'AuthorizationPolicy', '', true],
  [
    'default',
    'networking.istio.io/v1alpha3',
    'EnvoyFilter',
    'workloadSelector: { labels: { app: db } }',
    false,
  ],
  [
    'default',
    'networking.istio.io/v1alpha3',
    'EnvoyFilter',
    'workloadSelector: { labels: { app: web } }',
    true,
  ],
  ['default', 'autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', 'updatePolicy: { updateMode: "Off" }', false],
  ['default', 'autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', '', true],
] as const)(
  'in %s a %s %s of { %s } acts on pods of default: %s',
  (namespace, apiVersion, kind, spec, acts) => {
    const text = deployment('web', 'v1') + namespacedIn(namespace, apiVersion, kind, spec);
    const of = (own: string): string[] =>
      levelsOf(parseManifests([{ file: 'own.yaml', text: own }]).manifest);
    expect(of(text)).toEqual(acts ? ['harms'] : []);
    // The pods of a gateway may be where no manifest says.
    if (!acts && !/AUDIT|Off|\[\{\}\]|DENY/.test(spec)) expect(of(text + someGateway)).toEqual(['harms']);
  },
);

// kubernetes.io, Service: a selector finds pods whoever made them; istio pilot/pkg/serviceregistry/kube/controller: and WorkloadEntries.
test.each([
  ['Job', 'batch/v1', 'template: { metadata: { labels: { app: web } } }', true],
  ['Job', 'batch/v1', 'template: { metadata: { labels: { app: job } } }', false],
  [
    'CronJob',
    'batch/v1',
    'jobTemplate: { spec: { template: { metadata: { labels: { app: web } } } } }',
    true,
  ],
  ['WorkloadEntry', 'networking.istio.io/v1', 'address: 10.0.0.9, labels: { app: web }', true],
  ['WorkloadEntry', 'networking.istio.io/v1', 'address: 10.0.0.9, labels: { app: db }', false],
] as const)('a %s of %s with { %s } is an endpoint of Service web: %s', (kind, apiVersion, spec, is) => {
  const { manifest } = parseManifests([
    { file: 'own.yaml', text: service('web') + namespacedIn('default', apiVersion, kind, spec) },
  ]);
  expect(levelsOf(manifest)).toEqual(is ? ['harms'] : []);
});

// A field that nobody has decided upon acts.
test('of a kind that is read a field forbids the tick that nobody has thought of', () => {
  const of = (own: LeftOut): string[] =>
    leftOut
      .seenIn({ leftOut: [own], mesh: [], failures: [], timeline: [], callers: [] } as unknown as RunRecord)
      .map(({ level }) => level);
  const newcomer = (group: string): LeftOut => ({
    about: 'kind',
    kind: 'Newcomer',
    group,
    count: 1,
    file: 'own.yaml',
  });
  expect(of({ about: 'field', kind: 'VirtualService', field: 'spec.http[].newField' })).toEqual(['harms']);
  expect(of({ about: 'field', kind: 'Deployment', field: 'spec.template.spec.newField' })).toEqual(['harms']);
  expect(of(newcomer('networking.istio.io'))).toEqual(['harms']);
  expect(of(newcomer('example.com'))).toEqual([]);
});

// Nothing is read out of words: a manifest may be called, or lie, as one of ours would.
test('what is left out is told by what it is, whatever names and files are called', () => {
  const probe: LeftOut = { about: 'closed-probe', kind: 'Deployment', name: 'status' };
  expect(
    wouldAct(probe, {
      hasNodes: false,
      losesPods: false,
      passesOn: false,
      changing: undefined,
    }),
  ).toBe(true);
  const harmless: LeftOut = {
    about: 'kind',
    kind: 'ServiceMonitor',
    group: 'monitoring.coreos.com',
    count: 1,
    file: 'Canary/NetworkPolicy.yaml',
  };
  expect(
    wouldAct(harmless, {
      hasNodes: true,
      losesPods: true,
      passesOn: true,
      changing: undefined,
    }),
  ).toBe(false);
});

// istio.io, Dry Run of AuthorizationPolicy: what it would do is recorded, and not done.
test('an AuthorizationPolicy that is tried out refuses nobody', () => {
  const deny = namespacedIn('default', 'security.istio.io/v1', 'AuthorizationPolicy', '');
  const tried = deny.replace('namespace: default', 'annotations: { istio.io/dry-run: "true" }');
  const of = (own: string): string[] =>
    levelsOf(parseManifests([{ file: 'own.yaml', text: deployment('web', 'v1') + own }]).manifest);
  expect(of(deny)).toEqual(['harms']);
  expect(of(tried)).toEqual([]);
});
