import type { Cursor } from '../cursor.ts';
import type { LabelExpression } from '../labels.ts';
import { intOrString, list, map, oneOfWords, struct, text } from '../schema.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';
import { readPodAmount } from './workload.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

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
      selector: struct({
        matchLabels: map(text),
        matchExpressions: list(
          struct(
            { key: text, operator: oneOfWords(...operators), values: list(text) },
            { required: ['key', 'operator'] },
          ),
        ),
      }),
      unhealthyPodEvictionPolicy: oneOfWords('IfHealthyBudget', 'AlwaysAllow'),
    }),
  ),
  checkName: checkSubdomain,
  read(spec) {
    const [least, most] = [spec.at('minAvailable'), spec.at('maxUnavailable')];
    if (least.isSet && most.isSet)
      spec.invalid('Invalid value: minAvailable and maxUnavailable cannot be both set');
    const expressions = spec.at('selector', 'matchExpressions').items.map(readExpression);
    const [minAvailable, maxUnavailable] = [readPodAmount(least), readPodAmount(most)];
    return {
      ...(spec.at('selector').isSet ? { selector: spec.at('selector', 'matchLabels').textMap } : {}),
      ...(expressions.length === 0 ? {} : { expressions }),
      ...(minAvailable === undefined ? {} : { minAvailable }),
      ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
      ...(spec.at('unhealthyPodEvictionPolicy').text === 'AlwaysAllow'
        ? { unhealthyPodEvictionPolicy: 'AlwaysAllow' as const }
        : {}),
    };
  },
};

/** apimachinery pkg/apis/meta/v1/validation/validation.go, ValidateLabelSelectorRequirement. */
function readExpression(own: Cursor): LabelExpression {
  const values = own.at('values').texts;
  const operator = operators.find((each) => each === own.at('operator').text) ?? 'In';
  const isList = operator === 'In' || operator === 'NotIn';
  if (isList && values.length === 0)
    own.at('values').invalid("Required value: must be specified when `operator` is 'In' or 'NotIn'");
  if (!isList && values.length > 0)
    own.at('values').invalid("Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  return { key: own.at('key').text ?? '', operator, values };
}
