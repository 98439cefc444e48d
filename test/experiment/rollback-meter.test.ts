import { expect, test } from 'vitest';
import { inProcessPool, type Pool, type Round } from '../../src/experiment/pool.ts';
import { measureRollback } from '../../src/experiment/rollback-meter.ts';
import { revertedAt, rollbackInstants, rollbackPoints } from '../../src/experiment/rollback.ts';
import { runOnce } from '../../src/experiment/run-once.ts';
import { overCapacity } from '../../src/verdict/over-capacity.ts';
import { shipped } from '../support/scenario.ts';

/** A fiftieth of the load, with three instants to revert at. */
const small = async () => {
  const scenario = await shipped('rollback-trap', 'traffic[0].rps=6');
  const rollback = { ...scenario.rollback!, fromUs: 60e6, toUs: 120e6, everyUs: 30e6, horizonUs: 60e6 };
  return { ...scenario, durationUs: 120e6, rollback };
};

test('the meter has a point for each instant, in their order, and each is told', async () => {
  const scenario = await small();
  const rounds: Round[] = [];
  const told: number[] = [];
  const record = await measureRollback(scenario, runOnce(scenario).record, inProcessPool(scenario), {
    begin: (round) => rounds.push(round),
    take: (point) => void told.push(point.atSeconds),
  });
  const instants = rollbackInstants(scenario).map((own) => own / 1e6);
  expect(instants).toEqual([60, 90, 120]);
  expect(record.capacity!.rollback!.points.map((own) => own.atSeconds)).toEqual(instants);
  expect(record.capacity!.rollback).toMatchObject({ everySeconds: 30, horizonSeconds: 60 });
  expect(told).toEqual(instants);
  expect(rounds).toEqual([{ what: 'reverting', count: 3, unit: 'instants' }]);
  // 6 pages a second for the minute after each instant, Poisson: four standard deviations.
  for (const { pages, failed, late } of record.capacity!.rollback!.points) {
    expect(Math.abs(pages - 360)).toBeLessThan(4 * Math.sqrt(360));
    expect(failed).toBeGreaterThanOrEqual(0);
    expect(late).toBeGreaterThanOrEqual(0);
  }
});

test('a meter that was stopped is left out, and the record says that it was interrupted', async () => {
  const scenario = await small();
  const stopped: Pool = { run: () => Promise.resolve(undefined) };
  const sink = { begin: () => {}, take: () => {} };
  const record = await measureRollback(scenario, runOnce(scenario).record, stopped, sink);
  expect(record.interrupted).toBe(true);
  expect(record.capacity!.rollback).toBeNull();
});

test('what a branch keeps of pages and pods is what the whole record of that run says, requests without a pod included', async () => {
  const { timeline, ...rest } = await small();
  const gone = { atUs: 70e6, verb: 'scale', workload: 'reviews-v1', replicas: 0 } as const;
  const scenario = { ...rest, timeline: [...timeline, gone].sort((a, b) => a.atUs - b.atUs) };
  const pointAt = rollbackPoints(scenario);
  for (const atUs of rollbackInstants(scenario)) {
    const { record } = runOnce({ ...revertedAt(scenario, atUs), seed: scenario.seed });
    const { pages, overdue, workloads } = record.capacity!;
    const after = pages.filter((own) => own.fromSeconds >= atUs / 1e6);
    const sumOf = (what: 'pages' | 'failed' | 'late'): number =>
      after.reduce((sum, own) => sum + own[what], 0);
    const point = pointAt(atUs);
    expect(point).toMatchObject({
      pages: sumOf('pages'),
      failed: sumOf('failed'),
      late: sumOf('late'),
      unserved: overdue,
      p99Ms: Math.max(...after.map((own) => own.p99Ms)),
      ...overCapacity({ workloads }, atUs / 1e6),
    });
    // Reverted to a version without pods, if that was removed before: pages fail, and the workload has nothing to give.
    expect(point.failed > 0 && point.overSeconds > 0).toBe(atUs > gone.atUs);
  }
});
