import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import { kubernetesDefaults } from '../../../src/mesh/kubernetes/settings.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, expectNothingLeft, makeWorld, resources, service } from '../../support/world.ts';

/**
 * A client, a front and a back whose pods are scaled, killed, crashed, moved to another template, taken away and brought
 * back at random moments, with an autoscaler that has its own mind. Whatever happens to a pod, every request ends once.
 */
const pods = (
  name: string,
  replicas: number,
  version: string,
  container: string,
  inject: boolean,
): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata:
      labels: { app: ${name}, version: ${version} }
      annotations: { sidecar.istio.io/inject: "${inject}" }
    spec:
      terminationGracePeriodSeconds: 3
      containers: [{ name: ${name}, image: none, resources: { requests: { cpu: 100m }, limits: { cpu: 200m } }, ${container} }]
---`;

const autoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: back }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: back }
  minReplicas: 1
  maxReplicas: 6
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]
---`;

const container = fc.constantFrom(
  '',
  'readinessProbe: { httpGet: { path: /, port: 9080 }, periodSeconds: 1 }',
  'lifecycle: { preStop: { sleep: { seconds: 1 } } }',
);
const workload = fc.constantFrom('front', 'back');
const action = fc.oneof(
  fc.record({ verb: fc.constant('scale' as const), workload, replicas: fc.integer({ min: 0, max: 5 }) }),
  fc.record({
    verb: fc.constantFrom('kill' as const, 'crash' as const),
    workload,
    pods: fc.integer({ min: 1, max: 3 }),
    silently: fc.boolean(),
  }),
  fc.record({ verb: fc.constantFrom('cordon' as const, 'uncordon' as const) }),
  fc.record({ verb: fc.constant('restart' as const), workload }),
  fc.record({
    verb: fc.constant('stale' as const),
    workload,
    pods: fc.integer({ min: 1, max: 3 }),
    for: fc.constantFrom(undefined, 5e6),
  }),
  fc.record({ verb: fc.constant('controlPlane' as const), downFor: fc.integer({ min: 1, max: 10e6 }) }),
  fc.record({
    verb: fc.constantFrom('slow' as const),
    workload,
    factor: fc.constantFrom(1, 4),
  }),
  fc.record({
    verb: fc.constantFrom('apply' as const, 'delete' as const),
    workload,
    replicas: fc.integer({ min: 1, max: 4 }),
    version: fc.constantFrom('v1', 'v2'),
    container,
  }),
  fc.record({ verb: fc.constantFrom('apply' as const, 'delete' as const), hpa: fc.constant(true) }),
);
const setup = fc.record({
  seed: fc.nat(),
  inject: fc.boolean(),
  actions: fc.array(fc.tuple(fc.integer({ min: 1, max: 30_000_000 }), action), {
    minLength: 1,
    maxLength: 12,
  }),
  workMs: fc.constantFrom(5, 800),
  hasTimeout: fc.boolean(),
});
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;
type Drawn = Setup['actions'][number][1];

function actionOf(own: Drawn, inject: boolean): TimelineAction {
  if ('hpa' in own) return { verb: own.verb, resources: resources(autoscaler) };
  if (!('version' in own)) return own;
  return {
    verb: own.verb,
    resources: resources(pods(own.workload, own.replicas, own.version, own.container, inject)),
  };
}

const app = (workMs: number): App => ({
  name: 'small',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 1000,
      concurrency: 4,
      queue: 20,
      boot: { dist: 'uniform', min: 0, max: 3e6 },
      script: [
        { kind: 'cpu', time: { dist: 'exponential', mean: 2000 } },
        { kind: 'work', time: { dist: 'exponential', mean: workMs * 1000 } },
      ],
    },
    {
      name: 'front',
      match: { app: 'front' },
      cpuUs: 0,
      concurrency: Infinity,
      script: [
        {
          kind: 'call',
          host: 'back',
          port: 9080,
          method: 'GET',
          path: '/',
          timeoutUs: 1e6,
          tries: 2,
          onFailure: 'body',
          failureStatus: 500,
          forwards: [],
        },
      ],
    },
  ],
});

const timeout = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back } }], timeout: 0.3s, retries: { attempts: 2, perTryTimeout: 0.1s } }] }
---`;

const traffic: Traffic = {
  name: 'client',
  kind: 'constant',
  shape: 'steps',
  profile: [
    { atUs: 0, rps: 40 },
    { atUs: 35e6, rps: 0 },
  ],
  from: 'client-v1',
  // Nothing else ends a request to a front whose node is lost.
  patience: { dist: 'constant', value: 20e6 },
  request: { method: 'GET', path: '/', authority: 'front:9080', headers: {} },
};

test('property: whatever becomes of the pods, every request ends once and nothing is left behind', () => {
  fc.assert(
    fc.property(setup, (own) => {
      let [opened, answered, pages] = [0, 0, 0];
      const world: World = makeWorld(
        {
          seed: String(own.seed),
          app: app(own.workMs),
          focus: 'back',
          manifests: resources(
            service('front'),
            service('back'),
            pods('front', 2, 'v1', '', own.inject),
            pods('back', 2, 'v1', '', own.inject),
            deployment('client', 'v1', 1, own.inject),
            own.hasTimeout ? timeout : '',
            autoscaler,
          ),
          traffic: [traffic],
          timeline: own.actions.map(([atUs, drawn]) => ({ atUs, ...actionOf(drawn, own.inject) })),
          kubernetes: { ...kubernetesDefaults, cpuMilli: 2500 },
        },
        {
          opened: () => (opened += 1),
          answered: () => (answered += 1),
          pageDone: () => (pages += 1),
        },
      );
      for (const untilUs of [10e6, 20e6, 30e6]) {
        world.runUntil(untilUs);
        expect(pages + world.pagesInFlight).toBe(Math.floor((untilUs * 40) / 1e6) + 1);
        for (const life of world.workloads.lives) {
          if (life.ready) expect(life.phase).toBe('Running');
        }
      }
      // What a lost pod leaves is gone when it is evicted, 350 s after the last deed at 30 s at most.
      world.runUntil(400e6);
      expectNothingLeft(world);
      expect(pages).toBe(35 * 40);
      expect(answered).toBe(opened);
      // Each workload has the pods that it wants, or some of them find no room.
      const waits = world.workloads.lives.some((life) => life.phase === 'Pending');
      for (const each of world.workloads.all) {
        const count = each.sets.reduce((sum, set) => sum + set.pods.length, 0);
        if (!waits) expect(count).toBe(each.replicas);
        const named = world.workloads.lives.filter((life) => life.set.workload === each);
        expect(named.filter((life) => life.phase !== 'Gone')).toHaveLength(count);
      }
    }),
    { numRuns: 100 },
  );
});
