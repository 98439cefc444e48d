import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { FindingRecord } from '../../../src/record/finding.ts';
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

const scenarioOf = (strategy: string, later: string): Promise<Scenario> =>
  smallScenario(
    `duration: 30s
app: later-app.yaml
focus: shop
traffic: [{ name: calls, from: caller, host: 'shop:9080', path: /, arrivals: constant, rps: 10 }]
timeline: [{ at: 5s, apply: later.yaml }]`,
    {
      'mesh.yaml': `${service('shop')}${caller}${rule(100)}${rollout('1', strategy)}`,
      'later.yaml': later,
      'later-app.yaml':
        'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: shop }\nspec: { workloads: [{ name: shop, match: { app: shop }, script: [{ work: 1ms }] }] }',
    },
  );

const leftOutIn = (findings: readonly FindingRecord[]): FindingRecord[] =>
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
    },
  ])('whether it has $because', async ({ strategy, says }) => {
    const scenario = await scenarioOf(strategy, rollout('2', strategy));
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
