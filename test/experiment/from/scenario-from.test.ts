import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { scenarioFrom } from '../../../src/experiment/from/scenario-from.ts';
import { begin } from '../../../src/experiment/run.ts';
import { answerOf } from '../../../src/report/answer.ts';
import { loadScenario } from '../../../src/scenario/load.ts';
import type { Known } from '../../../src/experiment/from/numbers.ts';

const folder = 'test/experiment/from/export';
const exportOf = (name: string): string =>
  readFileSync(`${folder}/${name}.${name === 'helloworld' ? 'json' : 'yaml'}`, 'utf8');

function made(text: string, known: Known = {}) {
  const { value, problems } = scenarioFrom([{ file: 'cluster.yaml', text }], { name: 'my', known });
  const files = new Map((value?.files ?? []).map((own) => [own.name, String(own.content)]));
  return { files, told: value?.told, problems };
}

async function loaded(text: string, known: Known = {}, set: readonly string[] = []) {
  const { files } = made(text, known);
  const { value, problems } = await loadScenario({
    path: 'my',
    file: 'my/scenario.yaml',
    text: files.get('scenario.yaml')!,
    set,
    read: (name) => Promise.resolve({ value: files.get(name), problems: [] }),
  });
  return { scenario: value!, problems };
}

/** `web -> orders`, as the app file has them. */
async function callsOf(text: string): Promise<string[]> {
  const { scenario } = await loaded(text);
  return scenario.app.workloads.flatMap(({ name, script }) =>
    script.flatMap((step) => (step.kind === 'call' ? [`${name} -> ${step.host}:${step.port}`] : [])),
  );
}

describe.each(readdirSync(folder).map((file) => ({ name: file.replace(/\.\w+$/, '') })))(
  '$name',
  ({ name }) => {
    test('an export as kubectl prints it becomes a scenario that is refused nowhere', async () => {
      const { scenario, problems } = await loaded(exportOf(name));
      expect(
        problems.filter(({ severity, code }) => severity === 'error' && !code.startsWith('IST')),
      ).toEqual([]);
      expect(scenario.traffic.length).toBeGreaterThan(0);
    });

    test('every workload that serves has its entry in the app file', async () => {
      const { scenario } = await loaded(exportOf(name));
      const { told } = made(exportOf(name));
      const entries = scenario.app.workloads.map((own) => own.match);
      for (const { labels, name: workload } of told!.workloads) {
        const fits = entries.some((match) =>
          Object.entries(match).every(([key, value]) => labels[key] === value),
        );
        expect({ workload, fits }).toEqual({ workload, fits: true });
      }
    });

    test('pages come through, and the answer says what it rests on', async () => {
      const { scenario } = await loaded(exportOf(name), {}, ['duration=6s', 'timeline=[]']);
      const { record } = begin(scenario).finish();
      expect(record.pages.pages).toBeGreaterThan(50);
      expect(record.pages.failed / record.pages.pages).toBeLessThan(0.05);
      expect(record.guesses.numbers.map((own) => own.name)).toContain('pages');
      expect(answerOf(record)!.advice.at(-1)).toMatch(/^Guessed, not measured: pages 20/);
    });

    test('nothing of what a cluster adds is left in the manifests', () => {
      const text = [...made(exportOf(name)).files].filter(([file]) => file !== 'README.md').join('\n');
      expect(text).not.toMatch(
        /resourceVersion|managedFields|creationTimestamp|\buid:|last-applied|^status:|clusterIPs|nodePort/m,
      );
    });
  },
);

test('calls are those that settings name: Online Boutique, by the addresses in its env', async () => {
  // The diagram of the application: https://github.com/GoogleCloudPlatform/microservices-demo#architecture
  expect((await callsOf(exportOf('boutique'))).sort()).toEqual(
    [
      ...[
        'productcatalogservice:3550',
        'currencyservice:7000',
        'cartservice:7070',
        'recommendationservice:8080',
      ].map((to) => `frontend -> ${to}`),
      ...['shippingservice:50051', 'checkoutservice:5050', 'adservice:9555'].map((to) => `frontend -> ${to}`),
      ...['productcatalogservice:3550', 'shippingservice:50051', 'paymentservice:50051'].map(
        (to) => `checkoutservice -> ${to}`,
      ),
      ...['emailservice:5000', 'currencyservice:7000', 'cartservice:7070'].map(
        (to) => `checkoutservice -> ${to}`,
      ),
      'recommendationservice -> productcatalogservice:3550',
      'cartservice -> redis-cart:6379',
    ].sort(),
  );
});

test('a StatefulSet, an Argo Rollout and a DaemonSet are workloads as Deployments are', () => {
  const kinds = (name: string) =>
    made(exportOf(name)).told!.workloads.map((own) => `${own.kind} ${own.name}`);
  expect(kinds('web-orders-db')).toContain('StatefulSet db');
  expect(kinds('voting')).toContain('Rollout vote');
  expect(kinds('sock-shop')).toContain('DaemonSet node-logs');
});

test('every guessed call says why, and those of Bookinfo are known', async () => {
  const { scenario } = await loaded(exportOf('web-orders-db'));
  expect(scenario.guessedCalls).toEqual([
    { from: 'web', to: 'orders', reason: 'ORDERS_URL in its env names orders:8080' },
    { from: 'orders-v1', to: 'db', reason: 'DB_HOST in its env names db' },
    { from: 'orders-v2', to: 'db', reason: 'DB_HOST in its env names db' },
  ]);
  expect((await loaded(exportOf('bookinfo'))).scenario.guessedCalls).toEqual([]);
});

test('what nobody knows is asked for in one place, and what the user knows is no guess', async () => {
  const guesses = async (known: Known) =>
    (await loaded(exportOf('web-orders-db'), known)).scenario.guesses.map((own) => own.name);
  expect(await guesses({})).toEqual(['pages', 'cpu', 'wait', 'boot']);
  expect(await guesses({ pages: 120, cpu: '7ms' })).toEqual(['wait', 'boot']);
  const { scenario } = await loaded(exportOf('web-orders-db'), { pages: 120 });
  expect(scenario.traffic[0]).toMatchObject({ profile: [{ rps: 120 }] });
});

test('a rule that weighs two versions becomes a shift in steps above what it weighs now', () => {
  // 75 and 25 are in force: 50 and 100 are left.
  const { told, files } = made(exportOf('boutique'));
  expect(told!.shift).toMatchObject({ from: 'v1', to: 'v2', steps: [{ percent: 50 }, { percent: 100 }] });
  expect(files.get('productcatalogservice-v2-50.yaml')).toMatch(
    /subset: v1\n\s+weight: 50\n[^]*subset: v2\n\s+weight: 50/,
  );
});

test("a canary Service with the stable one's pods is nothing to shift to", () => {
  expect(made(exportOf('voting')).told!.shift).toBeUndefined();
});

test('who works without a Service asks by itself', async () => {
  const { scenario } = await loaded(exportOf('voting'));
  expect(
    scenario.traffic.filter(({ from }) => from === 'worker').map((own) => own.request.authority),
  ).toEqual(['db:5432', 'redis:6379']);
});

test('sidecars are where the exported pods have them, else where namespaces ask', () => {
  // redis has none in the pods of `vote`; sock-data has no label beside sock-shop's istio-injection=enabled.
  const hasNone = (name: string, workload: string) =>
    new RegExp(`name: ${workload}\\n  namespace[^]*?inject: "false"`).test(
      made(exportOf(name))
        .files.get('workloads.yaml')!
        .split('---\n')
        .find((own) => own.includes(`\n  name: ${workload}\n`))!,
    );
  expect([hasNone('voting', 'redis'), hasNone('voting', 'worker')]).toEqual([true, false]);
  expect([hasNone('sock-shop', 'user-db'), hasNone('sock-shop', 'user')]).toEqual([true, false]);
});

test('the README of the folder tells who calls whom, and by what that was found', () => {
  const readme = made(exportOf('web-orders-db')).files.get('README.md')!;
  expect(readme).toContain('- web -> orders (ORDERS_URL)');
  expect(readme).toContain('- orders-v1 -> db (DB_HOST)');
});

test('what is not modelled is named and left out', () => {
  expect(made(exportOf('web-orders-db')).told!.leftOut).toContain(
    'CronJob nightly: this kind is not modelled',
  );
});

// "allow-nothing" of istio.io, Authorization Policy: every request is denied.
test('what is not modelled and would act is among the manifests, so that no run of them is green', async () => {
  const denial = `
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: allow-nothing, namespace: shop }
spec: {}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: istio, namespace: istio-system }
data: { mesh: "outboundTrafficPolicy: { mode: REGISTRY_ONLY }" }
`;
  const text = exportOf('web-orders-db') + denial;
  expect(made(text).told!.leftOut).toContain(
    'AuthorizationPolicy allow-nothing: not modelled, and it would act; a run says so',
  );
  const { scenario } = await loaded(text);
  expect(scenario.ignored.filter((own) => 'file' in own && own.file === 'not-modelled.yaml')).toEqual([
    {
      about: 'kind',
      kind: 'AuthorizationPolicy',
      group: 'security.istio.io',
      count: 1,
      file: 'not-modelled.yaml',
    },
  ]);
  expect(scenario.manifests.find(({ kind }) => kind === 'MeshConfig')?.spec).toMatchObject({
    outboundTrafficPolicy: 'REGISTRY_ONLY',
  });
});

const deployment = (name: string, env = '', namespace = 'a') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: ${name}:1${env === '' ? '' : `, env: [${env}]`} }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ports: [{ port: 80, name: http }] }
---`;

test.each([
  {
    env: '{ name: B_URL, value: "http://b.other.svc.cluster.local/x" }',
    calls: ['a -> b.other:80'],
    because: 'a full name',
  },
  {
    env: '{ name: B_URL, value: "http://b.other:80" }',
    calls: ['a -> b.other:80'],
    because: 'a name and its namespace',
  },
  { env: '{ name: PATH_B, value: "/srv/b:80" }', calls: [], because: 'a part of a path is no host' },
  { env: '{ name: IMAGE, value: "registry/b:80" }', calls: [], because: 'an image is no host' },
  { env: '{ name: A_URL, value: "http://a" }', calls: [], because: 'nobody calls itself' },
  {
    env: '{ name: B_HOST, value: b }',
    calls: [],
    because: 'a bare name is of the own namespace, which has no b',
  },
])('$because: $env', async ({ env, calls }) => {
  const text = deployment('a', env) + deployment('b', '', 'other');
  // What nothing names is called where pages come in; here only what settings name is asked for.
  const named = (await loaded(text)).scenario.guessedCalls.filter(({ reason }) =>
    reason.includes('in its env'),
  );
  expect(named.map(({ from, to }) => `${from} -> ${to}:80`)).toEqual(calls);
});

test('OpenTelemetry’s shop: its load comes to the proxy in front, telemetry and its stores are no part of a page', async () => {
  // The diagram of the application: https://opentelemetry.io/docs/demo/architecture/
  const { scenario } = await loaded(exportOf('astronomy'));
  expect(scenario.traffic.map(({ from, request }) => `${from} -> ${request.authority}`)).toEqual([
    'load-generator -> frontend-proxy:8080',
    'accounting -> kafka:9092',
    'accounting -> postgresql:5432',
  ]);
  const calls = await callsOf(exportOf('astronomy'));
  expect(calls).toContain('frontend-proxy -> frontend:8080');
  expect(calls).toContain('checkout -> kafka:9092');
  expect(calls.filter((own) => /collector|load-gen|grafana|jaeger|opensearch/.test(own))).toEqual([]);
  const { notes } = made(exportOf('astronomy')).told!;
  expect(notes).toContain('nothing in the export says who calls opensearch: it is there, and idle');
  expect(notes.join()).toContain('LOCUST_WEB_HOST in its env names load-generator): it only makes load');
});

test('what waits for somebody to type in it neither calls nor is called, and versions call alike', async () => {
  // Istio's samples: helloworld, httpbin, sleep; a backend that nothing names is called where pages come in.
  expect((await callsOf(exportOf('helloworld'))).sort()).toEqual([
    'helloworld-v1 -> backend:80',
    'helloworld-v2 -> backend:80',
  ]);
  expect(made(exportOf('helloworld')).told!.notes).toEqual([
    'sleep waits for somebody to type in it: it calls nobody, and nobody calls it',
  ]);
});

test("Flagger's leftovers are a shift of the Service that callers ask for, to pods that have to come first", async () => {
  const { told, files } = made(exportOf('podinfo'));
  expect(told!.shift).toMatchObject({
    service: { name: 'podinfo' },
    from: 'podinfo-primary',
    to: 'podinfo-canary',
  });
  expect(files.get('scenario.yaml')).toMatch(
    /at: 30s, scale: \{ workload: podinfo, replicas: 2 \}[^]*podinfo-podinfo-canary-10\.yaml/,
  );
  expect((await callsOf(exportOf('podinfo'))).sort()).toEqual([
    'podinfo -> backend:9898',
    'podinfo -> redis:6379',
    'podinfo-primary -> backend:9898',
    'podinfo-primary -> redis:6379',
  ]);
  const { scenario } = await loaded(exportOf('podinfo'), {}, ['duration=4m']);
  const { record } = begin(scenario).finish();
  expect(record.splits.find((own) => own.service === 'podinfo')!.keys).toEqual([
    'podinfo-canary',
    'podinfo-primary',
  ]);
  expect(record.pages.failed).toBe(0);
});

test('several namespaces, headless Services, references between variables, containers beside the own', async () => {
  const { told } = made(exportOf('store'));
  expect((await callsOf(exportOf('store'))).sort()).toEqual([
    'catalog-v1 -> cassandra.data:9042',
    'catalog-v1 -> kafka-headless.data:9092',
    'catalog-v2 -> cassandra.data:9042',
    'catalog-v2 -> kafka-headless.data:9092',
    'catalog-v2 -> pricing.pricing:50051',
    'keycloak -> pg.data:5432',
    'pricing -> redis-master.data:6379',
    'storefront -> catalog:80',
    'storefront -> keycloak.auth:8080',
    'storefront -> pg.data:5432',
    'storefront -> pricing.pricing:50051',
  ]);
  expect(told!.shift!.service.name).toBe('catalog');
  expect(told!.callsOf.get('Deployment/store/storefront')!.at(-1)!.reason).toBe(
    'DB in the env of init container migrate names pg.data:5432',
  );
  expect(told!.notes).toContain(
    'not called: api.stripe.com (storefront, STRIPE_URL in its env): it is outside, and no ServiceEntry was exported',
  );
});

const split = (name: string, hosts: string, gateway: string) => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: a }
spec:
  hosts: ['${hosts}']
  gateways: [${gateway}]
  http:
    - route:
        - { destination: { host: b, subset: v1 }, weight: 90 }
        - { destination: { host: b, subset: v2 }, weight: 10 }
---`;

test('rules of a gateway and of the mesh that weigh alike are shifted together', () => {
  const versions = ['v1', 'v2'].map((own) =>
    deployment(`b-${own}`).replaceAll(`app: b-${own}`, `app: b, version: ${own}`),
  );
  const text = `${versions.join('')}
apiVersion: v1
kind: Service
metadata: { name: b, namespace: a }
spec: { selector: { app: b }, ports: [{ port: 80, name: http }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: b, namespace: a }
spec: { host: b, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
---${split('edge', 'b.example.test', 'edge')}${split('b', 'b', 'mesh')}`;
  const { told, files } = made(text);
  expect(told!.shift!.rules.map(({ name }) => name)).toEqual(['edge', 'b']);
  expect(files.get('b-v2-50.yaml')!.match(/weight: 50/g)).toHaveLength(4);
  expect(files.get('b-as-it-is.yaml')!.match(/kind: VirtualService/g)).toHaveLength(2);
});

// apis/v1/httproute_types.go, BackendRef: without a weight it is 1.
test.each([
  { of: { 'b-a': ', weight: 10', 'b-b': ', weight: 90' }, to: 'b-a', because: 'it has less' },
  { of: { 'b-a': '', 'b-b': ', weight: 3' }, to: 'b-a', because: 'of the other there are three' },
  { of: { 'b-a': '', 'b-b': '' }, to: 'b-b', because: 'they have alike, and its name is later' },
])('of the Services that an HTTPRoute weighs $to is the new one: $because', ({ of, to }) => {
  const refs = Object.entries(of).map(([name, weight]) => `{ name: ${name}, port: 80${weight} }`);
  const { told } = made(`${Object.keys(of)
    .map((name) => deployment(name))
    .join('')}
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: b, namespace: a }
spec: { parentRefs: [{ name: edge }], rules: [{ backendRefs: [${refs.join(', ')}] }] }
`);
  expect(told!.shift!.to).toBe(to);
});

test('of what is left out each is named, four at most, and no more than once a kind and reason', () => {
  const jobs = (...names: readonly string[]): string =>
    names
      .map((name) => `\n---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: ${name}, namespace: a }\n`)
      .join('');
  expect(made(deployment('a') + jobs('x', 'y')).told!.leftOut).toEqual([
    'Job x, y: this kind is not modelled',
  ]);
  expect(made(deployment('a') + jobs('v', 'w', 'x', 'y', 'z')).told!.leftOut).toEqual([
    'Job v, w, x and 2 more: this kind is not modelled',
  ]);
});

test('a patch of kustomize does not replace the workload that it is for', () => {
  const patch =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: a }\nspec: { replicas: 9 }\n';
  for (const text of [`${deployment('a')}\n${patch}`, `${patch}---${deployment('a')}`]) {
    const { told } = made(text);
    expect(told!.workloads.map(({ name }) => name)).toEqual(['a']);
    expect(told!.leftOut).toEqual([]);
    expect(told!.notes).toContain('Deployment a: the whole one of several is taken');
  }
});

test.each([
  {
    text: 'kind: Deployment\nmetadata:\n  name: {{ include "a.name" . }}\n  labels: {{- x | nindent 4 }}\n',
    says: /template of Helm.*rendered/,
    hint: /^helm template/,
  },
  {
    text: 'NAME   READY   UP-TO-DATE   AVAILABLE   AGE\nweb    4/4     4            4           3d\n',
    says: /prints for people, without -o yaml/,
    hint: /-o yaml/,
  },
  {
    text: 'Name:                   web\nNamespace:              default\n',
    says: /prints for people, without -o yaml/,
    hint: /-o yaml/,
  },
])('what is no manifest is answered with the command that has some: $says', ({ text, says, hint }) => {
  const { told, problems } = made(text);
  expect(told).toBeUndefined();
  expect(problems.some((own) => says.test(own.message) && hint.test(own.hint ?? ''))).toBe(true);
});

test('calls in a circle are cut, for pages would never end', async () => {
  const text =
    deployment('a', '{ name: B_URL, value: "http://b" }') +
    deployment('b', '{ name: A_URL, value: "http://a" }');
  const { told } = made(text);
  expect(await callsOf(text)).toEqual(['a -> b:80']);
  expect(told!.notes.join()).toContain(
    'b calls a (A_URL in its env names a): it would lead back to its caller',
  );
});

test('pods that no Service stands before are a scenario in which nobody asks', async () => {
  const { scenario } = await loaded(deployment('a').split('---')[0]!);
  expect(scenario.traffic).toEqual([]);
  expect(scenario.guesses).toEqual([]);
});

test('an export without a workload is refused with the command that has some', () => {
  const { told, problems } = made('apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n');
  expect(told).toBeUndefined();
  expect(problems).toMatchObject([
    { code: 'MS2023', hint: expect.stringContaining('kubectl get deploy,sts') as string },
  ]);
});
