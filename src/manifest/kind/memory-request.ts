import type { Cursor } from '../cursor.ts';
import { parseMemory } from '../quantity.ts';
import type { MemoryRequests } from '../resource.ts';
import { together } from '../together.ts';

/** Istio's charts, global.proxy.resources: 128Mi. */
const sidecarDefaultBytes = 128 * 1024 * 1024;

const resourceAnnotations = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'];

/**
 * Memory that the scheduler sets aside for a pod: what its containers ask for together, native sidecars among them, or more where an
 * init container asks for more; what the pod asks for as a whole stands above it (component-helpers/resource/helpers.go, PodRequests).
 *
 * @param metadata of the pod's template, whose annotations say what its sidecar asks for
 * @param hasOwnProxy its container istio-proxy is one like the others: none is injected
 */
export function readMemoryRequests(metadata: Cursor, spec: Cursor, hasOwnProxy: boolean): MemoryRequests {
  const isOwn = (own: Cursor): boolean => hasOwnProxy || own.at('name').text !== 'istio-proxy';
  const [containers, inits] = ['containers', 'initContainers'].map((of) => spec.at(of).items.filter(isOwn));
  const amounts = [
    ...inits!.map((own) => ({
      amount: requestOf(own) ?? 0,
      when: own.at('restartPolicy').text === 'Always' ? ('sidecar' as const) : ('init' as const),
    })),
    ...containers!.map((own) => ({ amount: requestOf(own) ?? 0, when: 'container' as const })),
  ];
  const whole = spec.at('resources');
  const wholeBytes =
    bytesOf(whole.at('requests', 'memory')) ??
    (amounts.some(({ amount, when }) => when !== 'init' && amount > 0)
      ? undefined
      : bytesOf(whole.at('limits', 'memory')));
  return wholeBytes === undefined
    ? { ownBytes: together(amounts), sidecarBytes: readSidecar(metadata, spec) }
    : { ownBytes: wholeBytes, sidecarBytes: 0 };
}

/** One annotation on the proxy's resources, and none of the defaults holds; a container istio-proxy is merged over it. */
function readSidecar(metadata: Cursor, spec: Cursor): number {
  const annotation = (name: string): Cursor => metadata.at('annotations', `sidecar.istio.io/${name}`);
  const adjusted = ['containers', 'initContainers']
    .flatMap((of) => spec.at(of).items)
    .find((own) => own.at('name').text === 'istio-proxy');
  return (
    (adjusted && requestOf(adjusted)) ??
    (resourceAnnotations.some((name) => annotation(name).text !== undefined)
      ? (bytesOf(annotation('proxyMemory')) ?? bytesOf(annotation('proxyMemoryLimit')) ?? 0)
      : sidecarDefaultBytes)
  );
}

/** SetDefaults_Pod (pkg/apis/core/v1/defaults.go): where only a limit is set, the request is the limit. */
const requestOf = (container: Cursor): number | undefined =>
  bytesOf(container.at('resources', 'requests', 'memory')) ??
  bytesOf(container.at('resources', 'limits', 'memory'));

function bytesOf(written: Cursor): number | undefined {
  const parsed = written.quantity === undefined ? undefined : parseMemory(written.quantity);
  return parsed !== undefined && 'bytes' in parsed ? parsed.bytes : undefined;
}
