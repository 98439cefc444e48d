import { expect, test } from 'vitest';
import { begin } from '../../../../src/experiment/run.ts';
import { runOnce } from '../../../../src/experiment/run-once.ts';
import type { Scenario } from '../../../../src/scenario/scenario.ts';
import { shipped } from '../../../support/scenario.ts';

/** The fifteen refreshes of Istio's task, asked for by hand at these moments in place of every two seconds. */
const byHand = async (atUs: readonly number[]): Promise<Scenario> => {
  const scenario = await shipped('fifteen-refreshes');
  const traffic = scenario.traffic.map((entry) =>
    entry.kind === 'refresh' ? { ...entry, count: atUs.length, atUs } : entry,
  );
  return { ...scenario, traffic };
};

test('a refresh by hand comes at its moment, also while the page before is on its way', async () => {
  const atUs = [5_000_001, 5_000_900, 7_654_321];
  const { record } = runOnce(await byHand(atUs));
  const asked = record.refreshes[0]!.refreshes.map(({ atSeconds }) => Math.round(atSeconds * 1e6));
  expect(asked.sort((a, b) => a - b)).toEqual(atUs);
});

test('refreshes that come by hand later leave the past as it was: a branch equals a run from the seed', async () => {
  const [first, second] = [5_000_001, 6_000_000];
  const run = begin(await byHand([first]));
  // To the instant before, and into a page that is on its way.
  run.runUntil(second - 1);
  const { traffic } = await byHand([first, second]);
  const went = JSON.stringify(run.branch({ traffic }).finish().record);
  expect(went).toBe(JSON.stringify(runOnce(await byHand([first, second])).record));
});

test('a branch cannot ask for pages in its past', async () => {
  const run = begin(await byHand([5_000_001]));
  run.runUntil(6_000_000);
  const { traffic } = await byHand([5_000_001, 5_500_000]);
  expect(() => run.branch({ traffic })).toThrow(RangeError);
});
