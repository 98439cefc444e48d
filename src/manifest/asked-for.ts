import { Cursor } from './cursor.ts';
import { parseCpu, parseMemory } from './quantity.ts';
import type { Workload } from './scale-target.ts';
import type { ContainerAmount } from './together.ts';

/** Millicores and bytes. */
export type Amounts = Readonly<Partial<Record<Measured, number>>>;
export const measured = ['cpu', 'memory'] as const;
export type Measured = (typeof measured)[number];

/** What one container asks for and may use at most, as the API server completes it. */
export interface AskedFor {
  readonly when: ContainerAmount['when'];
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/** Istio's charts, global.proxy.resources. */
const ofSidecar = {
  requests: { cpu: 100, memory: 128 * 1024 * 1024 },
  limits: { cpu: 2_000, memory: 1024 * 1024 * 1024 },
};

/** Of each container of a workload's pods, its sidecar among them; undefined: it cannot be told by containers. */
export function askedForBy(workload: Workload): readonly AskedFor[] | undefined {
  const source = new Cursor(workload.source, [], []);
  const pod = workload.kind === 'BarePod' ? source : source.at('spec', 'template');
  const spec = pod.at('spec');
  if (spec.at('containers').items.length === 0 || spec.at('resources').isSet) return undefined;
  const isInjected = workload.spec.template.injectedProxy.inject !== false;
  const written = [...spec.at('initContainers').items, ...spec.at('containers').items];
  const isProxy = (own: Cursor): boolean => isInjected && own.at('name').text === 'istio-proxy';
  const inits = spec.at('initContainers').items.map((own) => own.pathText);
  return [
    ...written
      .filter((own) => !isProxy(own))
      .map((own) => ({
        ...askedIn(own.at('resources')),
        when: !inits.includes(own.pathText)
          ? ('container' as const)
          : own.at('restartPolicy').text === 'Always'
            ? ('sidecar' as const)
            : ('init' as const),
      })),
    ...(isInjected ? [sidecarOf(pod.at('metadata'), written.find(isProxy))] : []),
  ];
}

/** Where only a limit is set, the request is the limit (SetDefaults_Pod, pkg/apis/core/v1/defaults.go). */
function askedIn(resources: Cursor): Omit<AskedFor, 'when'> {
  const limits = amountsIn(resources.at('limits'));
  return { requests: { ...limits, ...amountsIn(resources.at('requests')) }, limits };
}

/** One annotation on its resources, and none of the defaults holds; a container istio-proxy is merged over it. */
function sidecarOf(metadata: Cursor, adjusted: Cursor | undefined): AskedFor {
  const annotation = (name: string): unknown =>
    metadata.at('annotations', `sidecar.istio.io/${name}`).data ?? undefined;
  const annotated = {
    requests: { cpu: annotation('proxyCPU'), memory: annotation('proxyMemory') },
    limits: { cpu: annotation('proxyCPULimit'), memory: annotation('proxyMemoryLimit') },
  };
  const isAnnotated = [annotated.requests, annotated.limits].some((own) => own.cpu ?? own.memory);
  const base = isAnnotated ? askedIn(new Cursor(annotated, [], [])) : ofSidecar;
  const own = adjusted === undefined ? { requests: {}, limits: {} } : askedIn(adjusted.at('resources'));
  return {
    when: 'container',
    requests: { ...base.requests, ...own.requests },
    limits: { ...base.limits, ...own.limits },
  };
}

/** Of a ResourceList, as far as it is of CPU and memory. */
export function amountsIn(list: Cursor): Amounts {
  const found: { cpu?: number; memory?: number } = {};
  for (const name of measured) {
    const amount = amountOf(name, list.at(name).quantity);
    if (amount !== undefined) found[name] = amount;
  }
  return found;
}

export function amountOf(name: Measured, written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const parsed = name === 'cpu' ? parseCpu(written) : parseMemory(written);
  return 'millicores' in parsed ? parsed.millicores : 'bytes' in parsed ? parsed.bytes : undefined;
}
