import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { meshshift } from '../support/io.ts';

const scenario = 'scenarios/traffic-shifting';
const json = async (...words: string[]): Promise<unknown> => {
  const { code, out, err } = await meshshift([...words, '-o', 'json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
};

describe('get', () => {
  test.each([
    { at: '59.9s', subsets: ['v1'], generation: 1 },
    { at: '60s', subsets: ['v1', 'v3'], generation: 2 },
    { at: '70s', subsets: ['v1', 'v3'], generation: 2 },
    { at: '200s', subsets: ['v3'], generation: 4 },
  ])(
    'at $at the rule of reviews names $subsets, as kubectl would say',
    async ({ at, subsets, generation }) => {
      const { out } = await meshshift([
        'get',
        scenario,
        'virtualservice',
        'reviews',
        '-o',
        'yaml',
        '--at',
        at,
      ]);
      const rule = parse(out) as {
        metadata: object;
        spec: { http: { route: { destination: { subset: string } }[] }[] };
      };
      expect(rule.metadata).toEqual({ generation, name: 'reviews', namespace: 'default' });
      expect(rule.spec.http[0]!.route.map((own) => own.destination.subset)).toEqual(subsets);
    },
  );

  test('a rule that was deleted is not found', async () => {
    const { code, err } = await meshshift(['get', scenario, 'vs', 'reviews', '--at', '250s']);
    expect([code, err]).toEqual([
      3,
      'Error from server (NotFound): virtualservice "reviews" not found at 4m10s\n',
    ]);
  });

  test('a table has the columns of kubectl', async () => {
    const { out } = await meshshift(['get', scenario, 'vs', '--at', '1m']);
    expect(out.split('\n')[0]).toBe('NAME          GATEWAYS               HOSTS             AGE');
    expect(out).toMatch(/^reviews +\["reviews"\] +1m$/m);
  });

  test.each(['dr', 'gw', 'svc', 'deploy', 'pods'])('knows %s', async (kind) => {
    const { code, out } = await meshshift(['get', scenario, kind]);
    expect(code).toBe(0);
    expect(out.split('\n').length).toBeGreaterThan(2);
  });
});

describe('routes', () => {
  interface Held {
    readonly pod: string;
    readonly upToDate: boolean;
    readonly ageSeconds: number;
    readonly workers: { readonly snapshot: number }[];
    readonly configuration: {
      readonly route_configurations: {
        readonly virtual_hosts: { readonly name: string; readonly routes: { readonly route: object }[] }[];
      }[];
    };
  }
  const heldAt = async (at: string): Promise<Held> =>
    ((await json('routes', scenario, '--at', at, '--pod', 'productpage-v1')) as Held[])[0]!;

  test('a proxy holds the old rule while the debounce runs, and the new one soon after', async () => {
    const before = await heldAt('60.09s');
    expect([before.upToDate, before.ageSeconds, before.workers.map((own) => own.snapshot)]).toEqual([
      false,
      60.09,
      [0, 0],
    ]);
    const after = await heldAt('62s');
    expect([after.upToDate, after.workers.map((own) => own.snapshot)]).toEqual([true, [1, 1]]);
    expect(after.ageSeconds).toBeLessThan(1.9);
    const host = after.configuration.route_configurations[0]!.virtual_hosts.find((own) =>
      own.name.startsWith('reviews.'),
    )!;
    expect(host.routes[0]!.route).toMatchObject({
      timeout: '0s',
      weighted_clusters: {
        clusters: [
          { name: 'outbound|9080|v1|reviews.default.svc.cluster.local', weight: 50 },
          { name: 'outbound|9080|v3|reviews.default.svc.cluster.local', weight: 50 },
        ],
      },
    });
  });

  test('a pod that is not there is told, with those that are', async () => {
    const { code, err } = await meshshift(['routes', scenario, '--pod', 'nobody']);
    expect([code, /productpage-v1-/.test(err)]).toEqual([3, true]);
  });
});

test('explain tells pods, rules, traffic and how 15 refreshes will be divided', async () => {
  const { code, out } = await meshshift(['explain', scenario]);
  expect(code).toBe(0);
  // Binomial(15, 1/2): 2.5 % and 97.5 % quantiles are 4 and 11.
  expect(out).toContain('reviews v1 50 %, reviews v3 50 %: 4 to 11 of 15 to v3');
  expect(out).toContain('60 users');
});

/** What Envoy's documentation says of each policy (docs/root/intro/arch_overview/upstream/load_balancing/load_balancers.rst). */
test.each([
  { simple: 'LEAST_REQUEST', prints: 'LEAST_REQUEST', choosing: /two .* by chance .* fewer requests/ },
  { simple: 'ROUND_ROBIN', prints: 'ROUND_ROBIN', choosing: /one endpoint after the other/ },
  { simple: 'RANDOM', prints: 'RANDOM', choosing: /any endpoint by chance/ },
  {
    consistentHash: '{ ringHash: {}, useSourceIp: true }',
    prints: 'RING_HASH',
    choosing: /a ring follows .* hash/,
  },
  {
    consistentHash: '{ maglev: { tableSize: 65537 }, useSourceIp: true }',
    prints: 'MAGLEV',
    choosing: /hash has in a table/,
  },
])('routes and explain tell whom $prints chooses', async ({ simple, consistentHash, prints, choosing }) => {
  const policy = simple === undefined ? `consistentHash: ${consistentHash}` : `simple: ${simple}`;
  const { out } = await meshshift(
    ['routes', '-f', '-'],
    `
apiVersion: v1
kind: Service
metadata: { name: reviews }
spec: { selector: { app: reviews }, ports: [{ name: http, port: 9080 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: reviews }
spec:
  host: reviews
  subsets: [{ name: v1, labels: { version: v1 }, trafficPolicy: { loadBalancer: { ${policy} } } }]
`,
  );
  // A cell that is too long for its column goes on in the lines below.
  const lines = out
    .replace(/\n +/g, ' ')
    .split('\n')
    .filter((line) => /^reviews.default:9080 /.test(line));
  expect(lines.find((line) => line.includes(':9080 v1'))).toMatch(
    new RegExp(` ${prints} +.*${choosing.source}`),
  );
  // The Service's own cluster keeps Istio's default.
  expect(lines.find((line) => !line.includes(':9080 v1'))).toContain(' LEAST_REQUEST ');
});

test('a line per cluster and policy tells what the proxies hold, and by how many of them', async () => {
  const held = await meshshift(['routes', 'scenarios/sticky-sessions']);
  expect(held.out).toMatch(
    /^helloworld\.default:5000 v2 +RING_HASH +the endpoint whose point .* +(\d+) of \1$/m,
  );
  const told = await meshshift(['explain', 'scenarios/sticky-sessions']);
  expect(told.out).toMatch(
    /^ {2}at 0s RING_HASH \(the endpoint whose .*\): helloworld\.default:5000, helloworld\.default:5000 v1, /m,
  );
});

test('validate reads standard input and finds what Istio would refuse', async () => {
  const good = await meshshift(
    ['validate', '-'],
    'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }] }\n',
  );
  expect(good.code).toBe(0);
  const bad = await meshshift(
    ['validate', '-', '-o', 'json'],
    'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: a }\nspec: { hosts: [a], http: [{ route: [{ destination: { host: a }, wieght: 1 }] }] }\n',
  );
  expect(bad.code).toBe(3);
  expect(JSON.parse(bad.out)).toMatchObject({
    ok: false,
    problems: [{ line: 4, hint: expect.stringContaining('weight') as string }],
  });
});

test('new makes a scenario that is valid and runs', async () => {
  const { mkdtempSync, rmSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const root = mkdtempSync(join(tmpdir(), 'meshshift-new-'));
  const folder = join(root, 'my-shift');
  expect((await meshshift(['new', folder])).code).toBe(0);
  // istioctl warns of this rule of Bookinfo, too: a gateway's visitors do not follow the mesh's rule for productpage.
  const validated = await meshshift(['validate', folder]);
  expect(validated.code).toBe(0);
  expect(new Set(validated.err.match(/\[[A-Z]+\d+\]/g))).toEqual(new Set(['[IST0140]']));
  const { out } = await meshshift(['run', folder, '--no-out', '-q', '-o', 'json']);
  expect(JSON.parse(out)).toMatchObject({ scenario: { name: 'my-shift' } });
  expect((await meshshift(['new', folder])).code).toBe(3);
  rmSync(root, { recursive: true, force: true });
});

test.each(['bash', 'zsh', 'fish'])('completion for %s knows every command', async (shell) => {
  const { code, out } = await meshshift(['completion', shell]);
  expect(code).toBe(0);
  for (const word of ['run', 'validate', 'routes', 'schema']) expect(out).toContain(word);
});

test('every schema is JSON Schema, draft 7', async () => {
  for (const kind of ['scenario', 'app', 'summary']) {
    const { out } = await meshshift(['schema', kind]);
    expect((JSON.parse(out) as { $schema: string }).$schema).toMatch(/draft-07/);
  }
});

test('version names what is modelled', async () => {
  const { models } = (await json('version')) as { models: Record<string, string> };
  expect(Object.keys(models)).toEqual(['istio', 'envoy', 'kubernetes']);
});
