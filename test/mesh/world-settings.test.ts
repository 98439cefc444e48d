import { expect, test } from 'vitest';
import type { TimelineAction } from '../../src/mesh/timeline/index.ts';
import { startsLike, type WorldSettings } from '../../src/mesh/world-settings.ts';
import {
  bookinfo,
  deployment,
  makeWorld,
  refreshes,
  resources,
  service,
  split,
  subsets,
} from '../support/world.ts';

const settings = (...actions: TimelineAction[]): WorldSettings =>
  ({
    manifests: resources(bookinfo, subsets('reviews', 'v1', 'v2')),
    timeline: actions.map((action, at) => ({ atUs: (at + 1) * 1e6, ...action })),
    traffic: [refreshes(1)],
  }) as unknown as WorldSettings;
const apply = (...texts: string[]): TimelineAction => ({ verb: 'apply', resources: resources(...texts) });
const autoscaler = (metric: string): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: reviews }
spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: reviews-v1 }, metrics: [${metric}] }
---`;
const cpu =
  '{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }';
const rps =
  '{ type: Pods, pods: { metric: { name: requests_per_second }, target: { type: AverageValue, averageValue: 30 } } }';
/** v3 under a name of its own. */
const canary = subsets('reviews', 'canary').replace('version: canary', 'version: v3');
const otherGateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: other }
spec: { selector: { istio: other }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }
---`;

// A run that has come so far may go on in a world of another future only if it would have come there in that future, too.
test.each<{ one: WorldSettings; other: WorldSettings; like: boolean; because: string }>([
  { one: settings(), other: settings(), like: true, because: 'nothing is planned in either' },
  {
    one: settings(apply(split('reviews', { v1: 90, v2: 10 }))),
    other: settings(apply(split('reviews', { v1: 50, v2: 50 }))),
    like: true,
    because: 'weights are known when they come',
  },
  {
    one: settings(),
    other: settings({ verb: 'scale', workload: 'reviews-v1', replicas: 3 }, { verb: 'cordon' }),
    like: true,
    because: 'nobody foresees pods',
  },
  {
    one: settings(),
    other: settings(apply(canary)),
    like: false,
    because: 'a version has the name of its subset from the start',
  },
  {
    one: settings(apply(canary)),
    other: settings({ verb: 'cordon' }, apply(canary)),
    like: true,
    because: 'it is the same version, whenever it comes',
  },
  {
    one: settings(),
    other: settings(apply(deployment('reviews', 'v9'))),
    like: true,
    because: 'pods have the names that their labels say',
  },
  {
    one: settings(),
    other: settings(apply(service('sales'))),
    like: false,
    because: 'a Service has its row from the start',
  },
  {
    one: settings(),
    other: settings(apply(autoscaler(cpu))),
    like: false,
    because: 'metrics are collected from the start where an autoscaler will want them',
  },
  {
    one: settings(apply(autoscaler(cpu))),
    other: settings({ verb: 'cordon' }, apply(autoscaler(cpu))),
    like: true,
    because: 'both will want them',
  },
  {
    one: settings(apply(autoscaler(cpu))),
    other: settings(apply(autoscaler(rps))),
    like: false,
    because: 'only one of them wants counts of requests',
  },
  {
    one: settings(),
    other: {
      ...settings(apply(otherGateway)),
      traffic: [{ ...refreshes(1), gateway: 'other' }],
    },
    like: false,
    because: 'visitors come by another gateway',
  },
])('two futures have one beginning: $like, as $because', ({ one, other, like }) => {
  expect(startsLike(one, other)).toBe(like);
  expect(startsLike(other, one)).toBe(like);
});

test('a world that has come halfway goes on to another future that begins alike as if it had come from the start', () => {
  const [own, other] = [apply(split('reviews', { v1: 100 })), apply(split('reviews', { v2: 100 }))].map(
    (action) => ({
      manifests: resources(bookinfo, subsets('reviews', 'v1', 'v2')),
      traffic: [refreshes(60)],
      timeline: [{ atUs: 30e6, ...action }],
    }),
  );
  const shown = (world: ReturnType<typeof makeWorld>): unknown => [
    world.simulation.events,
    world.pagesAsked,
    world.pods.map((_, pod) => world.stations.usedUs(pod, 60e6)),
  ];
  const whole = makeWorld(other!);
  whole.runUntil(60e6);
  const half = makeWorld(own!);
  half.runUntil(20e6);
  const copy = makeWorld(other!);
  copy.copyFrom(half);
  copy.runUntil(60e6);
  expect(shown(copy)).toEqual(shown(whole));
  half.runUntil(60e6);
  expect(shown(half)).not.toEqual(shown(whole));
});
