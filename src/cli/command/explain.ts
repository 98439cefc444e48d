import { Command, Option } from 'commander';
import type { PlanSection } from '../../experiment/describe-plan.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { toJson } from '../../record/to-json.ts';
import { stoppable } from '../interruption.ts';
import type { Io } from '../io.ts';
import { toYaml } from '../print.ts';
import { jobsOption, overrides, seedOption, setOption, theScenario } from '../scenario-option.ts';

export function explainCommand(io: Io): Command {
  return new Command('explain')
    .description(
      'Show what a scenario comes to before it is played: pods, rules over time, traffic, delays, expected tallies; and on which guesses its answer depends',
    )
    .argument('<scenario>', 'folder or file of a scenario')
    .addOption(seedOption())
    .addOption(setOption())
    .option('--no-play', 'do not play what may be instead of guesses')
    .addOption(jobsOption())
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'json', 'yaml']).default('text'),
    )
    .addHelpText('after', '\nExample:\n  meshshift explain scenarios/traffic-shifting')
    .action(
      async (
        given: string,
        options: {
          readonly set: string[];
          readonly seed?: string;
          readonly output: 'text' | 'json' | 'yaml';
          readonly play: boolean;
          readonly jobs: number;
        },
      ) => {
        const scenario = await theScenario(io, given, options);
        if (scenario === undefined) return;
        const { describePlan } = await import('../../experiment/describe-plan.ts');
        const guessed = options.play ? await whatMatters(io, given, scenario, options) : [];
        const plan = [...guessed, ...describePlan(scenario)];
        if (options.output === 'json') io.stdout(toJson(plan));
        else if (options.output === 'yaml') io.stdout(await toYaml(plan));
        else
          io.stdout(
            plan
              .map((section) => `${section.title}\n${section.lines.map((line) => `  ${line}\n`).join('')}`)
              .join('\n'),
          );
      },
    );
}

/** Plays the scenario with each guess at the ends of its range, and without each guessed call; nothing where nothing is guessed. */
async function whatMatters(
  io: Io,
  given: string,
  scenario: Scenario,
  options: { readonly set: readonly string[]; readonly seed?: string; readonly jobs: number },
): Promise<PlanSection[]> {
  const { guessSection, insteadOf, withoutCall } = await import('../../experiment/guesses.ts');
  const instead = insteadOf(scenario);
  if (instead.length === 0) return [];
  const { loadScenario } = await import('../../scenario/load.ts');
  const { openScenario } = await import('../files.ts');
  const scenarios: Scenario[] = [scenario];
  for (const each of instead) {
    if (each.kind === 'call') {
      scenarios.push(withoutCall(scenario, each.call));
      continue;
    }
    const numbers = each.kind === 'all' ? each.guesses.map((own) => ({ guess: own, value: own.to })) : [each];
    const set = [
      ...overrides(options),
      ...numbers.map(({ guess, value }) => `numbers.${guess.name}=${value}`),
    ];
    const opened = await openScenario(given, io.cwd, set);
    const { value } = opened.value === undefined ? opened : await loadScenario(opened.value);
    // A range may hold a value that the scenario refuses: nothing is known of it then.
    scenarios.push((value as Scenario | undefined) ?? scenario);
  }
  const { atOnce, ThreadPool } = await import('../thread-pool.ts');
  const { Progress } = await import('../progress.ts');
  const pool = new ThreadPool(scenarios, atOnce(options.jobs));
  const progress = new Progress(io, false);
  try {
    progress.begin({ what: 'trying what may be instead of guesses', count: scenarios.length, unit: 'runs' });
    const jobs = scenarios.map((_, at) => ({ kind: 'measure' as const, at, seed: scenario.seed }));
    const answers = await stoppable(
      () => void pool.close(),
      () => pool.run(jobs, () => progress.take()),
    );
    if (answers === undefined) return [];
    const [own, ...found] = answers.map(({ run }) => run);
    return [guessSection(scenario, own!, instead, found)];
  } finally {
    progress.end();
    await pool.close();
  }
}
