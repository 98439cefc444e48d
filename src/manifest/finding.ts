import type { Path } from './located.ts';
import type { Problem } from './problem.ts';

/** A problem that knows its path in a document, and not yet its line. */
export interface Finding extends Pick<Problem, 'severity' | 'code' | 'message' | 'hint'> {
  readonly path: Path;
  readonly what: 'key' | 'value';
  /** The path that was probably meant, of an unknown field. */
  readonly meant?: Path;
}
