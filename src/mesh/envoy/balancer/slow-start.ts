import { pow } from '../../../kernel/math.ts';

/** Envoy's SlowStartConfig; Istio's warmup has the same defaults. */
export interface SlowStart {
  /** How long a host is in slow start; 0 turns it off. */
  readonly windowUs: number;
  /** 1 grows the weight linearly, more grows it faster at first. Default 1, also for what is not above 0. */
  readonly aggression?: number;
  /** Percent of its weight that a host has at least. Default 10. */
  readonly minWeightPercent?: number;
}

/**
 * The part of its weight that a host has: max((max(1 ms, t) / window)^(1 / aggression), min weight percent), and 1 from the
 * window's end on (Envoy, load_balancer_impl.cc, applySlowStartFactor). Envoy counts in whole milliseconds.
 * @param healthyForUs t: since the host became healthy by an active check, or was added.
 */
export function slowStartFactor(slowStart: SlowStart, healthyForUs: number): number {
  const windowMs = Math.floor(slowStart.windowUs / 1000);
  const ageMs = Math.floor(healthyForUs / 1000);
  if (ageMs >= windowMs) return 1;
  const given = slowStart.aggression ?? 1;
  const aggression = given > 0 ? given : 1;
  const time = Math.max(1, ageMs) / windowMs;
  const grown = aggression === 1 ? time : pow(time, 1 / aggression);
  return Math.max(grown, (slowStart.minWeightPercent ?? 10) / 100);
}

/** A host's weight in slow start. A schedule asks for it whenever it puts the host back. */
export function slowStartWeight(weight: number, slowStart: SlowStart, healthyForUs: number): number {
  return weight * slowStartFactor(slowStart, healthyForUs);
}

/**
 * Whether the balancer still uses a schedule because of slow start: until the window of the host that was added latest is
 * over, also for the hosts that are past theirs. A new balancer counts its own birth as such an addition.
 */
export function isSlowStarting(slowStart: SlowStart, sinceLatestHostUs: number): boolean {
  const windowMs = Math.floor(slowStart.windowUs / 1000);
  return windowMs > 0 && Math.floor(sinceLatestHostUs / 1000) <= windowMs;
}
