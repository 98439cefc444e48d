import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunFacts } from '../../experiment/sweep/measure.ts';
import type { SweepQuestion } from '../../experiment/sweep/play-sweep.ts';
import { sweepRunsFormat } from '../../record/format.ts';
import { commandLine } from '../../report/command-line.ts';
import { exit, type Io } from '../io.ts';
import { Journal, parsed, type RunsOf } from '../journal.ts';
import { printProblems } from '../print.ts';
import { isFolder, isOurs } from '../files.ts';
import { leave } from './play.ts';

interface MergeOptions {
  readonly out: string;
  readonly allowMissing: boolean;
  readonly force: boolean;
  readonly output: 'text' | 'json' | 'csv';
}

const shardName = /^shard-(\d+)-of-(\d+)\.([0-9a-f]+)\.ndjson$/;

interface ShardFile {
  readonly name: string;
  readonly i: number;
  readonly n: number;
  readonly key: string;
}

/** Shards that lie in a folder, into the sweep that they are parts of. */
export async function mergeShards(io: Io, given: string, options: MergeOptions): Promise<void> {
  const refuse = (code: string, message: string, hint?: string): void => {
    printProblems(io, [
      { severity: 'error', code, message, file: given, ...(hint === undefined ? {} : { hint }) },
    ]);
    io.exitCode(exit.invalid);
  };
  const folder = resolve(io.cwd, given);
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return refuse('MS3001', `${given} cannot be read`);
  const files = names.flatMap((name): ShardFile[] => {
    const [, i, n, key] = shardName.exec(name) ?? [];
    return key === undefined ? [] : [{ name, i: Number(i), n: Number(n), key }];
  });
  if (files.length === 0)
    return refuse('MS3011', `${given} holds no shards`, 'meshshift sweep --shard i/n --out makes them');
  const kinds = [...new Set(files.map(({ key, n }) => `${key}, ${n} shards`))];
  if (kinds.length > 1)
    return refuse(
      'MS3011',
      `${given} holds shards of ${kinds.length} different sweeps (${kinds.sort().join('; ')})`,
      'the scenario, what varies, how often, how many shards or meshshift has changed: keep each in a folder of its own',
    );
  const { n } = files[0]!;
  const absent = Array.from({ length: n }, (_, i) => i).filter((i) => !files.some((own) => own.i === i));
  const merged = await readShards(folder, files);
  if (typeof merged === 'string') return refuse('MS3011', merged, 'play that shard again');
  const { question, runs, text } = merged;
  if (absent.length > 0 && !options.allowMissing) {
    const commands = absent
      .slice(0, 5)
      .map((i) => `  ${question.command} ${commandLine(['--shard', `${i}/${n}`, '--out', given])}\n`);
    io.stderr(
      [
        `${files.length} of ${n} shards are there; missing: ${absent.join(',')}\n`,
        ...commands,
        `The same job once more plays only what is missing; with Slurm: sbatch --array=${absent.join(',')} ...\n`,
        '--allow-missing goes on without them, and says so.\n',
      ].join(''),
    );
    io.exitCode(exit.internal);
    return;
  }
  const out = resolve(io.cwd, options.out);
  if ((await isFolder(out)) && !options.force && !(await isOurs(out)))
    return refuse(
      'MS3005',
      `${options.out} exists and does not hold a sweep of meshshift`,
      'choose another --out, or --force',
    );
  const { sweepOf } = await import('../../experiment/sweep/play-sweep.ts');
  await leave(io, options, sweepOf(question, question.replications, runs, true), text);
  if (absent.length > 0) io.exitCode(exit.ok);
}

/** All runs of all shards; or what is wrong with one. */
async function readShards(
  folder: string,
  files: readonly ShardFile[],
): Promise<
  | { readonly question: SweepQuestion; readonly runs: ReadonlyMap<string, RunFacts>; readonly text: string }
  | string
> {
  const { sweepLine } = await import('../../record/sweep.ts');
  const { settingsOf } = await import('../../experiment/sweep/vary.ts');
  const { runKey, runsOfShard } = await import('../../experiment/sweep/play-sweep.ts');
  const head = (await readFile(join(folder, files[0]!.name), 'utf8')).split('\n', 1)[0]!;
  let of: RunsOf & SweepQuestion;
  try {
    of = JSON.parse(head) as RunsOf & SweepQuestion;
  } catch {
    return `${files[0]!.name} is damaged: its first line is not JSON`;
  }
  if (of.schema !== sweepRunsFormat) return `${files[0]!.name} holds no runs of a sweep`;
  const all = new Journal<RunFacts>('', of, () => Promise.resolve(sweepLine));
  const { scenario, command, varied, together, replications } = of;
  const settings = settingsOf(varied, together);
  if ('problem' in settings) return `${files[0]!.name} is damaged: ${settings.problem}`;
  for (const { name, i, n } of files) {
    const text = await readFile(join(folder, name), 'utf8');
    if (!text.startsWith(`${head}\n`)) return `${name} is of another sweep than ${files[0]!.name}`;
    for (const line of text.slice(head.length + 1).split('\n')) {
      if (line === '') continue;
      const run = sweepLine.safeParse(parsed(line));
      if (!run.success) return `${name} is damaged`;
      all.results.set(run.data.key, run.data.facts);
    }
    const wanted = runsOfShard(settings.length, replications, { i, n });
    const lost = wanted.filter(({ at, replication }) => !all.results.has(runKey(at, replication))).length;
    if (lost > 0) return `${name} lacks ${lost} of its ${wanted.length} runs: was it copied only in part?`;
  }
  return {
    question: { scenario, command, varied, together, settings, replications },
    runs: all.results,
    text: all.text(),
  };
}
