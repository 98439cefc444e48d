import { expect, describe, test } from 'vitest';
import { podReady, podStatus, targetsText } from '../../../src/experiment/get/live.ts';
import type { Sync } from '../../../src/mesh/kubernetes/autoscalers.ts';
import type { MetricSpec } from '../../../src/mesh/kubernetes/hpa/spec.ts';
import type { PodLife } from '../../../src/mesh/kubernetes/pod-life.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

describe('STATUS and READY of a pod', () => {
  const life = (timeline: readonly (readonly [number, TimelineAction])[], until: number): PodLife => {
    const world: World = makeWorld({
      manifests: resources(service('reviews'), deployment('reviews', 'v1')),
      timeline: timeline.map(([at, action]) => ({ atUs: at * 1e6, ...action })),
    });
    world.runUntil(until * 1e6);
    return world.workloads.lives.at(-1)!;
  };
  const crash: TimelineAction = { verb: 'crash', workload: 'reviews-v1', pods: 1, silently: false };
  const scale = (replicas: number): TimelineAction => ({ verb: 'scale', workload: 'reviews-v1', replicas });

  test.each([
    { what: [], until: 1, status: 'Running', ready: '2/2' },
    { what: [[1, crash]], until: 1.5, status: 'Error', ready: '1/2' },
    { what: [[1, crash]], until: 5, status: 'Running', ready: '2/2' },
    {
      what: [
        [1, crash],
        [5, crash],
      ],
      until: 9,
      status: 'CrashLoopBackOff',
      ready: '1/2',
    },
    { what: [[1, scale(0)]], until: 2, status: 'Terminating', ready: '2/2' },
    {
      what: [
        [1, { verb: 'cordon' }],
        [2, scale(2)],
      ],
      until: 9,
      status: 'Pending',
      ready: '0/2',
    },
    { what: [[2, scale(2)]], until: 3.2, status: 'ContainerCreating', ready: '0/2' },
  ] as const)('$what by $until s: $status $ready', ({ what, until, status, ready }) => {
    const own = life(what, until);
    expect([podStatus(own), podReady(own)]).toEqual([status, ready]);
  });
});

describe('TARGETS of an autoscaler', () => {
  const cpu: MetricSpec = {
    type: 'Resource',
    name: 'cpu',
    target: { type: 'Utilization', averageUtilization: 70 },
  };
  const pods: MetricSpec = {
    type: 'Pods',
    metric: { name: 'requests_per_second' },
    target: { type: 'AverageValue', averageValueMilli: 30_000 },
  };
  const external: MetricSpec = {
    type: 'External',
    metric: { name: 'queue' },
    target: { type: 'AverageValue', averageValueMilli: 1500 },
  };
  const read = (...currentMetrics: object[]): Sync => ({ output: { currentMetrics } }) as unknown as Sync;

  test.each([
    { metrics: [cpu], sync: undefined, text: 'cpu: <unknown>/70%' },
    { metrics: [cpu], sync: read({ averageUtilization: 83 }), text: 'cpu: 83%/70%' },
    { metrics: [pods], sync: read({ averageValueMilli: 30_500 }), text: '30500m/30' },
    { metrics: [external], sync: read({ averageValueMilli: 2000 }), text: '2/1500m (avg)' },
    {
      metrics: [cpu, pods, external],
      sync: read({}, {}, {}),
      text: 'cpu: <unknown>/70%, <unknown>/30 + 1 more...',
    },
  ])('$text', ({ metrics, sync, text }) => {
    expect(targetsText(metrics, sync)).toBe(text);
  });
});
