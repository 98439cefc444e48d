import { describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import { foresee, type Foreseeable } from '../../src/experiment/foresee.ts';
import { findingKinds } from '../../src/verdict/finding/index.ts';
import { foreseenKinds } from '../../src/verdict/foreseen/index.ts';
import { loadApp } from '../../src/scenario/load-app.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { openScenario } from '../../src/cli/files.ts';
import { controlPlanePresets, slowPushUs } from '../../src/mesh/istiod/control-plane.ts';
import {
  bookinfo,
  deployment,
  resources,
  service,
  split,
  subsets,
  theBookinfoApp,
} from '../support/world.ts';

const bookinfoApp = theBookinfoApp();
const controlPlane = controlPlanePresets.small;

type Step = Foreseeable['timeline'][number];

const apply = (atS: number, ...texts: string[]): Step => ({
  atUs: atS * 1e6,
  verb: 'apply',
  resources: resources(...texts),
});
const remove = (atS: number, ...texts: string[]): Step => ({
  atUs: atS * 1e6,
  verb: 'delete',
  resources: resources(...texts),
});
const scale = (atS: number, workload: string, replicas: number): Step => ({
  atUs: atS * 1e6,
  verb: 'scale',
  workload,
  replicas,
});

/** Codes and spans of what is foreseen for Bookinfo with a timeline. */
const foreseen = (timeline: readonly Step[], ...more: string[]): [string, number, number | null][] =>
  foresee({
    manifests: resources(...[bookinfo].flat(), ...more),
    timeline: [...timeline],
    app: bookinfoApp,
    traffic: [],
    controlPlane: controlPlanePresets.large,
  }).map(({ code, fromSeconds, toSeconds }) => [code, fromSeconds, toSeconds]);

const reviews = subsets('reviews', 'v1', 'v3');

/**
 * What follows from what the proxies would hold: a subset or host that nobody defines is a cluster that Envoy does not know
 * (core/route/route.go, GetDestinationCluster; Envoy, router.cc: 503, NC), one without ready pods is empty (UH), a rule that is
 * private, bound elsewhere or younger has no route (push_context.go, virtualservice.go).
 */
describe('what can be told of a scenario without playing it', () => {
  test('every code is one by which a run tells of it, too', () => {
    const told = new Set(findingKinds.map(({ code }) => code));
    for (const { code } of foreseenKinds) expect(told).toContain(code);
  });

  test('pods get labels from their StatefulSet, their node and istiod, and subsets may ask for those', () => {
    const set = deployment('ratings', 'v9').replace('kind: Deployment', 'kind: StatefulSet');
    const node =
      'apiVersion: v1\nkind: Node\nmetadata: { name: n1, labels: { topology.kubernetes.io/zone: a } }\n---';
    const by = (label: string): [string, number, number | null][] =>
      foreseen(
        [],
        set,
        node,
        subsets('ratings', 'one').replace('version: one', label),
        split('ratings', { one: 100 }),
      );
    for (const label of [
      'statefulset.kubernetes.io/pod-name: ratings-v9-0',
      'apps.kubernetes.io/pod-index: "0"',
      'topology.kubernetes.io/zone: a',
      'topology.istio.io/cluster: Kubernetes',
    ])
      expect(by(label), label).toEqual([]);
    expect(by('topology.kubernetes.io/zone: b').map(([code]) => code)).toEqual(['no-ready-pod']);
  });

  test('a rule is for a Gateway that goes before it, or comes after it', () => {
    const gateway = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: side }
spec: { selector: { istio: ingressgateway }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [side.org] }] }`;
    const rule = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: side }
spec: { hosts: [side.org], gateways: [side], http: [{ route: [{ destination: { host: productpage } }] }] }`;
    expect(foreseen([remove(20, gateway), remove(30, rule)], gateway, rule)).toContainEqual([
      'no-route',
      20,
      30,
    ]);
    expect(foreseen([apply(10, rule), apply(15, gateway)])).toContainEqual(['no-route', 10, 15]);
    const codes = foreseen([apply(10, gateway), apply(15, rule)]).map(([code]) => code);
    expect(codes).not.toContain('no-route');
  });

  // pilot/pkg/model/sidecar.go, convertToSidecarScope; core/httproute.go, buildCatchAllVirtualHost.
  test.each([
    { mode: 'REGISTRY_ONLY', code: 'no-route', because: 'what a proxy does not know it refuses' },
    { mode: 'ALLOW_ANY', code: 'rule-not-for-all-callers', because: 'it is passed on, past the rule' },
  ])('a Sidecar leaves out a Service that its pods call ($mode: $because), until it lets it in', (row) => {
    const rules = [reviews, split('reviews', { v1: 1, v3: 1 })];
    const sidecar = (hosts: string): string => `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: narrow }
spec:
  workloadSelector: { labels: { app: productpage } }
  egress: [{ hosts: [${hosts}] }]
  outboundTrafficPolicy: { mode: ${row.mode} }
---`;
    const all = foreseen(
      [apply(10, sidecar("'./*'"))],
      ...rules,
      sidecar("'./details.default.svc.cluster.local'"),
    );
    expect(all.filter(([code]) => code === row.code)).toEqual([[row.code, 0, 10]]);
  });

  test('of a shift in the right order, nothing', () => {
    expect(
      foreseen(
        [
          apply(60, split('reviews', { v1: 50, v3: 50 })),
          apply(120, split('reviews', { v3: 100 })),
          scale(180, 'reviews-v1', 0),
        ],
        reviews,
        split('reviews', { v1: 100 }),
      ),
    ).toEqual([]);
  });

  test('a rule that comes before the subset that it names: from the one to the other', () => {
    expect(foreseen([apply(10, split('reviews', { v1: 80, v3: 20 })), apply(14, reviews)])).toEqual([
      ['subset-missing', 10, 14],
      ['subset-missing', 10, 14],
    ]);
  });

  test('a subset of which the rule says another name, to the end', () => {
    expect(foreseen([apply(10, split('reviews', { v1: 80, v4: 20 }))], reviews)).toEqual([
      ['subset-missing', 10, null],
    ]);
    // A destination without weight is sent nothing; with the next one it would be.
    expect(foreseen([apply(10, split('reviews', { v1: 100, v4: 0 }))], reviews)).toEqual([
      ['destination-not-there', 10, null],
    ]);
  });

  test('a subset that goes while the rule still names it, and not one that goes with its rule', () => {
    const rule = split('reviews', { v1: 100 });
    expect(foreseen([remove(30, reviews)], reviews, rule)).toEqual([['subset-deleted', 30, null]]);
    expect(foreseen([remove(30, rule), remove(40, reviews)], reviews, rule)).toEqual([]);
  });

  test('a host that no Service has: of a rule, and of an application', () => {
    const misspelt = split('reviews', { v1: 100 }).replace('{ host: reviews,', '{ host: review,');
    expect(foreseen([apply(5, misspelt)], reviews)).toEqual([['no-such-host', 5, null]]);
    const details = service('details');
    const without = [bookinfo].flat().map((own) => own.replace(details, ''));
    const found = foresee({
      manifests: resources(...without),
      timeline: [],
      app: bookinfoApp,
      traffic: [],
      controlPlane,
    });
    expect(found.map(({ code }) => code)).toContain('no-such-host');
    expect(found.find(({ code }) => code === 'no-such-host')!.sentence).toMatch(
      /^productpage-v1 calls details.*no Service has that name/,
    );
  });

  test('connections that a caller without a sidecar keeps, and never ends, stay with one pod each', async () => {
    const codesOf = async (path: string): Promise<string[]> => {
      const loaded = await loadScenario((await openScenario(path, process.cwd(), [])).value!);
      return foresee(loaded.value!).map(({ code }) => code);
    };
    expect(await codesOf('scenarios/grpc-pinning')).toEqual(['kept-connections']);
    expect(await codesOf('scenarios/grpc-pinning/scenario-connection-age.yaml')).toEqual([]);
    expect(await codesOf('scenarios/grpc-pinning/scenario-with-sidecar.yaml')).toEqual([]);
    // One user, one value of the header that is hashed.
    expect(new Set(await codesOf('scenarios/sticky-sessions'))).toEqual(new Set(['sticky-clients']));
    expect(await codesOf('scenarios/sticky-sessions/scenario-random.yaml')).toEqual([]);
  });

  test.each([
    { path: 'test/cases/http-on-a-tcp-port', code: 'http-rule-on-tcp-port' },
    { path: 'test/cases/two-services-same-pods', code: 'destinations-share-pods' },
    { path: 'test/cases/inside-and-outside-callers', code: 'rule-not-for-all-callers' },
    { path: 'test/cases/idle-helper-hides-cpu', code: 'autoscaler-out-of-reach' },
    { path: 'scenarios/grpc-pinning', code: 'kept-connections' },
  ])('$code has one remedy, before a run and after it', async ({ path, code }) => {
    const loaded = await loadScenario((await openScenario(path, process.cwd(), [])).value!);
    const seen = runOnce(loaded.value!).record.diagnosis!.findings.find((own) => own.code === code)!;
    const own = foresee(loaded.value!).find((each) => each.code === code)!;
    expect(own.remedies).toEqual(seen.remedies);
    expect(own.remedies[0]!.changes).not.toEqual([]);
  });

  test('a version without pods that a rule sends to, until it has some', () => {
    const later = [deployment('reviews', 'v4', 0), subsets('reviews', 'v1', 'v3', 'v4')];
    expect(
      foreseen([apply(20, split('reviews', { v1: 90, v4: 10 })), scale(80, 'reviews-v4', 2)], ...later),
    ).toContainEqual(['no-ready-pod', 20, 80]);
    // No workload has the labels: the subset's, or a typing error in them.
    expect(
      foreseen([apply(20, split('reviews', { v1: 90, v9: 10 }))], subsets('reviews', 'v1', 'v9')),
    ).toEqual([['no-ready-pod', 20, null]]);
  });

  // kubectl's three-way merge: a number that no manifest writes is left to whoever set it.
  test('a workload that was scaled to none stays so when it is applied again without a number', () => {
    const v4 = deployment('reviews', 'v4', 3).replace('replicas: 3', '');
    const rules = [subsets('reviews', 'v1', 'v4'), split('reviews', { v1: 90, v4: 10 })];
    const none = (again: string): unknown[] =>
      foreseen([scale(20, 'reviews-v4', 0), apply(40, again)], v4, ...rules).filter(
        ([code]) => code === 'no-ready-pod',
      );
    expect(none(v4)).toEqual([['no-ready-pod', 20, null]]);
    expect(none(deployment('reviews', 'v4', 3))).toEqual([['no-ready-pod', 20, 40]]);
  });

  test('pods that go with the rule that leaves them: proxies hear of it later', () => {
    const all = [reviews, split('reviews', { v1: 100 })];
    const away = apply(60, split('reviews', { v3: 100 }));
    expect(foreseen([away, scale(60, 'reviews-v1', 0)], ...all)).toEqual([['pods-removed-first', 60, null]]);
    expect(foreseen([away, remove(62, deployment('reviews', 'v1'))], ...all)).toEqual([
      ['pods-removed-first', 62, null],
    ]);
    expect(foreseen([away, scale(100, 'reviews-v1', 0)], ...all)).toEqual([]);
    const under = (plane: keyof typeof controlPlanePresets, atS: number): string[] =>
      foresee({
        manifests: resources(...[bookinfo].flat(), ...all),
        timeline: [away, scale(atS, 'reviews-v1', 0)],
        app: bookinfoApp,
        traffic: [],
        controlPlane: controlPlanePresets[plane],
      }).map(({ code }) => code);
    // Watch, debounce, snapshot, send, network, clusters and routes, worker: 99th percentiles of what the preset writes.
    expect(slowPushUs(controlPlanePresets.small) / 1000).toBeCloseTo(
      100 + 100 + 2 + 50 + 5 + 2 * (1 + 0.99 * 9) + 0.99,
      6,
    );
    expect(under('small', 60.2)).toEqual(['pods-removed-first']);
    expect(under('small', 62)).toEqual([]);
    expect(under('large', 69)).toEqual(['pods-removed-first']);
    // Rules act at once: nobody asks the pods that go with them.
    expect(under('off', 60)).toEqual([]);
    // While the rule still sends there it is another thing.
    expect(foreseen([scale(50, 'reviews-v1', 0), away], ...all)).toEqual([['no-ready-pod', 50, 60]]);
  });

  test('two rules for one host: the younger does not act, whatever it says', () => {
    const other = split('reviews', { v3: 100 }).replace('name: reviews', 'name: reviews-next');
    const found = foreseen([apply(30, other)], reviews, split('reviews', { v1: 100 }));
    expect(found).toEqual([['older-rule-hides', 30, null]]);
  });

  test('a rule that the callers\u2019 namespace does not see acts for nobody, until it is exported to it', () => {
    const kept = split('reviews', { v1: 50, v3: 50 }).replace('spec:', 'spec:\n  exportTo: [shop]');
    expect(foreseen([apply(30, split('reviews', { v1: 50, v3: 50 }))], reviews, kept)).toEqual([
      ['rule-not-visible', 0, 30],
    ]);
  });

  test('names the Service whose port it is, where two namespaces have one of that name', () => {
    const tcp = service('web').replace('name: web', 'name: web, namespace: shop').replace('http', 'tcp-web');
    const rule = split('web', { v1: 100 }).replace('name: web', 'name: web, namespace: shop');
    const [found] = foresee({
      manifests: resources(
        service('web'),
        tcp,
        rule.replace('hosts: [web]', 'hosts: [web.default.svc.cluster.local, web]'),
        subsets('web', 'v1').replace('name: web', 'name: web, namespace: shop'),
      ),
      timeline: [],
      app: bookinfoApp,
      traffic: [],
      controlPlane,
    });
    expect([found?.code, found?.sentence]).toEqual([
      'http-rule-on-tcp-port',
      expect.stringContaining('the port tcp-web of web.shop carries TCP'),
    ]);
  });

  test('a caller without a sidecar, for whom no weights act', () => {
    const naked = [bookinfo]
      .flat()
      .map((own) => own.replace(deployment('productpage', 'v1'), deployment('productpage', 'v1', 1, false)));
    const found = foresee({
      manifests: resources(...naked, reviews, split('reviews', { v1: 50, v3: 50 })),
      timeline: [],
      app: bookinfoApp,
      traffic: [],
      controlPlane,
    });
    expect(found.map(({ code }) => code)).toEqual(['caller-without-proxy']);
  });

  const naked = deployment('batch', 'v1', 1, false);
  const batch = loadApp(
    'app.yaml',
    `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: shop }
spec:
  workloads:
    - { name: batch, match: { app: batch }, script: [{ call: { host: web, port: 9080, path: / } }] }
`,
  );
  const callsWeb = (...manifests: string[]) =>
    foresee({
      manifests: resources(naked, service('web'), subsets('web', 'v1', 'v2'), ...manifests),
      timeline: [],
      app: batch.value!,
      traffic: [],
      controlPlane,
    }).filter(({ code }) => code === 'caller-without-proxy');
  const both = [deployment('web', 'v1'), deployment('web', 'v2')];

  test.each([
    {
      manifests: [...both, split('web', { v1: 90, v2: 10 })],
      says: [/and any pod of web answers \(web-v1 and web-v2\)\.$/],
      because: 'kube-proxy chooses among both',
    },
    {
      manifests: [...both, split('web', { v2: 100 })],
      says: [/and any pod of web answers \(web-v1 and web-v2\)\.$/],
      because: 'v1 is not left out for it',
    },
    {
      manifests: [deployment('web', 'v1'), split('web', { v1: 90, v2: 10 })],
      says: [/and web-v1 alone answers\.$/],
      because: 'no pod of v2 is there',
    },
    {
      manifests: [deployment('web', 'v1'), split('web', { v1: 100 })],
      says: [],
      because: 'the same pods would answer under the rule',
    },
  ])('a caller without a sidecar is told who answers it: $because', ({ manifests, says }) => {
    expect(callsWeb(...manifests).map(({ sentence }) => sentence)).toEqual(
      says.map((own) => expect.stringMatching(own) as unknown),
    );
  });

  test.each([
    { host: 'revews', outside: false },
    { host: 'revews.default.svc.cluster.local', outside: false },
    { host: 'api.github.com', outside: true },
  ])('a call of $host fails in a run; a cluster may let it out: $outside', ({ host, outside }) => {
    const app = loadApp(
      'app.yaml',
      `
apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: shop }
spec:
  workloads:
    - { name: web, match: { app: web }, script: [{ call: { host: ${host}, port: 80, path: / } }] }
`,
    );
    const manifests = resources(service('web'), deployment('web', 'v1'));
    const found = foresee({ manifests, timeline: [], app: app.value!, traffic: [], controlPlane });
    expect(found.map(({ code }) => code)).toEqual(['no-such-host']);
    expect(found[0]!.sentence.includes('REGISTRY_ONLY')).toBe(outside);
  });

  test.each([
    ['http-on-a-tcp-port', ['http-rule-on-tcp-port']],
    ['idle-helper-hides-cpu', ['autoscaler-out-of-reach']],
    ['inside-and-outside-callers', ['rule-not-for-all-callers']],
    ['rollout-steps-do-not-act', ['left-out']],
    ['two-services-same-pods', ['destinations-share-pods']],
    ['hot-canary-pod', []],
  ])('of the case %s: %j', async (name, codes) => {
    const { value: files } = await openScenario(`test/cases/${name}`, process.cwd(), []);
    const { value: scenario } = await loadScenario(files!);
    expect(foresee(scenario!).map(({ code }) => code)).toEqual(codes);
  });
});
