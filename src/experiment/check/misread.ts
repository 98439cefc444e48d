import type { Problem } from '../../manifest/problem.ts';

/** What is wrong with a text that the user wrote, and where in it. */
export interface Misread {
  readonly wrong: string;
  /** Zero-based place of the first character that is wrong, and how many are. */
  readonly at: number;
  readonly width: number;
  readonly hint?: string;
}

export const misread = (wrong: string, at: number, width: number, hint?: string): Misread => ({
  wrong,
  at,
  width: Math.max(1, width),
  ...(hint === undefined ? {} : { hint }),
});

export const isMisread = (read: object): read is Misread => 'wrong' in read;

/** The same mistake in a part of a longer text that begins at `by`. */
export const movedBy = (own: Misread, by: number): Misread => ({ ...own, at: own.at + by });

/** As a problem of an option (`--weights`), or of a line of a file. */
export function problemOf(
  own: Misread,
  place: { readonly file: string; readonly line?: number; readonly text: string },
): Problem {
  return {
    severity: 'error',
    code: 'MS4002',
    message: own.wrong,
    file: place.file,
    line: place.line ?? 1,
    column: own.at + 1,
    width: own.width,
    excerpt: place.text,
    ...(own.hint === undefined ? {} : { hint: own.hint }),
  };
}
