import { fitsBeside, type Room } from '../room.ts';

/** A node as the scheduler sees it, for one pod. */
export interface NodeChoice {
  /** It takes new pods, and has what the pod asks for by labels or by name. */
  readonly fits: boolean;
  /** Taints that would keep the pod away if they could. */
  readonly disliked: number;
  /** '' where it is not known. */
  readonly zone: string;
  readonly room: Room;
  /** Requested by the pods that are there. */
  readonly used: Room;
  /** Pods of the same workload that are there. */
  readonly siblings: number;
}

/**
 * The node for a pod: of those with room the one that it dislikes least, then in whose zone the fewest pods of its workload are, then
 * on which the fewest are, then of which the least part is requested, of CPU and memory
 * alike and with the pod itself, then the first. -1: none has room.
 *
 * Simplification of kube-scheduler's scores (PodTopologySpread with the default constraints of the cluster, zones before nodes, and
 * NodeResourcesFit LeastAllocated): each decides by itself, in that order, where Kubernetes adds them up with their weights; who requests nothing counts as nothing, not as
 * 100m and 200 MB (NonZeroRequested).
 */
export function chooseNode(nodes: readonly NodeChoice[], need: Room): number {
  let best = -1;
  const inZone = new Map<string, number>();
  for (const { zone, siblings } of nodes) inZone.set(zone, (inZone.get(zone) ?? 0) + siblings);
  const scoreOf = ({ disliked, zone, siblings, used, room }: NodeChoice): readonly number[] => [
    disliked,
    inZone.get(zone)!,
    siblings,
    (part(used.cpuMilli + need.cpuMilli, room.cpuMilli) +
      part(used.memoryBytes + need.memoryBytes, room.memoryBytes)) /
      2,
  ];
  nodes.forEach((own, index) => {
    if (!own.fits || !fitsBeside(need, own.used, own.room)) return;
    if (best < 0 || isLess(scoreOf(own), scoreOf(nodes[best]!))) best = index;
  });
  return best;
}

const part = (used: number, all: number): number => (all === 0 ? 1 : used / all);

/** By the first number that differs. */
function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((own, index) => own !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}
