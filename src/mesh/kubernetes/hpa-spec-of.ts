import type { HorizontalPodAutoscaler, MetricSpec as ReadMetric } from '../../manifest/resource.ts';
import type { HpaSpec, MetricSpec } from './hpa/spec.ts';

/** A manifest's specification as `hpaRule` takes it. */
export const hpaSpecOf = ({ spec }: HorizontalPodAutoscaler): HpaSpec => ({
  minReplicas: spec.minReplicas,
  maxReplicas: spec.maxReplicas,
  metrics: spec.metrics.map(metricOf),
  behavior: spec.behavior,
});

function metricOf(metric: ReadMetric): MetricSpec {
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
