import { expect, test } from 'vitest';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

/** CPU in seconds that the application and the sidecar of the first pod have used at 20 s: 100m and 50m while they run. */
function used(timeline: readonly { readonly atUs: number; readonly action: TimelineAction }[]) {
  const world = makeWorld({
    app: {
      name: 'back',
      workloads: [
        { name: 'back', match: {}, cpuUs: 0, idleCpuMilli: 100, concurrency: Infinity, script: [] },
      ],
    },
    focus: 'back',
    manifests: resources(service('back'), deployment('back', 'v1')),
    timeline: timeline.map(({ atUs, action }) => ({ atUs, ...action })),
    proxy: {
      concurrency: 1,
      selector: 'independent',
      alwaysEjectOneHost: false,
      cpuPerRequestUs: 0,
      idleCpuMilli: 50,
    },
  });
  world.runUntil(20e6);
  const seconds = (us: number): number => Number((us / 1e6).toFixed(6));
  return [seconds(world.stations.usedUs(0, 20e6)), seconds(world.stations.sidecarUsedUs(0, 20e6))];
}

test.each([
  { timeline: [], app: 2, sidecar: 1, because: 'both run' },
  {
    timeline: [
      { atUs: 5e6, action: { verb: 'crash' as const, workload: 'back-v1', pods: 1, silently: false } },
    ],
    app: 1.9,
    sidecar: 1,
    because: 'the kubelet starts a dead application after 1 s, and its sidecar goes on meanwhile',
  },
  {
    timeline: [
      { atUs: 5e6, action: { verb: 'kill' as const, workload: 'back-v1', pods: 1, silently: false } },
    ],
    app: 0.5,
    sidecar: 0.25,
    because: 'the pod is gone',
  },
])('what only runs uses CPU as long as it runs: $because', ({ timeline, app, sidecar }) => {
  expect(used(timeline)).toEqual([app, sidecar]);
});
