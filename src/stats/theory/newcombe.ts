import { mustBeInnerShare } from '../argument.ts';
import { binomInterval, mustBePart } from '../interval.ts';

/**
 * Newcombe's interval for the difference of two shares, k1/n1 - k2/n2, from their two Wilson intervals (Statistics in
 * Medicine 17, 1998, method 10). Without any data on one side it is [-1, 1].
 * @throws RangeError unless 0 <= k1 <= n1 and 0 <= k2 <= n2 are counts and 0 < conf < 1.
 */
export function newcombe({
  k1,
  n1,
  k2,
  n2,
  conf,
}: {
  readonly k1: number;
  readonly n1: number;
  readonly k2: number;
  readonly n2: number;
  readonly conf: number;
}): [lower: number, upper: number] {
  mustBePart('k1', k1, 'n1', n1);
  mustBePart('k2', k2, 'n2', n2);
  mustBeInnerShare('conf', conf);
  if (n1 === 0 || n2 === 0) return [-1, 1];
  const [lower1, upper1] = binomInterval({ k: k1, n: n1, conf, method: 'wilson' });
  const [lower2, upper2] = binomInterval({ k: k2, n: n2, conf, method: 'wilson' });
  const share1 = k1 / n1;
  const share2 = k2 / n2;
  const distance = (a: number, b: number) => Math.sqrt(a * a + b * b);
  return [
    share1 - share2 - distance(share1 - lower1, upper2 - share2),
    share1 - share2 + distance(upper1 - share1, share2 - lower2),
  ];
}
