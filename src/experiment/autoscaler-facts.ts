import type { AutoscalerMetric, HorizontalPodAutoscaler, PodTemplate } from '../manifest/resource.ts';
import { scaleTargetOf, type Workload } from '../manifest/scale-target.ts';
import { cpuRequestMilli } from '../mesh/kubernetes/pod.ts';
import type { MeshFacts } from '../record/mesh-facts.ts';

type AutoscalerFact = MeshFacts['autoscalers'][number];

/**
 * How far an autoscaler on CPU could read at most, where its pods have limits. The largest of what its metrics ask for counts
 * (pkg/controller/podautoscaler, computeReplicasForMetrics), so it is said of all of them or of none; memory is not modelled.
 */
export function reachOf(own: HorizontalPodAutoscaler, workloads: readonly Workload[]): AutoscalerFact[] {
  const target = scaleTargetOf(own, workloads);
  if (target === undefined) return [];
  const { template } = target.spec;
  const metrics = own.spec.metrics.filter((metric) => !('name' in metric) || metric.name === 'cpu');
  const read = metrics.flatMap((metric) => readingOf(metric, template) ?? []);
  const [first] = read;
  if (first === undefined || read.length < metrics.length) return [];
  const others = [
    ...template.containers.slice(1),
    ...template.initContainers.filter(({ isSidecar }) => isSidecar),
  ];
  const { injectedProxy } = template;
  const proxyMilli = injectedProxy.inject === false ? 0 : (injectedProxy.resources.cpuRequestMilli ?? 0);
  const applicationMilli = template.containers[0]?.resources.cpuRequestMilli ?? 0;
  return [
    {
      name: own.metadata.name,
      target: target.metadata.name,
      ...first,
      ...read.find(
        ({ canReachPercent, wantsPercent }) => canReachPercent === null || canReachPercent >= wantsPercent,
      ),
      idle: others.flatMap(({ name, resources: { cpuRequestMilli: requestMilli } }) =>
        requestMilli === undefined || requestMilli === 0 ? [] : [{ container: name, requestMilli }],
      ),
      ...(proxyMilli > applicationMilli ? { proxyMilli } : {}),
    },
  ];
}

type Reading = Pick<AutoscalerFact, 'wantsPercent' | 'canReachPercent' | 'container'>;

/** undefined: it is no share of requests for CPU. */
function readingOf(metric: AutoscalerMetric, template: PodTemplate): Reading | undefined {
  if (metric.type !== 'Resource' && metric.type !== 'ContainerResource') return undefined;
  if (metric.target.type !== 'Utilization') return undefined;
  const wantsPercent = metric.target.averageUtilization;
  const [application] = template.containers;
  const limit = template.resources.cpuLimitMilli ?? application?.resources.cpuLimitMilli;
  if (metric.type === 'Resource') {
    const requests = cpuRequestMilli(template);
    return {
      wantsPercent,
      canReachPercent: limit === undefined || requests === 0 ? null : (100 * limit) / requests,
    };
  }
  const { container } = metric;
  const isIdle = [...template.containers.slice(1), ...template.initContainers].some(
    ({ name }) => name === container,
  );
  const requests = application?.resources.cpuRequestMilli ?? 0;
  const isTold = container === application?.name && limit !== undefined && requests > 0;
  return {
    wantsPercent,
    container,
    canReachPercent: isIdle ? 0 : isTold ? (100 * limit) / requests : null,
  };
}
