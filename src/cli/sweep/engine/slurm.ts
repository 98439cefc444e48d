import { commandLine } from '../../../report/command-line.ts';
import { comment, mergeCommand, shardCommand, type Engine } from './engine.ts';

/**
 * An array of Slurm. Its largest index is 1000 where nobody has set MaxArraySize. After `--array=2,7` Slurm tells a count of 2:
 * the number of shards stands in the command.
 */
export const slurm: Engine = {
  shards: { least: 1, most: 1001 },
  inContainers: false,
  print: (job) => {
    const { name, shards, out, cores } = job;
    const log = `${out.replaceAll('%', '%%')}/slurm-%a.log`;
    return [
      '#!/bin/bash\n',
      comment([
        `${shards} shards of a sweep as an array of Slurm. From the folder in which the sweep would run, and which all nodes share:`,
        `  ${commandLine(['mkdir', '-p', out])} && sbatch FILE`,
        'The same again plays only what is missing; sbatch --array=2,7 FILE plays these two. When all are done:',
        `  ${mergeCommand(job)}`,
      ]),
      `#SBATCH --job-name=${name}\n`,
      `#SBATCH --array=0-${shards - 1}\n`,
      `#SBATCH --cpus-per-task=${cores}\n`,
      `#SBATCH ${commandLine([`--output=${log}`])}\n`,
      '#SBATCH --open-mode=append\n',
      // In place of the shell, so that it hears of the end of its time.
      `exec ${shardCommand(job, '$SLURM_ARRAY_TASK_ID', '"$SLURM_CPUS_PER_TASK"')}\n`,
    ].join('');
  },
};
