import { expect, test } from 'vitest';
import { isWithin } from '../../../../src/mesh/kubernetes/hpa/utilisation.ts';
import { syncAt } from '../support.ts';

const tenPercent = { scaleDown: 0.1, scaleUp: 0.1 };

test.each([
  [55, 50],
  [11, 10],
  [22, 20],
  [110, 100],
])(
  'a reading of %i against %i is within 10 %%, though |1 - ratio| is above 0.1 in doubles',
  (reading, target) => {
    const ratio = reading / target;
    expect(isWithin(tenPercent, ratio)).toBe(true);
    expect(Math.abs(1 - ratio)).toBeGreaterThan(0.1);
  },
);

test.each([
  { ratio: 0.9, inside: true, because: 'the lower end is inside' },
  { ratio: 1.1, inside: true, because: 'the upper end is inside' },
  { ratio: 0.8999999999999999, inside: false, because: 'the next double below is out' },
  { ratio: 1.1000000000000003, inside: false, because: 'the next double above is out' },
])('a ratio of $ratio is within 10 %: $inside, as $because', ({ ratio, inside }) => {
  expect(isWithin(tenPercent, ratio)).toBe(inside);
});

test('a tolerance of one direction says nothing of the other', () => {
  const uneven = { scaleDown: 0.5, scaleUp: 0 };
  expect([0.5, 1, 1.01].map((ratio) => isWithin(uneven, ratio))).toEqual([true, true, false]);
});

test('50 pods at 90 % against 75 % become 60, as the documentation of tolerances has it', () => {
  expect(syncAt(50, 900, 75).replicas).toBe(60);
});

test.each([
  { cpu: 550, behavior: undefined, replicas: 10, because: 'the controller tolerates 10 %' },
  { cpu: 550, behavior: { scaleUp: { tolerance: 0.05 } }, replicas: 11, because: 'this HPA but 5 %' },
  { cpu: 550, behavior: { scaleDown: { tolerance: 0.05 } }, replicas: 10, because: 'down is not up' },
  { cpu: 510, behavior: { scaleUp: { tolerance: 0 } }, replicas: 11, because: '0 tolerates nothing' },
  // The down window is set to 0 so that the tolerance alone decides.
  {
    cpu: 450,
    behavior: { scaleDown: { tolerance: 0.05, stabilizationWindowSeconds: 0 } },
    replicas: 9,
    because: '45 of 50 is 10 % below',
  },
])('10 pods at $cpu m against 50 % become $replicas: $because', ({ cpu, behavior, replicas }) => {
  expect(syncAt(10, cpu, 50, { spec: { maxReplicas: 100, behavior } }).replicas).toBe(replicas);
});
