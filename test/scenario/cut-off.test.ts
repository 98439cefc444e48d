import { expect, test } from 'vitest';
import { shipped, shippedNames } from '../support/scenario.ts';

const cutOff = async (name: string, ...set: string[]): Promise<string[]> =>
  (await shipped(name, ...set)).warnings.filter((own) => own.code === 'MS2015').map((own) => own.message);

// One every 2 s from 5 s on: floor((40 - 5) / 2) + 1 = 18 within 40 s; the 30th at 5 + 29 * 2 = 63 s.
test('refreshes for which the run is too short are told', async () => {
  expect(await cutOff('fifteen-refreshes', 'traffic[0].refresh.count=30')).toEqual([
    '18 of the 30 refreshes of "browser" begin before the run ends; the last would begin at 1m3s',
  ]);
  expect(await cutOff('fifteen-refreshes', 'traffic[0].refresh.count=18')).toEqual([]);
});

test.each(shippedNames)('%s has room for all its refreshes', async (name) => {
  expect(await cutOff(name)).toEqual([]);
});
