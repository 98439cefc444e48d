import { expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { begin } from '../../src/experiment/run.ts';
import { tracePage } from '../../src/experiment/trace/trace-page.ts';
import { silentProbe } from '../../src/mesh/telemetry/probe.ts';
import { World } from '../../src/mesh/world.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { shipped } from '../support/scenario.ts';
import { smallScenario } from '../support/small-scenario.ts';

const app = (script: string, more = ''): string => `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: a }
spec: { workloads: [{ name: web, match: { app: web }, ${more} script: [${script}] }, { name: client, match: { app: client } }] }`;

const deployment = (name: string, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  ${more}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: c, resources: { requests: { cpu: 500m }, limits: { cpu: 500m } } }] }
---`;

const autoscaler = (more: string): string => `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  ${more}
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
---`;

const service = `
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { selector: { app: web }, ports: [{ name: http, port: 80 }] }
---`;

const small = (spec: string, script: string, manifests: string, more = ''): Promise<Scenario> =>
  smallScenario(`app: app.yaml\nproxy: { cpu: 'off' }\nstart: settled\n${spec}`, {
    'a.yaml': service + deployment('client') + manifests,
    'later-app.yaml': '',
    ...({ 'app.yaml': app(script, more) } as Record<string, string>),
  }).then((own) => own);

const traffic = (rps: number): string =>
  `traffic: [{ name: t, from: client, host: 'web:80', path: /, arrivals: poisson, rps: ${rps} }]`;

test('where very many pods are asked for they are found, too: 62.5 x 2 s at half of 1 core are 250', async () => {
  const limits = 'minReplicas: 1\n  maxReplicas: 2000';
  const text = (deployment('web', 'replicas: 1') + autoscaler(limits))
    .replaceAll('cpu: 500m', 'cpu: 1')
    .replace('averageUtilization: 70', 'averageUtilization: 50');
  const scenario = await small(`duration: 10s\n${traffic(62.5)}`, '{ cpu: 2s }', text);
  const pods = runOnce(scenario).record.pods.filter((own) => own.workload === 'web').length;
  // Within the tolerance of a tenth; the number that is doubled on the way there would be 320.
  expect(Math.abs(pods - 250)).toBeLessThanOrEqual(25);
});

test.each([
  // rps x CPU / (70 % of 500m), rounded up: a planner's sheet.
  { rps: 250, limits: 'minReplicas: 1\n  maxReplicas: 40', pods: 6, because: '250 x 8 ms / 350 ms = 5.7' },
  {
    rps: 10,
    limits: 'minReplicas: 3\n  maxReplicas: 40',
    pods: 3,
    because: 'minReplicas are more than is asked for',
  },
  { rps: 300, limits: 'minReplicas: 1\n  maxReplicas: 5', pods: 5, because: 'maxReplicas are fewer (6.9)' },
])(
  'autoscaled pods are as many as the load asks for when the clock begins: $because',
  async ({ rps, limits, pods }) => {
    const written = deployment('web', 'replicas: 17') + autoscaler(limits);
    const { record } = runOnce(await small(`duration: 1m\n${traffic(rps)}`, '{ cpu: 8ms }', written));
    const web = record.capacity!.workloads.find((own) => own.name === 'web')!;
    expect(web.windows.map((own) => own.ready)).toEqual(web.windows.map(() => pods));
    expect(record.capacity!.autoscalers[0]!.syncs.filter((own) => own.before !== own.after)).toEqual([]);
  },
);

test('queues are as long as they are in the long run when the clock begins (M/M/1 at 80 %: 4 requests)', async () => {
  const scenario = await small(
    `duration: 1s\n${traffic(50)}`,
    '{ work: { dist: exponential, mean: 16ms } }',
    deployment('web'),
    'concurrency: 1,',
  );
  const runs = 60;
  let present = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const run = begin({ ...scenario, seed: String(seed) });
    run.runUntil(0);
    run.look(
      (world) =>
        (present += world.pods.reduce((sum, _, pod) => sum + world.stations.booked(pod, 'inSystem'), 0)),
    );
  }
  // Mean rho / (1 - rho) = 4, variance rho / (1 - rho)^2 = 20: four standard errors.
  expect(Math.abs(present / runs - 4)).toBeLessThan(4 * Math.sqrt(20 / runs));
});

test('what was before the clock is no part of the record: pages, counters and phases begin at 0', async () => {
  const scenario = await small(`duration: 20s\n${traffic(50)}`, '{ work: 5ms }', deployment('web'));
  const { record } = runOnce(scenario);
  // 1,000 pages on the mean, four standard deviations.
  expect(Math.abs(record.pages.pages - 1000)).toBeLessThan(4 * Math.sqrt(1000));
  const asked = record.metrics.requests.filter((own) => own.reporter === 'source');
  expect(asked.reduce((sum, own) => sum + own.requests, 0)).toBe(record.pages.pages);
  expect(tracePage(scenario, { kind: 'number', page: 1 })!.atSeconds).toBeGreaterThanOrEqual(0);
});

test('traffic that begins later, and what fails later, is not there before', async () => {
  const later =
    'traffic: [{ name: t, from: client, host: web:80, path: /, arrivals: constant, profile: [{ at: 5s, rps: 10 }] }]';
  const scenario = await small(
    `duration: 10s\n${later}`,
    '{ work: 5ms }',
    deployment('web'),
    'fails: { share: 100%, from: 8s },',
  );
  const { record } = runOnce(scenario);
  // From 5 s to 10 s, both ends included; the last two seconds' fail.
  expect(record.pages.pages).toBe(50);
  expect(record.pages.failed).toBe(20);
});

test('a settled run is a function of scenario and seed: copies and branches come to the same bytes', async () => {
  const trap: Scenario = {
    ...(await shipped('rollback-trap')),
    start: 'settled',
    durationUs: 60_000_000,
    expect: [],
  };
  const bytes = JSON.stringify(runOnce(trap).record);
  expect(JSON.stringify(runOnce({ ...trap, manifests: [...trap.manifests] }).record)).toBe(bytes);
  const trunk = begin(trap);
  expect(JSON.stringify(trunk.copy().finish().record)).toBe(bytes);
  trunk.runUntil(30_000_000);
  expect(JSON.stringify(trunk.branch({ timeline: trap.timeline }).finish().record)).toBe(bytes);
  expect(JSON.stringify(trunk.copy().finish().record)).toBe(bytes);
});

test.each(['circuit-breaking', 'one-bad-pod', 'locality-failover', 'warm-up', 'traffic-shifting'])(
  'a world that begins a minute before its clock does what one does that begins with it: %s',
  async (name) => {
    const scenario = await shipped(name);
    const withoutAutoscalers = scenario.manifests.filter(({ kind }) => kind !== 'HorizontalPodAutoscaler');
    const earlyUs = 60_000_000;
    const counted = (startUs: number): unknown => {
      const traffic = scenario.traffic.flatMap((own): Scenario['traffic'] =>
        own.kind === 'poisson' || own.kind === 'constant'
          ? [{ ...own, profile: [{ atUs: startUs, rps: Math.min(60, own.profile[0]!.rps) }] }]
          : own.kind === 'users'
            ? [{ ...own, startUs }]
            : [],
      );
      const app = {
        ...scenario.app,
        workloads: scenario.app.workloads.map(({ fails: _, ...own }) => own),
      };
      const world = new World(
        { ...scenario, app, manifests: withoutAutoscalers, timeline: [], traffic, startUs, marksUs: [] },
        silentProbe,
      );
      world.runUntil(startUs + earlyUs - 1);
      const { source, destination } = world.telemetry;
      return [source, destination].map((series) =>
        series.keys.map((key, row) => ({ ...key, count: series.count(row), sumUs: series.sumUs(row) })),
      );
    };
    expect(counted(-earlyUs)).toEqual(counted(0));
  },
);
