import { Command, Option } from 'commander';
import { toJson } from '../../record/to-json.ts';
import { exit, type Io } from '../io.ts';
import { printNotModelled } from '../print.ts';
import { collect, moment, setOption, theScenario } from '../scenario-option.ts';
import { routesOfManifests, type ManifestOptions } from './routes-of-manifests.ts';

interface RoutesOptions extends ManifestOptions {
  readonly at: number;
  readonly pod?: string;
  readonly set: string[];
  readonly seed?: string;
}

export function routesCommand(io: Io): Command {
  return new Command('routes')
    .description('Show what each proxy holds at a moment of a run, or what istiod makes of manifests')
    .argument('[scenario]', 'folder or file of a scenario: configured, held, version, age')
    .addOption(
      new Option('-f, --filename <file>', 'manifests alone, a folder of them, or - (repeatable)')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('--proxy <type>', 'with -f: for whom').choices(['sidecar', 'gateway']).default('sidecar'),
    )
    .option('--labels <labels>', "with -f: labels of the proxy's pod: app=productpage,version=v1")
    .option('-n, --namespace <namespace>', 'with -f: namespace of the proxy')
    .addOption(new Option('--at <time>', 'moment of simulated time').argParser(moment).default(0, '0s'))
    .option('--pod <name>', 'one pod, or all whose names begin so; default: all')
    .option('--seed <seed>', "seed of chance, instead of the scenario's own")
    .addOption(setOption())
    .addOption(
      new Option('-o, --output <format>', "text, or json in Envoy's own shape")
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  meshshift routes scenarios/traffic-shifting --at 60.2s
  meshshift routes scenarios/traffic-shifting --at 60.2s --pod productpage-v1 -o json
  meshshift routes -f scenarios/traffic-shifting/virtual-service-reviews-50-v3.yaml
  meshshift routes -f scenarios/traffic-shifting/bookinfo.yaml -f scenarios/traffic-shifting/destination-rule-all.yaml -o json
  meshshift routes -f scenarios/gateway-api/bookinfo.yaml -f scenarios/gateway-api/gateway.yaml --proxy gateway`,
    )
    .action(async (given: string | undefined, options: RoutesOptions) => {
      if ((given === undefined) === (options.filename.length === 0)) {
        io.stderr('error: either a scenario or manifests by -f\n(add --help for the options and examples)\n');
        io.exitCode(exit.usage);
        return;
      }
      if (given === undefined) return routesOfManifests(io, options);
      const scenario = await theScenario(io, given, options, true);
      if (scenario === undefined) return;
      printNotModelled(
        io,
        (await import('../../manifest/not-modelled.ts')).routesMayDiffer(scenario.ignored),
      );
      const { worldAt } = await import('../../experiment/run-once.ts');
      const { heldDocument, heldText } = await import('../../experiment/routes/held.ts');
      const now = worldAt(scenario, options.at);
      const { places } = now.world.proxies;
      const wanted = places.flatMap((place, proxy) =>
        options.pod === undefined || place.pod.startsWith(options.pod) ? [proxy] : [],
      );
      if (wanted.length === 0) {
        io.stderr(
          `error: no proxy runs in a pod called "${options.pod}"; there are:\n${places.map((place) => `  ${place.pod}\n`).join('')}`,
        );
        io.exitCode(exit.invalid);
        return;
      }
      io.stdout(
        options.output === 'json'
          ? toJson(wanted.map((proxy) => heldDocument(now, proxy)))
          : heldText(now, wanted, io.width),
      );
    });
}
