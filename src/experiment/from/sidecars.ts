import { listOf, mapOf, type Data } from '../../manifest/change/written.ts';
import { selects } from '../../manifest/labels.ts';
import type { Exported } from './exported.ts';
import { isWorkloadKind, labelsOf, templateOf } from './kept.ts';
import { textMap } from './system.ts';

/**
 * Whose pods have no sidecar, by the pods themselves where they were exported, else by what their namespaces ask for. What a
 * template says itself stays.
 *
 * @returns the objects, those without a sidecar labelled so, and how it was told.
 */
export function withSidecars(
  objects: readonly Exported[],
  exported: readonly Exported[],
): { readonly objects: readonly Exported[]; readonly note: string } {
  const pods = exported.filter(({ kind }) => kind === 'Pod');
  const namespaces = exported.filter(({ kind }) => kind === 'Namespace');
  const asked = new Map(namespaces.map((own) => [own.name, asksForSidecars(own)]));
  const knowsNamespaces = [...asked.values()].includes(true);
  let byPods = 0;
  const labelled = objects.map((own) => {
    if (!isWorkloadKind(own.kind) || saysItself(own)) return own;
    const spec = mapOf(templateOf(own)['spec']);
    if (spec['hostNetwork'] === true) return without(own);
    if (own.kind === 'Pod')
      return hasProxy(own.source)
        ? own
        : pods.length > 0 && pods.some((pod) => hasProxy(pod.source))
          ? without(own)
          : own;
    const selector = textMap(mapOf(mapOf(own.source['spec'])['selector'])['matchLabels']);
    const ours = pods.filter((pod) => pod.namespace === own.namespace && selects(selector, labelsOf(pod)));
    if (ours.length > 0) byPods += 1;
    const has =
      ours.length > 0
        ? ours.some((pod) => hasProxy(pod.source))
        : knowsNamespaces
          ? asked.get(own.namespace)
          : undefined;
    return has === false ? without(own) : own;
  });
  const note =
    byPods > 0
      ? 'as the exported pods have them'
      : knowsNamespaces
        ? 'as the labels of the namespaces ask'
        : 'assumed in every pod: neither pods nor namespaces with istio-injection were exported';
  return { objects: labelled, note };
}

function asksForSidecars({ source }: Exported): boolean {
  const labels = textMap(mapOf(source['metadata'])['labels']);
  return (
    labels['istio-injection'] === 'enabled' ||
    labels['istio.io/rev'] !== undefined ||
    labels['istio.io/dataplane-mode'] === 'ambient'
  );
}

const injectName = 'sidecar.istio.io/inject';

function saysItself(own: Exported): boolean {
  const { labels, annotations } = mapOf(templateOf(own)['metadata']);
  return mapOf(labels)[injectName] !== undefined || mapOf(annotations)[injectName] !== undefined;
}

/** Sidecars of today are init containers that go on. */
const hasProxy = (pod: Data): boolean => {
  const spec = mapOf(pod['spec']);
  return [...listOf(spec['containers']), ...listOf(spec['initContainers'])].some(
    ({ name }) => name === 'istio-proxy',
  );
};

function without(own: Exported): Exported {
  const source = structuredClone(own.source);
  const template = templateOf({ ...own, source });
  const metadata = (template['metadata'] ??= {}) as Data;
  metadata['labels'] = { ...mapOf(metadata['labels']), [injectName]: 'false' };
  return { ...own, source };
}
