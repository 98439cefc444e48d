import { comment, mergeCommand, shardCommand, type Engine, type SweepJob } from './engine.ts';

/** An array job of AWS Batch, whose size is 2 to 10,000, with a folder of EFS; its merge waits for all of it. */
export const awsBatch: Engine = {
  shards: { least: 2, most: 10_000 },
  inContainers: true,
  print: (job) => {
    const { name, shards } = job;
    return [
      '#!/usr/bin/env bash\n',
      comment([
        `${shards} shards of a sweep as an array job of AWS Batch, and then their merge, whose answer is in its log:`,
        '  bash FILE QUEUE fs-0123456789abcdef0',
        'The first is a job queue, the second a file system of EFS that user 1000 may write to. The image has meshshift on its PATH,',
        'and the scenario in its working folder. The same again plays only what is missing.',
      ]),
      'set -euo pipefail\n',
      'queue=${1:?a job queue} files=${2:?a file system of EFS}\n',
      "definition=$(cat <<'JSON'\n",
      `${JSON.stringify(definition(job), null, 2)}\nJSON\n)\n`,
      'aws batch register-job-definition --cli-input-json "${definition/FILE_SYSTEM/$files}"\n',
      `id=$(aws batch submit-job --job-name ${name} --job-queue "$queue" --job-definition ${name} \\\n`,
      `  --array-properties size=${shards} --query jobId --output text)\n`,
      `aws batch submit-job --job-name ${name}-merge --job-queue "$queue" --job-definition ${name} --depends-on jobId="$id" \\\n`,
      `  --container-overrides '${JSON.stringify({ command: inShell(mergeCommand(job)) }).replaceAll("'", String.raw`'\''`)}'\n`,
    ].join('');
  },
};

/** What was killed is tried again; what is wrong once (exit codes 1 to 3), or not as expected (4), is so again. */
const definition = (job: SweepJob): unknown => ({
  jobDefinitionName: job.name,
  type: 'container',
  retryStrategy: {
    attempts: 3,
    evaluateOnExit: [
      ...['1', '2', '3', '4'].map((onExitCode) => ({ onExitCode, action: 'EXIT' })),
      { onReason: '*', action: 'RETRY' },
    ],
  },
  containerProperties: {
    volumes: [{ name: 'out', efsVolumeConfiguration: { fileSystemId: 'FILE_SYSTEM' } }],
    mountPoints: [{ sourceVolume: 'out', containerPath: job.out }],
    image: job.image,
    command: inShell(shardCommand(job, '$AWS_BATCH_JOB_ARRAY_INDEX')),
    user: '1000',
    resourceRequirements: [
      { type: 'VCPU', value: String(job.cores) },
      { type: 'MEMORY', value: String(job.cores * 1024) },
    ],
  },
});

/** Batch puts nothing in the place of a variable: a shell has to. */
const inShell = (command: string): string[] => ['sh', '-c', `exec ${command}`];
