import { expect, test } from 'vitest';
import { analyze } from '../../src/manifest/analyze.ts';
import { leftOutText } from '../../src/manifest/left-out-text.ts';
import { notModelled } from '../../src/manifest/not-modelled.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import { wouldAct } from '../../src/manifest/would-act.ts';
import { isWorkload } from '../../src/manifest/scale-target.ts';

const namespace = (name: string, labels: string): string =>
  `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: ${labels} } }\n`;
const workload = (metadata: string, pod = ''): string =>
  `---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web, namespace: shop }, spec: { selector: { matchLabels: { app: web } }, template: { metadata: ${metadata}, spec: { ${pod} containers: [{ name: web, image: web }] } } } }\n`;
const plain = '{ labels: { app: web } }';
const asking = '{ labels: { app: web, sidecar.istio.io/inject: "true" } }';
const annotated = '{ labels: { app: web }, annotations: { sidecar.istio.io/inject: "true" } }';

const operator =
  '---\n{ apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, spec: { values: { sidecarInjectorWebhook: { enableNamespacesByDefault: true } } } }\n';
const injector = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio-sidecar-injector, namespace: istio-system }
data: { values: '{"sidecarInjectorWebhook":{"enableNamespacesByDefault":true}}' }
`;

const parse = (...texts: string[]) =>
  parseManifests(texts.map((text) => ({ file: 'a.yaml', text }))).manifest;
const hasSidecar = (...texts: string[]): boolean =>
  parse(...texts).resources.find(isWorkload)!.spec.template.injectedProxy.inject !== false;

// The chart's webhooks (mutatingwebhook.yaml), then injectRequired (pkg/kube/inject/inject.go).
test.each([
  { because: 'no Namespace is here', texts: [workload(plain)], has: true },
  { because: 'its namespace asks', texts: [namespace('shop', '{ istio-injection: enabled }')], has: true },
  { because: 'a revision asks', texts: [namespace('shop', '{ istio.io/rev: canary }')], has: true },
  {
    because: 'its namespace says no',
    texts: [namespace('shop', '{ istio-injection: disabled }')],
    has: false,
  },
  {
    because: 'no webhook is for a namespace that says no, whatever the pod says',
    texts: [namespace('shop', '{ istio-injection: disabled }'), workload(asking)],
    has: false,
  },
  {
    because: 'ztunnel has its traffic',
    texts: [namespace('shop', '{ istio.io/dataplane-mode: ambient }')],
    has: false,
  },
  { because: 'nothing says whether', texts: [namespace('shop', '{ a: b }')], has: true },
  {
    because: 'another namespace asks, its own does not',
    texts: [namespace('shop', '{ a: b }'), namespace('office', '{ istio-injection: enabled }')],
    has: false,
  },
  {
    because: 'a pod asks by its label',
    texts: [
      namespace('shop', '{ a: b }'),
      namespace('office', '{ istio-injection: enabled }'),
      workload(asking),
    ],
    has: true,
  },
  {
    because: 'no webhook reads annotations',
    texts: [
      namespace('shop', '{ a: b }'),
      namespace('office', '{ istio-injection: enabled }'),
      workload(annotated),
    ],
    has: false,
  },
  {
    because: 'of pods only true and false count, and the namespace asks',
    texts: [workload('{ labels: { app: web, sidecar.istio.io/inject: "True" } }')],
    has: true,
  },
  {
    because: 'the mesh is installed so that namespaces without a label are in',
    texts: [
      namespace('shop', '{ a: b }'),
      namespace('office', '{ istio-injection: enabled }'),
      operator,
      workload(plain),
    ],
    has: true,
  },
  {
    because: 'the same, by the settings of the injector',
    texts: [
      namespace('shop', '{ a: b }'),
      namespace('office', '{ istio-injection: enabled }'),
      injector,
      workload(plain),
    ],
    has: true,
  },
  {
    because: 'not where its own says no',
    texts: [namespace('shop', '{ istio-injection: disabled }'), operator],
    has: false,
  },
  { because: 'it is on the network of its node', texts: [workload(plain, 'hostNetwork: true,')], has: false },
])('a pod has a sidecar or none: $because', ({ texts, has }) => {
  const all = texts.some((text) => text.includes('Deployment')) ? texts : [...texts, workload(plain)];
  expect(hasSidecar(...all)).toBe(has);
});

test('a file that is applied later is read by the namespaces that are there', () => {
  const earlier = parse(namespace('shop', '{ istio-injection: disabled }'));
  const { manifest } = parseManifests([{ file: 'b.yaml', text: workload(plain) }], earlier);
  expect(manifest.resources.find(isWorkload)!.spec.template.injectedProxy.inject).toBe(false);
});

test('a namespace that says nothing of injection is told of where it has pods', () => {
  const codes = (...texts: string[]) => {
    const { resources, others } = parse(...texts);
    return analyze(resources, others).map(({ code }) => code);
  };
  expect(codes(namespace('shop', '{ a: b }'), workload(plain))).toContain('MS1124');
  expect(codes(namespace('shop', '{ istio-injection: disabled }'), workload(plain))).not.toContain('MS1124');
  expect(codes(namespace('office', '{ a: b }'), workload(plain))).not.toContain('MS1124');
});

// mutatingwebhook.yaml: no webhook of a default installation is for a namespace without a label; here its pods have sidecars.
test.each([
  { because: 'nobody asks', texts: [namespace('shop', '{ a: b }'), workload(plain)], told: true },
  {
    because: 'only an annotation asks, at which no webhook looks',
    texts: [namespace('shop', '{ a: b }'), workload(annotated)],
    told: true,
  },
  {
    because: 'another namespace asks: there are none in this one',
    texts: [
      namespace('shop', '{ a: b }'),
      namespace('office', '{ istio-injection: enabled }'),
      workload(plain),
    ],
    told: false,
  },
  { because: 'the pods ask', texts: [namespace('shop', '{ a: b }'), workload(asking)], told: false },
  { because: 'it is not here', texts: [workload(plain)], told: false },
  { because: 'it has no pods', texts: [namespace('office', '{ a: b }'), workload(plain)], told: false },
])('sidecars that are assumed forbid the tick ($told): $because', ({ texts, told }) => {
  const left = notModelled([parse(...texts)]);
  expect(left).toEqual(told ? [{ about: 'open-namespace', name: 'shop' }] : []);
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

// istio.io, Canary Upgrades: a namespace is of the revision, or the tag, that its label names; what is not installed injects nothing.
const installed = (revision: string): string =>
  `---\n{ apiVersion: install.istio.io/v1alpha1, kind: IstioOperator, spec: { revision: ${revision} } }\n`;
const meshOf = (name: string): string =>
  `---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}, namespace: istio-system }, data: { mesh: '{}' } }\n`;
const tag =
  '---\n{ apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, metadata: { name: istio-revision-tag-prod, labels: { istio.io/rev: 1-30-1, istio.io/tag: prod } }, webhooks: [] }\n';
test.each([
  { because: 'nobody says which are installed', label: 'canary', texts: [], told: false },
  { because: 'another is installed', label: 'canary', texts: [installed('1-30-1')], told: true },
  { because: 'it is installed', label: '1-30-1', texts: [installed('1-30-1')], told: false },
  { because: 'the one without a name is', label: 'canary', texts: [meshOf('istio')], told: true },
  { because: 'its settings are there', label: 'canary', texts: [meshOf('istio-canary')], told: false },
  { because: 'a tag stands for one', label: 'prod', texts: [installed('1-30-1'), tag], told: false },
  { because: 'no tag stands for one', label: 'test', texts: [tag], told: true },
  { because: 'the one by default', label: 'default', texts: [installed('1-30-1')], told: false },
])('a namespace of revision $label forbids the tick ($told): $because', ({ label, texts, told }) => {
  const shop = namespace('shop', `{ istio.io/rev: ${label} }`);
  const left = notModelled([parse(shop, workload(plain), ...texts)]).filter(
    ({ about }) => about === 'open-namespace',
  );
  expect(left).toEqual(told ? [{ about: 'open-namespace', name: 'shop', revision: label }] : []);
  expect(left.map(leftOutText)).toEqual(
    told ? [`Namespace shop with istio.io/rev: ${label}, which nothing says to be installed`] : [],
  );
  const without = workload('{ labels: { app: web, sidecar.istio.io/inject: "false" } }');
  expect(notModelled([parse(shop, without, ...texts)]).map(({ about }) => about)).not.toContain(
    'open-namespace',
  );
});

const annotation = (text: string): string => workload(`{ labels: { app: web }, annotations: { ${text} } }`);
test.each([
  { text: annotation('traffic.sidecar.istio.io/excludeOutboundPorts: "8000"'), told: true },
  { text: annotation('traffic.sidecar.istio.io/includeOutboundIPRanges: 10.0.0.0/8'), told: true },
  { text: annotation('traffic.sidecar.istio.io/includeOutboundIPRanges: "*"'), told: false },
  { text: annotation('traffic.sidecar.istio.io/excludeOutboundIPRanges: 10.0.0.0/8'), told: true },
  { text: annotation('traffic.sidecar.istio.io/excludeInboundPorts: "8080"'), told: true },
  { text: annotation('traffic.sidecar.istio.io/excludeInboundPorts: ""'), told: false },
  { text: annotation('traffic.sidecar.istio.io/includeInboundPorts: ""'), told: true },
  { text: annotation('sidecar.istio.io/interceptionMode: NONE'), told: true },
  { text: annotation('sidecar.istio.io/interceptionMode: REDIRECT'), told: false },
  // istio/api annotation/annotations.yaml, whole.
  { text: annotation('sidecar.istio.io/nativeSidecar: "false"'), told: true },
  { text: annotation('sidecar.istio.io/nativeSidecar: "true"'), told: false },
  { text: annotation('inject.istio.io/templates: grpc-agent'), told: true },
  { text: annotation('inject.istio.io/templates: sidecar'), told: false },
  { text: annotation('sidecar.istio.io/ofTomorrow: a'), told: true },
  { text: annotation('sidecar.istio.io/logLevel: debug'), told: false },
  {
    text: annotation('sidecar.istio.io/proxyImage: a, sidecar.istio.io/statsFlushInterval: 5s'),
    told: false,
  },
  { text: annotation('readiness.status.sidecar.istio.io/initialDelaySeconds: "60"'), told: true },
  { text: annotation('example.com/ofTomorrow: a'), told: false },
  { text: annotation('sidecar.istio.io/rewriteAppHTTPProbers: "false"'), told: false },
  { text: namespace('shop', '{ istio.io/dataplane-mode: ambient }'), told: true },
  {
    text: '{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: r, labels: { istio.io/rev: canary } }, spec: { hosts: [web], http: [{ route: [{ destination: { host: web } }] }] } }',
    told: true,
  },
  { text: namespace('shop', '{ istio.io/rev: canary }'), told: false },
])('what would act and does not here is told: $text', ({ text, told }) => {
  expect(notModelled([parse(text)])).toHaveLength(told ? 1 : 0);
});

// istio.io, "Health Checking of Istio Services": without the rewrite a probe of HTTP fails where mutual TLS alone is taken.
test.each([
  ['PERMISSIVE', false],
  ['STRICT', true],
])('probes that are not rewritten are told where a policy says %s: %s', (mode, told) => {
  const policy = `---\n{ apiVersion: security.istio.io/v1, kind: PeerAuthentication, metadata: { name: own, namespace: shop }, spec: { mtls: { mode: ${mode} } } }\n`;
  const pods = annotation('sidecar.istio.io/rewriteAppHTTPProbers: "false"');
  const left = notModelled([parse(pods, policy)]).filter(({ about }) => about === 'field');
  expect(left).toHaveLength(told ? 1 : 0);
});

// istio.io, "Application Requirements": user 1337 is the sidecar's, whose packets are not caught.
test.each([
  { because: 'of the pod', pod: 'securityContext: { runAsUser: 1337 },', acts: true },
  { because: 'of another', pod: 'securityContext: { runAsUser: 1000 },', acts: false },
])('calls of a user that no rule reaches forbid the tick ($acts): $because', ({ pod, acts }) => {
  const left = notModelled([parse(workload(plain, pod))]);
  const circumstances = { hasNodes: false, losesPods: false, passesOn: false, changing: undefined };
  expect(left.some((own) => wouldAct(own, circumstances))).toBe(acts);
});

// Helm's values of istiod, sidecarInjectorWebhook.enableNamespacesByDefault: a namespace without a label is in.
test.each([operator, injector])('where namespaces are in by default nothing is left open', (settings) => {
  const open = [namespace('shop', '{ a: b }'), workload(plain)];
  expect(notModelled([parse(...open)]).map(({ about }) => about)).toContain('open-namespace');
  const closed = notModelled([parse(...open, settings)]).filter((own) =>
    wouldAct(own, {
      hasNodes: false,
      losesPods: false,
      passesOn: false,
      changing: undefined,
    }),
  );
  expect(closed).toEqual([]);
});

// manifests/charts/istio-control/istio-discovery/templates: of the ConfigMaps `istio...` those with a text `mesh` are of the mesh.
test('the settings of the injector are none of the mesh', () => {
  const { resources, ignoredKinds } = parse(injector);
  expect(resources).toEqual([]);
  expect(ignoredKinds).toMatchObject([{ kind: 'ConfigMap' }]);
});
