import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { meshshift } from '../support/io.ts';

/** `routes -f`: the cases of Istio's documentation on weights, as somebody would ask for them. */
interface Envoy {
  readonly route_configurations: readonly {
    readonly name: string;
    readonly virtual_hosts: readonly {
      readonly name: string;
      readonly routes: readonly {
        readonly name?: string;
        readonly route?: {
          readonly cluster?: string;
          readonly weighted_clusters?: { readonly clusters: readonly object[] };
          readonly cluster_not_found_response_code?: string;
        };
        readonly direct_response?: { readonly status: number };
      }[];
    }[];
  }[];
  readonly clusters: readonly { readonly name: string }[];
}

async function envoyOf(manifest: string, ...words: string[]): Promise<Envoy> {
  const { out, code, err } = await meshshift(['routes', '-f', '-', '-o', 'json', ...words], manifest);
  expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Envoy;
}
const routeFor = (envoy: Envoy, host: string) =>
  envoy.route_configurations
    .flatMap((own) => own.virtual_hosts)
    .find((own) => own.name.startsWith(`${host}.`))!.routes[0]!;

const virtualService = (...weights: (number | undefined)[]): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - route: [${weights
      .map(
        (weight, index) =>
          `{ destination: { host: reviews, subset: v${index + 1} }${weight === undefined ? '' : `, weight: ${weight}`} }`,
      )
      .join(', ')}]
`;
const service = (name: string): string => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 9080 }] }
---`;
const httpRoute = (backends: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: reviews }
spec: { parentRefs: [{ group: '', kind: Service, name: reviews }], rules: [{ backendRefs: [${backends}] }] }
`;
const subset = (version: number): string => `outbound|9080|v${version}|reviews.default.svc.cluster.local`;

describe('weights of a VirtualService', () => {
  test.each([
    {
      weights: [50, 50],
      clusters: [
        [1, 50],
        [2, 50],
      ],
      because: 'each in list order',
    },
    { weights: [100, 0], clusters: [[1, 100]], because: '100/0 leaves one weighted entry' },
    { weights: [9, undefined], clusters: [[1, 9]], because: 'an omitted weight among several is 0' },
    {
      weights: [1, 3],
      clusters: [
        [1, 1],
        [2, 3],
      ],
      because: 'no sum of 100 is needed',
    },
  ])('$weights: $because', async ({ weights, clusters }) => {
    const { route } = routeFor(await envoyOf(service('reviews') + virtualService(...weights)), 'reviews');
    expect(route!.cluster).toBeUndefined();
    expect(route!.weighted_clusters).toEqual({
      clusters: clusters.map(([version, weight]) => ({ name: subset(version!), weight })),
    });
    expect(route!.cluster_not_found_response_code).toBeUndefined();
  });

  test.each([{ weights: [undefined] }, { weights: [30] }])(
    'one destination, $weights: a plain cluster',
    async ({ weights }) => {
      const { route } = routeFor(await envoyOf(service('reviews') + virtualService(...weights)), 'reviews');
      expect([route!.cluster, route!.weighted_clusters]).toEqual([subset(1), undefined]);
    },
  );

  test.each([
    { weights: [undefined, undefined], says: 'total destination weight = 0', because: 'all omitted' },
    { weights: [0, 0], says: 'total destination weight = 0', because: 'all 0' },
    { weights: [-1, 2], says: 'weight -1 < 0', because: 'a negative one' },
  ])('refused: $because', async ({ weights, says }) => {
    const { code, out, err } = await meshshift(['routes', '-f', '-'], virtualService(...weights));
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain(says);
  });
});

describe('weights of an HTTPRoute', () => {
  const name = (own: string): string => `outbound|9080||${own}.default.svc.cluster.local`;

  test('a backend that is not there keeps its weight and is to be answered 500', async () => {
    const services = service('reviews') + service('reviews-v1');
    const envoy = await envoyOf(
      services + httpRoute('{ name: reviews-v1, port: 9080 }, { name: reviews-v9, port: 9080, weight: 3 }'),
    );
    const { name: routeName, route } = routeFor(envoy, 'reviews');
    expect(routeName).toBe('default.reviews.0');
    expect(route).toMatchObject({
      weighted_clusters: {
        clusters: [
          { name: name('reviews-v1'), weight: 1 },
          { name: name('reviews-v9'), weight: 3 },
        ],
      },
      cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR',
    });
    expect(envoy.clusters.map((own) => own.name)).toEqual([name('reviews'), name('reviews-v1')]);
  });

  test('the table says what becomes of it', async () => {
    const manifest =
      service('reviews') +
      service('reviews-v1') +
      httpRoute('{ name: reviews-v1, port: 9080 }, { name: reviews-v9, port: 9080, weight: 3 }');
    const { out } = await meshshift(['routes', '-f', '-'], manifest, process.cwd(), 140);
    expect(out).toContain('reviews-v1 1, reviews-v9 3 (unknown: 500)');
  });

  test('nothing of positive weight: 500 by the proxy itself', async () => {
    const own = service('reviews') + httpRoute('{ name: reviews, port: 9080, weight: 0 }');
    expect(routeFor(await envoyOf(own), 'reviews').direct_response).toEqual({ status: 500 });
  });
});

describe('a rule alone', () => {
  test('is shown as if its Service were there, and that is said', async () => {
    const { out, err, code } = await meshshift(['routes', '-f', '-'], virtualService(50, 50));
    expect(code).toBe(0);
    expect(err).toBe('note: no Service in these files; reviews.default with port 80 is assumed\n');
    expect(out.split('\n').slice(0, 2)).toEqual([
      'ROUTES   HOST                 MATCH   GOES TO        TIMEOUT   RETRIES   RULE',
      '80       reviews.default:80   all     v1 50, v2 50   none      2         VirtualService',
    ]);
    const wide = await meshshift(['routes', '-f', '-'], virtualService(50, 50), process.cwd(), 120);
    expect(wide.out.split('\n')[1]).toBe(
      '80       reviews.default:80   all     v1 50, v2 50   none      2         VirtualService reviews.default, rule 1',
    );
  });
});

test('where there are Services, none is assumed', async () => {
  const { out, err } = await meshshift(['routes', '-f', '-'], service('ratings') + virtualService(50, 50));
  expect(err).toBe('');
  // Its rule has nobody to act for.
  expect(out).not.toContain('9080     reviews');
  expect(out).toContain('no Service that this proxy knows');
});

describe('for whom', () => {
  const forLabels = `${service('reviews')}
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - { name: mine, match: [{ sourceLabels: { app: productpage } }], route: [{ destination: { host: reviews } }] }
`;
  test('labels of the caller', async () => {
    const name = async (...words: string[]) => routeFor(await envoyOf(forLabels, ...words), 'reviews').name;
    expect(await name('--labels', 'app=productpage,version=v1')).toBe('mine');
    expect(await name('--labels', 'app=ratings')).toBe('default');
  });

  test('a gateway is the one of the first Gateway', async () => {
    const { out } = await meshshift([
      'routes',
      '-f',
      'scenarios/gateway-api/bookinfo.yaml',
      '-f',
      'scenarios/gateway-api/gateway.yaml',
      '--proxy',
      'gateway',
    ]);
    expect(out).toMatch(/^http\.80 +\*:80 +\/static\[\/\*\] +productpage +/m);
  });

  test.each([
    { words: ['routes'], because: 'neither a scenario nor manifests' },
    { words: ['routes', 'scenarios/gateway-api', '-f', 'a.yaml'], because: 'both' },
    { words: ['routes', '-f', 'scenarios/gateway-api/gateway.yaml', '--labels', 'app'], because: 'no label' },
  ])('$because is a mistake of usage', async ({ words }) => {
    const { code, out } = await meshshift(words);
    expect([code, out]).toEqual([2, '']);
  });
});

describe('validate', () => {
  const missing = service('reviews') + virtualService(50, 50);
  test('speaks at istioctl’s level: a reference to nothing is an error', async () => {
    const { code, err, out } = await meshshift(['validate', '-'], missing);
    expect(code).toBe(3);
    expect(err).toContain(
      'error[IST0101]: Referenced host+subset in destinationrule not found: "reviews+v1"',
    );
    // The two subsets, once each: what comes of it is not said again under the code by which a run tells of it.
    expect(err).not.toContain('subset-missing');
    expect(out).toBe('not valid: 1 checked, 2 errors, 0 warnings\n');
  });

  test('a port that a Service lacks is told once, too', async () => {
    const text = service('reviews') + virtualService(50, 50).replaceAll('subset: v1', 'port: { number: 81 }');
    const { code, err } = await meshshift(['validate', '-'], text);
    expect(code).toBe(3);
    expect(err).toContain('error[IST0101]: Referenced host:port not found: "reviews:81"');
    expect(err).not.toContain('port-unknown');
  });

  test('and so it is in a scenario, which runs all the same', async () => {
    const never = 'timeline=[{ at: 10s, apply: virtual-service-reviews-80-20.yaml }]';
    const { code, err } = await meshshift(['explain', 'scenarios/rule-before-subset', '--set', never]);
    expect(code).toBe(0);
    expect(err).toContain(
      'error[IST0101]: Referenced host+subset in destinationrule not found: "reviews+v3"',
    );
  });

  test('the files of a scenario are judged as it uses them, in whatever order they are named', async () => {
    const folder = 'scenarios/traffic-shifting';
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    const alone = await meshshift(['validate', folder]);
    const all = await meshshift(['validate', ...files.map((name) => `${folder}/${name}`)]);
    expect([alone.code, all.code]).toEqual([0, 0]);
    expect(all.err).toBe(alone.err);
  });
});
