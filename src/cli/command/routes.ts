import { Command, Option } from 'commander';
import type { Moment } from '../../experiment/run-once.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { toEnvoy } from '../../mesh/istiod/to-envoy.ts';
import { listing } from '../../report/layout.ts';
import { exit, type Io } from '../io.ts';
import { toJson } from '../print.ts';
import { collect, moment, setOption, theScenario } from '../scenario-option.ts';
import { routeText } from './route-text.ts';
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
      const { worldAt } = await import('../../experiment/run-once.ts');
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
          ? toJson(wanted.map((proxy) => asJson(now, proxy, options.at)))
          : asText(now, wanted, options.at),
      );
    });
}

/** Snapshot -1 is what the manifests say and istiod has not pushed. */
const versionOf = (view: ConfigView): string =>
  view.snapshot < 0 ? 'not pushed' : `snapshot ${view.snapshot}`;

function workersOf({ world }: Moment, proxy: number): ConfigView[] {
  const { concurrency } = world.proxies.settings;
  return world.proxies.routes.slice(proxy * concurrency, (proxy + 1) * concurrency);
}

function asText(now: Moment, proxies: readonly number[], atUs: number): string {
  const rows: string[][] = [];
  for (const proxy of proxies) {
    const workers = workersOf(now, proxy);
    const configured = now.world.proxies.configured[proxy]!;
    const distinct = [...new Set(workers)];
    for (const view of distinct) {
      const who =
        distinct.length === 1
          ? ''
          : ` (worker ${workers.flatMap((own, worker) => (own === view ? [worker] : [])).join(', ')})`;
      for (const line of routeLines(view, configured)) {
        rows.push([
          `${now.world.proxies.places[proxy]!.pod}${who}`,
          line.host,
          line.held,
          line.configured,
          versionOf(view),
          formatDuration(Math.round((atUs - now.heldSinceUs[proxy]!) / 1000) * 1000),
        ]);
      }
    }
  }
  return listing(['PROXY', 'HOST', 'HELD', 'CONFIGURED', 'VERSION', 'AGE'], rows);
}

/** One line per virtual host and route: what is held, beside what the manifests say. */
function routeLines(
  held: ConfigView,
  configured: ConfigView,
): { host: string; held: string; configured: string }[] {
  const hosts = (view: ConfigView): Map<string, string> => {
    const lines = new Map<string, string>();
    for (const own of view.configuration.routes) {
      for (const host of own.virtual_hosts) {
        lines.set(host.name, host.routes.map((route) => routeText(route, host.name)).join('; '));
      }
    }
    return lines;
  };
  const then = hosts(held);
  const now = hosts(configured);
  return [...new Set([...then.keys(), ...now.keys()])].map((host) => {
    const heldText = then.get(host) ?? 'nothing';
    const configuredText = now.get(host) ?? 'nothing';
    return {
      host: host.replace('.svc.cluster.local', ''),
      held: heldText,
      configured: configuredText === heldText ? 'same' : configuredText,
    };
  });
}

function asJson(now: Moment, proxy: number, atUs: number) {
  const place = now.world.proxies.places[proxy]!;
  return {
    pod: place.pod,
    workers: workersOf(now, proxy).map((view, worker) => ({ worker, snapshot: view.snapshot })),
    heldSinceSeconds: now.heldSinceUs[proxy]! / 1e6,
    ageSeconds: (atUs - now.heldSinceUs[proxy]!) / 1e6,
    upToDate: workersOf(now, proxy).every(
      (view) =>
        JSON.stringify(view.configuration) ===
        JSON.stringify(now.world.proxies.configured[proxy]!.configuration),
    ),
    configuration: toEnvoy(workersOf(now, proxy)[0]!.configuration),
  };
}
