import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { smallScenario } from '../support/small-scenario.ts';
import { deployment, service } from '../support/world.ts';

const asking = (name: string, limits: string): string =>
  deployment(name, 'v1').replace(
    'image: none',
    `image: none, resources: { requests: { cpu: 500m }${limits} }`,
  );

test('the capacity of a run tells what each pod asks for and may use, and how each metric stands to its target', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 60s
focus: back
controlPlane: { preset: 'off' }
traffic: [{ name: callers, from: client-v1, host: "back:9080", path: /, arrivals: constant, rps: 100 }]
`,
    {
      'mesh.yaml': service('back') + asking('back', ', limits: { cpu: 750m }') + asking('client', ''),
      'scaling.yaml': `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: back }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: back-v1 }
  minReplicas: 1
  maxReplicas: 5
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: 100m } } }]
---`,
    },
  );
  const capacity = runOnce(scenario).record.capacity!;
  expect(capacity.workloads.map((own) => [own.name, own.cpuLimitCores, own.concurrency])).toEqual([
    ['back-v1', 0.75, null],
    ['client-v1', null, null],
  ]);
  const syncs = capacity.autoscalers[0]!.syncs;
  expect(syncs.length).toBeGreaterThan(2);
  // "cpu 0.05 per pod" against 0.1.
  const readings = syncs.map((own) => Number(/^cpu ([\d.]+) per pod$/.exec(own.readings[0]!)?.[1]));
  expect(syncs.map(({ ratio }) => ratio)).toEqual(
    readings.map((cores) => expect.closeTo(cores / 0.1, 6) as number),
  );
  expect(readings.at(-1)).toBeGreaterThan(0);
});
