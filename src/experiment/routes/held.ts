import { formatDuration } from '../../manifest/quantity.ts';
import type { ConfigView } from '../../mesh/envoy/config-view.ts';
import { toEnvoy } from '../../mesh/istiod/view/to-envoy.ts';
import { fittedListing, wrapped } from '../../report/layout.ts';
import type { Moment } from '../run-once.ts';
import { balancerText, clusterText } from './balancer-text.ts';
import { routeText, isNamed } from './route-text.ts';

/** What the workers of each proxy hold at a moment, beside what the manifests say: a line per host, and one per cluster. */
export function heldText(now: Moment, proxies: readonly number[], width: number): string {
  const held = proxies.map((proxy) => heldRoutes(now, proxy, width)).join('\n');
  return `${held}\n${heldClusters(now, proxies, width)}`;
}

function heldRoutes(now: Moment, proxy: number, width: number): string {
  const workers = workersOf(now, proxy);
  const configured = now.world.proxies.configured[proxy]!;
  const distinct = [...new Set(workers)];
  const age = formatDuration(Math.round(ageUs(now, proxy) / 1000) * 1000);
  return distinct
    .map((view) => {
      const who =
        distinct.length === 1
          ? ''
          : ` (worker ${workers.flatMap((own, worker) => (own === view ? [worker] : [])).join(', ')})`;
      const rows = routeLines(view, configured).map((own) => [own.host, own.held, own.configured]);
      const head = wrapped(
        `${now.world.proxies.places[proxy]!.pod}${who}: ${versionOf(view)}, held for ${age}`,
        width,
        '',
        '  ',
      );
      return `${head.join('\n')}\n${fittedListing(['HOST', 'HELD', 'CONFIGURED'], rows, width)}`;
    })
    .join('\n');
}

/** How endpoints are chosen; where proxies hold different things of a cluster it has several lines. */
function heldClusters({ world }: Moment, proxies: readonly number[], width: number): string {
  const { concurrency } = world.proxies.settings;
  const lines = new Map<string, { readonly row: readonly string[]; readonly holders: Set<number> }>();
  for (const proxy of proxies) {
    for (const view of world.proxies.clusters.slice(proxy * concurrency, (proxy + 1) * concurrency)) {
      for (const own of view.configuration.clusters) {
        const row = [clusterText(own), own.lb_policy, balancerText(own)];
        const line = lines.get(row.join()) ?? { row, holders: new Set<number>() };
        lines.set(row.join(), line);
        line.holders.add(proxy);
      }
    }
  }
  const rows = [...lines]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { row, holders }]) => [...row, `${holders.size} of ${proxies.length}`]);
  return fittedListing(['CLUSTER', 'BALANCER', 'CHOOSES', 'PROXIES'], rows, width);
}

/** The same of one proxy as data, its configuration in Envoy's own shape. */
export function heldDocument(now: Moment, proxy: number): object {
  const { pod } = now.world.proxies.places[proxy]!;
  const workers = workersOf(now, proxy);
  const configured = JSON.stringify(now.world.proxies.configured[proxy]!.configuration);
  return {
    pod,
    workers: workers.map((view, worker) => ({ worker, snapshot: view.snapshot })),
    heldSinceSeconds: now.heldSinceUs[proxy]! / 1e6,
    ageSeconds: ageUs(now, proxy) / 1e6,
    upToDate: workers.every((view) => JSON.stringify(view.configuration) === configured),
    configuration: toEnvoy(workers[0]!.configuration),
  };
}

const ageUs = ({ world, heldSinceUs }: Moment, proxy: number): number =>
  world.simulation.nowUs - heldSinceUs[proxy]!;

/** Snapshot -1 is what the manifests say and istiod has not pushed. */
const versionOf = (view: ConfigView): string =>
  view.snapshot < 0 ? 'not pushed' : `snapshot ${view.snapshot}`;

function workersOf({ world }: Moment, proxy: number): ConfigView[] {
  const { concurrency } = world.proxies.settings;
  return world.proxies.routes.slice(proxy * concurrency, (proxy + 1) * concurrency);
}

/** One line per virtual host and route: what is held, beside what the manifests say. */
function routeLines(
  held: ConfigView,
  configured: ConfigView,
): { host: string; held: string; configured: string }[] {
  const then = hostTexts(held);
  const now = hostTexts(configured);
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

function hostTexts({ configuration }: ConfigView): Map<string, string> {
  const lines = new Map<string, string>();
  for (const { virtual_hosts } of configuration.routes) {
    for (const host of virtual_hosts.filter(isNamed)) {
      lines.set(host.name, host.routes.map((route) => routeText(route, host.name)).join('; '));
    }
  }
  return lines;
}
