/** An amount of one resource that a container of a pod asks for, or may use at most. */
export interface ContainerAmount {
  readonly amount: number;
  /** An init container ends before the others begin, unless it is a native sidecar (restartPolicy Always). */
  readonly when: 'init' | 'sidecar' | 'container';
}

/**
 * What the containers of a pod come to, in the order in which they are written: those that run side by side together, or an init
 * container with the sidecars before it, where that is more (component-helpers/resource/helpers.go, AggregateContainerRequests).
 */
export function together(containers: readonly ContainerAmount[]): number {
  let [beside, most, sum] = [0, 0, 0];
  for (const { amount, when } of containers) {
    if (when === 'container') sum += amount;
    else if (when === 'sidecar') beside += amount;
    else most = Math.max(most, beside + amount);
  }
  return Math.max(most, sum + beside);
}
