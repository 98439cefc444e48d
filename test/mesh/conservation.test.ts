import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { App, CallStep } from '../../src/mesh/app/app.ts';
import type { Failure } from '../../src/mesh/app/failure.ts';
import { flagSet, responseFlag } from '../../src/mesh/envoy/response-flag.ts';
import type { Traffic } from '../../src/mesh/app/traffic/index.ts';
import type { World } from '../../src/mesh/world.ts';
import { deployment, expectNothingLeft, makeWorld, resources, service } from '../support/world.ts';

/**
 * Small meshes of one client and one service with two versions, in which everything that can go wrong does so at once:
 * pods that fail, refuse, break off or are slow, timeouts, retries, mirrors, faults, breakers, ejections, and a policy that is
 * replaced in the middle. Whatever happens to a request, it ends once, and leaves nothing behind.
 */
const percent = fc.constantFrom(0, 0, 10, 50, 100);
const policy = fc.record({
  balancer: fc.constantFrom(
    'simple: LEAST_REQUEST',
    'simple: ROUND_ROBIN',
    'simple: RANDOM',
    'consistentHash: { httpHeaderName: x-user }',
    'consistentHash: { useSourceIp: true, maglev: { tableSize: 127 } }',
  ),
  tcp: fc.constantFrom('', 'maxConnections: 1', 'maxConnections: 3, connectTimeout: 3ms', 'idleTimeout: 5ms'),
  http: fc.constantFrom(
    '',
    'http1MaxPendingRequests: 1',
    'http2MaxRequests: 2, maxRetries: 1',
    'maxRequestsPerConnection: 2, idleTimeout: 2ms',
    'h2UpgradePolicy: UPGRADE, http2MaxRequests: 5',
  ),
  outlier: fc.constantFrom(
    '',
    'outlierDetection: { consecutive5xxErrors: 1, interval: 50ms, baseEjectionTime: 50ms, maxEjectionPercent: 100 }',
    'outlierDetection: { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 1, interval: 50ms, baseEjectionTime: 20ms, maxEjectionPercent: 50, minHealthPercent: 50 }',
  ),
  budget: fc.constantFrom('', 'retryBudget: { percent: 10, minRetryConcurrency: 1 }'),
});
const setup = fc.record({
  seed: fc.nat(),
  policies: fc.tuple(policy, policy),
  mirror: percent,
  delay: percent,
  abort: percent,
  timeoutMs: fc.constantFrom(0, 3, 20, 80),
  perTryMs: fc.constantFrom(0, 2, 5, 40),
  retryOn: fc.constantFrom('5xx', 'reset', 'connect-failure,refused-stream', 'gateway-error,retriable-4xx'),
  attempts: fc.nat(3),
  replicas: fc.integer({ min: 1, max: 3 }),
  failure: fc.record({
    by: fc.constantFrom('status' as const, 'reset' as const, 'refuse' as const, 'unreachable' as const),
    share: fc.constantFrom(0, 0.3, 1),
  }),
  workers: fc.integer({ min: 1, max: 3 }),
  sidecar: fc.boolean(),
  concurrency: fc.constantFrom(1, 4, Infinity),
  /** Of the application that calls: less than the route's, or more. */
  patienceMs: fc.constantFrom(4, 60, 1000),
  /** How it calls: once; twice at once, one of them a part of the time; or without waiting for the first of two. */
  calls: fc.constantFrom('one' as const, 'together' as const, 'not awaited' as const),
});
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;
type Policy = Setup['policies'][number];

const rule = ({ balancer, tcp, http, outlier, budget }: Policy): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec:
  host: back
  trafficPolicy:
    loadBalancer: { ${balancer} }
    ${tcp + http === '' ? '' : `connectionPool: { ${tcp === '' ? '' : `tcp: { ${tcp} },`} ${http === '' ? '' : `http: { ${http} }`} }`}
    ${outlier}
    ${budget}
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
---`;

const route = (own: Setup): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec:
  hosts: [back]
  http:
    - route:
        - { destination: { host: back, subset: v1 }, weight: 60 }
        - { destination: { host: back, subset: v2 }, weight: 30 }
        - { destination: { host: back, subset: v9 }, weight: 10 }
      ${own.timeoutMs === 0 ? '' : `timeout: ${own.timeoutMs}ms`}
      retries: { attempts: ${own.attempts}${own.attempts === 0 ? '' : `, retryOn: "${own.retryOn}"${own.perTryMs === 0 ? '' : `, perTryTimeout: ${own.perTryMs}ms`}`} }
      fault:
        delay: { fixedDelay: 7ms, percentage: { value: ${own.delay} } }
        abort: { httpStatus: 418, percentage: { value: ${own.abort} } }
      mirror: { host: back, subset: v2 }
      mirrorPercentage: { value: ${own.mirror} }
---`;

function appOf(own: Setup): App {
  const failure: Failure = { ...own.failure, status: 503, when: 'after-work', fromUs: 0, toUs: Infinity };
  const call: CallStep = {
    kind: 'call',
    host: 'back',
    port: 9080,
    method: 'GET',
    path: '/',
    timeoutUs: own.patienceMs * 1000,
    tries: 2,
    onFailure: 'fail',
    failureStatus: 500,
    forwards: ['x-user'],
  };
  const scripts = {
    one: [call],
    together: [{ kind: 'together' as const, calls: [call, { ...call, probability: 0.5, tries: 1 }] }],
    'not awaited': [{ ...call, awaits: false as const }, call],
  };
  const work = { kind: 'work' as const, time: { dist: 'exponential' as const, mean: 6000 } };
  return {
    name: 'fuzz',
    workloads: [
      {
        name: 'back-v1',
        match: { app: 'back', version: 'v1' },
        cpuUs: 0,
        concurrency: own.concurrency,
        script: [work],
        fails: [failure],
      },
      {
        name: 'back',
        match: { app: 'back' },
        cpuUs: 0,
        concurrency: own.concurrency,
        script: [work, work],
      },
      {
        name: 'front',
        match: { app: 'front' },
        cpuUs: 0,
        concurrency: Infinity,
        script: scripts[own.calls],
      },
    ],
  };
}

/** Two streams of pages: through an application that has little patience, and straight from a client's sidecar. */
const traffic: Traffic[] = ['front', 'back'].map((host) => ({
  name: host,
  kind: 'constant',
  shape: 'steps',
  profile: [
    { atUs: 0, rps: 400 },
    { atUs: 300_000, rps: 0 },
  ],
  from: 'client-v1',
  clients: { count: 3, header: 'x-user' },
  request: { method: 'GET', path: '/', authority: `${host}:9080`, headers: {} },
}));

interface Ends {
  opened: number;
  answered: number;
  pages: number;
  readonly outcomes: { status: number; flags: number; key: string; pod: string; attempts: number }[];
}

function built(own: Setup): { world: World; ends: Ends } {
  const ends: Ends = { opened: 0, answered: 0, pages: 0, outcomes: [] };
  /** By row: the version that was drawn, which every try must keep to. */
  const drawn = new Map<number, string>();
  const world: World = makeWorld(
    {
      seed: String(own.seed),
      app: appOf(own),
      focus: 'back',
      manifests: resources(
        service('back'),
        service('front'),
        deployment('client', 'v1'),
        deployment('front', 'v1'),
        deployment('back', 'v1', own.replicas, own.sidecar),
        deployment('back', 'v2', 2, own.sidecar),
        rule(own.policies[0]),
        route(own),
      ),
      timeline: [{ atUs: 150_000, verb: 'apply', resources: resources(rule(own.policies[1])) }],
      traffic,
      proxy: {
        concurrency: own.workers,
        selector: 'independent',
        alwaysEjectOneHost: true,
        cpuPerRequestUs: 500,
      },
    },
    {
      opened: () => (ends.opened += 1),
      routed: (row) => void drawn.set(row, world.keys.name[world.rows.key[row]!] ?? ''),
      sent: (row, sent) => {
        const { rows, pods } = world;
        // A mirrored copy has a target of its own.
        if (rows.abandoned[sent] === 2) expect(pods[rows.pod[sent]!]!.labels['version']).toBe('v2');
        else if (world.services[rows.service[row]!] === 'back')
          expect(pods[rows.pod[row]!]!.labels['version']).toBe(drawn.get(row));
      },
      answered: (row) => {
        const { rows } = world;
        ends.answered += 1;
        ends.outcomes.push({
          status: rows.status[row]!,
          flags: flagSet(rows.flags[row]!),
          key: world.keys.name[rows.key[row]!] ?? '',
          pod: world.pods[rows.pod[row]!]?.name ?? '',
          attempts: rows.attempts[row]!,
        });
      },
      pageDone: () => (ends.pages += 1),
    },
  );
  return { world, ends };
}

test('property: every request ends once, in its version, and leaves no row, connection or count behind', () => {
  fc.assert(
    fc.property(setup, (own) => {
      const { world, ends } = built(own);
      for (const untilUs of [50_000, 149_999, 160_000, 299_000]) {
        world.runUntil(untilUs);
        const asked = 2 * (Math.floor((untilUs * 400) / 1e6) + 1);
        expect(ends.pages + world.pagesInFlight).toBe(asked);
      }
      // The longest that anything can take: two tries of an application, each with all tries of its route.
      world.runUntil(20_000_000);
      expectNothingLeft(world);
      expect(ends.pages).toBe(2 * 120);
      expect(ends.answered).toBe(ends.opened);
      const connections = world.upstreams.all.reduce((sum, { breaker }) => sum + breaker.connections, 0);
      expect(world.connections.inUse).toBe(connections);
      const { UT, UO, UH, NC, FI, DC, UF, UC, URX } = responseFlag;
      for (const { status, flags, key, attempts } of ends.outcomes) {
        // One outcome each: a local reply's own flag goes with its own status, and no two of them meet.
        const own = [UH, UT, UF, UC, NC, FI, DC].filter((flag) => (flags & flag) !== 0);
        expect(own.length).toBeLessThanOrEqual(1);
        if (status === 200) expect(flags & ~responseFlag.DI).toBe(0);
        if ((flags & UT) !== 0) expect(status).toBe(504);
        if ((flags & (UH | UF | UC | NC | UO)) !== 0) expect([503, 504]).toContain(status);
        if ((flags & NC) !== 0) expect([key, attempts]).toEqual(['v9', 0]);
        if ((flags & FI) !== 0) expect([status, attempts]).toEqual([418, 0]);
        if ((flags & DC) !== 0) expect(status).toBe(0);
        if ((flags & URX) !== 0) expect(attempts).toBeGreaterThan(1);
      }
    }),
    { numRuns: 150 },
  );
});
