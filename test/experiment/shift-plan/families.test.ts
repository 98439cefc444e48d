import { expect, test } from 'vitest';
import { partingUs } from '../../../src/experiment/shift-plan/families.ts';
import type { TimelineStep } from '../../../src/scenario/scenario.ts';

const scale = (atUs: number, replicas: number): TimelineStep =>
  ({ atUs, verb: 'scale', workload: 'web', replicas }) as TimelineStep;

test.each([
  { one: [scale(1, 1), scale(5, 2)], other: [scale(1, 1), scale(7, 2)], at: 5, because: 'one acts sooner' },
  { one: [scale(1, 1), scale(5, 2)], other: [scale(1, 1), scale(5, 3)], at: 5, because: 'another deed' },
  { one: [scale(1, 1)], other: [scale(1, 1), scale(9, 2)], at: 9, because: 'the longer one goes on' },
  { one: [scale(1, 1), scale(9, 2)], other: [scale(1, 1)], at: 9, because: 'whichever that is' },
  { one: [scale(1, 1)], other: [scale(1, 1)], at: Infinity, because: 'they are the same' },
  { one: [], other: [], at: Infinity, because: 'as is nothing' },
])('two timelines part at $at: $because', ({ one, other, at }) => {
  expect(partingUs(one, other)).toBe(at);
});
