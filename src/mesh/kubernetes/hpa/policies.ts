import { ceilReplicas } from './decision-step.ts';
import type { HpaLogs, ScaleEvent } from './logs.ts';
import type { ScalingPolicy, ScalingRules } from './spec.ts';

export interface Limited {
  readonly replicas: number;
  /** Of the condition ScalingLimited. */
  readonly reason:
    'DesiredWithinRange' | 'ScaleUpLimit' | 'ScaleDownLimit' | 'TooManyReplicas' | 'TooFewReplicas';
  /** How far this sync may go, and what of it the pace alone would allow: undefined where pace was not asked. */
  readonly bound: number | undefined;
  readonly paceLimit: number | undefined;
}

const within = (replicas: number, paceLimit?: number, bound?: number): Limited => ({
  replicas,
  reason: 'DesiredWithinRange',
  bound,
  paceLimit,
});

/** Without `behavior`: up to twice the current number or 4, whatever is more; down without limit. No time is involved. */
export function limitWithoutBehavior(
  desired: number,
  currentReplicas: number,
  minReplicas: number,
  maxReplicas: number,
): Limited {
  const paceLimit = Math.max(2 * currentReplicas, 4);
  const bound = Math.min(maxReplicas, paceLimit);
  if (desired < minReplicas) {
    return { replicas: minReplicas, reason: 'TooFewReplicas', bound: minReplicas, paceLimit: undefined };
  }
  if (desired > bound) {
    const reason = maxReplicas > paceLimit ? 'ScaleUpLimit' : 'TooManyReplicas';
    return { replicas: bound, reason, bound, paceLimit };
  }
  return within(desired, paceLimit, bound);
}

/**
 * With `behavior`: as far as its policies leave room within their periods, then min and max. Where pace and bound are
 * equal, the bound is named. Source: horizontal.go (convertDesiredReplicasWithBehaviorRate).
 */
export function limitWithBehavior(
  desired: number,
  currentReplicas: number,
  minReplicas: number,
  maxReplicas: number,
  behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules },
  logs: HpaLogs,
  nowUs: number,
): Limited {
  if (desired > currentReplicas) {
    const allowed = scaleUpLimit(currentReplicas, behavior.scaleUp, logs, nowUs);
    const paceLimit = Math.max(allowed, currentReplicas);
    const bound = Math.min(maxReplicas, paceLimit);
    if (desired <= bound) return within(desired, paceLimit, bound);
    return {
      replicas: bound,
      reason: maxReplicas > paceLimit ? 'ScaleUpLimit' : 'TooManyReplicas',
      bound,
      paceLimit,
    };
  }
  if (desired < currentReplicas) {
    const allowed = scaleDownLimit(currentReplicas, behavior.scaleDown, logs, nowUs);
    const paceLimit = Math.min(allowed, currentReplicas);
    const bound = Math.max(minReplicas, paceLimit);
    if (desired >= bound) return within(desired, paceLimit, bound);
    return {
      replicas: bound,
      reason: minReplicas < paceLimit ? 'ScaleDownLimit' : 'TooFewReplicas',
      bound,
      paceLimit,
    };
  }
  return within(desired);
}

/** The most replicas that the policies of scaling up allow now; may be below the current number. */
export function scaleUpLimit(
  currentReplicas: number,
  rules: ScalingRules,
  logs: HpaLogs,
  nowUs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return currentReplicas;
  const limits = rules.policies.map((policy) => {
    const start = replicasAtStart(currentReplicas, policy, logs, nowUs);
    if (policy.type === 'Pods') return start + policy.value;
    // In this order and in doubles: 100 * 1.1 is 110.00000000000001, so +10 % of 100 allows 111.
    return ceilReplicas(start * (1 + policy.value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits);
}

/** The fewest replicas that the policies of scaling down allow now; may be above the current number. */
export function scaleDownLimit(
  currentReplicas: number,
  rules: ScalingRules,
  logs: HpaLogs,
  nowUs: number,
): number {
  if (rules.selectPolicy === 'Disabled') return currentReplicas;
  const limits = rules.policies.map((policy) => {
    const start = replicasAtStart(currentReplicas, policy, logs, nowUs);
    if (policy.type === 'Pods') return start - policy.value;
    // What is left is cut, so what goes is rounded up: 10 % of 72 is 8.
    return Math.trunc(start * (1 - policy.value / 100));
  });
  return rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits);
}

/** The number when the policy's period began, as the logs tell it. */
function replicasAtStart(
  currentReplicas: number,
  policy: ScalingPolicy,
  logs: HpaLogs,
  nowUs: number,
): number {
  const cutoffUs = nowUs - policy.periodSeconds * 1_000_000;
  return currentReplicas - changeSince(logs.scaleUps, cutoffUs) + changeSince(logs.scaleDowns, cutoffUs);
}

/** Strictly younger: with a sync every 15.0 s and a period of 15 s the last sync's change is already forgotten. */
function changeSince(log: readonly ScaleEvent[], cutoffUs: number): number {
  let change = 0;
  for (const event of log) if (event.atUs > cutoffUs) change += event.change;
  return change;
}
