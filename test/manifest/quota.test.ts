import { expect, test } from 'vitest';
import { notModelled } from '../../src/manifest/not-modelled.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import type { PodChanges } from '../../src/manifest/quota.ts';
import { wouldAct } from '../../src/manifest/would-act.ts';

const forbids = (texts: readonly string[], changes?: PodChanges): boolean =>
  notModelled(
    texts.map((text) => parseManifests([{ file: 'a.yaml', text }]).manifest),
    changes,
  )
    .filter(({ about }) => about === 'kind')
    .some((own) => wouldAct(own, { hasNodes: true, losesPods: true, passesOn: false, changing: undefined }));

const full = '{ requests: { cpu: 200m, memory: 100Mi }, limits: { cpu: 500m, memory: 200Mi } }';

/** Four pods: each asks for 200m and 100Mi, and its sidecar for 100m and 128Mi (limits 2 cores and 1Gi). */
const web = (resources = full, spec = '', podSpec = ''): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 4
  selector: { matchLabels: { app: web } }
  ${spec}
  template:
    metadata: { labels: { app: web } }
    spec: { ${podSpec} containers: [{ name: web, image: web, resources: ${resources} }] }
`;
const quota = (hard: string): string => `---
{ apiVersion: v1, kind: ResourceQuota, metadata: { name: own }, spec: { hard: { ${hard} } } }
`;
const limitRange = (limit: string): string => `---
{ apiVersion: v1, kind: LimitRange, metadata: { name: own }, spec: { limits: [{ ${limit} }] } }
`;
const autoscaler = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, minReplicas: 4, maxReplicas: 10 }
`;
const node = '---\n{ apiVersion: v1, kind: Node, metadata: { name: a } }\n';
const job = '---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: a }, spec: {} }\n';
const gateway =
  '---\n{ apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: { name: gw }, spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] } }\n';
const scaledObject =
  '---\n{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: { name: web }, spec: {} }\n';
const scaled = (most: number, least: number): PodChanges => ({
  scaled: new Map([['web', { most, least }]]),
  replaces: false,
});

// kubernetes.io, Resource Quotas; pkg/quota/v1/evaluator/core/pods.go. Four pods of 300m and 228Mi, limits 2500m and 1224Mi.
test.each([
  { hard: 'pods: "4"', forbids: false },
  { hard: 'pods: "3"', forbids: true },
  { hard: 'count/pods: 3', forbids: true },
  { hard: 'requests.cpu: 1200m', forbids: false },
  { hard: 'requests.cpu: 1199m', forbids: true },
  { hard: 'cpu: "1"', forbids: true },
  { hard: 'requests.memory: 912Mi, limits.cpu: "10", limits.memory: 5Gi', forbids: false },
  { hard: 'memory: 911Mi', forbids: true },
  { hard: 'limits.cpu: 9', forbids: true },
  { hard: 'configmaps: "1", services.loadbalancers: "0", persistentvolumeclaims: 0', forbids: false },
  { hard: 'requests.nvidia.com/gpu: 0', forbids: false },
  { hard: 'count/deployments.apps: 1', forbids: true },
])('four pods of a namespace with at most { $hard }: $forbids', ({ hard, forbids: does }) => {
  expect(forbids([web() + quota(hard)])).toBe(does);
});

test.each([
  {
    text: web('{}'),
    hard: 'requests.cpu: 100',
    forbids: true,
    because: 'one asks for no CPU: it is refused',
  },
  { text: web('{}'), hard: 'pods: 4', forbids: false, because: 'nobody has to say anything' },
  {
    text: web('{}') + limitRange('type: Container, defaultRequest: { cpu: 100m }'),
    hard: 'requests.cpu: 800m',
    forbids: false,
    because: 'a LimitRange says it for it',
  },
  {
    text: web(full, '', 'initContainers: [{ name: i, image: i, resources: { requests: { cpu: 400m } } }],'),
    hard: 'requests.cpu: 1500m',
    forbids: true,
    because: 'an init container asks for 400m',
  },
  { text: web() + autoscaler, hard: 'pods: 16', forbids: false, because: 'ten, and six that end' },
  { text: web() + autoscaler, hard: 'pods: 10', forbids: true, because: 'those that end count' },
  { text: web() + job, hard: 'pods: 100', forbids: true, because: 'a Job makes pods, too' },
  {
    text: web(full, '', 'resources: { requests: { cpu: 1 } },'),
    hard: 'requests.cpu: 100',
    forbids: true,
    because: 'a pod that asks as a whole is not reckoned',
  },
  {
    text: web() + gateway,
    hard: 'pods: 100',
    forbids: true,
    because: 'istiod makes pods for a Gateway (istio.io, Kubernetes Gateway API, automated deployment)',
  },
  { text: web() + scaledObject, hard: 'pods: 100', forbids: true, because: 'somebody else scales it' },
])('$because ($hard)', ({ text, hard, forbids: does }) => {
  expect(forbids([text + quota(hard)])).toBe(does);
});

test.each([
  { changes: undefined, pods: 4 },
  { changes: scaled(8, 8), pods: 12 },
  { changes: scaled(8, 1), pods: 15 },
  { changes: { scaled: new Map(), replaces: true } as PodChanges, pods: 9 },
])('pods that are scaled or replaced count until they are gone: $pods', ({ changes, pods }) => {
  expect(forbids([web() + quota(`pods: ${pods}`)], changes)).toBe(false);
  expect(forbids([web() + quota(`pods: ${pods - 1}`)], changes)).toBe(true);
});

test('with another template there may be twice as many pods, and maxSurge beyond them', () => {
  const next = web().replace('image: web', 'image: web:2');
  expect(forbids([web() + quota('pods: 9'), next])).toBe(false);
  expect(forbids([web() + quota('pods: 8'), next])).toBe(true);
  expect(forbids([web() + quota('pods: 4'), web()])).toBe(false);
});

// kubernetes.io, Limit Ranges; plugin/pkg/admission/limitranger; SetDefaults_LimitRangeItem.
test.each([
  { limit: 'type: Container, default: { cpu: 1 }', forbids: false, because: 'each has a limit' },
  {
    limit: 'type: Container, default: { cpu: 1 }',
    text: web('{ requests: { cpu: 200m } }'),
    forbids: true,
    because: 'a limit slows it down',
  },
  {
    limit: 'type: Container, max: { cpu: 4 }',
    text: web('{ requests: { cpu: 200m } }'),
    forbids: true,
    because: 'a maximum is a limit by default',
  },
  {
    limit: 'type: Container, defaultRequest: { cpu: 100m }',
    text: web('{}'),
    forbids: false,
    because: 'nobody reckons by requests',
  },
  {
    limit: 'type: Container, defaultRequest: { cpu: 100m }',
    text: web('{}') + autoscaler,
    forbids: true,
    because: 'the autoscaler does',
  },
  {
    limit: 'type: Container, defaultRequest: { cpu: 100m }',
    text: web('{}') + node,
    forbids: true,
    because: 'a node does',
  },
  {
    limit: 'type: Container, default: { memory: 1Gi }',
    text: web('{}'),
    forbids: false,
    because: 'nothing runs out of memory here',
  },
  { limit: 'type: Container, max: { cpu: 2 }', forbids: false, because: 'none is beyond it' },
  { limit: 'type: Container, max: { cpu: 1 }', forbids: true, because: 'a sidecar is' },
  { limit: 'type: Container, min: { cpu: 150m }', forbids: true, because: 'a sidecar is below it' },
  { limit: 'type: Container, maxLimitRequestRatio: { cpu: 20 }', forbids: false, because: '2000m of 100m' },
  { limit: 'type: Container, maxLimitRequestRatio: { cpu: 19 }', forbids: true, because: '2000m of 100m' },
  { limit: 'type: Pod, max: { cpu: 2500m }', forbids: false, because: 'both together' },
  { limit: 'type: Pod, max: { cpu: 2 }', forbids: true, because: 'both together' },
  { limit: 'type: Pod, max: { memory: 9Gi }', text: web('{}'), forbids: true, because: 'one has no limit' },
  {
    limit: 'type: PersistentVolumeClaim, max: { storage: 1Gi }',
    forbids: false,
    because: 'nobody has claims',
  },
])('a LimitRange of { $limit }: $because', ({ limit, text = web(), forbids: does }) => {
  expect(forbids([text + limitRange(limit)])).toBe(does);
});
