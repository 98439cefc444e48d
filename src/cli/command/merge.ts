import { Command, Option } from 'commander';
import { join } from 'node:path';
import type { Io } from '../io.ts';

export function mergeCommand(io: Io): Command {
  return new Command('merge')
    .description('Put the shards of a sweep together')
    .argument('<folder>', 'where `meshshift sweep --shard` left its files')
    .option('--out <folder>', 'where the answer goes (default: sweep in the folder)')
    .option('--allow-missing', 'go on without the shards that are not there', false)
    .option('--force', "replace a folder that is not a sweep's", false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout')
        .choices(['text', 'json', 'csv'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift sweep scenarios/fifteen-refreshes --replications 8 --shard 0/2 --out /tmp/my-sweep
  meshshift sweep scenarios/fifteen-refreshes --replications 8 --shard 1/2 --out /tmp/my-sweep
  meshshift merge /tmp/my-sweep

sweep --print-job prints the job that plays the shards with Kubernetes, Slurm, GNU parallel and others.

What comes of it is what one sweep of all runs leaves, byte for byte.`,
    )
    .action(
      async (
        given: string,
        options: {
          readonly out?: string;
          readonly allowMissing: boolean;
          readonly force: boolean;
          readonly output: 'text' | 'json' | 'csv';
        },
      ) => {
        const { mergeShards } = await import('../sweep/merge.ts');
        await mergeShards(io, given, { ...options, out: options.out ?? join(given, 'sweep') });
      },
    );
}
