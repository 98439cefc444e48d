import { describe, expect, test } from 'vitest';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { FindingRecord } from '../../../src/record/finding.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import { deployment, kubernetesEntry, service, split, subsets } from '../../support/world.ts';

const app = `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: web }
spec:
  workloads:
    - { name: web, match: { app: web }, script: [{ work: 1ms }] }
    - { name: curl, match: { app: curl } }
`;

/** A host of its own that has the pods of web. */
const second = (name: string, { labels = 'app: web', targetPort = 9080 } = {}): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { ${labels} }, ports: [{ name: http, port: 9080, targetPort: ${targetPort} }] }
---`;

const entry = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: shop }
spec:
  hosts: [shop.example.com]
  location: MESH_INTERNAL
  resolution: STATIC
  ports: [{ number: 9080, name: http, protocol: HTTP }]
  workloadSelector: { labels: { app: web } }
---`;

const routeOf = (parent: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ group: '', kind: Service, name: ${parent}, port: 9080 }]
  rules: [{ backendRefs: [{ name: web-v1, port: 9080, weight: 90 }, { name: web-v2, port: 9080, weight: 10 }] }]
---`;

const versions = [
  second('web-v1', { labels: 'app: web, version: v1' }),
  second('web-v2', { labels: 'app: web, version: v2' }),
];

/** curl asks for web 30 times a second, and as often for another name. */
const scenarioOf = (
  asked: string,
  manifests: readonly string[],
  { isInjected = true, later }: { isInjected?: boolean; later?: string } = {},
): Promise<Scenario> =>
  smallScenario(
    `duration: 60s
app: later-app.yaml
focus: web
traffic:
  - { name: first, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 30 }
  - { name: second, from: curl-v1, host: ${asked}, path: /, port: 9080, arrivals: poisson, rps: 30 }
${later === undefined ? '' : 'timeline: [{ at: 30s, apply: later.yaml }]'}`,
    {
      'mesh.yaml': [
        service('web'),
        deployment('web', 'v1'),
        deployment('web', 'v2'),
        deployment('curl', 'v1', 1, isInjected),
        ...manifests,
      ].join(''),
      'later-app.yaml': app,
      ...(later === undefined ? {} : { 'later.yaml': later }),
    },
  );

const toldIn = ({ diagnosis }: RunRecord): readonly FindingRecord[] =>
  diagnosis!.findings.filter(({ code }) => code === 'another-name');

const foreseenIn = (scenario: Scenario): readonly string[] =>
  foresee(scenario).flatMap(({ code, sentence }) => (code === 'another-name' ? [sentence] : []));

const rule = [subsets('web', 'v1', 'v2'), split('web', { v1: 90, v2: 10 })];

// istio pilot/pkg/model/push_context.go: VirtualServices are looked up by the host of a service; a second Service has another host.
describe('pods that a rule tells apart, asked by another name', () => {
  test.each([
    {
      by: 'a second Service',
      asked: 'web-inside',
      manifests: [second('web-inside'), ...rule],
      of: 'VirtualService web.default, rule 1 is for web, and curl-v1 asks for web-inside',
    },
    {
      by: 'a ServiceEntry that selects them',
      asked: 'shop.example.com',
      manifests: [entry, ...rule],
      of: 'VirtualService web.default, rule 1 is for web, and curl-v1 asks for shop.example.com',
    },
    {
      by: 'a second Service, beside a route between Services',
      asked: 'web-inside',
      manifests: [second('web-inside'), ...versions, routeOf('web')],
      of: 'HTTPRoute web.default, rule 1 is for web, and curl-v1 asks for web-inside',
    },
    {
      by: 'a second Service with a rule that does not choose',
      asked: 'web-inside',
      manifests: [
        second('web-inside'),
        ...rule,
        `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: inside }
spec: { hosts: [web-inside], http: [{ timeout: 5s, route: [{ destination: { host: web-inside } }] }] }
---`,
      ],
      of: 'VirtualService web.default, rule 1 is for web, and curl-v1 asks for web-inside',
    },
    {
      by: 'a second Service, where the canary has no weight yet',
      asked: 'web-inside',
      manifests: [second('web-inside'), subsets('web', 'v1', 'v2'), split('web', { v1: 100, v2: 0 })],
      of: 'VirtualService web.default, rule 1 is for web, and curl-v1 asks for web-inside',
    },
  ])('by $by: the run does not hold, and it is foretold', async ({ asked, manifests, of }) => {
    const scenario = await scenarioOf(asked, manifests);
    const { record } = runOnce(scenario);
    expect(record.diagnosis!.answer).toBe('does not hold');
    const [found, ...more] = toldIn(record);
    expect(more).toEqual([]);
    expect(found!.level).toBe('breaks');
    expect(found!.sentence).toContain(of);
    // 30 a second for a minute: within four standard deviations of a Poisson count.
    expect(Math.abs(found!.harm.requests - 1800)).toBeLessThan(4 * Math.sqrt(1800));
    expect(foreseenIn(scenario)).toEqual([expect.stringContaining(of)]);
  });

  test('from the step on with which the rule begins to divide', async () => {
    const { record } = runOnce(
      await scenarioOf('web-inside', [second('web-inside'), subsets('web', 'v1', 'v2')], {
        later: split('web', { v1: 90, v2: 10 }),
      }),
    );
    expect(toldIn(record)).toMatchObject([{ level: 'breaks', harm: { fromSeconds: 30, toSeconds: 60 } }]);
  });

  test('by callers without a sidecar, whom no rule would follow either', async () => {
    const { record } = runOnce(
      await scenarioOf('web-inside', [second('web-inside'), ...rule], { isInjected: false }),
    );
    const [found] = toldIn(record);
    expect(found!.sentence).toContain('came from callers without a sidecar');
    expect(Math.abs(found!.harm.requests - 1800)).toBeLessThan(4 * Math.sqrt(1800));
  });

  test.each([
    {
      because: 'the name has the same split of its own',
      asked: 'web-inside',
      manifests: [
        second('web-inside'),
        ...rule,
        subsets('web-inside', 'v1', 'v2'),
        split('web-inside', { v1: 90, v2: 10 }),
      ],
    },
    {
      because: 'the name has pods of one version alone: it is asked for on purpose',
      asked: 'web-v2',
      manifests: [...versions, ...rule],
    },
    {
      because: 'the name leads to another port, as for metrics',
      asked: 'web-metrics',
      manifests: [second('web-metrics', { targetPort: 9090 }), ...rule],
    },
    {
      because: 'a pattern among the hosts of the rule is for both names',
      asked: 'web-inside',
      manifests: [
        second('web-inside'),
        subsets('web', 'v1', 'v2'),
        split('web', { v1: 90, v2: 10 }).replace('hosts: [web]', 'hosts: ["*.default.svc.cluster.local"]'),
      ],
    },
    {
      because: 'a pattern of another rule is for the second name',
      asked: 'web-inside',
      manifests: [
        second('web-inside'),
        ...rule,
        split('web', { v1: 90, v2: 10 })
          .replace('{ name: web }', '{ name: any }')
          .replace('hosts: [web]', 'hosts: ["*.default.svc.cluster.local"]'),
      ],
    },
    {
      because: 'no rule divides',
      asked: 'web-inside',
      manifests: [second('web-inside')],
    },
    {
      because: 'a destination of the rule is asked for by itself',
      asked: 'web-v1',
      manifests: [...versions, routeOf('web')],
    },
  ])('nothing is told where $because', async ({ asked, manifests }) => {
    const scenario = await scenarioOf(asked, manifests);
    expect(toldIn(runOnce(scenario).record)).toEqual([]);
    expect(foreseenIn(scenario)).toEqual([]);
  });

  // A route of Gateway API has no hosts of a mesh: it acts where its parents are, and sends to its backends.
  test('which a route at a gateway sends to: it is not called a route for them', async () => {
    const atGateway = routeOf('entry').replace(
      "{ group: '', kind: Service, name: entry, port: 9080 }",
      '{ name: entry }',
    );
    const scenario = await scenarioOf('web-inside', [
      second('web-inside'),
      ...versions,
      kubernetesEntry,
      atGateway,
    ]);
    const [found] = toldIn(runOnce(scenario).record);
    expect(found!.sentence).toContain(
      'HTTPRoute web.default, rule 1 sends to web-v1 and web-v2 what comes to its Gateway, and curl-v1 asks for ',
    );
    expect(found!.remedies[0]!.text).toContain('let them come by that Gateway');
    expect(foreseenIn(scenario)[0]).toContain('sends to web-v1 and web-v2 what comes to its Gateway');
  });
});
