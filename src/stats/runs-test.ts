import { exp } from '../kernel/math.ts';
import { mustBeCount, mustBeInteger } from './argument.ts';
import { certain } from './binomial.ts';
import { hypergeometric } from './hypergeometric.ts';

/**
 * P(R <= runs) for the number R of runs in a sequence of n1 symbols of one kind and n2 of another, all orders equally
 * likely: the lower tail of the test of A. Wald and J. Wolfowitz (Annals of Mathematical Statistics 11, 1940).
 * Few runs mean that a version comes in blocks.
 * @throws RangeError unless n1, n2 are counts and runs is an integer.
 */
export function runsTestLower({
  n1,
  n2,
  runs,
}: {
  readonly n1: number;
  readonly n2: number;
  readonly runs: number;
}): number {
  mustBeCount('n1', n1);
  mustBeCount('n2', n2);
  mustBeInteger('runs', runs);
  if (n1 === 0 || n2 === 0) return runs >= Math.min(1, n1 + n2) ? 1 : 0;
  const n = n1 + n2;
  // 2r runs are r of each kind: 2 C(n1-1, r-1) C(n2-1, r-1) / C(n, n1), a hypergeometric probability of r - 1. And 2r + 1
  // runs, r + 1 of one and r of the other, are odd(r) times as likely.
  const lattice = n1 === 1 || n2 === 1 ? certain(0) : hypergeometric(n1 - 1, n2 - 1, n2 - 1);
  const pairs = (r: number) => 2 * (n1 / n) * (n2 / (n - 1)) * exp(lattice.log(r - 1));
  const odd = (r: number) => (n - 2 * r) / (2 * r);
  const sum = (from: number, step: number): number => {
    let term = pairs(from);
    let total = 0;
    // No term is left where there are no such runs.
    for (let r = from; term > 0; r += step) {
      const both = term * (1 + odd(r));
      total += both;
      if (both < 1e-18 * total) break;
      term = step > 0 ? term * lattice.ratio(r - 1) : term / lattice.ratio(r - 2);
    }
    return total;
  };
  const r = Math.floor(runs / 2);
  const endsEven = runs % 2 === 0;
  if (r - 1 < lattice.mode) return Math.min(1, endsEven ? pairs(r) + sum(r - 1, -1) : sum(r, -1));
  return Math.max(0, 1 - (sum(r + 1, 1) + (endsEven ? pairs(r) * odd(r) : 0)));
}
