import type { Problem } from '../problem.ts';
import type { HorizontalPodAutoscaler, AutoscalerMetric, PodTemplate } from '../resource.ts';
import { scaleTargetOf, selectedTemplates, type Workload } from '../scale-target.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check } from './setting.ts';

/**
 * Utilisation of CPU is a share of the request. Where one container of one pod has none, the metric is an error for all pods
 * (calculatePodRequests in pkg/controller/podautoscaler/replica_calculator.go), the injected sidecar included.
 */
export const podRequests: Check = (setting) => {
  const workloads = setting.workloads;
  return setting.autoscalers.flatMap((own) => {
    const target = scaleTargetOf(own, workloads);
    if (target === undefined) return [];
    const pods = selectedTemplates(target, workloads);
    return measured(own).flatMap(({ metric, index }) =>
      pods.flatMap((pod) => problemsOf(own, metric, index, pod.owner, pod.template)),
    );
  });
};

type CpuMetric = Extract<AutoscalerMetric, { readonly type: 'Resource' | 'ContainerResource' }>;

interface Measured {
  readonly metric: CpuMetric;
  /** undefined: the metric that Kubernetes takes where none is written, or the one of v1. */
  readonly index?: number;
}

/** The metrics on CPU. Without any metric, Kubernetes takes 80 % of the request. */
function measured(own: HorizontalPodAutoscaler): readonly Measured[] {
  const { metrics } = own.spec;
  if (metrics.length === 0)
    return [
      {
        metric: {
          type: 'Resource',
          name: 'cpu',
          target: { type: 'Utilization', averageUtilization: 80 },
        },
      },
    ];
  return metrics.flatMap((metric, index) =>
    (metric.type === 'Resource' || metric.type === 'ContainerResource') && metric.name === 'cpu'
      ? [{ metric, index }]
      : [],
  );
}

function problemsOf(
  own: HorizontalPodAutoscaler,
  metric: CpuMetric,
  index: number | undefined,
  owner: Workload,
  template: PodTemplate,
): readonly Problem[] {
  const only = metric.type === 'ContainerResource' ? metric.container : undefined;
  const containers = requestsOf(template).filter(({ name }) => only === undefined || name === only);
  const warn = (code: string, message: string, hint: string): Problem =>
    problemIn(own, index === undefined ? ['spec'] : ['spec', 'metrics', index], 'value', {
      severity: 'warning',
      code,
      message,
      hint,
    });
  if (only !== undefined && containers.length === 0)
    return [
      warn(
        'MS1114',
        `container ${only} not present in pods of ${owner.kind} ${owner.metadata.name}: HorizontalPodAutoscaler ${nameOf(own)} gets no metric (FailedGetContainerResourceMetric)`,
        `they have ${requestsOf(template)
          .map(({ name }) => name)
          .join(', ')}`,
      ),
    ];
  if (metric.target.type !== 'Utilization') return [];
  if (only === undefined && template.resources.cpuRequestMilli !== undefined) return [];
  return containers
    .filter(({ milli }) => milli === undefined)
    .map(({ name }) =>
      warn(
        'MS1113',
        `missing request for cpu in container ${name} of ${owner.kind} ${owner.metadata.name}: HorizontalPodAutoscaler ${nameOf(own)} gets no metric and does not scale (${only === undefined ? 'FailedGetResourceMetric' : 'FailedGetContainerResourceMetric'})`,
        name === 'istio-proxy'
          ? 'add the annotation sidecar.istio.io/proxyCPU: as soon as one annotation sets a resource of the proxy, its default of 100m is gone'
          : 'write resources.requests.cpu for the container',
      ),
    );
}

/** Containers that run as long as the pod, with their requests. */
function requestsOf(
  template: PodTemplate,
): readonly { readonly name: string; readonly milli: number | undefined }[] {
  const { injectedProxy, containers, initContainers } = template;
  return [
    ...containers.map(({ name, resources }) => ({ name, milli: resources.cpuRequestMilli })),
    ...initContainers
      .filter(({ isSidecar }) => isSidecar)
      .map(({ name, resources }) => ({ name, milli: resources.cpuRequestMilli })),
    ...(injectedProxy.inject === false
      ? []
      : [{ name: 'istio-proxy', milli: injectedProxy.resources.cpuRequestMilli }]),
  ];
}
