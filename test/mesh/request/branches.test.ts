import { describe, expect, test } from 'vitest';
import type { CallStep, Step } from '../../../src/mesh/app/app.ts';
import type { Distribution } from '../../../src/kernel/distribution.ts';
import type { TimelineAction } from '../../../src/mesh/timeline/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, expectNothingLeft, makeWorld, resources, service } from '../../support/world.ts';

const call = (host: string, more: Partial<CallStep> = {}): CallStep => ({
  kind: 'call',
  host,
  port: 9080,
  method: 'GET',
  path: '/',
  timeoutUs: 30e6,
  tries: 1,
  onFailure: 'fail',
  failureStatus: 500,
  forwards: [],
  ...more,
});

interface Setup {
  /** What `front` does with a request. */
  readonly script: readonly Step[];
  /** What `one` and `two` take, in microseconds. */
  readonly one?: Distribution;
  readonly two?: Distribution;
  /** Answers 503 to all. */
  readonly fails?: 'one' | 'two';
  readonly count?: number;
  readonly everyUs?: number;
  readonly hopUs?: number;
  readonly more?: string;
  readonly timeline?: readonly (TimelineAction & { readonly atUs: number })[];
  readonly focus?: string;
}

const constant = (value: number): Distribution => ({ dist: 'constant', value });

/** Calls of a client to `front`, which calls `one` and `two`: statuses and times of its answers in ms, and who has answered how many. */
function play(own: Setup) {
  const pages: { readonly status: number; readonly ms: number; readonly missing: string[] }[] = [];
  const shown: (string | undefined)[] = [];
  const answeredBy = { front: 0, one: 0, two: 0 };
  const count = own.count ?? 1;
  const world: World = makeWorld(
    {
      app: {
        name: 'a',
        workloads: [
          { name: 'front', match: { app: 'front' }, cpuUs: 0, concurrency: Infinity, script: own.script },
          ...(['one', 'two'] as const).map((name) => ({
            name,
            match: { app: name },
            cpuUs: 1000,
            concurrency: Infinity,
            script: [{ kind: 'work' as const, time: own[name] ?? constant(10_000) }],
            ...(own.fails === name
              ? {
                  fails: [
                    {
                      share: 1,
                      by: 'status' as const,
                      status: 500,
                      when: 'after-work' as const,
                      fromUs: 0,
                      toUs: Infinity,
                    },
                  ],
                }
              : {}),
          })),
        ],
      },
      focus: own.focus ?? 'one',
      hop: constant(own.hopUs ?? 0),
      manifests: resources(
        ...['front', 'one', 'two'].map(service),
        deployment('client', 'v1'),
        ...['front', 'one', 'two'].map((name) => deployment(name, 'v1')),
        own.more ?? '',
      ),
      timeline: own.timeline ?? [],
      traffic: [
        {
          name: 'client',
          kind: 'constant',
          shape: 'steps',
          profile: [
            { atUs: 0, rps: 1e6 / (own.everyUs ?? 1e6) },
            { atUs: count * (own.everyUs ?? 1e6), rps: 0 },
          ],
          from: 'client-v1',
          request: { method: 'GET', path: '/', authority: 'front:9080', headers: {} },
        },
      ],
    },
    {
      pageDone: (row, _source, _page, nowUs) => {
        const { rows } = world;
        shown.push(world.keys.name[rows.shownKey[row]!]);
        pages.push({
          status: rows.status[row]!,
          ms: (nowUs - rows.startedUs[row]!) / 1000,
          missing: rows.missing.of(row).map((each) => world.services[each]!),
        });
      },
      replied: (row) => {
        const name = world.pods[world.rows.pod[row]!]!.workload.split('-')[0]!;
        answeredBy[name as keyof typeof answeredBy] += 1;
      },
    },
  );
  world.runUntil(count * (own.everyUs ?? 1e6) + 40e6);
  expectNothingLeft(world);
  return { pages, shown, answeredBy, world };
}

const mean = (values: readonly number[]): number => values.reduce((sum, own) => sum + own, 0) / values.length;

describe('calls side by side', () => {
  const together = (...calls: CallStep[]): Step => ({ kind: 'together', calls });

  test('take as long as the longest of them, and the script goes on then', () => {
    const script = [
      together(call('one'), call('two'), call('one')),
      { kind: 'work' as const, time: constant(3000) },
      call('one'),
    ];
    const { pages, answeredBy } = play({ script, one: constant(10_000), two: constant(25_000), hopUs: 500 });
    // client - front: 1 ms; the longest: 25 + 1; 3; the last call: 10 + 1.
    expect(pages).toEqual([{ status: 200, ms: 1 + 26 + 3 + 11, missing: [] }]);
    expect(answeredBy).toEqual({ front: 1, one: 3, two: 1 });
  });

  test('of two exponential times the mean is 1.5 means, that of the longer one; one after the other it is 2', () => {
    const n = 20_000;
    const law: Distribution = { dist: 'exponential', mean: 10_000 };
    const calls = [call('one'), call('two')];
    const of = (script: readonly Step[]): number =>
      mean(play({ script, one: law, two: law, count: n, everyUs: 10_000 }).pages.map(({ ms }) => ms));
    // Variance of the maximum: 1 + 1/4 squared means; of the sum: 2. Five standard errors.
    expect(Math.abs(of([together(...calls)]) - 15)).toBeLessThan(5 * 10 * Math.sqrt(1.25 / n));
    expect(Math.abs(of(calls) - 20)).toBeLessThan(5 * 10 * Math.sqrt(2 / n));
  });

  test('are over at once where nothing takes time', () => {
    const { pages } = play({
      script: [together(call('one'), call('two'))],
      one: constant(0),
      two: constant(0),
    });
    expect(pages).toEqual([{ status: 200, ms: 0, missing: [] }]);
  });

  test('one that fails the request ends it at once; the others go on, and nothing of them is on the page', () => {
    for (const hopUs of [0, 500]) {
      const script = [together(call('two'), call('one'), call('two', { onFailure: 'body' }))];
      const { pages, answeredBy } = play({
        script,
        one: constant(1000),
        two: constant(30_000),
        fails: 'one',
        hopUs,
      });
      expect(pages).toEqual([{ status: 500, ms: 1 + (4 * hopUs) / 1000, missing: ['one'] }]);
      expect(answeredBy).toEqual({ front: 1, one: 1, two: 2 });
    }
  });

  test('one whose error goes into the body of the page is missing from it, and the rest is waited for', () => {
    const script = [together(call('one', { onFailure: 'body' }), call('two'))];
    const { pages } = play({ script, one: constant(1000), two: constant(30_000), fails: 'one' });
    expect(pages).toEqual([{ status: 200, ms: 30, missing: ['one'] }]);
  });

  test('each has its tries', () => {
    const script = [together(call('one', { tries: 3 }), call('two'))];
    const { pages, answeredBy } = play({ script, one: constant(4000), two: constant(5000), fails: 'one' });
    expect(pages.map(({ ms }) => ms)).toEqual([12]);
    expect(answeredBy).toEqual({ front: 1, one: 3, two: 1 });
  });

  test('a call that waits too long is given up, and the others are still waited for', () => {
    const script = [together(call('one', { timeoutUs: 2000, onFailure: 'body' }), call('two'))];
    const { pages } = play({ script, one: constant(50_000), two: constant(20_000) });
    expect(pages).toEqual([{ status: 200, ms: 20, missing: ['one'] }]);
  });

  test('a retry of the request by the mesh, while calls of its first try still run, waits for its own alone', () => {
    const more = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: front }
spec: { hosts: [front], http: [{ route: [{ destination: { host: front } }], retries: { attempts: 1, retryOn: 5xx } }] }
---`;
    const script = [together(call('one'), call('two'))];
    const { pages, answeredBy } = play({
      script,
      one: constant(1000),
      two: constant(100_000),
      more,
      fails: 'one',
      timeline: [],
    });
    expect(answeredBy).toEqual({ front: 2, one: 2, two: 2 });
    expect(pages.map(({ status }) => status)).toEqual([500]);
  });

  test.each([
    { silently: false, status: 503, because: 'its sidecar says so' },
    { silently: true, status: 504, because: 'the proxy of the caller has waited long enough' },
  ])('when the pod that makes them dies, they go on for nobody: $because', ({ silently, status }) => {
    const { pages, answeredBy } = play({
      script: [together(call('one'), call('two')), call('one')],
      one: constant(900_000),
      two: constant(2_000_000),
      count: 2,
      everyUs: 400_000,
      more: `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: front }
spec: { hosts: [front], http: [{ route: [{ destination: { host: front } }], timeout: 9s, retries: { attempts: 0 } }] }
---`,
      timeline: [{ atUs: 500_000, verb: 'crash', workload: 'front-v1', pods: 1, silently }],
    });
    expect(pages.map((own) => own.status)).toEqual([status, status]);
    expect([answeredBy.one, answeredBy.two]).toEqual([2, 2]);
  });
});

describe('a call that nobody waits for', () => {
  const notAwaited = (host: string, more: Partial<CallStep> = {}): CallStep =>
    call(host, { ...more, awaits: false });

  test('takes none of the time of the page, and comes to its callee all the same', () => {
    const n = 50;
    const own = {
      script: [notAwaited('two'), call('one')],
      two: constant(80_000),
      count: n,
      everyUs: 100_000,
    };
    const { pages, answeredBy, world } = play(own);
    expect(pages).toEqual(Array(n).fill({ status: 200, ms: 10, missing: [] }));
    expect(answeredBy).toEqual({ front: n, one: n, two: n });
    const pod = world.pods.findIndex((each) => each.workload === 'two-v1');
    expect(world.stations.usedUs(pod, world.simulation.nowUs)).toBe(n * 1000);
  });

  test('is on no page when it fails, and on its own when it is waited for', () => {
    const of = (first: CallStep) => play({ script: [first, call('one')], fails: 'two' }).pages[0];
    expect(of(notAwaited('two', { onFailure: 'body' }))).toMatchObject({ status: 200, missing: [] });
    expect(of(notAwaited('two'))).toMatchObject({ status: 200, missing: [] });
    expect(of(call('two', { onFailure: 'body' }))).toMatchObject({ status: 200, missing: ['two'] });
    expect(of(call('two'))!.status).toBe(500);
  });

  test('is seen by the mesh: its tries, and outlier detection of its callee', () => {
    const { answeredBy } = play({
      script: [notAwaited('two', { tries: 2 })],
      fails: 'two',
      count: 3,
      more: `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: two }
spec: { host: two, trafficPolicy: { outlierDetection: { consecutive5xxErrors: 4, baseEjectionTime: 60s, maxEjectionPercent: 100 } } }
---`,
    });
    // Four errors eject the only pod (its panic threshold is 0 with outlier detection): the last two calls find nobody.
    expect(answeredBy.two).toBe(4);
  });

  test('does not decide which version a page shows', () => {
    const shown = (two: CallStep) => play({ script: [two, call('one')], focus: 'two' }).shown;
    expect([shown(call('two')), shown(notAwaited('two'))]).toEqual([['v1'], [undefined]]);
  });

  test('goes with the pod that made it, and its own call goes on for nobody', () => {
    const { answeredBy, pages } = play({
      script: [notAwaited('two')],
      two: constant(2_000_000),
      timeline: [{ atUs: 500_000, verb: 'crash', workload: 'front-v1', pods: 1, silently: false }],
    });
    expect([pages.length, answeredBy.two]).toEqual([1, 1]);
  });
});

describe('an optional call', () => {
  test('is made by its share of the requests, and costs the others nothing', () => {
    const n = 10_000;
    const { pages, answeredBy } = play({
      script: [call('one', { probability: 0.3 }), call('two')],
      count: n,
      everyUs: 10_000,
    });
    // Binomial, five standard deviations.
    expect(Math.abs(answeredBy.one - 0.3 * n)).toBeLessThan(5 * Math.sqrt(n * 0.3 * 0.7));
    expect(pages.filter(({ ms }) => ms === 20)).toHaveLength(answeredBy.one);
    expect(pages.filter(({ ms }) => ms === 10)).toHaveLength(n - answeredBy.one);
  });

  test('may be one of several side by side, and none of them is made where chance says so', () => {
    const n = 4000;
    const { pages, answeredBy } = play({
      script: [
        { kind: 'together', calls: [call('one', { probability: 0.5 }), call('two', { probability: 0.5 })] },
      ],
      two: constant(30_000),
      count: n,
      everyUs: 10_000,
    });
    const of = (ms: number): number => pages.filter((own) => own.ms === ms).length;
    const spread = 5 * Math.sqrt(n * 0.25 * 0.75);
    for (const [ms, share] of [
      [0, 0.25],
      [10, 0.25],
      [30, 0.5],
    ] as const)
      expect(Math.abs(of(ms) - share * n)).toBeLessThan(spread * 1.2);
    expect(of(30)).toBe(answeredBy.two);
  });

  test('of 0 % is never made, and of 100 % always', () => {
    const { answeredBy } = play({
      script: [call('one', { probability: 0 }), call('two', { probability: 1 })],
      count: 100,
      everyUs: 10_000,
    });
    expect(answeredBy).toEqual({ front: 100, one: 0, two: 100 });
  });
});
