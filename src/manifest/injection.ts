import { Cursor } from './cursor.ts';
import type { Labels } from './labels.ts';
import { readYaml } from './located.ts';
import type { Manifest, PodTemplate, Resource, WrittenObject } from './resource.ts';
import { isWorkload, type Workload } from './scale-target.ts';

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

/** Namespaces with what they say, the last of a name. */
export type Injections = ReadonlyMap<string, Injection>;

export function injectionsIn({ resources, others }: Written): Injections {
  const otherwise = injectsByDefault(resources, others) ? 'asked' : undefined;
  return new Map(
    resources.flatMap((own) =>
      own.kind === 'Namespace'
        ? [[own.metadata.name, injectionOf(own.metadata.labels) ?? otherwise] as const]
        : [],
    ),
  );
}

type Written = Pick<Manifest, 'resources' | 'others'>;

/**
 * Namespaces without a label are in, too (values.sidecarInjectorWebhook.enableNamespacesByDefault): so it was installed, or so the
 * injector's own settings say.
 */
const injectsByDefault = (resources: readonly Resource[], others: readonly WrittenObject[]): boolean =>
  resources.some(
    (own) =>
      own.kind === 'IstioOperator' &&
      new Cursor(own.source, [], []).at('spec', 'values', ...byDefault).boolean === true,
  ) || others.some((own) => isByDefault(own.kind, own.metadata.name, own.source));

/** Of the ConfigMap that the injector reads. */
export function isByDefault(kind: string, name: string, source: object): boolean {
  if (kind !== 'ConfigMap' || !/^istio-sidecar-injector(-|$)/.test(name)) return false;
  const { text = '' } = new Cursor(source, [], []).at('data', 'values');
  const { documents } = readYaml('values', text);
  return new Cursor(documents[0]?.data, [], []).at(...byDefault).boolean === true;
}

const byDefault = ['sidecarInjectorWebhook', 'enableNamespacesByDefault'];

/** Templates that would have a sidecar elsewhere. */
const withoutByNamespace = new WeakSet<PodTemplate>();

/**
 * Settles whose pods have no sidecar by their namespace.
 *
 * @param own just read; the templates of workloads among them are completed in place
 * @param earlier in force when these are applied
 */
export function settleInjection({ resources, others }: Written, earlier: Written): void {
  const namespaces = injectionsIn({
    resources: [...earlier.resources, ...resources],
    others: [...earlier.others, ...others],
  });
  for (const own of resources.filter(isWorkload)) {
    const { template } = own.spec;
    if (template.injectedProxy.inject === false || !isWithout(own, namespaces)) continue;
    Object.assign(template.injectedProxy, { inject: false });
    withoutByNamespace.add(template);
  }
}

/**
 * Of a namespace that is not here nothing is known, and of one without a label only where others have it: there pods have a
 * sidecar, as in a mesh whose manifests bring no Namespace along.
 */
function isWithout({ metadata, spec }: Workload, namespaces: Injections): boolean {
  if (!namespaces.has(metadata.namespace)) return false;
  const injection = namespaces.get(metadata.namespace);
  const isAsked = [...namespaces.values()].includes('asked');
  return (
    injection === 'refused' ||
    ((injection === 'ambient' || (injection === undefined && isAsked)) && !asksItself(spec.template))
  );
}

/** Workloads that are there already and whose next pods a change of namespaces gives another sidecar, or none. */
export const reinjected = (workloads: readonly Workload[], namespaces: Injections): readonly Workload[] =>
  workloads.filter((own) => {
    const { template } = own.spec;
    const isSettled = withoutByNamespace.has(template);
    if (template.injectedProxy.inject === false && !isSettled) return false;
    return isWithout(own, namespaces) !== isSettled;
  });

/**
 * Namespaces that leave it open whether their pods have a sidecar, where none asks for it: Istio as it is installed by default gives
 * them none, and here they have one.
 */
export function openNamespaces(all: Written): string[] {
  const { resources } = all;
  const namespaces = injectionsIn(all);
  if ([...namespaces.values()].includes('asked')) return [];
  const assumed = new Set(
    resources
      .filter(isWorkload)
      .flatMap(({ metadata, spec: { template } }) =>
        template.injectedProxy.inject === false || asksItself(template) ? [] : [metadata.namespace],
      ),
  );
  return [...namespaces]
    .filter(([name, own]) => own === undefined && name !== 'istio-system' && assumed.has(name))
    .map(([name]) => name);
}

/**
 * Namespaces that ask a revision, or a tag, that is none of those of which it is told that they are installed: whether it is, too,
 * nobody says, and without it their pods have no sidecars (istio.io, Canary Upgrades; mutatingwebhook.yaml).
 */
export function unknownRevisions(all: Written): { readonly name: string; readonly revision: string }[] {
  const known = new Set(installedRevisions(all));
  if (known.size === 0) return [];
  const workloads = all.resources.filter(isWorkload);
  return all.resources.flatMap(({ kind, metadata: { name, labels } }) => {
    const revision = labels['istio.io/rev'];
    const asks = kind === 'Namespace' && labels['istio-injection'] === undefined;
    if (!asks || revision === undefined || revision === 'default' || known.has(revision)) return [];
    const hasPods = workloads.some(
      ({ metadata, spec }) => metadata.namespace === name && spec.template.injectedProxy.inject !== false,
    );
    return hasPods ? [{ name, revision }] : [];
  });
}

/** As the operator's file, the ConfigMaps of an installation (`istio-REVISION`) and the webhooks of revisions and tags say. */
const installedRevisions = ({ resources, others }: Written): readonly string[] => [
  ...resources.flatMap(({ kind, metadata, source }) =>
    kind === 'IstioOperator'
      ? [new Cursor(source, [], []).at('spec', 'revision').text || 'default']
      : kind === 'MeshConfig'
        ? [metadata.name.replace(/^istio-?/, '') || 'default']
        : [],
  ),
  ...others.flatMap(({ kind, metadata: { name, labels } }) =>
    kind === 'MutatingWebhookConfiguration'
      ? [labels['istio.io/rev'], labels['istio.io/tag']].filter((own) => own !== undefined)
      : kind === 'ConfigMap' && /^istio-sidecar-injector(-|$)/.test(name)
        ? [name.replace(/^istio-sidecar-injector-?/, '') || 'default']
        : [],
  ),
];

/** In a namespace that says nothing a pod asks by a label; no webhook looks at its annotations. */
const asksItself = ({ labels }: PodTemplate): boolean =>
  labels['sidecar.istio.io/inject'] === 'true' || labels['istio.io/rev'] !== undefined;
