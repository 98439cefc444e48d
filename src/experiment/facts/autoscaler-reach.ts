import type { HpaControllerSettings } from '../../mesh/kubernetes/hpa/spec.ts';
import type { AutoscalerMetric, HorizontalPodAutoscaler, PodTemplate } from '../../manifest/resource.ts';
import { scaleTargetOf, type Workload } from '../../manifest/scale-target.ts';
import { cpuRequestMilli } from '../../mesh/kubernetes/pod.ts';
import type { AutoscalerFact } from '../../record/mesh-facts.ts';
import { isOutOfReach, usualTolerance } from '../../verdict/finding/autoscaler-out-of-reach.ts';

/**
 * How far an autoscaler on CPU could read at most, where its pods have limits. The largest of what its metrics ask for counts
 * (pkg/controller/podautoscaler, computeReplicasForMetrics), so it is said of all of them or of none; memory is not modelled.
 */
export function reachOf(
  own: HorizontalPodAutoscaler,
  workloads: readonly Workload[],
  controller: HpaControllerSettings,
): AutoscalerFact[] {
  const target = scaleTargetOf(own, workloads);
  if (target === undefined) return [];
  const { template } = target.spec;
  const { scaleUp } = own.spec.behavior ?? {};
  const tolerance = scaleUp?.tolerance ?? controller.tolerance;
  const about = {
    name: own.metadata.name,
    target: target.metadata.name,
    ...(tolerance === usualTolerance ? {} : { tolerance }),
    ...(scaleUp?.selectPolicy === 'Disabled' ? { neverUp: true as const } : {}),
  };
  const written = own.spec.metrics.length > 0 ? own.spec.metrics : [usualMetric];
  const metrics = written.filter((metric) => !('name' in metric) || metric.name === 'cpu');
  const read = metrics.flatMap((metric) => readingOf(metric, template) ?? []);
  const [first] = read;
  if (first === undefined || read.length < metrics.length)
    return about.neverUp === true ? [{ ...about, wantsPercent: 0, canReachPercent: null, idle: [] }] : [];
  const others = [
    ...template.containers.slice(1),
    ...template.initContainers.filter(({ isSidecar }) => isSidecar),
  ];
  const { injectedProxy } = template;
  const proxyMilli = injectedProxy.inject === false ? 0 : (injectedProxy.resources.cpuRequestMilli ?? 0);
  const applicationMilli = template.containers[0]?.resources.cpuRequestMilli ?? 0;
  return [
    {
      ...about,
      ...(read.find((reading) => !isOutOfReach({ ...about, ...reading })) ?? first),
      idle: others.flatMap(({ name, resources: { cpuRequestMilli: requestMilli } }) =>
        requestMilli === undefined || requestMilli === 0 ? [] : [{ container: name, requestMilli }],
      ),
      ...(proxyMilli > applicationMilli ? { proxyMilli } : {}),
    },
  ];
}

/** The API server's own, where none is written (pkg/apis/autoscaling/v2/defaults.go). */
const usualMetric: AutoscalerMetric = {
  type: 'Resource',
  name: 'cpu',
  target: { type: 'Utilization', averageUtilization: 80 },
};

type Reading = Pick<AutoscalerFact, 'wantsPercent' | 'canReachPercent' | 'millicores' | 'container'>;

/** undefined: it is no metric of CPU. */
function readingOf(metric: AutoscalerMetric, template: PodTemplate): Reading | undefined {
  if (metric.type !== 'Resource' && metric.type !== 'ContainerResource') return undefined;
  const [application] = template.containers;
  const limit = template.resources.cpuLimitMilli ?? application?.resources.cpuLimitMilli;
  const container = metric.type === 'ContainerResource' ? metric.container : undefined;
  const isIdle = [...template.containers.slice(1), ...template.initContainers].some(
    ({ name }) => name === container,
  );
  const isTold = limit !== undefined && (container === undefined || container === application?.name);
  const canReach = isIdle ? 0 : isTold ? limit : null;
  const about = container === undefined ? {} : { container };
  if (metric.target.type === 'AverageValue')
    return {
      ...about,
      wantsPercent: 0,
      canReachPercent: null,
      millicores: { wants: metric.target.averageValueMilli, canReach },
    };
  const requests =
    container === undefined ? cpuRequestMilli(template) : (application?.resources.cpuRequestMilli ?? 0);
  return {
    ...about,
    wantsPercent: metric.target.averageUtilization,
    canReachPercent: isIdle ? 0 : canReach === null || requests === 0 ? null : (100 * canReach) / requests,
  };
}
