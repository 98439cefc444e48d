import { Command, Option } from 'commander';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { expectedPages } from '../../experiment/expected-pages.ts';
import type { RunResult } from '../../experiment/run.ts';
import type { requestLine } from '../../experiment/request-line.ts';
import type { Condition } from '../../experiment/trace/find-page.ts';
import type { World } from '../../mesh/world.ts';
import type { PageTrace } from '../../record/page-trace.ts';
import type { Varied } from '../../experiment/sweep/vary.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { toJson } from '../../record/to-json.ts';
import type { ReportFile } from '../../report/report-file.ts';
import { commandLine } from '../../report/command-line.ts';
import { failsOn, failureWords } from '../fail-on.ts';
import { exit, type Io } from '../io.ts';
import { stoppable } from '../interruption.ts';
import { optimiseFor, optimiseForPages } from '../optimise-for.ts';
import { conditionWords, wherePage, whereOption } from '../page-option.ts';
import { printProblems, toYaml } from '../print.ts';
import { fullOption, printedText } from '../printed-text.ts';
import { jobsOption, runsEach, seedOption, setOption, theScenario } from '../scenario-option.ts';
import { varyOption } from '../sweep/options.ts';
import { writing } from '../writing.ts';

interface RunCommandOptions {
  readonly out?: string | false;
  readonly seed?: string;
  readonly set: string[];
  readonly force: boolean;
  readonly png: boolean;
  readonly quiet: boolean;
  readonly rollback: boolean;
  readonly remedy: boolean;
  readonly jobs: number;
  readonly runs?: number;
  readonly vary: readonly Varied[];
  readonly requests?: string;
  readonly trace: readonly Condition[];
  readonly failOn: readonly string[];
  readonly full: boolean;
  readonly output: 'text' | 'json' | 'yaml' | 'csv' | 'ndjson';
}

export function runCommand(io: Io): Command {
  return new Command('run')
    .description('Play a scenario once and report on it')
    .argument('<scenario>', 'folder or file of a scenario')
    .option('--out <folder>', 'where the report goes (default: reports/NAME)')
    .option('--no-out', 'write no files')
    .addOption(seedOption())
    .addOption(setOption())
    .option('--force', "replace a folder that is not a run's", false)
    .option('--png', 'draw the charts as PNG, too, beside the SVG', false)
    .option(
      '--requests <file>',
      'write every request as a line of JSON, fields named as in the access log of Envoy',
    )
    .addOption(
      whereOption('--trace', `add to the report the first page with a request such that: ${conditionWords}`),
    )
    .addOption(
      new Option(
        '--fail-on <findings>',
        'exit with 4 at any of these: fault (it does not hold), harm (it holds, but), capacity, or the code of a finding; commas between',
      )
        .argParser(failureWords)
        .default([], 'none'),
    )
    .option('--no-rollback', 'leave the safe-rollback meter of the scenario out')
    .option('--remedy', 'play the remedies of what it finds, too, as `meshshift remedy` does', false)
    .addOption(jobsOption())
    .addOption(
      new Option(
        '--runs <n>',
        'play it so many times, each with a seed of its own, and tell the spread (`meshshift sweep` can do more)',
      ).argParser(runsEach),
    )
    .addOption(varyOption())
    .addOption(fullOption())
    .option('-q, --quiet', 'no progress and no warnings', false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout')
        .choices(['text', 'json', 'yaml', 'csv', 'ndjson'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift run scenarios/fifteen-refreshes --seed 7
  meshshift run scenarios/traffic-shifting --set controlPlane.preset=off --out /tmp/at-once
  meshshift run scenarios/rule-before-subset --trace flag=NC --out /tmp/nc
  meshshift run scenarios/fifteen-refreshes --no-out -o json
  meshshift run scenarios/fifteen-refreshes --runs 20
  meshshift run scenarios/traffic-shifting --vary controlPlane.preset=off,small`,
    )
    .action((given: string, options: RunCommandOptions) => run(io, given, options));
}

/** Plays once more, up to the wanted page; a run without such a page is told, and goes on. */
async function tracedPage(
  io: Io,
  scenario: Scenario,
  conditions: readonly Condition[],
): Promise<PageTrace | undefined> {
  if (conditions.length === 0) return undefined;
  const { tracePage } = await import('../../experiment/trace/trace-page.ts');
  const trace = tracePage(scenario, wherePage(conditions));
  if (trace === undefined) io.stderr('--trace: the run has no such page\n');
  return trace;
}

/** More runs than one are a sweep: its numbers side by side. */
async function manyRuns(io: Io, given: string, options: RunCommandOptions): Promise<void> {
  const { runs = 1, vary, out, output, seed, set } = options;
  const alone = [
    ...(options.requests === undefined ? [] : ['--requests']),
    ...(options.trace.length === 0 ? [] : ['--trace']),
    ...(options.remedy ? ['--remedy'] : []),
    ...(options.failOn.length === 0 ? [] : ['--fail-on']),
    ...(output === 'yaml' || output === 'ndjson' ? [`-o ${output}`] : []),
  ];
  if (alone.length > 0) {
    io.stderr(`error: ${alone.join(' and ')} ${alone.length === 1 ? 'is' : 'are'} for one run\n`);
    io.exitCode(exit.usage);
    return;
  }
  const { playAsked } = await import('../sweep/play.ts');
  const { commandText, nameOf } = await import('./sweep.ts');
  await playAsked(io, {
    ...options,
    given,
    together: false,
    replications: runs,
    resume: false,
    out: out ?? join('reports', `sweep-${nameOf(given)}`),
    output: output as 'text' | 'json' | 'csv',
    command: commandText(given, {
      vary,
      together: false,
      replications: runs,
      set,
      ...(seed === undefined ? {} : { seed }),
    }),
  });
}

async function run(io: Io, given: string, options: RunCommandOptions): Promise<void> {
  if (options.runs !== undefined || options.vary.length > 0) return manyRuns(io, given, options);
  const scenario = await theScenario(io, given, options, options.quiet);
  if (scenario === undefined) return;
  const log =
    options.requests === undefined
      ? undefined
      : await RequestLog.open(
          options.requests,
          resolve(io.cwd, options.requests),
          scenario,
          (await import('../../experiment/request-line.ts')).requestLine,
        );
  optimiseForPages(expectedPages(scenario));
  const started = process.hrtime.bigint();
  const result = await played(io, scenario, options.quiet, log);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const measured = await withMeter(io, scenario, result.record, options);
  const record = withCommand(measured, given, options);
  await log?.close();

  const folder = options.out === false ? undefined : (options.out ?? join('reports', scenario.name));
  const playsRemedies = options.remedy && !record.interrupted;
  // The answer first: what follows takes as long as the run.
  const linesUnder = playsRemedies ? 0 : underLines(io, record, options, folder).length;
  io.stdout(await printed(io, record, options, linesUnder));
  const remedies = playsRemedies ? await playedRemedies(io, given, scenario, options) : undefined;
  let written = true;
  if (folder !== undefined) {
    const { writeFolder } = await import('../files.ts');
    const { runFiles } = await import('../../report/run-files.ts');
    const trace = await tracedPage(io, scenario, options.trace);
    const runInfo = {
      wallSeconds: Number(seconds.toFixed(3)),
      events: result.events,
      eventsPerSecond: Math.round(result.events / seconds),
      requests: result.requests,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    };
    if (!options.quiet) io.status('stderr', 'drawing the report');
    const png = options.png ? (await import('../render/png.ts')).renderPng : undefined;
    optimiseFor('drawing');
    const files = [
      ...(await runFiles(record, { runInfo, trace }, png)),
      ...(remedies?.files(join(folder, 'remedy')) ?? []).map((own) => ({
        ...own,
        name: `remedy/${own.name}`,
      })),
    ];
    optimiseFor('playing');
    const problem = await writeFolder(resolve(io.cwd, folder), files, options.force);
    if (!options.quiet) io.status('stderr', '');
    if (problem !== undefined) {
      printProblems(io, [problem]);
      written = false;
    }
  }
  if (options.output === 'text') {
    const whereWritten = written ? folder : undefined;
    const section = remedies?.text(whereWritten === undefined ? undefined : join(whereWritten, 'remedy'));
    const under = underLines(io, record, options, whereWritten);
    io.stdout(`${[...(section === undefined ? [] : [section]), ...under].join('\n')}\n`);
  }
  io.exitCode(
    record.interrupted
      ? exit.interrupted
      : !written
        ? exit.invalid
        : record.ended === null &&
            record.expectations.every((own) => own.ok) &&
            !failsOn(record, options.failOn)
          ? exit.ok
          : exit.failed,
  );
}

/** What `meshshift remedy` would say and leave; undefined: stopped before anything was known. */
async function playedRemedies(
  io: Io,
  given: string,
  scenario: Scenario,
  { set, seed, quiet }: RunCommandOptions,
): Promise<
  | {
      readonly files: (folder: string) => ReportFile[];
      readonly text: (folder: string | undefined) => string;
    }
  | undefined
> {
  const { remediesOf, remedyDefaults, remedyFilesOf } = await import('../remedy/remedies.ts');
  const { remedyText } = await import('../../report/remedy/text.ts');
  const options = { ...remedyDefaults, set, quiet, ...(seed === undefined ? {} : { seed }) };
  const played = await remediesOf(io, given, scenario, options);
  return played === undefined
    ? undefined
    : {
        files: (folder) => remedyFilesOf(folder, played),
        text: (folder) => remedyText(played.remedied, folder, io),
      };
}

/** The safe-rollback meter where the scenario asks for it: a run for each instant, on all cores. */
async function withMeter(
  io: Io,
  scenario: Scenario,
  record: RunRecord,
  options: RunCommandOptions,
): Promise<RunRecord> {
  if (scenario.rollback === undefined || record.interrupted || record.ended !== null || !options.rollback)
    return record;
  const { measureRollback } = await import('../../experiment/rollback-meter.ts');
  const { atOnce, ThreadPool } = await import('../thread-pool.ts');
  const { Progress } = await import('../progress.ts');
  const pool = new ThreadPool([scenario], atOnce(options.jobs));
  const progress = new Progress(io, options.quiet);
  try {
    return await stoppable(
      () => void pool.close(),
      () => measureRollback(scenario, record, pool, progress),
    );
  } finally {
    progress.end();
    await pool.close();
  }
}

const shownPath = (io: Io, folder: string): string => {
  const path = join(resolve(io.cwd, folder), 'report.html');
  const short = relative(io.cwd, path);
  return short.startsWith('..') ? path : short;
};

/** The command that repeats the run, as the user would type it. */
function withCommand(record: RunRecord, given: string, options: RunCommandOptions): RunRecord {
  const words = ['meshshift', 'run', given, '--seed', record.scenario.seed];
  for (const assignment of options.set) words.push('--set', assignment);
  return { ...record, scenario: { ...record.scenario, command: commandLine(words) } };
}

/** The answer: as text down to where the lines under it begin. */
async function printed(
  io: Io,
  record: RunRecord,
  { output, full }: RunCommandOptions,
  linesUnder: number,
): Promise<string> {
  switch (output) {
    case 'json':
      return toJson(record);
    case 'yaml':
      return toYaml(record);
    case 'csv':
      return (await import('../../report/csv.ts')).windowsCsv(record);
    case 'ndjson':
      return (await import('../../report/events.ts')).eventsNdjson(record);
    case 'text':
      return printedText(io, record, full, linesUnder);
  }
}

/** What stands under the answer. @param folder undefined: no report lies anywhere */
function underLines(
  io: Io,
  { scenario, interrupted }: RunRecord,
  { full, remedy }: RunCommandOptions,
  folder: string | undefined,
): string[] {
  const report = folder === undefined ? undefined : shownPath(io, folder);
  return [
    ...(report === undefined ? [] : [`Report: ${report}`]),
    ...(report === undefined || full
      ? []
      : [`All:    ${commandLine(['meshshift', 'report', dirname(report), '--full'])}`]),
    `Again:  ${scenario.command}${remedy && !interrupted ? ' --remedy' : ''}`,
  ];
}

/** Plays stretch by stretch: a line of progress on a terminal, and Ctrl-C ends the run where it is. */
async function played(
  io: Io,
  scenario: Scenario,
  quiet: boolean,
  log: RequestLog | undefined,
): Promise<RunResult> {
  const { play } = await import('../../experiment/run-once.ts');
  const playing = play(
    scenario,
    log === undefined ? {} : { onRequest: (world, row, nowUs) => log.add(world, row, nowUs) },
  );
  let stopped = false;
  return stoppable(
    () => (stopped = true),
    async () => {
      for (let step = playing.next(true); ; step = playing.next(!stopped)) {
        if (step.done === true) {
          if (!quiet) io.status('stderr', '');
          return step.value;
        }
        if (!quiet) io.status('stderr', `playing ${scenario.name}: ${Math.round(step.value * 100)} %`);
        await log?.drain();
        // Let a signal be heard.
        await new Promise((resume) => setImmediate(resume));
      }
    },
  );
}

/** Every request as a line, under another name until it is complete. */
class RequestLog {
  readonly #shownAs: string;
  readonly #path: string;
  readonly #stream: WriteStream;
  readonly #scenario: Scenario;
  readonly #lineOf: typeof requestLine;
  #failed: Error | undefined;
  #lines: string[] = [];

  private constructor(
    shownAs: string,
    path: string,
    stream: WriteStream,
    scenario: Scenario,
    lineOf: typeof requestLine,
  ) {
    this.#shownAs = shownAs;
    this.#path = path;
    this.#stream = stream;
    this.#scenario = scenario;
    this.#lineOf = lineOf;
    stream.on('error', (error) => (this.#failed = error));
  }

  /** Where nothing can be written, that is told before the run. */
  static async open(
    shownAs: string,
    path: string,
    scenario: Scenario,
    lineOf: typeof requestLine,
  ): Promise<RequestLog> {
    const { isFolder } = await import('../files.ts');
    return writing(shownAs, async () => {
      if (await isFolder(path)) throw Object.assign(new Error(), { code: 'EISDIR' });
      await mkdir(dirname(path), { recursive: true });
      const stream = createWriteStream(`${path}.partial-${process.pid}`);
      await once(stream, 'open');
      return new RequestLog(shownAs, path, stream, scenario, lineOf);
    });
  }

  add(world: World, row: number, nowUs: number): void {
    this.#lines.push(this.#lineOf(world, this.#scenario, row, nowUs));
  }

  async drain(): Promise<void> {
    const text = this.#lines.join('');
    this.#lines = [];
    await new Promise<void>((done) => this.#stream.write(text, () => done()));
    if (this.#failed !== undefined) await this.#giveUp(this.#failed);
  }

  async close(): Promise<void> {
    await this.drain();
    this.#stream.end();
    await once(this.#stream, 'close');
    await rename(this.#stream.path, this.#path).catch((error: Error) => this.#giveUp(error));
  }

  async #giveUp(error: Error): Promise<void> {
    await rm(this.#stream.path, { force: true });
    await writing(this.#shownAs, () => Promise.reject(error));
  }
}
