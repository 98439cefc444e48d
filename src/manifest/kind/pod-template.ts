import type { Cursor } from '../cursor.ts';
import { readYaml } from '../located.ts';
import type { Container, CpuResources, InitContainer, PodTemplate } from '../resource.ts';
import { anything, ignored, int32, list, map, oneOfWords, struct, text } from '../schema.ts';
import { containersFields, initContainersFields, readContainer, readInitContainer } from './container.ts';
import { cpuResources, readCpuResources, resourcesFields } from './cpu-resources.ts';
import { readMemoryRequests } from './memory-request.ts';
import { readInjectedProxy } from './injected-proxy.ts';
import { present } from './present.ts';

/** Of any workload; what is not here is listed as ignored. */
export const podTemplateFields = struct({
  metadata: struct({
    labels: map(text),
    annotations: map(text, (key, item) => key !== 'proxy.istio.io/config' || isRead(item)),
    name: anything,
    namespace: anything,
    creationTimestamp: anything,
  }),
  spec: struct({
    containers: containersFields,
    initContainers: initContainersFields,
    resources: resourcesFields,
    terminationGracePeriodSeconds: int32,
    restartPolicy: oneOfWords('Always'),
    nodeSelector: map(text),
    nodeName: text,
    schedulerName: ignored(text, 'default-scheduler'),
    priority: ignored(int32, 0),
    tolerations: list(anything, (own) => !staysWhenLost(own as Readonly<Record<string, unknown>> | null)),
  }),
});

/** How long a pod stays on a node that is lost (node.kubernetes.io/not-ready and unreachable, effect NoExecute) is not played. */
const staysWhenLost = (own: Readonly<Record<string, unknown>> | null): boolean =>
  (!own?.['key'] || /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(String(own['key']))) &&
  (!own?.['effect'] || own['effect'] === 'NoExecute');

const readOfProxyConfig = new Set(['holdApplicationUntilProxyStarts']);

/** Of a proxy's own configuration nothing is written that is not read, such as terminationDrainDuration. */
function isRead(config: unknown): boolean {
  const data = typeof config === 'string' ? readYaml('', config).documents[0]?.data : undefined;
  return (
    typeof data !== 'object' || data === null || Object.keys(data).every((key) => readOfProxyConfig.has(key))
  );
}

/** Kubernetes' ValidatePodTemplateSpec, as far as the fields that are read go. */
export function readPodTemplate(template: Cursor): PodTemplate {
  const [metadata, spec] = [template.at('metadata'), template.at('spec')];
  const grace = spec.at('terminationGracePeriodSeconds');
  if ((grace.number ?? 0) < 0)
    grace.invalid(`Invalid value: ${grace.number}: must be greater than or equal to 0`);
  const graceSeconds = grace.number ?? 30;
  const names = new Set<string>();
  const written = spec.at('containers').items;
  const containers = written.map((own) => readContainer(own, names, graceSeconds));
  if (template.isSet && containers.length === 0) spec.at('containers').invalid('Required value');
  const initContainers = spec
    .at('initContainers')
    .items.map((own) => readInitContainer(own, names, graceSeconds));

  // Istio merges such a container into the one that it injects; where it injects none, it is one like the others.
  const adjusted = [...containers, ...initContainers].find((own) => own.name === 'istio-proxy');
  const injectedProxy = readInjectedProxy(
    metadata,
    written,
    adjusted?.resources ?? {},
    spec.at('hostNetwork').boolean === true,
  );
  const isOwn = (own: Container): boolean => own !== adjusted || injectedProxy.inject === false;
  if (adjusted?.preStop !== undefined && !isOwn(adjusted))
    spec.say(
      'warning',
      'MS1033',
      'a preStop hook of istio-proxy is not played: the sidecar serves until the application has ended, as a native one does, and takes 5 s to drain',
    );
  const ownContainers = containers.filter(isOwn);
  const ownInitContainers = initContainers.filter(isOwn);
  return {
    labels: metadata.at('labels').textMap,
    annotations: metadata.at('annotations').textMap,
    containers: ownContainers,
    initContainers: ownInitContainers,
    resources: podResources(readCpuResources(spec.at('resources')), ownContainers, ownInitContainers),
    memoryRequests: readMemoryRequests(metadata, spec, injectedProxy.inject === false),
    terminationGracePeriodSeconds: graceSeconds,
    injectedProxy,
    nodeSelector: spec.at('nodeSelector').textMap,
    ...readTolerations(spec.at('tolerations')),
    ...(spec.at('nodeName').text ? { nodeName: spec.at('nodeName').text! } : {}),
  };
}

/**
 * A pod's own limit brings a request with it: what its containers ask for together, or the limit where none asks
 * (defaultPodRequests in pkg/apis/core/v1/defaults.go; of init containers, only the sidecars are added here).
 */
function podResources(
  { cpuRequestMilli, cpuLimitMilli }: CpuResources,
  containers: readonly Container[],
  initContainers: readonly InitContainer[],
): CpuResources {
  if (cpuRequestMilli !== undefined || cpuLimitMilli === undefined)
    return cpuResources(cpuRequestMilli, cpuLimitMilli);
  const requests = [...containers, ...initContainers.filter((own) => own.isSidecar)].flatMap(
    (own) => own.resources.cpuRequestMilli ?? [],
  );
  const sum = requests.reduce((total, own) => total + own, 0);
  return cpuResources(requests.length === 0 ? cpuLimitMilli : sum, cpuLimitMilli);
}

function readTolerations(tolerations: Cursor): Pick<PodTemplate, 'tolerations'> {
  const found = tolerations.items.map((own) =>
    present({
      key: own.at('key').text || undefined,
      value: own.at('operator').text === 'Exists' ? undefined : (own.at('value').text ?? ''),
      effect: own.at('effect').text || undefined,
    }),
  );
  return found.length === 0 ? {} : { tolerations: found };
}
