import { expect, test } from 'vitest';
import { desiredHealthy, mayEvict } from '../../../../src/mesh/kubernetes/workload/disruption-budget.ts';

// disruption.go, getExpectedPodCount: GetScaledValueFromIntOrPercent with roundUp.
test.each([
  { budget: { minAvailable: { count: 2 } }, expected: 5, desired: 2 },
  { budget: { minAvailable: { percent: 50 } }, expected: 5, desired: 3 },
  { budget: { maxUnavailable: { count: 1 } }, expected: 5, desired: 4 },
  { budget: { maxUnavailable: { percent: 30 } }, expected: 5, desired: 3 },
  { budget: { maxUnavailable: { count: 9 } }, expected: 5, desired: 0 },
  { budget: {}, expected: 5, desired: 0 },
])('$budget of $expected pods wants $desired healthy ones', ({ budget, expected, desired }) => {
  expect(desiredHealthy(budget, expected)).toBe(desired);
});

// eviction.go: IfHealthyBudget (the default) and AlwaysAllow.
test.each<{
  healthy: number;
  desired: number;
  isReady: boolean;
  unready?: 'AlwaysAllow';
  may: boolean;
  because: string;
}>([
  { healthy: 4, desired: 3, isReady: true, may: true, because: 'three are left' },
  { healthy: 3, desired: 3, isReady: true, may: false, because: 'two would be' },
  { healthy: 3, desired: 3, isReady: false, may: true, because: 'it is not one of the three' },
  { healthy: 2, desired: 3, isReady: false, may: false, because: 'there are too few already' },
  {
    healthy: 2,
    desired: 3,
    isReady: false,
    unready: 'AlwaysAllow',
    may: true,
    because: 'AlwaysAllow does not look at the others',
  },
  {
    healthy: 3,
    desired: 3,
    isReady: true,
    unready: 'AlwaysAllow',
    may: false,
    because: 'AlwaysAllow is for pods that are not ready',
  },
  { healthy: 0, desired: 0, isReady: false, may: false, because: 'nothing is left to be given (0 - 0)' },
])(
  'of $healthy healthy pods, $desired desired, one that is ready ($isReady) may go: $may, as $because',
  (row) => {
    const { healthy, desired, isReady, unready } = row;
    expect(mayEvict({ expected: 4, healthy }, desired, isReady, unready)).toBe(row.may);
  },
);
