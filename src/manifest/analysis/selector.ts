import { labelsText, selects, withoutCluster } from '../labels.ts';
import type { Problem } from '../problem.ts';
import type { Service } from '../resource.ts';
import { istio } from './message.ts';
import { mayHave } from './pod.ts';
import { problemIn } from './problem-in.ts';
import type { Check, Setting } from './setting.ts';
import type { Written } from './written.ts';

/** Selectors that fit no pod, which the mesh answers with 503 (UH). */
export const selectors: Check = (setting) => [
  ...(setting.pods.length === 0 ? [] : setting.services.flatMap((own) => serviceProblems(setting, own))),
  ...(setting.whole.pods
    ? setting.written('networking.istio.io', 'DestinationRule').flatMap((own) => subsetProblems(setting, own))
    : []),
];

function serviceProblems({ podsWith }: Setting, own: Service): readonly Problem[] {
  const { selector } = own.spec;
  const { name, namespace } = own.metadata;
  const found = podsWith(selector).some((pod) => pod.namespace === namespace);
  if (found || Object.keys(selector).length === 0) return [];
  return [
    problemIn(own, ['spec', 'selector'], 'key', {
      severity: 'warning',
      code: 'MS1102',
      message: `Service ${name} selects no pods: no workload's pods have ${labelsText(selector)}`,
    }),
  ];
}

/** analyzers/destinationrule/subset.go; a pod of another Service does not count. */
function subsetProblems(setting: Setting, rule: Written): readonly Problem[] {
  const host = rule.spec.at('host').text ?? '';
  const known = setting.hosts.find(host, rule.namespace, rule.spec.at('exportTo').texts);
  if (known === undefined) return [];
  const { isService, selector, endpoints, from } = known;
  const pods = setting.podsWith(selector).filter((pod) => !isService || pod.namespace === from.namespace);
  return rule.spec.at('subsets').items.flatMap((subset) => {
    const labels = subset.at('labels').textMap;
    const name = subset.at('name');
    if (name.text === undefined || Object.keys(labels).length === 0) return [];
    const wanted = withoutCluster(labels);
    if (endpoints.some((own) => selects(labels, own)) || pods.some((own) => mayHave(own, wanted))) return [];
    return [
      problemIn(rule.object, name.path, 'value', {
        ...istio('IST0173'),
        message: `The Subset ${name.text} defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).`,
        hint: `no pod of ${from.name} has ${labelsText(labels)}`,
      }),
    ];
  });
}
