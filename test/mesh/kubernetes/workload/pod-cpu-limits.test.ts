import { expect, test } from 'vitest';
import { resources } from '../../../support/world.ts';
import { cpuRequestMilli, podOf } from '../../../../src/mesh/kubernetes/pod.ts';
import { isWorkload } from '../../../../src/manifest/scale-target.ts';

const app = '{ name: app, image: none, resources: { requests: { cpu: 300m }, limits: { cpu: 500m } } }';
const podWith = (containers: string, more = ''): { limit: number; request: number } => {
  const [owner] = resources(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: a }
spec:
  selector: { matchLabels: { app: a } }
  template:
    metadata: { labels: { app: a }, annotations: { sidecar.istio.io/inject: "true" } }
    spec:
      containers: [${containers}]
      ${more}
`).filter(isWorkload);
  return {
    limit: podOf(owner!, '', 0).cpuLimitMilli,
    request: cpuRequestMilli(owner!.spec.template),
  };
};

// Istio's own sidecar asks for 100m. A quota is a cgroup's, and each container has its own (kernel.org, cgroup-v2, cpu.max).
test.each([
  ['the application alone', app, '', 500, 400],
  ['beside a container without a limit', `${app}, { name: log, image: none }`, '', 500, 400],
  [
    'beside one with a larger limit',
    `${app}, { name: log, image: none, resources: { requests: { cpu: 50m }, limits: { cpu: 1500m } } }`,
    '',
    500,
    450,
  ],
  [
    'beside a native sidecar',
    app,
    'initContainers: [{ name: s, image: none, restartPolicy: Always }]',
    500,
    400,
  ],
  ['without a limit', '{ name: app, image: none }', '', Infinity, 100],
  [
    'in a pod with a smaller limit of its own, whose request is all that it asks for',
    app,
    'resources: { requests: { cpu: 250m }, limits: { cpu: 400m } }',
    400,
    250,
  ],
])('%s', (_, containers, more, limit, request) => {
  expect(podWith(containers, more)).toEqual({ limit, request });
});
