import type { Cursor } from '../cursor.ts';
import { readYaml } from '../located.ts';
import { quantityProblem } from '../quantity.ts';
import type { CpuResources, InjectedProxy } from '../resource.ts';
import { cpuResources, millicores, withDefaultRequest } from './cpu-resources.ts';

/** Istio's charts, global.proxy.resources: 100m and 2 cores. */
const defaultResources: CpuResources = { cpuRequestMilli: 100, cpuLimitMilli: 2_000 };

const resourceAnnotations = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'];

/**
 * The sidecar that Istio would add to a pod (manifests/charts/istio-control/istio-discovery/files/injection-template.yaml).
 * `adjusted` is the CPU of a container `istio-proxy` in the template: it is merged over the injected one.
 * A pod on the network of its node has none.
 */
export function readInjectedProxy(
  metadata: Cursor,
  containers: readonly Cursor[],
  adjusted: CpuResources,
  hostNetwork: boolean,
): InjectedProxy {
  if (isGateway(metadata, containers)) return { inject: false, resources: {}, isGateway: true };
  const annotation = (name: string): Cursor => metadata.at('annotations', `sidecar.istio.io/${name}`);
  const said = metadata.at('labels', 'sidecar.istio.io/inject').text ?? annotation('inject').text;
  // Any other word says nothing (pkg/kube/inject/inject.go, injectRequired).
  const inject = hostNetwork ? false : said === 'true' ? true : said === 'false' ? false : undefined;
  const annotated = annotatedResources(annotation);
  const config = readConfig(metadata.at('annotations', 'proxy.istio.io/config'));
  return {
    ...(inject === undefined ? {} : { inject }),
    resources: withDefaultRequest({ ...annotated, ...adjusted }),
    ...config,
  };
}

/**
 * A gateway's pods say so: by the template that is injected into them (the charts' annotation), by what their container is
 * told to be (`proxy router`), or, where neither is written down, by the charts' label (`istio: ingressgateway`).
 */
function isGateway(metadata: Cursor, containers: readonly Cursor[]): boolean {
  const templates = metadata.at('annotations', 'inject.istio.io/templates').text;
  if (templates !== undefined) return templates.split(',').some((own) => own.trim() === 'gateway');
  if (containers.some((own) => own.at('args').texts.includes('router'))) return true;
  return /gateway$/.test(metadata.at('labels', 'istio').text ?? '');
}

/** One annotation on the proxy's resources, be it on memory, and none of the defaults holds any more. */
function annotatedResources(annotation: (name: string) => Cursor): CpuResources {
  const written = resourceAnnotations.map(annotation).filter((own) => own.text !== undefined);
  if (written.length === 0) return defaultResources;
  for (const own of written) {
    const problem = quantityProblem(own.text!);
    if (problem !== undefined) own.invalid(`Invalid value: "${own.text}": ${problem}`);
  }
  return cpuResources(millicores(annotation('proxyCPU').text), millicores(annotation('proxyCPULimit').text));
}

/**
 * Of the settings of each proxy (mesh/v1alpha1/proxy.proto): whether one would act that is not read. So do all of which nothing else is
 * known, unless they say what holds without them.
 */
export function actsInProxy(name: string, data: unknown): boolean {
  switch (name) {
    case 'holdApplicationUntilProxyStarts':
      return false;
    case 'gatewayTopology':
      return actsAtGateways(data);
    case 'interceptionMode':
      return data === 'NONE';
    case 'proxyMetadata':
    case 'runtimeValues':
      return typeof data === 'object' && data !== null && Object.keys(data).length > 0;
    case 'drainDuration':
      return data !== '45s';
    case 'terminationDrainDuration':
      return data !== '5s';
    default:
      return !idleInProxy.test(name);
  }
}

/** Logs, traces, metrics, certificates, names and places of files; headers that say who passed a request on; probes of machines outside. */
const idleInProxy = new RegExp(
  `^(${[
    'configPath|binaryPath|serviceCluster|tracingServiceName|discoveryAddress|discoveryRefreshDelay|availabilityZone',
    'zipkinAddress|statsdUdpAddress|envoyMetricsServiceAddress|tracing|envoyAccessLogService|envoyMetricsService',
    'extraStatTags|proxyStatsMatcher|statsCompression|statNameLength|fileFlushInterval|fileFlushMinSizeKb',
    'controlPlaneAuthPolicy|sds|caCertificatesPem|privateKeyProvider|meshId|image|proxyHeaders|readinessProbe',
    'proxyAdminPort|statusPort|parentShutdownDuration|connectTimeout',
  ].join('|')})$`,
);

/** Proxies before a gateway's are trusted, as what they say of the client and of its scheme holds, or are to speak otherwise. */
const actsAtGateways = (topology: unknown): boolean =>
  typeof topology === 'object' &&
  topology !== null &&
  Object.entries(topology).some(
    ([name, data]) =>
      name !== 'forwardClientCertDetails' && !(name === 'numTrustedProxies' && Number(data) === 0),
  );

function readConfig(config: Cursor): Pick<InjectedProxy, 'holdApplicationUntilProxyStarts'> {
  if (config.text === undefined) return {};
  const { documents, problems } = readYaml('proxy.istio.io/config', config.text);
  const data = documents[0]?.data;
  if (problems.length > 0 || typeof data !== 'object' || data === null) {
    config.say(
      'warning',
      'MS1034',
      `annotation proxy.istio.io/config cannot be read${problems[0] === undefined ? '' : `: ${problems[0].message}`}`,
      'it holds YAML, such as holdApplicationUntilProxyStarts: true',
    );
    return {};
  }
  const { holdApplicationUntilProxyStarts: hold } = data as Readonly<Record<string, unknown>>;
  return {
    ...(typeof hold === 'boolean' ? { holdApplicationUntilProxyStarts: hold } : {}),
  };
}
