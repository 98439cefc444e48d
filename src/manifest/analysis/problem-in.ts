import { locateIn } from '../locate-in.ts';
import type { Path } from '../located.ts';
import type { Problem } from '../problem.ts';
import type { WrittenObject } from '../resource.ts';

/** Whom a problem is about, remembered beside it. */
const subjects = new WeakMap<Problem, WrittenObject>();

export const subjectOf = (problem: Problem): WrittenObject | undefined => subjects.get(problem);

/** A problem at a path of a resource. */
export function problemIn(
  resource: WrittenObject,
  path: Path,
  what: 'key' | 'value',
  problem: Pick<Problem, 'severity' | 'code' | 'message'> & { readonly hint?: string | undefined },
): Problem {
  const { hint, ...rest } = problem;
  const told = {
    ...rest,
    ...(hint === undefined ? {} : { hint }),
    file: resource.file,
    ...locateIn(resource, path, what),
  };
  subjects.set(told, resource);
  return told;
}
