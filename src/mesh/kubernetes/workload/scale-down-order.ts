/** A pod as a ReplicaSet sees it that must remove some. */
export interface RemovablePod {
  /** Unique; it breaks ties, and as it is random, so is the choice. */
  readonly uid: string;
  /** False: no node was found for it. */
  readonly isAssigned: boolean;
  readonly phase: 'Pending' | 'Unknown' | 'Running';
  readonly isReady: boolean;
  /** Annotation controller.kubernetes.io/pod-deletion-cost; default 0. */
  readonly deletionCost?: number;
  /** Active pods of the set, and of other sets of its Deployment, on the same node. */
  readonly podsOnNode?: number;
  /** Since when it is ready; of a ready pod only. */
  readonly readySinceUs?: number | undefined;
  /** Of the container that restarted most often. */
  readonly restarts?: number;
  readonly createdUs: number;
}

/**
 * Who is removed first: below 0 if `a` is. Unassigned, pending, unready, cheap to delete, crowded on its node, ready
 * for a shorter time (by powers of two of its age: pods of like age are chosen by their random UID), restarted more often,
 * newer. Source: pkg/controller/controller_utils.go (ActivePodsWithRanks).
 */
export function compareForRemoval(a: RemovablePod, b: RemovablePod, nowUs: number): number {
  return (
    Number(a.isAssigned) - Number(b.isAssigned) ||
    phaseRank[a.phase] - phaseRank[b.phase] ||
    Number(a.isReady) - Number(b.isReady) ||
    (a.deletionCost ?? 0) - (b.deletionCost ?? 0) ||
    (b.podsOnNode ?? 0) - (a.podsOnNode ?? 0) ||
    compareAges(a.readySinceUs, b.readySinceUs, a.uid, b.uid, nowUs) ||
    (b.restarts ?? 0) - (a.restarts ?? 0) ||
    compareAges(a.createdUs, b.createdUs, a.uid, b.uid, nowUs)
  );
}

/** The pods to remove, first removed first. */
export function podsToRemove(pods: readonly RemovablePod[], count: number, nowUs: number): RemovablePod[] {
  return [...pods].sort((a, b) => compareForRemoval(a, b, nowUs)).slice(0, Math.max(0, count));
}

const phaseRank: Readonly<Record<RemovablePod['phase'], number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** Equal instants say nothing, and the next question is asked; unlike ones of like age are settled by UID. */
function compareAges(
  a: number | undefined,
  b: number | undefined,
  aUid: string,
  bUid: string,
  nowUs: number,
): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  const ranks = ageRank(nowUs - a) - ageRank(nowUs - b);
  if (ranks !== 0) return ranks;
  return aUid < bUid ? -1 : 1;
}

/** floor(log2) of the age in nanoseconds as Kubernetes takes it; -1 of an age of 0. */
function ageRank(ageUs: number): number {
  let rank = -1;
  for (let rest = ageUs * 1_000; rest >= 1; rest /= 2) rank += 1;
  return rank;
}
