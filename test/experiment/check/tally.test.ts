import { expect, test } from 'vitest';
import { sequenceLimit, Tally } from '../../../src/experiment/check/tally.ts';

test('requests are counted, and stand in the order of their starts; equal starts as they came', () => {
  const tally = new Tally(['v1', 'v3']);
  tally.add('v3', { startUs: 30, client: '10.0.0.2' });
  tally.add('v1', { startUs: 10, client: '10.0.0.1' });
  tally.add('v2', { startUs: 20 });
  tally.add('v1', { startUs: 30, client: '10.0.0.2' });
  const { keys, counts, sequence, timesUs, clients } = tally.sighting();
  expect(keys).toEqual(['v1', 'v3', 'v2']);
  expect(counts).toEqual([2, 1, 1]);
  expect([...sequence!]).toEqual([0, 2, 1, 0]);
  expect([...timesUs!]).toEqual([10, 20, 30, 30]);
  expect([...clients!]).toEqual([1, -1, 0, 0]);
});

test('without times the order is that of reading; without clients there is no column of them', () => {
  const tally = new Tally(['v1']);
  tally.add('v3', { startUs: Number.NaN });
  tally.add('v1', { startUs: Number.NaN });
  expect(tally.sighting()).toEqual({
    keys: ['v1', 'v3'],
    counts: [1, 1],
    sequence: Int32Array.of(1, 0),
  });
});

test('a tally of somebody else has no order', () => {
  const tally = new Tally(['v1', 'v3']);
  tally.addCounts(['v3', 'v2'], [4, 1]);
  expect(tally.sighting()).toEqual({ keys: ['v1', 'v3', 'v2'], counts: [0, 4, 1] });
  expect(tally.total).toBe(5);
});

test('beyond the limit only counts go on', () => {
  const tally = new Tally(['v1']);
  for (let i = 0; i < sequenceLimit + 5; i += 1) tally.add('v1', { startUs: i, client: `10.0.0.${i % 3}` });
  expect(tally.kept).toBe(sequenceLimit);
  expect(tally.total).toBe(sequenceLimit + 5);
  expect(tally.sighting().sequence).toHaveLength(sequenceLimit);
  expect(tally.sighting().truncated).toBe(true);
});

test('requests are counted by the change that was in force when they began', () => {
  const weights = { keys: ['v1'], values: [1] };
  const byTime = new Tally(
    ['v1', 'v3'],
    [
      { atUs: 100, weights },
      { atUs: 200, weights },
    ],
  );
  for (const [key, us] of [
    ['v1', 99],
    ['v3', 100],
    ['v3', 199],
    ['v2', 200],
  ] as const)
    byTime.add(key, { startUs: us });
  expect(byTime.phases).toEqual([
    [1, 0, 0],
    [0, 2, 0],
    [0, 0, 1],
  ]);
  const byNumber = new Tally(['v1', 'v3'], [{ atIndex: 2, weights }]);
  for (const key of ['v1', 'v1', 'v3']) byNumber.add(key, { startUs: Number.NaN });
  expect(byNumber.phases).toEqual([
    [2, 0],
    [0, 1],
  ]);
});
