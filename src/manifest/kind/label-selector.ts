import type { Cursor } from '../cursor.ts';
import type { LabelExpression, LabelSelector } from '../labels.ts';
import { list, map, oneOfWords, struct, text, type Shape } from '../schema.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;

const fieldsWith = (operator: Shape): Shape =>
  struct({
    matchLabels: map(text),
    matchExpressions: list(
      struct({ key: text, operator, values: list(text) }, { required: ['key', 'operator'] }),
    ),
  });

/** LabelSelector of apimachinery pkg/apis/meta/v1. */
export const labelSelectorFields = fieldsWith(oneOfWords(...operators));
/** The same in a CRD, which takes any word. */
export const uncheckedSelectorFields = fieldsWith(text);

/** What it asks for; {}: nothing, so that all fit. An expression that is none fits nothing. */
export function readLabelSelector(selector: Cursor): LabelSelector {
  const expressions = selector.at('matchExpressions').items.map((own): LabelExpression => {
    const key = own.at('key').text ?? '';
    const operator = operators.find((each) => each === own.at('operator').text);
    if (operator === undefined) return { key, operator: 'In', values: [] };
    return { key, operator, values: own.at('values').texts };
  });
  return {
    labels: selector.at('matchLabels').textMap,
    ...(expressions.length === 0 ? {} : { expressions }),
  };
}

/** apimachinery pkg/apis/meta/v1/validation/validation.go, ValidateLabelSelectorRequirement. */
export function checkLabelSelector(selector: Cursor): void {
  for (const own of selector.at('matchExpressions').items) {
    const [operator, values] = [own.at('operator').text, own.at('values')];
    const isList = operator === 'In' || operator === 'NotIn';
    if (isList && values.texts.length === 0)
      values.invalid("Required value: must be specified when `operator` is 'In' or 'NotIn'");
    if (!isList && values.texts.length > 0)
      values.invalid("Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  }
}
