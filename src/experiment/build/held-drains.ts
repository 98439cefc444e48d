import { resourcesOf } from '../../mesh/kubernetes/registry.ts';
import { sparesFrom } from '../../mesh/kubernetes/workload/disruption-budget.ts';
import type { World } from '../../mesh/world.ts';
import type { HeldDrain } from '../../record/capacity.ts';

/** Pods that drains asked to leave and that have not been let go, of each node and workload what the one asked first was told last. */
export function heldDrains({ workloads: { lives }, state }: World): readonly HeldDrain[] {
  const found = new Map<string, HeldDrain>();
  for (const { eviction, set, pod, phase, deletedUs } of lives) {
    if (eviction === undefined || phase === 'Gone' || !Number.isNaN(deletedUs)) continue;
    const { node, budgets, because, askedUs, expected, desired, healthy } = eviction;
    const key = `${node} ${pod.namespace}/${pod.workload}`;
    const before = found.get(key);
    const budget = resourcesOf(state.registry, 'PodDisruptionBudget').find(
      ({ metadata }) => metadata.namespace === pod.namespace && metadata.name === budgets[0],
    );
    const lacksRoom = lives.some(
      (own) => own.set.workload === set.workload && own.phase === 'Pending' && !own.hasRoom,
    );
    found.set(key, {
      node,
      workload: pod.workload,
      pods: (before?.pods ?? 0) + 1,
      fromSeconds: Math.min(before?.fromSeconds ?? Infinity, askedUs / 1e6),
      budgets: [...budgets],
      because: because === 'not ready' && lacksRoom ? 'no room' : because,
      expected,
      desired,
      healthy,
      sparesFrom: (budget && sparesFrom(budget.spec)) ?? null,
    });
  }
  return [...found.values()];
}
