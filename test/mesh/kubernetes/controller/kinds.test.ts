import { describe, expect, test } from 'vitest';
import type { TimelineAction } from '../../../../src/mesh/timeline/index.ts';
import type { World } from '../../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../../support/world.ts';

const node = (name: string): string =>
  `{ apiVersion: v1, kind: Node, metadata: { name: ${name}, labels: { topology.kubernetes.io/zone: ${name} } } }`;
const ofKind = (kind: string, version = 'v1', replicas = 3, more = ''): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: back }
spec:
  ${kind === 'DaemonSet' ? '' : `replicas: ${replicas}`}
  ${more}
  selector: { matchLabels: { app: back } }
  template:
    metadata: { labels: { app: back, version: ${version} } }
    spec: { terminationGracePeriodSeconds: 5, containers: [{ name: back, image: none }] }
---`;
const bare = `
apiVersion: v1
kind: Pod
metadata: { name: solo, labels: { app: back } }
spec: { containers: [{ name: back, image: none }] }
---`;

interface Told {
  readonly world: World;
  /** "ready back-0", in the order of time. */
  readonly lines: string[];
}

function play(
  texts: readonly string[],
  timeline: readonly (readonly [seconds: number, action: TimelineAction])[] = [],
): Told {
  const lines: string[] = [];
  const world: World = makeWorld(
    {
      focus: 'back',
      manifests: resources(service('back'), ...texts),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
    },
    { podChanged: (row, what) => void lines.push(`${what} ${world.pods[row]!.name}`) },
  );
  return { world, lines };
}

const apply = (...texts: string[]): TimelineAction => ({ verb: 'apply', resources: resources(...texts) });
/** Names and versions of the pods that run and are not on their way out. */
const running = ({ world }: Told): string[] =>
  world.workloads.lives.flatMap(({ pod, phase, deletedUs }) =>
    phase === 'Running' && Number.isNaN(deletedUs)
      ? [`${pod.name} ${pod.labels['version'] ?? ''}`.trim()]
      : [],
  );

describe('a StatefulSet', () => {
  test('has its pods from the start, by their numbers, and they are endpoints', () => {
    const told = play([ofKind('StatefulSet')]);
    expect(running(told)).toEqual(['back-0 v1', 'back-1 v1', 'back-2 v1']);
    expect(told.world.state.endpoints.ready).toHaveLength(3);
  });

  // pkg/controller/statefulset/stateful_set_utils.go, updateIdentity.
  test('labels each of its pods with its name and its number, from its first number on, and one can ask for it', () => {
    const { world } = play([ofKind('StatefulSet', 'v1', 2, 'ordinals: { start: 3 }')]);
    const having = (key: string, value: string): number[] => [
      ...world.state.endpoints.of('default', { app: 'back', [key]: value }),
    ];
    expect(having('statefulset.kubernetes.io/pod-name', 'back-3')).toEqual([0]);
    expect(having('apps.kubernetes.io/pod-index', '4')).toEqual([1]);
    expect(having('apps.kubernetes.io/pod-index', '0')).toEqual([]);
  });

  test('grows and shrinks one by one, in the order of its numbers', () => {
    const told = play(
      [ofKind('StatefulSet', 'v1', 1)],
      [
        [1, { verb: 'scale', workload: 'back', replicas: 3 }],
        [30, { verb: 'scale', workload: 'back', replicas: 1 }],
      ],
    );
    told.world.runUntil(60e6);
    const order = told.lines.filter((line) => /^(created|ready|terminating|gone)/.test(line));
    expect(order).toEqual([
      'created back-1',
      'ready back-1',
      'created back-2',
      'ready back-2',
      'terminating back-2',
      'gone back-2',
      'terminating back-1',
      'gone back-1',
    ]);
  });

  test('is restarted from its last pod to its first, each with its name again', () => {
    const told = play([ofKind('StatefulSet')], [[1, { verb: 'restart', workload: 'back' }]]);
    told.world.runUntil(120e6);
    expect(told.lines.filter((line) => /^(terminating|ready)/.test(line))).toEqual(
      [2, 1, 0].flatMap((own) => [`terminating back-${own}`, `ready back-${own}`]),
    );
    expect(running(told)).toHaveLength(3);
  });

  test('keeps the old template below its partition', () => {
    const partition = 'updateStrategy: { rollingUpdate: { partition: 2 } }';
    const told = play(
      [ofKind('StatefulSet', 'v1', 3, partition)],
      [[1, apply(ofKind('StatefulSet', 'v2', 3, partition))]],
    );
    told.world.runUntil(120e6);
    expect(running(told).sort()).toEqual(['back-0 v1', 'back-1 v1', 'back-2 v2']);
  });

  test('does not get a pod back whose node is lost: nobody knows that it is gone', () => {
    const told = play([ofKind('StatefulSet')], [[1, { verb: 'lose', workload: 'back', pods: 1 }]]);
    told.world.runUntil(600e6);
    expect(running(told)).toEqual(['back-1 v1', 'back-2 v1']);
  });
});

describe('a DaemonSet', () => {
  test('has a pod on each node, cordoned or not, and on each that comes', () => {
    const told = play(
      [node('a'), node('b'), ofKind('DaemonSet')],
      [
        [1, { verb: 'cordon' }],
        [2, apply(node('c'))],
      ],
    );
    const nodes = (): string[] => told.world.pods.map((own) => own.labels['kubernetes.io/hostname']!).sort();
    expect(nodes()).toEqual(['a', 'b']);
    told.world.runUntil(30e6);
    expect(nodes()).toEqual(['a', 'b', 'c']);
    expect(running(told)).toHaveLength(3);
  });

  test('gets one pod on each of several nodes that come at once', () => {
    const told = play([node('a'), ofKind('DaemonSet')], [[2, apply(node('b'), node('c'), node('d'))]]);
    told.world.runUntil(30e6);
    expect(told.world.pods.map((own) => own.labels['kubernetes.io/hostname']).sort()).toEqual([...'abcd']);
  });

  test('is updated node by node, and stays when a node is drained', () => {
    const told = play(
      [node('a'), node('b'), ofKind('DaemonSet'), deployment('other', 'v1', 2)],
      [
        [1, { verb: 'drain', node: 'a' }],
        [2, apply(ofKind('DaemonSet', 'v2'))],
      ],
    );
    told.world.runUntil(90e6);
    const own = told.world.workloads.lives.filter(
      ({ pod, deletedUs }) => pod.workload === 'back' && Number.isNaN(deletedUs),
    );
    expect(
      own.map(({ pod }) => `${pod.labels['kubernetes.io/hostname']} ${pod.labels['version']}`).sort(),
    ).toEqual(['a v2', 'b v2']);
    // Never more than one of two is missing.
    const kinds = told.lines
      .filter((line) => /^(terminating|ready) back/.test(line))
      .map((line) => line.split(' ')[0]);
    expect(kinds).toEqual(['terminating', 'ready', 'terminating', 'ready']);
  });
});

describe('a Pod without a controller', () => {
  test('serves as long as it lives, and does not come back', () => {
    const told = play([bare], [[1, { verb: 'kill', workload: 'solo', pods: 1, silently: false }]]);
    expect(running(told)).toEqual(['solo']);
    told.world.runUntil(60e6);
    expect(running(told)).toEqual([]);
    expect(told.world.pods).toHaveLength(1);
  });

  test('comes when it is applied, goes when it is deleted, and may come again', () => {
    const told = play(
      [deployment('other', 'v1')],
      [
        [1, apply(bare)],
        [20, { verb: 'delete', resources: resources(bare) }],
        [60, apply(bare)],
      ],
    );
    const solos = (): string[] => running(told).filter((own) => own === 'solo');
    told.world.runUntil(19e6);
    expect(solos()).toHaveLength(1);
    told.world.runUntil(59e6);
    expect(solos()).toHaveLength(0);
    told.world.runUntil(90e6);
    expect(solos()).toHaveLength(1);
  });

  test('is none of its own where a controller made it: an export has the Deployment, too', () => {
    const owned = bare.replace(
      'labels:',
      'ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: back-v1-x, uid: u }], labels:',
    );
    expect(play([deployment('back', 'v1'), owned]).world.pods).toHaveLength(1);
  });
});

// kubectl's restartedAt is one annotation: a second restart replaces it, and `kubectl apply` leaves it.
test('a Deployment that was restarted twice is not rolled out again by an apply that changes its replicas alone', () => {
  const told = play(
    [ofKind('Deployment')],
    [
      [1, { verb: 'restart', workload: 'back' }],
      [100, { verb: 'restart', workload: 'back' }],
      [200, apply(ofKind('Deployment', 'v1', 4))],
    ],
  );
  told.world.runUntil(199e6);
  const before = told.lines.length;
  told.world.runUntil(300e6);
  const after = told.lines.slice(before).map((line) => line.split(' ')[0]);
  expect(after.filter((what) => what === 'created')).toHaveLength(1);
  expect(after).not.toContain('terminating');
});
