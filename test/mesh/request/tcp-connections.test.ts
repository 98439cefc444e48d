import { expect, test } from 'vitest';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, expectNothingLeft, makeWorld, resources } from '../../support/world.ts';

/** Five connections at once from one proxy with one worker; a handshake takes 50 ms, what comes over a connection 100 ms. */
function fiveAtOnce(pool: string): { readonly ends: string[]; readonly lastMs: number } {
  const manifests = resources(
    deployment('echo', 'v1'),
    deployment('client', 'v1'),
    `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: echo }
spec: { host: echo, trafficPolicy: { connectionPool: { ${pool} } } }
---`,
  );
  const ends: string[] = [];
  let lastMs = 0;
  const world: World = makeWorld(
    {
      app: {
        name: 'echo',
        workloads: [
          {
            name: 'echo',
            match: { app: 'echo' },
            cpuUs: 0,
            concurrency: Infinity,
            script: [{ kind: 'work', time: { dist: 'constant', value: 100_000 } }],
          },
        ],
      },
      focus: 'echo',
      manifests,
      hop: { dist: 'constant', value: 0 },
      handshake: { dist: 'constant', value: 50_000 },
      traffic: [0, 1, 2, 3, 4].map((startUs) => ({
        name: `nc-${startUs}`,
        kind: 'refresh',
        count: 1,
        everyUs: 1,
        startUs,
        from: 'client-v1',
        request: { method: 'TCP', path: '/', authority: 'echo:9000', headers: {} },
      })),
    },
    {
      pageDone: (row, _source, _page, nowUs) => {
        ends.push(`${world.rows.status[row]} ${flagText(world.rows.flags[row]!)}`.trim());
        lastMs = Math.round(nowUs / 1000);
      },
    },
  );
  world.runUntil(10_000_000);
  expectNothingLeft(world);
  expect(world.upstreams.all[0]!.breaker.connections).toBe(0);
  return { ends: ends.sort(), lastMs };
}

const served = (count: number): string[] => new Array<string>(count).fill('200');

// Envoy: source/common/tcp/conn_pool.h (enforceMaxRequests is false), conn_pool_base.cc (newStreamImpl: a connection that is not
// there yet is pending), tcp_proxy.cc (what was opened for a connection ends with it). Istio: applyConnectionPool.
test.each([
  {
    pool: 'http: { http2MaxRequests: 1, maxRequestsPerConnection: 1 }, tcp: { maxConnections: 10 }',
    ends: served(5),
    lastMs: 150,
    because: 'a limit of requests is none of connections',
  },
  {
    pool: 'tcp: { maxConnections: 1 }',
    ends: served(5),
    lastMs: 5 * 150,
    because: 'one after the other, each with a handshake of its own',
  },
  {
    pool: 'tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 }',
    ends: [...served(1), ...new Array<string>(4).fill('503 UO')],
    lastMs: 150,
    because: 'one may wait, and the first waits for its handshake',
  },
])('of five TCP connections at once under $pool: $because', ({ pool, ends, lastMs }) => {
  expect(fiveAtOnce(pool)).toEqual({ ends, lastMs });
});

test('what a client sends over its kept TCP connection goes to one pod, whichever that is', () => {
  const podsOf = new Map<number, Set<number>>();
  const world: World = makeWorld(
    {
      app: {
        name: 'echo',
        workloads: [{ name: 'echo', match: { app: 'echo' }, cpuUs: 0, concurrency: Infinity, script: [] }],
      },
      focus: 'echo',
      manifests: resources(
        // The first pod of the mesh is one of those that are chosen from.
        deployment('echo', 'v1', 3),
        deployment('client', 'v1'),
        `
apiVersion: v1
kind: Service
metadata: { name: echo }
spec: { selector: { app: echo }, ports: [{ name: tcp, port: 9000 }] }
---`,
      ),
      traffic: [
        {
          name: 'nc',
          kind: 'users',
          users: 30,
          think: { dist: 'constant', value: 1e6 },
          startUs: 0,
          requestsEach: Infinity,
          from: 'client-v1',
          keepAlive: { maxAgeUs: Infinity },
          request: { method: 'TCP', path: '/', authority: 'echo:9000', headers: {} },
        },
      ],
    },
    {
      pageDone: (row) => {
        const { client, pod } = world.rows;
        podsOf.set(client[row]!, (podsOf.get(client[row]!) ?? new Set()).add(pod[row]!));
      },
    },
  );
  world.runUntil(20e6);
  expect(podsOf.size).toBe(30);
  expect([...podsOf.values()].filter((pods) => pods.size !== 1)).toEqual([]);
  // Thirty clients by chance: nobody at one of three pods has a chance of 3 (2/3)^30, 2 in 100,000.
  expect([...new Set([...podsOf.values()].flatMap((pods) => [...pods]))].sort()).toEqual([0, 1, 2]);
});
