import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { BudgetWatch } from '../../src/mesh/budget.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { bookinfo, deployment, service, split, subsets } from '../support/world.ts';

/** What the schema allows and no machine plays: told before the run, or the run ends in good order with the cause. */
async function loaded(spec: string, more = '', app = '') {
  const texts: Record<string, string> = {
    'all.yaml': [bookinfo, subsets('reviews', 'v1', 'v3'), more].join('\n'),
    'app.yaml': app,
  };
  return loadScenario({
    path: 'test',
    file: 'scenario.yaml',
    text: `
apiVersion: meshshift/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  manifests: [all.yaml]
  ${app === '' ? '' : 'app: app.yaml'}
${spec.replace(/^ *\n/gm, '').replace(/^/gm, '  ')}`,
    read: (name) => Promise.resolve({ value: texts[name], problems: [] }),
  });
}

async function ended(spec: string, more = '', app = '') {
  const { value, problems } = await loaded(spec, more, app);
  if (value === undefined) throw new Error(JSON.stringify(problems, null, 2));
  return runOnce(value).record;
}

const browser = 'traffic: [{ name: browser, refresh: { count: 5 } }]';
const rate = (rps: string): string => `traffic: [{ name: all, arrivals: poisson, rps: ${rps} }]`;

const autoscaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: reviews }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: reviews-v1 }
  maxReplicas: 3
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]
---`;

test.each<{
  readonly spec: string;
  readonly says: string;
  readonly code?: string;
  readonly more?: string;
}>([
  { spec: 'duration: 1h\nwindow: 0s', says: 'spec.window: expected at least 1ms', code: 'MS2004' },
  { spec: 'duration: 1h\nwindow: 999us', says: 'spec.window: expected at least 1ms', code: 'MS2004' },
  { spec: 'duration: 1h\nwindow: 1ms', says: '3,600,000 windows' },
  { spec: 'duration: 1m\nkubernetes: { scrape: 0s }', says: 'expected at least 1s', code: 'MS2004' },
  {
    spec: 'duration: 1m\nkubernetes: { scrape: 1us }',
    says: 'the shortest that metrics-server takes',
    code: 'MS2004',
  },
  {
    spec: 'duration: 1m\nkubernetes: { autoscaler: { syncPeriod: 0s } }',
    says: 'at least 10ms',
    code: 'MS2004',
  },
  {
    spec: 'duration: 1m\nkubernetes: { autoscaler: { syncPeriod: 1us } }',
    says: 'expected at least 10ms',
    code: 'MS2004',
  },
  {
    spec: 'duration: 1m\nrollback: { apply: all.yaml, every: 1us }',
    says: 'expected at least 1s',
    code: 'MS2004',
  },
  { spec: `duration: 1m\n${rate('1e9')}`, says: 'expected at most 1000000 a second', code: 'MS2004' },
  { spec: `duration: 1m\n${rate('1e300')}`, says: 'expected at most 1000000 a second', code: 'MS2004' },
  { spec: `duration: 1m\n${rate('1e6')}`, says: 'traffic "all" asks for 60,000,000 pages' },
  {
    spec: 'duration: 1000s\nkubernetes: { autoscaler: { syncPeriod: 10ms } }',
    more: autoscaler,
    says: '100,000 syncs of autoscalers; a run has 50,000 at most',
  },
  {
    spec: 'duration: 1m\ntimeline: [{ at: 1s, scale: { workload: reviews-v1, replicas: 100000 } }]',
    says: 'the workloads want 100,005 pods; a run has 10,000 at most',
  },
  {
    spec: 'duration: 1m',
    more: deployment('reviews', 'v4', 1_000_000),
    says: 'the workloads want 1,000,006 pods',
  },
  {
    spec: 'duration: 1m',
    more: Array.from({ length: 1500 }, (_, at) => service(`s${at}`) + deployment(`s${at}`, 'v1')).join('\n'),
    says: '1,506 workloads would hold 1,506 clusters each; a run has 2,000,000 in all at most',
  },
  {
    spec: 'duration: 1m',
    more: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http: [{ route: [${Array.from({ length: 2001 }, () => '{ destination: { host: reviews, subset: v1 }, weight: 1 }').join(', ')}] }]
---`,
    says: 'a route of VirtualService reviews has 2,001 destinations; in a run it has 2,000 at most',
  },
  {
    spec: `duration: 1h\ntimeline:\n${'  - { at: 1s, apply: all.yaml }\n'.repeat(10_001)}`,
    says: '10,001 steps of the timeline; a run has 10,000 at most',
  },
  {
    spec: 'duration: 1m\ntraffic: [{ name: hasty, users: { count: 10, think: 0s }, patience: 0s }]',
    says: 'a client that waits for no time never gets a page',
    code: 'MS2004',
  },
  { spec: `duration: 1h\n${rate('1e6')}`, says: 'traffic "all" asks for 3,600,000,000 pages' },
])('$says are refused before the run', async ({ spec, says, code = 'MS2016', more }) => {
  const { value, problems } = await loaded(spec, more);
  expect(value).toBeUndefined();
  expect(problems).toContainEqual(
    expect.objectContaining({ severity: 'error', code, message: expect.stringContaining(says) as string }),
  );
});

test('what is applied ten thousand times is one mesh', async () => {
  const { value } = await loaded(
    `duration: 1h\ntimeline:\n${'  - { at: 1s, apply: all.yaml }\n'.repeat(10_000)}`,
    autoscaler,
  );
  expect(value?.timeline).toHaveLength(10_000);
});

test('ten million pages are no extreme', async () => {
  const { value } = await loaded(`duration: 1000s\n${rate('10000')}`);
  expect(value?.budget.requests).toBe(3_000_000);
});

describe('a run ends with what it has, and names the cause', () => {
  const app = (...calls: (readonly [string, string])[]): string => `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: circle }
spec:
  workloads:
${calls.map(([name, to]) => `    - { name: ${name}, match: { app: ${name} }, script: [{ call: { host: ${to} } }] }`).join('\n')}`;

  test.each([
    { calls: [['productpage', 'productpage']] as const, cause: 'productpage-v1 -> productpage-v1' },
    {
      calls: [
        ['productpage', 'details'],
        ['details', 'ratings'],
        ['ratings', 'details'],
      ] as const,
      cause: 'ratings-v1 -> details-v1 -> ratings-v1',
    },
  ])('calls without end: $cause', async ({ calls, cause }) => {
    const record = await ended(`duration: 10m\n${browser}`, '', app(...calls));
    expect(record.ended).toMatchObject({ limit: 'depth', allowed: 100 });
    expect(record.ended!.cause.split(' ')).toEqual(expect.arrayContaining(cause.split(' ')));
    expect(record.ended!.cause).toMatch(/^the calls \S+ -> /);
    expect(record.ended!.atSeconds).toBeLessThan(10);
    expect(record.interrupted).toBe(false);
    expect(record.pages.pages + record.pages.inFlight).toBeGreaterThan(0);
  });

  const neverSucceeds = [
    service('failing'),
    deployment('failing', 'v1'),
    `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: failing }
spec:
  hosts: [failing]
  http: [{ route: [{ destination: { host: failing } }], retries: { attempts: 2147483647, retryOn: 5xx } }]
---`,
  ].join('\n');
  const asksForIt = `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: fails }
spec:
  workloads:
    - { name: productpage, match: { app: productpage }, script: [{ call: { host: failing, timeout: 10m } }] }
    - { name: failing, match: { app: failing }, fails: { share: 100% } }`;

  test('retries without end', async () => {
    const record = await ended(
      `duration: 10m\nbudget: { events: 5000 }\n${browser}`,
      neverSucceeds,
      asksForIt,
    );
    expect(record.ended).toMatchObject({ limit: 'events', allowed: 5000 });
    expect(record.ended!.cause).toContain('retries of VirtualService failing.default');
  });

  test('retries of requests that had a hundred before', async () => {
    const record = await ended(
      `duration: 10m\nbudget: { retries: 50 }\n${rate('20')}`,
      neverSucceeds,
      asksForIt,
    );
    expect(record.ended).toMatchObject({ limit: 'retries', allowed: 50 });
    expect(record.ended!.sentence).toContain('more than 50 retries of requests that had 100 before');
    expect(record.ended!.cause).toContain('retries of VirtualService failing.default');
    // Back-offs of 12.5 ms on average, then 25, 50, 100, and 125 from the fifth on (Envoy's full jitter up to 250 ms).
    expect(record.ended!.atSeconds).toBeGreaterThan(8);
  });

  test('a fleet that is made again and again, with the workload', async () => {
    const steps = Array.from(
      { length: 20 },
      (_, at) =>
        `  - { at: ${at * 10}s, scale: { workload: reviews-v1, replicas: ${at % 2 === 0 ? 30 : 1} } }`,
    );
    const record = await ended(
      `duration: 10m\nbudget: { pods: 100 }\n${browser}\ntimeline:\n${steps.join('\n')}`,
    );
    expect(record.ended).toMatchObject({
      limit: 'pods',
      allowed: 100,
      cause: 'the scaling of reviews-v1',
    });
    expect(record.ended!.sentence).toContain('more than 100 pods were made');
  });

  test.each([
    { more: '', because: 'users without think time' },
    { more: 'patience: 1us', because: 'nor patience' },
  ])('$because are given 300,000 pages', async ({ more }) => {
    const { value } = await loaded(
      `duration: 10m\ntraffic: [{ name: hasty, users: { count: 1000, think: 0s }${more === '' ? '' : `, ${more}`} }]`,
    );
    const spent = { nowUs: 1e6, events: 1, requests: 1, depth: 1, retries: 0, pods: 1 };
    const watch = new BudgetWatch(value!.budget, value!.traffic);
    expect(watch.overrun({ ...spent, pages: [300_000] })).toBeUndefined();
    expect(watch.overrun({ ...spent, pages: [300_001] })).toMatchObject({ limit: 'pages', allowed: 300_000 });
  });

  test('users who neither think nor wait nor find anything to do', async () => {
    const record = await ended(
      `duration: 10m\nhop: 0s\nbudget: { pages: 5000 }\ntraffic: [{ name: hasty, users: { count: 1, think: 0s } }]`,
      '',
      `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: nothing }
spec: { workloads: [{ name: productpage, match: { app: productpage } }] }`,
    );
    expect(record.ended).toMatchObject({ limit: 'pages', cause: 'traffic "hasty"', atSeconds: 0 });
  });

  test('a mesh of 10,000 subsets and a ring of a million points are played', async () => {
    const names = Array.from({ length: 10_000 }, (_, at) => `s${at}`);
    const ring = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: ratings }
spec: { host: ratings, trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true, ringHash: { minimumRingSize: 1000000 } } } } }
---`;
    const record = await ended(`duration: 10s\n${browser}`, subsets('details', ...names) + ring);
    expect(record.ended).toBeNull();
    expect(record.pages.pages).toBe(5);
  });

  test('users who neither think nor wait', async () => {
    const record = await ended(
      `duration: 10m\nbudget: { pages: 5000 }\ntraffic: [{ name: hasty, users: { count: 10, think: 0s }, patience: 1us }]`,
    );
    expect(record.ended).toMatchObject({ limit: 'pages', allowed: 5000, cause: 'traffic "hasty"' });
  });

  test('requests that pile up, with the workload that they wait for', async () => {
    const record = await ended(
      `duration: 10m\nbudget: { requests: 500 }\n${rate('500')}`,
      split('reviews', { v1: 100 }),
      `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: slow }
spec: { workloads: [{ name: productpage, match: { app: productpage }, concurrency: 1, script: [{ work: 1s }] }] }`,
    );
    expect(record.ended).toMatchObject({
      limit: 'requests',
      allowed: 500,
      cause: 'traffic "all"; most of its requests are at productpage-v1',
    });
    expect(record.ended!.sentence).toMatch(
      /^The run ended at .* of 10m: more than 500 requests are under way \(spec\.budget\.requests\)\.$/,
    );
  });
});
