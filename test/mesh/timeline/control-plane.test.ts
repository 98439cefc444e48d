import { expect, test } from 'vitest';
import { controlPlanePresets, type ControlPlane } from '../../../src/mesh/istiod/control-plane.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { bookinfo, deployment, makeWorld, resources, split, subsets } from '../../support/world.ts';

interface Told {
  readonly world: World;
  /** When each proxy held a snapshot, in seconds. */
  readonly held: { readonly proxy: number; readonly snapshot: number; readonly at: number }[];
}

function play(
  timeline: readonly (readonly [seconds: number, action: TimelineAction])[],
  controlPlane: ControlPlane = controlPlanePresets.small,
  ...more: readonly string[]
): Told {
  const held: Told['held'] = [];
  const world = makeWorld(
    {
      manifests: resources(bookinfo, subsets('reviews', 'v1', 'v3'), split('reviews', { v1: 100 }), ...more),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
      controlPlane,
    },
    { held: (proxy, snapshot, nowUs) => held.push({ proxy, snapshot, at: nowUs / 1e6 }) },
  );
  return { world, held };
}

const apply = (v3: number): TimelineAction => ({
  verb: 'apply',
  resources: resources(split('reviews', { v1: 100 - v3, v3 })),
});
const down = (seconds: number): TimelineAction => ({ verb: 'controlPlane', downFor: seconds * 1e6 });

test('nothing is pushed while istiod is down; then one push has all that changed, and each proxy gets it in its own time', () => {
  const { world, held } = play([
    [1, down(60)],
    [10, apply(50)],
    [20, apply(100)],
  ]);
  world.runUntil(61e6);
  expect(held).toEqual([]);
  world.runUntil(120e6);
  const proxies = world.proxies.places.length;
  expect(held.map(({ snapshot }) => snapshot)).toEqual(Array.from({ length: proxies }, () => 1));
  // No proxy waits longer than its last back-off, 30 s, and the way from istiod; hardly two of seven wait alike.
  const times = held.map(({ at }) => at);
  expect(Math.min(...times)).toBeGreaterThan(61);
  expect(Math.max(...times)).toBeLessThan(92);
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(1);
});

test('what istiod was about to send is lost with it, and told by the next one', () => {
  const { world, held } = play([
    [1, apply(50)],
    // The debounce of 0.1 s is not over.
    [1.05, down(5)],
  ]);
  world.runUntil(6e6);
  expect(held).toEqual([]);
  world.runUntil(40e6);
  expect(new Set(held.map(({ snapshot }) => snapshot))).toEqual(new Set([1]));
  expect(held).toHaveLength(world.proxies.places.length);
});

test('and so is what it was at sending, even where that would have taken longer than it was gone', () => {
  const { world, held } = play(
    [
      [1, apply(50)],
      [2, down(1)],
    ],
    { ...controlPlanePresets.off, send: { dist: 'constant', value: 30e6 } },
  );
  world.runUntil(32e6);
  expect(held).toEqual([]);
  world.runUntil(100e6);
  const proxies = world.proxies.places.length;
  expect(held.map(({ snapshot }) => snapshot)).toEqual(Array.from({ length: proxies }, () => 1));
});

test('a container that dies meanwhile is run again at once: its sidecar lives on with what it was told', () => {
  const { world } = play([
    [1, down(60)],
    [2, { verb: 'crash', workload: 'reviews-v1', pods: 1, silently: false }],
  ]);
  const one = world.workloads.lives.find(({ pod }) => pod.workload === 'reviews-v1')!;
  world.runUntil(3e6);
  expect(one.restarts).toBe(1);
  world.runUntil(30e6);
  expect(one).toMatchObject({ phase: 'Running', isDown: false });
});

test('new pods wait for it with their sidecars', () => {
  const { world } = play([
    [1, down(60)],
    [2, { verb: 'scale', workload: 'reviews-v1', replicas: 3 }],
  ]);
  const running = (): number =>
    world.workloads.lives.filter(({ pod, phase }) => pod.workload === 'reviews-v1' && phase === 'Running')
      .length;
  world.runUntil(60.9e6);
  expect(running()).toBe(1);
  world.runUntil(61.1e6);
  expect(running()).toBe(3);
});

test('and new pods without one do not', () => {
  const { world } = play(
    [
      [1, down(60)],
      [2, { verb: 'scale', workload: 'batch-v1', replicas: 3 }],
    ],
    controlPlanePresets.small,
    deployment('batch', 'v1', 1, false),
  );
  world.runUntil(30e6);
  const batch = world.workloads.lives.filter(({ pod }) => pod.workload === 'batch-v1');
  expect(batch.map(({ phase }) => phase)).toEqual(['Running', 'Running', 'Running']);
});

test('where a control plane takes no time, proxies are told the moment it is back', () => {
  const { world, held } = play(
    [
      [1, down(5)],
      [2, apply(50)],
    ],
    controlPlanePresets.off,
  );
  world.runUntil(10e6);
  expect(new Set(held.map(({ at }) => at))).toEqual(new Set([6]));
});

test('a second outage within the first lasts as long as the longer', () => {
  const { world, held } = play(
    [
      [1, down(10)],
      [2, apply(50)],
      [3, down(2)],
    ],
    controlPlanePresets.off,
  );
  world.runUntil(20e6);
  expect(new Set(held.map(({ at }) => at))).toEqual(new Set([11]));
});
