import { expect, test } from 'vitest';
import { isHpaBlind } from '../../../../src/mesh/kubernetes/hpa/hpa-blind.ts';
import { conditionOf, cpuTarget, pod, sample, sync } from '../support.ts';

// argoproj/argo-rollouts#4607: target 70 %, 12 stable pods at 32.3 %, 10 canary pods at 109 %, and the HPA idle.
// 12 * 323 + 10 * 1090 = 14 776m of 22 000m: 67.16 %, over 70 % is 0.9595.
const stable = { name: 'stable', readyPods: 12, usageMilli: 12 * 323, requestMilli: 12_000 };
const canary = { name: 'canary', readyPods: 10, usageMilli: 10 * 1090, requestMilli: 10_000 };

test('12 pods at 32.3 % hide 10 at 109 %: their mean of 67.2 % is within tolerance of 70 %', () => {
  const verdict = isHpaBlind([stable, canary], 70);
  expect(verdict.isBlind).toBe(true);
  expect(verdict.meanPercent).toBeCloseTo(67.16, 2);
  expect(verdict.ratio).toBeCloseTo(0.959, 3);
  // 32/70 * 12 = 5.49 and 109/70 * 10 = 15.57
  expect(verdict.versions.map(({ wantedReplicas }) => wantedReplicas)).toEqual([6, 16]);
  expect(verdict.reason).toBe(
    'mean 67.2 % of target 70 %, ratio 0.9595: within tolerance, so nothing moves. ' +
      'stable: 12 pods at 32.3 % alone would be 6; canary: 10 pods at 109 % alone would be 16',
  );
});

test('the rule itself sees nothing to do over both, and much over each', () => {
  const podsOf = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => pod(`${name}-${i}`));
  const [old, young] = [podsOf('stable', 12), podsOf('canary', 10)];
  const used = [...old.map(({ name }) => sample(name, 323)), ...young.map(({ name }) => sample(name, 1090))];
  const spec = { maxReplicas: 100, metrics: [cpuTarget(70)] };
  const together = sync({ spec, currentReplicas: 22, pods: [...old, ...young], samples: { resource: used } });
  expect(together.replicas).toBe(22);
  // Whole percent: floor(67.16).
  expect(together.currentMetrics[0]?.averageUtilization).toBe(67);
  expect(conditionOf(together, 'AbleToScale')).toBe('True ReadyForNewScale');
  const apart = [old, young].map((pods) =>
    sync({
      spec,
      currentReplicas: pods.length,
      pods,
      samples: { resource: used.filter((entry) => pods.some(({ name }) => name === entry.pod)) },
    }),
  );
  expect(apart.map(({ replicas }) => replicas)).toEqual([6, 16]);
});

test.each([
  { loads: [stable], target: 70, because: 'one version hides nobody' },
  { loads: [canary, stable], target: 50, because: 'a mean of 67 % against 50 % is seen' },
  {
    loads: [stable, { ...canary, usageMilli: 3_400 }],
    target: 33,
    because: 'two versions that are both on target hide nothing',
  },
  {
    loads: [stable, { ...canary, readyPods: 0 }],
    target: 70,
    because: 'a version without ready pods is not there',
  },
  { loads: [], target: 70, because: 'there is nobody' },
])('not blind: $because', ({ loads, target }) => {
  expect(isHpaBlind(loads, target).isBlind).toBe(false);
});

test('a wide tolerance blinds as well', () => {
  const loads = [stable, { ...canary, usageMilli: 8_000 }];
  // (3876 + 8000) / 22 000 = 53.98 %: 53/70 = 0.757, inside 30 % below; stable alone is at 0.457.
  expect(isHpaBlind(loads, 70).isBlind).toBe(false);
  expect(isHpaBlind(loads, 70, { scaleDown: 0.3, scaleUp: 0.1 }).isBlind).toBe(true);
});
