import type { HpaControllerSettings } from '../../mesh/kubernetes/hpa/spec.ts';
import type { AutoscalerMetric, HorizontalPodAutoscaler, PodTemplate } from '../../manifest/resource.ts';
import { isFixed, isFrozen, scaleTargetOf, type Workload } from '../../manifest/scale-target.ts';
import { meanOf } from '../../kernel/distribution.ts';
import { selects } from '../../manifest/labels.ts';
import { callsIn, type App, type WorkloadBehaviour } from '../../mesh/app/app.ts';
import type { KubernetesSettings } from '../../mesh/kubernetes/settings.ts';
import type { ProxySettings } from '../../mesh/envoy/proxies.ts';
import { cpuRequestMilli } from '../../mesh/kubernetes/pod.ts';
import type { AutoscalerFact } from '../../record/mesh-facts.ts';
import { isOutOfReach, usualTolerance } from '../../verdict/out-of-reach.ts';

/**
 * How far an autoscaler on CPU could read at most, where its pods have limits. The largest of what its metrics ask for counts
 * (pkg/controller/podautoscaler, computeReplicasForMetrics), so it is said of all of them or of none; memory is not modelled.
 */
export function reachOf(
  own: HorizontalPodAutoscaler,
  workloads: readonly Workload[],
  controller: HpaControllerSettings,
  costs: SidecarCosts = usualCosts,
  app: App['workloads'] = [],
): AutoscalerFact[] {
  const target = scaleTargetOf(own, workloads);
  if (target === undefined || isFixed(own)) return [];
  const { template } = target.spec;
  const { scaleUp } = own.spec.behavior ?? {};
  const tolerance = scaleUp?.tolerance ?? controller.tolerance;
  const about = {
    name: own.metadata.name,
    target: target.metadata.name,
    ...(tolerance === usualTolerance ? {} : { tolerance }),
    ...(scaleUp?.selectPolicy === 'Disabled' ? { neverUp: true as const } : {}),
    ...(isFrozen(own) ? { neverDown: true as const } : {}),
  };
  const sidecar = sidecarOf(
    template,
    costs,
    app.find(({ match }) => selects(match, template.labels)),
  );
  const written = own.spec.metrics.length > 0 ? own.spec.metrics : [usualMetric];
  const metrics = written.filter((metric) => !('name' in metric) || metric.name === 'cpu');
  const read = metrics.flatMap((metric) => readingOf(metric, template, sidecar) ?? []);
  const [first] = read;
  if (first === undefined || read.length < metrics.length)
    return about.neverUp === true ? [{ ...about, wantsPercent: 0, canReachPercent: null, idle: [] }] : [];
  const others = [
    ...template.containers.slice(1),
    ...template.initContainers.filter(({ isSidecar }) => isSidecar),
  ];
  const { injectedProxy } = template;
  const proxyMilli =
    injectedProxy.inject === false || !costs.counted ? 0 : (injectedProxy.resources.cpuRequestMilli ?? 0);
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

/** CPU of sidecars, as a scenario sets it. */
interface SidecarCosts {
  /** False: they neither ask for CPU nor use any. */
  readonly counted: boolean;
  readonly perRequestUs: number;
  readonly idleMilli: number;
}

/** Istio measured 0.5 cores per 1,000 requests a second. */
const usualCosts: SidecarCosts = { counted: true, perRequestUs: 500, idleMilli: 0 };

/** Without settings of proxies their usual ones hold. */
export const costsOf = (
  { countsSidecars }: Pick<KubernetesSettings, 'countsSidecars'>,
  proxy: Partial<Pick<ProxySettings, 'cpuPerRequestUs' | 'idleCpuMilli'>> = {},
): SidecarCosts => ({
  counted: countsSidecars,
  perRequestUs: proxy.cpuPerRequestUs ?? usualCosts.perRequestUs,
  idleMilli: proxy.idleCpuMilli ?? usualCosts.idleMilli,
});

/** Of an application that nobody tells of: a request that costs it less is rare. */
const quickUs = 1_000;

interface Sidecar {
  readonly requestMilli: number;
  /** The most that it uses while the application uses this much: it works once for each request that comes, and for each call. */
  readonly usesAt: (applicationMilli: number) => number;
}

function sidecarOf(
  { injectedProxy: { inject, resources } }: PodTemplate,
  { counted, perRequestUs, idleMilli }: SidecarCosts,
  behaviour: WorkloadBehaviour | undefined,
): Sidecar {
  if (inject === false || !counted) return { requestMilli: 0, usesAt: () => 0 };
  const scripts =
    behaviour === undefined
      ? []
      : [behaviour.script, ...(behaviour.paths ?? []).map((own) => own.script)].map((script) => ({
          passes: 1 + callsIn(script).length,
          cpuUs: script.reduce(
            (sum, step) => sum + (step.kind === 'cpu' ? meanOf(step.time) : 0),
            behaviour.cpuUs,
          ),
        }));
  const ratios = scripts.map(({ passes, cpuUs }) => (passes * perRequestUs) / cpuUs);
  const ratio = scripts.length === 0 ? perRequestUs / quickUs : Math.max(...ratios);
  return {
    requestMilli: resources.cpuRequestMilli ?? 0,
    usesAt: (applicationMilli) =>
      Math.min(resources.cpuLimitMilli ?? Infinity, idleMilli + applicationMilli * ratio),
  };
}

type Reading = Pick<
  AutoscalerFact,
  'wantsPercent' | 'canReachPercent' | 'millicores' | 'container' | 'sidecarMilli'
>;

/** Of the container that istiod's webhook adds. */
const sidecarName = 'istio-proxy';

const finite = (milli: number): number | undefined => (milli === Infinity ? undefined : milli);

/** undefined: it is no metric of CPU. */
function readingOf(metric: AutoscalerMetric, template: PodTemplate, sidecar: Sidecar): Reading | undefined {
  if (metric.type !== 'Resource' && metric.type !== 'ContainerResource') return undefined;
  const [application] = template.containers;
  const container = metric.type === 'ContainerResource' ? metric.container : undefined;
  const ofPod = template.resources.cpuLimitMilli ?? Infinity;
  const limit = finite(Math.min(ofPod, application?.resources.cpuLimitMilli ?? Infinity));
  const isIdle = [...template.containers.slice(1), ...template.initContainers].some(
    ({ name }) => name === container,
  );
  const isSidecar = container === sidecarName && sidecar.requestMilli > 0;
  const isTold =
    limit !== undefined && (container === undefined || container === application?.name || isSidecar);
  // A limit of the pod holds for all of its containers together.
  const sidecarMilli =
    limit !== undefined && (container === undefined || isSidecar)
      ? Math.round(Math.min(sidecar.usesAt(limit), ofPod - limit))
      : 0;
  const canReach = isIdle ? 0 : isTold ? (isSidecar ? 0 : limit) + sidecarMilli : null;
  const about = {
    ...(container === undefined ? {} : { container }),
    ...(sidecarMilli > 0 ? { sidecarMilli } : {}),
  };
  if (metric.target.type === 'AverageValue')
    return {
      ...about,
      wantsPercent: 0,
      canReachPercent: null,
      millicores: { wants: metric.target.averageValueMilli, canReach },
    };
  const requests =
    container === undefined
      ? (template.resources.cpuRequestMilli ??
        cpuRequestMilli({ ...template, injectedProxy: { inject: false, resources: {} } }) +
          sidecar.requestMilli)
      : isSidecar
        ? sidecar.requestMilli
        : (application?.resources.cpuRequestMilli ?? 0);
  return {
    ...about,
    wantsPercent: metric.target.averageUtilization,
    canReachPercent: isIdle ? 0 : canReach === null || requests === 0 ? null : (100 * canReach) / requests,
  };
}
