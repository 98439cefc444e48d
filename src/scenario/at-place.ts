import type { LocatedDocument } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';

/** A problem without a place of its own is shown where the scenario names what it is about. */
export const atPlace = (
  file: string,
  document: LocatedDocument,
  place: readonly (string | number)[],
  problem: Problem,
): Problem => ({ ...problem, file, ...document.locate([...place], 'value') });
