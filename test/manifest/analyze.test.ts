import { describe, expect, test } from 'vitest';
import { analyze, analyzeAlone } from '../../src/manifest/analyze.ts';
import { locateIn } from '../../src/manifest/locate-in.ts';
import { parseManifests } from '../../src/manifest/parse.ts';
import {
  deploymentText,
  destinationRuleText,
  gatewayText,
  serviceText,
  virtualServiceText,
} from './manifest-text.ts';

/** Each text is a file of its own, named by its place: 0.yaml, 1.yaml ... */
const findings = (...texts: readonly string[]): string[] => {
  const { manifest, problems } = parseManifests(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
  );
  expect(problems).toEqual([]);
  return analyzeAlone(manifest.resources, manifest.others).map(
    ({ file, line, column, severity, code, message }) =>
      `${file}:${line}:${column} ${severity} ${code} ${message}`,
  );
};

const route = (destination: string): string =>
  `hosts: [reviews]\nhttp:\n- route: [{destination: ${destination}}]`;
const reviews = serviceText('reviews');
const subsets = destinationRuleText(
  'host: reviews\nsubsets:\n- {name: v1, labels: {version: v1}}\n- {name: v2, labels: {version: v2}}',
);

test('rules that fit together need no word', () => {
  expect(
    findings(
      reviews,
      subsets,
      deploymentText('reviews', 'v1'),
      deploymentText('reviews', 'v2'),
      virtualServiceText(route('{host: reviews, subset: v1}')),
    ),
  ).toEqual([]);
});

describe('what is named and is not there (IST0101)', () => {
  test.each([
    {
      rule: route('{host: reviewz}'),
      says: '2.yaml:8:34 error IST0101 Referenced host not found: "reviewz"',
      because: 'no Service has this name',
    },
    {
      rule: route('{host: reviews, subset: v3}'),
      says: '2.yaml:8:51 error IST0101 Referenced host+subset in destinationrule not found: "reviews+v3"',
      because: 'the DestinationRule has v1 and v2',
    },
    {
      rule: route('{host: reviews.default.svc.cluster.local, subset: v3}'),
      says: '2.yaml:8:77 error IST0101 Referenced host+subset in destinationrule not found: "reviews.default.svc.cluster.local+v3"',
      because: 'the full name means the same Service',
    },
    {
      rule: route('{host: reviews.other.svc.cluster.local}'),
      says: '2.yaml:8:34 error IST0101 Referenced host not found: "reviews.other.svc.cluster.local"',
      because: 'another namespace has another Service',
    },
    {
      rule: route('{host: reviews, port: {number: 80}}'),
      says: '2.yaml:8:58 error IST0101 Referenced host:port not found: "reviews:80"',
      because: 'the Service has 9080',
    },
    {
      rule: 'hosts: [reviews]\nhttp:\n- mirror: {host: shadow}\n  route: [{destination: {host: reviews}}]',
      says: '2.yaml:8:20 error IST0101 Referenced mirror host not found: "shadow"',
      because: 'a mirror has a host, too',
    },
    {
      rule: `gateways: [entry]\n${route('{host: reviews}')}`,
      says: '2.yaml:6:14 error IST0101 Referenced gateway not found: "entry"',
      because: 'no Gateway has this name in this namespace',
    },
  ])('$says: $because', ({ rule, says }) =>
    expect(
      findings(reviews, subsets, virtualServiceText(rule)).filter((own) => own.includes('IST0101')),
    ).toEqual([says]),
  );

  test('a DestinationRule for a host that is not there', () => {
    expect(findings(reviews, destinationRuleText('host: details'))).toEqual([
      '1.yaml:6:9 warning IST0174 The host details defined in the DestinationRule does not match any services in the mesh.',
    ]);
  });

  test('what was probably meant is suggested', () => {
    const { manifest } = parseManifests([
      {
        file: 'a',
        text: [
          reviews,
          subsets,
          virtualServiceText(route('{host: reviewz}')),
          virtualServiceText(route('{host: reviews, subset: v22}'), 'b').replace('[reviews]', '[b]'),
        ].join('---\n'),
      },
    ]);
    const told = analyzeAlone(manifest.resources).filter(({ code }) => code === 'IST0101');
    expect(told.map((own) => own.hint)).toEqual(['did you mean "reviews"?', 'did you mean "v2"?']);
  });

  test('a subset of a host that no DestinationRule is for gets 503 until one is: there are no names to choose from', () => {
    const { manifest } = parseManifests([
      { file: 'a', text: [reviews, virtualServiceText(route('{host: reviews, subset: v1}'))].join('---\n') },
    ]);
    expect(analyzeAlone(manifest.resources).map((own) => own.hint)).toEqual([
      'no DestinationRule for reviews defines subsets; until one does, requests get 503 (NC)',
    ]);
  });

  test('`mesh` and a Gateway of another namespace are found', () => {
    const rule = `gateways: [mesh, ingress/entry]\n${route('{host: reviews}')}`;
    const entry = gatewayText(
      'servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]',
    ).replace('name: entry', 'name: entry\n  namespace: ingress');
    expect(findings(reviews, entry, virtualServiceText(rule))).toEqual([]);
  });
});

test('a Service with several ports needs a port in the destination (IST0112)', () => {
  const service = serviceText('reviews', 'ports: [{port: 80, name: http-a}, {port: 81, name: http-b}]');
  expect(findings(service, virtualServiceText(route('{host: reviews}')))).toEqual([
    '1.yaml:8:34 error IST0112 This VirtualService routes to a service "reviews" that exposes multiple ports [80 81]. Specifying a port in the destination is required to disambiguate.',
  ]);
});

test('a host that the Gateway does not serve (IST0132)', () => {
  const entry = gatewayText(
    'servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com"]}]',
  );
  const rule = (host: string): string =>
    virtualServiceText(
      `hosts: ["${host}"]\ngateways: [entry]\nhttp:\n- route: [{destination: {host: reviews}}]`,
    );
  expect(findings(reviews, entry, rule('shop.example.org'))).toEqual([
    '2.yaml:6:3 warning IST0132 one or more host [shop.example.org] defined in VirtualService default/reviews not found in Gateway default/entry.',
  ]);
  expect(findings(reviews, entry, rule('shop.example.com'))).toEqual([]);
});

test('two VirtualServices of one host on the sidecars conflict (IST0109); one of them at a gateway does not', () => {
  const says =
    'The VirtualServices default/other,default/reviews associated with mesh gateway define the same host reviews.default.svc.cluster.local which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.';
  const other = virtualServiceText(
    route('{host: reviews}').replace('[reviews]', '[reviews.default.svc.cluster.local]'),
    'other',
  );
  expect(findings(reviews, virtualServiceText(route('{host: reviews}')), other)).toEqual([
    `1.yaml:6:11 error IST0109 ${says}`,
    `2.yaml:6:11 error IST0109 ${says}`,
  ]);
  const entry = gatewayText('servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]');
  expect(
    findings(
      reviews,
      entry,
      virtualServiceText(route('{host: reviews}')),
      other.replace('spec:', 'spec:\n  gateways: [entry]'),
    ),
  ).toEqual([]);
});

test('a subset that a sidecar rule chooses does not reach requests of the gateway (IST0140)', () => {
  const entry = gatewayText('servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]');
  const atGateway = virtualServiceText(
    'hosts: ["*"]\ngateways: [entry]\nhttp:\n- route: [{destination: {host: reviews}}]',
    'front',
  );
  expect(
    findings(reviews, subsets, entry, atGateway, virtualServiceText(route('{host: reviews, subset: v1}'))),
  ).toEqual([
    '3.yaml:9:34 warning IST0140 Subset in virtual service default/reviews has no effect on ingress gateway default/front requests',
  ]);
});

/** istio pkg/config/validation/validation.go: analyzeUnreachableHTTPRules, genMatchHTTPRoutes, coveredValidation. */
describe('rules and matches that nothing reaches', () => {
  const rules = (...http: readonly string[]): string =>
    virtualServiceText(
      `hosts: [reviews]\nhttp:\n${http.map((own) => `- {${own}route: [{destination: {host: reviews}}]}`).join('\n')}`,
    );
  test.each([
    {
      http: ['', ''],
      says: [
        '1.yaml:9:5 warning IST0130 VirtualService rule #1 not used (only the last rule can have no matches).',
      ],
      because: 'the first takes everything',
    },
    {
      http: ['name: all, ', 'match: [{uri: {prefix: /a}}], '],
      says: [
        '1.yaml:9:5 warning IST0130 VirtualService rule #1 not used (rule "all" before it has no matches and takes every request).',
      ],
      because: 'a rule with matches comes too late',
    },
    {
      http: ['match: [{uri: {exact: /a}}], ', 'name: again, match: [{name: x, uri: {exact: /a}}], '],
      says: [
        '1.yaml:9:5 warning IST0130 VirtualService rule "again" not used (all matches used by prior rules).',
        '1.yaml:9:27 info IST0131 VirtualService rule "again" match "x" is not used (duplicate/overlapping match in rule #0).',
      ],
      because: 'names of matches do not count',
    },
    {
      http: ['match: [{uri: {prefix: /a}}], ', 'match: [{uri: {prefix: /ab}}, {uri: {exact: /z}}], '],
      says: [
        '1.yaml:9:14 info IST0131 VirtualService rule #1 match #0 of prefix /ab is not used (duplicate/overlapping match in rule #0 of prefix /a on #0).',
      ],
      because: 'prefixes are plain text, so /a takes /ab',
    },
    {
      http: ['match: [{uri: {prefix: /a}, headers: {x: {exact: y}}}], ', 'match: [{uri: {prefix: /ab}}], '],
      says: [],
      because: 'the first asks for a header besides',
    },
    {
      http: ['match: [{uri: {prefix: /ab}}], ', 'match: [{uri: {prefix: /a}}], ', ''],
      says: [],
      because: 'from special to general',
    },
    {
      http: [
        'match: [{uri: {prefix: /a}, ignoreUriCase: true}], ',
        'match: [{uri: {prefix: /ab}, ignoreUriCase: true}, {uri: {prefix: /ac}}], ',
      ],
      says: [
        '1.yaml:9:14 info IST0131 VirtualService rule #1 match #0 of prefix /ab is not used (duplicate/overlapping match in rule #0 of prefix /a on #0).',
        '1.yaml:9:57 info IST0131 VirtualService rule #1 match #1 of prefix /ac is not used (duplicate/overlapping match in rule #0 of prefix /a on #0).',
      ],
      because: 'one that takes /a and /A takes /ab, in any case or in its own',
    },
    {
      http: ['match: [{uri: {prefix: /a}}], ', 'match: [{uri: {prefix: /ab}, ignoreUriCase: true}], '],
      says: [],
      because: '/AB passes the first',
    },
    {
      http: ['match: [{uri: {prefix: /a}}], ', 'match: [{uri: {prefix: /b}}, {uri: {prefix: ""}}], '],
      says: [],
      because: 'neither begins as the first does',
    },
    {
      http: [
        'match: [{uri: {exact: /a}}, {uri: {exact: /b}}], ',
        'match: [{uri: {exact: /b}}, {uri: {exact: /c}}], ',
      ],
      says: [
        '1.yaml:9:14 info IST0131 VirtualService rule #1 match #0 is not used (duplicate/overlapping match in rule #0).',
      ],
      because: 'one of its matches is left, so the rule is used',
    },
  ])('$because', ({ http, says }) => expect(findings(reviews, rules(...http))).toEqual(says));

  test.each([
    'port: 80',
    'method: {exact: POST}',
    'authority: {exact: a}',
    'scheme: {exact: http}',
    'gateways: [mesh]',
    'sourceLabels: {a: b}',
    'sourceNamespace: a',
    'headers: {a: {exact: b}}',
    'withoutHeaders: {a: {exact: b}}',
    'queryParams: {a: {exact: b}}',
  ])('a prefix takes a longer one where both ask for %s, and not where one does', (asks) => {
    const overlaps = (first: string, second: string): boolean =>
      findings(
        reviews,
        rules(`match: [{uri: {prefix: /a}${first}}], `, `match: [{uri: {prefix: /ab}${second}}], `),
      ).some((own) => own.includes('IST0131'));
    expect(overlaps(`, ${asks}`, `, ${asks}`)).toBe(true);
    expect(overlaps(`, ${asks}`, '')).toBe(false);
    expect(overlaps('', `, ${asks}`)).toBe(false);
  });

  // Istio takes a match without a method for one on GET (genMatchHTTPRoutes); that one on GET takes what has no method is not so.
  test('a prefix without a method takes a longer one on GET, and not the other way round', () => {
    const told = (first: string, second: string): boolean =>
      findings(
        reviews,
        rules(`match: [{uri: {prefix: /a}${first}}], `, `match: [{uri: {prefix: /ab}${second}}], `),
      ).some((own) => own.includes('IST0131'));
    expect(told('', ', method: {exact: GET}')).toBe(true);
    expect(told(', method: {exact: GET}', '')).toBe(false);
  });

  test('conditions on headers are the same by name and by value, in any order', () => {
    const overlaps = (first: string, second: string): boolean =>
      findings(
        reviews,
        rules(
          `match: [{uri: {prefix: /a}, headers: ${first}}], `,
          `match: [{uri: {prefix: /ab}, headers: ${second}}], `,
        ),
      ).some((own) => own.includes('IST0131'));
    expect(overlaps('{a: {exact: b}, c: {exact: d}}', '{c: {exact: d}, a: {exact: b}}')).toBe(true);
    expect(overlaps('{a: {exact: b}, c: {exact: d}}', '{a: {exact: b}, c: {exact: e}}')).toBe(false);
    expect(overlaps('{a: {exact: b}}', '{c: {exact: b}}')).toBe(false);
  });
});

describe('selectors that fit no pod', () => {
  test('a subset and a Service without pods', () => {
    expect(findings(reviews, serviceText('ratings'), subsets, deploymentText('reviews', 'v1'))).toEqual([
      "1.yaml:6:3 warning MS1102 Service ratings selects no pods: no workload's pods have app=ratings",
      '2.yaml:9:12 error IST0173 The Subset v2 defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).',
    ]);
  });

  const set = deploymentText('reviews', 'v1')
    .replace('kind: Deployment', 'kind: StatefulSet')
    .replace('spec:\n', 'spec:\n  replicas: 2\n  ordinals: { start: 1 }\n');
  const nodes = ['a', 'b'].map(
    (zone) =>
      `apiVersion: v1\nkind: Node\nmetadata: { name: n-${zone}, labels: { topology.kubernetes.io/zone: ${zone} } }`,
  );
  // Kubernetes: stateful_set_utils.go, updateIdentity; podtopologylabels/admission.go. Istio: pkg/util/label, AugmentLabels.
  test.each([
    { labels: 'statefulset.kubernetes.io/pod-name: reviews-v1-1', found: true, because: 'the first of two' },
    { labels: 'statefulset.kubernetes.io/pod-name: reviews-v1-0', found: false, because: 'they begin at 1' },
    { labels: 'apps.kubernetes.io/pod-index: "2"', found: true, because: 'the second of two' },
    { labels: 'apps.kubernetes.io/pod-index: "3"', found: false, because: 'there are two' },
    {
      labels: 'apps.kubernetes.io/pod-index: "2", statefulset.kubernetes.io/pod-name: reviews-v1-1',
      found: false,
      because: 'no pod is two',
    },
    { labels: 'topology.kubernetes.io/zone: b', found: true, because: 'there is a node there' },
    { labels: 'topology.kubernetes.io/zone: c', found: false, because: 'no node is there' },
    { labels: 'topology.istio.io/cluster: Kubernetes', found: true, because: 'istiod says so of all' },
    { labels: 'topology.istio.io/cluster: other', found: false, because: 'there is one cluster' },
  ])('a subset by $labels finds pods of a StatefulSet: $found, as $because', ({ labels, found }) => {
    const rule = `apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: reviews }\nspec: { host: reviews, subsets: [{ name: one, labels: { ${labels} } }] }`;
    const said = findings(reviews, set, rule, ...nodes);
    expect(said.some((own) => own.includes('IST0173'))).toBe(!found);
  });

  test('a Service for one pod of a StatefulSet selects it', () => {
    const one = (name: string): string =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: one }\nspec: { selector: { statefulset.kubernetes.io/pod-name: ${name} }, ports: [{ name: http, port: 80 }] }`;
    expect(findings(set, one('reviews-v1-1'))).toEqual([]);
    expect(findings(set, one('reviews-v1-0'))).toHaveLength(1);
  });

  test('without any Deployment nothing is said', () => {
    expect(findings(reviews, subsets)).toEqual([]);
  });
});

describe('weights that mean something else than they seem to', () => {
  const weights = (...own: readonly (number | undefined)[]): string =>
    virtualServiceText(
      `hosts: [reviews]\nhttp:\n- route:\n${own.map((weight, index) => `  - {destination: {host: reviews, subset: v${index + 1}}${weight === undefined ? '' : `, weight: ${weight}`}}`).join('\n')}`,
    );
  test.each([
    {
      own: [50, 40],
      // 50 / 90 = 55.56 %, 40 / 90 = 44.44 %
      says: [
        '2.yaml:8:5 info MS1103 weights sum to 90, not 100; shares are weight / sum: reviews v1 55.6 %, reviews v2 44.4 %',
      ],
    },
    {
      own: [90, undefined],
      says: [
        '2.yaml:8:5 info MS1103 weights sum to 90, not 100; shares are weight / sum: reviews v1 100 %, reviews v2 0 %',
        '2.yaml:10:7 warning MS1104 reviews v2 gets no requests: among several destinations an omitted weight is 0',
      ],
    },
    {
      own: [0],
      says: ['2.yaml:9:58 info MS1105 a single destination gets all requests; its weight 0 is ignored'],
    },
    { own: [100, 0], says: [] },
    { own: [undefined], says: [] },
  ])('$own', ({ own, says }) => expect(findings(reviews, subsets, weights(...own))).toEqual(says));
});

describe('a warm-up beside a balancer that has none', () => {
  const rule = (loadBalancer: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  trafficPolicy:
    loadBalancer: ${loadBalancer}
`;
  // Envoy's round_robin and least_request alone have a slow_start_config (api/envoy/extensions/load_balancing_policies).
  test.each([
    { balancer: '{ simple: RANDOM, warmup: { duration: 30s } }', beside: 'RANDOM' },
    { balancer: '{ simple: PASSTHROUGH, warmupDurationSecs: 30s }', beside: 'PASSTHROUGH' },
    {
      balancer: '{ consistentHash: { useSourceIp: true }, warmup: { duration: 30s } }',
      beside: 'consistentHash',
    },
    { balancer: '{ simple: ROUND_ROBIN, warmup: { duration: 30s } }', beside: undefined },
    { balancer: '{ simple: LEAST_CONN, warmup: { duration: 30s } }', beside: undefined },
    { balancer: '{ warmup: { duration: 30s } }', beside: undefined },
    { balancer: '{ simple: RANDOM }', beside: undefined },
  ])('$balancer', ({ balancer, beside }) => {
    const found = findings(reviews, rule(balancer)).filter((own) => own.includes('MS1117'));
    expect(found.map((own) => /does nothing beside (\w+)/.exec(own)![1])).toEqual(
      beside === undefined ? [] : [beside],
    );
  });
});

describe('a timeout of a try', () => {
  const rule = (fields: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http: [{ route: [{ destination: { host: reviews } }], ${fields} }]
`;
  // Envoy's router.cc, finalTimeout: per_try_timeout >= global_timeout is 0, where there is a global one.
  test.each([
    { fields: 'timeout: 5s, retries: { attempts: 2, perTryTimeout: 6s }', isInert: true },
    { fields: 'timeout: 5s, retries: { attempts: 2, perTryTimeout: 5s }', isInert: true },
    { fields: 'timeout: 5s, retries: { attempts: 2, perTryTimeout: 2s }', isInert: false },
    { fields: 'retries: { attempts: 2, perTryTimeout: 2s }', isInert: false },
    { fields: 'timeout: 5s', isInert: false },
  ])('does nothing where it is not below that of the request: $fields', ({ fields, isInert }) => {
    const found = findings(reviews, rule(fields)).filter((own) => own.includes('MS1130'));
    expect(found).toHaveLength(isInert ? 1 : 0);
  });
});

describe('ports of Services', () => {
  const port = (fields: string): string => serviceText('reviews', `ports: [{port: 9080, ${fields}}]`);
  test.each([
    { fields: 'name: http', known: true, because: 'the protocol itself' },
    { fields: 'name: http-web', known: true, because: 'the protocol, then a dash' },
    { fields: 'name: grpc-web', known: true, because: 'the one protocol with a dash of its own' },
    { fields: 'name: web, appProtocol: http', known: true, because: 'appProtocol goes before the name' },
    { fields: 'name: web', known: false, because: 'a name without a protocol' },
    { fields: 'name: httpweb', known: false, because: 'the dash is missing' },
  ])('$fields: $because (IST0118)', ({ fields, known }) => {
    const name = /name: (\S+?)(,|$)/.exec(fields)![1]!;
    expect(findings(port(fields))).toEqual(
      known
        ? []
        : [
            `0.yaml:6:30 info IST0118 Port name ${name} (port: 9080, targetPort: 0) doesn't follow the naming convention of Istio port.`,
          ],
    );
  });

  test('MySQL’s port is TCP whatever its name', () => {
    expect(findings(serviceText('db', 'ports: [{port: 3306}]'))).toEqual([]);
  });

  test('two Services with other numbers for one port of a pod (IST0137)', () => {
    const other = serviceText(
      'reviews-all',
      'selector: {app: reviews}\nports: [{port: 80, targetPort: 9080, name: http}]',
    );
    expect(findings(reviews, other, deploymentText('reviews', 'v1'))).toEqual([
      '2.yaml:4:9 warning IST0137 This deployment reviews-v1 is associated with multiple services [default/reviews default/reviews-all] using targetPort "9080" but different ports: [80 9080].',
    ]);
    expect(findings(reviews, other)).toEqual([]);
  });
});

describe('ports of Gateways', () => {
  const server = (port: number, host = '*'): string =>
    `{port: {number: ${port}, name: http, protocol: HTTP}, hosts: ["${host}"]}`;
  const entry = (name: string, port: number, host?: string): string =>
    gatewayText(`selector: {istio: front}\nservers: [${server(port, host)}]`, name);

  test('two Gateways of one proxy for one port and host (IST0145)', () => {
    const says = (rival: string): string =>
      `error IST0145 Conflict with gateways default/${rival} (workload selector istio=front, port 80, hosts a.b).`;
    expect(findings(entry('one', 80, 'a.b'), entry('two', 80, 'a.b'))).toEqual([
      `0.yaml:7:13 ${says('two')}`,
      `1.yaml:7:13 ${says('one')}`,
    ]);
    expect(findings(entry('one', 80, 'a.b'), entry('two', 80, 'c.d'))).toEqual([]);
    expect(findings(entry('one', 80, 'a.b'), entry('two', 8080, 'a.b'))).toEqual([]);
  });

  test('a port that the Service before the proxy does not send to (IST0162)', () => {
    const proxy = deploymentText('front', 'v1').replaceAll('app: front', 'istio: front');
    const before = serviceText(
      'front',
      'selector: {istio: front}\nports: [{port: 80, targetPort: 8080, name: http}]',
    );
    expect(findings(proxy, before, entry('one', 81))).toEqual([
      '2.yaml:7:29 warning IST0162 The gateway is listening on a target port (port 81) that is not defined in the Service associated with its workload instances (Pod selector istio=front). If you need to access the gateway port through the gateway Service, it will not be available.',
    ]);
    // The Service's own number is as good: whoever asks for it comes to the proxy (gateway.go, portMapping).
    expect(findings(proxy, before, entry('one', 80))).toEqual([]);
    expect(findings(proxy, before, entry('one', 8080))).toEqual([]);
    expect(findings(entry('one', 80))).toEqual([]);
  });
});

describe('HTTPRoutes', () => {
  const httpRoute = (parent: string, backends: string): string =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: reviews\nspec:\n  parentRefs: [{${parent}}]\n  rules: [{backendRefs: [${backends}]}]\n`;
  const service = 'group: "", kind: Service, name: reviews';
  const toReviews = '{name: reviews, port: 9080}';
  test.each([
    { parent: service, backends: toReviews, says: [], because: 'all is there' },
    {
      parent: service,
      backends: '{name: reviewz, port: 9080}',
      says: [
        '1.yaml:7:33 warning MS1120 backend(reviewz.default.svc.cluster.local) not found; requests to it get 500',
      ],
      because: 'no such Service',
    },
    {
      parent: service,
      backends: '{name: reviews, port: 80}',
      says: ['1.yaml:7:48 warning MS1120 Service reviews has no port 80; requests to it get 500'],
      because: 'no such port',
    },
    {
      parent: service,
      backends: `${toReviews}, {name: gone, port: 80, weight: 0}`,
      says: [],
      because: 'a weight of 0 leaves a backend out, there or not',
    },
    {
      parent: 'group: "", kind: Service, name: ratings',
      backends: toReviews,
      says: ['1.yaml:6:49 warning MS1121 parent service: "ratings" not found'],
      because: 'no such Service to attach to',
    },
    {
      parent: 'name: entry',
      backends: toReviews,
      says: ['1.yaml:6:23 warning MS1121 parent gateway: "entry" not found'],
      because: 'no such Gateway',
    },
    {
      parent: service,
      backends: '{name: reviews, port: 9080, weight: 0}',
      says: [
        '1.yaml:7:11 warning MS1122 rule 1 has no backendRefs of positive weight: every request that matches gets 500',
      ],
      because: 'nothing is left to send to',
    },
  ])('$because', ({ parent, backends, says }) =>
    expect(findings(reviews, httpRoute(parent, backends))).toEqual(says),
  );

  test('a VirtualService for the same callers is set aside', () => {
    expect(
      findings(reviews, httpRoute(service, toReviews), virtualServiceText(route('{host: reviews}'))),
    ).toEqual([
      '1.yaml:6:49 warning MS1123 VirtualService default/reviews is for reviews.default.svc.cluster.local as well: callers in namespace default follow this HTTPRoute alone',
    ]);
  });
});

test('without Services nothing is said of what is referred to, and everything else is', () => {
  const { manifest } = parseManifests([
    {
      file: 'a',
      text: virtualServiceText(
        'hosts: [reviews]\nhttp:\n- route: [{destination: {host: a}}]\n- route: [{destination: {host: b}}]',
      ),
    },
  ]);
  expect(analyzeAlone(manifest.resources).map((own) => own.code)).toEqual(['IST0130']);
  expect(analyze(manifest.resources).map((own) => own.code)).toEqual(['IST0101', 'IST0130', 'IST0101']);
});

test('a resource of a List is located in the List', () => {
  const { manifest } = parseManifests([
    {
      file: 'l.yaml',
      text: `apiVersion: v1\nkind: List\nitems:\n- ${virtualServiceText(route('{host: nowhere}')).replace(/\n(?=.)/g, '\n  ')}`,
    },
  ]);
  expect(analyze(manifest.resources)).toMatchObject([{ code: 'IST0101', line: 11, column: 36 }]);
  expect(locateIn(manifest.resources[0]!, ['metadata', 'name'], 'value')).toMatchObject({
    line: 7,
    column: 11,
  });
});

test('resources that were not parsed are analysed as well; their problems stand at their first line', () => {
  const { manifest } = parseManifests([{ file: 'a', text: virtualServiceText(route('{host: nowhere}')) }]);
  const copy = { ...manifest.resources[0]! };
  expect(analyze([copy])).toMatchObject([{ code: 'IST0101', file: 'a', line: 1 }]);
});
