import type { MetricValue } from '../mesh/kubernetes/hpa/proposal/metric-rule.ts';
import type { MetricSpec } from '../mesh/kubernetes/hpa/spec.ts';

const nameOf = (metric: MetricSpec): string => ('name' in metric ? metric.name : metric.metric.name);

/** What an autoscaler aims at: "cpu 70 % of requests". */
export function metricTargetText(metric: MetricSpec): string {
  const { target } = metric;
  const container = metric.type === 'ContainerResource' ? ` of ${metric.container}` : '';
  switch (target.type) {
    case 'Utilization':
      return `${nameOf(metric)}${container} ${target.averageUtilization} % of requests`;
    case 'AverageValue':
      return `${nameOf(metric)}${container} ${target.averageValueMilli / 1000} per pod`;
    case 'Value':
      return `${nameOf(metric)} ${target.valueMilli / 1000}`;
  }
}

export type MetricReading = MetricValue | undefined;

/** What it read last: "cpu 83 % of requests". */
export function metricReadingText(metric: MetricSpec, current: MetricReading): string {
  if (current === undefined) return `${nameOf(metric)}: no reading`;
  const { averageUtilization, averageValueMilli, valueMilli } = current;
  if (averageUtilization !== undefined) return `${nameOf(metric)} ${averageUtilization} % of requests`;
  if (averageValueMilli !== undefined) return `${nameOf(metric)} ${averageValueMilli / 1000} per pod`;
  return `${nameOf(metric)} ${(valueMilli ?? 0) / 1000}`;
}
