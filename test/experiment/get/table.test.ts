import { expect, test } from 'vitest';
import { getAt, type Wanted } from '../../../src/experiment/get/get.ts';
import { worldAt } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { bookinfo, deployment } from '../../support/world.ts';

const single = deployment('batch', 'v1', 3).replace('kind: Deployment', 'kind: ReplicaSet');

const scenario = (): Promise<Scenario> =>
  smallScenario(
    `
seed: 7
duration: 2m
controlPlane: { preset: 'off' }
timeline: [{ at: 10s, scale: { workload: reviews-v1, replicas: 4 } }]
traffic: [{ name: users, arrivals: constant, rps: 1 }]
`,
    { 'mesh.yaml': bookinfo + single },
  );

/** The words of each line of the table. */
async function linesOf(kind: Wanted['kind'], name: string, atSeconds: number): Promise<string[][]> {
  const got = getAt(worldAt(await scenario(), atSeconds * 1e6), { kind, name, namespace: undefined });
  if ('notFound' in got) return [[got.notFound]];
  return got
    .table()
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}

test('a Deployment shows how many pods are ready of those that it wants', async () => {
  expect(await linesOf('Deployment', 'reviews-v1', 5)).toEqual([
    ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'],
    ['reviews-v1', '1/1', '1', '1', '5s'],
  ]);
  expect((await linesOf('Deployment', 'reviews-v1', 10.001))[1]!.slice(0, 2)).toEqual(['reviews-v1', '1/4']);
  expect((await linesOf('Deployment', 'reviews-v1', 100))[1]!.slice(0, 4)).toEqual([
    'reviews-v1',
    '4/4',
    '4',
    '4',
  ]);
});

test('a ReplicaSet of its own shows those that it wants, has and has ready', async () => {
  expect(await linesOf('ReplicaSet', 'batch-v1', 5)).toEqual([
    ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE'],
    ['batch-v1', '3', '3', '3', '5s'],
  ]);
});

test('what is not there is not found, in the words of the API server', async () => {
  expect(await linesOf('Deployment', 'nobody', 5)).toEqual([
    [expect.stringMatching(/"nobody" not found at 5s$/) as unknown as string],
  ]);
});

test('nodes are those of the settings and of the manifests, with what is done to them', async () => {
  const kept = (kind: string): string =>
    deployment('data', kind.toLowerCase(), 2).replace('kind: Deployment', `kind: ${kind}`);
  const own = await smallScenario(
    `
seed: 7
duration: 2m
controlPlane: { preset: 'off' }
kubernetes: { nodes: [{ name: a, count: 2, zone: za }] }
timeline: [{ at: 10s, drain: { node: a-2 } }]
traffic: [{ name: users, arrivals: constant, rps: 1 }]
`,
    {
      'mesh.yaml': `${bookinfo}
---
{ apiVersion: v1, kind: Node, metadata: { name: b, labels: { topology.kubernetes.io/zone: zb } } }
---
${kept('StatefulSet')}${kept('DaemonSet').replace('replicas: 2', '')}`,
    },
  );
  const tableOf = (kind: Wanted['kind'], name?: string): string[][] => {
    const got = getAt(worldAt(own, 60e6), { kind, name, namespace: undefined });
    if ('notFound' in got) return [[got.notFound]];
    return got
      .table()
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
  };
  expect(tableOf('Node')).toEqual([
    ['NAME', 'STATUS', 'ZONE'],
    ['a-1', 'Ready', 'za'],
    ['a-2', 'Ready,SchedulingDisabled', 'za'],
    ['b', 'Ready', 'zb'],
  ]);
  expect(tableOf('Node', 'c')).toEqual([['node "c" not found at 1m']]);
  expect(tableOf('StatefulSet')[1]).toEqual(['data-statefulset', '2/2', '1m']);
  expect(tableOf('DaemonSet')[1]).toEqual(['data-daemonset', '3', '3', '3', '3', '3', '1m']);
});

// pkg/printers/internalversion/printers.go, printPod: of all containers of the pod, and for good.
test('a pod shows how often its container was started again', async () => {
  const own = await smallScenario(
    `
seed: 7
duration: 2m
controlPlane: { preset: 'off' }
timeline:
  - { at: 10s, crash: { workload: reviews-v1, pods: 1 } }
  - { at: 20s, crash: { workload: reviews-v1, pods: 1 } }
traffic: [{ name: users, arrivals: constant, rps: 1 }]
`,
    { 'mesh.yaml': bookinfo },
  );
  const restarts = (atSeconds: number): string[] => {
    const got = getAt(worldAt(own, atSeconds * 1e6), { kind: 'Pod', name: undefined, namespace: undefined });
    if ('notFound' in got) throw new Error(got.notFound);
    const [head, ...pods] = got
      .table()
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s\s+/));
    const place = head!.indexOf('RESTARTS');
    return pods.filter(([name]) => /^(reviews-v1|ratings)/.test(name!)).map((pod) => pod[place]!);
  };
  expect([5, 15, 25, 100].map(restarts)).toEqual([
    ['0', '0'],
    ['0', '1'],
    ['0', '2'],
    ['0', '2'],
  ]);
});
