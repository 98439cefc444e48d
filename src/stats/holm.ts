import { isWithin, refuse } from './argument.ts';

/**
 * p-values of several tests, adjusted for their number (Holm, Scandinavian Journal of Statistics 6, 1979), in the order given:
 * whoever rejects those of at most `level` rejects anything by luck in at most `level` of all cases, however the tests depend on
 * one another. The smallest is Bonferroni's: itself times their number.
 * @throws RangeError unless 0 <= p <= 1.
 *
 * @example
 * holm({ ps: [0.01, 0.02, 0.03, 0.04] }); // => [0.04, 0.06, 0.06, 0.06]
 */
export function holm({ ps }: { readonly ps: readonly number[] }): number[] {
  ps.forEach((p, index) => {
    if (!isWithin(p, 0, 1)) refuse(`ps[${index}]`, p, 'between 0 and 1');
  });
  const adjusted = new Array<number>(ps.length).fill(0);
  let before = 0;
  [...ps.keys()]
    .sort((a, b) => ps[a]! - ps[b]!)
    .forEach((index, rank) => {
      before = Math.max(before, Math.min(1, ps[index]! * (ps.length - rank)));
      adjusted[index] = before;
    });
  return adjusted;
}

/** The same for tests that are asked at a level in place of telling a p-value: those that reject, and the level of the others. */
export function holmStepDown<T>(
  tests: readonly T[],
  level: number,
  rejects: (test: T, level: number) => boolean,
): { readonly rejected: ReadonlySet<T>; readonly levelOfRest: number } {
  const rejected = new Set<T>();
  for (;;) {
    const rest = tests.filter((test) => !rejected.has(test));
    const levelOfRest = level / Math.max(1, rest.length);
    const found = rest.filter((test) => rejects(test, levelOfRest));
    for (const test of found) rejected.add(test);
    if (found.length === 0 || found.length === rest.length) return { rejected, levelOfRest };
  }
}
