import type { Refused } from '../experiment/check/refused.ts';
import { exit, type Io } from './io.ts';
import { printProblems } from './print.ts';

/** To stderr, with the places where there are any. */
export function printRefusal(io: Io, { kind, problems }: Refused): void {
  for (const own of problems) {
    if ('severity' in own) {
      printProblems(io, [own]);
      continue;
    }
    io.stderr(`error[${own.code}]: ${own.message}\n`);
    for (const note of own.notes ?? []) io.stderr(`  ${note}\n`);
  }
  if (kind === 'usage') io.stderr('(add --help for the options and examples)\n');
  io.exitCode(exit[kind]);
}
