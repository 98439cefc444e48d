import type { Problem } from '../../manifest/problem.ts';

/** Why a check cannot go on, where no line of a file is to blame; the meanings stand in `problemCodes`. */
export type RefusalCode =
  'MS3001' | 'MS4001' | 'MS4003' | 'MS4004' | 'MS4005' | 'MS4006' | 'MS4007' | 'MS4008' | 'MS4009' | 'MS4010';

/** Whose the obstacle is: the words of the question, the data, what passes by itself, or an interruption before there was any. */
export type RefusalKind = 'usage' | 'invalid' | 'tryAgain' | 'interrupted';

/** There is nothing to judge: what to tell the user. */
export class Refused extends Error {
  readonly kind: RefusalKind;
  readonly problems: readonly (Problem | Refusal)[];
  constructor(kind: RefusalKind, problems: readonly (Problem | Refusal)[]) {
    super(problems.map((own) => own.message).join('\n'));
    this.kind = kind;
    this.problems = problems;
  }
}

export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
  /** What is known beside it, or what to try. */
  readonly notes?: readonly string[];
}

export const refusal = (
  kind: RefusalKind,
  code: RefusalCode,
  message: string,
  notes: readonly string[] = [],
): Refused => new Refused(kind, [{ code, message, notes }]);
