import { describe, expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import type { Failure } from '../../../src/mesh/app/failure.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import type { EjectionDecision } from '../../../src/mesh/envoy/outlier.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { defaultBudget } from '../../../src/mesh/budget.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

/** The rules of retries, breakers, ejections and mirrors at work in a world of one client and one service. */

const always = { fromUs: 0, toUs: Infinity, share: 1, status: 503, when: 'after-work' as const };

/** What the pods of each version do; a request takes them 5 ms. */
const app = (
  fails: Readonly<Record<string, Partial<Failure>>>,
  workMs: Readonly<Record<string, number>> = {},
): App => ({
  name: 'back',
  workloads: ['v1', 'v2'].map((version) => ({
    name: `back-${version}`,
    match: { app: 'back', version },
    cpuUs: 0,
    concurrency: Infinity,
    script: [{ kind: 'work', time: { dist: 'constant', value: (workMs[version] ?? 5) * 1000 } }],
    ...(fails[version] === undefined ? {} : { fails: [{ by: 'status', ...always, ...fails[version] }] }),
  })),
});

const policy = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec:
  host: back
  trafficPolicy: { ${text} }
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]
---`;

const plain = policy('loadBalancer: { simple: LEAST_REQUEST }');

const rule = (http: string, subset = ''): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ ${http} route: [{ destination: { host: back${subset === '' ? '' : `, subset: ${subset}`} } }] }] }
---`;

interface Call {
  readonly startedMs: number;
  readonly ms: number;
  /** "503 URX,UF" */
  readonly end: string;
  readonly tries: number;
  readonly version: string;
}

function play(
  manifests: readonly string[],
  settings: Partial<WorldSettings> & {
    readonly everyMs?: number;
    readonly count?: number;
    readonly sidecar?: boolean;
  },
  untilMs = 100_000,
) {
  const { everyMs = 100, count = 100, sidecar = true, ...more } = settings;
  const calls: Call[] = [];
  const mirrored: string[] = [];
  const ejections: EjectionDecision[] = [];
  const traffic: Traffic = {
    name: 'client',
    kind: 'constant',
    shape: 'steps',
    profile: [
      { atUs: 0, rps: 1000 / everyMs },
      { atUs: (count - 0.5) * everyMs * 1000, rps: 0 },
    ],
    from: 'client-v1',
    request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
  };
  const world: World = makeWorld(
    {
      focus: 'back',
      traffic: [traffic],
      manifests: resources(
        service('back'),
        deployment('client', 'v1'),
        ...['v1', 'v2'].map((version) => deployment('back', version, 1, sidecar)),
        ...manifests,
      ),
      ...more,
    },
    {
      pageDone: (row, _source, _page, nowUs) => {
        const { rows } = world;
        const flags = flagText(rows.flags[row]!);
        calls.push({
          startedMs: rows.startedUs[row]! / 1000,
          ms: (nowUs - rows.startedUs[row]!) / 1000,
          end: `${rows.status[row]}${flags === '' ? '' : ` ${flags}`}`,
          tries: rows.attempts[row]!,
          version: world.pods[rows.pod[row]!]?.labels['version'] ?? '',
        });
      },
      mirrored: (row) => mirrored.push(world.pods[world.rows.pod[row]!]!.labels['version']!),
      ejected: (_proxy, _cluster, decision) => ejections.push(decision),
    },
  );
  world.runUntil(untilMs * 1000);
  return { calls, mirrored, ejections, world };
}

describe('an ejection', () => {
  test('outlives a change of what tells a subset’s endpoints, which reaches the proxy as endpoints (EDS) alone', () => {
    const judged = (labels: string): string =>
      policy(
        'outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 100, baseEjectionTime: 1h }',
      ).replace('version: v1 }', `version: v1${labels} }`);
    const { calls } = play([judged(''), rule('', 'v1')], {
      app: app({ v1: {} }),
      timeline: [{ atUs: 5_000_000, verb: 'apply', resources: resources(judged(', app: back')) }],
    });
    // The endpoint is out after three, and stays out; as a new cluster it would be judged anew after 5 s.
    expect(calls.filter((call) => call.end === '503')).toHaveLength(3);
    expect(calls.filter((call) => call.end === '503 UH')).toHaveLength(97);
  });
});

describe('a retry', () => {
  test('counts against the budget when its request has had a hundred, and past that the run ends', () => {
    const endOf = (attempts: number) =>
      play(
        [plain, rule(`retries: { attempts: ${attempts}, retryOn: 5xx },`)],
        { app: app({ v1: {}, v2: {} }), count: 1, budget: { ...defaultBudget, retries: 50 } },
        1_000_000,
      );
    // The 101st to the 150th are fifty.
    expect(endOf(150)).toMatchObject({
      calls: [{ end: '503 URX', tries: 151 }],
      world: { overrun: undefined },
    });
    expect(endOf(100_000)).toMatchObject({
      calls: [],
      world: { overrun: { limit: 'retries', allowed: 50 } },
    });
  });

  test('avoids the endpoints that this request has tried, not those of earlier ones', () => {
    // Until 10 s v1 takes no connection, from then on v2 takes none: which endpoint was avoided before means nothing now.
    const n = 400;
    const { calls } = play(
      [
        policy('loadBalancer: { simple: RANDOM }'),
        rule('retries: { attempts: 1, retryOn: connect-failure },'),
      ],
      {
        app: app({ v1: { by: 'refuse', toUs: 20_000_000 }, v2: { by: 'refuse', fromUs: 20_000_000 } }),
        sidecar: false,
        count: n,
      },
    );
    expect(calls).toHaveLength(n);
    const failed = calls.filter((call) => call.end !== '200').length;
    // Half of the calls meet the endpoint that refuses, and ask the balancer up to six times for the other: 1/2 * 1/2^6.
    const share = 1 / 128;
    expect(failed).toBeLessThanOrEqual(n * share + 4 * Math.sqrt(n * share));
  });

  test('waits a whole number of milliseconds below 25, then below 50; after the last one the flag is URX', () => {
    const { calls } = play([rule('retries: { attempts: 2, retryOn: 5xx },', 'v1'), plain], {
      app: app({ v1: {} }),
    });
    const waits = calls.map((call) => {
      expect([call.end, call.tries]).toEqual(['503 URX', 3]);
      // Each try takes 1 ms there and 1 ms back, and 5 ms of work before the 503.
      return call.ms - 3 * (2 + 5);
    });
    expect(waits.every((wait) => Number.isInteger(wait) && wait >= 0 && wait <= 24 + 49)).toBe(true);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    // Means 12 and 24.5; variances (25^2 - 1) / 12 = 52 and (50^2 - 1) / 12 = 208.25.
    expect(Math.abs(mean - 36.5)).toBeLessThan(4 * Math.sqrt((52 + 208.25) / waits.length));
  });

  test('that the breaker of retries does not let pass ends the request with UO, and is counted', () => {
    // A budget of 0 % with a minimum of 1: of the calls that come at the same time, one may retry.
    const { calls, world } = play(
      [
        policy('retryBudget: { percent: 0, minRetryConcurrency: 1 }'),
        rule('retries: { attempts: 1, retryOn: 5xx },'),
      ],
      { app: app({ v1: {}, v2: {} }), everyMs: 0.001, count: 10 },
    );
    const ends = calls.map((call) => call.end).sort();
    expect(ends.filter((end) => end === '503 UO')).toHaveLength(9);
    expect(ends.filter((end) => end === '503 URX')).toHaveLength(1);
    expect(world.upstreams.all.map(({ breaker }) => [breaker.retryOverflows, breaker.retries])).toEqual([
      [9, 0],
    ]);
  });

  test('that finds its cluster without endpoints gives its place in the breaker back', () => {
    // v1 fails and is ejected at once, so that the retry meets nobody; then it answers again.
    const { calls, world } = play(
      [
        policy(
          'connectionPool: { http: { maxRetries: 1 } }, outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100, interval: 1s, baseEjectionTime: 1s }',
        ),
        rule('retries: { attempts: 1, retryOn: 5xx },', 'v1'),
      ],
      { app: app({ v1: {} }), everyMs: 5_000, count: 6 },
    );
    // The ejection takes half a millisecond, the back-off a whole number of them: 0 in one of 25.
    expect(calls.filter((call) => call.end === '503 UH').length).toBeGreaterThan(0);
    expect(calls.map((call) => call.end)).not.toContain('503 UO');
    expect(world.upstreams.all[0]!.breaker.retries).toBe(0);
  });

  test('that outlives its cluster’s configuration leaves the breaker in which it was counted', () => {
    const limits = (maxRetries: number) =>
      policy(`connectionPool: { http: { http2MaxRequests: 100, maxRetries: ${maxRetries} } }`);
    const { world } = play([limits(7), rule('retries: { attempts: 3, retryOn: 5xx, backoff: 1s },', 'v1')], {
      app: app({ v1: {} }),
      count: 20,
      timeline: [{ atUs: 1_000_000, verb: 'apply', resources: resources(limits(9)) }],
    });
    expect(world.upstreams.all.map(({ breaker }) => breaker.thresholds.maxRetries)).toEqual([7, 9]);
    expect(world.upstreams.all.map(({ breaker }) => breaker.retries)).toEqual([0, 0]);
  });

  test('within the time per try: a slow endpoint is left for another, and the end is 504 UT if none is faster', () => {
    const perTry = (subset: string) =>
      play([plain, rule('retries: { attempts: 2, retryOn: reset, perTryTimeout: 50ms },', subset)], {
        app: app({}, { v1: 500 }),
        count: 20,
      }).calls;
    // No endpoint but v1: three tries of 50 ms and two back-offs.
    for (const { end, tries, ms } of perTry('v1')) {
      expect([end, tries]).toEqual(['504 URX,UT', 3]);
      expect(ms).toBeGreaterThanOrEqual(150);
      expect(ms).toBeLessThanOrEqual(150 + 24 + 49);
    }
    expect(new Set(perTry('').map((call) => `${call.end} ${call.version}`))).toEqual(new Set(['200 v2']));
  });
});

describe('a connection pool of the proxy', () => {
  const burst = { everyMs: 0.001, count: 10 };

  test('opens one connection per worker past the limit, where a worker has none', () => {
    const limit = policy('connectionPool: { tcp: { maxConnections: 1 } }');
    const { world } = play(
      [limit, rule('', 'v1')],
      {
        ...burst,
        count: 40,
        proxy: { concurrency: 4, selector: 'independent', alwaysEjectOneHost: false, cpuPerRequestUs: 500 },
      },
      4,
    );
    // 40 calls leave none of 4 workers without one (4 * 0.75^40 = 4e-5).
    expect(world.upstreams.all[0]!.breaker.connections).toBe(4);
  });

  test('fails all that wait when one connection is refused', () => {
    const { calls } = play(
      [policy('connectionPool: { tcp: { maxConnections: 1 } }'), rule('retries: { attempts: 0 },', 'v1')],
      { ...burst, app: app({ v1: { by: 'refuse' } }), sidecar: false },
    );
    // The first call's handshake takes 1 ms; the nine behind it hear of its end in the same instant.
    expect(calls.map((call) => call.end)).toEqual(new Array(10).fill('503 UF'));
    const ends = calls.map((call) => Math.round((call.startedMs + call.ms) * 1000));
    expect(new Set(ends)).toEqual(new Set([1000]));
  });

  test.each([
    {
      limits: 'tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 3 }',
      served: 3,
      because: 'three wait while the first connection opens, the rest overflow',
    },
    {
      limits: 'http: { http2MaxRequests: 4 }',
      served: 4,
      because: 'ten connections open, and six find the limit of requests reached when they are given one',
    },
  ])('$limits of ten calls at once serves $served: $because', ({ limits, served }) => {
    const { calls, ejections } = play(
      [
        policy(
          `connectionPool: { ${limits} }, outlierDetection: { consecutive5xxErrors: 1, maxEjectionPercent: 100 }`,
        ),
        rule('retries: { attempts: 3, retryOn: "5xx,reset,connect-failure" },', 'v1'),
      ],
      burst,
    );
    const ends = calls.map((call) => call.end);
    expect(ends.filter((end) => end === '200')).toHaveLength(served);
    // Never tried again, whatever the rule says, and no fault of the endpoint.
    expect(ends.filter((end) => end === '503 UO')).toHaveLength(10 - served);
    expect(ejections).toEqual([]);
  });
});

describe('outlier detection', () => {
  test('ejects after the fifth error in a row, answers UH meanwhile, and asks again after a tick', () => {
    const { calls, ejections } = play(
      [
        policy('outlierDetection: { interval: 1s, baseEjectionTime: 2s, maxEjectionPercent: 100 }'),
        rule('retries: { attempts: 0 },', 'v1'),
      ],
      { app: app({ v1: { toUs: 500_000 } }), count: 60 },
    );
    expect(calls.slice(0, 5).map((call) => call.end)).toEqual(new Array(5).fill('503'));
    // A 503 is a gateway failure, too, which is found first and by Istio's default not acted upon.
    expect(ejections).toMatchObject([
      { ejected: false, cause: 'consecutive-gateway-failure', because: 'enforcing-percent' },
      { ejected: true, cause: 'consecutive-5xx', measured: 5, multiplier: 1 },
    ]);
    const out = calls.filter((call) => call.end === '503 UH');
    // Out at 402.5 ms; in again at the first tick after 2 s, which comes within one interval.
    expect(out[0]!.startedMs).toBe(500);
    expect(out.at(-1)!.startedMs).toBeGreaterThanOrEqual(2_300);
    expect(out.at(-1)!.startedMs).toBeLessThanOrEqual(3_500);
    expect(calls.at(-1)!.end).toBe('200');
  });

  test('by default lets one of two endpoints fail for ever: 10 % of two is none', () => {
    const { ejections } = play([policy('outlierDetection: { interval: 1s }')], {
      app: app({ v1: {}, v2: {} }),
    });
    expect(new Set(ejections.map((own) => own.because))).toEqual(new Set(['max-ejection-percent']));
  });

  test('in split mode counts failures to connect in a row: an answer in between begins anew', () => {
    const split = (share: number) =>
      play(
        [
          policy(
            'outlierDetection: { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 4, maxEjectionPercent: 100, interval: 1s, baseEjectionTime: 1h }',
          ),
          rule('retries: { attempts: 0 },', 'v1'),
        ],
        { app: app({ v1: { by: 'refuse', share } }), sidecar: false, count: 40 },
      );
    expect(split(1).ejections).toMatchObject([{ ejected: true, measured: 4 }]);
    const { calls, ejections } = split(0.3);
    // The first four refusals in a row, if there are any, and not the first four at all.
    const refused = calls.map((call) => call.end === '503 UF');
    const inARow = refused.findIndex((_, at) => at >= 3 && refused.slice(at - 3, at + 1).every((one) => one));
    expect(refused.filter((one) => one).length).toBeGreaterThanOrEqual(4);
    expect(ejections.length).toBe(inARow < 0 ? 0 : 1);
  });
});

describe('a mirrored copy', () => {
  const toV2 = 'mirror: { host: back, subset: v2 },';

  test('is made once per request, not once per try', () => {
    const { calls, mirrored } = play([plain, rule(`${toV2} retries: { attempts: 2, retryOn: 5xx },`, 'v1')], {
      app: app({ v1: {} }),
      count: 30,
    });
    expect(new Set(calls.map((call) => call.tries))).toEqual(new Set([3]));
    expect(mirrored).toEqual(new Array(30).fill('v2'));
  });

  test('goes to any pod that there is, to the first of the mesh, too', () => {
    // The client's own pod is the first: it asks itself for the copy.
    const { world, mirrored } = play([plain, service('client'), rule('mirror: { host: client },', 'v1')], {
      app: app({ v1: {} }),
      count: 10,
    });
    expect(world.pods[0]!.labels['app']).toBe('client');
    expect(mirrored).toHaveLength(10);
  });

  test('of an injected abort does not exist', () => {
    const abort = 'fault: { abort: { httpStatus: 500, percentage: { value: 100 } } },';
    const { mirrored } = play([plain, rule(abort + toV2, 'v1')], { count: 10 });
    expect(mirrored).toEqual([]);
  });

  test('uses the breakers of its own cluster: an overflow there is nobody’s error', () => {
    const { calls, world } = play(
      [policy('connectionPool: { http: { http2MaxRequests: 1 } }'), rule(toV2, 'v1')],
      { everyMs: 20, count: 50, app: app({}, { v2: 50 }) },
    );
    expect(new Set(calls.map((call) => call.end))).toEqual(new Set(['200']));
    const v2 = world.upstreams.all.find(({ settings }) => settings.cluster.subset === 'v2')!;
    // A copy is under way for 52 ms, calls come every 20 ms: two of three find the place taken.
    expect(v2.breaker.pendingOverflows).toBe(33);
    expect([v2.breaker.requests, world.rows.inUse]).toEqual([0, 0]);
  });

  test('is judged like any other try, and given up after the route’s timeout', () => {
    const judged = play(
      [
        policy(
          'outlierDetection: { consecutive5xxErrors: 3, maxEjectionPercent: 100, baseEjectionTime: 1h }',
        ),
        rule(toV2, 'v1'),
      ],
      { app: app({ v2: {} }), count: 10 },
    );
    expect(judged.mirrored).toHaveLength(3);
    expect(judged.ejections).toMatchObject([{ ejected: true, measured: 3 }]);
    // With a timeout of 10 ms a copy's connection is free again before the next call comes.
    const { world } = play(
      [policy('connectionPool: { http: { http2MaxRequests: 1 } }'), rule(`timeout: 10ms, ${toV2}`, 'v1')],
      { everyMs: 20, count: 50, app: app({}, { v2: 500 }) },
    );
    const v2 = world.upstreams.all.find(({ settings }) => settings.cluster.subset === 'v2')!;
    expect([v2.breaker.pendingOverflows, v2.breaker.requests]).toEqual([0, 0]);
  });
});
