import { expect, test } from 'vitest';
import { controlPlanePresets } from '../../../../src/mesh/istiod/control-plane.ts';
import type { TimelineAction } from '../../../../src/mesh/timeline/index.ts';
import type { Probe } from '../../../../src/mesh/telemetry/probe.ts';
import type { World } from '../../../../src/mesh/world.ts';
import { bookinfo, makeWorld, refreshes, resources, split, subsets } from '../../../support/world.ts';

const node = (name: string, zone: string): string =>
  `{ apiVersion: v1, kind: Node, metadata: { name: ${name}, labels: { topology.kubernetes.io/region: r, topology.kubernetes.io/zone: ${zone} } } }`;
const kept = (kind: string, name: string, version: string): string => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${kind === 'DaemonSet' ? '' : 'replicas: 3'}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}, version: ${version} } }
    spec: { containers: [{ name: a, image: none }] }
---`;
const budget = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: data }
spec: { maxUnavailable: 1, selector: { matchLabels: { app: data } } }
---`;
const apply = (...texts: string[]): TimelineAction => ({ verb: 'apply', resources: resources(...texts) });

const timeline: readonly (readonly [seconds: number, action: TimelineAction])[] = [
  [1, apply(kept('StatefulSet', 'data', 'v2'), kept('DaemonSet', 'agent', 'v2'))],
  [2, { verb: 'stale', workload: 'productpage-v1', pods: 1, for: 20e6 }],
  [3, apply(split('reviews', { v1: 50, v3: 50 }))],
  [4, { verb: 'drain', node: 'a1' }],
  [6, { verb: 'restart', workload: 'reviews-v1' }],
  [9, { verb: 'controlPlane', downFor: 8e6 }],
  [12, apply(split('reviews', { v1: 0, v3: 100 }))],
  [13, { verb: 'scale', workload: 'reviews-v3', replicas: 3 }],
  [30, { verb: 'lose', pods: 1, zone: 'b' }],
];

function worldOf(lines: string[]): World {
  const probe: Partial<Probe> = {
    podChanged: (row, what, nowUs) => void lines.push(`${nowUs} ${row} ${what}`),
    held: (proxy, snapshot, nowUs) => void lines.push(`${nowUs} proxy ${proxy} holds ${snapshot}`),
    answered: (row, nowUs) => void lines.push(`${nowUs} answered ${row}`),
  };
  const text = [
    ...[node('a1', 'a'), node('a2', 'a'), node('b1', 'b')],
    bookinfo,
    subsets('reviews', 'v1', 'v3'),
    split('reviews', { v1: 100 }),
    kept('StatefulSet', 'data', 'v1'),
    kept('DaemonSet', 'agent', 'v1'),
    budget,
  ];
  return makeWorld(
    {
      manifests: resources(...text),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
      controlPlane: controlPlanePresets.small,
      traffic: [refreshes(60)],
    },
    probe,
  );
}

test.each([0.5, 4.5, 7.7, 10, 16.9, 25, 45])(
  'a copy of a run at %s s goes on as the run does: nodes, StatefulSets, DaemonSets, drains, and streams that are lost',
  (seconds) => {
    const [own, copied]: [string[], string[]] = [[], []];
    const world = worldOf(own);
    world.runUntil(seconds * 1e6);
    const copy = worldOf(copied);
    own.length = 0;
    copied.length = 0;
    copy.copyFrom(world);
    for (const each of [copy, world]) each.runUntil(60e6);
    expect(own.length).toBeGreaterThan(20);
    expect(copied).toEqual(own);
  },
);
