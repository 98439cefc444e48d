import { expect, test } from 'vitest';
import { isSlowStarting, slowStartFactor, slowStartWeight, type SlowStart } from '../../../../src/index.ts';

const second = 1_000_000;

test.each([
  { settings: {}, at: 0, factor: 0.1, because: 'max(1 ms, 0) / 60 s is below the 10 percent' },
  { settings: {}, at: 3 * second, factor: 0.1, because: '3 / 60 = 5 percent is too' },
  { settings: {}, at: 15 * second, factor: 0.25, because: '15 / 60' },
  { settings: {}, at: 60 * second - 1, factor: 59_999 / 60_000, because: 'milliseconds are cut off' },
  { settings: {}, at: 60 * second, factor: 1, because: 'the window is over at its end' },
  { settings: {}, at: 3600 * second, factor: 1, because: 'long over' },
  { settings: { aggression: 2 }, at: 15 * second, factor: 0.5, because: '(1/4)^(1/2)' },
  { settings: { aggression: 0.5 }, at: 30 * second, factor: 0.25, because: '(1/2)^2' },
  { settings: { aggression: 0 }, at: 15 * second, factor: 0.25, because: 'an aggression of 0 counts as 1' },
  { settings: { aggression: -2 }, at: 15 * second, factor: 0.25, because: 'and a negative one' },
  { settings: { aggression: NaN }, at: 15 * second, factor: 0.25, because: 'and no number' },
  { settings: { minWeightPercent: 50 }, at: 15 * second, factor: 0.5, because: 'at least half' },
  { settings: { minWeightPercent: 0 }, at: 0, factor: 1 / 60_000, because: 'at least 1 ms of 60 s' },
  { settings: { windowUs: 0 }, at: 0, factor: 1, because: 'a window of 0 is off' },
])('with $settings a host of age $at us has $factor of its weight: $because', ({ settings, at, factor }) => {
  const slowStart: SlowStart = { windowUs: 60 * second, ...settings };
  expect(slowStartFactor(slowStart, at)).toBeCloseTo(factor, 12);
  expect(slowStartWeight(8, slowStart, at)).toBeCloseTo(8 * factor, 12);
});

test.each([
  { windowUs: 10 * second, since: 0, is: true, because: 'a host was just added' },
  { windowUs: 10 * second, since: 10 * second, is: true, because: 'the end belongs to the window' },
  { windowUs: 10 * second, since: 10 * second + 1000, is: false, because: 'a millisecond later it is over' },
  { windowUs: 0, since: 0, is: false, because: 'it is off' },
])('$since us after the latest host of a window of $windowUs us: $because', ({ windowUs, since, is }) => {
  expect(isSlowStarting({ windowUs }, since)).toBe(is);
});
