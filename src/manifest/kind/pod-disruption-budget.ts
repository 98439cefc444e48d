import { anything, ignored, intOrString, map, struct, text } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
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
      selector: struct({ matchLabels: map(text), matchExpressions: ignored(anything) }),
      unhealthyPodEvictionPolicy: ignored(text),
    }),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const [least, most] = [spec.at('minAvailable'), spec.at('maxUnavailable')];
    if (least.isSet && most.isSet)
      spec.invalid('Invalid value: minAvailable and maxUnavailable cannot be both set');
    const [minAvailable, maxUnavailable] = [readPodAmount(least), readPodAmount(most)];
    return {
      ...(spec.at('selector').isSet ? { selector: spec.at('selector', 'matchLabels').textMap } : {}),
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
    };
  },
};
