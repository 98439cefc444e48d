import { expect, test } from 'vitest';
import { assigned } from './assigned.ts';
import { askedOf, type CasePod } from './topology-case.ts';

/** Two pods in the caller's zone, one in the next zone, one in another region: a1 and a2, b1, c1. */
const pods: readonly CasePod[] = (
  [
    ['a1', '10.1.0.1', 'r1/z1', 'n1'],
    ['a2', '10.1.0.2', 'r1/z1', 'n2'],
    ['b1', '10.2.0.1', 'r1/z2', 'n3'],
    ['c1', '10.3.0.1', 'r2/z1', 'n4'],
  ] as const
).map(([name, ip, locality, node]) => ({
  name,
  namespace: 'default',
  labels: { app: 'reviews', version: name.startsWith('c') ? 'v2' : 'v1' },
  ip,
  locality,
  node,
}));

interface Row {
  readonly because: string;
  readonly service?: string;
  readonly policy?: string;
  readonly subsets?: string;
  readonly mesh?: Record<string, unknown>;
  readonly namespace?: string;
  readonly subset?: string;
  readonly unready?: readonly string[];
  readonly down?: readonly string[];
  /** Of a1, a2, b1, c1. */
  readonly shares: readonly number[];
}

const judged = 'outlierDetection: { consecutive5xxErrors: 5 }';
const locality = (text: string): string => `loadBalancer: { localityLbSetting: { ${text} } }`;
const spread = 'distribute: [{ from: "r1/z1/*", to: { "r1/z1/*": 80, "r1/z2/*": 20 } }]';

/** loadbalancer.go and endpoint_builder.go; shares by load_balancer_impl.cc: a priority carries 1.4 x its healthy part. */
const rows: readonly Row[] = [
  { because: 'nothing asks for locality', shares: [0.25, 0.25, 0.25, 0.25] },
  { because: 'half of the zone is ejected', policy: judged, down: ['a1'], shares: [0, 0.7, 0.3, 0] },
  { because: 'all of it is', policy: judged, down: ['a1', 'a2'], shares: [0, 0, 1, 0] },
  { because: 'the region is', policy: judged, down: ['a1', 'a2', 'b1'], shares: [0, 0, 0, 1] },
  {
    because: 'all are, and nobody panics',
    policy: judged,
    down: ['a1', 'a2', 'b1', 'c1'],
    shares: [0, 0, 0, 0],
  },
  {
    because: 'all are, and all panic: any host, by how many each priority has',
    policy: 'outlierDetection: { minHealthPercent: 50 }',
    down: ['a1', 'a2', 'b1', 'c1'],
    shares: [0.25, 0.25, 0.25, 0.25],
  },
  {
    because: 'where hosts may panic, what is not ready is not told, and the zone is whole',
    policy: 'outlierDetection: { minHealthPercent: 50 }',
    unready: ['a1'],
    shares: [0, 1, 0, 0],
  },
  { because: 'what is not ready counts', policy: judged, unready: ['a1'], shares: [0, 0.7, 0.3, 0] },
  {
    because: 'failover without a judge does nothing',
    policy: locality('failover: [{ from: r1, to: r2 }]'),
    shares: [0.25, 0.25, 0.25, 0.25],
  },
  {
    because: 'the judge of another port is none',
    policy: `portLevelSettings: [{ port: { number: 80 }, ${judged} }]`,
    shares: [0.25, 0.25, 0.25, 0.25],
  },
  {
    because: 'that of this port is one',
    policy: `portLevelSettings: [{ port: { number: 9080 }, ${judged} }]`,
    shares: [0.5, 0.5, 0, 0],
  },
  {
    because: 'each subset has priorities of its own',
    subsets: `[{ name: v2, labels: { version: v2 }, trafficPolicy: { ${judged} } }]`,
    subset: 'v2',
    shares: [0, 0, 0, 1],
  },
  {
    because: 'the rule turns it off',
    policy: `${judged}, ${locality('enabled: false')}`,
    shares: [0.25, 0.25, 0.25, 0.25],
  },
  {
    because: 'the rule turns it on, whatever the mesh says',
    policy: `${judged}, ${locality('enabled: true')}`,
    mesh: { localityLbSetting: { enabled: false } },
    shares: [0.5, 0.5, 0, 0],
  },
  {
    because: 'labels: all of the region alike, by zones that weigh as they have pods',
    policy: `${judged}, ${locality('failoverPriority: [topology.kubernetes.io/region]')}`,
    shares: [1 / 3, 1 / 3, 1 / 3, 0],
  },
  {
    because: 'a label with a value of its own',
    policy: `${judged}, ${locality('failoverPriority: [topology.kubernetes.io/zone=z2]')}`,
    shares: [0, 0, 1, 0],
  },
  {
    because: 'weights of the mesh',
    mesh: { localityLbSetting: { distribute: [{ from: 'r1/*', to: { 'r1/z2/*': 100 } }] } },
    shares: [0, 0, 1, 0],
  },
  // 80 x 1.4 x 0.5 = 56 of 76.
  {
    because: 'a zone that is half unready weighs less',
    policy: locality(spread),
    unready: ['a1'],
    shares: [0, 56 / 76, 20 / 76, 0],
  },
  {
    because: 'a rule of distribute for others is none: all stay',
    policy: locality('distribute: [{ from: "r9/*", to: { "r9/*": 100 } }]'),
    shares: [0.25, 0.25, 0.25, 0.25],
  },
  { because: 'PreferClose', service: 'trafficDistribution: PreferClose', shares: [0.5, 0.5, 0, 0] },
  { because: 'PreferSameNode', service: 'trafficDistribution: PreferSameNode', shares: [1, 0, 0, 0] },
  {
    because: 'the next node of the zone',
    service: 'trafficDistribution: PreferSameNode',
    unready: ['a1'],
    shares: [0, 1, 0, 0],
  },
  {
    because: 'the annotation of the namespace',
    namespace: 'networking.istio.io/traffic-distribution: PreferClose',
    shares: [0.5, 0.5, 0, 0],
  },
  {
    because: 'the rule comes before the Service',
    service: 'trafficDistribution: PreferClose',
    policy: locality('enabled: false'),
    shares: [0.25, 0.25, 0.25, 0.25],
  },
  {
    because: 'with trafficDistribution nobody panics',
    service: 'trafficDistribution: PreferClose',
    policy: 'outlierDetection: { minHealthPercent: 50 }',
    unready: ['a1'],
    shares: [0, 0.7, 0.3, 0],
  },
  { because: 'the own node alone', service: 'internalTrafficPolicy: Local', shares: [1, 0, 0, 0] },
  {
    because: 'which has none that is ready',
    service: 'internalTrafficPolicy: Local',
    unready: ['a1'],
    shares: [0, 0, 0, 0],
  },
  {
    because: 'zones are alike, the region comes first, and no judge is asked for',
    policy: 'loadBalancer: { zoneAwareLbSetting: {} }',
    shares: [1 / 3, 1 / 3, 1 / 3, 0],
  },
];

for (const {
  because,
  service = '',
  policy,
  subsets,
  mesh,
  namespace,
  subset = '',
  unready = [],
  down = [],
  shares,
} of rows) {
  test(`a caller in r1/z1 on n1: ${because}`, () => {
    const manifests = [
      `{ apiVersion: v1, kind: Service, metadata: { name: reviews }, spec: { selector: { app: reviews }, ports: [{ port: 9080, name: http }], ${service} } }`,
      policy === undefined && subsets === undefined
        ? ''
        : `{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: d }, spec: { host: reviews, ${policy === undefined ? '' : `trafficPolicy: { ${policy} },`} ${subsets === undefined ? '' : `subsets: ${subsets}`} } }`,
      namespace === undefined
        ? ''
        : `{ apiVersion: v1, kind: Namespace, metadata: { name: default, annotations: { ${namespace} } } }`,
    ];
    const asked = askedOf({
      id: '',
      topic: 'locality',
      because,
      manifests: manifests.filter((own) => own !== '').join('\n---\n'),
      ...(mesh === undefined ? {} : { mesh }),
      pods: pods.map((own) => ({ ...own, ready: !unready.includes(own.name) })),
      proxy: {
        type: 'sidecar',
        namespace: 'default',
        locality: 'r1/z1',
        node: 'n1',
        labels: { app: 'client' },
      },
      question: { ask: 'shares' },
      expect: {},
    });
    const addressOf = new Map(pods.map(({ name, ip }) => [name, ip]));
    const found = assigned(asked, `outbound|9080|${subset}|reviews.default.svc.cluster.local`).sharesWithout(
      down.map((name) => addressOf.get(name)!),
    );
    pods.forEach(({ ip }, index) => expect(found[ip] ?? 0).toBeCloseTo(shares[index]!, 6));
  });
}
