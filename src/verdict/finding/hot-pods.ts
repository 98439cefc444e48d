import type { Capacity, WorkloadCapacity } from '../../record/capacity.ts';
import type { PodRecord } from '../../record/pod.ts';
import type { RunRecord } from '../../record/record.ts';

/** More than its part, by so much: what is less is chance, and the pace of the balancer. */
const muchMore = 1.3;

/**
 * Pods that were full while others of their workload were not: more requests came to them than their part of the pods
 * that were ready. Where most pods of a workload are so, the workload is short, and no pod of it is hot.
 */
export function hotPods({
  pods,
  capacity,
}: {
  readonly pods: RunRecord['pods'];
  readonly capacity: Pick<Capacity, 'workloads'> | null;
}): PodRecord[] {
  return pods.filter((own) => {
    const workload = capacity?.workloads.find(({ name }) => name === own.workload);
    if (workload === undefined || own.overSeconds === 0 || own.overShare === null || own.mostInSystem < 2)
      return false;
    const ready = readyIn(workload, own.overFromSeconds!, own.overToSeconds!);
    const over = pods.filter(
      (each) => each.workload === own.workload && each.overSeconds >= own.overSeconds / 2,
    );
    return ready > 1 && over.length <= ready / 2 && own.overShare > muchMore / ready;
  });
}

/** Ready pods, mean over a span. */
function readyIn({ windows }: WorkloadCapacity, fromSeconds: number, toSeconds: number): number {
  const own = windows.filter((each) => each.fromSeconds >= fromSeconds && each.toSeconds <= toSeconds);
  const length = own.reduce((sum, each) => sum + each.toSeconds - each.fromSeconds, 0);
  return length === 0
    ? 0
    : own.reduce((sum, each) => sum + each.readyMean * (each.toSeconds - each.fromSeconds), 0) / length;
}
