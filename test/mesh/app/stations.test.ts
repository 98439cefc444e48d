import { describe, expect, test } from 'vitest';
import type { Distribution } from '../../../src/kernel/distribution.ts';
import type { App, WorkloadBehaviour } from '../../../src/mesh/app/app.ts';
import { erlangC, meanCi, mmc } from '../../../src/stats/index.ts';
import { erlangA, mg1, mg1ps, mm1, mmck } from '../../../src/stats/theory/index.ts';
import { deployment, makeWorld, resources, service, split, subsets } from '../../support/world.ts';

/**
 * Pods of the model as stations of queueing theory: Poisson arrivals at one pod, ways that take no time. Thirty runs each,
 * the first tenth of each left out, with a standard error of at most one percent; closed forms from src/stats, which have
 * tests of their own against published values. 1 percent of all runs of this file may fail, shared among its comparisons
 * (Bonferroni); seeds are fixed besides. Each has a negative control: a formula that is wrong here and must be told apart.
 */
const replications = 30;
const comparisons = 20;
const conf = 1 - 0.01 / comparisons;
const meanMs = 10;
const mu = 1000 / meanMs;

const request = { method: 'GET', path: '/', authority: 'back:9080', headers: {} };
const exponential: Distribution = { dist: 'exponential', mean: meanMs * 1000 };

interface Found {
  /** Mean time in the pod of those that were served, in seconds. */
  readonly response: number;
  /** Requests in the pod, mean over time. */
  readonly present: number;
  /** Shares of all arrivals. */
  readonly turnedAway: number;
  readonly abandoned: number;
}

function played(
  seed: number,
  behaviour: Partial<WorkloadBehaviour>,
  { rate, arrivals, patience }: { rate: number; arrivals: number; patience?: Distribution },
): Found {
  const app: App = {
    name: 'station',
    workloads: [
      {
        name: 'back',
        match: { app: 'back' },
        cpuUs: 0,
        concurrency: Infinity,
        script: [{ kind: 'work', time: exponential }],
        ...behaviour,
      },
    ],
  };
  const world = makeWorld({
    seed: `station ${seed}`,
    app,
    focus: 'back',
    hop: { dist: 'constant', value: 0 },
    manifests: resources(
      service('back'),
      deployment('client', 'v1', 1, false),
      deployment('back', 'v1', 1, false),
    ),
    traffic: [
      {
        name: 'client',
        kind: 'poisson',
        profile: [{ atUs: 0, rps: rate }],
        shape: 'steps',
        from: 'client-v1',
        request,
        ...(patience === undefined ? {} : { patience }),
      },
    ],
  });
  const pod = world.pods.findIndex((own) => own.workload === 'back-v1');
  const { stations } = world;
  const reading = (nowUs: number) => ({
    ...stations.books.integrals(pod, nowUs),
    sojournUs: stations.booked(pod, 'sojournUs'),
    entered: stations.booked(pod, 'entered'),
    served: stations.booked(pod, 'served'),
    turnedAway: stations.booked(pod, 'turnedAway'),
    abandoned: stations.booked(pod, 'abandoned'),
  });
  const endUs = Math.round((arrivals / rate) * 1e6);
  const warmUs = Math.round(endUs / 10);
  world.runUntil(warmUs);
  const from = reading(warmUs);
  world.runUntil(endUs);
  const to = reading(endUs);
  const over = (what: keyof typeof from): number => to[what] - from[what];
  return {
    response: over('sojournUs') / 1e6 / over('served'),
    present: over('presentUs') / (endUs - warmUs),
    turnedAway: over('turnedAway') / (over('entered') + over('turnedAway')),
    abandoned: over('abandoned') / over('entered'),
  };
}

const runs = (one: (seed: number) => number): number[] =>
  Array.from({ length: replications }, (_, index) => one(index + 1));

function agree(data: readonly number[], expected: number, wrong: readonly number[]): void {
  const { mean, sd, lo, hi } = meanCi({ data, conf });
  expect(sd / Math.sqrt(data.length) / mean).toBeLessThanOrEqual(0.01);
  expect([lo <= expected, expected <= hi], `${expected} in ${lo} .. ${hi}`).toEqual([true, true]);
  for (const other of wrong)
    expect(other >= lo && other <= hi, `${other} outside ${lo} .. ${hi}`).toBe(false);
}

const stable = <T extends { readonly stable: boolean }>(found: T) => found as Extract<T, { stable: true }>;

describe('M/M/c: workers and a line', () => {
  test.each([
    { c: 1, rho: 0.5 },
    { c: 3, rho: 0.8 },
  ])('$c workers at $rho', ({ c, rho }) => {
    const rate = rho * c * mu;
    const { W } = stable(mmc({ lambda: rate, mu, c }));
    const another = stable(mmc({ lambda: rate, mu, c: c + 1 }));
    agree(
      runs((seed) => played(seed, { concurrency: c }, { rate, arrivals: 25_000 }).response),
      W,
      [another.W, 1 / mu],
    );
  });
});

test('M/M/c/K: who finds the queue full is turned away', () => {
  const rate = 0.9 * 2 * mu;
  const { pBlock } = mmck({ lambda: rate, mu, c: 2, K: 5 });
  agree(
    runs((seed) => played(seed, { concurrency: 2, queue: 3 }, { rate, arrivals: 25_000 }).turnedAway),
    pBlock,
    [mmck({ lambda: rate, mu, c: 2, K: 6 }).pBlock, mmck({ lambda: rate, mu, c: 2, K: 4 }).pBlock],
  );
});

describe('M/G/1: one worker, work of any law (Pollaczek, Khinchine)', () => {
  const rate = 0.7 * mu;
  const es = 1 / mu;
  test.each<{ law: string; time: Distribution; es2: number }>([
    { law: 'constant', time: { dist: 'constant', value: meanMs * 1000 }, es2: es * es },
    { law: 'uniform', time: { dist: 'uniform', min: 0, max: 20_000 }, es2: (4 / 3) * es * es },
    {
      law: 'lognormal, cv 1.2',
      time: { dist: 'lognormal', mean: 10_000, cv: 1.2 },
      es2: (1 + 1.2 ** 2) * es * es,
    },
  ])('$law', ({ time, es2 }) => {
    agree(
      runs(
        (seed) =>
          played(seed, { concurrency: 1, script: [{ kind: 'work', time }] }, { rate, arrivals: 40_000 })
            .response,
      ),
      mg1({ lambda: rate, es, es2 }).W,
      [stable(mm1({ lambda: rate, mu })).W],
    );
  });
});

describe('processor sharing: the mean response does not depend on the law of the work', () => {
  const rate = 0.7 * mu;
  const es = 1 / mu;
  test.each<{ law: string; time: Distribution; es2: number }>([
    { law: 'exponential', time: exponential, es2: 2 * es * es },
    { law: 'constant', time: { dist: 'constant', value: meanMs * 1000 }, es2: es * es },
    {
      law: 'lognormal, cv 1.5',
      time: { dist: 'lognormal', mean: 10_000, cv: 1.5 },
      es2: (1 + 1.5 ** 2) * es * es,
    },
  ])('$law, one core', ({ time, es2, law }) => {
    const { meanResponse } = mg1ps({ lambda: rate, es, x: es });
    const inLine = mg1({ lambda: rate, es, es2 }).W;
    agree(
      runs(
        (seed) =>
          played(seed, { cores: 1, script: [{ kind: 'cpu', time }] }, { rate, arrivals: 40_000 }).response,
      ),
      meanResponse,
      // In a line of their own they would take as long only where the work is exponential.
      law === 'exponential' ? [es] : [inLine],
    );
  });

  test('each request at most one core: exponential work at three cores is M/M/3', () => {
    const lambda = 0.8 * 3 * mu;
    agree(
      runs(
        (seed) =>
          played(
            seed,
            { cores: 3, script: [{ kind: 'cpu', time: exponential }] },
            { rate: lambda, arrivals: 25_000 },
          ).present,
      ),
      stable(mmc({ lambda, mu, c: 3 })).L,
      // One processor three times as fast.
      [stable(mm1({ lambda, mu: 3 * mu })).L],
    );
  });
});

describe('M/M/c+M: callers with patience (Erlang A)', () => {
  test.each([
    { rho: 0.9, patienceMs: 20 },
    { rho: 1.3, patienceMs: 40 },
  ])('at $rho of what 2 workers do, patience $patienceMs ms', ({ rho, patienceMs }) => {
    const rate = rho * 2 * mu;
    const { pAbandon } = erlangA({ lambda: rate, mu, c: 2, theta: 1000 / patienceMs });
    agree(
      runs(
        (seed) =>
          played(
            seed,
            { concurrency: 2, drops: true },
            { rate, arrivals: 25_000, patience: { dist: 'exponential', mean: patienceMs * 1000 } },
          ).abandoned,
      ),
      pAbandon,
      [
        erlangA({ lambda: rate, mu, c: 2, theta: 500 / patienceMs }).pAbandon,
        // All who wait.
        erlangC({ c: 2, a: Math.min(rate / mu, 1.999) }),
      ],
    );
  });
});

test('Jackson: a front without a line, and behind it by weights 30/70 one worker and two', () => {
  const rate = 1.6 * mu;
  const app: App = {
    name: 'network',
    workloads: [
      {
        name: 'front',
        match: { app: 'front' },
        cpuUs: 0,
        concurrency: Infinity,
        script: [
          { kind: 'work', time: exponential },
          {
            kind: 'call',
            host: 'back',
            port: 9080,
            method: 'GET',
            path: '/',
            timeoutUs: 60_000_000,
            tries: 1,
            onFailure: 'fail',
            failureStatus: 500,
            forwards: [],
          },
          { kind: 'work', time: exponential },
        ],
      },
      {
        name: 'v1',
        match: { app: 'back', version: 'v1' },
        cpuUs: 0,
        concurrency: 1,
        script: [{ kind: 'work', time: exponential }],
      },
      {
        name: 'v3',
        match: { app: 'back', version: 'v3' },
        cpuUs: 0,
        concurrency: 2,
        script: [{ kind: 'work', time: exponential }],
      },
    ],
  };
  const expected = (share: number): number =>
    2 / mu +
    share * stable(mm1({ lambda: share * rate, mu })).W +
    (1 - share) * stable(mmc({ lambda: (1 - share) * rate, mu, c: 2 })).W;
  agree(
    runs((seed) => {
      let [sum, counted] = [0, 0];
      const arrivals = 25_000;
      const endUs = Math.round((arrivals / rate) * 1e6);
      const world = makeWorld(
        {
          seed: `network ${seed}`,
          app,
          focus: 'back',
          hop: { dist: 'constant', value: 0 },
          manifests: resources(
            service('front'),
            service('back'),
            deployment('client', 'v1', 1, false),
            deployment('front', 'v1'),
            deployment('back', 'v1'),
            deployment('back', 'v3'),
            subsets('back', 'v1', 'v3'),
            split('back', { v1: 30, v3: 70 }),
          ),
          traffic: [
            {
              name: 'client',
              kind: 'poisson',
              profile: [{ atUs: 0, rps: rate }],
              shape: 'steps',
              from: 'client-v1',
              request: { ...request, authority: 'front:9080' },
            },
          ],
        },
        {
          pageDone: (row, _source, _page, nowUs) => {
            if (nowUs < endUs / 10) return;
            sum += nowUs - world.rows.startedUs[row]!;
            counted += 1;
          },
        },
      );
      world.runUntil(endUs);
      return sum / counted / 1e6;
    }),
    expected(0.3),
    [expected(0.4), expected(0.2)],
  );
});
