import { lastSlot, withEntry, type HpaLogs, type ScaleEvent } from './logs.ts';
import type { CompleteHpaSpec, ScalingRules } from './spec.ts';

/**
 * The logs after the scale was written, forced moves included; without `behavior` nobody would read them, and nothing is
 * logged. Source: horizontal.go (storeScaleEvent).
 */
export function logScaleEvent(
  logs: HpaLogs,
  behavior: CompleteHpaSpec['behavior'],
  fromReplicas: number,
  toReplicas: number,
  nowUs: number,
): HpaLogs {
  if (behavior === undefined) return logs;
  if (toReplicas > fromReplicas) {
    const scaleUps = withEvent(logs.scaleUps, behavior.scaleUp, toReplicas - fromReplicas, nowUs);
    return { ...logs, scaleUps };
  }
  const scaleDowns = withEvent(logs.scaleDowns, behavior.scaleDown, fromReplicas - toReplicas, nowUs);
  return { ...logs, scaleDowns };
}

function withEvent(
  log: readonly ScaleEvent[],
  rules: ScalingRules,
  change: number,
  nowUs: number,
): readonly ScaleEvent[] {
  const longestSeconds = Math.max(0, ...rules.policies.map(({ periodSeconds }) => periodSeconds));
  const cutoffUs = nowUs - longestSeconds * 1_000_000;
  const marked = log.map((event) => (event.atUs < cutoffUs ? { ...event, outdated: true } : event));
  const slot = lastSlot(marked, ({ outdated }) => outdated);
  return withEntry(marked, slot, { change, atUs: nowUs, outdated: false });
}
