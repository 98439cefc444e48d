import type { PodAmount } from '../../../manifest/resource.ts';

/** Pods that a PodDisruptionBudget selects, of its present. */
export interface BudgetedPods {
  /** How many their controllers want. */
  readonly expected: number;
  /** Ready ones that are not on their way out. */
  readonly healthy: number;
}

/**
 * How many of them have to be healthy (pkg/controller/disruption/disruption.go, getExpectedPodCount): percentages of what is expected
 * are rounded up, of `minAvailable` as of `maxUnavailable`.
 */
export function desiredHealthy(
  budget: { readonly minAvailable?: PodAmount; readonly maxUnavailable?: PodAmount },
  expected: number,
): number {
  const podsIn = (amount: PodAmount): number =>
    'count' in amount ? amount.count : Math.ceil((amount.percent * expected) / 100);
  if (budget.maxUnavailable !== undefined) return Math.max(0, expected - podsIn(budget.maxUnavailable));
  return budget.minAvailable === undefined ? 0 : podsIn(budget.minAvailable);
}

/**
 * Whether the eviction API lets a pod go (pkg/registry/core/pod/storage/eviction.go): one more healthy pod has to be there than is
 * desired; a pod that is not ready goes if what is desired is there without it (IfHealthyBudget).
 */
export const mayEvict = (pods: BudgetedPods, desired: number, isReady: boolean): boolean =>
  isReady ? pods.healthy - 1 >= desired : pods.healthy >= desired;
