import { labelsText, matches } from '../labels.ts';
import type { Problem } from '../problem.ts';
import { istio, notFound } from './message.ts';
import type { Pod } from './pod.ts';
import { problemIn } from './problem-in.ts';
import type { Check, Setting } from './setting.ts';
import type { Written } from './written.ts';

/** Sidecar resources: whom each is for, and who else claims these (analyzers/sidecar/selector.go). */
export const sidecars: Check = (setting) => {
  const all = setting.written('networking.istio.io', 'Sidecar');
  return [
    ...all.flatMap((own) => (isForAll(own) ? forNamespace(setting, own, all) : forPods(setting, own, all))),
  ];
};

const isForAll = (own: Written): boolean => Object.keys(labelsOf(own)).length === 0;
const labelsOf = (own: Written) => own.spec.at('workloadSelector', 'labels').textMap;

function forNamespace(setting: Setting, own: Written, all: readonly Written[]): readonly Problem[] {
  if (isAmbient(setting, own.namespace))
    return [ineffective(own, 'namespace is in ambient mode, the policy has no impact')];
  const same = all.filter((other) => other.namespace === own.namespace && isForAll(other));
  if (same.length < 2) return [];
  return [
    problemIn(own.object, ['metadata', 'name'], 'value', {
      ...istio('IST0111'),
      message: `The Sidecars ${namesOf(same)} in namespace "${own.namespace}" have no workload selector, which can lead to undefined behavior.`,
    }),
  ];
}

function forPods(setting: Setting, own: Written, all: readonly Written[]): readonly Problem[] {
  const found = podsOf(setting, own);
  if (found.length === 0) {
    if (!setting.whole.pods) return [];
    return [
      notFound(own.object, ['spec', 'workloadSelector', 'labels'], 'selector', labelsText(labelsOf(own))),
    ];
  }
  const ambient = found.find(({ annotations }) => annotations['ambient.istio.io/redirection'] === 'enabled');
  if (ambient !== undefined)
    return [ineffective(own, 'selected workload is in ambient mode, the policy has no impact')];
  const rivals = all.filter(
    (other) => other !== own && other.namespace === own.namespace && !isForAll(other),
  );
  return found.flatMap((pod) => {
    const same = rivals.filter((other) => matches(labelsOf(other), pod.labels));
    if (same.length === 0) return [];
    return [
      problemIn(own.object, ['spec', 'workloadSelector'], 'key', {
        ...istio('IST0110'),
        message: `The Sidecars ${namesOf([own, ...same])} in namespace "${own.namespace}" select the same workload pod "${pod.name}", which can lead to undefined behavior.`,
      }),
    ];
  });
}

const podsOf = ({ pods }: Setting, own: Written): readonly Pod[] =>
  pods.filter((pod) => pod.namespace === own.namespace && matches(labelsOf(own), pod.labels));

const ineffective = (own: Written, reason: string): Problem =>
  problemIn(own.object, ['metadata', 'name'], 'value', {
    ...istio('IST0167'),
    message: `The policy has no impact: ${reason}.`,
  });

const namesOf = (own: readonly Written[]): string =>
  `[${own
    .map(({ name }) => name)
    .sort()
    .join(' ')}]`;

/** analyzers/util/in_mesh.go, NamespaceInAmbientMode. */
function isAmbient({ written }: Setting, namespace: string): boolean {
  const labels =
    written('', 'Namespace').find(({ name }) => name === namespace)?.object.metadata.labels ?? {};
  return (
    labels['istio.io/dataplane-mode'] === 'ambient' &&
    labels['istio-injection'] !== 'enabled' &&
    (labels['istio.io/rev'] ?? '') === ''
  );
}
