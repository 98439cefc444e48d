import { Command, Option } from 'commander';
import type { Scenario } from '../../scenario/scenario.ts';
import { toJson } from '../../record/to-json.ts';
import { commandLine } from '../../report/command-line.ts';
import { exit, type Io } from '../io.ts';
import { collect, jobsOption, seedOption, setOption, theScenario } from '../scenario-option.ts';
import { replicationsOption } from '../sweep/options.ts';

interface CompareOptions {
  readonly replications: number;
  readonly jobs: number;
  readonly seed?: string;
  readonly set: string[];
  readonly setA: string[];
  readonly setB: string[];
  readonly failOnChange: boolean;
  readonly quiet: boolean;
  readonly output: 'text' | 'json';
}

export function compareCommand(io: Io): Command {
  const setOf = (which: string): Option =>
    new Option(`--set-${which.toLowerCase()} <path=value>`, `the same for ${which} alone (repeatable)`)
      .argParser(collect)
      .default([], 'none');
  return new Command('compare')
    .description('Play two scenarios under the same chance and tell what differs')
    .argument('<a>', 'folder or file of a scenario')
    .argument('[b]', 'of another one (default: the same, with --set-b)')
    .addOption(replicationsOption())
    .addOption(jobsOption())
    .addOption(seedOption())
    .addOption(setOption())
    .addOption(setOf('A'))
    .addOption(setOf('B'))
    .option('--fail-on-change', 'exit with 4 if a measure differs', false)
    .option('-q, --quiet', 'no progress and no warnings', false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift compare scenarios/fifteen-refreshes scenarios/fifteen-refreshes-2017
  meshshift compare scenarios/fifteen-refreshes --set-b controlPlane.preset=large --replications 20

A pair of runs has one seed, so that what differs within a pair is what the scenarios make differ.`,
    )
    .action((a: string, b: string | undefined, options: CompareOptions) => compare(io, a, b ?? a, options));
}

async function compare(io: Io, a: string, b: string, options: CompareOptions): Promise<void> {
  const { quiet, replications } = options;
  const settingsOf = (own: readonly string[]) => ({
    set: [...options.set, ...own],
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const sides = [
    { given: a, settings: settingsOf(options.setA) },
    { given: b, settings: settingsOf(options.setB) },
  ] as const;
  const scenarios: Scenario[] = [];
  for (const { given, settings } of sides) {
    const scenario = await theScenario(io, given, settings, quiet);
    if (scenario === undefined) return;
    scenarios.push(scenario);
  }
  const { swept } = await import('../sweep/swept.ts');
  const { comparisonOf } = await import('../../experiment/sweep/compare.ts');
  const [first, second] = scenarios as [Scenario, Scenario];
  const command = commandText(a, b, options);
  const sweep = await swept(
    io,
    options,
    {
      scenario: {
        name: first.name,
        title: first.title,
        hash: first.hash,
        seed: first.seed,
        durationSeconds: first.durationUs / 1e6,
      },
      command,
      varied: [],
      together: false,
      settings: sides.map(({ settings }) => ({ values: [], set: settings.set })),
      replications,
    },
    scenarios,
    new Map(),
  );
  const sideOf = ({ name, title, hash }: Scenario, at: 0 | 1) => ({
    name,
    title,
    hash,
    settings: sides[at].settings.set,
  });
  const comparison = comparisonOf(sweep, sideOf(first, 0), sideOf(second, 1), command);
  if (options.output === 'json') io.stdout(toJson(comparison));
  else {
    const { comparisonText } = await import('../../report/sweep/comparison-text.ts');
    io.stdout(`${comparisonText(comparison, io.width)}\nAgain: ${command}\n`);
  }
  io.exitCode(
    comparison.missing > 0
      ? exit.interrupted
      : options.failOnChange && comparison.changed
        ? exit.failed
        : exit.ok,
  );
}

const commandText = (a: string, b: string, options: CompareOptions): string =>
  commandLine([
    ...['meshshift', 'compare', a, ...(a === b ? [] : [b])],
    ...['--replications', String(options.replications)],
    ...(options.seed === undefined ? [] : ['--seed', options.seed]),
    ...options.set.flatMap((own) => ['--set', own]),
    ...options.setA.flatMap((own) => ['--set-a', own]),
    ...options.setB.flatMap((own) => ['--set-b', own]),
    ...(options.failOnChange ? ['--fail-on-change'] : []),
  ]);
