import { expect, test } from 'vitest';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

function play(timeline: readonly (readonly [seconds: number, action: TimelineAction])[]): {
  readonly world: World;
  /** Most pods of back at one time, fewest ready ones, and what was printed. */
  readonly seen: { most: number; fewestReady: number; lines: string[] };
} {
  const seen = { most: 0, fewestReady: Infinity, lines: [] as string[] };
  const world: World = makeWorld(
    {
      focus: 'back',
      manifests: resources(service('back'), deployment('back', 'v1', 4)),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
    },
    {
      podChanged: () => {
        const own = world.workloads.lives.filter(({ deletedUs }) => Number.isNaN(deletedUs));
        seen.most = Math.max(seen.most, own.length);
        seen.fewestReady = Math.min(seen.fewestReady, own.filter(({ ready }) => ready).length);
      },
      manifestsChanged: (_entry, lines) => void seen.lines.push(...lines),
    },
  );
  return { world, seen };
}

/** Pods that are there, by the order in which they were made. */
const there = ({ workloads }: World): number[] =>
  workloads.lives.flatMap(({ deletedUs }, row) => (Number.isNaN(deletedUs) ? [row] : []));

const restart: TimelineAction = { verb: 'restart', workload: 'back-v1' };

test('kubectl rollout restart replaces every pod, never more than the strategy allows at a time', () => {
  const { world, seen } = play([[1, restart]]);
  world.runUntil(60e6);
  // 25 % of 4 each: 1 more, 1 less.
  expect(there(world)).toEqual([4, 5, 6, 7]);
  expect(seen).toMatchObject({ most: 5, fewestReady: 3 });
});

test('applied again, a template is still that of the last restart; restarted again, all pods go again', () => {
  const apply: TimelineAction = { verb: 'apply', resources: resources(deployment('back', 'v1', 4)) };
  const { world } = play([
    [1, restart],
    [60, apply],
    [120, restart],
  ]);
  world.runUntil(119e6);
  expect(there(world)).toEqual([4, 5, 6, 7]);
  world.runUntil(200e6);
  expect(there(world)).toEqual([8, 9, 10, 11]);
});

// kubectl pkg/polymorphichelpers/objectrestarter.go: ReplicaSets have no rollout.
test('a ReplicaSet cannot be restarted, and kubectl says so', () => {
  const lines: string[] = [];
  const set = deployment('back', 'v1', 1).replace('kind: Deployment', 'kind: ReplicaSet');
  makeWorld(
    {
      focus: 'back',
      manifests: resources(service('back'), set),
      timeline: [{ atUs: 1e6, ...restart }],
    },
    { manifestsChanged: (_entry, own) => void lines.push(...own) },
  ).runUntil(2e6);
  expect(lines).toEqual(['error: replicasets.apps "back-v1" restarting is not supported']);
});
