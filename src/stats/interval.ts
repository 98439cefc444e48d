import { mustBeCount, mustBeInnerShare, refuse } from './argument.ts';
import { betaRoot } from './beta.ts';
import { twoSidedNormal } from './gamma.ts';

export type IntervalMethod = 'wilson' | 'clopper-pearson' | 'jeffreys';

/**
 * A confidence interval for a share of which k of n were seen.
 * - `wilson`: the score interval, (k + z^2/2 -+ z sqrt(k (n-k)/n + z^2/4)) / (n + z^2), without continuity correction;
 * - `clopper-pearson`: Beta(k, n-k+1) and Beta(k+1, n-k) quantiles; never covers less than conf;
 * - `jeffreys`: equal-tailed Beta(k+1/2, n-k+1/2).
 *
 * All begin at exactly 0 for k = 0 and end at exactly 1 for k = n; n = 0 gives [0, 1].
 * L. Brown, T. Cai, A. DasGupta, Interval Estimation for a Binomial Proportion, Statistical Science 16, 2001.
 * @throws RangeError unless 0 <= k <= n are counts, 0 < conf < 1 and the method is one of the three.
 *
 * @example
 * binomInterval({ k: 7, n: 15, conf: 0.95, method: 'wilson' }); // => [0.2481, 0.6988]
 */
export function binomInterval({
  k,
  n,
  conf,
  method,
}: {
  readonly k: number;
  readonly n: number;
  readonly conf: number;
  readonly method: IntervalMethod;
}): [lower: number, upper: number] {
  mustBePart('k', k, 'n', n);
  mustBeInnerShare('conf', conf);
  if (!Object.hasOwn(lowerEnd, method))
    refuse('method', method, `one of ${Object.keys(lowerEnd).join(', ')}`);
  const lower = lowerEnd[method];
  return [k === 0 ? 0 : lower(k, n, conf).x, k === n ? 1 : lower(n - k, n, conf).y];
}

/** The lower end x for 0 < k <= n, and y = 1 - x beside it: the upper end is the lower one of the n - k others. */
const lowerEnd: Record<
  IntervalMethod,
  (k: number, n: number, conf: number) => { readonly x: number; readonly y: number }
> = {
  wilson: (k, n, conf) => {
    const z = twoSidedNormal(conf);
    const root = z * Math.sqrt((k * (n - k)) / n + (z * z) / 4);
    // The textbook's k + z^2/2 - root would lose its digits for small k.
    const x = (k * (k / n)) / (k + (z * z) / 2 + root);
    return { x, y: (n - k + (z * z) / 2 + root) / (n + z * z) };
  },
  'clopper-pearson': (k, n, conf) => betaRoot((1 - conf) / 2, (1 + conf) / 2, k, n - k + 1),
  jeffreys: (k, n, conf) => betaRoot((1 - conf) / 2, (1 + conf) / 2, k + 0.5, n - k + 0.5),
};

/** k of n: two counts, the first no larger. */
export function mustBePart(partName: string, part: number, wholeName: string, whole: number): void {
  mustBeCount(wholeName, whole);
  mustBeCount(partName, part);
  if (part > whole) refuse(partName, part, `at most ${wholeName} = ${whole}`);
}
