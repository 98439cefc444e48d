import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from '../../../src/cli/program.ts';
import { meshshift } from '../../support/io.ts';
import { nastyValues, rawControl } from '../nasty.ts';
import type { Random } from '../random.ts';
import { must, type FuzzKind } from './fuzz-kind.ts';

const given = [
  ...['fifteen-refreshes', 'request-routing', 'nowhere'].map((name) =>
    join(process.cwd(), 'scenarios', name),
  ),
  join(process.cwd(), 'scenarios', 'request-routing', 'bookinfo.yaml'),
  ...[
    'reviews',
    'v1=7,v3=8',
    '7/8',
    '50/50',
    '90%',
    '1%',
    '0.1',
    '10',
    '42',
    '1m',
    '60s',
    'json',
    'yaml',
    'text',
    '-',
  ],
];
const silent = (): void => {};
const program = buildProgram({
  stdout: silent,
  stderr: silent,
  exitCode: silent,
  env: {},
  isTty: { stdout: false, stderr: false },
} as never);
/** What goes on until somebody stops it, or plays for minutes. */
const leftOut = new Set(['--follow', '--watch', '--resume', 'shift', 'gallery', 'sweep']);
let folder: string | undefined;

const value = (random: Random): string =>
  random.chance(0.6) ? random.pick(given) : random.pick(nastyValues);

function line(random: Random): string[] {
  const words: string[] = [];
  let command: Command = program;
  while (command.commands.length > 0) {
    const inner = command.commands.filter((own) => !leftOut.has(own.name()));
    if (inner.length === 0) break;
    command = random.pick(inner);
    words.push(command.name());
  }
  for (const _ of command.registeredArguments) if (random.chance(0.9)) words.push(value(random));
  for (const option of random.some(command.options, 0.25)) {
    const name = option.long ?? option.short!;
    if (leftOut.has(name)) continue;
    words.push(name);
    if (option.required || (option.optional && random.chance(0.5))) {
      words.push(
        option.argChoices !== undefined && random.chance(0.7)
          ? random.pick(option.argChoices)
          : // What a command writes stays in the folder of the fuzzer.
            value(random).replace(/^\//, ''),
      );
    }
  }
  if (random.chance(0.1)) words.splice(random.below(words.length + 1), 0, random.pick(nastyValues));
  return words.map((word) => word.replace(/^"(.*)"$/, '$1'));
}

/** Command lines: every one ends with an exit code that is documented, and never with an internal error. */
export const options: FuzzKind = {
  async try(random, show) {
    folder ??= mkdtempSync(join(tmpdir(), 'meshshift-fuzz-'));
    const words = line(random);
    show(JSON.stringify(words));
    const { code, out, err } = await meshshift(words, '', folder);
    must([0, 2, 3, 4].includes(code), `exit code ${code}: ${err.slice(0, 300)}`);
    must(!rawControl.test(out + err), 'a control character reaches the terminal');
  },
};
