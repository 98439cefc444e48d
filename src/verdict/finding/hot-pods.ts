import type { PodRecord } from '../../record/pod.ts';

/** More than its part, by so much: what is less is chance, and the pace of the balancer. */
const muchMore = 1.3;

/**
 * Pods that were full while others of their workload were not: more requests came to them than an even part, of the pods that were
 * ready while they were full. Where most pods of a workload are so, the workload is short, and no pod of it is hot.
 */
export const hotPods = (pods: readonly PodRecord[]): PodRecord[] =>
  pods.filter(({ workload, overSeconds, overShare, overEven, mostInSystem }) => {
    if (overSeconds === 0 || overShare === null || overEven === null || mostInSystem < 2) return false;
    const over = pods.filter((each) => each.workload === workload && each.overSeconds >= overSeconds / 2);
    return over.length * overEven <= 1 / 2 && overShare > muchMore * overEven;
  });
