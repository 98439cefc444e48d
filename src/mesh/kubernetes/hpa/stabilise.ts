import { lastSlot, withEntry, type Recommendation } from './logs.ts';
import type { ScalingRules } from './spec.ts';

export interface Stabilised {
  readonly replicas: number;
  /** With the raw value of this sync: what is stored is never the stabilised one. */
  readonly recommendations: readonly Recommendation[];
  /** The remembered recommendation that replaced the raw value. */
  readonly winner: Recommendation | undefined;
}

/**
 * Without `behavior`: the highest of this and of all recommendations that are not older than the window. One exactly as
 * old as the window still counts. Source: horizontal.go (stabilizeRecommendation).
 */
export function stabiliseDown(
  log: readonly Recommendation[],
  raw: number,
  windowUs: number,
  nowUs: number,
): Stabilised {
  const isOld = ({ atUs }: Recommendation): boolean => atUs < nowUs - windowUs;
  const current: Recommendation = { replicas: raw, atUs: nowUs };
  let highest = current;
  for (const entry of log) if (!isOld(entry) && entry.replicas > highest.replicas) highest = entry;
  return {
    replicas: highest.replicas,
    recommendations: withEntry(log, lastSlot(log, isOld), current),
    winner: highest === current ? undefined : highest,
  };
}

/**
 * With `behavior`: up only as far as the lowest recommendation of the up window, down only as far as the highest of the
 * down window; between the two the size stays. One exactly as old as a window is out, unlike above.
 * Source: horizontal.go (stabilizeRecommendationWithBehaviors).
 */
export function stabiliseBothWays(
  log: readonly Recommendation[],
  raw: number,
  currentReplicas: number,
  up: ScalingRules,
  down: ScalingRules,
  nowUs: number,
): Stabilised {
  const upCutoffUs = nowUs - up.stabilizationWindowSeconds * 1_000_000;
  const downCutoffUs = nowUs - down.stabilizationWindowSeconds * 1_000_000;
  const current: Recommendation = { replicas: raw, atUs: nowUs };
  let lowest = current;
  let highest = current;
  for (const entry of log) {
    if (entry.atUs > upCutoffUs && entry.replicas < lowest.replicas) lowest = entry;
    if (entry.atUs > downCutoffUs && entry.replicas > highest.replicas) highest = entry;
  }
  let replicas = currentReplicas;
  let winner: Recommendation | undefined;
  if (replicas < lowest.replicas) {
    replicas = lowest.replicas;
    winner = lowest;
  }
  if (replicas > highest.replicas) {
    replicas = highest.replicas;
    winner = highest;
  }
  // The size that stays is held by whichever end of the band is not this sync's own.
  if (winner === undefined && replicas !== raw) winner = raw > replicas ? lowest : highest;
  const isOld = ({ atUs }: Recommendation): boolean => atUs < upCutoffUs && atUs < downCutoffUs;
  return {
    replicas,
    recommendations: withEntry(log, lastSlot(log, isOld), current),
    winner: winner === current ? undefined : winner,
  };
}
