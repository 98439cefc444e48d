import { STATUS_CODES } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ofKind, parseOne, serviceText, virtualServiceText, destinationRuleText } from './manifest-text.ts';

const routes = (spec: string) => {
  const { manifest, problems } = parseOne(virtualServiceText(spec));
  expect(problems.filter((own) => own.severity === 'error')).toEqual([]);
  return ofKind(manifest, 'VirtualService')[0]!.spec.http;
};

const destinations = (...weights: readonly (number | undefined)[]): string =>
  `hosts: [reviews]\nhttp:\n- route:\n${weights
    .map(
      (weight, index) =>
        `  - destination: {host: reviews, subset: v${index + 1}}${weight === undefined ? '' : `\n    weight: ${weight}`}`,
    )
    .join('\n')}`;

describe('Istio accepts, and so do we', () => {
  test.each([
    { weights: [90, 10], because: 'the usual split' },
    { weights: [9, 1], because: 'shares are weight / sum' },
    { weights: [300, 500], because: 'a weight may exceed 100' },
    { weights: [100, 0], because: 'a weight of 0 leaves a destination out' },
    { weights: [1, undefined], because: 'an omitted weight among several is 0' },
    { weights: [undefined], because: 'a single destination needs none' },
    { weights: [0], because: 'the weight of a single destination is not looked at' },
    { weights: [2147483647, 2147483647], because: 'each is an int32' },
  ])('weights $weights: $because', ({ weights }) => {
    const [http] = routes(destinations(...weights));
    expect(http!.route.map((own) => own.weight)).toEqual(weights);
  });

  test.each(['uri: /a', 'authority: books', 'uriRegexRewrite: { match: a, rewrite: b }'])(
    'a rewrite of one thing alone: %s',
    (rewrite) => {
      const text = `hosts: [reviews]\nhttp:\n- rewrite: { ${rewrite} }\n  route: [{ destination: { host: reviews } }]`;
      expect(routes(text)).toHaveLength(1);
    },
  );

  test('a subset that no DestinationRule defines', () => {
    expect(routes(destinations(1))[0]!.route[0]!.destination.subset).toBe('v1');
  });

  test.each(['v1', 'v1beta1', 'v1alpha3'])('apiVersion networking.istio.io/%s', (version) => {
    const text = virtualServiceText(destinations(1)).replace('io/v1', `io/${version}`);
    expect(parseOne(text).manifest.resources[0]!.apiVersion).toBe(`networking.istio.io/${version}`);
  });

  test.each([
    ['3s', 3_000_000],
    ['500ms', 500_000],
    ['1h30m', 5_400_000_000],
    ['1.5s', 1_500_000],
    ['1ms', 1_000],
  ])('a timeout of %s', (written, us) => {
    expect(
      routes(`hosts: [reviews]\nhttp:\n- timeout: ${written}\n  route: [{destination: {host: reviews}}]`)[0]!
        .timeoutUs,
    ).toBe(us);
  });

  test('hosts: short, full, an address, a wildcard; * at a gateway', () => {
    expect(
      routes(
        'hosts: [reviews, ratings.default.svc.cluster.local, 10.0.0.1, "*.example.com", "*-x.example.org"]\nhttp:\n- route: [{destination: {host: reviews}}]',
      ),
    ).toHaveLength(1);
    expect(
      routes('hosts: ["*"]\ngateways: [entry]\nhttp:\n- route: [{destination: {host: reviews}}]'),
    ).toHaveLength(1);
  });

  test('HTTP status 600 for an abort, though its message speaks of 599', () => {
    const [http] = routes(
      'hosts: [reviews]\nhttp:\n- fault: {abort: {percentage: {value: 1}, httpStatus: 600}}\n  route: [{destination: {host: reviews}}]',
    );
    expect(http!.fault).toEqual({ abort: { percent: 1, httpStatus: 600 } });
  });

  test('a fault without percentage, which affects no request: it is warned of', () => {
    const { manifest, problems } = parseOne(
      virtualServiceText(
        'hosts: [reviews]\nhttp:\n- fault: {delay: {fixedDelay: 1s}}\n  route: [{destination: {host: reviews}}]',
      ),
    );
    expect(ofKind(manifest, 'VirtualService')[0]!.spec.http[0]!.fault).toEqual({
      delay: { percent: 0, fixedDelayUs: 1_000_000 },
    });
    expect(problems).toMatchObject([{ severity: 'warning', code: 'MS1031', line: 8, column: 13 }]);
  });

  test('the old integer percent of a delay', () => {
    const [http] = routes(
      'hosts: [reviews]\nhttp:\n- fault: {delay: {percent: 20, fixedDelay: 1s}}\n  route: [{destination: {host: reviews}}]',
    );
    expect(http!.fault).toEqual({ delay: { percent: 20, fixedDelayUs: 1_000_000 } });
  });

  test.each([
    { fields: '', percent: 100, because: 'no percentage mirrors everything' },
    { fields: 'mirrorPercentage: {value: 0}', percent: 0, because: 'an explicit 0 mirrors nothing' },
    {
      fields: 'mirrorPercent: 30',
      percent: 30,
      because: 'the old integer counts where the new one is absent',
    },
    {
      fields: 'mirrorPercent: 30\n  mirrorPercentage: {value: 2.5}',
      percent: 2.5,
      because: 'the new one comes first',
    },
  ])('a mirror: $because', ({ fields, percent }) => {
    const [http] = routes(
      `hosts: [reviews]\nhttp:\n- mirror: {host: reviews}\n  route: [{destination: {host: reviews}}]\n  ${fields}`,
    );
    expect(http!.mirrors[0]!.percent).toBe(percent);
  });

  test('retries with attempts 0: no retries', () => {
    expect(
      routes(
        'hosts: [reviews]\nhttp:\n- retries: {attempts: 0}\n  route: [{destination: {host: reviews}}]',
      )[0]!.retries,
    ).toEqual({ attempts: 0 });
  });

  test('{} and an empty path prefix as a match, and * for a header that must not be there', () => {
    const [http] = routes(
      'hosts: [reviews]\nhttp:\n- match: [{headers: {x-debug: {}}, withoutHeaders: {x-bot: {regex: "*"}}, uri: {prefix: ""}}]\n  route: [{destination: {host: reviews}}]',
    );
    expect(http!.match).toEqual([
      { headers: { 'x-debug': {} }, withoutHeaders: { 'x-bot': { regex: '*' } }, uri: { prefix: '' } },
    ]);
  });

  test('a VirtualService with TCP and TLS routes only', () => {
    const { manifest, problems } = parseOne(
      virtualServiceText(
        'hosts: [db.example.com]\ntcp:\n- match: [{port: 3306}]\n  route: [{destination: {host: db}}]\ntls:\n- match: [{sniHosts: [db.example.com], port: 443}]\n  route: [{destination: {host: db}}]',
      ),
    );
    expect(problems).toEqual([]);
    expect(ofKind(manifest, 'VirtualService')[0]!.spec.http).toEqual([]);
    expect(manifest.ignoredFields).toEqual([]);
    expect(ofKind(manifest, 'VirtualService')[0]!.spec.tls).toEqual([
      {
        match: [{ sniHosts: ['db.example.com'], port: 443 }],
        route: [{ destination: { host: 'db' } }],
      },
    ]);
  });

  test('every block of a traffic policy; those not modelled are listed once, whatever is in them', () => {
    const { manifest, problems } = parseOne(
      destinationRuleText(
        [
          'host: reviews',
          'workloadSelector: {matchLabels: {app: productpage}}',
          'exportTo: ["."]',
          'trafficPolicy:',
          '  connectionPool:',
          '    tcp: {maxConnections: 100, connectTimeout: 30ms, idleTimeout: 1h, maxConnectionDuration: 2h, tcpKeepalive: {probes: 3, time: 7200s, interval: 75s}}',
          '    http: {http1MaxPendingRequests: 1, http2MaxRequests: 2, maxRequestsPerConnection: 3, maxRetries: 4, idleTimeout: 5s, h2UpgradePolicy: UPGRADE, maxConcurrentStreams: 6}',
          '  outlierDetection: {consecutive5xxErrors: 5, consecutiveGatewayErrors: 2, interval: 1s, baseEjectionTime: 30s, maxEjectionPercent: 50, minHealthPercent: 10, splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 1}',
          '  tls: {mode: ISTIO_MUTUAL}',
          '  tunnel: {protocol: CONNECT, targetHost: example.com, targetPort: 443}',
          '  portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: ROUND_ROBIN}}]',
          '  retryBudget: {percent: 20, minRetryConcurrency: 3}',
          '  loadBalancer:',
          '    consistentHash: {httpCookie: {name: user, ttl: 0s}, maglev: {tableSize: 65537}}',
          '    localityLbSetting: {enabled: true, distribute: [{from: a/*, to: {a/*: 80, b/*: 20}}]}',
          '    warmup: {duration: 30s, minimumPercent: 10, aggression: 1}',
        ].join('\n'),
      ),
    );
    expect(problems).toEqual([]);
    expect(manifest.ignoredFields.map((own) => own.field)).toEqual([
      'spec.trafficPolicy.connectionPool.tcp.maxConnectionDuration',
      'spec.trafficPolicy.connectionPool.tcp.tcpKeepalive',
      'spec.trafficPolicy.tls',
      'spec.trafficPolicy.tunnel',
    ]);
  });

  test('headers: those act that somebody looks at, and others are listed by their names', () => {
    const { manifest, problems } = parseOne(
      virtualServiceText(
        [
          'hosts: [reviews]',
          'http:',
          '- headers:',
          '    request: {set: {x-tier: gold, host: a, x-from: "%DOWNSTREAM_REMOTE_ADDRESS%", x-share: "10%%", x-envoy-max-retries: "3"}, remove: [x-debug]}',
          '    response: {add: {Set-Cookie: canary=1, x-version: v3}, remove: [set-cookie, server]}',
          '  route: [{destination: {host: reviews}, headers: {response: {set: {x-canary: "1"}}}}]',
        ].join('\n'),
      ),
    );
    expect(problems).toEqual([]);
    expect(manifest.ignoredFields.map((own) => own.field)).toEqual([
      'spec.http[].headers.request.set.host',
      'spec.http[].headers.request.set.x-from',
      'spec.http[].headers.request.set.x-envoy-max-retries',
      'spec.http[].headers.response.add.x-version',
      'spec.http[].headers.response.remove[]',
      'spec.http[].route[].headers.response.set.x-canary',
    ]);
  });

  test('matchExpressions of a Deployment, with a warning that only matchLabels count', () => {
    const { manifest, problems } = parseOne(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  selector:\n    matchLabels: {app: a}\n    matchExpressions: [{key: tier, operator: Exists}]\n  template: {metadata: {labels: {app: a, tier: x}}, spec: {containers: [{name: a, image: none}]}}\n',
    );
    expect(manifest.resources).toHaveLength(1);
    expect(problems).toMatchObject([{ severity: 'warning', code: 'MS1032', line: 7, column: 5 }]);
  });

  test.each([
    { fields: '', seconds: undefined, because: 'None is the default' },
    { fields: 'sessionAffinity: ClientIP', seconds: 10_800, because: 'three hours, as kube-proxy has it' },
    {
      fields: 'sessionAffinity: ClientIP\nsessionAffinityConfig: {clientIP: {timeoutSeconds: 86400}}',
      seconds: 86_400,
      because: 'a day is the most',
    },
  ])('a Service with "$fields" keeps a client for $seconds s: $because', ({ fields, seconds }) => {
    const { manifest, problems } = parseOne(
      serviceText('a', `selector: {app: a}\nports: [{port: 80}]\n${fields}`),
    );
    expect(problems).toEqual([]);
    expect(ofKind(manifest, 'Service')[0]!.spec.clientIpAffinitySeconds).toBe(seconds);
  });

  test('what the API server adds to an exported object', () => {
    const text = virtualServiceText(destinations(1))
      .replace(
        'metadata:\n',
        'metadata:\n  uid: 3d0\n  resourceVersion: "1"\n  generation: 2\n  creationTimestamp: "2024-01-01T00:00:00Z"\n  managedFields: [{manager: kubectl}]\n',
      )
      .concat('status: {}\n');
    const { manifest, problems } = parseOne(text);
    expect(problems).toEqual([]);
    expect(manifest.ignoredFields).toEqual([]);
  });
});

// Kinds that are not read, of groups whose others are: Gateway API's config/crd/experimental, Istio's crd-all.gen.yaml, k8s.io/api.
test.each([
  ...['GatewayClass', 'UDPRoute', 'ListenerSet', 'BackendTLSPolicy'].map(
    (kind) => [kind, 'gateway.networking.k8s.io/v1'] as const,
  ),
  ...['EnvoyFilter', 'WorkloadGroup', 'ProxyConfig'].map(
    (kind) => [kind, 'networking.istio.io/v1beta1'] as const,
  ),
  ...['Secret', 'ServiceAccount', 'Endpoints', 'PodTemplate'].map((kind) => [kind, 'v1'] as const),
  ['ControllerRevision', 'apps/v1'] as const,
])('a %s is listed as not modelled, and is no slip of the pen', (kind, apiVersion) => {
  const { manifest, problems } = parseOne(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`);
  expect(problems).toEqual([]);
  expect(manifest.ignoredKinds.map((own) => own.kind)).toEqual([kind]);
});

describe('words of retryOn', () => {
  const rule = (word: string): string =>
    virtualServiceText(
      `hosts: [reviews]\nhttp:\n- route: [{destination: {host: reviews}}]\n  retries: {attempts: 1, retryOn: "${word}"}`,
    );
  // validation.go, validateRetryOnPolicies: a status that Go's net/http has a text for. Node names the same, and 509.
  test('each status of IANA’s registry may be named, and no other number', () => {
    const all = Array.from({ length: 600 }, (_, at) => String(at));
    expect(all.filter((status) => parseOne(rule(status)).problems.length === 0)).toEqual(
      Object.keys(STATUS_CODES).filter((status) => status !== '509'),
    );
  });

  // Envoy's x-envoy-retry-on and x-envoy-retry-grpc-on, as far as pkg/config/validation allows them.
  test.each([
    ...['5xx', 'gateway-error', 'reset', 'reset-before-request', 'connect-failure', 'retriable-4xx'],
    ...['refused-stream', 'retriable-status-codes', 'retriable-headers', 'envoy-ratelimited'],
    ...['http3-post-connect-failure', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted'],
    ...['unavailable', '503', '503,reset'],
  ])('%s', (word) => expect(parseOne(rule(word)).problems).toEqual([]));
});
