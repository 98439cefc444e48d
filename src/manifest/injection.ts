import type { Labels } from './labels.ts';
import type { PodTemplate, Resource } from './resource.ts';
import { isWorkload } from './scale-target.ts';

/** What the labels of a namespace say to the injector's webhooks; undefined: nothing. */
export type Injection = 'asked' | 'refused' | 'ambient' | undefined;

/**
 * Of the webhooks that come with Istio (manifests/charts/istio-control/istio-discovery/templates/mutatingwebhook.yaml) none is for a
 * namespace with another word than `enabled`; a revision asks where that label is absent.
 */
export function injectionOf(labels: Labels): Injection {
  const own = labels['istio-injection'];
  if (own !== undefined) return own === 'enabled' ? 'asked' : 'refused';
  if (labels['istio.io/rev'] !== undefined) return 'asked';
  return labels['istio.io/dataplane-mode'] === 'ambient' ? 'ambient' : undefined;
}

/**
 * Settles whose pods have no sidecar by their namespace. Of one that is not here nothing is known, and of one without a label
 * only where others have it: there pods have a sidecar, as in a mesh whose manifests bring no Namespace along.
 *
 * @param resources just read; the templates of workloads among them are completed in place
 * @param earlier in force when these are applied
 */
export function settleInjection(resources: readonly Resource[], earlier: readonly Resource[]): void {
  const namespaces = new Map(
    [...earlier, ...resources].flatMap((own) =>
      own.kind === 'Namespace' ? [[own.metadata.name, injectionOf(own.metadata.labels)] as const] : [],
    ),
  );
  if (namespaces.size === 0) return;
  const isAsked = [...namespaces.values()].includes('asked');
  for (const { metadata, spec } of resources.filter(isWorkload)) {
    const { template } = spec;
    if (!namespaces.has(metadata.namespace) || template.injectedProxy.inject === false) continue;
    const injection = namespaces.get(metadata.namespace);
    const isWithout =
      injection === 'refused' ||
      ((injection === 'ambient' || (injection === undefined && isAsked)) && !asksItself(template));
    if (isWithout) Object.assign(template.injectedProxy, { inject: false });
  }
}

/** In a namespace that says nothing a pod asks by a label; no webhook looks at its annotations. */
const asksItself = ({ labels }: PodTemplate): boolean =>
  labels['sidecar.istio.io/inject'] === 'true' || labels['istio.io/rev'] !== undefined;
