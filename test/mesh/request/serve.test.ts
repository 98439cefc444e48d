import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/mesh/app/failure.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { loadApp } from '../../../src/scenario/load-app.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, expectNothingLeft, makeWorld, resources, service } from '../../support/world.ts';

/** `count` calls of a client with a sidecar to a service whose application fails some; statuses, and how long each took. */
function statuses(
  fails: Partial<Failure> | readonly Partial<Failure>[],
  port = 'http',
  count = 2000,
  concurrency = Infinity,
) {
  const answers: { readonly status: number; readonly ms: number }[] = [];
  const traffic: Traffic = {
    name: 'client',
    kind: 'refresh',
    count,
    everyUs: 200_000,
    startUs: 0,
    atUs: Array.from({ length: count }, (_, call) => 200_000 * call),
    from: 'client-v1',
    request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
  };
  const world: World = makeWorld(
    {
      app: {
        name: 'back',
        workloads: [
          {
            name: 'back',
            match: { app: 'back' },
            cpuUs: 0,
            concurrency,
            script: [{ kind: 'work', time: { dist: 'constant', value: 1000 } }],
            fails: [fails].flat().map((own) => ({
              by: 'refuse',
              share: 1,
              status: 503,
              when: 'after-work',
              fromUs: 0,
              toUs: Infinity,
              ...own,
            })),
          },
        ],
      },
      focus: 'back',
      manifests: resources(
        service('back').replace('name: http', `name: ${port}`),
        deployment('client', 'v1'),
        deployment('back', 'v1'),
      ),
      traffic: [traffic],
    },
    {
      pageDone: (row, _source, _page, nowUs) => {
        const { rows } = world;
        answers.push({ status: rows.status[row]!, ms: (nowUs - rows.startedUs[row]!) / 1000 });
      },
    },
  );
  world.runUntil((count + 5) * 200_000);
  expectNothingLeft(world);
  expect(answers).toHaveLength(count);
  return answers;
}

const failed = (answers: readonly { readonly status: number }[]): number =>
  answers.filter((own) => own.status === 503).length;

/** Four standard errors of a share of n. */
const within = (n: number, share: number): number => 4 * Math.sqrt(n * share * (1 - share));

// istio pilot/pkg/networking/core/route/route.go, BuildDefaultHTTPInboundRoute: reset-before-request, 2 retries; not for gRPC.
describe('a sidecar offers its application twice more what it took nothing of', () => {
  test.each([
    { port: 'http', share: 0.3 ** 3, because: 'three tries in all' },
    { port: 'grpc', share: 0.3, because: 'the inbound route of gRPC has no policy' },
  ])('over $port a share of $share is answered with 503: $because', ({ port, share }) => {
    const n = 2000;
    expect(Math.abs(failed(statuses({ share: 0.3 }, port)) - n * share)).toBeLessThan(within(n, share));
  });

  test('an application that never takes a request is asked over 0 to 24 ms and 0 to 49 ms of back-off', () => {
    const n = 400;
    const answers = statuses({}, 'http', n);
    expect(failed(answers)).toBe(n);
    // Two hops of 1 ms, and two uniform pauses with means 12 and 24.5 ms and variances (25^2 - 1) / 12 and (50^2 - 1) / 12.
    const waits = answers.map(({ ms }) => ms - 2);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(24 + 49);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / n;
    const deviation = Math.sqrt((25 ** 2 - 1 + 50 ** 2 - 1) / 12 / n);
    expect(Math.abs(mean - 36.5)).toBeLessThan(4 * deviation);
  });

  test('a refusal that is on its way back comes as it is, and once, though the pod dies meanwhile', () => {
    const answers: (readonly [status: number, ms: number])[] = [];
    const world: World = makeWorld(
      {
        app: {
          name: 'back',
          workloads: [
            {
              name: 'back',
              match: { app: 'back' },
              cpuUs: 0,
              concurrency: 1,
              script: [{ kind: 'work', time: { dist: 'constant', value: 1000 } }],
              fails: [{ by: 'refuse', share: 1, status: 503, when: 'after-work', fromUs: 0, toUs: Infinity }],
            },
          ],
        },
        focus: 'back',
        manifests: resources(
          service('back'),
          deployment('client', 'v1'),
          deployment('back', 'v1'),
          'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: back }\nspec: { hosts: [back], http: [{ route: [{ destination: { host: back } }], retries: { attempts: 0 } }] }',
        ),
        hop: { dist: 'constant', value: 200_000 },
        // There at 200 ms, and refused for the third time by 200 + 24 + 49.
        timeline: [{ atUs: 300_000, verb: 'kill', workload: 'back-v1', pods: 1, silently: false }],
        traffic: [
          {
            name: 'client',
            kind: 'refresh',
            count: 1,
            everyUs: 1e6,
            startUs: 0,
            from: 'client-v1',
            request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
          },
        ],
      },
      {
        answered: (row, nowUs) => void answers.push([world.rows.status[row]!, nowUs / 1000]),
      },
    );
    world.runUntil(10e6);
    expectNothingLeft(world);
    expect(answers).toHaveLength(1);
    const [status, ms] = answers[0]!;
    expect(status).toBe(503);
    expect(ms).toBeGreaterThanOrEqual(400);
    expect(ms).toBeLessThanOrEqual(473);
  });

  test('what broke off in the middle is not offered again: bytes of it were sent', () => {
    const n = 2000;
    const answers = statuses({ by: 'reset', share: 0.3 });
    expect(Math.abs(failed(answers) - n * 0.3)).toBeLessThan(within(n, 0.3));
  });
});

describe('a try that the application fails', () => {
  const n = 100;
  /** Each call is tried three times in all. */
  const insistent = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back } }], retries: { attempts: 2, retryOn: 5xx } }] }
---`;

  /** CPU that the pod used, and the time from its coming to the answer, of n calls whose work is 1 ms of waiting and 2 ms of CPU. */
  function cost(fails: Partial<Failure>) {
    let [tries, servedUs] = [0, 0];
    const cameUs = new Map<number, number>();
    const world: World = makeWorld(
      {
        app: {
          name: 'back',
          workloads: [
            {
              name: 'back',
              match: { app: 'back' },
              cpuUs: 500,
              concurrency: 1,
              script: [
                { kind: 'work', time: { dist: 'constant', value: 1000 } },
                { kind: 'cpu', time: { dist: 'constant', value: 2000 } },
              ],
              fails: [
                {
                  by: 'status',
                  share: 1,
                  status: 503,
                  when: 'after-work',
                  fromUs: 0,
                  toUs: Infinity,
                  ...fails,
                },
              ],
            },
          ],
        },
        focus: 'back',
        manifests: resources(
          service('back'),
          deployment('client', 'v1'),
          deployment('back', 'v1'),
          insistent,
        ),
        traffic: [
          {
            name: 'client',
            kind: 'refresh',
            count: n,
            everyUs: 200_000,
            startUs: 0,
            from: 'client-v1',
            request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
          },
        ],
      },
      {
        arrived: (row, nowUs) => void cameUs.set(row, nowUs),
        replied: (row, nowUs) => {
          tries += 1;
          servedUs += nowUs - cameUs.get(row)!;
        },
      },
    );
    const endUs = (n + 5) * 200_000;
    world.runUntil(endUs);
    expectNothingLeft(world);
    const pod = world.pods.findIndex((own) => own.workload === 'back-v1');
    return { tries, cpuUs: world.stations.usedUs(pod, endUs), servedUs };
  }

  test.each([
    { fails: { share: 0 }, tries: n, each: { cpu: 2500, time: 3000 }, because: 'nothing fails' },
    { fails: {}, tries: 3 * n, each: { cpu: 2500, time: 3000 }, because: 'a 503 has cost what a 200 costs' },
    {
      fails: { by: 'reset' },
      tries: 3 * n,
      each: { cpu: 2500, time: 3000 },
      because: 'nor is a break cheaper',
    },
    {
      fails: { when: 'before-work' },
      tries: 3 * n,
      each: { cpu: 0, time: 0 },
      because: 'it says no at the door',
    },
    {
      fails: { when: 'before-work', takes: { dist: 'constant', value: 700 } },
      tries: 3 * n,
      each: { cpu: 500, time: 700 },
      because: 'the time to the error stands in place of the script, beside which a request costs 500 us',
    },
    {
      fails: { by: 'reset', when: 'before-work', takes: { dist: 'constant', value: 700 } },
      tries: 3 * n,
      each: { cpu: 500, time: 700 },
      because: 'nor is a break cheaper then',
    },
    { fails: { by: 'refuse' }, tries: 3 * n, each: { cpu: 0, time: 0 }, because: 'nothing of it was taken' },
  ] as const)(
    '$fails: $tries tries of $each.cpu us of CPU and $each.time us, as $because',
    ({ fails, tries, each }) => {
      const found = cost(fails);
      expect(found.tries).toBe(tries);
      expect(found.cpuUs).toBeCloseTo(tries * each.cpu, 3);
      // What is refused waits for the back-offs of its sidecar, not for work.
      if (!('by' in fails && fails.by === 'refuse')) expect(found.servedUs).toBe(tries * each.time);
    },
  );

  test('answers after its work unless the file says otherwise', () => {
    const own = (text: string) =>
      loadApp(
        'app.yaml',
        `{ apiVersion: meshshift/v1alpha1, kind: App, metadata: { name: a }, spec: { workloads: [{ name: a, match: { app: a }, fails: ${text} }] } }`,
      ).value!.workloads[0]!.fails![0]!;
    expect(own('{ share: 1% }').when).toBe('after-work');
    expect(own('[{ share: 1%, takes: 2ms }]').when).toBe('before-work');
    expect(own('{ share: 1%, when: before-work }').when).toBe('before-work');
  });

  test('each in its own way, by shares of all its requests: a request that one has failed meets none of the others', () => {
    const count = 10_000;
    const found = statuses(
      [
        { by: 'refuse', share: 0.2, status: 0 },
        { by: 'status', share: 0.3, status: 500, when: 'before-work' },
        {
          by: 'status',
          share: 0.1,
          status: 404,
          when: 'before-work',
          takes: { dist: 'constant', value: 40_000 },
        },
        { by: 'status', share: 0.25, status: 418 },
      ],
      'tcp',
      count,
    );
    const of = (status: number): number => found.filter((own) => own.status === status).length;
    const shares = [
      [200, 0.15],
      [404, 0.1],
      [418, 0.25],
      [500, 0.3],
      [503, 0.2],
    ] as const;
    // Binomial, five standard deviations.
    for (const [status, share] of shares)
      expect(Math.abs(of(status) - count * share)).toBeLessThan(5 * Math.sqrt(count * share * (1 - share)));
    const slow = found.filter(({ ms }) => ms >= 40);
    expect(slow.map(({ status }) => status)).toEqual(slow.map(() => 404));
    expect(slow).toHaveLength(of(404));
  });

  test('after a time in which it holds a worker: who comes next waits for it', () => {
    const found = statuses(
      { by: 'status', status: 500, when: 'before-work', takes: { dist: 'constant', value: 250_000 } },
      'http',
      12,
      1,
    );
    // One call each 200 ms, one worker: each is 50 ms later than the one before.
    const waits = found.map(({ ms }, call) => ms - found[0]!.ms - 50 * call);
    expect(waits.every((own) => Math.abs(own) < 1e-6)).toBe(true);
  });

  test('even if it is healed meanwhile, what it had begun ends in the error', () => {
    const found = statuses(
      {
        by: 'status',
        status: 500,
        when: 'before-work',
        takes: { dist: 'constant', value: 250_000 },
        toUs: 1_000_000,
      },
      'http',
      20,
    );
    // Five came in the first second, and the last of them had its error after it.
    const failed = found.filter(({ status }) => status === 500);
    expect([failed.length, failed.every(({ ms }) => ms >= 250)]).toEqual([5, true]);
  });
});

test('who finds all workers and the whole queue taken is answered 503 by the application at once', () => {
  const answers: (readonly [status: number, ms: number])[] = [];
  const world: World = makeWorld(
    {
      app: {
        name: 'back',
        workloads: [
          {
            name: 'back',
            match: { app: 'back' },
            cpuUs: 0,
            concurrency: 1,
            queue: 1,
            script: [{ kind: 'work', time: { dist: 'constant', value: 100_000 } }],
          },
        ],
      },
      focus: 'back',
      manifests: resources(service('back'), deployment('client', 'v1', 1, false), deployment('back', 'v1')),
      traffic: [
        {
          name: 'client',
          kind: 'constant',
          profile: [
            { atUs: 0, rps: 100 },
            { atUs: 25_000, rps: 0 },
          ],
          shape: 'steps',
          from: 'client-v1',
          request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
        },
      ],
    },
    {
      pageDone: (row, _source, _page, nowUs) =>
        void answers.push([world.rows.status[row]!, (nowUs - world.rows.startedUs[row]!) / 1000]),
    },
  );
  world.runUntil(1e6);
  expectNothingLeft(world);
  // At 0, 10 and 20 ms, with hops of 1 ms: the first takes 100 ms, the second waits for it and takes as long.
  expect(answers).toEqual([
    [503, 2],
    [200, 102],
    [200, 192],
  ]);
});
