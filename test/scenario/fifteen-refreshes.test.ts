import { beforeAll, describe, expect, test } from 'vitest';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { RefreshSession } from '../../src/record/record.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { binomPmf, chiSquareGof } from '../../src/stats/index.ts';
import { seeded, shipped } from '../support/scenario.ts';

const session = (scenario: Scenario, seed: number): RefreshSession =>
  runOnce(seeded(scenario, seed)).record.refreshes[0]!;
const redOf = (own: RefreshSession): number =>
  own.refreshes.filter((refresh) => refresh.shows === 'red').length;

/** Tallies 0..15 with the thin tails joined, so that every expected count is at least 5. */
function joined(counts: readonly number[], weights: readonly number[], n: number) {
  const [c, w]: [number[], number[]] = [[], []];
  let [count, weight] = [0, 0];
  counts.forEach((own, index) => {
    count += own;
    weight += weights[index]!;
    const rest = weights.slice(index + 1).reduce((sum, one) => sum + one, 0);
    if (weight * n >= 5 && rest * n >= 5) {
      c.push(count);
      w.push(weight);
      [count, weight] = [0, 0];
    }
  });
  c.push(count);
  w.push(weight);
  return { counts: c, weights: w };
}

const binomial = (p: number): number[] => Array.from({ length: 16 }, (_, k) => binomPmf({ n: 15, k, p }));

function tallies(scenario: Scenario, seeds: number): number[] {
  const counts = new Array<number>(16).fill(0);
  for (let seed = 1; seed <= seeds; seed++) counts[redOf(session(scenario, seed))]! += 1;
  return counts;
}

describe('fifteen refreshes at 50/50', () => {
  let scenario: Scenario;
  beforeAll(async () => {
    scenario = await shipped('fifteen-refreshes');
  });

  test('over 1,000 seeds the tallies of red pages are Binomial(15, 1/2)', () => {
    const counts = tallies(scenario, 1000);
    expect(chiSquareGof(joined(counts, binomial(0.5), 1000)).p).toBeGreaterThan(0.001);
  });

  test('the same test rejects a rule of 52/48 that is said to be 50/50, over 20,000 sessions', async () => {
    // One session of 300,000 refreshes is 20,000 sessions of 15: independent draws have no memory.
    const control = await shipped(
      'fifteen-refreshes',
      'manifests[3]=../../test/scenario/fixture/virtual-service-52-48.yaml',
      'timeline=[]',
      'traffic[0].refresh.count=300000',
      'traffic[0].refresh.every=1ms',
      'duration=4h',
    );
    const pages = session(control, 1).refreshes;
    expect(pages).toHaveLength(300_000);
    const counts = new Array<number>(16).fill(0);
    for (let first = 0; first < pages.length; first += 15) {
      counts[pages.slice(first, first + 15).filter((page) => page.shows === 'red').length]! += 1;
    }
    expect(chiSquareGof(joined(counts, binomial(0.5), 20_000)).p).toBeLessThan(0.001);
    // 48 % of the weight is v3's: the right expectation is not rejected.
    expect(chiSquareGof(joined(counts, binomial(0.48), 20_000)).p).toBeGreaterThan(0.001);
  });

  test('while the rule is on its way, the tallies are those of the mixture of old and new', async () => {
    // Refreshes 0 to 4 come before the change, the others 3 s after it: Binomial(10, 1/2), exactly.
    const mixed = await shipped('fifteen-refreshes', 'timeline[0].at=14s', 'traffic[0].refresh.every=2s');
    const counts = new Array<number>(16).fill(0);
    for (let seed = 1; seed <= 500; seed++) {
      const own = session(mixed, seed);
      counts[redOf(own)]! += 1;
      expect(own.refreshes.slice(0, 5).every((page) => page.shows === 'none')).toBe(true);
    }
    const ten = Array.from({ length: 16 }, (_, k) => (k > 10 ? 0 : binomPmf({ n: 10, k, p: 0.5 })));
    const kept = joined(counts.slice(0, 11), ten.slice(0, 11), 500);
    expect(counts.slice(11).every((count) => count === 0)).toBe(true);
    expect(chiSquareGof(kept).p).toBeGreaterThan(0.001);
  });

  test('refreshes drawn by a proxy that does not have the rule yet are marked, and the exact law knows them', async () => {
    // The debounce alone takes 100 ms: a refresh every 20 ms from the moment of the change meets the old rule first.
    const early = await shipped(
      'fifteen-refreshes',
      'traffic[0].refresh.start=2s',
      'traffic[0].refresh.every=20ms',
    );
    let excess = 0;
    let variance = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const own = session(early, seed);
      const stale = own.refreshes.filter((page) => page.stale);
      expect(stale.length).toBeGreaterThanOrEqual(3);
      expect(stale.every((page) => page.shows === 'none' && page.share === 0)).toBe(true);
      const drawn = own.refreshes.length - stale.length;
      excess += redOf(own) - drawn / 2;
      variance += drawn / 4;
      expect(own.verdict.kind === 'propagation' || own.verdict.kind === 'fault').toBe(true);
    }
    // The sum of the tallies less their means is within four standard deviations.
    expect(Math.abs(excess)).toBeLessThan(4 * Math.sqrt(variance));
  });
});

describe('fifteen refreshes with the Envoy of 2017', () => {
  test('versions come in blocks: at most one change of version in any session', async () => {
    const scenario = await shipped('fifteen-refreshes-2017');
    let none = 0;
    const seeds = 1000;
    for (let seed = 1; seed <= seeds; seed++) {
      const own = session(scenario, seed);
      const changes = own.refreshes.filter(
        (page, i) => i > 0 && page.key !== own.refreshes[i - 1]!.key,
      ).length;
      expect(changes).toBeLessThanOrEqual(1);
      if (redOf(own) === 0) none += 1;
    }
    // Three streams a page and a uniform start: 8 of 100 starts see no v3 in 15 pages. Four standard errors.
    expect(Math.abs(none / seeds - 0.08)).toBeLessThan(4 * Math.sqrt((0.08 * 0.92) / seeds));
  });
});
