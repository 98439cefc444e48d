import { describe, expect, test } from 'vitest';
import { configurationFor } from '../../../src/experiment/routes/configuration.ts';
import { foresee } from '../../../src/experiment/foresee.ts';
import { runOnce } from '../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { smallScenario } from '../../support/small-scenario.ts';
import {
  deployment,
  entryFor,
  kubernetesEntry,
  resources,
  service,
  split,
  subsets,
} from '../../support/world.ts';

const app =
  'apiVersion: meshshift/v1alpha1\nkind: App\nmetadata: { name: web }\nspec: { workloads: [{ name: web, match: { app: web }, script: [{ work: 1ms }] }] }';

const entry = `${entryFor()}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root }
spec: { hosts: [shop.example.com], gateways: [entry], http: [{ match: [{ uri: { prefix: /api } }], delegate: { name: web } }] }
---`;

const delegate = (...paths: readonly string[]): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web }
spec: { http: [${paths.map((own, place) => `{ match: [{ uri: { prefix: ${own} } }], route: [{ destination: { host: web, subset: v${place + 1} } }] }`).join(', ')}] }
---`;

const web = [
  service('web'),
  deployment('web', 'v1'),
  deployment('web', 'v2'),
  subsets('web', 'v1', 'v2'),
].join('');

const scenarioOf = (traffic: string, ...manifests: readonly string[]): Promise<Scenario> =>
  smallScenario(`duration: 20s\napp: later-app.yaml\ntraffic: [${traffic}]`, {
    'mesh.yaml': [web, ...manifests].join(''),
    'later-app.yaml': app,
  });

const visitors = '{ name: users, host: shop.example.com, path: /api/v1/items, arrivals: poisson, rps: 20 }';

const rooted = (to: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root }
spec: { hosts: [web], http: [{ match: [{ uri: { prefix: /api } }], delegate: ${to} }, { route: [{ destination: { host: web, subset: v1 } }] }] }
---`;

// istio pilot/pkg/model/virtualservice.go, mergeVirtualServicesIfNeeded: a delegate that is not found, or not visible, is passed over.
describe('a rule that delegates to what is not there', () => {
  test.each([
    {
      root: rooted('{ name: webb }'),
      exported: '',
      says: [
        'VirtualService root.default, rule 1 does nothing: it delegates to VirtualService webb.default, and there is no such one without hosts.',
        'VirtualService web.default does nothing: it has no hosts, so it acts where another one delegates to it, and none does.',
      ],
      because: 'its name has a slip',
    },
    {
      root: rooted('{ name: web, namespace: other }'),
      exported: 'other',
      says: [
        'VirtualService root.default, rule 1 does nothing: it delegates to VirtualService web.other, which is not exported to its namespace.',
      ],
      because: 'it is private to its namespace',
    },
  ])('is told before and after a run where $because', async ({ root, exported, says }) => {
    const calls =
      '{ name: calls, from: curl-v1, host: web, path: /api/v1, port: 9080, arrivals: poisson, rps: 20 }';
    const own =
      exported === ''
        ? delegate('/api')
        : delegate('/api')
            .replace('name: web }', `name: web, namespace: ${exported} }`)
            .replace('spec: {', 'spec: { exportTo: ["."],');
    const scenario = await scenarioOf(calls, deployment('curl', 'v1'), root, own);
    const isTold = ({ code }: { readonly code: string }): boolean => code === 'rule-dropped';
    expect(
      foresee(scenario)
        .filter(isTold)
        .map(({ sentence }) => sentence),
    ).toEqual(says);
    const { diagnosis } = runOnce(scenario).record;
    expect(diagnosis!.answer).toBe('holds, but');
    expect(diagnosis!.findings.filter(isTold).map(({ sentence }) => sentence)).toEqual(says);
  });

  test('is none where it is', async () => {
    const scenario = await scenarioOf(
      '',
      deployment('curl', 'v1'),
      rooted('{ name: web }'),
      delegate('/api'),
    );
    expect(foresee(scenario).map(({ code }) => code)).not.toContain('rule-dropped');
  });
});

// The same; of a root without any other rule nothing is left, and its callers' balancers choose.
test('a rule that delegates a split to what it cannot see leaves it undone: the run does not hold', async () => {
  const own = split('web', { v1: 90, v2: 10 })
    .replace('{ name: web }', '{ name: web, namespace: other }')
    .replace('hosts: [web]', 'exportTo: ["."]')
    .replace(/host: web,/g, 'host: web.default.svc.cluster.local,');
  const root = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: root }
spec: { hosts: [web], http: [{ delegate: { name: web, namespace: other } }] }
---`;
  const { diagnosis } = runOnce(await scenarioOf(curl, deployment('curl', 'v1'), root, own)).record;
  expect(diagnosis!.answer).toBe('does not hold');
  expect(diagnosis!.findings[0]!.sentence).toMatch(
    /which is not exported to its namespace\. Of [\d,]+ requests of curl-v1, [\d.]+ % were answered by v/,
  );
});

// istio pilot/pkg/model/virtualservice.go, mergeHTTPRoute: one match of a delegate that conflicts with the root's leaves its rule out.
describe('a rule of a delegate whose match lies outside of the root’s', () => {
  const says =
    'VirtualService web.default, rule 2 does nothing: what its match asks of uri does not lie in what VirtualService root.default, rule 1 asks, which delegates to it';

  test('is told before and after a run, and forbids the tick, though another rule takes all requests', async () => {
    const scenario = await scenarioOf(visitors, entry, delegate('/api', '/v2'));
    expect(foresee(scenario)).toMatchObject([
      { code: 'rule-dropped', sentence: expect.stringContaining(says) as string },
    ]);
    const { pages, diagnosis } = runOnce(scenario).record;
    expect(pages.failed).toBe(0);
    expect(diagnosis!.answer).toBe('holds, but');
    expect(diagnosis!.findings[0]!.sentence).toContain(says);
  });

  test('is what is told of requests that no rule takes', async () => {
    const scenario = await scenarioOf(visitors, entry, delegate('/api/v2', '/v1'));
    const { findings } = runOnce(scenario).record.diagnosis!;
    expect(findings.map(({ code }) => code)).toEqual(['no-route']);
    expect(findings[0]!.sentence).toContain(says);
    expect(findings[0]!.remedies.map(({ text }) => text).join(' ')).not.toContain('Add a last route');
  });

  test('is named by routes beside the rule that acts', () => {
    const { standings } = configurationFor(resources(web, entry, delegate('/api', '/v2')), {
      type: 'gateway',
      namespace: undefined,
      labels: undefined,
    });
    expect(standings.flatMap(({ leavesOut }) => leavesOut)).toEqual([
      expect.stringMatching(/^rule 2 is left out: what its match asks of uri/),
    ]);
  });

  test('is none where another rule that delegates takes it over', async () => {
    const both = entry.replace(
      'delegate: { name: web } }]',
      'delegate: { name: web } }, { match: [{ uri: { prefix: /v2 } }], delegate: { name: web } }]',
    );
    expect(foresee(await scenarioOf(visitors, both, delegate('/api', '/v2')))).toEqual([]);
  });
});

// istio pilot/pkg/config/kube/gateway/conversion.go: an unsupported filter is an error, and no rule is made of the route.
describe('an HTTPRoute of which istiod makes no rule', () => {
  const route = (parent: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web }
spec:
  parentRefs: [{ ${parent} }]
  rules: [{ filters: [{ type: ExtensionRef, extensionRef: { group: x.io, kind: Y, name: z } }], backendRefs: [{ name: web, port: 9080 }] }]
---`;
  const says =
    'HTTPRoute web.default does nothing: istiod makes no rule at all of it, for an error in one of its rules (unsupported filter type "ExtensionRef").';

  test('is named where its visitors get 404, with what to take out of it', async () => {
    const { findings } = runOnce(await scenarioOf(visitors, kubernetesEntry, route('name: entry'))).record
      .diagnosis!;
    expect(findings.map(({ code }) => code)).toEqual(['no-route']);
    expect(findings[0]!.sentence).toContain(says);
    expect(findings[0]!.remedies[0]!.text).toBe(
      'Take what istiod does not know out of HTTPRoute web.default: all of its rules act then.',
    );
  });

  test('forbids the tick where its callers go on without it', async () => {
    const scenario = await scenarioOf(
      '{ name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }',
      deployment('curl', 'v1'),
      route('group: "", kind: Service, name: web'),
    );
    const { answer, findings } = runOnce(scenario).record.diagnosis!;
    expect(answer).toBe('holds, but');
    expect(findings.map(({ sentence }) => sentence)).toContain(says);
  });
});

const curl = '{ name: curl, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }';

// core/route/route.go, BuildHTTPRoutesForVirtualService: no route is made after one that takes every request.
test('a rule behind one without a match forbids the tick; validate has it from istioctl, with its place', async () => {
  const scenario = await scenarioOf(
    curl,
    deployment('curl', 'v1'),
    split('web', { v1: 100 }).replace(
      /\n---$/,
      '\n    - { match: [{ headers: { x-beta: { exact: "1" } } }], route: [{ destination: { host: web, subset: v2 } }] }\n---',
    ),
  );
  expect(foresee(scenario)).toEqual([]);
  const { answer, findings } = runOnce(scenario).record.diagnosis!;
  expect(answer).toBe('holds, but');
  expect(findings[0]!.sentence).toBe(
    'VirtualService web.default, rule 2 does nothing: rule 1 before it has no match, and takes every request.',
  );
});

// Gateway API, GEP-1426: a route in another namespace than its parent Service is for the consumers of its own.
test('a route for the callers of a namespace in which nobody calls does nothing', async () => {
  const route = `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: team }
spec:
  parentRefs: [{ group: "", kind: Service, name: web, namespace: default }]
  rules: [{ backendRefs: [{ name: web, namespace: default, port: 9080 }] }]
---`;
  const says = 'HTTPRoute web.team does nothing: its parent is Service web of namespace default';
  const nobody = await scenarioOf(curl, deployment('curl', 'v1'), route);
  expect(foresee(nobody)).toMatchObject([{ sentence: expect.stringContaining(says) as string }]);
  expect(runOnce(nobody).record.diagnosis!.findings[0]!.sentence).toContain(says);
  const some = deployment('curl', 'v1').replace('{ name: curl-v1 }', '{ name: curl-v1, namespace: team }');
  expect(foresee(await scenarioOf(curl.replace('host: web', 'host: web.default'), some, route))).toEqual([]);
});

// weighted_clusters: each entry has its own weight, whatever the others name.
test('one destination with two weights is told, before and after a run', async () => {
  const rule = split('web', { v1: 90, v2: 10 }).replace('subset: v2', 'subset: v1');
  const scenario = await scenarioOf(curl, deployment('curl', 'v1'), rule);
  const says =
    'VirtualService web.default, rule 1 names web v1 twice, with 90 % and 10 %: it gets all of that, 100 % of the requests.';
  expect(foresee(scenario)).toMatchObject([{ code: 'destination-twice', sentence: says }]);
  const { answer, findings } = runOnce(scenario).record.diagnosis!;
  expect(answer).toBe('holds, but');
  expect(findings[0]!.sentence).toBe(says);
});

const attachedTo = (ref: string, kind = 'HTTPRoute'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: { name: web }
spec: { parentRefs: [${ref}], rules: [{ backendRefs: [{ name: one, port: 9080, weight: 90 }, { name: two, port: 9080, weight: 10 }] }] }
---`;

// Gateway API, RouteConditionReason: NoMatchingParent, NotAllowedByListeners; the route is there, and acts on no request.
describe('a route of Gateway API that nothing takes', () => {
  const calls = '{ name: calls, from: curl-v1, host: web, path: /, port: 9080, arrivals: poisson, rps: 20 }';
  const versions = ['one', 'two'].map((own, place) =>
    service(own).replace(`app: ${own}`, `app: web, version: v${place + 1}`),
  );
  const played = (...manifests: readonly string[]): Promise<Scenario> =>
    scenarioOf(calls, deployment('curl', 'v1'), ...versions, ...manifests);
  const isTold = ({ code }: { readonly code: string }): boolean => code === 'rule-dropped';

  test.each([
    {
      route: attachedTo('{ group: "", kind: Service, name: webb }'),
      says: 'HTTPRoute web.default does nothing: its parent Service webb of namespace default is not there.',
    },
    {
      route: attachedTo('{ group: "", kind: Service, name: web, port: 80 }'),
      says: 'HTTPRoute web.default does nothing: its parent Service web of namespace default has no port 80.',
    },
    {
      route: attachedTo('{ name: shop }'),
      says: 'HTTPRoute web.default does nothing: its parent Gateway shop of namespace default is not there.',
    },
  ])('forbids the tick: $says', async ({ route, says }) => {
    const { diagnosis } = runOnce(await played(route)).record;
    expect(diagnosis!.answer).toBe('does not hold');
    expect(diagnosis!.findings.filter(isTold).map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/requests of curl-v1, [\d.]+ % were answered by /),
    ]);
    expect(diagnosis!.findings.find(isTold)!.sentence).toContain(says);
  });

  test('is foretold where the analysis has no word on it', async () => {
    const route = attachedTo('{ group: "", kind: Service, name: webb }', 'GRPCRoute');
    expect(foresee(await played(route)).filter(isTold)).toHaveLength(1);
  });

  test.each([
    '{ group: "", kind: Service, name: web }',
    '{ group: "", kind: Service, name: web, port: 9080 }',
    '{ group: "", kind: Service, name: web }, { group: "", kind: Service, name: one }',
  ])('is none where one takes it: %s', async (ref) => {
    expect(runOnce(await played(attachedTo(ref))).record.diagnosis!.findings.filter(isTold)).toEqual([]);
  });

  // Gateway API, RouteParentStatus: "Status for each parent"; the route acts through those that accept it.
  test.each([
    {
      ref: '{ group: "", kind: Service, name: webb }, { group: "", kind: Service, name: web }',
      says: 'HTTPRoute web.default at Service webb.default does nothing: its parent Service webb of namespace default is not there.',
    },
    {
      ref: '{ group: "", kind: Service, name: web }, { name: entry, sectionName: web }',
      says: 'HTTPRoute web.default at Gateway entry.default, listener web does nothing: its parent Gateway entry of namespace default has no listener web that takes it.',
    },
  ])('of two parents the one that does not take it is a note: $says', async ({ ref, says }) => {
    const { record } = runOnce(await played(kubernetesEntry, attachedTo(ref)));
    const { answer, findings } = record.diagnosis!;
    expect(answer).toBe('holds');
    expect(findings.filter(isTold)).toMatchObject([{ level: 'note', sentence: says }]);
    expect(findings.find(isTold)!.remedies[0]!.text).toContain(
      'among the parentRefs of HTTPRoute web.default',
    );
  });

  test('and forbids the tick where callers of that one go on without the route', async () => {
    const ref = '{ group: "", kind: Service, name: web, port: 80 }, { name: entry }';
    const { record } = runOnce(await played(kubernetesEntry, attachedTo(ref)));
    expect(record.diagnosis!.answer).toBe('does not hold');
    expect(record.diagnosis!.findings.find(isTold)).toMatchObject({
      level: 'breaks',
      sentence: expect.stringContaining(
        'HTTPRoute web.default at Service web.default does nothing: its parent Service web of namespace default has no port 80.',
      ) as string,
    });
  });
});

// istio gatewaycommon/conversion.go, GenerateGatewaySupportedKinds: a listener of HTTP takes HTTPRoute and GRPCRoute, one of TCP TCPRoute.
test.each([
  { kind: 'TCPRoute', protocol: 'HTTP', todo: 'a listener of protocol TCP, or write an HTTPRoute' },
  { kind: 'TLSRoute', protocol: 'HTTP', todo: 'a listener of protocol TLS, or write an HTTPRoute' },
  { kind: 'HTTPRoute', protocol: 'TCP', todo: 'a listener of protocol HTTP, or write a TCPRoute' },
])(
  'a $kind at a listener of $protocol is told with what the Gateway listens for',
  async ({ kind, protocol, todo }) => {
    const listening = kubernetesEntry.replace('protocol: HTTP', `protocol: ${protocol}`);
    const versions = ['one', 'two'].map((own, place) =>
      service(own).replace(`app: ${own}`, `app: web, version: v${place + 1}`),
    );
    const route = attachedTo('{ name: entry }', kind)
      .replace('/v1\n', kind === 'HTTPRoute' ? '/v1\n' : '/v1alpha2\n')
      .replace('rules:', kind === 'TLSRoute' ? 'hostnames: [shop.example.com], rules:' : 'rules:');
    const scenario = await scenarioOf(visitors, listening, ...versions, route);
    const { answer, findings } = runOnce(scenario).record.diagnosis!;
    expect(answer).toBe('does not hold');
    expect(findings[0]!.sentence).toContain(
      `${kind} web.default does nothing: its parent Gateway entry of namespace default listens for ${protocol} alone, where it takes no ${kind}.`,
    );
    expect(findings[0]!.remedies[0]!.text).toContain(todo);
    // Of HTTPRoutes the analysis of manifests tells it, with its place.
    expect(foresee(scenario).map(({ code }) => code)).toEqual(kind === 'HTTPRoute' ? [] : ['rule-dropped']);
  },
);
