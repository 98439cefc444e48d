import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Diagnosis } from '../../../src/record/finding.ts';
import type { RuleFact } from '../../../src/record/mesh-facts.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { diagnose } from '../../../src/verdict/finding/index.ts';
import { bindRemedies } from '../../../src/verdict/finding/bind-remedies.ts';
import type { HorizontalPodAutoscaler } from '../../../src/manifest/resource.ts';
import { isWorkload } from '../../../src/manifest/scale-target.ts';
import { reachOf } from '../../../src/experiment/facts/autoscaler-reach.ts';
import { hpaControllerDefaults } from '../../../src/mesh/kubernetes/hpa/spec.ts';
import { reachHead } from '../../../src/verdict/finding/autoscaler-out-of-reach.ts';
import { isOutOfReach } from '../../../src/verdict/out-of-reach.ts';
import { resources } from '../../support/world.ts';
import type { App, Step } from '../../../src/mesh/app/app.ts';
import { shiftRoutes, shiftRules } from '../../confusion/mesh.ts';
import { said } from '../../confusion/play.ts';
import { shapes } from '../../confusion/shapes.ts';
import { seeded, opened, shipped } from '../../support/scenario.ts';

const played = async (path: string, ...set: string[]): Promise<RunRecord> =>
  runOnce(await opened(path, ...set)).record;

const computing = (us: number): object => ({ kind: 'cpu', time: { dist: 'constant', value: us } });
const calling = { kind: 'call', host: 'db', port: 80 };

const answer = ({ diagnosis }: RunRecord): Diagnosis['answer'] => diagnosis!.answer;
const [codes, first] = [
  ({ diagnosis }: RunRecord) => diagnosis!.findings.map(({ code }) => code),
  ({ diagnosis }: RunRecord) => diagnosis!.findings[0]!,
];

/** Situations that people reported, each with its right answer and why in its README. */
describe('reported situations', () => {
  test('four fresh pods warm up, and the fifth burns: that pod is named, not the mean of five', async () => {
    const record = await played('test/cases/hot-canary-pod');
    expect(answer(record)).toBe('does not hold');
    expect(first(record).code).toBe('hot-pod');
    const hot = record.pods.find(({ overSeconds }) => overSeconds > 0)!;
    expect(first(record).sentence).toContain(hot.pod);
    // Slow start: four pods begin at a tenth of their weight, so the old one has 1 / 1.4 of the requests, falling.
    expect(hot.overShare).toBeGreaterThan(1 / 3);
    expect(first(record).harm.pagesLate).toBeGreaterThan(1000);
  });

  test('and without warm-up nothing is late', async () => {
    const record = await played('test/cases/hot-canary-pod', 'manifests[1]=warmup-off.yaml');
    expect(answer(record)).toBe('holds');
    expect(record.pages.late).toBe(0);
  });

  test('HTTP through a port that is called tcp-web: no 404, any pod, and the weights do not act', async () => {
    const record = await played('test/cases/http-on-a-tcp-port');
    expect(record.pages.failed).toBe(0);
    const [{ answered, requests }] = record.callers as [RunRecord['callers'][number]];
    // A choice per connection among two pods: within four standard errors of a half.
    expect(Math.abs(answered[0]!.requests / requests - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / requests));
    expect(answer(record)).toBe('does not hold');
    expect(first(record).code).toBe('http-rule-on-tcp-port');
    expect(first(record).remedies[0]!.text).toContain('appProtocol: http');
  });

  test('a Sidecar that leaves the service out: refused with 502, or passed on past the rules', async () => {
    const refused = await played('test/cases/sidecar-leaves-a-service-out');
    expect(answer(refused)).toBe('does not hold');
    expect(refused.pages.failed).toBe(refused.pages.pages);
    expect(first(refused).sentence).toContain('The proxies of batch do not know web.shop');
    const passed = await played(
      'test/cases/sidecar-leaves-a-service-out',
      'manifests[2]=sidecar-allow-any.yaml',
    );
    expect(passed.pages.failed).toBe(0);
    expect(answer(passed)).toBe('does not hold');
    expect(first(passed).sentence).toContain('VirtualService web.shop, rule 1 does not act for batch');
  });

  test('a rule for the gateway that is private to the application\u2019s namespace: every page is a 404, and the rule is named', async () => {
    const record = await played('test/cases/private-rule-of-an-application');
    expect(answer(record)).toBe('does not hold');
    expect(codes(record)).toEqual(['rule-not-visible']);
    expect(first(record).harm.pages).toBe(record.pages.pages);
    expect(first(record).sentence).toContain(
      'VirtualService web.default, rule 1 acts for nobody: it is exported to "." alone, and the proxies that could follow it are in istio-system.',
    );
    expect(first(record).sentence).toContain('No other takes the requests to shop.example.com: they get 404');
  });

  test('an idle helper thins an autoscaler’s reading out: helper and ceiling are named, before the overload', async () => {
    const record = await played('test/cases/idle-helper-hides-cpu');
    expect(answer(record)).toBe('does not hold');
    expect(codes(record).slice(0, 2)).toEqual(['autoscaler-out-of-reach', 'overloaded']);
    expect(first(record).sentence).toContain('log-shipper asks for 800m');
    // 250m of limit, and at 10 ms a request 25 times 0.5 ms of the sidecar, over 200m + 800m + 100m (the sidecar's) of requests.
    expect(first(record).sentence).toContain(`${Math.round((100 * (250 + 12.5)) / 1100)} %`);
    // 80 requests a second of 10 ms for two pods of 250m: 160 %. Thousands are half done when it ends, so what was answered tells less.
    const offered = Number(/offered (\d+) %/.exec(record.diagnosis!.findings[1]!.sentence)![1]);
    expect(Math.abs(offered - 160)).toBeLessThan(8);
  });

  test('a rule for the gateway alone: callers inside have none, and an expectation on the share does not hold', async () => {
    const record = await played('test/cases/inside-and-outside-callers');
    expect(answer(record)).toBe('does not hold');
    expect(first(record).code).toBe('rule-not-for-all-callers');
    expect(first(record).sentence).toContain('acts for visitors, not for batch');
    const canary = (caller: string): number => {
      const own = record.callers.find((each) => each.caller === caller)!;
      return own.answered.find(({ version }) => version === 'web-canary')!.requests / own.requests;
    };
    expect(canary('visitors')).toBeCloseTo(0.1, 1);
    expect(canary('batch')).toBeCloseTo(0.5, 1);
    expect(record.expectations.map(({ ok }) => ok)).toEqual([false]);
  });

  test('two Services that select the same pods: the draw is right, and says nothing of the versions', async () => {
    const record = await played('test/cases/two-services-same-pods');
    expect(answer(record)).toBe('does not hold');
    expect(codes(record)).toEqual(['destinations-share-pods', 'chance']);
    expect(first(record).sentence).toMatch(/(49|50|51)\.\d % were answered by web-canary/);
  });

  test.each([
    {
      file: 'route.yaml',
      weights: '90 % and 10 % of HTTPRoute web.default',
      because: 'an HTTPRoute is no better',
    },
    {
      file: 'rules-100.yaml',
      weights: '100 % and 0 %',
      because: 'a weight of 0 keeps no request from its pods',
    },
  ])('so do two whose $because', async ({ file, weights }) => {
    const path = 'test/cases/two-services-same-pods';
    const record = await played(path, `manifests[1]=${file}`);
    expect(answer(record)).toBe('does not hold');
    expect(first(record).code).toBe('destinations-share-pods');
    expect(first(record).sentence).toContain(weights);
    // One pod of each version in both clusters: a half each, within four standard errors.
    const [{ answered, requests }] = record.callers as [RunRecord['callers'][number]];
    expect(Math.abs(answered[0]!.requests / requests - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / requests));
    expect(foresee(await opened(path, `manifests[1]=${file}`)).map(({ code }) => code)).toContain(
      'destinations-share-pods',
    );
  });

  test('steps of a Rollout that nobody follows forbid the tick', async () => {
    const record = await played('test/cases/rollout-steps-do-not-act');
    expect(answer(record)).toBe('holds, but');
    expect(first(record).code).toBe('left-out');
  });

  test('pods that went before the rule arrived are the headline, not that the others kept up', async () => {
    const record = await played('test/cases/rollout-steps-do-not-act/by-hand');
    expect(answer(record)).toBe('does not hold');
    expect(first(record).code).toBe('pods-removed-first');
    expect(first(record).harm.pages).toBe(record.pages.failed);
  });
});

// istio core/cluster.go, convertResolution: ORIGINAL_DST.
test('weights on a headless Service are told as what they are: the pods answer half and half, whatever is drawn', async () => {
  const record = await played('test/cases/headless-with-weights');
  expect(answer(record)).toBe('does not hold');
  expect(first(record).code).toBe('headless');
  expect(record.diagnosis!.findings.map(({ code }) => code)).not.toContain('destinations-share-pods');
  const [call] = record.callers;
  const n = call!.requests;
  const v2 = call!.answered.find(({ version }) => version === 'v2')!.requests;
  // Two pods, drawn evenly: four standard deviations.
  expect(Math.abs(v2 / n - 0.5)).toBeLessThan(2 / Math.sqrt(n));
  const told = foresee(await opened('test/cases/headless-with-weights'));
  expect(told.map(({ code }) => code)).toContain('headless');
});

// core/route/route.go, processWeightedDestination: each destination is a cluster, of whichever host (Flagger's primary and canary).
test('a split between Services is one like any other: shares by destination, judged against the weights', async () => {
  const record = await played('test/cases/split-between-services');
  expect(answer(record)).toBe('holds');
  const web = record.splits.find(({ service }) => service === 'web')!;
  const [phase] = web.phases;
  const place = web.keys.indexOf('web-canary');
  expect(phase!.configured![place]).toBeCloseTo(0.1, 12);
  // Binomial(n, 0.1): four standard deviations of 0.3 / sqrt(n).
  const n = phase!.requests;
  expect(Math.abs(phase!.observed[place]! / n - 0.1)).toBeLessThan(1.2 / Math.sqrt(n));
  expect(record.expectations.map(({ ok }) => ok)).toEqual([true]);
});

// Visitors name no Service of the mesh, and a destination of weight 0 is no cluster: it is one split all the same.
test('Services that a gateway weighs are versions of the one that callers ask for, at any weights', async () => {
  const record = await played('test/cases/split-between-services-at-a-gateway');
  expect(record.splits.map(({ service, keys }) => ({ service, keys }))).toEqual([
    { service: 'podinfo', keys: ['podinfo-canary', 'podinfo-primary'] },
  ]);
  const phases = record.splits[0]!.phases.filter(({ state }) => state === 'settled');
  expect(phases.map(({ configured }) => configured![0]!.toFixed(6))).toEqual([
    '0.000000',
    '0.100000',
    '1.000000',
  ]);
  for (const { requests, observed, configured } of phases) {
    // Binomial(n, share): four standard deviations, none where all go to one.
    const [share] = configured!;
    const most = 4 * Math.sqrt((share! * (1 - share!)) / requests);
    expect(Math.abs(observed[0]! / requests - share!)).toBeLessThanOrEqual(most + 1e-9);
  }
  expect(record.capacity!.workloads.find(({ name }) => name === 'podinfo')!.version).toBe('podinfo-canary');
});

test('a route that is attached to a Gateway is not bound to the mesh as a VirtualService is', () => {
  const text = (kind: string) =>
    bindRemedies({ kind, namespace: 'shop', name: 'store' }, 'catalog').map((own) => own.text);
  expect(text('HTTPRoute')[0]).toMatch(/^Write a second HTTPRoute .* name Service catalog/);
  expect(text('VirtualService')[0]).toMatch(/^Add mesh to the gateways/);
});

// pilot/pkg/config/validation, ValidateVirtualService: "wildcard host * is not allowed for virtual services bound to the mesh gateway".
test.each([
  { inside: true, hosts: ['web.example.test'], says: 'Add web to the hosts of VirtualService web.default.' },
  {
    inside: false,
    hosts: ['web', 'a.test'],
    says: 'Add mesh to the gateways of VirtualService web.default.',
  },
  {
    inside: false,
    hosts: ['a.test'],
    says: 'Add mesh to the gateways of VirtualService web.default, and web to its hosts.',
  },
  { inside: false, hosts: ['*'], says: 'Write a second VirtualService for web' },
])(
  'a rule for $hosts (mesh: $inside) is told what it lacks for callers inside',
  ({ inside, hosts, says }) => {
    const fact = { inside, hosts, services: hosts } as unknown as RuleFact;
    const owner = { kind: 'VirtualService', namespace: 'default', name: 'web' };
    expect(bindRemedies(owner, 'web', fact)[0]!.text).toContain(says);
  },
);

test('where callers have no sidecar, or rules of their own, nothing is said of the weights that all of them came to', async () => {
  const path = 'test/cases/inside-and-outside-callers';
  expect(codes(await played(path))).toEqual(['rule-not-for-all-callers']);
  const without = await played(path, 'manifests[0]=web-batch-without-sidecar.yaml');
  expect(codes(without)).toEqual(['caller-without-proxy']);
});

test('a host without any rule at a gateway is not told to mend the routes of one', async () => {
  const record = await played('test/cases/inside-and-outside-callers', 'manifests[1]=rules-mesh-only.yaml');
  const [own] = record.diagnosis!.findings.filter(({ code }) => code === 'no-route');
  expect(own!.remedies).toMatchObject([{ changes: [] }]);
  expect(own!.remedies[0]!.text).toMatch(/^Write a rule for web\.example\.test/);
});

// kubernetes pkg/controller/podautoscaler: computeReplicasForMetrics (the largest), calculatePodRequests (native sidecars, one container).
describe('what an autoscaler can read', () => {
  const appOf = (...script: object[]): App['workloads'] => [
    { name: 'shop', match: { app: 'shop' }, script: script as Step[], cpuUs: 0, concurrency: Infinity },
  ];
  const costs = { counted: true, perRequestUs: 500, idleMilli: 0 };
  const facts = (
    metrics: string,
    pod = '',
    annotations = '',
    scaleUp = '',
    app = appOf(computing(1e9)),
    ofSidecar = costs,
  ): ReturnType<typeof reachOf> => {
    const [inits, more] = pod.startsWith(', initContainers') ? [pod, ''] : ['', pod];
    const all = resources(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec: { replicas: 4, selector: { matchLabels: { app: shop } }, template: { metadata: { labels: { app: shop }${annotations} }, spec: { containers: [{ name: app, image: x, resources: { requests: { cpu: 200m }, limits: { cpu: 250m } } }${more}]${inits} } } }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }, minReplicas: 2, maxReplicas: 9, metrics: [${metrics}]${scaleUp === '' ? '' : `, behavior: { scaleUp: { ${scaleUp} } }`} }
`);
    const scaler = all.find((own) => own.kind === 'HorizontalPodAutoscaler')!;
    return reachOf(
      scaler as HorizontalPodAutoscaler,
      all.filter(isWorkload),
      hpaControllerDefaults,
      ofSidecar,
      app,
    );
  };
  const resource =
    '{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }';
  const container = (name: string): string =>
    `{ type: ContainerResource, containerResource: { name: cpu, container: ${name}, target: { type: Utilization, averageUtilization: 70 } } }`;

  test('is out of reach where a native sidecar, or Istio’s own, asks for most of the CPU: it is named', () => {
    const native =
      ', initContainers: [{ name: shipper, image: x, restartPolicy: Always, resources: { requests: { cpu: 800m } } }]';
    expect(facts(resource, native)).toMatchObject([
      { idle: [{ container: 'shipper', requestMilli: 800 }], canReachPercent: (100 * 250) / 1100 },
    ]);
    expect(facts(resource, '', ', annotations: { sidecar.istio.io/proxyCPU: 1500m }')).toMatchObject([
      { proxyMilli: 1500, canReachPercent: (100 * 250) / 1700 },
    ]);
  });

  // The application stops at 250m: at 5 ms a request that is 50 a second, of 0.5 ms each for the proxy.
  test.each([
    { app: appOf(computing(5_000)), milli: 25, because: 'a request passes the proxy once' },
    { app: appOf(computing(5_000), calling, calling), milli: 75, because: 'two calls pass it, too' },
    { app: appOf(computing(100)), milli: 1_250, because: 'ten times what a request of 1 ms brings' },
    { app: appOf(computing(10)), milli: 2_000, because: 'its own limit ends it (global.proxy.resources)' },
    { app: [], milli: 125, because: 'of an application that nobody tells of, 1 ms a request' },
    { app: appOf(computing(5_000)), idleMilli: 7, milli: 32, because: 'it uses something while it runs' },
  ])('counts $milli m for the sidecar: $because', ({ app, milli, idleMilli = 0 }) => {
    const [own] = facts(resource, '', '', '', app, { ...costs, idleMilli });
    expect(own!.sidecarMilli).toBe(milli);
    expect(own!.canReachPercent).toBeCloseTo((100 * (250 + milli)) / 300, 9);
  });

  test('counts no sidecar where it reads one container, or sidecars neither ask for CPU nor use any', () => {
    expect(facts(container('app'))[0]).toMatchObject({ canReachPercent: 125 });
    const [off] = facts(resource, '', '', '', appOf(computing(5_000)), { ...costs, counted: false });
    expect(off).toMatchObject({ canReachPercent: 125 });
    expect(off).not.toHaveProperty('sidecarMilli');
  });

  test('is what its highest metric can: one within reach is enough, one of an unknown kind as well', () => {
    const helper = ', { name: shipper, image: x, resources: { requests: { cpu: 800m } } }';
    const [both] = facts(`${resource}, ${container('app')}`, helper);
    expect(both!.canReachPercent).toBe(125);
    const external =
      '{ type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: 30 } } }';
    expect(facts(`${resource}, ${external}`, helper)).toEqual([]);
  });

  // isWithin: up to 1 + tolerance nothing is scaled. 250m of 200m are 125 %.
  test.each([
    { percent: 113, behavior: '', isOut: false, because: '125 / 113 is above 1.1' },
    { percent: 114, behavior: '', isOut: true, because: '125 / 114 is within the tolerance of 0.1' },
    { percent: 120, behavior: 'tolerance: 0', isOut: false, because: 'there is no tolerance' },
    { percent: 100, behavior: 'tolerance: 300m', isOut: true, because: '1.25 is within 0.3' },
    { percent: 50, behavior: 'selectPolicy: Disabled', isOut: true, because: 'it may not scale up at all' },
  ])('is out of reach of $percent % of {$behavior}: $isOut, for $because', ({ percent, behavior, isOut }) => {
    const [own] = facts(container('app').replace('70', String(percent)), '', '', behavior);
    expect(isOutOfReach(own!)).toBe(isOut);
    expect(reachHead(own!)).toMatch(/^Autoscaler shop (can never|never scales)/);
  });

  test.each([
    { milli: 227, isOut: false },
    { milli: 228, isOut: true },
  ])('is $isOut for a value of $milli m a pod: 250m over it, against 1.1', ({ milli, isOut }) => {
    const metric = `{ type: Resource, resource: { name: cpu, target: { type: AverageValue, averageValue: ${milli}m } } }`;
    const [own] = facts(metric);
    expect(isOutOfReach(own!)).toBe(isOut);
    expect(reachHead(own!)).toContain(`a pod whose application is at its limit comes to 250m`);
  });

  test('is told of what scales on something else where it may never scale up', () => {
    const external =
      '{ type: External, external: { metric: { name: queue }, target: { type: AverageValue, averageValue: 30 } } }';
    const [own] = facts(external, '', '', 'selectPolicy: Disabled');
    expect(reachHead(own!)).toBe(
      'Autoscaler shop never scales shop up beyond its minReplicas: behavior.scaleUp.selectPolicy is Disabled.',
    );
  });

  test('is nothing of a container that does no work', () => {
    const helper = ', { name: shipper, image: x, resources: { requests: { cpu: 800m } } }';
    expect(facts(container('shipper'), helper)).toMatchObject([{ container: 'shipper', canReachPercent: 0 }]);
  });
});

test('a rule for each kind of caller: phases follow the rules of all, and no one share is asked of the run', async () => {
  const record = await played('test/cases/a-rule-for-each-caller');
  const { phases, configured } = record.splits.find(({ service }) => service === 'orders')!;
  expect(configured.map(({ shares }) => shares![1])).toEqual([0.1, 0.5]);
  const settled = phases.filter(({ state }) => state === 'settled');
  // As many requests of each kind: 10 and 10, then 10 and 50 percent.
  expect(settled.map(({ configured }) => Number(configured![1]!.toFixed(1)))).toEqual([0.1, 0.3]);
  expect(record.capacity!.shareTest).toBeNull();
  const told = foresee(await opened('test/cases/a-rule-for-each-caller'));
  expect(told.map(({ code }) => code)).not.toContain('rule-not-for-all-callers');
});

describe('shipped scenarios', () => {
  test.each([
    ['traffic-shifting', 'holds', 'rule-gone'],
    ['fifteen-refreshes-2017', 'does not hold', 'session-strayed'],
    ['rule-before-subset', 'does not hold', 'subset-missing'],
    ['circuit-breaking', 'does not hold', 'breaker-opens'],
    ['cold-canary', 'does not hold', 'no-ready-pod'],
    ['canary-autoscaling', 'does not hold', 'autoscaler-late'],
    ['one-hpa-two-versions', 'holds, but', 'autoscaler-cannot-decide'],
    ['retries-hide-a-bad-canary', 'holds, but', 'version-fails'],
    ['client-without-sidecar', 'does not hold', 'caller-without-proxy'],
    ['request-routing', 'holds', 'stale-pages'],
    ['mirroring', 'holds', 'mirrored'],
    ['absorbing-cookie', 'does not hold', 'absorbing-cookies'],
    ['gateway-replicas', 'holds, but', 'stale-proxy'],
  ])('%s: %s, for %s', async (name, expected, code) => {
    const record = runOnce(await shipped(name)).record;
    expect(answer(record)).toBe(expected);
    expect(first(record).code).toBe(code);
    // Whoever is told twice that pods are missing is told the same number.
    for (const [workload, numbers] of replicasAsked(record)) expect(numbers, workload).toHaveLength(1);
  });
});

test('a retry that a budget refuses leaves the application’s answer: it is the version that fails, no breaker', async () => {
  const name = 'retries-hide-a-bad-canary/scenario-retry-budget.yaml';
  const record = runOnce(await shipped(name, 'duration=60s', 'expect=[]')).record;
  const refused = record.failures.filter(({ flags }) => flags.split(',').includes('UO'));
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused.map(({ cause }) => cause))).toEqual(new Set(['application']));
  expect(first(record).code).toBe('version-fails');
  expect(first(record).why).toContain('UO: the retry budget');
  expect(record.diagnosis!.findings.map(({ code }) => code)).not.toContain('breaker-opens');
});

test('connections that end are luck in where they lead: with seeds that leave pods uneven nothing is said of it', async () => {
  const scenario = await shipped('grpc-pinning/scenario-connection-age.yaml');
  for (const seed of [2, 8, 10])
    expect(runOnce(seeded(scenario, seed)).record.diagnosis!.findings).toEqual([]);
});

/** What was false in earlier words. */
describe('no tick over burning pages', () => {
  test('a host that no Service has is the answer, with every page that it costs', async () => {
    const record = await played('test/cases/http-on-a-tcp-port', 'traffic[0].host=wbe');
    expect(answer(record)).toBe('does not hold');
    expect(first(record).code).toBe('no-such-host');
    expect(first(record).sentence).toContain('Nobody answers to wbe');
    expect(first(record).harm.pages).toBe(record.pages.pages);
  });

  test('a destination that no Service is, is told by its own name and rule, not by the host that was called', async () => {
    for (const shape of ['two Services', 'chain of five', 'several versions']) {
      const mesh = shapes[shape]!();
      const { destination } = mesh.shift.next;
      for (const route of shiftRoutes(mesh).flatMap(({ route }) => route))
        if (route.destination.host === destination.host && route.destination.subset === destination.subset)
          route.destination.host = `${destination.host}x`;
      const { record } = await said(mesh, 1);
      expect(first(record).code).toBe('no-such-host');
      expect(first(record).sentence).toMatch(
        new RegExp(`^VirtualService .* to ${destination.host}x, and no Service has that name`),
      );
      expect(first(record).remedies[0]!.changes).toEqual([
        { kind: 'host-name', from: `${destination.host}x`, to: destination.host },
      ]);
    }
    // One backend of an HTTPRoute: the Service that is called is there, and v4 is no slip of the pen for v1.
    const backend = await played('scenarios/gateway-api/scenario-unknown-backend.yaml');
    expect(first(backend).sentence).toContain('to reviews-v4, and no Service has that name');
    expect(first(backend).remedies.flatMap(({ changes }) => changes)).toEqual([]);
  });

  test('a version that is all that its Service has is one finding, with a rule that names it and without', async () => {
    const record = await played(
      'scenarios/traffic-shifting',
      'timeline[0]={at: 5s, scale: {workload: ratings-v1, replicas: 0}}',
    );
    // At 240 s the rules go, and what is left without them has no pods, either: none was removed before a rule.
    expect(codes(record).filter((code) => /pod/.test(code))).toEqual(['no-ready-pod']);
    expect(first(record).sentence).toMatch(/^ratings has no ready pod/);
    expect(first(record).harm).toMatchObject({ pages: 0 });
    expect(first(record).harm.toSeconds!).toBeGreaterThan(295);
  });

  test('a rule that delays for a part of the run has delayed those that proxies flagged, no more', async () => {
    const mesh = shapes['two Services']!();
    // One request in ten a second late, from 30 s of 45 s on; callers counted over the whole run would be three times as many.
    const late = structuredClone(shiftRules(mesh)[0]!);
    late.spec.http[0].fault = { delay: { fixedDelay: '1s', percentage: { value: 10 } } };
    mesh.files['late.yaml'] = [late];
    mesh.spec.timeline = [{ at: '30s', apply: 'late.yaml' }];
    const { record } = await said(mesh, 1);
    const rate = record.pages.pages / 45;
    const found = record.diagnosis!.findings.find(({ code }) => code === 'fault-rule')!;
    const told = Number(/by 1 s: ([\d,]+) of them/.exec(found.sentence)![1]!.replaceAll(',', ''));
    expect(Math.abs(told - 0.1 * 15 * rate)).toBeLessThan(4 * Math.sqrt(0.1 * 15 * rate));
  });

  test('a page that fails has a finding, though nobody has told its cause', async () => {
    const record = await played('test/cases/two-services-same-pods');
    const failed = { ...record, pages: { ...record.pages, failed: 30 }, mesh: [] };
    const { answer: told, findings } = diagnose(failed);
    expect(told).toBe('does not hold');
    expect(findings[0]).toMatchObject({ code: 'pages-failed', harm: { pages: 30 } });
  });

  test('every failed page has a cause, in each scenario that loses some', async () => {
    for (const name of ['cold-canary', 'circuit-breaking', 'rule-before-subset', 'request-timeouts']) {
      const { failures, pages } = runOnce(await shipped(name)).record;
      expect(failures.reduce((sum, own) => sum + own.pages, 0)).toBe(pages.failed);
    }
  });
});

test('pods that never come are not waited for, and proxies that are gone are not waited for either', async () => {
  const { diagnosis, expectations } = runOnce(
    await shipped('traffic-shifting', 'timeline[0]={at: 60s, scale: {workload: ratings-v1, replicas: 0}}'),
  ).record;
  const found = diagnosis!.findings.filter(({ code }) => code === 'no-ready-pod');
  expect(found.length).toBeGreaterThan(0);
  for (const { remedies } of found) expect(remedies.map(({ text }) => text).join(' ')).not.toMatch(/^Wait/);
  // The rules of 120 s and later come to proxies that are there: in less than the 3 s that the scenario expects.
  const [told] = expectations.filter(({ text }) => text.startsWith('every change reaches'));
  expect(told).toMatchObject({ ok: true, found: expect.stringMatching(/^\d\.\d+ s at most$/) as string });
});

/** By workload, the different numbers of pods that the findings of a run ask for. */
function replicasAsked({ diagnosis }: RunRecord): ReadonlyMap<string, readonly number[]> {
  const asked = new Map<string, number[]>();
  const changes = diagnosis!.findings.flatMap(({ remedies }) => remedies.flatMap((own) => own.changes));
  for (const own of changes) {
    if (own.kind !== 'replicas') continue;
    const numbers = asked.get(own.workload) ?? [];
    if (!numbers.includes(own.replicas)) asked.set(own.workload, [...numbers, own.replicas]);
  }
  return asked;
}
