import type { AutoscalerFact } from '../record/mesh-facts.ts';

/** Of the controller (`--horizontal-pod-autoscaler-tolerance`), unless it is set. */
export const usualTolerance = 0.1;

/** It may never scale up, or no reading that its pods can come to is above its target and tolerance. */
export function isOutOfReach(
  own: Pick<AutoscalerFact, 'wantsPercent' | 'canReachPercent' | 'millicores' | 'tolerance' | 'neverUp'>,
): boolean {
  const reach = reachIn(own);
  // Readings are whole percents, or whole millicores, cut (metrics/utilization.go).
  return (
    own.neverUp === true ||
    (reach !== null && Math.trunc(reach) / wantsOf(own) <= 1 + (own.tolerance ?? usualTolerance))
  );
}

export const wantsOf = ({
  wantsPercent,
  millicores,
}: Pick<AutoscalerFact, 'wantsPercent' | 'millicores'>): number => millicores?.wants ?? wantsPercent;

export const reachIn = ({
  canReachPercent,
  millicores,
}: Pick<AutoscalerFact, 'canReachPercent' | 'millicores'>): number | null =>
  millicores === undefined ? canReachPercent : millicores.canReach;
