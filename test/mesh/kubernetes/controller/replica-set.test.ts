import { expect, test } from 'vitest';
import { runOnce } from '../../../../src/experiment/run-once.ts';
import { smallScenario } from '../../../support/small-scenario.ts';
import { deployment, service } from '../../../support/world.ts';

const replicaSet = (image: string, replicas: number): string => `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: 'web:${image}', ports: [{ containerPort: 9080 }] }] } }
---`;

// kubernetes.io, ReplicaSet: its pods are those that its selector finds, and a new template is for pods to come.
test.each([
  { replicas: 2, made: 2, because: 'those that are there stay' },
  { replicas: 3, made: 3, because: 'one more is made of it' },
])('another template of a ReplicaSet replaces no pod: $because', async ({ replicas, made }) => {
  const scenario = await smallScenario(
    `duration: 30s
app: later-app.yaml
traffic: [{ name: calls, from: curl-v1, host: 'web:9080', path: /, arrivals: constant, rps: 10 }]
timeline: [{ at: 5s, apply: later.yaml }]`,
    {
      'mesh.yaml': service('web') + deployment('curl', 'v1') + replicaSet('1', 2),
      'later.yaml': replicaSet('2', replicas),
      'later-app.yaml':
        'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }',
    },
  );
  const { record } = runOnce(scenario);
  expect(record.pages.failed).toBe(0);
  expect(record.pods.filter(({ workload }) => workload === 'web')).toHaveLength(made);
});
