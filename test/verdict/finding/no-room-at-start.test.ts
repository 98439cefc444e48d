import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, service } from '../../support/world.ts';

const node = (allocatable: string): string => `
apiVersion: v1
kind: Node
metadata: { name: one }
status: { allocatable: { ${allocatable} } }
---`;

// kube-scheduler, plugins/noderesources/fit.go: a node takes pods for as long as their number and their requests fit. The pod of
// curl and three of web are four; each of them has a sidecar, which asks for 100m of CPU and 128Mi of memory (Istio's charts).
test.each([
  { has: 'pods: 4', without: [], answer: 'holds' },
  { has: 'pods: 3', without: [{ workload: 'web-v1', pods: 1 }], answer: 'holds, but' },
  { has: 'cpu: 400m', without: [], answer: 'holds' },
  { has: 'cpu: 250m', without: [{ workload: 'web-v1', pods: 2 }], answer: 'holds, but' },
  { has: 'memory: 128Mi', without: [{ workload: 'web-v1', pods: 3 }], answer: 'holds, but' },
])('with one node of $has: $answer', async ({ has, without, answer }) => {
  const scenario = await smallScenario(
    `duration: 10s
app: later-app.yaml
focus: web
traffic: [{ name: inside, from: curl-v1, host: web, port: 9080, path: /, arrivals: poisson, rps: 5 }]`,
    {
      'mesh.yaml': [node(has), service('web'), deployment('curl', 'v1', 1), deployment('web', 'v1', 3)].join(
        '',
      ),
      'later-app.yaml':
        'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }',
    },
  );
  const { crowding = [], diagnosis } = runOnce(scenario).record;
  expect(crowding).toEqual(without);
  expect(diagnosis!.answer).toBe(answer);
  expect(diagnosis!.findings.filter(({ code }) => code === 'no-room-at-start')).toHaveLength(
    without.length === 0 ? 0 : 1,
  );
});
