import { expect, test } from 'vitest';
import { balancers } from '../../../src/mesh/envoy/balancer/index.ts';
import type { BalancingPolicy } from '../../../src/mesh/envoy/balancer/balancer.ts';
import type { BalancerName } from '../../../src/mesh/envoy/route.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

interface Heard {
  readonly version: string;
  readonly tookMs: number;
  readonly status: number;
}

/** Two pods in turn behind a policy that hears; v1 answers after 20 ms, v2 as its failure says, or after a minute. */
function heard(
  fails: 'hangs' | 'resets' | 'says 500' | 'is lost',
  patienceUs = Infinity,
): {
  readonly ends: Heard[];
  readonly clockMs: number[];
} {
  const all = balancers as Record<BalancerName, BalancingPolicy>;
  const own = all.RANDOM;
  const ends: { host: number; tookUs: number; status: number }[] = [];
  const clockMs: number[] = [];
  all.RANDOM = {
    ...own,
    hears: true,
    create: () => {
      let turn = 0;
      return {
        refresh: () => {},
        pick: (_source, { hosts, nowUs }) => {
          clockMs.push(nowUs / 1000);
          return turn++ % hosts.length;
        },
        tryEnded: (host, tookUs, status) => void ends.push({ host, tookUs, status }),
        copyFrom: () => {},
      };
    },
  };
  try {
    const world = makeWorld({
      focus: 'back',
      app: {
        name: 'back',
        workloads: ['v1', 'v2'].map((version) => ({
          name: `back-${version}`,
          match: { app: 'back', version },
          cpuUs: 0,
          concurrency: Infinity,
          script: [
            {
              kind: 'work' as const,
              time: {
                dist: 'constant' as const,
                value: version === 'v2' && (fails === 'hangs' || fails === 'is lost') ? 60e6 : 20_000,
              },
            },
          ],
          ...(version === 'v2' && fails !== 'hangs' && fails !== 'is lost'
            ? {
                fails: [
                  {
                    fromUs: 0,
                    toUs: Infinity,
                    share: 1,
                    status: 500,
                    when: 'after-work' as const,
                    by: fails === 'resets' ? ('reset' as const) : ('status' as const),
                  },
                ],
              }
            : {}),
        })),
      },
      hop: { dist: 'constant', value: 0 },
      timeline: fails === 'is lost' ? [{ atUs: 500_000, verb: 'lose', workload: 'back-v2', pods: 1 }] : [],
      manifests: resources(
        service('back'),
        deployment('client', 'v1'),
        deployment('back', 'v1'),
        deployment('back', 'v2'),
        `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { loadBalancer: { simple: RANDOM }${fails === 'is lost' ? ', connectionPool: { tcp: { connectTimeout: 100ms } }' : ''} } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ timeout: 200ms, retries: { attempts: 0 }, route: [{ destination: { host: back } }] }] }
---`,
      ),
      proxy: { ...makeWorld({}).proxies.settings, concurrency: 1 },
      traffic: [
        {
          name: 'client',
          kind: 'constant',
          shape: 'steps',
          profile: [
            { atUs: 0, rps: 1 },
            { atUs: 3.5e6, rps: 0 },
          ],
          from: 'client-v1',
          ...(patienceUs === Infinity ? {} : { patience: { dist: 'constant' as const, value: patienceUs } }),
          request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
        },
      ],
    });
    world.runUntil(10e6);
    return {
      ends: ends.map(({ host, tookUs, status }) => ({
        version: world.pods[host]!.labels['version']!,
        tookMs: tookUs / 1000,
        status,
      })),
      clockMs,
    };
  } finally {
    all.RANDOM = own;
  }
}

test.each([
  { fails: 'hangs' as const, tookMs: 200, status: 0, because: 'the proxy gave up on it after the timeout' },
  { fails: 'resets' as const, tookMs: 20, status: 503, because: 'its own sidecar answers for it' },
  { fails: 'says 500' as const, tookMs: 20, status: 500, because: 'that is an answer' },
])(
  'a balancer that hears is told of tries on a pod that $fails, too: $because',
  ({ fails, tookMs, status }) => {
    const { ends, clockMs } = heard(fails);
    expect(ends.filter(({ version }) => version === 'v1')).toEqual([
      { version: 'v1', tookMs: 20, status: 200 },
      { version: 'v1', tookMs: 20, status: 200 },
    ]);
    expect(ends.filter(({ version }) => version === 'v2')).toEqual([
      { version: 'v2', tookMs, status },
      { version: 'v2', tookMs, status },
    ]);
    // It picks with the clock in its hand: one request a second, whose moments are whole seconds.
    expect(clockMs).toEqual([0, 1000, 2000, 3000]);
  },
);

test('and of tries of which the caller waits no longer: their answers would have come later than that', () => {
  const ends = heard('hangs', 50_000).ends.filter(({ version }) => version === 'v2');
  expect(ends).toEqual([
    { version: 'v2', tookMs: 50, status: 0 },
    { version: 'v2', tookMs: 50, status: 0 },
  ]);
});

test('a try that gets no connection took as long as it was waited for one', () => {
  const ends = heard('is lost').ends.filter(({ version }) => version === 'v2');
  expect(ends.length).toBeGreaterThan(0);
  for (const end of ends) expect(end).toEqual({ version: 'v2', tookMs: 100, status: 0 });
});
