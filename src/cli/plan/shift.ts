import { Command, InvalidArgumentError, Option } from 'commander';
import { join, resolve } from 'node:path';
import type { ShiftQuestion } from '../../experiment/shift-plan/shift-plan.ts';
import type { TrialFacts } from '../../record/plan-run.ts';
import type { ShiftPlan } from '../../record/shift-plan.ts';
import { parseObjective, type Objective } from '../../scenario/objective.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { toJson } from '../../record/to-json.ts';
import { plural } from '../../words/number.ts';
import { commandLine } from '../../report/command-line.ts';
import { isFolder, isOurs, writeFolder } from '../files.ts';
import { exit, type Io } from '../io.ts';
import { printProblems } from '../print.ts';
import { jobsOption, moment, runsEach, seedOption, setOption, theScenario } from '../scenario-option.ts';
import { stoppable } from '../interruption.ts';
import { Journal } from '../journal.ts';
import { Progress } from '../progress.ts';
import { atOnce, ThreadPool } from '../thread-pool.ts';
import { writing } from '../writing.ts';

import {
  addVary,
  optionsOf,
  requestOf,
  type ShiftRequest,
  type VaryRequest,
} from '../../experiment/shift-plan/request.ts';

interface ShiftCommandOptions {
  readonly objective: readonly Objective[];
  readonly vary: VaryRequest;
  readonly replications?: number;
  readonly window?: number;
  readonly jobs: number;
  readonly out?: string;
  readonly resume: boolean;
  readonly force: boolean;
  readonly seed?: string;
  readonly set: string[];
  readonly quiet: boolean;
  readonly output: 'text' | 'json';
}

export function shiftCommand(io: Io): Command {
  return new Command('shift')
    .description('The cheapest way to make a shift that keeps to your objectives, found by playing it')
    .argument('<scenario>', 'folder or file of a scenario')
    .addOption(
      new Option(
        '--objective <text>',
        'what must hold in every window: "p99 < 400ms", "errors < 0.1%", "share within 2 points"; or over the shift: "overload < 30s", "duration < 30m", "pods < 60" (repeatable)',
      )
        .argParser(objectiveOption)
        .default([], "the scenario's own"),
    )
    .addOption(
      new Option(
        '--vary <what=values>',
        'what may vary: steps=10/25/50/100,25/50/75/100, pause=3m,5m, pre-scale=0,30, warm-up=0s,60s, reviews-v3.max=30,40 (also .min, .target) (repeatable)',
      )
        .argParser(varyOption)
        .default({}, "the scenario's own, or steps, pause, limit and pre-scaling about what is written"),
    )
    .addOption(
      new Option(
        '--replications <n>',
        'runs of a plan, at most: fewer where three show that it holds or fails; 10',
      ).argParser(atLeastThree),
    )
    .addOption(
      new Option(
        '--window <duration>',
        'length of the windows by which objectives are judged; 30s',
      ).argParser(moment),
    )
    .addOption(jobsOption())
    .option('--out <folder>', 'where the plan goes (default: reports/plan-NAME)')
    .option('--resume', 'go on with the runs that are in the folder already', false)
    .option('--force', "replace a folder that is not a plan's", false)
    .addOption(seedOption())
    .addOption(setOption())
    .option('-q, --quiet', 'no progress and no warnings', false)
    .addOption(
      new Option('-o, --output <format>', 'what goes to stdout').choices(['text', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift plan shift scenarios/planners-ramp
  meshshift plan shift scenarios/planners-ramp --resume
  meshshift plan shift scenarios/planners-ramp --objective "p99 < 400ms" --vary steps=10/25/50/75/100 --vary pause=3m,5m

The best plan so far is told as soon as there is one. Ctrl-C leaves it, and keeps the runs that are done; --resume goes on with them
and comes to the same answer. What plans cost is counted over the same time for each of them, however long they take.`,
    )
    .action((given: string, options: ShiftCommandOptions) => shift(io, given, options));
}

function objectiveOption(text: string, before: readonly Objective[]): Objective[] {
  const parsed = parseObjective(text);
  if ('problem' in parsed) throw new InvalidArgumentError(parsed.problem);
  return [...before, parsed];
}

function varyOption(text: string, before: VaryRequest): VaryRequest {
  const added = addVary(before, text);
  if ('problem' in added) throw new InvalidArgumentError(added.problem);
  return added;
}

function atLeastThree(text: string): number {
  const value = runsEach(text);
  if (value >= 3) return value;
  throw new InvalidArgumentError('fewer than 3 runs show nothing');
}

async function shift(io: Io, given: string, options: ShiftCommandOptions): Promise<void> {
  const scenario = await theScenario(io, given, options, options.quiet);
  if (scenario === undefined) return;
  const request = requestOf(scenario, {
    objectives: options.objective,
    vary: options.vary,
    ...(options.replications === undefined ? {} : { replications: options.replications }),
    ...(options.window === undefined ? {} : { windowUs: options.window }),
  });
  const refuse = (code: string, message: string, hint?: string): void => {
    printProblems(io, [
      { severity: 'error', code, message, file: given, ...(hint === undefined ? {} : { hint }) },
    ]);
    io.exitCode(exit.invalid);
  };
  if (request.objectives.length === 0) {
    refuse('MS2012', 'no objective is given', 'write --objective "p99 < 400ms", or spec.plan.objectives');
    return;
  }
  const { shiftQuestion } = await import('../../experiment/shift-plan/shift-plan.ts');
  let question: ShiftQuestion;
  try {
    question = shiftQuestion(scenario, optionsOf(request));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    refuse('MS2013', error.message);
    return;
  }

  const folder = resolve(io.cwd, options.out ?? join('reports', `plan-${scenario.name}`));
  if ((await isFolder(folder)) && !options.force && !(await isOurs(folder))) {
    refuse(
      'MS3005',
      `${folder} exists and does not hold a plan of meshshift`,
      'choose another --out, or --force',
    );
    return;
  }
  const { version } = await import('../../experiment/version.ts');
  const { planRunsFormat } = await import('../../record/format.ts');
  const of = {
    schema: planRunsFormat,
    version,
    scenario: scenario.hash,
    seed: scenario.seed,
    windowSeconds: request.windowUs / 1e6,
    candidates: question.candidates,
  };
  const journal = new Journal<TrialFacts>(
    join(folder, 'runs.ndjson'),
    of,
    async () => (await import('../../record/plan-run.ts')).planRun,
  );
  if (!options.resume) await writing(options.out ?? folder, () => journal.start());
  else if (!(await journal.resume())) {
    refuse(
      'MS2014',
      `${options.out ?? folder} holds no runs of this question`,
      'the scenario, its seed, what varies or meshshift has changed; leave --resume out to start anew',
    );
    return;
  }
  const plan = await searched(io, scenario, question, request, journal, options);
  const { planFiles } = await import('../../report/shift-plan/plan-files.ts');
  const problem = await writeFolder(folder, await planFiles(plan, journal.text()), true);
  if (problem !== undefined) printProblems(io, [problem]);
  if (options.output === 'json') io.stdout(toJson(plan));
  else {
    const { shiftPlanText } = await import('../../report/shift-plan/text.ts');
    const command = commandText(given, request, options);
    io.stdout(
      `${shiftPlanText(plan, io.width)}\nPlan:  ${join(options.out ?? join('reports', `plan-${scenario.name}`), 'plan.html')}\n`,
    );
    io.stdout(plan.interrupted ? `Go on: ${command} --resume\n` : `Again: ${command}\n`);
  }
  io.exitCode(
    problem !== undefined
      ? exit.invalid
      : plan.interrupted
        ? exit.interrupted
        : plan.best === null
          ? exit.failed
          : exit.ok,
  );
}

/** The answer, or what is known of it at Ctrl-C; each run is kept as soon as it is done. */
async function searched(
  io: Io,
  scenario: Scenario,
  question: ShiftQuestion,
  request: ShiftRequest,
  journal: Journal<TrialFacts>,
  options: ShiftCommandOptions,
): Promise<ShiftPlan> {
  const { playSearch } = await import('../../experiment/shift-plan/play-search.ts');
  const pool = new ThreadPool([scenario], atOnce(options.jobs));
  const known = journal.results.size;
  const progress = new Progress(io, options.quiet, 'Ctrl-C keeps them', undefined, known);
  const { aheadText } = await import('../../report/shift-plan/text.ts');
  if (options.resume)
    progress.note(`Goes on with ${plural(known, 'run')} that ${known === 1 ? 'is' : 'are'} done.`);
  try {
    return await stoppable(
      () => void pool.close(),
      () =>
        playSearch(question, request, journal.results, pool, {
          begin: (round) => progress.begin(round),
          take: async ({ key, facts }) => {
            await journal.add(key, facts);
            progress.take();
          },
          ahead: (plan) => progress.note(aheadText(plan)),
        }),
    );
  } finally {
    progress.end();
    await pool.close();
  }
}

/** The command that asks the same again, as the user would type it. */
function commandText(given: string, request: ShiftRequest, options: ShiftCommandOptions): string {
  const { vary } = options;
  const words = [
    'meshshift',
    'plan',
    'shift',
    given,
    ...options.objective.flatMap((own) => ['--objective', own.text]),
    ...(vary.steps === undefined
      ? []
      : ['--vary', `steps=${vary.steps.map((own) => own.join('/')).join(',')}`]),
    ...(vary.pausesUs === undefined
      ? []
      : ['--vary', `pause=${vary.pausesUs.map((own) => `${own / 1e6}s`).join(',')}`]),
    ...(vary.warmUpsUs === undefined
      ? []
      : ['--vary', `warm-up=${vary.warmUpsUs.map((own) => `${own / 1e6}s`).join(',')}`]),
    ...(vary.preScale === undefined ? [] : ['--vary', `pre-scale=${vary.preScale.join(',')}`]),
    ...(vary.autoscalers ?? []).flatMap((own) =>
      (['min', 'max', 'target'] as const).flatMap((limit) =>
        own[limit].length === 0 ? [] : ['--vary', `${own.name}.${limit}=${own[limit].join(',')}`],
      ),
    ),
    ...(options.replications === undefined ? [] : ['--replications', String(options.replications)]),
    ...(options.window === undefined ? [] : ['--window', `${request.windowUs / 1e6}s`]),
    ...(options.seed === undefined ? [] : ['--seed', options.seed]),
    ...options.set.flatMap((own) => ['--set', own]),
    ...(options.out === undefined ? [] : ['--out', options.out]),
  ];
  return commandLine(words);
}
