import { describe, expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { connectionState } from '../../../src/mesh/envoy/connection-pool.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import { tcpMethod } from '../../../src/mesh/envoy/route-match.ts';
import type { World, WorldSettings } from '../../../src/mesh/world.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

const app = (workMs: number, more: Partial<App['workloads'][number]> = {}): App => ({
  name: 'back',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: Infinity,
      script: [{ kind: 'work', time: { dist: 'constant', value: workMs * 1000 } }],
      ...more,
    },
  ],
});

const policy = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { ${text} } }
---`;

/** Every answer that the client's proxy gave, with the second in which it was asked. */
function answersOf(settings: Partial<WorldSettings>, traffic: Traffic, untilS: number) {
  const answers: { readonly atS: number; readonly end: string }[] = [];
  const ejections: string[] = [];
  const world: World = makeWorld(
    { focus: 'back', traffic: [traffic], ...settings },
    {
      pageDone: (row) => {
        const { rows } = world;
        const flags = flagText(rows.flags[row]!);
        const end = `${rows.status[row]}${flags === '' ? '' : ` ${flags}`}`;
        answers.push({ atS: rows.startedUs[row]! / 1e6, end });
      },
      ejected: (_proxy, cluster) => ejections.push(cluster),
    },
  );
  world.runUntil(untilS * 1e6);
  return { answers, ejections, world };
}

describe('connections to pods that are gone', () => {
  // cluster_manager_impl.cc, postThreadLocalRemoveHosts: the pools of a removed host are drained; only then do new pods get
  // connections of a maximum that the old ones have used up.
  test('count against the breaker no longer, so a rolling update leaves the share of refused requests as it was', () => {
    const back = (version: string): string =>
      deployment('back', 'v1', 2).replace(
        'annotations: {',
        `annotations: { example.com/revision: "${version}",`,
      );
    const { answers, world } = answersOf(
      {
        seed: '4',
        app: app(20),
        manifests: resources(
          service('back'),
          deployment('client', 'v1'),
          back('one'),
          policy('connectionPool: { tcp: { maxConnections: 4 }, http: { http1MaxPendingRequests: 1 } }'),
        ),
        timeline: [{ atUs: 120e6, verb: 'apply', resources: resources(back('two')) }],
        handshake: { dist: 'constant', value: 1000 },
      },
      {
        name: 'client',
        kind: 'poisson',
        shape: 'steps',
        profile: [{ atUs: 0, rps: 60 }],
        from: 'client-v1',
        request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
      },
      360,
    );
    const share = (fromS: number, toS: number): number => {
      const own = answers.filter(({ atS }) => atS >= fromS && atS < toS);
      return own.filter(({ end }) => end === '503 UO').length / own.length;
    };
    const gone = world.pods.flatMap((_, pod) => (world.workloads.lives[pod]?.phase === 'Gone' ? [pod] : []));
    expect(gone.length).toBe(2);
    const { connections, pools } = world;
    const held = new Map<number, number>();
    for (let row = 0; row < connections.state.length; row++) {
      if (connections.state[row] === connectionState.closed) continue;
      held.set(pools.podOf(row), (held.get(pools.podOf(row)) ?? 0) + 1);
    }
    for (const pod of gone) expect(held.has(pod)).toBe(false);
    // Two and two before and after: who has one connection alone refuses more than who has two.
    expect([...held.values()]).toEqual([2, 2]);
    const [before, after] = [share(20, 120), share(200, 360)];
    // Refusals come in bunches; ten times the variance of independent ones is ample.
    const error = Math.sqrt(10 * before * (1 - before) * (1 / (100 * 60) + 1 / (160 * 60)));
    expect(before).toBeGreaterThan(0);
    expect(Math.abs(after - before)).toBeLessThan(4 * error);
  });
});

describe('a TCP proxy', () => {
  const tcp = (fails: Partial<App['workloads'][number]>, count: number, everyUs: number) =>
    answersOf(
      {
        app: app(1, fails),
        manifests: resources(
          service('back').replace('name: http', 'name: tcp'),
          deployment('client', 'v1'),
          deployment('back', 'v1', 2, false),
          policy(
            'outlierDetection: { consecutive5xxErrors: 5, interval: 1s, baseEjectionTime: 30s, maxEjectionPercent: 100 }',
          ),
        ),
      },
      {
        name: 'client',
        kind: 'refresh',
        count,
        everyUs,
        startUs: 0,
        from: 'client-v1',
        request: { method: tcpMethod, path: '', authority: 'back:9080', headers: {} },
      },
      20 + (count * everyUs) / 1e6,
    );
  const fails = { share: 1, status: 503, when: 'after-work', fromUs: 0, toUs: Infinity } as const;

  // tcp_proxy.cc, onUpstreamConnection: LocalOriginConnectSuccessFinal; bytes are not looked into.
  test('judges whether it got a connection, not what the application says over it', () => {
    const { answers, ejections } = tcp({ fails: { ...fails, by: 'status' } }, 100, 100_000);
    expect(ejections).toEqual([]);
    expect(answers.filter(({ end }) => end !== '503')).toEqual([]);
  });

  // tcp_proxy.cc: UF when the connection fails, then URX in onConnectMaxAttempts; router.cc has the other order.
  test('tells of a connection that failed as UF,URX, and judges the endpoint by it', () => {
    const { answers, ejections } = tcp({ fails: { ...fails, by: 'refuse' } }, 12, 100_000);
    expect(answers[0]!.end).toBe('503 UF,URX');
    expect(ejections.length).toBeGreaterThan(0);
  });
});
