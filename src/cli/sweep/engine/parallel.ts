import { commandLine } from '../../../report/command-line.ts';
import { comment, mergeCommand, shardCommand, type Engine } from './engine.ts';

/**
 * GNU parallel. Its own `--resume` goes by a log of numbers, and would take a shard of another question for done: here that the
 * file of a shard is there says it. What is killed is tried once more.
 */
export const parallel: Engine = {
  shards: { least: 1, most: Infinity },
  inContainers: false,
  print: (job) => {
    const { shards, out, cores } = job;
    return [
      '#!/usr/bin/env bash\n',
      comment([
        `${shards} shards of a sweep with GNU parallel, as many at a time as there are cores, and then their merge:`,
        '  bash FILE',
        'The same again plays only what is missing. More words go to parallel; on machines that share this folder:',
        '  bash FILE -S 8/one,8/other --workdir "$PWD"',
      ]),
      'set -euo pipefail\n',
      'export PARALLEL_SHELL=/bin/bash\n',
      `shard() { exec ${shardCommand(job, '$1')}; }\n`,
      'export -f shard\n',
      `${commandLine(['mkdir', '-p', out])}\n`,
      [
        `seq 0 ${shards - 1} | parallel --will-cite --env shard`,
        ...(cores === 1 ? [] : [`--jobs ${Math.max(1, Math.round(100 / cores))}%`]),
        `--joblog ${commandLine([`${out}/parallel.log`])} --retries 2 --halt soon,fail=20% "$@" shard ||\n`,
      ].join(' '),
      `  echo ${commandLine([`Not all shards are done: see ${out}/parallel.log`])} >&2\n`,
      `${mergeCommand(job)}\n`,
    ].join('');
  },
};
