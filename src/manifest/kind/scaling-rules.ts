import type { Cursor } from '../cursor.ts';
import { quantityNumber } from '../quantity.ts';
import type { AutoscalerScaling } from '../resource.ts';
import { int32, list, oneOfWords, quantity, struct } from '../schema.ts';

export const scalingRulesFields = struct({
  stabilizationWindowSeconds: int32,
  selectPolicy: oneOfWords('Disabled', 'Max', 'Min'),
  policies: list(
    struct(
      { type: oneOfWords('Percent', 'Pods'), value: int32, periodSeconds: int32 },
      { required: ['type', 'value', 'periodSeconds'] },
    ),
  ),
  tolerance: quantity,
});

/** Kubernetes' validateScalingRules; one direction of spec.behavior. */
export function readScalingRules(rules: Cursor): AutoscalerScaling | undefined {
  if (!rules.isSet) return undefined;
  const [window, policies] = [rules.at('stabilizationWindowSeconds'), rules.at('policies')];
  checkRange(window, 0, 3_600);
  if (policies.isSet && policies.items.length === 0)
    policies.invalid(
      'Required value: must specify at least one Policy',
      'leave policies out to have the defaults, or write selectPolicy: Disabled to never scale this way',
    );
  const tolerance = readTolerance(rules.at('tolerance'));
  return {
    ...(window.number === undefined ? {} : { stabilizationWindowSeconds: window.number }),
    ...(rules.at('selectPolicy').text === undefined
      ? {}
      : { selectPolicy: rules.at('selectPolicy').text as 'Max' | 'Min' | 'Disabled' }),
    ...(policies.isSet ? { policies: policies.items.map(readPolicy) } : {}),
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}

function readPolicy(policy: Cursor): NonNullable<AutoscalerScaling['policies']>[number] {
  const [value, period] = [policy.at('value'), policy.at('periodSeconds')];
  checkRange(value, 1, Infinity);
  checkRange(period, 1, 1_800);
  return {
    type: policy.at('type').text as 'Pods' | 'Percent',
    value: value.number ?? 0,
    periodSeconds: period.number ?? 0,
  };
}

/** Kubernetes says "greater than zero" where 1 is the least. */
function checkRange(own: Cursor, least: 0 | 1, most: number): void {
  if (own.number === undefined) return;
  if (own.number < least)
    own.invalid(
      `Invalid value: ${own.number}: must be greater than ${least === 0 ? 'or equal to zero' : 'zero'}`,
    );
  if (own.number > most) own.invalid(`Invalid value: ${own.number}: must be less than or equal to ${most}`);
}

function readTolerance(tolerance: Cursor): number | undefined {
  const share = tolerance.quantity === undefined ? undefined : quantityNumber(tolerance.quantity);
  if (share !== undefined && share < 0)
    tolerance.invalid(`Invalid value: "${tolerance.quantity}": must be greater than or equal to 0`);
  return share;
}
