import { describe, expect, test } from 'vitest';
import { ln } from '../../../src/kernel/math.ts';
import type { App } from '../../../src/mesh/app/app.ts';
import { Chance } from '../../../src/kernel/chance.ts';
import { meanCi } from '../../../src/stats/index.ts';
import { jsq2Exact, mm1 } from '../../../src/stats/theory/index.ts';
import { deployment, makeWorld, resources, service } from '../../support/world.ts';

/**
 * The rules at work in the model itself: a sidecar's balancer in front of two pods that serve one request at a time, exponential
 * work of mean 10 ms, Poisson arrivals at 70 % of what the pods can do, ways that take no time.
 */
const rho = 0.7;
const workMs = 10;
const pages = 20_000;
const replications = 30;
/** 1 percent of all runs of this file may fail, shared among its 9 comparisons (Bonferroni); seeds are fixed besides. */
const conf = 1 - 0.01 / 9;

const app: App = {
  name: 'station',
  workloads: [
    {
      name: 'back',
      match: { app: 'back' },
      cpuUs: 0,
      concurrency: 1,
      script: [{ kind: 'work', time: { dist: 'exponential', mean: workMs * 1000 } }],
    },
  ],
};

/** Mean response in units of the mean work, of one run, its first tenth left out. */
function response(simple: string, seed: number): number {
  const policy = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: back }
spec: { host: back, trafficPolicy: { loadBalancer: { simple: ${simple} } } }
---`;
  const arriving = new Chance(`${seed}`).stream('arrivals');
  const atUs = new Float64Array(pages);
  let now = 0;
  for (let page = 0; page < pages; page += 1) {
    now += (-ln(1 - arriving.uniform()) * workMs * 1000) / (2 * rho);
    atUs[page] = Math.round(now);
  }
  let [sum, counted] = [0, 0];
  const world = makeWorld(
    {
      seed: `station ${seed}`,
      app,
      focus: 'back',
      hop: { dist: 'constant', value: 0 },
      manifests: resources(service('back'), deployment('client', 'v1'), deployment('back', 'v1', 2), policy),
      traffic: [
        {
          name: 'client',
          kind: 'replay',
          atUs,
          head: new Int32Array(pages),
          heads: [{ method: 'GET', path: '/', authority: 'back:9080', headers: {} }],
          from: 'client-v1',
          request: { method: 'GET', path: '/', authority: 'back:9080', headers: {} },
        },
      ],
    },
    {
      pageDone: (row, _source, page, nowUs) => {
        if (page < pages / 10) return;
        sum += nowUs - world.rows.startedUs[row]!;
        counted += 1;
      },
    },
  );
  world.runUntil(now + 60_000_000);
  expect(world.rows.inUse).toBe(0);
  return sum / counted / (workMs * 1000);
}

/** E2/M/1: each of two servers in turn gets every other Poisson arrival; sigma = (2 rho / (2 rho + 1 - sigma))^2. */
function everySecond(): number {
  let sigma = 0;
  for (let i = 0; i < 500; i += 1) {
    const root = (2 * rho) / (2 * rho + 1 - sigma);
    sigma = root * root;
  }
  return 1 / (1 - sigma);
}

const alone = mm1({ lambda: rho, mu: 1 });
const exact = {
  RANDOM: alone.stable ? alone.W : NaN,
  LEAST_REQUEST: jsq2Exact({ rho, d2prob: 1 / 2 }).W,
  ROUND_ROBIN: everySecond(),
};
type Name = keyof typeof exact;
const names = Object.keys(exact) as Name[];

describe('two pods at load 0.7 behind a sidecar', () => {
  const found = Object.fromEntries(
    names.map((name) => [
      name,
      meanCi({ data: Array.from({ length: replications }, (_, seed) => response(name, seed)), conf }),
    ]),
  ) as Readonly<Record<Name, ReturnType<typeof meanCi>>>;
  const agrees = (name: Name, value: number): boolean =>
    Math.abs(found[name].mean - value) <= found[name].half;

  test.each(names)('%s has the mean response of its formula, known to 1 %% of itself', (name) => {
    // With 29 degrees of freedom half of an interval of this confidence is 3.6 standard errors.
    expect(found[name].half / 3.6).toBeLessThan(0.01 * found[name].mean);
    expect(agrees(name, exact[name])).toBe(true);
  });

  test.each(names.flatMap((name) => names.filter((own) => own !== name).map((other) => ({ name, other }))))(
    'negative control: $name is not taken for $other',
    ({ name, other }) => {
      expect(agrees(name, exact[other])).toBe(false);
    },
  );
});
