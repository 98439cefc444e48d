import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import {
  applyChange,
  change,
  changeKinds,
  changeText,
  type Change,
} from '../../../src/manifest/change/index.ts';
import type { Data, Written } from '../../../src/manifest/change/written.ts';

const shop = `
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop-v1 }
spec: { replicas: 2, template: { metadata: { labels: { app: shop, version: v1 } }, spec: { containers: [{ name: app }] } } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: shop }
spec:
  host: shop
  trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } }, outlierDetection: { maxEjectionPercent: 100, minHealthPercent: 60 } }
  subsets: [{ name: v1, labels: { version: v1 } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [shop]
  http:
    - match: [{ uri: { prefix: /a } }]
      route: [{ destination: { host: shop, subset: v1 }, weight: 90 }, { destination: { host: shop, subset: v22 }, weight: 10, headers: { response: { add: { Set-Cookie: canary=1; Max-Age=60 } } } }]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop-v1 }
spec: { scaleTargetRef: { kind: Deployment, name: shop-v1 }, minReplicas: 1, maxReplicas: 3 }
`;

/** The manifests above in one file, and a timeline of two entries. */
const written = (): Written => ({
  spec: parse(
    'manifests: [shop.yaml, old.yaml]\nduration: 60s\ntimeline: [{ at: 10s, apply: shop.yaml }, { at: 20s, delete: old.yaml }]',
  ) as Data,
  manifests: new Map([
    ['shop.yaml', parseAllDocuments(shop).map((own) => own.toJS() as Data)],
    [
      'old.yaml',
      [{ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'old' }, spec: {} }],
    ],
  ]),
  app: [],
});

/** The same, and behind it another namespace's Service of the same name. */
function namesakes(): Written {
  const own = written();
  own.manifests.get('shop.yaml')!.push({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop', namespace: 'office' },
    spec: { selector: { app: 'shop' }, ports: [{ name: 'http', port: 80 }] },
  });
  return own;
}

const routesOf = (own: Written): Data[] => specOf(own, 'VirtualService')['http'] as Data[];
const specOf = (own: Written, kind: string): Data =>
  own.manifests.get('shop.yaml')!.find((each) => each['kind'] === kind)!['spec'] as Data;

/** What the kinds without a reported situation make of manifests: fields as Kubernetes and Istio have them. */
const changes: readonly {
  readonly own: Change;
  readonly text: string;
  readonly found: (after: Written) => unknown;
  readonly expected: unknown;
}[] = [
  {
    own: { kind: 'no-locality', service: 'shop' },
    text: 'Turn localityLbSetting off (enabled: false) in the DestinationRule for shop: every pod then counts the same, near or far.',
    found: (after) => (specOf(after, 'DestinationRule')['trafficPolicy'] as Data)['loadBalancer'],
    expected: { consistentHash: { useSourceIp: true }, localityLbSetting: { enabled: false } },
  },
  {
    own: { kind: 'min-health', service: 'shop', versions: ['v1'], percent: 0 },
    text: 'Leave minHealthPercent out of the outlierDetection of shop: what is ejected stays out.',
    found: (after) => (specOf(after, 'DestinationRule')['trafficPolicy'] as Data)['outlierDetection'],
    expected: { maxEjectionPercent: 100 },
  },
  {
    own: { kind: 'max-replicas', autoscaler: 'shop-v1', replicas: 12 },
    text: 'Raise maxReplicas of autoscaler shop-v1 to 12.',
    found: (after) => specOf(after, 'HorizontalPodAutoscaler')['maxReplicas'],
    expected: 12,
  },
  {
    own: { kind: 'replicas', workload: 'shop-v1', replicas: 5, autoscaler: 'shop-v1' },
    text: 'Set minReplicas of autoscaler shop-v1 to 5 before the load comes.',
    found: (after) => [specOf(after, 'HorizontalPodAutoscaler'), specOf(after, 'Deployment')['replicas']],
    // maxReplicas may not be below minReplicas.
    expected: [expect.objectContaining({ minReplicas: 5, maxReplicas: 5 }), 5],
  },
  {
    own: { kind: 'cpu-request', workload: 'shop-v1', milli: 100 },
    text: 'Give each container of shop-v1 that asks for no CPU a request (100m).',
    found: (after) => specOf(after, 'Deployment')['template'],
    expected: expect.objectContaining({
      spec: { containers: [{ name: 'app', resources: { requests: { cpu: '100m' } } }] },
    }) as unknown,
  },
  {
    own: { kind: 'skip', verb: 'delete', file: 'old.yaml', atSeconds: 20 },
    text: 'Leave `delete old.yaml` (at 20 s) out.',
    found: (after) => after.spec['timeline'],
    expected: [{ at: '10s', apply: 'shop.yaml' }],
  },
  {
    own: { kind: 'later', verb: 'apply', file: 'shop.yaml', atSeconds: 10, toSeconds: 25, withRest: false },
    text: 'Wait 15 s before `apply shop.yaml` (at 25 s, not at 10 s).',
    found: (after) => after.spec['timeline'],
    expected: [
      { at: '25s', apply: 'shop.yaml' },
      { at: '20s', delete: 'old.yaml' },
    ],
  },
  {
    own: { kind: 'rename-subset', service: 'shop', from: 'v22', to: 'v1' },
    text: 'Write subset v1 in place of v22 in the rules for shop.',
    found: (after) => JSON.stringify(specOf(after, 'VirtualService')).includes('v22'),
    expected: false,
  },
  {
    own: { kind: 'define-subset', service: 'shop', version: 'v22', labels: { version: 'v22' } },
    text: 'Add the subset v22 (version=v22) to the DestinationRule of shop.',
    found: (after) => specOf(after, 'DestinationRule')['subsets'],
    expected: [
      { name: 'v1', labels: { version: 'v1' } },
      { name: 'v22', labels: { version: 'v22' } },
    ],
  },
  {
    own: { kind: 'no-traffic', service: 'shop', version: 'v22', to: null },
    text: 'Set the weight of v22 to 0 in every rule for shop.',
    found: (after) =>
      (specOf(after, 'VirtualService')['http'] as { route: { weight: number }[] }[])[0]!.route.map(
        ({ weight }) => weight,
      ),
    expected: [100, 0],
  },
  {
    own: { kind: 'remove', resource: 'VirtualService old.default' },
    text: 'Delete VirtualService old.default.',
    found: (after) => [after.spec['manifests'], after.spec['timeline']],
    expected: [['shop.yaml'], [{ at: '10s', apply: 'shop.yaml' }]],
  },
  {
    own: { kind: 'last-route', host: 'shop' },
    text: 'Add a last route without a match to the rule for shop, with the destinations of the one before it.',
    found: (after) =>
      (specOf(after, 'VirtualService')['http'] as Data[]).map(({ match }) => match === undefined),
    expected: [false, true],
  },
  {
    own: { kind: 'no-hash', service: 'shop' },
    text: 'Leave consistentHash out of the DestinationRule for shop, if it has one.',
    found: (after) => (specOf(after, 'DestinationRule')['trafficPolicy'] as Data)['loadBalancer'],
    expected: {},
  },
  {
    own: { kind: 'no-cookie', service: 'shop', cookie: 'canary' },
    text: 'Leave the Set-Cookie of canary out of the rules for shop: each request is drawn by the weights then, and clients change between the versions.',
    found: (after) => routesOf(after).map(({ route }) => (route as Data[])[1]!['headers']),
    expected: [{ response: { add: {} } }],
  },
  {
    own: { kind: 'cookie-for-all', service: 'shop', cookie: 'canary' },
    text: 'Set a cookie like canary on the other destinations of shop, too, with a rule that sends who brings it there again: clients stay with what was drawn when they came, and the weight holds for those who come new.',
    found: (after) => [
      routesOf(after)[0],
      (routesOf(after)[1]!['route'] as Data[]).map(({ headers }) => headers),
    ],
    expected: [
      {
        match: [{ uri: { prefix: '/a' }, headers: { cookie: { regex: '(.*; ?)?canary-v1=1(;.*)?' } } }],
        route: [{ destination: { host: 'shop', subset: 'v1' } }],
      },
      [
        { response: { add: { 'Set-Cookie': 'canary-v1=1; Max-Age=60' } } },
        { response: { add: { 'Set-Cookie': 'canary=1; Max-Age=60' } } },
      ],
    ],
  },
  {
    own: { kind: 'no-retries', service: 'shop' },
    text: 'Let no rule for shop try again (retries: { attempts: 0 }).',
    found: (after) => (specOf(after, 'VirtualService')['http'] as Data[]).map(({ retries }) => retries),
    expected: expect.arrayContaining([{ attempts: 0 }]) as unknown,
  },
  {
    own: { kind: 'max-ejection', service: 'shop', versions: [], percent: 50 },
    text: 'Set maxEjectionPercent of the outlierDetection of shop to 50.',
    found: (after) => (specOf(after, 'DestinationRule')['trafficPolicy'] as Data)['outlierDetection'],
    expected: { maxEjectionPercent: 50, minHealthPercent: 60 },
  },
  {
    own: { kind: 'pre-stop', workload: 'shop-v1', sleepSeconds: 20 },
    text: 'Give the pods of shop-v1 a preStop sleep of 20 s.',
    found: (after) => specOf(after, 'Deployment')['template'],
    // The hook counts against the grace period, which is 30 s where nothing is written.
    expected: expect.objectContaining({
      spec: {
        terminationGracePeriodSeconds: 35,
        containers: [{ name: 'app', lifecycle: { preStop: { sleep: { seconds: 20 } } } }],
      },
    }) as unknown,
  },
];

describe('changes of manifests and of the timeline', () => {
  test.each(changes)('$text', ({ own, text, found, expected }) => {
    const after = written();
    expect(changeText(own)).toBe(text);
    expect(applyChange(own, after)).toBeUndefined();
    expect(found(after)).toEqual(expected);
    // It is kept in records.
    expect(change.parse(JSON.parse(JSON.stringify(own)))).toEqual(own);
  });

  test.each(changes.filter(({ own }) => own.kind !== 'skip' && own.kind !== 'later'))(
    'where nothing fits, a reason is told: $text',
    ({ own }) => {
      const empty: Written = { spec: { manifests: [] }, manifests: new Map(), app: [] };
      expect(applyChange(own, empty)).toMatch(/^(no|there is no|every|nobody) /);
    },
  );

  test.each([
    { ahead: 4, at: '6s', because: 'the rule is applied at 10 s' },
    { ahead: 10, at: undefined, because: 'that is the start: it is there from then on' },
  ])('a subset is defined $ahead s before the rule that names it: $because', ({ ahead, at }) => {
    const after = written();
    after.spec['manifests'] = ['old.yaml'];
    const own: Change = { kind: 'subset-first', service: 'shop', version: 'v1', aheadSeconds: ahead };
    expect(applyChange(own, after)).toBeUndefined();
    const first = 'shop-subsets-first.yaml';
    expect(after.manifests.get(first)).toMatchObject([
      { kind: 'DestinationRule', metadata: { name: 'shop' } },
    ]);
    const rest = [
      { at: '10s', apply: 'shop.yaml' },
      { at: '20s', delete: 'old.yaml' },
    ];
    expect(after.spec['timeline']).toEqual(at === undefined ? rest : [{ at, apply: first }, ...rest]);
    expect(after.spec['manifests']).toEqual(at === undefined ? ['old.yaml', first] : ['old.yaml']);
  });

  // A record calls Services of one name by their namespaces, too (`ServiceNames`).
  test('of two Services of one name the one that is meant is changed, and so are the rules for it', () => {
    const after = namesakes();
    const protocol = { port: 'http', protocol: 'grpc' } as const;
    expect(
      applyChange({ kind: 'port-protocol', service: 'shop.office', ...protocol }, after),
    ).toBeUndefined();
    const services = after.manifests.get('shop.yaml')!.filter((own) => own['kind'] === 'Service');
    expect(services.map((own) => (own['spec'] as Data)['ports'])).toEqual([
      [{ name: 'http', port: 80 }],
      [{ name: 'http', port: 80, appProtocol: 'grpc' }],
    ]);
    const left = { service: 'shop.office', version: 'v1' } as const;
    expect(applyChange({ kind: 'no-traffic', ...left, to: null }, after)).toMatch(/^no rule /);
    const here = { service: 'shop.default', version: 'v22' } as const;
    expect(applyChange({ kind: 'no-traffic', ...here, to: null }, after)).toBeUndefined();
    const labels = { version: 'v1' };
    expect(applyChange({ kind: 'define-subset', ...left, labels }, after)).toBeUndefined();
    expect(after.manifests.get('shop.office-subsets.yaml')).toMatchObject([
      { metadata: { name: 'shop', namespace: 'office' }, spec: { host: 'shop' } },
    ]);
  });

  test('the only backend of an HTTPRoute is replaced by its name, that of a VirtualService by its subset', () => {
    const own = { kind: 'no-traffic', service: 'shop', version: 'shop-v2', to: 'shop-v1' } as const;
    const route = (spec: Data): Written => ({
      ...written(),
      manifests: new Map([
        ['r.yaml', [{ apiVersion: 'x', kind: 'HTTPRoute', metadata: { name: 'r' }, spec }]],
      ]),
    });
    const after = route({
      parentRefs: [{ kind: 'Service', group: '', name: 'shop' }],
      rules: [{ backendRefs: [{ name: 'shop-v2', port: 80 }] }],
    });
    expect(applyChange(own, after)).toBeUndefined();
    expect((after.manifests.get('r.yaml')![0]!['spec'] as Data)['rules']).toEqual([
      { backendRefs: [{ name: 'shop-v1', port: 80 }] },
    ]);
  });

  test.each([
    { autoscaler: null, workload: 'shop-v9', missing: 'shop-v9' },
    { autoscaler: 'shop-v9', workload: 'shop-v1', missing: 'autoscaler shop-v9' },
  ])('nobody gets more replicas where no manifest has $missing', ({ autoscaler, workload, missing }) => {
    const after = written();
    expect(applyChange({ kind: 'replicas', workload, replicas: 5, autoscaler }, after)).toBe(
      `no manifest has ${missing}`,
    );
    expect(after).toEqual(written());
  });

  test.each([
    { autoscaler: 'shop-v1', workload: 'shop-v9', because: 'there is no such workload' },
    { autoscaler: 'shop-v9', workload: 'shop-v1', because: 'there is no such autoscaler' },
  ])('an autoscaler cannot be told to read a container: $because', ({ autoscaler, workload }) => {
    const after = written();
    expect(applyChange({ kind: 'container-metric', autoscaler, workload }, after)).toBe(
      `no manifest has autoscaler ${autoscaler} and ${workload}`,
    );
    expect(after).toEqual(written());
  });

  test('each kind says what it is by its own name', () => {
    for (const [name, { schema }] of Object.entries(changeKinds)) {
      expect(schema.safeParse({ kind: 'none' }).success).toBe(false);
      expect(JSON.stringify(schema.safeParse({ kind: 'none' }).error?.issues)).toContain(name);
    }
  });
});
