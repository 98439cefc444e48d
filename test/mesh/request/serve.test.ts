import { describe, expect, test } from 'vitest';
import type { Failure } from '../../../src/mesh/app/failure.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import { deployment, expectNothingLeft, makeWorld, resources, service } from '../../support/world.ts';

/** `count` calls of a client with a sidecar to a service whose application fails some; statuses, and how long each took. */
function statuses(fails: Partial<Failure>, port = 'http', count = 2000) {
  const answers: { readonly status: number; readonly ms: number }[] = [];
  const traffic: Traffic = {
    name: 'client',
    kind: 'refresh',
    count,
    everyUs: 200_000,
    startUs: 0,
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
            concurrency: Infinity,
            script: [{ kind: 'work', time: { dist: 'constant', value: 1000 } }],
            fails: { by: 'refuse', share: 1, status: 503, fromUs: 0, toUs: Infinity, ...fails },
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

  test('what broke off in the middle is not offered again: bytes of it were sent', () => {
    const n = 2000;
    const answers = statuses({ by: 'reset', share: 0.3 });
    expect(Math.abs(failed(answers) - n * 0.3)).toBeLessThan(within(n, 0.3));
  });
});
