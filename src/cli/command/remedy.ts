import { Command, Option } from 'commander';
import { join, resolve } from 'node:path';
import { toJson } from '../../record/to-json.ts';
import { commandLine } from '../../report/command-line.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';
import { positive, runsEach, seedOption, setOption, theScenario } from '../scenario-option.ts';

interface RemedyOptions {
  readonly most: number;
  readonly seeds: number;
  readonly out?: string | false;
  readonly seed?: string;
  readonly set: string[];
  readonly force: boolean;
  readonly quiet: boolean;
  readonly output: 'text' | 'json';
}

export function remedyCommand(io: Io): Command {
  return new Command('remedy')
    .description('Play what would mend a run: each change by itself, before and after, and leave it to apply')
    .argument('<scenario>', 'folder or file of a scenario')
    .addOption(
      new Option('--most <n>', 'how many remedies are played, the worst finding first')
        .argParser(positive)
        .default(3),
    )
    .addOption(
      new Option('--seeds <n>', 'how many runs each, before and after; more make the intervals narrower')
        .argParser(runsEach)
        .default(5),
    )
    .option('--out <folder>', 'where the changed scenarios go (default: reports/remedy-NAME)')
    .option('--no-out', 'write no files')
    .addOption(seedOption())
    .addOption(setOption())
    .option('--force', "replace a folder that is not a remedy's", false)
    .option('-q, --quiet', 'no progress and no warnings', false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift remedy scenarios/rule-before-subset
  meshshift remedy scenarios/rule-before-subset --most 1 --seeds 2 --no-out -o json

Exits with 4 where the run has something to mend and nothing that was played helps.`,
    )
    .action((given: string, options: RemedyOptions) => remedy(io, given, options));
}

async function remedy(io: Io, given: string, options: RemedyOptions): Promise<void> {
  const scenario = await theScenario(io, given, options, options.quiet);
  if (scenario === undefined) return;
  const { remediesOf, remedyFilesOf } = await import('../remedy/remedies.ts');
  const { writeFolder } = await import('../files.ts');
  const played = await remediesOf(io, given, scenario, options);
  if (played === undefined) {
    io.exitCode(exit.interrupted);
    return;
  }
  const { remedied } = played;
  const shown =
    options.out === false ? undefined : (options.out ?? join('reports', `remedy-${scenario.name}`));
  const problem =
    shown === undefined || remedied.played.length === 0
      ? undefined
      : await writeFolder(resolve(io.cwd, shown), remedyFilesOf(shown, played), options.force);
  if (problem !== undefined) printProblems(io, [problem]);
  if (options.output === 'json') io.stdout(toJson(remedied));
  else {
    const { remedyText } = await import('../../report/remedy/text.ts');
    io.stdout(remedyText(remedied, problem === undefined ? shown : undefined, io));
    io.stdout(`\nAgain: ${commandText(given, options)}\n`);
  }
  const isWell = remedied.diagnosis.answer === 'holds' || remedied.best !== null;
  io.exitCode(
    problem !== undefined
      ? exit.invalid
      : remedied.interrupted
        ? exit.interrupted
        : isWell
          ? exit.ok
          : exit.failed,
  );
}

/** The command that asks the same again, as the user would type it. */
function commandText(given: string, { most, seeds, out, seed, set }: RemedyOptions): string {
  return commandLine([
    ...['meshshift', 'remedy', given],
    ...(most === 3 ? [] : ['--most', String(most)]),
    ...(seeds === 5 ? [] : ['--seeds', String(seeds)]),
    ...(out === undefined ? [] : out === false ? ['--no-out'] : ['--out', out]),
    ...(seed === undefined ? [] : ['--seed', seed]),
    ...set.flatMap((own) => ['--set', own]),
  ]);
}
