import type { WorkloadCapacity } from '../../record/capacity.ts';
import type { RunRecord } from '../../record/record.ts';
import { overSpans } from '../over-capacity.ts';

/** An autoscaler sees a load after a scrape and a sync, 15 s each (metrics-server, kube-controller-manager). */
const blindSeconds = 30;

/**
 * The load came, grew past what these workloads can do, and pages were late or had failed, before any autoscaler could have seen
 * it.
 */
export function comesAtOnce(
  { capacity, failures }: RunRecord,
  workloads: readonly WorkloadCapacity[],
): boolean {
  const over = Math.min(...workloads.flatMap((own) => overSpans(own)).map(({ fromSeconds }) => fromSeconds));
  const came = Math.min(
    ...workloads
      .flatMap(({ windows }) => windows.filter(({ arrived }) => arrived > 0))
      .map(({ fromSeconds }) => fromSeconds),
  );
  if (over - came >= blindSeconds) return false;
  const isEarly = (atSeconds: number): boolean => atSeconds >= over && atSeconds < over + blindSeconds;
  return (
    (capacity?.pages ?? []).some(({ fromSeconds, late }) => late > 0 && isEarly(fromSeconds)) ||
    failures.some(({ firstSeconds, pages }) => pages > 0 && isEarly(firstSeconds))
  );
}
