import { hypergeometric } from './hypergeometric.ts';
import { above } from './lattice.ts';

/**
 * Fisher's exact test against one side: the probability, with these margins, of k1 of n1 or more beside k2 of n2, were both shares the
 * same. 1 where one of them is of nothing.
 */
export function fisherMore({
  k1,
  n1,
  k2,
  n2,
}: {
  readonly k1: number;
  readonly n1: number;
  readonly k2: number;
  readonly n2: number;
}): number {
  return n1 === 0 || n2 === 0 ? 1 : above(hypergeometric(n1, n2, k1 + k2), k1 - 1);
}
