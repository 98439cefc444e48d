import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../src/manifest/parse.ts';
import { ofKind, parseOne, serviceText, virtualServiceText } from './manifest-text.ts';

const fixture = (name: string) => ({
  file: name,
  text: readFileSync(new URL(`fixture/${name}`, import.meta.url), 'utf8'),
});

describe('manifests as one would apply them', () => {
  const { manifest, problems } = parseManifests([fixture('bookinfo.yaml'), fixture('routing.yaml')]);

  test('the application and its rules are read without a problem, in the order they were written', () => {
    expect(problems).toEqual([]);
    expect(manifest.resources.map((own) => `${own.kind}/${own.metadata.name}`)).toEqual([
      'Service/details',
      'Deployment/details-v1',
      'Service/ratings',
      'Deployment/ratings-v1',
      'Service/reviews',
      'Deployment/reviews-v1',
      'Deployment/reviews-v2',
      'Deployment/reviews-v3',
      'Service/productpage',
      'Deployment/productpage-v1',
      'Gateway/bookinfo-gateway',
      'VirtualService/bookinfo',
      'DestinationRule/reviews',
      'VirtualService/reviews',
    ]);
  });

  test('a resource knows its names, its file, its first line and all that was written', () => {
    const details = ofKind(manifest, 'Service')[0]!;
    expect(details).toMatchObject({
      apiVersion: 'v1',
      metadata: {
        name: 'details',
        namespace: 'default',
        labels: { app: 'details', service: 'details' },
        annotations: {},
      },
      file: 'bookinfo.yaml',
      line: 2,
    });
    expect(ofKind(manifest, 'VirtualService')[0]).toMatchObject({ file: 'routing.yaml', line: 16 });
    expect(ofKind(manifest, 'VirtualService')[1]!.metadata.namespace).toBe('shop');
    expect(ofKind(manifest, 'Deployment')[0]!.source).toMatchObject({
      spec: { template: { spec: { serviceAccountName: 'bookinfo-details' } } },
    });
  });

  test('Services and Deployments carry selectors, ports, replicas and the labels of their pods', () => {
    expect(ofKind(manifest, 'Service')[3]!.spec).toEqual({
      selector: { app: 'productpage' },
      ports: [{ name: 'http', port: 9080, targetPort: 'http-web' }],
    });
    const deployments = ofKind(manifest, 'Deployment');
    expect(deployments[1]!.spec.replicas).toBe(1);
    expect(deployments[3]!.spec).toMatchObject({
      replicas: 2,
      selector: { app: 'reviews', version: 'v2' },
      template: {
        labels: { app: 'reviews', version: 'v2' },
        annotations: { note: 'second' },
        containers: [{ name: 'reviews', image: 'example/reviews-v2:1' }],
      },
    });
  });

  test('a DestinationRule has subsets; LEAST_CONN is an old name of LEAST_REQUEST', () => {
    expect(ofKind(manifest, 'DestinationRule')[0]!.spec).toEqual({
      host: 'reviews',
      trafficPolicy: { loadBalancer: { simple: 'RANDOM' }, portLevel: [] },
      subsets: [
        { name: 'v1', labels: { version: 'v1' } },
        {
          name: 'v2',
          labels: { version: 'v2' },
          trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST' }, portLevel: [] },
        },
        { name: 'v3', labels: { version: 'v3' } },
      ],
      exportTo: [],
    });
  });

  test('a Gateway has servers', () => {
    expect(ofKind(manifest, 'Gateway')[0]!.spec).toEqual({
      selector: { istio: 'ingressgateway' },
      servers: [{ port: { number: 8080, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
    });
  });

  test('a VirtualService without matches, weights or gateways keeps them empty or undefined', () => {
    expect(ofKind(manifest, 'VirtualService')[0]!.spec).toEqual({
      hosts: ['*'],
      gateways: ['bookinfo-gateway'],
      http: [
        {
          match: [{ uri: { exact: '/productpage' } }, { uri: { prefix: '/static' } }],
          route: [{ destination: { host: 'productpage', port: 9080 } }],
          mirrors: [],
        },
      ],
      tcp: [],
      tls: [],
      exportTo: [],
    });
  });

  test('every typed field of a rule arrives, durations in microseconds', () => {
    expect(ofKind(manifest, 'VirtualService')[1]!.spec.http).toEqual([
      {
        name: 'jason',
        match: [
          {
            name: 'signed-in',
            uri: { regex: '/reviews/\\d+' },
            ignoreUriCase: true,
            scheme: { exact: 'http' },
            method: { exact: 'GET' },
            authority: { prefix: 'shop.' },
            headers: { 'end-user': { exact: 'jason' }, 'x-debug': {} },
            withoutHeaders: { 'x-bot': { regex: '.+' } },
            queryParams: { beta: { prefix: 'y' } },
            port: 9080,
            sourceLabels: { app: 'productpage' },
            sourceNamespace: 'shop',
            gateways: ['mesh'],
          },
        ],
        route: [{ destination: { host: 'reviews', subset: 'v2' } }],
        timeoutUs: 500_000,
        retries: { attempts: 3, perTryTimeoutUs: 90_000_000, retryOn: '5xx,connect-failure,503' },
        fault: {
          delay: { percent: 0.1, fixedDelayUs: 7_000_000 },
          abort: { percent: 100, httpStatus: 500 },
        },
        mirrors: [],
      },
      {
        match: [{ uri: { prefix: '/old' } }],
        route: [],
        redirect: { uri: '/new', authority: 'other.example.com', redirectCode: 302 },
        mirrors: [],
      },
      { match: [{ uri: { exact: '/closed' } }], route: [], directResponse: { status: 503 }, mirrors: [] },
      {
        match: [],
        route: [
          { destination: { host: 'reviews', subset: 'v1' }, weight: 90 },
          { destination: { host: 'reviews', subset: 'v3' }, weight: 10 },
        ],
        mirrors: [{ destination: { host: 'reviews', subset: 'v2' }, percent: 12.5 }],
        cors: {
          allowOrigins: [{ exact: 'https://example.com' }],
          allowMethods: [],
          allowHeaders: [],
          exposeHeaders: [],
          maxAgeSeconds: 86400,
          forwardsUnmatched: true,
        },
      },
    ]);
  });

  test('kinds that are not modelled are counted, and fields that are not modelled are listed once', () => {
    expect(manifest.ignoredKinds).toEqual([
      { about: 'kind', kind: 'ServiceAccount', group: '', count: 2, file: 'bookinfo.yaml' },
    ]);
    expect(manifest.ignoredFields).toEqual([
      { kind: 'Deployment', field: 'spec.template.spec.serviceAccountName', file: 'bookinfo.yaml' },
      { kind: 'VirtualService', field: 'spec.http[].directResponse.body', file: 'routing.yaml' },
      { kind: 'VirtualService', field: 'spec.http[].corsPolicy', file: 'routing.yaml' },
    ]);
  });
});

test('a List is as good as its items, and a mistake in an item is found at its own line', () => {
  const text = [
    'apiVersion: v1',
    'kind: List',
    'items:',
    '  - apiVersion: v1',
    '    kind: Service',
    '    metadata: {name: ratings}',
    '    spec: {ports: [{port: 9080}]}',
    '  - apiVersion: v1',
    '    kind: Service',
    '    metadata: {name: reviews}',
    '    spec: {ports: [{port: 0}]}',
  ].join('\n');
  const { manifest, problems } = parseOne(text);
  expect(manifest.resources.map((own) => [own.metadata.name, own.line])).toEqual([['ratings', 4]]);
  expect(problems).toMatchObject([{ code: 'MS1014', line: 11, column: 27 }]);
});

test('JSON is YAML', () => {
  const text = JSON.stringify(
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ratings' }, spec: { ports: [{ port: 9080 }] } },
    null,
    '\t',
  );
  expect(parseOne(text)).toMatchObject({
    problems: [],
    manifest: { resources: [{ metadata: { name: 'ratings' } }] },
  });
});

test('a kind of the same name in another group is another kind', () => {
  const listeners = '{gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}';
  const ofGroup = (apiVersion: string, spec: string) =>
    parseOne(`apiVersion: ${apiVersion}\nkind: Gateway\nmetadata: {name: entry}\nspec: ${spec}\n`);
  const { manifest, problems } = ofGroup('gateway.networking.k8s.io/v1', listeners);
  expect(problems).toEqual([]);
  expect(manifest.resources.map((own) => own.kind)).toEqual(['KubernetesGateway']);
  expect(ofGroup('networking.istio.io/v1', listeners).problems.map((own) => own.message)).toContain(
    'unknown field "spec.listeners"',
  );
  expect(ofGroup('example.com/v1', listeners).manifest.ignoredKinds).toEqual([
    { about: 'kind', kind: 'Gateway', group: 'example.com', count: 1, file: 'test.yaml' },
  ]);
});

test('a resource that is defined twice is warned of: the later definition replaces the earlier', () => {
  const { manifest, problems } = parseManifests([
    { file: 'a.yaml', text: serviceText('ratings') },
    { file: 'b.yaml', text: `# comment\n${serviceText('ratings')}` },
  ]);
  expect(manifest.resources).toHaveLength(2);
  expect(problems).toMatchObject([
    {
      severity: 'warning',
      code: 'MS1030',
      file: 'b.yaml',
      line: 2,
      message: expect.stringContaining('a.yaml:1') as string,
    },
  ]);
});

test('good documents are read although others beside them are wrong', () => {
  const broken = 'a: [1\n';
  const wrong = virtualServiceText('hosts: [reviews]');
  const { manifest, problems } = parseOne(
    [serviceText('ratings'), broken, wrong, serviceText('reviews')].join('---\n'),
  );
  expect(manifest.resources.map((own) => own.metadata.name)).toEqual(['ratings', 'reviews']);
  expect(problems.map((own) => [own.line, own.code])).toEqual([
    [9, 'MS1001'],
    [15, 'IST0106'],
  ]);
});

test('problems come by file and place, and one is not said twice', () => {
  const wrong = virtualServiceText(
    'hosts: [reviews]\nhtpp: []\nhttp:\n- timeot: 1s\n  timeout: 0s\n  route: [{destination: {host: x}}]',
  );
  const { problems } = parseManifests([
    { file: 'b.yaml', text: wrong },
    { file: 'a.yaml', text: wrong },
  ]);
  expect(problems.map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
    'b.yaml:7:3',
    'b.yaml:9:5',
    'b.yaml:10:14',
    'a.yaml:7:3',
    'a.yaml:9:5',
    'a.yaml:10:14',
  ]);
});

test('a text with more problems than anybody reads tells the first two hundred and the number of the others', () => {
  const { problems } = parseOne(
    virtualServiceText(Array.from({ length: 500 }, (_, index) => `field${index}xyz: 1`).join('\n')),
  );
  // 500 unknown fields, and that neither http nor tcp nor tls is there is said of spec as a whole: an echo.
  expect(problems).toHaveLength(201);
  expect(problems.find((own) => own.code === 'MS1015')?.message).toBe(
    '300 more problems in this VirtualService are not listed',
  );
});

test('the mesh’s two locality settings are read from the ConfigMap of the installation, apart from each other', () => {
  const mesh = (text: string) => {
    const { manifest, problems } = parseOne(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata: {mesh: "${text}"}\n`,
    );
    expect(problems).toEqual([]);
    return ofKind(manifest, 'MeshConfig')[0]!.spec.loadBalancer;
  };
  expect(mesh('{zoneAwareLbSetting: {enabled: true}}')).toMatchObject({ zoneAware: { enabled: true } });
  expect(mesh('{zoneAwareLbSetting: {enabled: true}}')).not.toHaveProperty('locality');
  expect(mesh('{localityLbSetting: {enabled: false}}')).toMatchObject({ locality: { enabled: false } });
  expect(mesh('{}')).toEqual({});
});
