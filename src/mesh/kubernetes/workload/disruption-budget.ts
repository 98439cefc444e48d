import type { PodAmount } from '../../../manifest/resource.ts';

/** Pods that a PodDisruptionBudget selects, of its present. */
export interface BudgetedPods {
  /** How many their controllers want; pods without a controller are none of them. */
  readonly expected: number;
  /** Ready ones that are not on their way out. */
  readonly healthy: number;
}

/** How many pods a budget keeps, in pods or in per cent of what is expected. */
export interface DisruptionAmounts {
  readonly minAvailable?: PodAmount;
  readonly maxUnavailable?: PodAmount;
}

/**
 * How many of them have to be healthy (pkg/controller/disruption/disruption.go, getExpectedPodCount): percentages of what is expected
 * are rounded up, of `minAvailable` as of `maxUnavailable`.
 */
export function desiredHealthy(budget: DisruptionAmounts, expected: number): number {
  const podsIn = (amount: PodAmount): number =>
    'count' in amount ? amount.count : Math.ceil((amount.percent * expected) / 100);
  if (budget.maxUnavailable !== undefined) return Math.max(0, expected - podsIn(budget.maxUnavailable));
  return budget.minAvailable === undefined ? 0 : podsIn(budget.minAvailable);
}

/** Why a pod may not be evicted, and the numbers of its budget. */
export interface Refusal extends BudgetedPods {
  readonly because:
    | 'several budgets'
    /** The budget counts what controllers want, and none wants these pods. */
    | 'no controller'
    /** With all of them healthy it could not go either. */
    | 'none to spare'
    | 'not ready';
  readonly desired: number;
}

/**
 * Whether the eviction API lets a pod go (pkg/registry/core/pod/storage/eviction.go): one more healthy pod has to be there than is
 * desired; a pod that is not ready goes if what is desired is there without it (IfHealthyBudget), or in any case where its budget
 * says so (AlwaysAllow).
 */
export const mayEvict = (
  pods: BudgetedPods,
  desired: number,
  isReady: boolean,
  unready: 'IfHealthyBudget' | 'AlwaysAllow' = 'IfHealthyBudget',
): boolean => {
  if (!isReady) return unready === 'AlwaysAllow' || (desired > 0 && pods.healthy >= desired);
  return pods.expected > 0 && pods.healthy - 1 >= desired;
};

/** Why not, where it does not. */
export function refusalOf(pods: BudgetedPods, desired: number): Refusal {
  const { expected } = pods;
  const because = expected === 0 ? 'no controller' : desired >= expected ? 'none to spare' : 'not ready';
  return { ...pods, desired, because };
}

/** The smallest number of replicas of which a budget lets one go, all being healthy; undefined: of none. */
export function sparesFrom({ minAvailable, maxUnavailable }: DisruptionAmounts): number | undefined {
  if (maxUnavailable !== undefined)
    return ('count' in maxUnavailable ? maxUnavailable.count : maxUnavailable.percent) > 0 ? 1 : undefined;
  if (minAvailable === undefined) return 1;
  if ('count' in minAvailable) return minAvailable.count + 1;
  return minAvailable.percent < 100 ? Math.ceil(100 / (100 - minAvailable.percent)) : undefined;
}
