import { intOrString, oneOfWords, struct } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { checkLabelSelector, labelSelectorFields, readLabelSelector } from './label-selector.ts';
import { readPodAmount } from './workload.ts';

/** Kubernetes policy/v1 PodDisruptionBudget; rules of pkg/apis/policy/validation/validation.go. */
export const podDisruptionBudget: KindReader<'PodDisruptionBudget'> = {
  kind: 'PodDisruptionBudget',
  group: 'policy',
  versions: ['v1'],
  unknownFields: 'ignore',
  fields: objectFields(
    struct({
      minAvailable: intOrString,
      maxUnavailable: intOrString,
      selector: labelSelectorFields,
      unhealthyPodEvictionPolicy: oneOfWords('IfHealthyBudget', 'AlwaysAllow'),
    }),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const [least, most] = [spec.at('minAvailable'), spec.at('maxUnavailable')];
    if (least.isSet && most.isSet)
      spec.invalid('Invalid value: minAvailable and maxUnavailable cannot be both set');
    checkLabelSelector(spec.at('selector'));
    const { labels, expressions } = readLabelSelector(spec.at('selector'));
    const [minAvailable, maxUnavailable] = [readPodAmount(least), readPodAmount(most)];
    return {
      ...(spec.at('selector').isSet ? { selector: labels } : {}),
      ...(expressions === undefined ? {} : { expressions }),
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
      ...(spec.at('unhealthyPodEvictionPolicy').text === 'AlwaysAllow'
        ? { unhealthyPodEvictionPolicy: 'AlwaysAllow' as const }
        : {}),
    };
  },
};
