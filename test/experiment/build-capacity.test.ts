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

test('what a workload asks for and may use is what its last template says', async () => {
  const scenario = await smallScenario(
    `
duration: 60s
focus: back
timeline: [{ at: 10s, apply: more.yaml }, { at: 20s, scale: { workload: back-v1, replicas: 2 } }]
traffic: [{ name: callers, from: client-v1, host: "back:9080", path: /, arrivals: constant, rps: 10 }]
`,
    {
      'mesh.yaml': service('back') + asking('back', ', limits: { cpu: 750m }') + asking('client', ''),
      'more.yaml': asking('back', ', limits: { cpu: 1500m }'),
    },
  );
  const [back] = runOnce(scenario).record.capacity!.workloads;
  expect([back!.name, back!.cpuLimitCores]).toEqual(['back-v1', 1.5]);
});

test('a pod that somebody scales up has its life in the record, step by step, and one that goes has its end', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 120s
focus: back
controlPlane: { preset: 'off' }
timeline: [{ at: 10s, scale: { workload: back-v1, replicas: 2 } }, { at: 60s, scale: { workload: back-v1, replicas: 1 } }]
traffic: [{ name: callers, from: client-v1, host: "back:9080", path: /, arrivals: constant, rps: 10 }]
`,
    { 'mesh.yaml': service('back') + deployment('back', 'v1') + deployment('client', 'v1') },
  );
  const { podEvents } = runOnce(scenario).record.capacity!;
  // The younger of two goes (controller_utils.go, ActivePodsWithRanks).
  expect([...new Set(podEvents.map(({ pod }) => pod))]).toHaveLength(1);
  expect(podEvents.map(({ what }) => what)).toEqual([
    ...['created', 'scheduled', 'containers run', 'ready'],
    ...['terminating', 'gone'],
  ]);
  const at = podEvents.map(({ atSeconds }) => atSeconds);
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(Math.floor(at[0]!)).toBe(10);
  expect(Math.floor(at[4]!)).toBe(60);
});

test('a window ends with the pods that are wanted and those that there are, without those that are gone', async () => {
  const scenario = await smallScenario(
    `
seed: 7
duration: 180s
focus: back
controlPlane: { preset: 'off' }
traffic: [{ name: callers, from: client-v1, host: "back:9080", path: /, arrivals: constant, rps: 1 }]
timeline: [{ at: 20s, scale: { workload: back-v1, replicas: 1 } }]
`,
    { 'mesh.yaml': service('back') + deployment('back', 'v1', 3) + deployment('client', 'v1') },
  );
  const { workloads } = runOnce(scenario).record.capacity!;
  const { windows } = workloads.find((own) => own.name === 'back-v1')!;
  expect([windows[0]!, windows.at(-1)!].map(({ wanted, pods, ready }) => [wanted, pods, ready])).toEqual([
    [3, 3, 3],
    [1, 1, 1],
  ]);
});
