import { injectionOf, isByDefault } from '../injection.ts';
import type { Problem } from '../problem.ts';
import { istio } from './message.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check, type Setting } from './setting.ts';
import { isIgnoredNamespace } from './suppression.ts';
import type { Written } from './written.ts';

/** Who gets a sidecar: labels of namespaces, pods without one, proxies that wait for their image (analyzers/injection). */
export const injections: Check = (setting) => [
  ...setting
    .written('', 'Namespace')
    .filter(({ name }) => name !== 'istio-system' && !isIgnoredNamespace(name))
    .flatMap((own) => namespaceProblems(setting, own)),
  ...setting.written('', 'Pod').flatMap((own) => podProblems(setting, own)),
  ...setting.written('apps', 'Deployment').flatMap((own) => imageProblems(setting, own)),
];

/** analyzers/injection/injection.go. */
function namespaceProblems(setting: Setting, own: Written): readonly Problem[] {
  const { labels } = own.object.metadata;
  const say = (code: 'IST0102' | 'IST0123' | 'IST0148', message: string): Problem =>
    problemIn(own.object, ['metadata', 'name'], 'value', { ...istio(code), message });
  const injection = labels['istio-injection'];
  const others = ['istio.io/rev', 'istio.io/dataplane-mode'].filter((key) => labels[key] !== undefined);
  const written = [
    ...(injection === undefined ? [] : ['istio-injection']),
    ...(injection === undefined || injection === 'enabled' ? others : []),
  ].map((key) => `${key}=${labels[key]}`);
  const problems =
    written.length > 1
      ? [
          say(
            'IST0123',
            `The namespace has more than one type of injection labels [${written.join(' ')}], which may lead to undefined behavior. Make sure only one injection label exists.`,
          ),
        ]
      : [];
  if (labels['istio.io/dataplane-mode'] === 'ambient' || labels['istio.io/rev'] !== undefined)
    return problems;
  if (injection !== undefined && injection !== '') return problems;
  const { name } = own;
  if (injectsByDefault(setting)) {
    const message =
      'is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.';
    return [...problems, say('IST0148', message)];
  }
  return [
    ...problems,
    say(
      'IST0102',
      `The namespace is not enabled for Istio injection. Run 'kubectl label namespace ${name} istio-injection=enabled' to enable it, or 'kubectl label namespace ${name} istio-injection=disabled' to explicitly mark it as not needing injection.`,
    ),
    ...assumedSidecars(setting, own),
  ];
}

/** A mesh of manifests has sidecars unless they say otherwise: of a namespace that leaves it open, it is to be known. */
function assumedSidecars(setting: Setting, { object, name }: Written): readonly Problem[] {
  const asks = setting
    .written('', 'Namespace')
    .some((each) => injectionOf(each.object.metadata.labels) === 'asked');
  const isOpen = injectionOf(object.metadata.labels) === undefined;
  if (asks || !isOpen || !setting.pods.some(({ namespace }) => namespace === name)) return [];
  const message = `Namespace ${name} has no label for injection, so Istio as installed by default gives its pods no sidecar; here they are taken to have one`;
  const hint = 'write istio-injection: enabled or disabled into its labels, as it is in the cluster';
  return [
    problemIn(object, ['metadata', 'name'], 'value', { severity: 'warning', code: 'MS1124', message, hint }),
  ];
}

/** The injector's settings, if they are here: a namespace without a label is in, too. */
const injectsByDefault = ({ written }: Setting): boolean =>
  written('', 'ConfigMap').some(({ name, object }) => isByDefault('ConfigMap', name, object.source));

function podProblems(setting: Setting, own: Written): readonly Problem[] {
  const { labels, annotations } = own.object.metadata;
  const containers = [...own.spec.at('containers').items, ...own.spec.at('initContainers').items];
  const image = containers.find((one) => one.at('name').text === 'istio-proxy')?.at('image').text ?? '';
  const at = (code: 'IST0103' | 'IST0147', message: string): Problem[] => [
    problemIn(own.object, ['metadata', 'name'], 'value', { ...istio(code), message }),
  ];
  if (image === 'auto') {
    return at(
      'IST0147',
      `Pod ${own.name} contains \`image: auto\` but does not match any Istio injection webhook selectors.`,
    );
  }
  const namespace = setting.written('', 'Namespace').find(({ name }) => name === own.namespace);
  const asked = (
    labels['sidecar.istio.io/inject'] ??
    annotations['sidecar.istio.io/inject'] ??
    ''
  ).toLowerCase();
  if (
    image !== '' ||
    asked === 'false' ||
    own.spec.at('hostNetwork').boolean === true ||
    namespace?.object.metadata.labels['istio-injection'] !== 'enabled' ||
    own.namespace === 'istio-system'
  )
    return [];
  return at(
    'IST0103',
    `The pod ${nameOf(own.object)} is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.`,
  );
}

/**
 * analyzers/injection/image-auto.go, with the webhooks that come with Istio: a namespace or a pod asks for a proxy by label. Of a
 * namespace that is not here nothing is known.
 */
function imageProblems(setting: Setting, own: Written): readonly Problem[] {
  const template = own.spec.at('template');
  const proxy = template.at('spec', 'containers').items.find((one) => one.at('name').text === 'istio-proxy');
  if (proxy?.at('image').text !== 'auto') return [];
  const pod = template.at('metadata', 'labels').textMap;
  const namespaces = setting.written('', 'Namespace');
  const labels = namespaces.find(({ name }) => name === own.namespace)?.object.metadata.labels;
  const isAsked =
    pod['sidecar.istio.io/inject'] === 'true' ||
    pod['istio.io/rev'] !== undefined ||
    (labels === undefined
      ? namespaces.length === 0
      : labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined);
  if (isAsked) return [];
  return [
    problemIn(own.object, ['metadata', 'name'], 'value', {
      ...istio('IST0146'),
      message: `Deployment ${own.name} contains \`image: auto\` but does not match any Istio injection webhook selectors.`,
    }),
  ];
}
