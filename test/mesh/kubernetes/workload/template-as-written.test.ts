import { expect, test } from 'vitest';
import type { TimelineAction } from '../../../../src/mesh/timeline/index.ts';
import { templateAsWritten } from '../../../../src/mesh/kubernetes/workload/template-as-written.ts';
import { makeWorld, resources, service } from '../../../support/world.ts';

const workload = (kind: string, container: string, spec = ''): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: back }
spec:
  selector: { matchLabels: { app: back } }
  template:
    metadata: { labels: { app: back } }
    spec: { ${spec} containers: [{ name: back, image: "none:1", ${container} }] }
---`;

/** How many pods there have been a minute after the second manifest. */
function podsEver(first: string, second: string): number {
  const apply: TimelineAction = { verb: 'apply', resources: resources(second) };
  const world = makeWorld({
    focus: 'back',
    manifests: resources(service('back'), first),
    timeline: [{ atUs: 1e6, ...apply }],
  });
  world.runUntil(60e6);
  return world.workloads.lives.length;
}

// Concepts, Deployments: "A Deployment's rollout is triggered if and only if the Deployment's Pod template (.spec.template) is changed".
test.each([
  { before: '', after: 'env: [{ name: A, value: b }]' },
  { before: 'env: [{ name: A, value: a }]', after: 'env: [{ name: A, value: b }]' },
  { before: '', after: 'command: [serve]' },
  { before: 'args: [a, b]', after: 'args: [b, a]' },
  { before: '', after: 'volumeMounts: [{ name: data, mountPath: /data }]' },
  { before: '', after: 'securityContext: { runAsNonRoot: true }' },
  { before: 'resources: { limits: { memory: 1Gi } }', after: 'resources: { limits: { memory: 2Gi } }' },
  {
    before: 'readinessProbe: { httpGet: { path: /a, port: 80 } }',
    after: 'readinessProbe: { httpGet: { path: /b, port: 80 } }',
  },
])('a template with "$after" for "$before" is another, and pods are replaced', ({ before, after }) => {
  for (const kind of ['Deployment', 'StatefulSet', 'DaemonSet'])
    expect(podsEver(workload(kind, before), workload(kind, after)), kind).toBe(2);
});

// pkg/apis/core/v1/defaults.go: the API server holds both for the same.
test.each([
  {
    before: '',
    after: 'imagePullPolicy: IfNotPresent, terminationMessagePath: /dev/termination-log',
    spec: '',
  },
  { before: '', after: 'env: [], command: null, securityContext: {}', spec: '' },
  { before: '', after: '', spec: 'restartPolicy: Always, dnsPolicy: ClusterFirst,' },
  { before: '', after: '', spec: 'terminationGracePeriodSeconds: 30,' },
  {
    before: 'ports: [{ containerPort: 80 }]',
    after: 'ports: [{ protocol: TCP, containerPort: 80 }]',
    spec: '',
  },
  {
    before: 'readinessProbe: { httpGet: { port: 80 } }',
    after: 'readinessProbe: { httpGet: { port: 80, path: /, scheme: HTTP }, timeoutSeconds: 1 }',
    spec: '',
  },
  {
    before: 'resources: { requests: { cpu: 500m } }',
    after: 'resources: { requests: { cpu: "0.5" } }',
    spec: '',
  },
])('a default that is written is no change: "$after" "$spec"', ({ before, after, spec }) => {
  expect(podsEver(workload('Deployment', before), workload('Deployment', after, spec))).toBe(1);
});

// pkg/apis/core/v1/defaults.go, SetDefaults_Container: the tag latest, written or not, is always pulled.
test.each([
  { image: 'none', policy: 'Always' },
  { image: 'registry:5000/none', policy: 'Always' },
  { image: 'registry:5000/none:latest', policy: 'Always' },
  { image: 'registry:5000/none:1', policy: 'IfNotPresent' },
  { image: 'none@sha256:0123', policy: 'IfNotPresent' },
])('the default pull policy of $image is $policy', ({ image, policy }) => {
  const of = (more: object): string => templateAsWritten({ spec: { containers: [{ image, ...more }] } });
  expect(of({ imagePullPolicy: policy })).toBe(of({}));
  expect(of({ imagePullPolicy: 'Never' })).not.toBe(of({}));
});
