import { expect, test } from 'vitest';
import { controlPlanePresets } from '../../../src/mesh/istiod/control-plane.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { bookinfo, makeWorld, resources, service, split, subsets } from '../../support/world.ts';

/** Bookinfo with four pages, all of whose proxies know v1 alone until 1 s. */
function play(timeline: readonly (readonly [seconds: number, action: TimelineAction])[]): World {
  const productpage = /kind: Deployment\nmetadata: \{ name: productpage-v1 \}\nspec:\n {2}replicas: 1/;
  return makeWorld({
    manifests: resources(
      bookinfo.replace(productpage, (text) => text.replace('replicas: 1', 'replicas: 4')),
      subsets('reviews', 'v1', 'v3'),
      split('reviews', { v1: 100 }),
    ),
    timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
    controlPlane: controlPlanePresets.small,
  });
}

const apply = (v3: number): TimelineAction => ({
  verb: 'apply',
  resources: resources(split('reviews', { v1: 100 - v3, v3 })),
});

/** Snapshots by which the pages' proxies route. */
const held = ({ proxies }: World): number[] =>
  proxies.places.flatMap(({ workload }, proxy) =>
    workload === 'productpage-v1' ? [proxies.heldSnapshot(proxy)] : [],
  );

test('of four proxies two get no pushes, for as long as that lasts, and then the latest', () => {
  const world = play([
    [1, { verb: 'stale', workload: 'productpage-v1', pods: 2, for: 10e6 }],
    [2, apply(50)],
    [5, apply(100)],
  ]);
  world.runUntil(4e6);
  expect(held(world)).toEqual([0, 0, 1, 1]);
  world.runUntil(10.9e6);
  expect(held(world)).toEqual([0, 0, 2, 2]);
  world.runUntil(12e6);
  expect(held(world)).toEqual([2, 2, 2, 2]);
});

test('a push on its way is lost with the stream, and without an end no other comes', () => {
  const world = play([
    [1, apply(50)],
    // The debounce takes 0.1 s alone.
    [1.05, { verb: 'stale', workload: 'productpage-v1', pods: 1, for: undefined }],
    [20, apply(100)],
  ]);
  world.runUntil(60e6);
  expect(held(world)).toEqual([0, 2, 2, 2]);
});

test('who is stale does not hear of new pods either, and its successor hears of everything', () => {
  const stale = { verb: 'stale', pods: 4, for: undefined } as const;
  const world = play([
    [1, { ...stale, workload: 'productpage-v1' }],
    [2, { verb: 'scale', workload: 'reviews-v1', replicas: 2 }],
    [20, { verb: 'restart', workload: 'productpage-v1' }],
  ]);
  const endpoints = (): number[] =>
    world.proxies.places.flatMap(({ workload }, proxy) =>
      workload === 'productpage-v1' && world.proxyOfPod[world.podOfProxy[proxy]!] === proxy
        ? [world.proxies.clusters[proxy]!.snapshot]
        : [],
    );
  world.runUntil(15e6);
  expect(endpoints()).toEqual([0, 0, 0, 0]);
  world.runUntil(60e6);
  expect(
    endpoints()
      .slice(4)
      .every((snapshot) => snapshot > 0),
  ).toBe(true);
  expect(endpoints()).toHaveLength(8);
});

test('the ingress gateway may be stale, too', () => {
  const world = play([
    [1, { verb: 'stale', workload: 'istio-ingressgateway', pods: 1, for: undefined }],
    [2, { verb: 'apply', resources: resources(service('another')) }],
  ]);
  world.runUntil(10e6);
  expect(world.proxies.heldSnapshot(0)).toBe(0);
  expect(held(world)).toEqual([1, 1, 1, 1]);
});
