import { microseconds } from '../../manifest/microseconds.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import type { Route } from '../../mesh/envoy/route.ts';
import { fittedListing, wrapped } from '../../report/layout.ts';
import { balancerText, clusterText } from './balancer-text.ts';
import type { configurationFor } from './configuration.ts';
import { proxyText } from './rule-standing.ts';
import { actionText, destinationText, matchText, isNamed } from './route-text.ts';

/**
 * The routes, TCP proxies, rules and clusters of a proxy as tables.
 * @param found a rule that was given alone, its Service assumed, says nothing about the clusters that it would meet.
 * @param width in letters.
 */
export function configurationText(
  { configuration, assumed, proxy, standings }: ReturnType<typeof configurationFor>,
  width: number,
): string {
  const listing = (headings: readonly string[], rows: readonly (readonly string[])[]): string =>
    fittedListing(headings, rows, width);
  const clusters = assumed.length === 0 ? new Set(configuration.clusters.map((own) => own.name)) : undefined;
  const rows = configuration.routes.flatMap(({ name, virtual_hosts }) =>
    virtual_hosts
      .filter(isNamed)
      .flatMap((host) =>
        host.routes.map((route) => [
          name,
          shortName(host.name),
          matchText(route.match) || 'all',
          actionText(route, host.name, clusters),
          timeoutText(route),
          retriesText(route),
          route.metadata.rule,
        ]),
      ),
  );
  const connections = configuration.tcp_proxies.map((own) => [
    String(own.port),
    shortName(own.host),
    destinationText(own, own.host, clusters),
    own.metadata.rule,
  ]);
  const tables = [
    ...(rows.length === 0
      ? []
      : [listing(['ROUTES', 'HOST', 'MATCH', 'GOES TO', 'TIMEOUT', 'RETRIES', 'RULE'], rows)]),
    ...(connections.length === 0
      ? []
      : [listing(['TCP PORT', 'HOST', 'CONNECTIONS GO TO', 'RULE'], connections)]),
  ];
  if (tables.length === 0) tables.push('no routes: nothing in these manifests gives this proxy any\n');
  if (standings.length > 0) {
    const standing = standings.map(({ rule, isFor, actsOn, because, leavesOut }) => [
      rule,
      isFor,
      [because ?? `acts on ${actsOn.join(', ')}`, ...leavesOut].join('; '),
    ]);
    const head = wrapped(`What the rules are to ${proxyText(proxy)}:`, width, '', '  ').join('\n');
    tables.push(`${head}\n${listing(['RULE', 'IS FOR', 'THERE'], standing)}`);
  }
  const clusterRows = configuration.clusters.map((own) => [
    clusterText(own),
    own.lb_policy,
    balancerText(own),
  ]);
  if (clusterRows.length > 0) tables.push(listing(['CLUSTER', 'BALANCER', 'CHOOSES'], clusterRows));
  return `${tables.join('\n')}\n-o json shows all in Envoy's own shape\n`;
}

const shortName = (host: string): string => host.replace('.svc.cluster.local', '');

const timeoutText = ({ route }: Route): string => {
  const us = route === undefined ? 0 : microseconds(route.timeout);
  return us === 0 ? 'none' : formatDuration(us);
};

const retriesText = ({ route }: Route): string => String(route?.retry_policy?.num_retries ?? 0);
