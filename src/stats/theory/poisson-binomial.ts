import { mustBeInteger } from '../argument.ts';
import { poissonBinomial } from '../poisson-binomial.ts';

/**
 * P(sum of independent Bernoulli(ps_i) = k); 0 outside 0..n, and 1 at k = 0 for no trials at all.
 * @throws RangeError for a probability outside 0..1, more than 20000 trials, or a k that is no integer.
 */
export function poissonBinomPmf({ ps, k }: { readonly ps: readonly number[]; readonly k: number }): number {
  mustBeInteger('k', k);
  return poissonBinomial(ps)[k] ?? 0;
}
