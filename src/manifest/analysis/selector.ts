import { istio } from './message.ts';
import type { Check } from './setting.ts';
import { problemIn, serviceFor, workloadsOf } from './setting.ts';
import { labelsText, selects } from '../labels.ts';

/** Selectors that fit no pod, which the mesh answers with 503 (UH). Without any workload nothing can be said. */
export const selectors: Check = (setting) => {
  const workloads = workloadsOf(setting);
  if (workloads.length === 0) return [];
  const pods = workloads.map((own) => ({
    namespace: own.metadata.namespace,
    labels: own.spec.template.labels,
    own,
  }));
  const services = setting.services.flatMap((service) => {
    const { selector } = service.spec;
    const found = pods.some(
      (pod) => pod.namespace === service.metadata.namespace && selects(selector, pod.labels),
    );
    if (found || Object.keys(selector).length === 0) return [];
    return [
      problemIn(service, ['spec', 'selector'], 'key', {
        severity: 'warning',
        code: 'MS1102',
        message: `Service ${service.metadata.name} selects no pods: no Deployment's template has ${labelsText(selector)}`,
      }),
    ];
  });
  const subsets = setting.destinationRules.flatMap((rule) => {
    const service = serviceFor(setting, rule.spec.host, rule.metadata.namespace);
    if (service === undefined) return [];
    const behind = pods.filter(
      (pod) => pod.namespace === service.metadata.namespace && selects(service.spec.selector, pod.labels),
    );
    return rule.spec.subsets.flatMap((subset, index) => {
      const fits =
        Object.keys(subset.labels).length === 0 || behind.some((pod) => selects(subset.labels, pod.labels));
      if (fits || behind.length === 0) return [];
      return [
        problemIn(rule, ['spec', 'subsets', index, 'name'], 'value', {
          ...istio('IST0173'),
          message: `The Subset ${subset.name} defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).`,
          hint: `no pod of ${service.metadata.name} has ${labelsText(subset.labels)}`,
        }),
      ];
    });
  });
  return [...services, ...subsets];
};
