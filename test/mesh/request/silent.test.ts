import { describe, expect, test } from 'vitest';
import type { App } from '../../../src/mesh/app/app.ts';
import { flagText } from '../../../src/mesh/envoy/response-flag.ts';
import type { PodChange } from '../../../src/mesh/kubernetes/pod-life.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
import { deployment, expectNothingLeft, makeWorld, resources, service } from '../../support/world.ts';

/** Pods that are gone without a word: their node is lost, or the network drops their packets. */

const app = (workMs: number): App => ({
  name: 'back',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: Infinity,
      script: [{ kind: 'work', time: { dist: 'constant', value: workMs * 1000 } }],
    },
  ],
});

const rule = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back } }], ${text} }] }
---`;

const policy = (text: string): string => `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { ${text} } }
---`;

interface Setup {
  readonly pods?: number;
  readonly sidecar?: boolean;
  readonly rules?: readonly string[];
  readonly workMs?: number;
  readonly verb?: 'kill' | 'crash';
  readonly silently?: boolean;
  readonly lostS?: number;
  /** Calls, one every so many seconds. */
  readonly calls: { readonly count: number; readonly everyS: number; readonly startS: number };
  readonly untilS: number;
}

/** A pod of `back` is lost after a second; the calls of a client, and what becomes of the pods. */
function play({
  pods = 1,
  sidecar = true,
  rules = [],
  workMs = 1,
  verb = 'kill',
  silently = true,
  lostS = 1,
  calls,
  untilS,
}: Setup) {
  const answers: { readonly atS: number; readonly end: string; readonly ms: number; readonly pod: number }[] =
    [];
  const ejected: number[] = [];
  const changes: [PodChange, number][] = [];
  const settings: Partial<WorldSettings> = {
    app: app(workMs),
    focus: 'back',
    manifests: resources(
      service('back'),
      deployment('client', 'v1', 1, sidecar),
      deployment('back', 'v1', pods),
      ...rules,
    ),
    timeline: [{ atUs: lostS * 1e6, verb, workload: 'back-v1', pods: 1, silently }],
    traffic: [
      {
        name: 'client',
        kind: 'constant',
        shape: 'steps',
        profile: [
          { atUs: calls.startS * 1e6, rps: 1 / calls.everyS },
          { atUs: (calls.startS + calls.count * calls.everyS) * 1e6 - 1, rps: 0 },
        ],
        from: 'client-v1',
        request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
      },
    ],
  };
  const world: World = makeWorld(settings, {
    pageDone: (row, _source, _page, nowUs) => {
      const { rows } = world;
      const ms = (nowUs - rows.startedUs[row]!) / 1000;
      const end = `${rows.status[row]} ${flagText(rows.flags[row]!)}`.trim();
      answers.push({ atS: rows.startedUs[row]! / 1e6, end, ms, pod: rows.pod[row]! });
    },
    ejected: (_proxy, _cluster, decision) => {
      if (decision.ejected) ejected.push(decision.host);
    },
    podChanged: (_row, what, nowUs) => void changes.push([what, nowUs / 1e6]),
  });
  world.runUntil(untilS * 1e6);
  return { answers, ejected, changes, world };
}

const once = (startS: number) => ({ count: 1, everyS: 1, startS });
const noRetries = rule('retries: { attempts: 0 }');

describe('a new try to a pod that is silently gone', () => {
  // Istio's mesh-wide connectTimeout is 10 s; conn_pool_base.cc, onConnectTimeout closes the connection, router.cc says UF.
  test.each([
    { rules: [noRetries], ms: 10_000, because: 'Istio gives a connection 10 s' },
    {
      rules: [noRetries, policy('connectionPool: { tcp: { connectTimeout: 3s } }')],
      ms: 3000,
      because: 'the DestinationRule gives it 3 s',
    },
    {
      // upstream_request.cc: the timer of a try is set in onPoolReady, when it has a connection.
      rules: [rule('retries: { attempts: 1, perTryTimeout: 2s, retryOn: retriable-4xx }')],
      ms: 10_000,
      because: 'the time per try begins with the connection',
    },
  ])('fails after exactly $ms ms: $because', ({ rules, ms }) => {
    const { answers, world } = play({ rules, calls: once(2), untilS: 30 });
    expect(answers.map((own) => [own.end, own.ms])).toEqual([['503 UF', ms]]);
    expectNothingLeft(world);
  });

  test('is tried again as a connect failure, each time for as long', () => {
    const { answers } = play({ calls: once(2), untilS: 60 });
    expect(answers[0]!.end).toBe('503 URX,UF');
    // Istio's two retries: 3 times 10 s, and back-offs of 0 to 24 and 0 to 49 ms.
    expect(answers[0]!.ms).toBeGreaterThanOrEqual(30_000);
    expect(answers[0]!.ms).toBeLessThanOrEqual(30_000 + 24 + 49);
  });

  test('ends with UT where the route has less time', () => {
    const { answers, world } = play({ rules: [rule('timeout: 4s')], calls: once(2), untilS: 30 });
    expect(answers.map((own) => [own.end, own.ms])).toEqual([['504 UT', 4000]]);
    expectNothingLeft(world);
  });

  test('without a proxy fails when the kernel has sent its seventh SYN in vain: 1 + 2 + 4 + ... + 64 s', () => {
    // It is no endpoint for longer than 50 s; the connection was begun before.
    const { answers } = play({ sidecar: false, calls: once(2), untilS: 200 });
    expect(answers.map((own) => [own.end, own.ms])).toEqual([['503', 127_000]]);
  });
});

describe('a request that was with the pod', () => {
  const work = { workMs: 5000, calls: once(0) };

  test.each([
    { silently: false, rules: [noRetries], end: '503 UC', ms: 1001, because: 'the connection breaks' },
    { silently: true, rules: [rule('timeout: 8s')], end: '504 UT', ms: 8000, because: 'no packet says so' },
    {
      silently: true,
      rules: [rule('retries: { attempts: 1, perTryTimeout: 2s, retryOn: connect-failure }')],
      end: '504 UT',
      ms: 2000,
      because: 'it has the time per try',
    },
  ])(
    'lost at 1 s (silently: $silently) ends as $end after $ms ms: $because',
    ({ silently, rules, end, ms }) => {
      const { answers, world } = play({ ...work, silently, rules, untilS: 30 });
      expect(answers.map((own) => [own.end, own.ms])).toEqual([[end, ms]]);
      expectNothingLeft(world);
    },
  );

  test('hangs for ever where nothing limits the wait', () => {
    const { answers, world } = play({ ...work, untilS: 600 });
    expect([answers.length, world.pagesInFlight]).toEqual([0, 1]);
  });

  test('is the fate of what goes out on a connection that stands, too', () => {
    // The pool has one connection from the call before the loss, and uses it on.
    const { answers, world } = play({
      rules: [rule('timeout: 4s'), policy('connectionPool: { tcp: { maxConnections: 1 } }')],
      lostS: 5,
      calls: { count: 2, everyS: 10, startS: 0 },
      untilS: 30,
    });
    expect(answers.map((own) => own.end)).toEqual(['200', '504 UT']);
    expect(answers[1]!.ms).toBe(4000);
    expectNothingLeft(world);
  });
});

describe('Kubernetes', () => {
  // node_lifecycle_controller.go: NodeMonitorGracePeriod 50 s, MarkPodsNotReady; then the taint, tolerated for 300 s.
  test('takes a lost pod from the endpoints after 50 s, and replaces it after 350 s', () => {
    const { answers, changes, world } = play({
      pods: 2,
      rules: [noRetries],
      calls: { count: 90, everyS: 1, startS: 2 },
      untilS: 400,
    });
    const met = (fromS: number, toS: number): number =>
      answers.filter(({ atS, end }) => atS >= fromS && atS < toS && end === '503 UF').length;
    // A balancer that knows nothing of the loss picks it as often as the other: within four standard errors of half.
    expect(Math.abs(met(2, 51) - 49 / 2)).toBeLessThan(4 * Math.sqrt(49 / 4));
    // The slice is written soon after.
    expect(met(53, 100)).toBe(0);
    const lost = changes.filter(([what]) => what === 'lost' || what === 'not ready' || what === 'gone');
    expect(lost).toEqual([
      ['lost', 1],
      ['not ready', 51],
      ['gone', 351],
    ]);
    expect(changes.find(([what]) => what === 'created')![1]).toBeGreaterThanOrEqual(351);
    expect(world.workloads.lives.filter(({ ready }) => ready).length).toBe(3);
  });

  test('hears of a silent crash when the containers run again', () => {
    const { answers, changes } = play({
      verb: 'crash',
      rules: [rule('timeout: 8s')],
      workMs: 5000,
      calls: { count: 2, everyS: 20, startS: 0 },
      untilS: 60,
    });
    // The kubelet starts a container again after a second.
    expect(changes.filter(([what]) => what !== 'ready')).toEqual([
      ['crashed', 1],
      ['not ready', 2],
      ['containers run', 2],
    ]);
    expect(answers.map((own) => [own.end, own.ms])).toEqual([
      ['504 UT', 8000],
      ['200', 5002],
    ]);
  });
});

describe('outlier detection', () => {
  // router.cc, onUpstreamReset: LocalOriginConnectFailed; outlier_detection_impl.cc, resultToHttpCode: 503 outside split mode.
  test.each([
    { counts: 'consecutiveGatewayErrors: 5', because: 'a connect timeout counts as a 503, a gateway error' },
    { counts: 'consecutive5xxErrors: 5', because: 'and as a 5xx' },
    {
      counts: 'splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 5',
      because: 'in split mode as a failure of local origin',
    },
  ])('ejects a silent pod after five connect timeouts, $counts: $because', ({ counts }) => {
    const { answers, ejected } = play({
      pods: 2,
      rules: [
        noRetries,
        policy(
          `connectionPool: { tcp: { connectTimeout: 500ms } }, outlierDetection: { ${counts}, interval: 1s, baseEjectionTime: 300s, maxEjectionPercent: 100 }`,
        ),
      ],
      calls: { count: 45, everyS: 1, startS: 2 },
      untilS: 48,
    });
    const failed = answers.filter(({ end }) => end === '503 UF');
    expect(failed.length).toBe(5);
    expect(ejected).toEqual([failed[0]!.pod]);
  });
});
