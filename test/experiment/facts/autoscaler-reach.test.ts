import { expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { service } from '../../support/world.ts';

const app = `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: shop }
spec: { workloads: [{ name: shop, match: { app: shop }, script: [{ cpu: 10ms }] }] }
`;

/** An application of at most 250m; what its autoscaler is foretold. */
async function toldOf(pod: string, metric: string): Promise<string[]> {
  const scenario = await smallScenario(
    'duration: 10s\napp: later-app.yaml\ntraffic: [{ name: calls, from: shop, host: shop:9080, path: /, arrivals: constant, rps: 1 }]',
    {
      'mesh.yaml': `${service('shop')}
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { ${pod} containers: [{ name: app, image: x, ports: [{ containerPort: 9080 }], resources: { requests: { cpu: 200m }, limits: { cpu: 250m } } }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }, minReplicas: 1, maxReplicas: 9, metrics: [${metric}] }
`,
      'later-app.yaml': app,
    },
  );
  return foresee(scenario).flatMap(({ code, sentence }) =>
    code === 'autoscaler-out-of-reach' ? [sentence] : [],
  );
}

const target = 'target: { type: Utilization, averageUtilization: 70 }';
const ofPods = `{ type: Resource, resource: { name: cpu, ${target} } }`;
const of = (container: string): string =>
  `{ type: ContainerResource, containerResource: { name: cpu, container: ${container}, ${target} } }`;

// At 10 ms a request 250m are 25 requests a second, of 0.5 ms each in the sidecar: 12.5m.
test.each([
  {
    pod: 'resources: { requests: { cpu: "2" }, limits: { cpu: "2" } },',
    metric: ofPods,
    says: `comes to ${Math.round((100 * (250 + 12.5)) / 2000)} %, with 13m of its sidecar`,
    because:
      'requests of the pod as a whole stand above those of its containers, and the container has its limit all the same',
  },
  {
    pod: '',
    metric: of('istio-proxy'),
    says: `which comes to ${Math.round((100 * 12.5) / 100)} % while the application is at its limit`,
    because: 'the sidecar has work for each request, and no more',
  },
])('an autoscaler cannot reach its target: $because', async ({ pod, metric, says }) => {
  expect(await toldOf(pod, metric)).toEqual([expect.stringContaining(says)]);
});

test.each([
  { pod: '', metric: of('app') },
  { pod: 'resources: { requests: { cpu: 300m }, limits: { cpu: "2" } },', metric: ofPods },
])('an autoscaler reaches it: $pod $metric', async ({ pod, metric }) => {
  expect(await toldOf(pod, metric)).toEqual([]);
});
