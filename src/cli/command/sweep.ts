import { Command, Option } from 'commander';
import { join } from 'node:path';
import type { Shard } from '../../experiment/sweep/play-sweep.ts';
import type { Varied } from '../../experiment/sweep/vary.ts';
import { commandLine } from '../../report/command-line.ts';
import type { Io } from '../io.ts';
import type { EngineName } from '../sweep/engine/name.ts';
import { jobsOption, seedOption, setOption } from '../scenario-option.ts';
import {
  precisionOption,
  printJobOption,
  replicationsOption,
  shardOption,
  shardsOption,
  varyOption,
  type Precision,
} from '../sweep/options.ts';

interface SweepCommandOptions {
  readonly vary: readonly Varied[];
  readonly together: boolean;
  readonly replications: number;
  readonly precision?: Precision;
  readonly shard?: Shard;
  readonly printJob?: EngineName;
  readonly shards?: number;
  readonly image?: string;
  readonly jobs: number;
  readonly out?: string | false;
  readonly resume: boolean;
  readonly force: boolean;
  readonly seed?: string;
  readonly set: string[];
  readonly quiet: boolean;
  readonly output: 'text' | 'json' | 'csv';
}

export function sweepCommand(io: Io): Command {
  return new Command('sweep')
    .description('Play a scenario many times over values of its settings, and compare what comes of them')
    .argument('<scenario>', 'folder or file of a scenario')
    .addOption(varyOption())
    .option('--together', 'take the values of several --vary side by side, not in every combination', false)
    .addOption(replicationsOption())
    .addOption(precisionOption())
    .addOption(shardOption())
    .addOption(printJobOption())
    .addOption(shardsOption())
    .option('--image <image>', 'container image that the printed job runs in')
    .addOption(jobsOption())
    .option('--out <folder>', 'where the answer goes (default: reports/sweep-NAME)')
    .option('--no-out', 'write no files')
    .option('--resume', 'go on with the runs that are in the folder already', false)
    .option('--force', "replace a folder that is not a sweep's", false)
    .addOption(seedOption())
    .addOption(setOption())
    .option('-q, --quiet', 'no progress and no warnings', false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout')
        .choices(['text', 'json', 'csv'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift sweep scenarios/fifteen-refreshes --vary controlPlane.preset=off,large
  meshshift sweep scenarios/fifteen-refreshes --vary controlPlane.preset=off,large --vary 'traffic[0].refresh.count=10,15' --replications 5
  meshshift sweep scenarios/fifteen-refreshes --replications 64 --shard 3/32 --out /tmp/my-sweep
  meshshift sweep scenarios/fifteen-refreshes --replications 64 --print-job slurm --shards 32
  meshshift sweep scenarios/fifteen-refreshes --replications 64 --print-job kubernetes --image registry.example/meshshift:1

A replication has the same seed at every setting, whoever plays it. Ctrl-C keeps the runs that are done; --resume goes on with them.`,
    )
    .action(async (given: string, options: SweepCommandOptions, command: Command) => {
      const { out, printJob: engine, ...rest } = options;
      const asked = {
        ...rest,
        given,
        out: out ?? join('reports', `sweep-${nameOf(given)}`),
        command: commandText(given, options),
      };
      if (engine === undefined) {
        const { playAsked } = await import('../sweep/play.ts');
        return playAsked(io, asked);
      }
      const { printJob } = await import('../sweep/print-job.ts');
      await printJob(io, asked, engine, {
        ...options,
        words: commandWords(given, options),
        // How many cores there are here says nothing of those where it will run.
        cores: command.getOptionValueSource('jobs') === 'default' ? 1 : options.jobs,
      });
    });
}

/** The last part of a path, without what follows a dot. */
export const nameOf = (given: string): string =>
  given.replace(/\/+$/, '').split('/').at(-1)!.replace(/\..*$/, '');

/** The command that asks the same again, as the user would type it. */
export const commandText = (...asked: Parameters<typeof commandWords>): string =>
  commandLine(['meshshift', ...commandWords(...asked)]);

function commandWords(
  given: string,
  options: Pick<SweepCommandOptions, 'vary' | 'together' | 'replications' | 'precision' | 'seed' | 'set'>,
): string[] {
  const { vary, together, replications, precision, seed, set } = options;
  return [
    ...['sweep', given],
    ...vary.flatMap(({ path, values }) => ['--vary', `${path}=${values.join(',')}`]),
    ...(together ? ['--together'] : []),
    ...['--replications', String(replications)],
    ...(precision === undefined
      ? []
      : ['--precision', `${precision.measure}=${Number((precision.relative * 100).toPrecision(6))}%`]),
    ...(seed === undefined ? [] : ['--seed', seed]),
    ...set.flatMap((own) => ['--set', own]),
  ];
}
