import type { StatefulPace } from '../../../manifest/resource.ts';

/** A pod of a StatefulSet, by its number. */
export interface StatefulPod {
  readonly ordinal: number;
  /** It is of the present template. */
  readonly isNew: boolean;
  /** Ready for as long as its set asks. */
  readonly isAvailable: boolean;
  /** Deleted, and not gone yet: its name is taken. */
  readonly isLeaving: boolean;
}

export type StatefulStep =
  | { readonly make: number; readonly isNew: boolean }
  | { readonly remove: number; readonly because: 'too many' | 'old template' };

/**
 * What the controller of a StatefulSet does at one look (pkg/controller/statefulset/stateful_set_control.go, updateStatefulSet): it
 * makes what is missing, in order; removes what is too many, the last first; and replaces pods of an old template, the last first, one
 * at a time. Where the order counts (OrderedReady) it does one thing, and waits until every pod before is available, and what leaves
 * is gone. Pods of numbers below the partition keep, or get again, the old template.
 * @param hasOld there is an old template
 */
export function statefulSteps(
  pods: readonly StatefulPod[],
  replicas: number,
  { parallel, onDelete, partition, start }: StatefulPace,
  hasOld: boolean,
): readonly StatefulStep[] {
  const byOrdinal = new Map(pods.map((own) => [own.ordinal, own]));
  const steps: StatefulStep[] = [];
  const wanted = Array.from({ length: replicas }, (_, index) => start + index);
  for (const ordinal of wanted) {
    const pod = byOrdinal.get(ordinal);
    if (pod === undefined) {
      steps.push({ make: ordinal, isNew: !(hasOld && !onDelete && ordinal < start + partition) });
      if (!parallel) return steps;
    } else if (!parallel && (pod.isLeaving || !pod.isAvailable)) return steps;
  }
  const condemned = pods
    .filter(({ ordinal }) => ordinal < start || ordinal >= start + replicas)
    .sort((a, b) => b.ordinal - a.ordinal);
  const firstUnhealthy = condemned.findLast((own) => !own.isAvailable || own.isLeaving);
  for (const pod of condemned) {
    if (!parallel && (pod.isLeaving || (!pod.isAvailable && pod !== firstUnhealthy))) return steps;
    if (pod.isLeaving) continue;
    steps.push({ remove: pod.ordinal, because: 'too many' });
    if (!parallel) return steps;
  }
  if (onDelete || steps.length > 0) return steps;
  for (const ordinal of [...wanted].reverse()) {
    if (ordinal < start + partition) break;
    const pod = byOrdinal.get(ordinal)!;
    if (!pod.isNew && !pod.isLeaving) return [{ remove: ordinal, because: 'old template' }];
    if (pod.isLeaving || !pod.isAvailable) break;
  }
  return [];
}
