import type { PodMetric } from './observed.ts';
import type { CompleteHpaSpec, HpaControllerSettings } from './spec.ts';

/** What the metric reads, and how it stands to its target. */
export interface Reading {
  /** Reading over target; all replica counts derive from it. */
  readonly ratio: number;
  /** Percent of the requests, cut to an integer; only of utilisation. */
  readonly utilization?: number;
  /** Mean over the pods, cut to an integer. */
  readonly averageMilli: number;
  /** What was divided, for the decision log. */
  readonly formula: string;
}

/**
 * Sum of usage over sum of requests: a weighted mean, in whole percent. The cut is Kubernetes' own and is felt: at target
 * 50 the ratio moves in steps of 0.02. Undefined if no sample belongs to a pod with a request.
 * Source: metrics/utilization.go (GetResourceUtilizationRatio).
 */
export function utilisation(
  samples: ReadonlyMap<string, PodMetric>,
  requests: ReadonlyMap<string, number>,
  targetPercent: number,
): Reading | undefined {
  let usageMilli = 0;
  let requestMilli = 0;
  let podCount = 0;
  for (const [pod, { valueMilli }] of samples) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    usageMilli += valueMilli;
    requestMilli += request;
    podCount += 1;
  }
  if (requestMilli === 0) return undefined;
  const utilization = Math.trunc((usageMilli * 100) / requestMilli);
  const ratio = utilization / targetPercent;
  return {
    ratio,
    utilization,
    averageMilli: Math.trunc(usageMilli / podCount),
    formula: `floor(100 * ${usageMilli}m / ${requestMilli}m) = ${utilization} %, / ${targetPercent} % = ${shown(ratio)}`,
  };
}

/** The mean, cut to an integer, over the target. Source: metrics/utilization.go (GetMetricUsageRatio). */
export function meanUsage(samples: ReadonlyMap<string, PodMetric>, targetMilli: number): Reading {
  let sumMilli = 0;
  for (const { valueMilli } of samples.values()) sumMilli += valueMilli;
  const averageMilli = Math.trunc(sumMilli / samples.size);
  const ratio = averageMilli / targetMilli;
  return {
    ratio,
    averageMilli,
    formula: `floor(${sumMilli}m / ${samples.size}) = ${averageMilli}m, / ${targetMilli}m = ${shown(ratio)}`,
  };
}

/** A ratio for people; decisions use all its digits. */
export const shown = (ratio: number): string => String(Math.round(ratio * 10_000) / 10_000);

/** Parts of 1 by which the ratio may be off without effect. */
export interface Tolerances {
  readonly scaleDown: number;
  readonly scaleUp: number;
}

/** The HPA's own (behavior.scaleUp.tolerance, .scaleDown.tolerance) where set, else the controller's. */
export function tolerancesOf(spec: CompleteHpaSpec, controller: HpaControllerSettings): Tolerances {
  return {
    scaleDown: spec.behavior?.scaleDown.tolerance ?? controller.tolerance,
    scaleUp: spec.behavior?.scaleUp.tolerance ?? controller.tolerance,
  };
}

/**
 * Both ends are inside. Releases before per-direction tolerances asked |1 - ratio| <= tolerance, which in doubles leaves
 * the upper end out: 55 % against 50 % scaled then, and does not now.
 */
export const isWithin = (tolerances: Tolerances, ratio: number): boolean =>
  1 - tolerances.scaleDown <= ratio && ratio <= 1 + tolerances.scaleUp;
