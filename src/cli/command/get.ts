import { Command, Option } from 'commander';
import { kindNames, kindOf } from '../../experiment/get/kind.ts';
import { didYouMean } from '../../manifest/did-you-mean.ts';
import { toJson } from '../../record/to-json.ts';
import { exit, type Io } from '../io.ts';
import { toYaml } from '../print.ts';
import { moment, setOption, theScenario } from '../scenario-option.ts';

interface GetOptions {
  readonly at: number;
  readonly set: string[];
  readonly namespace?: string;
  readonly output: 'text' | 'yaml' | 'json';
}

export function getCommand(io: Io): Command {
  return new Command('get')
    .description('Show what kubectl would show at a moment of the run')
    .argument('<scenario>', 'folder or file of a scenario')
    .argument(
      '<kind>',
      'virtualservice, destinationrule, gateway, httproute, service, deployment, horizontalpodautoscaler, replicaset, rollout, pod (or their short names); gateway.gateway.networking.k8s.io is the one of Gateway API',
    )
    .argument('[name]', 'name of one resource')
    .addOption(new Option('--at <time>', 'moment of simulated time').argParser(moment).default(0, '0s'))
    .option('-n, --namespace <namespace>', 'only this namespace')
    .addOption(setOption())
    .addOption(
      new Option('-o, --output <format>', 'format').choices(['text', 'yaml', 'json']).default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift get scenarios/traffic-shifting virtualservice reviews -o yaml --at 70s
  meshshift get scenarios/traffic-shifting vs --at 290s
  meshshift get scenarios/canary-autoscaling hpa --at 5m
  meshshift get scenarios/canary-autoscaling pods --at 5m`,
    )
    .action(async (given: string, kindName: string, name: string | undefined, options: GetOptions) => {
      const kind = kindOf(kindName);
      if (kind === undefined) {
        const near = didYouMean(kindName.toLowerCase(), kindNames);
        io.stderr(
          `error: no resource type "${kindName}"${near === undefined ? '' : `; did you mean ${near}?`}\n`,
        );
        io.exitCode(exit.usage);
        return;
      }
      const scenario = await theScenario(io, given, options, true);
      if (scenario === undefined) return;
      const { worldAt } = await import('../../experiment/run-once.ts');
      const { getAt } = await import('../../experiment/get/get.ts');
      const got = getAt(worldAt(scenario, options.at), { kind, name, namespace: options.namespace });
      if ('notFound' in got) {
        io.stderr(`Error from server (NotFound): ${got.notFound}\n`);
        io.exitCode(exit.invalid);
        return;
      }
      if (options.output === 'text') io.stdout(got.table());
      else io.stdout(options.output === 'json' ? toJson(got.document()) : await toYaml(got.document()));
    });
}
