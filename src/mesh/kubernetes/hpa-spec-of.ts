import type { HorizontalPodAutoscaler, AutoscalerMetric } from '../../manifest/resource.ts';
import { isMemory } from '../../manifest/scale-target.ts';
import type { HpaSpec, MetricSpec } from './hpa/spec.ts';

/**
 * A manifest's specification as `hpaRule` takes it. Memory is not modelled: beside other metrics it is left out, as if it
 * never asked for more than they; by itself it stays, and fails.
 */
export function hpaSpecOf({ spec }: HorizontalPodAutoscaler): HpaSpec {
  const modelled = spec.metrics.filter((own) => !isMemory(own));
  return {
    minReplicas: spec.minReplicas,
    maxReplicas: spec.maxReplicas,
    metrics: (modelled.length === 0 ? spec.metrics : modelled).map(metricOf),
    behavior: spec.behavior,
  };
}

function metricOf(metric: AutoscalerMetric): MetricSpec {
  switch (metric.type) {
    case 'Resource':
    case 'ContainerResource':
      return metric;
    case 'Pods':
    case 'External':
      return { ...metric, metric: { name: metric.metric } } as MetricSpec;
    case 'Object':
      return { ...metric, metric: { name: metric.metric } };
  }
}
