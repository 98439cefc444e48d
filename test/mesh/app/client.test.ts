import { describe, expect, test } from 'vitest';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
import { deployment, makeWorld, resources, service, split, subsets } from '../../support/world.ts';

const reviews = { method: 'GET', path: '/', authority: 'reviews:9080', headers: {} };

/** Keys of the answers that clients of one entry get, by client. */
function answersTo(traffic: Partial<Traffic>, manifests: readonly string[], untilUs = 600_000_000) {
  const answers: { client: number; key: string }[] = [];
  const entry = { name: 'sleep', kind: 'refresh', count: 400, everyUs: 1, startUs: 0, request: reviews };
  const world: World = makeWorld(
    {
      manifests: resources(
        service('reviews'),
        ...['v1', 'v2', 'v3'].map((version) => deployment('reviews', version)),
        ...manifests,
      ),
      traffic: [{ ...entry, from: 'sleep-v1', ...traffic } as Traffic],
    },
    {
      pageDone: (row) =>
        answers.push({
          client: world.rows.client[row]!,
          key: world.keys.name[world.rows.shownKey[row]!] ?? '',
        }),
    },
  );
  world.runUntil(untilUs);
  return answers;
}

const withSidecar = deployment('sleep', 'v1');
const without = deployment('sleep', 'v1', 1, false);
const toV3 = [subsets('reviews', 'v1', 'v3'), split('reviews', { v3: 100 })];

describe('a client inside the mesh', () => {
  test('is routed by its own sidecar', () => {
    const answers = answersTo({}, [withSidecar, ...toV3]);
    expect(new Set(answers.map((own) => own.key))).toEqual(new Set(['v3']));
    expect(answers).toHaveLength(400);
  });

  test('without a sidecar gets a pod of the Service per connection, whatever the rule says', () => {
    const answers = answersTo({}, [without, ...toV3]);
    const share = answers.filter((own) => own.key === 'v3').length / 400;
    // One pod of three: 1/3 within 4 standard errors.
    expect(Math.abs(share - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / 400));
  });

  test('without a sidecar stays with one pod while it keeps its connection', () => {
    const answers = answersTo({ keepAlive: { maxAgeUs: Infinity } }, [without, ...toV3]);
    expect(new Set(answers.map((own) => own.key)).size).toBe(1);
  });

  test('moves on when its connection has come to its greatest age', () => {
    const answers = answersTo({ keepAlive: { maxAgeUs: 50_000 } }, [without, ...toV3]);
    expect(new Set(answers.map((own) => own.key)).size).toBe(3);
  });

  test('sends as many requests as it is told, one at a time', () => {
    const answers = answersTo(
      { kind: 'users', users: 3, think: { dist: 'constant', value: 0 }, startUs: 0, requestsEach: 7 },
      [withSidecar, ...toV3],
    );
    const each = [0, 1, 2].map((client) => answers.filter((own) => own.client === client).length);
    expect(each).toEqual([7, 7, 7]);
  });
});

describe('clients that send a value of their own', () => {
  const byClient = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: reviews }
spec:
  hosts: [reviews]
  http:
    - match: [{ headers: { end-user: { exact: client-2 } } }]
      route: [{ destination: { host: reviews, subset: v3 } }]
    - route: [{ destination: { host: reviews, subset: v1 } }]
---`;

  test('are told apart by a header', () => {
    const answers = answersTo({ clients: { count: 4, header: 'End-User' } }, [
      withSidecar,
      subsets('reviews', 'v1', 'v3'),
      byClient,
    ]);
    const v3 = new Set(answers.filter((own) => own.key === 'v3').map((own) => own.client));
    expect(v3).toEqual(new Set([1]));
    expect(answers.filter((own) => own.client === 1)).toHaveLength(100);
  });

  test.each([
    { clients: { count: 4 }, name: 'client', because: 'which is called "client" where nobody names it' },
    { clients: { count: 4, cookie: 'visitor' }, name: 'visitor', because: 'or as somebody names it' },
  ])('or by a cookie, $because', ({ clients, name }) => {
    const byCookie = byClient.replace(
      'end-user: { exact: client-2 }',
      `cookie: { regex: "(.*; )?${name}=client-2" }`,
    );
    const answers = answersTo({ clients }, [withSidecar, subsets('reviews', 'v1', 'v3'), byCookie]);
    const v3 = new Set(answers.filter((own) => own.key === 'v3').map((own) => own.client));
    expect(v3).toEqual(new Set([1]));
  });
});

describe('a workload whose pods ask', () => {
  /** Names of the pods that ask, page by page. */
  function askers(traffic: Partial<Traffic>, manifest: string, timeline: WorldSettings['timeline'] = []) {
    const names: string[] = [];
    const world: World = makeWorld(
      {
        manifests: resources(service('reviews'), deployment('reviews', 'v1'), manifest),
        timeline,
        traffic: [
          {
            name: 'sleep',
            kind: 'poisson',
            profile: [{ atUs: 0, rps: 100 }],
            shape: 'steps',
            request: reviews,
            from: 'sleep-v1',
            ...traffic,
          } as Traffic,
        ],
      },
      { pageDone: (row) => names.push(world.pods[world.rows.asker[row]!]!.name) },
    );
    world.runUntil(40_000_000);
    return names;
  }

  test('asks from no pod that is gone', () => {
    const scale = { atUs: 10e6, verb: 'scale', workload: 'sleep-v1', replicas: 1 } as const;
    const names = askers({}, deployment('sleep', 'v1', 4), [scale]);
    // The last thousand of a hundred a second.
    expect(new Set(names.slice(0, 500)).size).toBe(4);
    expect(new Set(names.slice(-1000)).size).toBe(1);
  });

  test.each([{ inject: true }, { inject: false }])(
    'asks from every pod alike, where callers are many (with a sidecar: $inject)',
    ({ inject }) => {
      const names = askers({}, deployment('sleep', 'v1', 4, inject));
      const n = names.length;
      expect(n).toBeGreaterThan(3500);
      const pods = [...new Set(names)];
      expect(pods).toHaveLength(4);
      // Binomial with p = 1/4, four standard errors.
      for (const pod of pods) {
        const hits = names.filter((name) => name === pod).length;
        expect(Math.abs(hits - n / 4)).toBeLessThan(4 * Math.sqrt((n * 3) / 16));
      }
    },
  );

  test('gives each user a pod of its own, in turn', () => {
    const names = askers(
      {
        kind: 'users',
        users: 4,
        think: { dist: 'constant', value: 1e6 },
        startUs: 0,
        requestsEach: 5,
      } as Partial<Traffic>,
      deployment('sleep', 'v1', 4),
    );
    for (const pod of new Set(names)) expect(names.filter((name) => name === pod)).toHaveLength(5);
    expect(new Set(names).size).toBe(4);
  });

  test('asks for nothing while it has no pod, and its users go on when it has one again', () => {
    const none = askers({}, deployment('sleep', 'v1', 0));
    expect(none).toEqual([]);
    const scaled = askers(
      {
        kind: 'users',
        users: 2,
        think: { dist: 'constant', value: 0 },
        startUs: 0,
        requestsEach: 5,
      } as Partial<Traffic>,
      deployment('sleep', 'v1', 0),
      [{ atUs: 5e6, verb: 'scale', workload: 'sleep-v1', replicas: 1 }],
    );
    expect(scaled).toHaveLength(10);
  });
});

test('a client without a sidecar keeps its connection to a pod until that is gone, and then opens another', () => {
  const answers: {
    readonly client: number;
    readonly key: string;
    readonly status: number;
    readonly s: number;
  }[] = [];
  const world: World = makeWorld(
    {
      focus: 'reviews',
      manifests: resources(
        service('reviews'),
        ...['v1', 'v2', 'v3'].map((version) => deployment('reviews', version)),
        without,
      ),
      timeline: [{ atUs: 50e6, verb: 'scale', workload: 'reviews-v1', replicas: 0 }],
      traffic: [
        {
          name: 'sleep',
          kind: 'users',
          users: 30,
          think: { dist: 'constant', value: 1e6 },
          startUs: 0,
          requestsEach: Infinity,
          request: reviews,
          from: 'sleep-v1',
          keepAlive: { maxAgeUs: Infinity },
        },
      ],
    },
    {
      pageDone: (row, _source, _page, nowUs) => {
        const { rows, keys } = world;
        answers.push({
          client: rows.client[row]!,
          key: keys.name[rows.shownKey[row]!] ?? '',
          status: rows.status[row]!,
          s: nowUs / 1e6,
        });
      },
    },
  );
  world.runUntil(200e6);
  const keysOf = (client: number, from: number, to: number): string[] => [
    ...new Set(
      answers.filter((own) => own.client === client && own.s >= from && own.s < to).map(({ key }) => key),
    ),
  ];
  const clients = [...new Set(answers.map(({ client }) => client))];
  expect(clients).toHaveLength(30);
  const before = clients.map((client) => keysOf(client, 0, 50));
  const after = clients.map((client) => keysOf(client, 100, 200));
  expect(before.every((keys) => keys.length === 1)).toBe(true);
  expect(before.flat()).toContain('v1');
  clients.forEach((_, at) => {
    if (before[at]![0] !== 'v1') expect(after[at]).toEqual(before[at]);
    else expect(['v2', 'v3']).toContain(after[at]!.join());
  });
  expect(answers.filter(({ s }) => s >= 100).every(({ status }) => status === 200)).toBe(true);
});
