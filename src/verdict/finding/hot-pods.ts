import type { PodRecord } from '../../record/pod.ts';

/** More than its part, by so much: what is less is chance, and the pace of the balancer. */
const muchMore = 1.3;

/** A part of the pods that is most of them; above a half, as a pod that was alone for some time had all of the even part then. */
const mostPods = 0.6;

/**
 * Pods that were full while others of their workload were not: more requests came to them than an even part, of the pods that were
 * ready while they were full. Where most pods of a workload are so, the workload is short, and no pod of it is hot.
 */
export const hotPods = (pods: readonly PodRecord[]): PodRecord[] =>
  pods.filter(({ workload, overSeconds, overShare, overEven, mostInSystem }) => {
    if (overSeconds === 0 || overShare === null || overEven === null || mostInSystem < 2) return false;
    const over = pods.filter((each) => each.workload === workload && each.overSeconds >= overSeconds / 2);
    return over.length * overEven < mostPods && overShare > muchMore * overEven;
  });
