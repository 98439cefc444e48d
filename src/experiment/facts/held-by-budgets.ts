import { budgetCovers } from '../../manifest/budget-covers.ts';
import { isWorkload, scaleTargetOf, type Workload } from '../../manifest/scale-target.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import { desiredHealthy, refusalOf, sparesFrom } from '../../mesh/kubernetes/workload/disruption-budget.ts';
import type { ForeseenStep } from '../../verdict/foreseen/foreseen.ts';

/**
 * Workloads none of whose pods may ever be evicted as the manifests stand, were all of them healthy. What an autoscaler scales may
 * have as many as it allows.
 *
 * @param replicasOf how many a workload is asked for now
 */
export function heldByBudgets(
  registry: Registry,
  replicasOf: (workload: Workload) => number,
): ForeseenStep['held'] {
  const resources = [...registry.entries.values()].map(({ resource }) => resource);
  const workloads = resources.filter(isWorkload);
  const mostOf = new Map(
    resourcesOf(registry, 'HorizontalPodAutoscaler').map((own) => [
      scaleTargetOf(own, workloads),
      own.spec.maxReplicas,
    ]),
  );
  const budgets = resourcesOf(registry, 'PodDisruptionBudget');
  return workloads.flatMap((own) => {
    if (own.kind === 'DaemonSet' || replicasOf(own) === 0) return [];
    const covering = budgets.filter((each) => isFor(each, own));
    const [budget] = covering;
    if (budget === undefined) return [];
    const covered = workloads.filter((each) => isFor(budget, each));
    const { minAvailable } = budget.spec;
    const countsAll = minAvailable !== undefined && 'count' in minAvailable;
    const expected = covered.reduce(
      (sum, each) =>
        each.kind === 'BarePod' && !countsAll ? sum : sum + Math.max(replicasOf(each), mostOf.get(each) ?? 0),
      0,
    );
    const desired = desiredHealthy(budget.spec, expected);
    const { because } = refusalOf({ expected, healthy: expected }, desired);
    const isSeveral = covering.length > 1;
    if (!isSeveral && (because === 'not ready' || covered.some(({ kind }) => kind === 'DaemonSet')))
      return [];
    return [
      {
        workload: own.metadata.name,
        budgets: covering.map(({ metadata }) => metadata.name),
        because: isSeveral ? ('several budgets' as const) : because,
        expected,
        desired,
        sparesFrom: sparesFrom(budget.spec) ?? null,
      },
    ];
  });
}

const isFor = (budget: Parameters<typeof budgetCovers>[0], { metadata, spec }: Workload): boolean =>
  budgetCovers(budget, metadata.namespace, spec.template.labels);
