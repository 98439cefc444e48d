import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../../src/kernel/distribution.ts';
import type { App } from '../../../src/mesh/app/app.ts';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import type { World } from '../../../src/mesh/world.ts';
import type { WorldSettings } from '../../../src/mesh/world-settings.ts';
import { loadApp } from '../../../src/scenario/load-app.ts';
import {
  deployment,
  expectNothingLeft,
  makeWorld,
  resources,
  service,
  split,
  subsets,
} from '../../support/world.ts';

/** A client that calls the Service `leaf`, whose pods take 10 ms, over hops of 1 ms. */
const app = (work: string): App =>
  loadApp(
    'two',
    `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: two }
spec:
  workloads:
    - { name: client, match: { app: client } }
    - { name: leaf, match: { app: leaf }, cpu: 3ms, script: [{ work: ${work} }] }
`,
  ).value!;

const neverAgain = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: leaf }
spec: { hosts: [leaf], http: [{ retries: { attempts: 0 }, route: [{ destination: { host: leaf } }] }] }
---`;

const manifests = [service('leaf'), deployment('client', 'v1'), deployment('leaf', 'v1', 2)].join('\n');
const calls = (everyUs: number, count: number): Traffic => ({
  name: 'calls',
  kind: 'refresh',
  from: 'client-v1',
  count,
  everyUs,
  startUs: 0,
  request: { method: 'GET', path: '/', authority: 'leaf:9080', headers: {} },
});

/** 500 a second, whoever has been answered. */
const crowd: Traffic = {
  name: 'crowd',
  kind: 'poisson',
  from: 'client-v1',
  profile: [
    { atUs: 0, rps: 500 },
    { atUs: 2_000_000, rps: 0 },
  ],
  shape: 'steps',
  request: { method: 'GET', path: '/', authority: 'leaf:9080', headers: {} },
};

interface Answer {
  readonly pod: number;
  readonly status: number;
  readonly startedUs: number;
  readonly enteredUs: number;
  readonly answeredUs: number;
}

function played(settings: Partial<WorldSettings>, mark?: (world: World, nowUs: number) => void) {
  const answers: Answer[] = [];
  const world: World = makeWorld(
    {
      app: app('10ms'),
      manifests: resources(manifests),
      focus: 'leaf',
      traffic: [calls(100_000, 20)],
      ...settings,
    },
    {
      mark: (nowUs) => mark?.(world, nowUs),
      answered: (row, nowUs) => {
        const { pod, status, startedUs, enteredUs } = world.rows;
        answers.push({
          pod: pod[row]!,
          status: status[row]!,
          startedUs: startedUs[row]!,
          enteredUs: enteredUs[row]!,
          answeredUs: nowUs,
        });
      },
    },
  );
  return { world, answers };
}

test('a call that only takes time is two events: it is made, and it is answered', () => {
  const { world } = played({});
  const before = world.simulation.events;
  world.runUntil(1_999_999);
  expect(world.simulation.events - before).toBe(2 * 20);
});

describe('whoever looks sees what has come to pass by then, and nothing else', () => {
  const lognormal: Distribution = { dist: 'lognormal', p50: 1000, p99: 5000 };
  const marksUs = Array.from({ length: 400 }, (_, i) => 777 + 5_003 * i);
  const busy = {
    app: app('{ dist: lognormal, p50: 10ms, p99: 60ms }'),
    hop: lognormal,
    traffic: [crowd],
  };

  test('requests in a pod, its CPU and its answers are counted as of that moment', () => {
    const seen: { atUs: number; inside: number; used: number; answered: number }[] = [];
    const { world, answers } = played({ ...busy, marksUs }, ({ stations, telemetry }, atUs) => {
      const sum = (what: 'inSystem' | 'countedUs'): number =>
        stations.booked(1, what) + stations.booked(2, what);
      seen.push({
        atUs,
        inside: sum('inSystem'),
        used: sum('countedUs'),
        answered: telemetry.destination.keys.reduce(
          (all, _, own) => all + telemetry.destination.count(own),
          0,
        ),
      });
    });
    world.runUntil(10_000_000);
    expect(answers.length).toBeGreaterThan(900);
    for (const { atUs, inside, used, answered } of seen) {
      const came = answers.filter(({ enteredUs }) => enteredUs <= atUs).length;
      expect(used).toBe(3000 * came);
      expect(inside + answered).toBe(came);
    }
    expect(seen.some(({ inside }) => inside > 3)).toBe(true);
    expectNothingLeft(world);
  });

  test('a run in which somebody looks all the time is the same run', () => {
    const unseen = played(busy);
    const seen = played({ ...busy, marksUs });
    unseen.world.runUntil(10_000_000);
    seen.world.runUntil(10_000_000);
    expect(seen.answers).toEqual(unseen.answers);
  });
});

describe('what happens to a pod meets the requests that are on their way to it', () => {
  // Made at 0, at the pod at 1 ms, done at 11 ms, answered at 12 ms.
  const first = (timeline: WorldSettings['timeline']): Answer => {
    const { world, answers } = played({
      manifests: resources(
        [service('leaf'), deployment('client', 'v1'), deployment('leaf', 'v1'), neverAgain].join('\n'),
      ),
      traffic: [calls(1_000_000, 1)],
      timeline,
    });
    world.runUntil(900_000);
    return answers[0]!;
  };
  const kill = { verb: 'kill', workload: 'leaf-v1', pods: 1, silently: false } as const;

  test('undisturbed, it takes its two hops and its work', () => {
    expect(first([])).toMatchObject({ status: 200, answeredUs: 12_000 });
  });

  test('killed before the request comes, the pod takes no connection', () => {
    const { status, answeredUs } = first([{ atUs: 500, ...kill }]);
    expect(status).toBe(503);
    expect(answeredUs).toBe(2_000);
  });

  test('killed while it works, the pod lets the connection break', () => {
    const { status, answeredUs } = first([{ atUs: 5_000, ...kill }]);
    expect(status).toBe(503);
    expect(answeredUs).toBe(6_000);
  });

  test('killed when it has answered, it does not take the answer back', () => {
    expect(first([{ atUs: 11_500, ...kill }])).toMatchObject({ status: 200, answeredUs: 12_000 });
  });

  test('slower from before the request comes, the pod takes longer for it; from then on, not for it', () => {
    const slow = { verb: 'slow', workload: 'leaf-v1', factor: 3 } as const;
    expect(first([{ atUs: 500, ...slow }]).answeredUs).toBe(32_000);
    expect(first([{ atUs: 5_000, ...slow }]).answeredUs).toBe(12_000);
  });

  test('an application that fails from then on fails what it has in hand, as it is asked when it is done', () => {
    const fails = {
      by: 'status',
      status: 500,
      share: 1,
      when: 'after-work',
      fromUs: 0,
      toUs: Infinity,
    } as const;
    const { status, answeredUs } = first([{ atUs: 5_000, verb: 'fail', workload: 'leaf-v1', fails }]);
    expect([status, answeredUs]).toEqual([500, 12_000]);
  });
});

test('a hop that takes no time is no event', () => {
  const chain = loadApp(
    'chain',
    `apiVersion: meshshift/v1alpha1
kind: App
metadata: { name: chain }
spec:
  workloads:
    - { name: client, match: { app: client } }
    - { name: front, match: { app: front }, script: [{ call: { host: leaf, path: / } }, { call: { host: leaf, path: / } }] }
    - { name: leaf, match: { app: leaf }, script: [{ cpu: 10ms }] }
`,
  ).value!;
  const { world, answers } = played({
    app: chain,
    hop: { dist: 'constant', value: 0 },
    manifests: resources(
      [
        service('front'),
        service('leaf'),
        deployment('client', 'v1'),
        deployment('front', 'v1'),
        deployment('leaf', 'v1'),
      ].join('\n'),
    ),
    focus: 'front',
    traffic: [
      {
        ...calls(30_000, 200),
        request: { method: 'GET', path: '/', authority: 'front:9080', headers: {} },
      },
    ],
  });
  world.runUntil(29_000);
  expect(answers.map(({ answeredUs }) => answeredUs)).toEqual([10_000, 20_000, 20_000]);
  // The page is asked for, comes, and is answered; the processor looks once for each call.
  expect(world.simulation.events).toBe(3 + 2);
  // Of the last page that is as true as of the first.
  world.runUntil(6_000_000);
  expect(world.simulation.events).toBe(200 * 5);
});

test('a rule with weights holds for requests that are played ahead', () => {
  const { world } = played({
    manifests: resources(
      [
        service('leaf'),
        deployment('client', 'v1'),
        deployment('leaf', 'v1'),
        deployment('leaf', 'v3'),
        subsets('leaf', 'v1', 'v3'),
        split('leaf', { v1: 100, v3: 0 }),
      ].join('\n'),
    ),
  });
  world.runUntil(10_000_000);
  expect([world.stations.booked(1, 'served'), world.stations.booked(2, 'served')]).toEqual([20, 0]);
});

test('who watches arrivals is told of each request once, at the moment at which it comes to its pod, played ahead or not', () => {
  for (const work of ['10ms', '{ dist: exponential, mean: 10ms }']) {
    const arrivals: number[] = [];
    const answers: number[] = [];
    const world: World = makeWorld(
      { app: app(work), manifests: resources(manifests), focus: 'leaf', traffic: [crowd] },
      {
        arrived: (row, nowUs) => void arrivals.push(nowUs - world.rows.enteredUs[row]!),
        answered: (row) => void answers.push(row),
      },
    );
    world.runUntil(3e6);
    expect(arrivals.length).toBe(answers.length);
    expect(new Set(arrivals)).toEqual(new Set([0]));
  }
});
