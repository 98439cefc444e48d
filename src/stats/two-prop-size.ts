import { mustBeInnerShare, mustBePositive, mustBeShare, refuse } from './argument.ts';
import { normalUpperQuantile } from './gamma.ts';

/**
 * Requests per group to tell error rates p1 and p2 apart with a two-sided z test at level alpha and the given power,
 * n2 = ratio n1: [z_{1-alpha/2} sqrt((1+1/r) pb qb) + z_power sqrt(p1 q1 + p2 q2 / r)]^2 / (p1-p2)^2, with the pooled
 * share pb = (p1 + r p2) / (1 + r). At ratio 1 this is R's power.prop.test. (J. Fleiss, Statistical Methods for Rates
 * and Proportions, without continuity correction.)
 * @throws RangeError unless 0 <= p1, p2 <= 1 differ, 0 < alpha, power < 1 and ratio > 0.
 *
 * @example
 * twoPropSampleSize({ p1: 0.5, p2: 0.75, alpha: 0.05, power: 0.9, ratio: 1 }); // => { n1: 76.71 }
 */
export function twoPropSampleSize({
  p1,
  p2,
  alpha,
  power,
  ratio,
}: {
  readonly p1: number;
  readonly p2: number;
  readonly alpha: number;
  readonly power: number;
  readonly ratio: number;
}): { readonly n1: number; readonly n2: number; readonly n1Ceil: number; readonly n2Ceil: number } {
  mustBeTwoShares(p1, p2);
  mustBeInnerShare('alpha', alpha);
  mustBeInnerShare('power', power);
  mustBePositive('ratio', ratio);
  const pooled = (p1 + ratio * p2) / (1 + ratio);
  const underEqual = Math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled));
  const underDifferent = Math.sqrt(p1 * (1 - p1) + (p2 * (1 - p2)) / ratio);
  const root = (normalUpperQuantile(alpha / 2) * underEqual + upTo(power) * underDifferent) / (p1 - p2);
  const n1 = root * root;
  const n2 = ratio * n1;
  return { n1, n2, n1Ceil: Math.ceil(n1), n2Ceil: Math.ceil(n2) };
}

/** The normal quantile at power. */
export function upTo(power: number): number {
  return power < 0.5 ? -normalUpperQuantile(power) : normalUpperQuantile(1 - power);
}

export function mustBeTwoShares(p1: number, p2: number): void {
  mustBeShare('p1', p1);
  mustBeShare('p2', p2);
  if (p1 === p2) refuse('p2', p2, `other than p1 = ${p1}`);
}
