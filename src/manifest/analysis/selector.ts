import type { Check } from './setting.ts';
import { problemIn, selects, serviceFor } from './setting.ts';

/** Selectors that fit no pod, which the mesh answers with 503 (UH). Without any Deployment nothing can be said. */
export const selectors: Check = (setting) => {
  if (setting.deployments.length === 0) return [];
  const pods = setting.deployments.map((own) => ({
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
          severity: 'warning',
          code: 'MS1101',
          message: `subset ${subset.name} selects no pods of ${service.metadata.name}: none has ${labelsText(subset.labels)}; requests to it get 503 (UH)`,
        }),
      ];
    });
  });
  return [...services, ...subsets];
};

const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
