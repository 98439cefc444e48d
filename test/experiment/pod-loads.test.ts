import { expect, test } from 'vitest';
import { PodLoads } from '../../src/experiment/pod-loads.ts';
import type { World } from '../../src/mesh/world.ts';

/** Two pods of one workload, each with a whole CPU; what they used and what came to them is written by hand. */
const meshOf = (usedUs: readonly number[], entered: readonly number[]): World =>
  ({
    workloads: { lives: usedUs.map(() => ({ pod: { workload: 'web', cpuLimitMilli: 1000 } })) },
    stations: {
      booked: (row: number, what: string) => (what === 'entered' ? entered[row]! : 0),
      behaviours: entered.map(() => ({ concurrency: Infinity })),
      usedUs: (row: number) => usedUs[row]!,
      books: { integrals: () => ({ presentUs: 0 }) },
    },
  }) as unknown as World;

test('the even part of a full pod is that of the pods that were ready while it was full', () => {
  const loads = new PodLoads();
  const second = 1e6;
  loads.mark(meshOf([0, 0], [0, 0]), 0, () => 1);
  // Full and alone: 10 came. Full beside another one: 15 of 30 came to it. Then it is full no more, and has 1 of 50.
  loads.mark(meshOf([second, 0], [10, 0]), second, () => 1);
  loads.mark(meshOf([2 * second, 0], [25, 15]), 2 * second, () => 2);
  loads.mark(meshOf([2 * second, 0], [26, 64]), 3 * second, () => 2);
  expect(loads.overUs[0]).toBe(2 * second);
  expect(loads.overEntered[0]! / loads.overOfWorkload[0]!).toBe(25 / 40);
  expect(loads.overEven[0]! / loads.overOfWorkload[0]!).toBe((10 + 30 / 2) / 40);
  expect(loads.overUs[1]).toBe(0);
});
