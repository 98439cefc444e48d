import type { MetricSpec } from '../spec.ts';
import { externalRule } from './external.ts';
import type { MetricFailure, MetricProposal, MetricRule, Sight } from './metric-rule.ts';
import { objectRule } from './object.ts';
import { podsRule } from './pods.ts';
import { containerResourceRule, resourceRule } from './resource.ts';

/** One rule for each type of metric of autoscaling/v2. */
export const metricRules: {
  readonly [Type in MetricSpec['type']]: MetricRule<Extract<MetricSpec, { readonly type: Type }>>;
} = {
  Resource: resourceRule,
  ContainerResource: containerResourceRule,
  Pods: podsRule,
  Object: objectRule,
  External: externalRule,
};

/** How many replicas one metric alone asks for, or why it cannot say. */
export function proposeFor(metric: MetricSpec, sight: Sight): MetricProposal | MetricFailure {
  if (!Object.hasOwn(metricRules, metric.type)) return unknownType(metric.type);
  const rule = metricRules[metric.type] as MetricRule<MetricSpec>;
  return rule(metric, sight);
}

/** What the API server's validation keeps out, and a caller of the rule may ask for all the same (computeReplicasForMetric). */
function unknownType(type: string): MetricFailure {
  const failed = `unknown metric source type ${JSON.stringify(type)}`;
  return { reason: 'InvalidMetricSourceType', failed, named: failed };
}
