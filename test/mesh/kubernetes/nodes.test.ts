import { describe, expect, test } from 'vitest';
import { kubernetesDefaults, type KubernetesSettings } from '../../../src/mesh/kubernetes/settings.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

const node = (name: string, zone: string, more = ''): string =>
  `{ apiVersion: v1, kind: Node, metadata: { name: ${name}, labels: { topology.kubernetes.io/region: r1, topology.kubernetes.io/zone: ${zone}, disk: ${name} } } ${more} }`;
const nodes = [node('a1', 'a'), node('a2', 'a'), node('b1', 'b')];

const seconds = (value: number) => ({ dist: 'constant' as const, value: value * 1e6 });
const kubernetes: KubernetesSettings = {
  ...kubernetesDefaults,
  create: seconds(0.1),
  schedule: seconds(0.1),
  start: seconds(1),
  endpoint: seconds(0.2),
  kubeProxy: seconds(0.5),
};

function play(
  texts: readonly string[],
  timeline: readonly (readonly [seconds: number, action: TimelineAction])[] = [],
  seen: { lines: string[] } = { lines: [] },
): World {
  return makeWorld(
    {
      focus: 'back',
      manifests: resources(service('back'), ...texts),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
      kubernetes,
    },
    { manifestsChanged: (_entry, lines) => void seen.lines.push(...lines) },
  );
}

/** How many pods that are there, and not on their way out, each node has. */
function perNode({ workloads }: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { pod, phase, deletedUs } of workloads.lives) {
    const name = pod.labels['kubernetes.io/hostname'];
    if (name !== undefined && phase === 'Running' && Number.isNaN(deletedUs))
      counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

describe('pods on nodes', () => {
  test('are spread over zones, then over nodes, and bear the labels of where they run', () => {
    const world = play([...nodes, deployment('back', 'v1', 4)]);
    expect(perNode(world)).toEqual({ a1: 1, a2: 1, b1: 2 });
    expect(world.pods[0]!.labels).toMatchObject({
      app: 'back',
      'topology.kubernetes.io/region': 'r1',
      'topology.kubernetes.io/zone': 'a',
      'kubernetes.io/hostname': 'a1',
    });
    expect(world.pods[0]!.labels).not.toHaveProperty('disk');
  });

  test('run where their nodeSelector or their nodeName says, or wait', () => {
    const chosen = (extra: string): string =>
      deployment('back', 'v1', 2).replace('spec: { containers', `spec: { ${extra}, containers`);
    expect(perNode(play([...nodes, chosen('nodeSelector: { disk: a2 }')]))).toEqual({ a2: 2 });
    expect(perNode(play([...nodes, chosen('nodeName: b1')]))).toEqual({ b1: 2 });
    const world = play(
      [...nodes, chosen('nodeSelector: { disk: none }')],
      [[1, { verb: 'scale', workload: 'back-v1', replicas: 3 }]],
    );
    world.runUntil(60e6);
    expect(world.workloads.lives[2]).toMatchObject({ phase: 'Pending', hasRoom: false });
  });

  test.each([
    { more: ', spec: { unschedulable: true }', running: { a1: 2 }, because: 'it is cordoned' },
    { more: '', running: { a1: 2, c1: 2 }, because: 'there is room at last' },
  ])(
    'that wait for a node come to it when it is applied, or go on waiting: $because',
    ({ more, running }) => {
      const chosen = deployment('back', 'v1', 2).replace(
        'spec: { containers',
        'spec: { nodeSelector: { disk: c1 }, containers',
      );
      const world = play(
        [...nodes, chosen],
        [
          [1, { verb: 'scale', workload: 'back-v1', replicas: 4 }],
          [10, { verb: 'apply', file: 'c1.yaml', resources: resources(node('c1', 'a', more)) }],
        ],
      );
      // The two that are there at the start run somewhere.
      world.runUntil(9e6);
      expect(perNode(world)).toEqual({ a1: 2 });
      world.runUntil(20e6);
      expect(perNode(world)).toEqual(running);
    },
  );

  test('wait where no node has the CPU that they ask for, though all together have', () => {
    const small = ['a1', 'b1'].map((name) => node(name, 'a', ', status: { allocatable: { cpu: 500m } }'));
    const asking = deployment('back', 'v1', 1, false).replace(
      'image: none',
      'image: none, resources: { requests: { cpu: 300m } }',
    );
    const world = play([...small, asking], [[1, { verb: 'scale', workload: 'back-v1', replicas: 3 }]]);
    world.runUntil(60e6);
    expect(perNode(world)).toEqual({ a1: 1, b1: 1 });
    expect(world.workloads.lives.filter(({ phase }) => phase === 'Pending')).toHaveLength(1);
  });

  // plugins/noderesources/fit.go: "Too many pods", "Insufficient memory"; of an init container the most counts, not the sum.
  test.each([
    { has: 'pods: 2', pod: '', because: 'there are too many pods' },
    {
      has: 'memory: 1Gi',
      pod: 'resources: { requests: { memory: 400Mi } }',
      because: 'they ask for memory',
    },
    { has: 'memory: 1Gi', pod: 'resources: { limits: { memory: 400Mi } }', because: 'a limit is a request' },
    {
      has: 'memory: 1Gi, cpu: 1',
      pod: 'resources: { requests: { memory: 100Mi } } }], initContainers: [{ name: init, image: none, resources: { requests: { cpu: 400m } }',
      because: 'an init container asks for more than all others',
    },
  ])('wait where a node with $has has two of them: $because', ({ has, pod }) => {
    const asking = deployment('back', 'v1', 1, false).replace(
      'image: none',
      `image: none${pod === '' ? '' : `, ${pod}`}`,
    );
    const own = node('a1', 'a', `, status: { allocatable: { ${has} } }`);
    const world = play([own, asking], [[1, { verb: 'scale', workload: 'back-v1', replicas: 3 }]]);
    world.runUntil(60e6);
    expect(perNode(world)).toEqual({ a1: 2 });
    expect(world.workloads.lives.filter(({ phase }) => phase === 'Pending')).toHaveLength(1);
  });

  // kubernetes.io, Taints and Tolerations.
  test.each([
    { taint: '{ key: a, value: b, effect: NoSchedule }', tolerations: '', running: { b1: 3 } },
    { taint: '{ key: a, effect: NoExecute }', tolerations: '', running: { b1: 3 } },
    { taint: '{ key: a, effect: PreferNoSchedule }', tolerations: '', running: { b1: 3 } },
    {
      taint: '{ key: a, value: b, effect: NoSchedule }',
      tolerations: '{ key: a, operator: Equal, value: c }',
      running: { b1: 3 },
    },
    {
      taint: '{ key: a, value: b, effect: NoSchedule }',
      tolerations: '{ key: a, operator: Exists, effect: NoExecute }',
      running: { b1: 3 },
    },
    {
      taint: '{ key: a, value: b, effect: NoSchedule }',
      tolerations: '{ key: a, operator: Equal, value: b }',
      running: { a1: 2, b1: 1 },
    },
    {
      taint: '{ key: a, value: b, effect: NoSchedule }',
      tolerations: '{ operator: Exists }',
      running: { a1: 2, b1: 1 },
    },
    // The taint of a cordon says what the cordon says.
    {
      taint: '{ key: node.kubernetes.io/unschedulable, effect: NoSchedule }',
      tolerations: '',
      running: { a1: 2, b1: 1 },
    },
  ])(
    'that put up with [$tolerations] and meet $taint on a1 run on $running',
    ({ taint, tolerations, running }) => {
      const own = deployment('back', 'v1', 3).replace(
        'spec: { containers',
        `spec: { tolerations: [${tolerations}], containers`,
      );
      expect(
        perNode(play([node('a1', 'a', `, spec: { taints: [${taint}] }`), node('b1', 'b'), own])),
      ).toEqual(running);
    },
  );

  test('come when another has gone, as a place is free', () => {
    const own = node('a1', 'a', ', status: { allocatable: { pods: 2 } }');
    const world = play(
      [own, deployment('back', 'v1', 2)],
      [
        [1, { verb: 'scale', workload: 'back-v1', replicas: 3 }],
        [60, { verb: 'kill', workload: 'back-v1', pods: 1, silently: false }],
      ],
    );
    world.runUntil(120e6);
    expect(perNode(world)).toEqual({ a1: 2 });
  });
});

describe('a node that is drained', () => {
  test('loses its pods with their grace, and takes none of those that come in their place', () => {
    const seen = { lines: [] as string[] };
    const world = play([...nodes, deployment('back', 'v1', 4)], [[1, { verb: 'drain', node: 'b1' }]], seen);
    world.runUntil(60e6);
    expect(perNode(world)).toEqual({ a1: 2, a2: 2 });
    expect(seen.lines[0]).toBe('node/b1 cordoned');
    expect(seen.lines.slice(1).every((line) => /^evicting pod default\/back-v1-/.test(line))).toBe(true);
    expect(seen.lines).toHaveLength(3);
  });

  // eviction.go, and kubectl's evictPods, which asks again after 5 s.
  test('waits for its PodDisruptionBudget: one pod goes at a time, the next when another is ready in its place', () => {
    const budget = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: back }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: back } } }`;
    let fewest = Infinity;
    const world: World = makeWorld(
      {
        focus: 'back',
        manifests: resources(service('back'), ...nodes, deployment('back', 'v1', 6), budget),
        timeline: [{ atUs: 1e6, verb: 'drain', node: 'b1' }],
        kubernetes,
      },
      {
        podChanged: () => {
          const ready = world.workloads.lives.filter(
            (own) => own.ready && Number.isNaN(own.deletedUs),
          ).length;
          fewest = Math.min(fewest, ready);
        },
      },
    );
    // Three pods: at 1 s, and at 6 s and 11 s, when what came for the one before has long been ready.
    const leaving = (): number => world.workloads.lives.filter((own) => !Number.isNaN(own.deletedUs)).length;
    const steps = [1.5, 5.9, 6.5, 10.9, 11.5].map((at) => {
      world.runUntil(at * 1e6);
      return leaving();
    });
    expect(steps).toEqual([1, 1, 2, 2, 3]);
    expect(fewest).toBe(5);
    expect(perNode(world).b1).toBeUndefined();
  });

  // apimachinery labels, Requirement.Matches: a label that is not there is in no list; eviction.go: "more than one PodDisruptionBudget".
  test.each([
    { selectors: ['matchExpressions: [{ key: app, operator: In, values: [back] }]'], stay: true },
    { selectors: ['matchExpressions: [{ key: app, operator: NotIn, values: [back] }]'], stay: false },
    { selectors: ['matchExpressions: [{ key: tier, operator: NotIn, values: [back] }]'], stay: true },
    { selectors: ['matchExpressions: [{ key: app, operator: Exists }]'], stay: true },
    { selectors: ['matchExpressions: [{ key: tier, operator: DoesNotExist }]'], stay: true },
    {
      selectors: ['matchLabels: { app: back }, matchExpressions: [{ key: tier, operator: Exists }]'],
      stay: false,
    },
    { selectors: ['matchLabels: { app: back }'], most: '100%', stay: false },
    { selectors: ['matchLabels: { app: back }', 'matchLabels: { version: v1 }'], most: '100%', stay: true },
  ])('keeps the pods that $selectors of a budget find: $stay', ({ selectors, most, stay }) => {
    const budgets = selectors.map(
      (own, index) => `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: back-${index} }
spec: { maxUnavailable: ${most ?? 0}, selector: { ${own} } }`,
    );
    const world = play(
      [...nodes, deployment('back', 'v1', 4), ...budgets],
      [[1, { verb: 'drain', node: 'b1' }]],
    );
    world.runUntil(60e6);
    expect(perNode(world).b1).toBe(stay ? 2 : undefined);
  });

  test('takes pods again when it is uncordoned', () => {
    const world = play(
      [...nodes, deployment('back', 'v1', 3)],
      [
        [1, { verb: 'cordon', node: 'b1' }],
        [2, { verb: 'scale', workload: 'back-v1', replicas: 6 }],
        [30, { verb: 'uncordon', node: 'b1' }],
        [31, { verb: 'scale', workload: 'back-v1', replicas: 8 }],
      ],
    );
    world.runUntil(29e6);
    expect(perNode(world)).toEqual({ a1: 3, a2: 2, b1: 1 });
    world.runUntil(60e6);
    expect(perNode(world)).toEqual({ a1: 3, a2: 2, b1: 3 });
  });
});

test('a zone that is lost takes all its pods along, of which nobody hears for 50 s, and they come elsewhere after 350 s', () => {
  const world = play([...nodes, deployment('back', 'v1', 4)], [[1, { verb: 'lose', pods: 1, zone: 'b' }]]);
  world.runUntil(50e6);
  expect(world.state.endpoints.ready).toHaveLength(4);
  world.runUntil(52e6);
  expect(world.state.endpoints.ready).toHaveLength(2);
  world.runUntil(360e6);
  expect(perNode(world)).toEqual({ a1: 2, a2: 2 });
});

// pilot/pkg/model/service.go, ForcesSupportUnhealthyEndpoints: one of two pods of the zone is not ready, 1.4 x 50 % = 70.
test('half of a zone that is not ready sends 30 % on to the next, under trafficDistribution', () => {
  const near = service('back').replace('spec: {', 'spec: { trafficDistribution: PreferClose,');
  const world = makeWorld({
    focus: 'back',
    manifests: resources(near, ...nodes, deployment('back', 'v1', 4), deployment('client', 'v1', 1)),
    timeline: [{ atUs: 1e6, verb: 'crash', workload: 'back-v1', pods: 1, silently: false }],
    kubernetes: { ...kubernetes, start: seconds(1) },
  });
  const client = world.pods.findIndex((own) => own.workload === 'client-v1');
  const proxy = world.proxyOfPod[client]!;
  const zone = (row: number): string => world.pods[row]!.labels['topology.kubernetes.io/zone']!;
  expect([0, 1, 2, 3, client].map(zone)).toEqual(['a', 'b', 'a', 'b', 'a']);
  const cluster = world.tables.cluster('outbound|9080||back.default.svc.cluster.local');
  const told = () => world.proxies.clusters[proxy]!.endpoints(cluster)!.assignment.priorities;
  expect(told().map((groups) => groups.map((own) => [own.locality, own.pods, own.unready]))).toEqual([
    [['r1/a', [0, 2], 0]],
    [['r1/b', [1, 3], 0]],
  ]);
  // Its endpoint leaves after 0.2 s; the container is back after a second.
  world.runUntil(1.5e6);
  expect(told().map((groups) => groups.map((own) => [own.locality, own.pods, own.unready]))).toEqual([
    [['r1/a', [2], 1]],
    [['r1/b', [1, 3], 0]],
  ]);
  const draws = 20_000;
  let near2 = 0;
  const endpoints = world.proxies.clusters[proxy]!.endpoints(cluster)!;
  const upstream = world.upstreams.of(proxy, endpoints, 1.5e6);
  for (let i = 0; i < draws; i++)
    if (upstream.pick(0, endpoints.assignment, undefined, 0, 1.5e6) === 2) near2 += 1;
  // 4 standard errors of a share of 0.7.
  expect(Math.abs(near2 / draws - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / draws));
});

test('callers without a sidecar are sent to their own node under internalTrafficPolicy Local, and to their zone under trafficDistribution', () => {
  const picked = (field: string): number[] => {
    const near = service('back').replace('spec: {', `spec: { ${field},`);
    const world = makeWorld({
      focus: 'back',
      manifests: resources(
        near,
        ...nodes,
        deployment('back', 'v1', 4),
        deployment('client', 'v1', 1, false).replace(
          'spec: { containers',
          'spec: { nodeName: a1, containers',
        ),
      ),
      traffic: [
        {
          name: 'client',
          kind: 'constant',
          shape: 'steps',
          profile: [{ atUs: 0, rps: 100 }],
          from: 'client-v1',
          request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
        },
      ],
    });
    world.runUntil(1e6);
    const row = world.pods.findIndex((own) => own.workload === 'client-v1');
    return [...world.kubeProxy.routeOf(0, row).pods];
  };
  // Pods 0 to 3 are on a1, b1, a2, b1.
  expect(picked('internalTrafficPolicy: Local')).toEqual([0]);
  expect(picked('trafficDistribution: PreferSameZone')).toEqual([0, 2]);
  expect(picked('internalTrafficPolicy: Cluster')).toEqual([0, 1, 2, 3]);
});
