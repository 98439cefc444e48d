import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { buildProgram } from '../../../src/cli/program.ts';
import { meshshift } from '../../support/io.ts';
import { nastyWords, rawControl } from '../nasty.ts';
import type { Random } from '../random.ts';
import { linesOf, must, wordsOf, type FuzzKind } from './fuzz-kind.ts';

const given = [
  ...['../fifteen-refreshes', '../request-routing', '../nowhere', '../request-routing/bookinfo.yaml'],
  ...['reviews', 'v1=7,v3=8', '7/8', '50/50', '90%', '1%', '0.1', '10', '42', '1m', '60s'],
  ...['json', 'yaml', 'text', '-'],
];
const silent = (): void => {};
const program = await buildProgram({
  stdout: silent,
  stderr: silent,
  exitCode: silent,
  env: {},
  isTty: { stdout: false, stderr: false },
} as never);
/** What goes on until somebody stops it, or plays for minutes. */
const leftOut = new Set(['--follow', '--watch', '--serve', '--resume', 'shift', 'gallery', 'sweep']);
/** As many runs as somebody asks for are played: of these no more than this. */
const asksForRuns = new Set(['--seeds', '--runs', '--replications']);
const mostRuns = 42;
let folder: string | undefined;

// What a command writes stays in the folder of the fuzzer.
const value = (random: Random): string =>
  random.chance(0.6) ? random.pick(given) : random.pick(nastyWords).replace(/^\//, '');

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
      const drawn =
        option.argChoices !== undefined && random.chance(0.7)
          ? random.pick(option.argChoices)
          : value(random);
      words.push(asksForRuns.has(name) && Number(drawn) > mostRuns ? String(mostRuns) : drawn);
    }
  }
  if (random.chance(0.1)) words.splice(random.below(words.length + 1), 0, random.pick(nastyWords));
  return words.map((word) => word.replace(/^\//, ''));
}

/**
 * A folder to run in, empty, with scenarios of a few seconds beside it: so deep that no "../.." of a word leaves what is the
 * fuzzer's.
 */
function emptyFolder(): string {
  if (folder === undefined) {
    const beside = join(mkdtempSync(join(tmpdir(), 'meshshift-fuzz-')), 'a', 'b', 'c');
    folder = join(beside, 'here');
    mkdirSync(folder, { recursive: true });
  }
  const beside = join(folder, '..');
  const begun = ['fifteen-refreshes', 'request-routing'];
  for (const name of readdirSync(beside)) {
    if (name !== 'here' && !begun.includes(name)) rmSync(join(beside, name), { recursive: true });
  }
  for (const name of begun) {
    const scenario = join(beside, name, 'scenario.yaml');
    if (existsSync(scenario)) continue;
    cpSync(join('scenarios', name), join(beside, name), { recursive: true });
    writeFileSync(scenario, readFileSync(scenario, 'utf8').replace(/^( +duration: ).*/m, '$110s'));
  }
  if (!existsSync(folder) || readdirSync(folder).length > 0) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  return folder;
}

/** Command lines: every one ends with an exit code that is documented, and never with an internal error. */
export const options: FuzzKind = {
  make: (random) => ({ words: linesOf(line(random)) }),
  async try(input) {
    const { code, out, err } = await meshshift(wordsOf(input['words']!), '', emptyFolder());
    must([0, 2, 3, 4].includes(code), `exit code ${code}: ${err.slice(0, 300)}`);
    must(!rawControl.test(out + err), 'a control character reaches the terminal');
    return `${code}\n${out}\n${err}`;
  },
};
