import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { runsOfShard, type Shard, type SweepQuestion } from '../../experiment/sweep/play-sweep.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { hashTexts } from '../../scenario/hash.ts';
import { exists } from '../files.ts';
import { exit, type Io } from '../io.ts';
import type { RunsOf } from '../journal.ts';
import { writingAgain } from '../writing.ts';
import { journalAt, type Asked } from './asked.ts';
import { swept } from './swept.ts';

/*
 * What engines rely on. A file that has its name is whole:
 *
 *   shard-2-of-8.KEY.ndjson.part.HOST.PID   a line a run, as it is done; one writer a file, so no locks
 *        | all runs are there: sorted, flushed to the disk, renamed
 *        v
 *   shard-2-of-8.KEY.ndjson                 the same bytes whoever made it; whoever starts the shard again has nothing to do
 *
 * KEY stands for version, scenario, overrides and question. A part without its writer is what somebody left who was killed: who
 * starts the shard again takes its runs over.
 */

/** One of several that play a sweep: its runs go into one file. */
export async function playShard(
  io: Io,
  asked: Asked,
  { i, n }: Shard,
  question: SweepQuestion,
  scenarios: readonly Scenario[],
  of: RunsOf,
): Promise<void> {
  const { out } = asked;
  if (out === false || asked.precision !== undefined) {
    io.stderr(
      'error: a shard needs a folder, and a number of runs that is known beforehand (no --precision)\n',
    );
    io.exitCode(exit.usage);
    return;
  }
  const folder = resolve(io.cwd, out);
  const name = `shard-${i}-of-${n}.${hashTexts([JSON.stringify(of)])}.ndjson`;
  const next = `When all ${n} are there: meshshift merge ${out}\n`;
  if (await exists(join(folder, name))) {
    io.stdout(`${join(out, name)} is there already. ${next}`);
    return;
  }
  const part = join(folder, `${name}.part.${hostname()}.${process.pid}`);
  const journal = journalAt(part, of);
  const left = await leftBehind(folder, name);
  for (const path of left) await journal.takeOver(path);
  const taken = journal.results.size;
  await writingAgain(out, () => journal.start());
  const wanted = runsOfShard(question.settings.length, question.replications, { i, n }).length;
  await swept(io, asked, question, scenarios, journal.results, {
    add: (key, facts) => writingAgain(out, () => journal.add(key, facts)),
  });
  if (journal.results.size < wanted) {
    io.stderr(
      `${journal.results.size} of ${wanted} runs of shard ${i}/${n} are kept; the same command goes on with them\n`,
    );
    io.exitCode(exit.interrupted);
    return;
  }
  await writingAgain(out, async () => {
    // In an order that does not tell which run was done first.
    await writeFile(part, journal.text(), { flush: true });
    await rename(part, join(folder, name)).catch(async (error: Error) => {
      // Another copy of this shard came first, and took this part for one that was left.
      if (!(await exists(join(folder, name)))) throw error;
    });
  });
  for (const path of left) await rm(path, { force: true });
  const earlier = taken === 0 ? '' : `, ${taken} of them by an earlier try`;
  io.stdout(`${wanted} runs in ${join(out, name)}${earlier}. ${next}`);
}

/** Parts of a shard whose writers were killed, or still write. */
async function leftBehind(folder: string, name: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((own) => own.startsWith(`${name}.part.`))
    .sort()
    .map((own) => join(folder, own));
}
