import { describe, expect, test } from 'vitest';
import type { Traffic } from '../../../src/mesh/app/traffic/index.ts';
import { controlPlanePresets } from '../../../src/mesh/istiod/control-plane.ts';
import type { World } from '../../../src/mesh/world.ts';
import { bookinfo, deployment, makeWorld, resources, split, subsets } from '../../support/world.ts';

/** A rule from all of v1 to half v3, at 1 s; two hundred pods ask, whose proxies get it one after the other. */
const changeUs = 1e6;
const weight = 0.5;
const callers = 200;
const request = { method: 'GET', path: '/reviews/0', authority: 'reviews:9080', headers: {} };
const manifests = resources(
  bookinfo,
  deployment('client', 'v1', callers),
  subsets('reviews', 'v1', 'v3'),
  split('reviews', { v1: 100 }),
);
const half = resources(split('reviews', { v1: 50, v3: 50 }));

interface Played {
  readonly asked: readonly Asked[];
  readonly arrivedUs: ReadonlyMap<number, number>;
}

interface Asked {
  readonly atUs: number;
  readonly proxy: number;
  readonly v3: boolean;
}

/** Requests of a run, and when the proxy of each caller (by its row) came to hold the new rule. */
function played(seed: number, traffic: Traffic): Played {
  const asked: Asked[] = [];
  const arrivedUs = new Map<number, number>();
  const world: World = makeWorld(
    {
      seed: String(seed),
      manifests,
      timeline: [{ atUs: changeUs, verb: 'apply', file: 'half.yaml', resources: half }],
      traffic: [{ ...traffic, from: 'client-v1' }],
      controlPlane: controlPlanePresets.large,
    },
    {
      held: (proxy, snapshot, nowUs) => {
        if (snapshot > 0 && world.proxies.places[proxy]!.workload === 'client-v1' && !arrivedUs.has(proxy))
          arrivedUs.set(proxy, nowUs);
      },
      chosen: (row, nowUs) => {
        const { caller, key, parent } = world.rows;
        if (parent[row]! < 0)
          asked.push({ atUs: nowUs, proxy: caller[row]!, v3: world.keys.name[key[row]!] === 'v3' });
      },
    },
  );
  world.runUntil(changeUs + 30e6);
  // The way to one or two takes longer than the run.
  expect(arrivedUs.size).toBeGreaterThan(0.95 * callers);
  return { asked, arrivedUs };
}

/** Requests until four of five callers have the rule: some draw by the new one, others by the old. */
function firstWindow({ asked, arrivedUs }: Played): readonly Asked[] {
  const toUs = [...arrivedUs.values()].sort((a, b) => a - b)[Math.floor(0.8 * callers)]!;
  return asked.filter(({ atUs }) => atUs >= changeUs && atUs < toUs);
}

const newOnes = (windows: readonly (readonly Asked[])[]): number[] =>
  windows.map((own) => own.filter(({ v3 }) => v3).length);

/** (count - mean) / sd of each run: standard, if the counts are sums of independent draws with these chances. */
function standardised(chances: readonly (readonly number[])[], counts: readonly number[]): number[] {
  return chances.flatMap((own, run) => {
    const mean = own.reduce((sum, p) => sum + p, 0);
    const variance = own.reduce((sum, p) => sum + p * (1 - p), 0);
    return variance === 0 ? [] : [(counts[run]! - mean) / Math.sqrt(variance)];
  });
}

function expectStandard(z: readonly number[]): void {
  const n = z.length;
  const mean = z.reduce((sum, own) => sum + own, 0) / n;
  const variance = z.reduce((sum, own) => sum + own * own, 0) / n;
  // Of n standard numbers: the mean has sd 1/sqrt(n), the mean square sd sqrt(2/n); four of each.
  expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
}

const runs = Array.from({ length: 40 }, (_, run) => run + 1);

describe('two hundred callers, in the first window after a change', () => {
  test('open arrivals come from any of them: each request is new with the share of the proxies that have the rule by then', () => {
    const arrivals: Traffic = {
      name: 'open',
      kind: 'poisson',
      profile: [{ atUs: 0, rps: 100 }],
      shape: 'steps',
      request,
    };
    const all = runs.map((seed) => played(seed, arrivals));
    const windows = all.map(firstWindow);
    expect(Math.min(...windows.map((own) => own.length))).toBeGreaterThan(10);
    const chances = windows.map((own, run) => {
      const arrived = [...all[run]!.arrivedUs.values()];
      return own.map(({ atUs }) => (weight * arrived.filter((us) => us <= atUs).length) / callers);
    });
    expectStandard(standardised(chances, newOnes(windows)));
  });

  test('users stay with their pods: each is all old until its own proxy has the rule, and draws from then on', () => {
    const users: Traffic = {
      name: 'users',
      kind: 'users',
      users: callers,
      think: { dist: 'constant', value: 2e6 },
      startUs: 0,
      requestsEach: Infinity,
      request,
    };
    const all = runs.map((seed) => played(seed, users));
    const windows = all.map(firstWindow);
    const chances = windows.map((own, run) =>
      own.map(({ atUs, proxy }) => ((all[run]!.arrivedUs.get(proxy) ?? Infinity) <= atUs ? weight : 0)),
    );
    expectStandard(standardised(chances, newOnes(windows)));
    for (const [run, own] of windows.entries())
      for (const { atUs, proxy, v3 } of own)
        if (v3) expect(all[run]!.arrivedUs.get(proxy) ?? Infinity).toBeLessThanOrEqual(atUs);
  });
});
