import { expect, test } from 'vitest';
import { valueOf } from '../../../src/experiment/shift-plan/value-of.ts';
import type { TrialFacts } from '../../../src/record/plan-run.ts';
import type { Measure, Objective } from '../../../src/scenario/objective.ts';

const window = (atSeconds: number, pages: number, own: object = {}) => ({
  atSeconds,
  pages,
  failed: 0,
  late: 0,
  p50: 10,
  p95: 20,
  p99: 30,
  ...own,
});
const facts = (own: object): TrialFacts =>
  ({
    windows: [],
    steps: [],
    overSeconds: 3,
    shiftSeconds: 120,
    peakPods: 7,
    podHours: 1.5,
    ...own,
  }) as unknown as TrialFacts;
const value = (measure: Measure, own: object) => valueOf({ measure } as Objective, facts(own));

test.each([
  {
    measure: 'errors',
    windows: [window(0, 100, { failed: 1 }), window(10, 50, { failed: 1 }), window(20, 200, { failed: 3 })],
    found: { value: 0.02, atSeconds: 10 },
    because: 'the worst share counts, not the most pages',
  },
  {
    measure: 'errors',
    windows: [window(0, 0), window(10, 100, { failed: 1 })],
    found: { value: 0.01, atSeconds: 10 },
    because: 'a window without pages has no failures',
  },
  {
    measure: 'late',
    windows: [window(0, 0), window(10, 0)],
    found: { value: 0, atSeconds: 0 },
    because: 'nobody came, and nobody waited',
  },
  {
    measure: 'late',
    windows: [window(0, 10, { late: 1 }), window(10, 10, { late: 1 })],
    found: { value: 0.1, atSeconds: 0 },
    because: 'of equals the first is told',
  },
  {
    measure: 'p95',
    windows: [window(0, 10), window(10, 10, { p95: 90 }), window(20, 10)],
    found: { value: 90, atSeconds: 10 },
    because: 'the slowest window counts',
  },
] as const)('"$measure" of a shift is $found: $because', ({ measure, windows, found }) => {
  expect(value(measure, { windows })).toEqual(found);
});

test('the share of a shift is that of the step that is farthest off, to whichever side', () => {
  const steps = [
    { atSeconds: 0, shareOff: 0.01 },
    { atSeconds: 30, shareOff: -0.04 },
  ];
  expect(value('share', { steps })).toEqual({ value: 0.04, atSeconds: 30 });
});

test.each([
  ['overload', 3],
  ['duration', 120],
  ['pods', 7],
  ['pod-hours', 1.5],
] as const)('"%s" is of the whole shift: %s', (measure, expected) => {
  expect(value(measure, {})).toEqual({ value: expected, atSeconds: null });
});
