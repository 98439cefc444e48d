import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { service } from '../../support/world.ts';

const rollout = (image: string, strategy: string): string => `
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop } }
  template: { metadata: { labels: { app: shop } }, spec: { containers: [{ name: app, image: 'shop:${image}', ports: [{ containerPort: 9080 }] }] } }
  strategy: ${strategy}
---
`;
const caller = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: caller }
spec: { replicas: 1, selector: { matchLabels: { app: caller } }, template: { metadata: { labels: { app: caller } }, spec: { containers: [{ name: app, image: x }] } } }
---
`;
const rule = (stable: number): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [shop]
  http:
    - route:
        - { destination: { host: shop, subset: stable }, weight: ${stable} }
        - { destination: { host: shop, subset: canary }, weight: ${100 - stable} }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: shop }
spec: { host: shop, subsets: [{ name: stable, labels: { app: shop } }, { name: canary, labels: { app: shop } }] }
---
`;
const routing =
  'trafficRouting: { istio: { virtualService: { name: shop }, destinationRule: { name: shop, stableSubsetName: stable, canarySubsetName: canary } } }';
const steps = 'steps: [{ setWeight: 25 }, { pause: {} }]';

const httpRoute = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: shop }
spec: { parentRefs: [{ group: "", kind: Service, name: other }], rules: [{ backendRefs: [{ name: shop, port: 9080 }] }] }
---
`;

const scenarioOf = (strategy: string, later: string, more = ''): Promise<Scenario> =>
  smallScenario(
    `duration: 30s
app: later-app.yaml
focus: shop
traffic: [{ name: calls, from: caller, host: 'shop:9080', path: /, arrivals: constant, rps: 10 }]
timeline: [{ at: 5s, apply: later.yaml }]`,
    {
      'mesh.yaml': `${service('shop')}${caller}${rule(100)}${more}${rollout('1', strategy)}`,
      'later.yaml': later,
      'later-app.yaml':
        'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }] }',
    },
  );

const leftOutIn = <Own extends { readonly code: string }>(findings: readonly Own[]): Own[] =>
  findings.filter(({ code }) => code === 'left-out');

// Argo Rollouts v1.9: rollout/controller.go, rolloutCanary and rolloutBlueGreen; each has a new ReplicaSet to bring in, whatever its steps.
describe('a Rollout that gets a new template forbids the tick', () => {
  test.each([
    {
      strategy: `{ canary: { ${routing}, ${steps} } }`,
      says: 'The 2 steps of Rollout shop do nothing',
      because: 'steps',
    },
    {
      strategy: `{ canary: { ${routing} } }`,
      says: 'no controller moves the weights of VirtualService shop',
      because: 'weights alone',
    },
    {
      strategy: '{ canary: { maxSurge: 1 } }',
      says: 'no controller replaces old pods by new ones',
      because: 'a plain update',
    },
    {
      strategy: `{ canary: { ${steps} } }`,
      says: 'no controller replaces old pods by new ones',
      because: 'steps without a router',
    },
    {
      strategy: '{ blueGreen: { activeService: shop } }',
      says: 'no controller points Service shop at the new pods',
      because: 'blue and green',
    },
    {
      strategy: `{ canary: { trafficRouting: { plugins: { argoproj-labs/gatewayAPI: { httpRoute: shop } } }, ${steps} } }`,
      says: 'no controller moves the weights of HTTPRoute shop',
      because: 'the plugin for Gateway API',
      more: `${service('other')}${httpRoute}`,
    },
  ])('whether it has $because', async ({ strategy, says, more }) => {
    const scenario = await scenarioOf(strategy, rollout('2', strategy), more);
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('holds, but');
    expect(diagnosis!.findings[0]!.sentence).toContain(says);
    // Its controller gives each version a label of its own: that both subsets select all pods is no mistake of the user's.
    expect(diagnosis!.findings.map(({ code }) => code)).not.toContain('destinations-share-pods');
    expect(foresee(scenario).find(({ code }) => code === 'left-out')?.sentence).toContain(says);
  });
});

describe('a Rollout whose template stays', () => {
  const strategy = `{ canary: { ${routing}, ${steps} } }`;

  test('begins none of its steps in a cluster either: that is said, and is no harm', async () => {
    const scenario = await scenarioOf(strategy, rollout('1', strategy).replace('replicas: 2', 'replicas: 3'));
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('holds');
    expect(leftOutIn(diagnosis!.findings)).toMatchObject([
      { level: 'note', sentence: expect.stringContaining('none of its 2 steps begins') as string },
    ]);
    expect(foresee(scenario)).toEqual([]);
  });

  // rollout/trafficrouting.go, reconcileTrafficRouting: fully promoted, SetWeight(0).
  test('puts the weights of its rule back, which the run does not', async () => {
    const scenario = await scenarioOf(strategy, rule(50));
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('holds, but');
    expect(diagnosis!.findings[0]!.sentence).toContain('nobody puts the weights of VirtualService shop back');
    expect(foresee(scenario).map(({ code }) => code)).toContain('left-out');
  });

  const byHosts = `{ canary: { stableService: shop, canaryService: shop-canary, trafficRouting: { istio: { virtualService: { name: shop, ROUTES } } }, ${steps} } }`;
  const canaryService = service('shop-canary').replace('app: shop-canary', 'app: shop');
  const sent = (canary: number): string =>
    `route: [{ destination: { host: shop }, weight: ${100 - canary} }, { destination: { host: shop-canary }, weight: ${canary} }]`;
  const ruleOf = (routes: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec: { hosts: [${routes.startsWith('tcp') ? 'other' : 'shop'}], ${routes} }
---
`;

  // rollout/trafficrouting/istio/istio.go: getHttpRouteIndexesToPatch takes the routes that are named; reconcileVirtualServiceTCPRoutes.
  test.each([
    {
      routes: `http: [{ match: [{ headers: { x-canary: { exact: "1" } } }], name: header, route: [{ destination: { host: shop-canary } }] }, { name: primary, ${sent(0)} }]`,
      named: 'routes: [primary]',
      putsBack: false,
      because: 'a route that it does not name leads to the canary',
    },
    {
      routes: `http: [{ name: primary, ${sent(20)} }]`,
      named: 'routes: [primary]',
      putsBack: true,
      because: 'the route that it names does',
    },
    {
      routes: `tcp: [{ ${sent(20)} }]`,
      named: 'tcpRoutes: [{ port: 9080 }]',
      putsBack: true,
      because: 'a tcp route does',
    },
  ])('puts back what it moves alone: $because', async ({ routes, named, putsBack }) => {
    const scenario = await scenarioOf(
      byHosts.replace('ROUTES', named),
      service('shop'),
      canaryService + ruleOf(routes),
    );
    const { diagnosis } = runOnce(scenario).record;
    const isTold = diagnosis!.findings.some(({ sentence }) => sentence.includes('back: as long as'));
    expect(isTold).toBe(putsBack);
    expect(diagnosis!.answer === 'holds').toBe(!putsBack);
  });

  // rollout/service.go, ensureSVCTargets: the Service selects by the hash of the Rollout's own ReplicaSet.
  test('takes its Services from pods of others, which the run leaves to them', async () => {
    const old = caller
      .replaceAll('caller', 'shop-old')
      .replaceAll('app: shop-old', 'app: shop, old: yes-it-is');
    const strategies = byHosts.replace('ROUTES', 'routes: [primary]');
    const mesh = canaryService + ruleOf(`http: [{ name: primary, ${sent(0)} }]`);
    const beside = await scenarioOf(strategies, service('shop'), mesh + old);
    const { diagnosis } = runOnce(beside).record;
    expect(diagnosis!.answer).toBe('holds, but');
    expect(diagnosis!.findings[0]!.sentence).toContain(
      'In this run Service shop and Service shop-canary pick pods of shop-old beside those of Rollout shop',
    );
    const alone = await scenarioOf(
      strategies,
      service('shop'),
      mesh + old.replace('replicas: 1', 'replicas: 0'),
    );
    expect(runOnce(alone).record.diagnosis!.answer).toBe('holds');
  });

  // rollout/controller.go, getReferencedRolloutAnalyses: "AnalysisTemplate 'success' not found" is an InvalidSpec.
  test('goes no further without the templates that its analyses name', async () => {
    const template = `
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: success }
spec: { metrics: [] }
---
`;
    const judged = `{ canary: { ${routing}, ${steps}, analysis: { templates: [{ templateName: success }] } } }`;
    const lacking = runOnce(await scenarioOf(judged, service('shop'))).record.diagnosis!;
    expect(lacking.answer).toBe('holds, but');
    expect(lacking.findings[0]!.sentence).toContain(
      'does nothing as long as AnalysisTemplate success is not there',
    );
    expect(runOnce(await scenarioOf(judged, service('shop'), template)).record.diagnosis!.answer).toBe(
      'holds',
    );
  });

  // rollout/restart.go, RolloutPodRestarter.Reconcile: pods older than spec.restartAt are deleted, maxUnavailable at a time.
  test('has its pods restarted by restartAt, which the run does not', async () => {
    const asked = rollout('1', strategy).replace(
      '  replicas: 2',
      '  restartAt: "2026-01-01T00:00:00Z"\n  replicas: 2',
    );
    const scenario = await scenarioOf(strategy, asked);
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('holds, but');
    expect(diagnosis!.findings[0]!.sentence).toContain(
      'The pods of Rollout shop are not restarted in this run',
    );
    // To kill pods gives them no grace, which the controller's deletions do.
    const [remedy] = diagnosis!.findings[0]!.remedies;
    expect(remedy!.text).toContain('restart: { workload: shop }');
    expect(remedy!.text).not.toMatch(/kill/i);
    expect(foresee(scenario).map(({ code }) => code)).toContain('left-out');
  });

  // rollouts-plugin-trafficrouter-gatewayapi, pkg/plugin/types.go: a route of each kind, by a name or by a list of them.
  test.each([
    { kind: 'HTTPRoute', version: 'v1', field: 'httpRoute: shop', port: 'http' },
    { kind: 'GRPCRoute', version: 'v1', field: 'grpcRoutes: [{ name: shop }]', port: 'grpc' },
    { kind: 'TCPRoute', version: 'v1alpha2', field: 'tcpRoute: shop', port: 'tcp' },
  ])('puts the weights of a $kind back, which the run does not', async ({ kind, version, field, port }) => {
    const own = (name: string): string =>
      service(name).replace(`app: ${name}`, 'app: shop').replace('name: http', `name: ${port}`);
    const route = `
apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: shop, port: 9080 }]
  rules: [{ backendRefs: [{ name: shop-stable, port: 9080, weight: 70 }, { name: shop-canary, port: 9080, weight: 30 }] }]
---`;
    const plugin = `{ canary: { stableService: shop-stable, canaryService: shop-canary, trafficRouting: { plugins: { argoproj-labs/gatewayAPI: { ${field} } } }, ${steps} } }`;
    const scenario = await smallScenario(
      `duration: 20s
app: later-app.yaml
traffic: [{ name: calls, from: caller, host: 'shop:9080', path: /, arrivals: constant, rps: 10 }]`,
      {
        'mesh.yaml': `${['shop', 'shop-stable', 'shop-canary'].map(own).join('')}${caller}${route}${rollout('1', plugin)}`,
        'later-app.yaml':
          'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }] }',
      },
    );
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.findings[0]!.sentence).toContain(`nobody puts the weights of ${kind} shop back`);
    expect(diagnosis!.findings.map(({ code }) => code)).not.toContain('destinations-share-pods');
  });
});

// argo-rollouts rollout/canary.go, reconcileCanaryReplicaSets: "Skipping canary/stable ReplicaSet reconciliation: user paused".
describe('a Rollout that is paused (spec.paused)', () => {
  const paused = (own: string): string => own.replace('  replicas: 2', '  paused: true\n  replicas: 2');
  const versions = ({ pods }: RunRecord): number => new Set(pods.map(({ workload }) => workload)).size;

  test.each([
    { strategy: `{ canary: { ${routing}, ${steps} } }`, because: 'with a router' },
    { strategy: `{ canary: { ${steps} } }`, because: 'without one' },
  ])('makes no pods of a new template, $because: said, and no harm', async ({ strategy }) => {
    const { record } = runOnce(await scenarioOf(strategy, paused(rollout('2', strategy))));
    expect(record.pods).toHaveLength(3);
    expect(record.diagnosis!.answer).toBe('holds');
    expect(leftOutIn(record.diagnosis!.findings)).toMatchObject([
      {
        level: 'note',
        sentence:
          'Rollout shop is paused (spec.paused), so its new template makes no pods and none of its steps begins: here as in a cluster.',
      },
    ]);
  });

  test('makes them once it goes on', async () => {
    const strategy = `{ canary: { ${routing}, ${steps} } }`;
    const scenario = await smallScenario(
      `duration: 40s
app: later-app.yaml
traffic: [{ name: calls, from: caller, host: 'shop:9080', path: /, arrivals: constant, rps: 10 }]
timeline: [{ at: 5s, apply: later.yaml }, { at: 20s, apply: later-on.yaml }]`,
      {
        'mesh.yaml': `${service('shop')}${caller}${rule(100)}${rollout('1', strategy)}`,
        'later.yaml': paused(rollout('2', strategy)),
        'later-on.yaml': rollout('2', strategy),
        'later-app.yaml':
          'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }] }',
      },
    );
    const { record } = runOnce(scenario);
    expect(record.pods.length).toBeGreaterThan(3);
    expect(versions(record)).toBe(2);
    expect(leftOutIn(record.diagnosis!.findings)[0]!.sentence).toContain(
      'The 2 steps of Rollout shop do nothing',
    );
  });

  // rollout/service.go, reconcileActiveService: skipped; rollout/bluegreen.go, reconcileBlueGreenReplicaSets: not.
  test('of blue and green makes them, and its Service stays with the old ones, which the run does not play', async () => {
    const strategy = '{ blueGreen: { activeService: shop } }';
    const scenario = await scenarioOf(strategy, paused(rollout('2', strategy)));
    const { diagnosis, pods } = runOnce(scenario).record;
    expect(pods.length).toBeGreaterThan(3);
    expect(diagnosis!.answer).not.toBe('holds');
    expect(leftOutIn(diagnosis!.findings)[0]!.sentence).toContain(
      'leave Service shop with the old ones alone; in this run nothing tells the two apart',
    );
  });
});

// argo-rollouts pkg/apis/rollouts/validation/validation_references.go, and rollout/trafficrouting/istio (GetReferencedVirtualServices,
// ValidateHTTPRoutes, UpdateHash): the pass ends before a ReplicaSet is made or scaled.
describe('a Rollout forbids the tick whose controller goes no further', () => {
  const named = (name: string): string =>
    `{ canary: { trafficRouting: { istio: { virtualService: { name: shop, routes: [${name}] }, destinationRule: { name: shop, stableSubsetName: stable, canarySubsetName: canary } } }, ${steps} } }`;
  const bySubsets = `{ canary: { ${routing}, ${steps} } }`;
  const hosts = `{ canary: { stableService: shop, canaryService: shop-canary, trafficRouting: { istio: { virtualService: { name: shop } } }, ${steps} } }`;
  const [virtualService, destinationRule] = rule(100)
    .split('---\n')
    .map((own) => `${own}---\n`) as [string, string];
  const twice = virtualService.replace(
    '  http:\n',
    '  http:\n    - { match: [{ uri: { prefix: /own } }], route: [{ destination: { host: shop, subset: stable } }] }\n',
  );

  test.each([
    { strategy: bySubsets, mesh: destinationRule, says: 'VirtualService shop is not there' },
    { strategy: bySubsets, mesh: virtualService, says: 'DestinationRule shop is not there' },
    {
      strategy: named('primary'),
      mesh: rule(100),
      says: 'VirtualService shop has no http route of the name primary',
    },
    {
      strategy: bySubsets,
      mesh: twice + destinationRule,
      says: 'it names none of the routes of VirtualService shop, which has several',
    },
    {
      strategy: bySubsets,
      mesh: virtualService.replace('subset: canary', 'subset: next') + destinationRule,
      says: 'a route of VirtualService shop does not send to subset canary',
    },
    { strategy: hosts, mesh: rule(100), says: 'Service shop-canary is not there' },
    {
      strategy: hosts,
      mesh: service('shop-canary') + rule(100),
      says: 'Service shop-canary selects by labels that its template does not have',
    },
    {
      strategy: hosts,
      mesh: service('shop-canary').replace('app: shop-canary', 'app: shop') + rule(100),
      says: 'a route of VirtualService shop does not send to Service shop-canary',
    },
    {
      strategy: `{ canary: { trafficRouting: { plugins: { argoproj-labs/gatewayAPI: { httpRoute: shop } } }, ${steps} } }`,
      mesh: rule(100),
      says: 'HTTPRoute shop is not there',
    },
  ])('as long as $says', async ({ strategy, mesh, says }) => {
    const scenario = await smallScenario(
      `duration: 10s
app: later-app.yaml
traffic: [{ name: calls, from: caller, host: 'shop:9080', path: /, arrivals: constant, rps: 10 }]`,
      {
        'mesh.yaml': `${service('shop')}${caller}${mesh}${rollout('1', strategy)}`,
        'later-app.yaml':
          'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }] }',
      },
    );
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).not.toBe('holds');
    expect(leftOutIn(diagnosis!.findings)[0]!.sentence).toContain(
      `In a cluster the controller of Rollout shop does nothing as long as ${says}`,
    );
    expect(leftOutIn(foresee(scenario)).map(({ sentence }) => sentence)).toEqual([
      expect.stringContaining(says),
    ]);
  });
});

// rollout/trafficrouting/istio/istio.go, UpdateHash; rollout/service.go, switchServiceSelector: of a Rollout that is fully promoted
// both sides have the hash of the pods that there are, and the manifests of a cluster show it.
describe('the hashes that a controller has written', () => {
  const hash = (value: string): string => `rollouts-pod-template-hash: ${value}`;
  const subsetsOf = (stable: string, canary: string): string =>
    rule(100)
      .replace('labels: { app: shop } }, ', `labels: { app: shop, ${hash(stable)} } }, `)
      .replace('name: canary, labels: { app: shop }', `name: canary, labels: { app: shop, ${hash(canary)} }`);
  const only = (template: string, value: string): string =>
    `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: shop-${value} }
spec:
  replicas: 1
  selector: { matchLabels: { app: shop, ${hash(value)} } }
  template: { metadata: { labels: { app: shop, ${hash(value)} } }, spec: { containers: [{ name: app, image: '${template}', ports: [{ containerPort: 9080 }] }] } }
---
`;
  const played = async (mesh: string): Promise<RunRecord> =>
    runOnce(
      await smallScenario(
        `duration: 10s
app: later-app.yaml
traffic: [{ name: calls, from: caller, host: 'shop:9080', path: /, arrivals: constant, rps: 10 }]`,
        {
          'mesh.yaml': `${caller}${mesh}`,
          'later-app.yaml':
            'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }] }',
        },
      ),
    ).record;
  const bySubsets = `{ canary: { ${routing}, ${steps} } }`;

  test.each([
    {
      mesh: `${service('shop')}${subsetsOf('6b5c8d9', '6b5c8d9')}${rollout('1', bySubsets)}`,
      because: 'in subsets',
    },
    {
      mesh: `${service('shop')}${subsetsOf('6b5c8d9', '77f9')}${rollout('1', bySubsets)}`,
      because: 'in subsets, of another time',
    },
    {
      mesh: `${service('shop').replace('app: shop }', `app: shop, ${hash('6b5c8d9')} }`)}${rollout('1', '{ blueGreen: { activeService: shop } }')}`,
      because: 'in a Service',
    },
  ])('are those of its pods, $because: every call is answered', async ({ mesh }) => {
    const { diagnosis, pages } = await played(mesh);
    expect(pages.failed).toBe(0);
    expect(diagnosis!.answer).toBe('holds');
  });

  test('tell pods apart where these have them, as those of ReplicaSets do', async () => {
    const record = await played(
      `${service('shop')}${subsetsOf('6b5c8d9', '77f9')}${only('shop:1', '6b5c8d9')}${only('shop:2', '77f9')}${rollout('2', bySubsets)}`,
    );
    expect(record.callers[0]!.answered.map(({ version }) => version)).toEqual(['shop-6b5c8d9']);
  });

  test('are asked of pods that no Rollout keeps: none has them', async () => {
    const deployed = rollout('1', bySubsets)
      .replace('argoproj.io/v1alpha1', 'apps/v1')
      .replace('kind: Rollout', 'kind: Deployment')
      .replace(/ {2}strategy: .*\n/, '');
    const { pages } = await played(`${service('shop')}${subsetsOf('6b5c8d9', '6b5c8d9')}${deployed}`);
    expect(pages.failed).toBe(pages.pages);
  });
});
