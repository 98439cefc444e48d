import { Document, isSeq } from 'yaml';
import { commandLine } from '../../../report/command-line.ts';
import { comment, mergeCommand, shardCommand, type Engine, type SweepJob } from './engine.ts';

/** A matrix of GitHub Actions, which has 256 jobs at most: shards travel as artifacts, and whatever came is merged. */
export const github: Engine = {
  shards: { least: 1, most: 256 },
  inContainers: false,
  print: (job) =>
    [
      comment([
        `${job.shards} shards of a sweep as a matrix of GitHub Actions: .github/workflows/sweep.yaml of a repository that`,
        'has the scenario, and meshshift among its dependencies. "Re-run failed jobs" plays only what is missing.',
      ]),
      workflowText(job),
    ].join(''),
};

function workflowText(job: SweepJob): string {
  const document = new Document(workflow(job), { aliasDuplicateObjects: false });
  const numbers = document.getIn(['jobs', 'shard', 'strategy', 'matrix', 'shard']);
  if (isSeq(numbers)) numbers.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

const workflow = (job: SweepJob): unknown => ({
  name: job.name,
  on: { workflow_dispatch: {} },
  permissions: { contents: 'read' },
  jobs: {
    shard: {
      'runs-on': 'ubuntu-latest',
      strategy: {
        'fail-fast': false,
        matrix: { shard: Array.from({ length: job.shards }, (_, i) => i) },
      },
      steps: [
        ...installed,
        { run: literal(`npx ${shardCommand(job, '$SHARD')}`), env: { SHARD: '${{ matrix.shard }}' } },
        {
          uses: 'actions/upload-artifact@v4',
          with: {
            name: 'shard-${{ matrix.shard }}',
            path: `${job.out}/*.ndjson`,
            'if-no-files-found': 'error',
            overwrite: true,
          },
        },
      ],
    },
    merge: {
      needs: 'shard',
      if: '${{ !cancelled() }}',
      'runs-on': 'ubuntu-latest',
      steps: [
        ...installed,
        {
          uses: 'actions/download-artifact@v4',
          with: { pattern: 'shard-*', path: job.out, 'merge-multiple': true },
        },
        { run: literal(`npx ${mergeCommand(job)}`) },
        {
          uses: 'actions/upload-artifact@v4',
          if: '${{ !cancelled() }}',
          with: { name: 'sweep', path: `${job.out}/sweep` },
        },
      ],
    },
  },
});

const installed = [
  { uses: 'actions/checkout@v4' },
  { uses: 'actions/setup-node@v4', with: { 'node-version': 20, cache: 'npm' } },
  { run: commandLine(['npm', 'ci']) },
];

/** What would be an expression in a workflow, as an expression whose value it is. */
const literal = (text: string): string => text.replaceAll('${{', "${{ '${{' }}");
