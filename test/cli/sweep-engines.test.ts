import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { SweepJob } from '../../src/cli/sweep/engine/engine.ts';
import { engines } from '../../src/cli/sweep/engine/index.ts';
import type { EngineName } from '../../src/cli/sweep/engine/name.ts';
import { meshshift } from '../support/io.ts';

const root = mkdtempSync(join(tmpdir(), 'meshshift-engines-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Programs in the place of the real ones: `meshshift` and `aws` note their words, a line of JSON a call. */
const log = join(root, 'log');
const noting = (name: string): string =>
  `#!/usr/bin/env node\nrequire('node:fs').appendFileSync(${JSON.stringify(log)}, JSON.stringify([${JSON.stringify(name)}, ...process.argv.slice(2)]) + '\\n');\nconsole.log('id-7');\n`;
const programs = {
  meshshift: noting('meshshift'),
  aws: noting('aws'),
  npx: '#!/bin/bash\nexec "$@"\n',
  // The last word is the command; a line of stdin a job, each in a shell of its own.
  parallel: '#!/bin/bash\nfor last; do :; done\nwhile read -r line; do bash -c "$last $line"; done\n',
};
for (const [name, text] of Object.entries(programs)) {
  writeFileSync(join(root, name), text);
  chmodSync(join(root, name), 0o755);
}
beforeEach(() => rmSync(log, { force: true }));

function shell(script: string, env: Readonly<Record<string, string>> = {}, words: string[] = []): void {
  writeFileSync(join(root, 'script.sh'), script);
  execFileSync('bash', [join(root, 'script.sh'), ...words], {
    cwd: root,
    env: { ...env, PATH: `${root}:${process.env['PATH']}` },
  });
}

const noted = (): string[][] =>
  existsSync(log)
    ? readFileSync(log, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as string[])
    : [];

const calls = (): string[][] => noted().filter(([name]) => name === 'meshshift');

/** Of a Job, what is asked here. */
interface JobDocument {
  readonly spec: {
    readonly maxFailedIndexes: number;
    readonly podFailurePolicy: {
      readonly rules: readonly {
        readonly onExitCodes?: { readonly containerName: string; readonly values: readonly number[] };
      }[];
    };
    readonly template: {
      readonly spec: {
        readonly restartPolicy: string;
        readonly containers: readonly [
          {
            readonly name: string;
            readonly command: readonly string[];
            readonly args: readonly string[];
            readonly volumeMounts: readonly { readonly name: string }[];
          },
        ];
        readonly volumes: readonly {
          readonly name: string;
          readonly persistentVolumeClaim: { readonly claimName: string };
        }[];
      };
    };
  };
}

interface Step {
  readonly run?: string;
}
interface Workflow {
  readonly jobs: {
    readonly shard: {
      readonly strategy: { readonly matrix: { readonly shard: readonly number[] } };
      readonly steps: readonly Step[];
    };
    readonly merge: { readonly if: string; readonly needs: string; readonly steps: readonly Step[] };
  };
}

/** What GitHub makes of `${{ 'text' }}`: the text; other expressions have a value that nobody meant. */
const evaluated = (run: string): string =>
  run.replaceAll(/\$\{\{ (?:'([^']*)'|[^}]*) \}\}/g, (_, text?: string) => text ?? 'a secret');
const callOf = (steps: readonly Step[]): string =>
  evaluated(steps.map(({ run }) => run).find((run) => run?.startsWith('npx '))!);

/** What Kubernetes makes of the words of a container: $(NAME) is a variable, and $$(NAME) is the text $(NAME). */
const argumentsFor = (words: readonly string[], index: number): string[] =>
  words.map((word) =>
    word.replaceAll(/\$\$\(|\$\(JOB_COMPLETION_INDEX\)/g, (found) =>
      found === '$$(' ? '$(' : String(index),
    ),
  );
const documentsOf = (text: string): unknown[] => parseAllDocuments(text).map((own) => own.toJS() as unknown);

/** Starts all shards of a printed job, and its merge, as the engine would. */
const start: Readonly<Record<EngineName, (text: string, job: SweepJob) => string[][]>> = {
  slurm: (text, { shards, cores }) => {
    for (let i = 0; i < shards; i++)
      shell(text, { SLURM_ARRAY_TASK_ID: String(i), SLURM_CPUS_PER_TASK: String(cores) });
    shell(/^# {3}(meshshift merge .*)$/m.exec(text)![1]!);
    return calls();
  },
  parallel: (text) => {
    shell(text);
    return calls();
  },
  github: (text) => {
    const { shard, merge } = (parse(text) as Workflow).jobs;
    for (const i of shard.strategy.matrix.shard) shell(callOf(shard.steps), { SHARD: String(i) });
    shell(callOf(merge.steps));
    return calls();
  },
  'aws-batch': (text, { shards }) => {
    shell(text, {}, ['queue', 'fs-7']);
    const [register, submit, merge] = noted();
    const value = (words: readonly string[], flag: string): string => words[words.indexOf(flag) + 1]!;
    const { containerProperties: container } = JSON.parse(value(register!, '--cli-input-json')) as {
      containerProperties: { command: string[]; volumes: unknown };
    };
    expect(container.volumes).toEqual([{ name: 'out', efsVolumeConfiguration: { fileSystemId: 'fs-7' } }]);
    expect(value(submit!, '--array-properties')).toBe(`size=${shards}`);
    expect(value(merge!, '--depends-on')).toBe('jobId=id-7');
    const overrides = JSON.parse(value(merge!, '--container-overrides')) as { command: string[] };
    for (let i = 0; i < shards; i++)
      shell('"$@"', { AWS_BATCH_JOB_ARRAY_INDEX: String(i) }, container.command);
    shell('"$@"', {}, overrides.command);
    return calls();
  },
  kubernetes: (text, { shards }) => {
    const [, all, merge] = documentsOf(text) as [unknown, JobDocument, JobDocument];
    const words = ({ spec }: JobDocument): string[] => {
      const { command, args } = spec.template.spec.containers[0];
      return [...command, ...args];
    };
    const indexes = Array.from({ length: shards }, (_, i) => i);
    return [...indexes.map((i) => argumentsFor(words(all), i)), argumentsFor(words(merge), 0)];
  },
};

/** Words that a shell, Kubernetes, GitHub or parallel would read as something else than themselves. */
const odd = [
  `a=it's $(HOME) \${HOME} "x" \\ %a`,
  'b={{}} {} {1} ${{ github.token }}',
  '-c=$$(JOB_COMPLETION_INDEX)',
];
const job: SweepJob = {
  name: 'sweep-my-shift',
  words: ['sweep', 'my shift', '--replications', '8', ...odd.flatMap((own) => ['--set', own])],
  shards: 3,
  out: '/tmp/my $out',
  cores: 2,
  image: 'registry.example/meshshift:1',
};

describe.each(Object.keys(engines) as EngineName[])('a job for %s', (name) => {
  test('plays each shard by the words of the sweep, whatever they are, and merges', () => {
    const out = join(root, 'my $out');
    const own = { ...job, out };
    const expected = [0, 1, 2].map((i) => [
      ...['meshshift', ...job.words],
      ...['--shard', `${i}/3`, '--out', out, '--jobs', '2'],
    ]);
    expect(start[name](engines[name].print(own), own)).toEqual([...expected, ['meshshift', 'merge', out]]);
  });
});

describe('a job for Kubernetes', () => {
  const [claim, all, merge] = documentsOf(engines.kubernetes.print({ ...job, shards: 32 })) as [
    { readonly metadata: { readonly name: string } },
    JobDocument,
    JobDocument,
  ];

  test('keeps the rules across fields that the API server asks for', () => {
    const { spec } = all;
    const { containers, volumes, restartPolicy } = spec.template.spec;
    // kubernetes.io, Jobs: a limit per index needs an Indexed Job; a failure policy needs pods that are not restarted and replaces
    // failed pods alone; FailIndex needs a limit per index.
    expect(spec).toMatchObject({
      completionMode: 'Indexed',
      completions: 32,
      backoffLimitPerIndex: 2,
      podReplacementPolicy: 'Failed',
    });
    expect(restartPolicy).toBe('Never');
    expect(spec.maxFailedIndexes).toBeLessThanOrEqual(32);
    const codes = spec.podFailurePolicy.rules.flatMap(({ onExitCodes }) =>
      onExitCodes === undefined ? [] : [onExitCodes],
    );
    expect(codes.map((own) => own.containerName)).toEqual([containers[0].name]);
    expect(codes[0]!.values).not.toContain(0);
    expect(containers[0].volumeMounts.map((own) => own.name)).toEqual(volumes.map((own) => own.name));
    expect(volumes[0]!.persistentVolumeClaim.claimName).toBe(claim.metadata.name);
    expect(merge.spec).toMatchObject({ suspend: true, backoffLimit: 0 });
  });
});

describe('meshshift sweep --print-job', () => {
  const asked = ['sweep', 'scenarios/fifteen-refreshes', '--replications', '8', '--print-job'];

  test('prints what the sweep is asked for, with a core a shard where nothing else is said', async () => {
    const { code, out } = await meshshift([...asked, 'slurm', '--seed', '7', '--shards', '4']);
    expect(code).toBe(0);
    expect(out).toContain('#SBATCH --array=0-3\n#SBATCH --cpus-per-task=1\n');
    expect(out.trimEnd().split('\n').at(-1)).toBe(
      'exec meshshift sweep scenarios/fifteen-refreshes --replications 8 --seed 7 --shard "$SLURM_ARRAY_TASK_ID/4" --out reports/shards-fifteen-refreshes --jobs "$SLURM_CPUS_PER_TASK"',
    );
    const more = await meshshift([...asked, 'slurm', '--jobs', '2']);
    expect(more.out).toContain('#SBATCH --array=0-7\n#SBATCH --cpus-per-task=2\n');
  });

  test.each([
    [['slurm', '--shards', '9'], 2, '9 shards of 8 replications'],
    [['slurm', '--shard', '0/2'], 2, 'leave --shard out'],
    [['parallel', '--precision', 'p99=1%'], 2, '--replications in place of --precision'],
    [['parallel', '--no-out'], 2, 'a folder'],
    [['kubernetes'], 2, '--image says in which'],
    [['kubernetes', '--image', 'a', '--out', 'here'], 2, 'begins with /'],
    [['aws-batch', '--image', 'a', '--shards', '1'], 2, '2 to 10000 shards'],
    [['nomad'], 2, 'Allowed choices are kubernetes, slurm, parallel, github, aws-batch'],
    [['slurm', '--set', 'nothing.here=1'], 3, 'nothing'],
  ])('refuses %j', async (words, code, told) => {
    const answer = await meshshift([...asked, ...words]);
    expect(answer.code).toBe(code);
    expect(answer.err).toContain(told);
    expect(answer.out).toBe('');
  });
});
