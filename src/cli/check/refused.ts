import type { Problem } from '../../manifest/problem.ts';
import { printProblems } from '../print.ts';
import { exit, type Io } from '../io.ts';

/** Why a check cannot go on, where no line of a file is to blame; the meanings stand in `problemCodes`. */
export type RefusalCode =
  'MS3001' | 'MS4001' | 'MS4003' | 'MS4004' | 'MS4005' | 'MS4006' | 'MS4007' | 'MS4008';

/** There is nothing to judge: what to tell the user, and the exit code. */
export class Refused extends Error {
  readonly exitCode: number;
  readonly problems: readonly (Problem | Refusal)[];
  constructor(exitCode: number, problems: readonly (Problem | Refusal)[]) {
    super(problems.map((own) => own.message).join('\n'));
    this.exitCode = exitCode;
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
  exitCode: number,
  code: RefusalCode,
  message: string,
  notes: readonly string[] = [],
): Refused => new Refused(exitCode, [{ code, message, notes }]);

/** To stderr, with the places where there are any. */
export function printRefusal(io: Io, { exitCode, problems }: Refused): void {
  for (const own of problems) {
    if ('severity' in own) {
      printProblems(io, [own]);
      continue;
    }
    io.stderr(`error[${own.code}]: ${own.message}\n`);
    for (const note of own.notes ?? []) io.stderr(`  ${note}\n`);
  }
  if (exitCode === exit.usage) io.stderr('(add --help for the options and examples)\n');
  io.exitCode(exitCode);
}
