import { join, resolve } from 'node:path';
import type { RunFacts } from '../../experiment/sweep/measure.ts';
import type { SweepQuestion } from '../../experiment/sweep/play-sweep.ts';
import type { Setting } from '../../experiment/sweep/vary.ts';
import { sweepRunsFormat } from '../../record/format.ts';
import type { Sweep } from '../../record/sweep.ts';
import { toJson } from '../../record/to-json.ts';
import { commandLine } from '../../report/command-line.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { hashTexts } from '../../scenario/hash.ts';
import { isFolder, isOurs, writeFolder } from '../files.ts';
import { exit, type Io } from '../io.ts';
import type { Journal, RunsOf } from '../journal.ts';
import { printProblems } from '../print.ts';
import { theScenario } from '../scenario-option.ts';
import { swept } from './swept.ts';
import { writing } from '../writing.ts';
import { journalAt, type Asked } from './asked.ts';

/** Plays what is asked for, and leaves, prints and exits with what came of it. */
export async function playAsked(io: Io, asked: Asked): Promise<void> {
  const opened = await openedSettings(io, asked);
  if (opened === undefined) return;
  const { scenarios, question } = opened;
  const of = await runsOf(question, scenarios);
  if (asked.shard !== undefined) {
    const { playShard } = await import('./shard.ts');
    return playShard(io, asked, asked.shard, question, scenarios, of);
  }
  const shown = asked.out;
  const folder = shown === false ? undefined : resolve(io.cwd, shown);
  const journal = await openJournal(io, asked, folder, of);
  if (journal === undefined) return;
  const keep =
    shown === false
      ? undefined
      : { add: (key: string, facts: RunFacts) => writing(shown, () => journal.add(key, facts)) };
  const sweep = await swept(io, asked, question, scenarios, journal.results, keep);
  await leave(io, asked, sweep, journal.text());
}

/** What a sweep's runs are only good for; two sweeps may share runs if this is alike. */
async function runsOf(question: SweepQuestion, scenarios: readonly Scenario[]): Promise<RunsOf> {
  const { version } = await import('../../experiment/version.ts');
  const { scenario, command, varied, together, replications, precision } = question;
  return {
    schema: sweepRunsFormat,
    version,
    scenario,
    command,
    varied,
    together,
    replications,
    precision: precision ?? null,
    hashes: scenarios.map(({ hash }) => hash),
  };
}

/** Every setting, checked; undefined: something is wrong, which has been told. */
export async function openedSettings(
  io: Io,
  asked: Asked,
): Promise<{ readonly scenarios: readonly Scenario[]; readonly question: SweepQuestion } | undefined> {
  const { settingsOf } = await import('../../experiment/sweep/vary.ts');
  const settings = settingsOf(asked.vary, asked.together);
  if ('problem' in settings) {
    io.stderr(`error: --vary: ${settings.problem}\n`);
    io.exitCode(exit.usage);
    return undefined;
  }
  const scenarios: Scenario[] = [];
  for (const { set } of settings) {
    const options = {
      set: [...asked.set, ...set],
      ...(asked.seed === undefined ? {} : { seed: asked.seed }),
    };
    // What is only a warning is told once.
    const scenario = await theScenario(io, asked.given, options, asked.quiet || scenarios.length > 0);
    if (scenario === undefined) return undefined;
    scenarios.push(scenario);
  }
  const { name, title, seed, durationUs } = scenarios[0]!;
  const hash = hashTexts(scenarios.map((own) => own.hash));
  return {
    scenarios,
    question: {
      scenario: { name, title, hash, seed, durationSeconds: durationUs / 1e6 },
      command: asked.command,
      varied: asked.vary,
      together: asked.together,
      settings: settings as readonly Setting[],
      replications: asked.replications,
      ...(asked.precision === undefined ? {} : { precision: asked.precision }),
      ...(asked.shard === undefined ? {} : { shard: asked.shard }),
    },
  };
}

async function openJournal(
  io: Io,
  asked: Asked,
  folder: string | undefined,
  of: RunsOf,
): Promise<Journal<RunFacts> | undefined> {
  const journal = journalAt(join(folder ?? '', 'runs.ndjson'), of);
  if (folder === undefined || asked.out === false) return journal;
  const refuse = (code: string, message: string, hint: string): undefined => {
    printProblems(io, [{ severity: 'error', code, message, file: asked.given, hint }]);
    io.exitCode(exit.invalid);
  };
  if ((await isFolder(folder)) && !asked.force && !(await isOurs(folder)))
    return refuse(
      'MS3005',
      `${asked.out} exists and does not hold a sweep of meshshift`,
      'choose another --out, or --force',
    );
  if (!asked.resume) await writing(asked.out, () => journal.start());
  else if (!(await journal.resume()))
    return refuse(
      'MS2014',
      `${asked.out} holds no runs of this question`,
      'the scenario, its seed, what varies, how often or meshshift has changed; leave --resume out to start anew',
    );
  return journal;
}

/** Writes and prints a sweep, and sets the exit code. */
export async function leave(
  io: Io,
  asked: Pick<Asked, 'out' | 'force' | 'output'>,
  sweep: Sweep,
  runs: string,
): Promise<void> {
  const { out } = asked;
  const problem =
    out === false
      ? undefined
      : await writeFolder(
          resolve(io.cwd, out),
          await (await import('../../report/sweep/sweep-files.ts')).sweepFiles(sweep, runs),
          true,
        );
  if (problem !== undefined) printProblems(io, [problem]);
  const { sweepCsv, sweepText } = await import('../../report/sweep/text.ts');
  if (asked.output === 'json') io.stdout(toJson(sweep));
  else if (asked.output === 'csv') io.stdout(sweepCsv(sweep));
  else {
    io.stdout(sweepText(sweep, io.width));
    if (out !== false && problem === undefined) io.stdout(`\nSweep: ${join(out, 'sweep.html')}\n`);
    io.stdout(
      sweep.missing === 0 || out === false
        ? `Again: ${sweep.command}\n`
        : `Go on: ${sweep.command} ${commandLine(['--out', out, '--resume'])}\n`,
    );
  }
  const isMet = sweep.points.every(({ runs: own }) =>
    own.every(({ values, ended }) => values['expected'] !== 0 && ended === null),
  );
  io.exitCode(
    problem !== undefined
      ? exit.invalid
      : sweep.missing > 0
        ? exit.interrupted
        : isMet
          ? exit.ok
          : exit.failed,
  );
}
