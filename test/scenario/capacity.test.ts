import { expect, describe, test } from 'vitest';
import { rollbackInstants, rollbackPoint } from '../../src/experiment/rollback.ts';
import { runOnce } from '../../src/experiment/run-once.ts';
import type { AutoscalerRecord, Capacity } from '../../src/record/capacity.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { binomSf } from '../../src/stats/index.ts';
import { seeded, shipped } from '../support/scenario.ts';

const capacityOf = async (name: string, ...set: string[]): Promise<Capacity> =>
  runOnce(await shipped(name, ...set)).record.capacity!;

const autoscaler = ({ autoscalers }: Capacity, name: string): AutoscalerRecord =>
  autoscalers.find((own) => own.name === name)!;

/** Replicas that a workload was wanted to have at a moment. */
const replicasAt = ({ workloads }: Capacity, name: string, atSeconds: number): number =>
  workloads.find((own) => own.name === name)!.windows.findLast((own) => own.toSeconds <= atSeconds)!.wanted;

/**
 * 1200 requests a second; 8 ms of CPU each at v1, 11.2 ms at v3; pods of 500m used at 70 %:
 * v1 at w %: ceil(1200 (1 - w) 8 ms / 350m), v3: ceil(1200 w 11.2 ms / 350m).
 */
describe("the planner's ramp with time to settle gives the numbers of a planner's sheet", () => {
  const capacity = capacityOf('planners-ramp/scenario-settled.yaml');
  const sheet = (share: number, cpuMs: number): number => Math.ceil((1200 * share * cpuMs) / 1000 / 0.35);

  test('28 pods of v1 at 0 %', async () => {
    expect(sheet(1, 8)).toBe(28);
    expect(replicasAt(await capacity, 'reviews-v1', 300)).toBe(28);
  });

  test('14 and 20 pods at 50 %', async () => {
    expect([sheet(0.5, 8), sheet(0.5, 11.2)]).toEqual([14, 20]);
    expect(replicasAt(await capacity, 'reviews-v1', 3000)).toBe(14);
    expect(replicasAt(await capacity, 'reviews-v3', 3000)).toBe(20);
  });

  test('the jump from 50 to 100 % offers 134 % to 20 pods, and as their limit cuts the reading the first ask is 29, not 39', async () => {
    const offered = (1200 * 11.2) / 1000 / (20 * 0.5);
    expect(offered).toBeCloseTo(1.344, 3);
    expect(Math.ceil((20 * offered) / 0.7)).toBe(39);
    expect(Math.ceil((20 * 1) / 0.7)).toBe(29);
    const asks = autoscaler(await capacity, 'reviews-v3').syncs.filter((own) => own.atSeconds > 3004);
    const first = asks.find((own) => own.after !== own.before)!;
    expect([first.before, first.after]).toEqual([20, 29]);
    for (const own of asks) expect(own.ratio).toBeLessThanOrEqual(1.01 / 0.7);
  });

  test('100 % asks for 39 pods and may have 30, which then use 89.6 % of what they have', async () => {
    expect(sheet(1, 11.2)).toBe(39);
    const { windows } = (await capacity).workloads.find((own) => own.name === 'reviews-v3')!;
    const settled = windows.filter((own) => own.fromSeconds >= 3600);
    const used = settled.reduce((sum, own) => sum + own.utilization!, 0) / settled.length;
    // 1200 a second for 600 s: the count has a standard error of 1 / sqrt(720,000) = 0.12 %.
    expect(Math.abs(used - (1200 * 0.0112) / 15)).toBeLessThan(4 * 0.0012 * 0.896);
    expect(settled.every((own) => own.ready === 30)).toBe(true);
  });

  test('with the sidecars counted v1 needs 25 pods: 9.6 cores and 0.6 of sidecars, of 600m each at 70 %', async () => {
    const counted = await capacityOf(
      'planners-ramp',
      'proxy.cpu=counted',
      'duration=5m',
      'timeline=[]',
      'expect=[]',
    );
    expect(Math.ceil((9.6 + 1200 * 0.0005) / (0.6 * 0.7))).toBe(25);
    expect(replicasAt(counted, 'reviews-v1', 300)).toBe(25);
  });
});

describe('one autoscaler over two versions (argoproj/argo-rollouts#4607)', () => {
  // 400 requests a second, half each: 200 x 9.69 ms = 1.938 cores of 12 x 500m, 200 x 27.25 ms = 5.45 cores of 10 x 500m.
  test('reads the mean, 67.2 % of requests: a ratio of 0.959, within tolerance, and never moves', async () => {
    const capacity = await capacityOf('one-hpa-two-versions');
    const [own] = capacity.autoscalers;
    expect(own!.syncs.every((sync) => sync.after === sync.before)).toBe(true);
    const settled = own!.syncs.filter((sync) => sync.ratio !== null && sync.atSeconds > 60);
    const mean = settled.reduce((sum, sync) => sum + sync.ratio!, 0) / settled.length;
    // Readings are cut to whole percent, half a percent on the average: 67.16 - 0.5, over 70; each wanders by a percent or so.
    expect(Math.abs(mean - (67.16 - 0.5) / 70)).toBeLessThan((4 * 0.015) / Math.sqrt(settled.length) + 0.002);
    const used = capacity.workloads
      .filter((each) => each.version !== null)
      .map((each) => {
        const later = each.windows.filter((window) => window.fromSeconds >= 60);
        return later.reduce((sum, window) => sum + window.utilization!, 0) / later.length;
      });
    expect(used[0]).toBeCloseTo(1.09, 1);
    expect(used[1]).toBeCloseTo(0.323, 1);
  });

  test('is told to be blind: alone the versions would have 6 and 16 pods', async () => {
    const { autoscalers, verdict } = await capacityOf('one-hpa-two-versions');
    expect(
      autoscalers[0]!.syncs.some((sync) =>
        /12 pods .* would be 6.* 10 pods .* would be 16/.test(sync.blind ?? ''),
      ),
    ).toBe(true);
    expect(verdict.reasons.some((own) => own.startsWith('HPA blind: '))).toBe(true);
  });

  test('an autoscaler for each version gives them 6 and 16', async () => {
    const capacity = await capacityOf('one-hpa-two-versions/scenario-two-autoscalers.yaml');
    expect([replicasAt(capacity, 'reviews-v1', 600), replicasAt(capacity, 'reviews-v3', 600)]).toEqual([
      6, 16,
    ]);
    expect(autoscaler(capacity, 'reviews-v3').syncs.some((sync) => sync.blind !== null)).toBe(false);
  });
});

describe('the split while replicas go from 1 to 10 and back', () => {
  test('stays by weights: the joint test of all windows does not reject', async () => {
    const { shareTest } = await capacityOf('independent-scaling');
    expect(shareTest).toMatchObject({
      share: 0.5,
      shareIs: 'configured',
      windows: 60,
      level: 0.01,
      rejects: false,
    });
  });

  test('and over 200 seeds rejects no more often than its level allows', async () => {
    const scenario = await shipped('independent-scaling', 'traffic[0].rps=10', 'expect=[]');
    let rejections = 0;
    for (let seed = 1; seed <= 200; seed += 1)
      rejections += Number(runOnce(seeded(scenario, seed)).record.capacity!.shareTest!.rejects);
    // At the level of 1 % more than this many have a probability below one in a thousand.
    let most = 0;
    while (binomSf({ n: 200, k: most, p: 0.01 }) > 0.001) most += 1;
    expect(rejections).toBeLessThanOrEqual(most);
  });

  test('without a mesh the same test rejects: the split follows the pods', async () => {
    const { record } = runOnce(await shipped('without-mesh'));
    expect(record.capacity!.shareTest).toMatchObject({
      share: 0.5,
      shareIs: 'of the pods at the start',
      rejects: true,
    });
    const { windows, keys } = record.splits[0]!;
    const share = (from: number, to: number): [number, number] => {
      const inside = windows.filter((own) => own.fromSeconds >= from && own.toSeconds <= to);
      const n = inside.reduce((sum, own) => sum + own.requests, 0);
      const got = inside.reduce((sum, own) => sum + own.observed[keys.indexOf('v3')]!, 0);
      return [got / n, n];
    };
    for (const [from, to, expected] of [
      [0, 120, 1 / 2],
      [140, 240, 1 / 11],
      [260, 360, 10 / 20],
      [380, 480, 10 / 11],
      [500, 600, 1 / 2],
    ] as const) {
      const [found, n] = share(from, to);
      expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / n));
    }
  });
});

describe('the rollback trap', () => {
  test('is open until v1 has shrunk, and shut when the shift is complete', async () => {
    const scenario = await shipped('rollback-trap');
    expect(rollbackInstants(scenario).map((own) => own / 1e6)).toEqual(
      Array.from({ length: 37 }, (_, index) => 60 + 15 * index),
    );
    expect(rollbackPoint(scenario, 60e6)).toMatchObject({
      atSeconds: 60,
      failed: 0,
      late: 0,
      unserved: 0,
      isSafe: true,
    });
    const shut = rollbackPoint(scenario, 420e6);
    // 300 a second for two minutes at 2 pods that serve 50 a second each: 12,000 of 36,000 at most.
    expect(shut.isSafe).toBe(false);
    expect(shut.tightest).toBe('reviews-v1');
    expect(shut.pages).toBeLessThan(12_000 + 300 * 2);
    expect(shut.overSeconds).toBeGreaterThanOrEqual(110);
  });

  test('its meter is what the run with that timeline gives, page by page', async () => {
    const [asked, played] = await Promise.all([
      shipped('rollback-trap'),
      shipped('rollback-trap/scenario-revert.yaml'),
    ]);
    const point = rollbackPoint(asked, 420e6);
    const { record } = runOnce({ ...played, durationUs: 540e6, windowUs: 5e6, expect: [] });
    const after = record.capacity!.pages.filter((own) => own.fromSeconds >= 420);
    const total = (what: 'pages' | 'failed' | 'late'): number =>
      after.reduce((sum, own) => sum + own[what], 0);
    expect([point.pages, point.failed, point.late, point.unserved]).toEqual([
      total('pages'),
      total('failed'),
      total('late'),
      record.pages.overdue,
    ]);
  });
});

test('a canary without a ready pod fails its whole share, and no other version steps in', async () => {
  const { record } = runOnce(await shipped('cold-canary'));
  const [split] = record.splits;
  const during = split!.windows.filter((own) => own.fromSeconds >= 35 && own.toSeconds <= 120);
  const [v1, v3] = [0, 1].map((key) => during.reduce((sum, own) => sum + own.observed[key]!, 0)) as [
    number,
    number,
  ];
  const errors = during.reduce((sum, own) => sum + own.errors[1]!, 0);
  expect(errors).toBe(v3);
  expect(during.every((own) => own.errors[0] === 0)).toBe(true);
  const share = v3 / (v1 + v3);
  expect(Math.abs(share - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / (v1 + v3)));
});

describe('requests that find no pod', () => {
  const flagged = ({ pages }: RunRecord, service: string): number =>
    pages.flags.find((own) => own.flag === 'UH' && own.service === service)?.requests ?? 0;
  const lost = ({ workloads }: Capacity, name: string): number =>
    workloads.find((own) => own.name === name)!.windows.reduce((sum, own) => sum + own.noPod, 0);

  test('are counted for the version that they were drawn for, and are no way of keeping up', async () => {
    const { record } = runOnce(await shipped('cold-canary'));
    const { verdict, ...capacity } = record.capacity!;
    expect(flagged(record, 'reviews')).toBeGreaterThan(900);
    expect(lost(record.capacity!, 'reviews-v3')).toBe(flagged(record, 'reviews'));
    expect(lost(record.capacity!, 'reviews-v1')).toBe(0);
    expect(capacity.workloads.find((own) => own.name === 'reviews-v3')!.windows[0]).toMatchObject({
      fromSeconds: 0,
      pods: 0,
    });
    expect(verdict.keptUp).toBe(false);
    // From the rule at 30 s to the first window of 5 s that began with a pod: that is there 4.5 s after it was asked for.
    expect(verdict.sentence).toContain('reviews-v3 had no ready pod for 95 s, first from 30 s on');
  });

  test('of a service without versions are counted for its only workload', async () => {
    const { record } = runOnce(
      await shipped(
        'circuit-breaking',
        'timeline=[{at: 500ms, scale: {workload: httpbin, replicas: 0}}]',
        'expect=[]',
      ),
    );
    expect(flagged(record, 'httpbin')).toBe(20);
    expect(lost(record.capacity!, 'httpbin')).toBe(flagged(record, 'httpbin'));
  });

  test('that was never there leave a report to be read', async () => {
    const { record } = runOnce(
      await shipped('cold-canary', 'timeline=[{at: 30s, apply: reviews-v3-10.yaml}]', 'expect=[]'),
      { watchesPods: true },
    );
    const v3 = record.capacity!.workloads.find((own) => own.name === 'reviews-v3')!;
    expect(v3).toMatchObject({ podHours: 0, version: 'v3' });
    expect(record.capacity!.verdict.sentence).toContain('reviews-v3 had no ready pod for 150 s');
  });
});
