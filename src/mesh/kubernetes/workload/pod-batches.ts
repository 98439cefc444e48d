/** A ReplicaSet asks for no more pods than this in one sync. Source: pkg/controller/replicaset (BurstReplicas). */
export const BURST_REPLICAS = 500;

/**
 * The batches in which a ReplicaSet creates its missing pods: 1, 2, 4, ... each waiting for the API calls of the one
 * before, so that a quota that refuses the first pod is asked once and not five hundred times. What is beyond the burst
 * waits for the next sync. Source: pkg/controller/replicaset/replica_set.go (slowStartBatch).
 */
export function podBatches(missing: number): number[] {
  const batches: number[] = [];
  let remaining = Math.min(missing, BURST_REPLICAS);
  for (let size = 1; remaining > 0; size *= 2) {
    const batch = Math.min(size, remaining);
    batches.push(batch);
    remaining -= batch;
  }
  return batches;
}
