import { Command, Option } from 'commander';
import { toJson } from '../../record/to-json.ts';
import type { Io } from '../io.ts';
import { toYaml } from '../print.ts';
import { seedOption, setOption, theScenario } from '../scenario-option.ts';

export function explainCommand(io: Io): Command {
  return new Command('explain')
    .description(
      'Show what a scenario comes to before it is played: pods, rules over time, traffic, delays, expected tallies',
    )
    .argument('<scenario>', 'folder or file of a scenario')
    .addOption(seedOption())
    .addOption(setOption())
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
        },
      ) => {
        const scenario = await theScenario(io, given, options);
        if (scenario === undefined) return;
        const { describePlan } = await import('../../experiment/describe-plan.ts');
        const plan = describePlan(scenario);
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
