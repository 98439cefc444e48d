import { describe, expect, test } from 'vitest';
import { Chance } from '../../../src/kernel/chance.ts';
import { ln } from '../../../src/kernel/math.ts';
import type { App } from '../../../src/mesh/app/app.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { connectionState } from '../../../src/mesh/envoy/connection-pool.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import { tcpMethod } from '../../../src/mesh/envoy/route-match.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
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

/**
 * Refused share of requests at two hosts with a fixed number of connections each, by a simulation of its own: Poisson arrivals,
 * each goes to the less busy of two hosts drawn at random (LEAST_REQUEST, rq_active), takes a free connection of it for so
 * long, or waits if nobody waits in the cluster (http1MaxPendingRequests: 1), or is refused.
 */
function refusedOfTwoHosts(connections: readonly number[], perSecond: number, takesS: number): number {
  const random = new Chance('two hosts').stream('reference');
  const requests = 200_000;
  const active = [0, 0];
  const ends: { readonly atS: number; readonly host: number }[] = [];
  let [nowS, waitsAt, refused] = [0, -1, 0];
  for (let i = 0; i < requests; i++) {
    nowS += -ln(1 - random.uniform()) / perSecond;
    // All take equally long, so that what began first ends first.
    while (ends.length > 0 && ends[0]!.atS <= nowS) {
      const { atS, host } = ends.shift()!;
      if (waitsAt === host) {
        waitsAt = -1;
        const place = ends.findIndex((own) => own.atS > atS + takesS);
        ends.splice(place < 0 ? ends.length : place, 0, { atS: atS + takesS, host });
      } else {
        active[host]! -= 1;
      }
    }
    const [first, second] = [random.below(2), random.below(2)];
    const host = active[second]! < active[first]! ? second : first;
    if (active[host]! < connections[host]!) {
      active[host]! += 1;
      ends.push({ atS: nowS + takesS, host });
    } else if (waitsAt < 0) {
      waitsAt = host;
    } else {
      refused += 1;
    }
  }
  return refused / requests;
}

// cluster_manager_impl.cc, postThreadLocalRemoveHosts: the pools of a removed host are drained; only then do new pods get
// connections of a maximum that the old ones have used up. conn_pool_base.cc, tryCreateNewConnection: a pool without any opens
// one even so; which of the pods gets the rest is decided by who asks first, and an idle connection stays where it is for an hour.
describe('connections to pods that are gone count against the breaker no longer', () => {
  const back = (version: string): string =>
    deployment('back', 'v1', 2).replace(
      'annotations: {',
      `annotations: { example.com/revision: "${version}",`,
    );
  /** Connections by pod. */
  const held = ({ connections, pools }: World): Map<number, number> => {
    const found = new Map<number, number>();
    for (let row = 0; row < connections.state.length; row++) {
      if (connections.state[row] === connectionState.closed) continue;
      found.set(pools.podOf(row), (found.get(pools.podOf(row)) ?? 0) + 1);
    }
    return found;
  };
  const ways = (own: Map<number, number>): number[] => [...own.values()].sort((a, b) => a - b);

  test.each([
    { seed: '4', before: [2, 2], after: [2, 2] },
    { seed: '2', before: [1, 3], after: [2, 2] },
    { seed: '17', before: [2, 2], after: [1, 3] },
  ])(
    'after a rolling update: $before and then $after of four, and refused is what these refuse',
    ({ seed, before, after }) => {
      const { answers, world } = answersOf(
        {
          seed,
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
        119,
      );
      expect(ways(held(world))).toEqual(before);
      world.runUntil(360e6);
      const gone = world.pods.flatMap((_, pod) =>
        world.workloads.lives[pod]?.phase === 'Gone' ? [pod] : [],
      );
      expect(gone.length).toBe(2);
      for (const pod of gone) expect(held(world).has(pod)).toBe(false);
      expect(ways(held(world))).toEqual(after);

      for (const [fromS, toS, connections] of [
        [20, 120, before],
        [200, 360, after],
      ] as const) {
        const own = answers.filter(({ atS }) => atS >= fromS && atS < toS);
        const share = own.filter(({ end }) => end === '503 UO').length / own.length;
        // A connection is taken for 20 ms of work and 1 ms each way.
        const right = refusedOfTwoHosts(connections, 60, 0.022);
        // Refusals come in bunches; ten times the variance of independent ones is ample, and tells 1.4 % from 6.5 %.
        expect(Math.abs(share - right)).toBeLessThan(4 * Math.sqrt((10 * right * (1 - right)) / own.length));
      }
    },
  );
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
    const { answers, ejections } = tcp({ fails: [{ ...fails, by: 'status' }] }, 100, 100_000);
    expect(ejections).toEqual([]);
    expect(answers.filter(({ end }) => end !== '503')).toEqual([]);
  });

  // tcp_proxy.cc: UF when the connection fails, then URX in onConnectMaxAttempts; router.cc has the other order.
  test('tells of a connection that failed as UF,URX, and judges the endpoint by it', () => {
    const { answers, ejections } = tcp({ fails: [{ ...fails, by: 'refuse' }] }, 12, 100_000);
    expect(answers[0]!.end).toBe('503 UF,URX');
    expect(ejections.length).toBeGreaterThan(0);
  });
});

// load_balancer_impl.cc, recalculateHostsInSlowStart: from the moment at which this proxy's cluster got the host, however old
// its pod is. A cluster that is born later has none but new hosts, and they weigh alike.
describe('a new host warms up', () => {
  const rule = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec:
  host: back
  subsets:
    - name: all
      labels: { app: back }
      trafficPolicy: { loadBalancer: { simple: ROUND_ROBIN, warmup: { duration: 60s } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back, subset: all } }] }] }
---`;
  const scaledUs = 20e6;
  const later = { atUs: 40e6, verb: 'apply', resources: resources(rule) } as const;

  test.each([
    // Its weight is 10 % at least, which it has until a tenth of the window is over.
    { at: 'from the start', rules: rule, more: [], share: 0.1 / 1.1, because: 'its host is new' },
    { at: 'later', rules: '', more: [later], share: 1 / 2, because: 'both hosts are new' },
  ])('in a cluster that is there $at the second pod gets $share: $because', ({ rules, more, share }) => {
    const picked: { readonly atUs: number; readonly pod: number; readonly subset: string }[] = [];
    const world = makeWorld(
      {
        focus: 'back',
        app: app(1),
        manifests: resources(service('back'), deployment('back', 'v1', 1), deployment('client', 'v1'), rules),
        timeline: [{ atUs: scaledUs, verb: 'scale', workload: 'back-v1', replicas: 2 }, ...more],
        traffic: [
          {
            name: 'client',
            kind: 'constant',
            shape: 'steps',
            profile: [{ atUs: 0, rps: 200 }],
            from: 'client-v1',
            request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
          },
        ],
      },
      {
        picked: (_row, { settings }, pod, nowUs) =>
          picked.push({ atUs: nowUs, pod, subset: settings.cluster.subset }),
      },
    );
    world.runUntil(50e6);
    const second = world.pods.findLastIndex(({ workload }) => workload === 'back-v1');
    const own = picked.filter(({ subset }) => subset === 'all');
    const fromUs = own.find(({ pod }) => pod === second)!.atUs;
    expect(fromUs).toBeGreaterThan(scaledUs);
    const inTime = own.filter(({ atUs }) => atUs >= fromUs && atUs < fromUs + 5e6);
    // A schedule, no draw: within two picks of its part of 1000.
    expect(inTime).toHaveLength(1000);
    const hits = inTime.filter(({ pod }) => pod === second).length;
    expect(Math.abs(hits - 1000 * share)).toBeLessThan(2);
  });
});

test('a worker that has picked no pod tells of no last pick', () => {
  const { world } = answersOf(
    {
      manifests: resources(
        service('back'),
        deployment('back', 'v1', 2),
        deployment('client', 'v1'),
        policy('outlierDetection: { consecutive5xxErrors: 5 }'),
      ),
      app: app(1),
    },
    {
      name: 'calls',
      kind: 'refresh',
      from: 'client-v1',
      count: 1,
      everyUs: 1e6,
      startUs: 0,
      request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
    },
    2,
  );
  const workers = Array.from({ length: 16 }, (_, worker) => worker);
  const picked = world.upstreams.all.flatMap((own) =>
    workers.flatMap((worker) => own.lastPick(worker)?.pods.length ?? []),
  );
  // One request has one worker, and was a choice between two pods.
  expect(picked).toEqual([2]);
});
