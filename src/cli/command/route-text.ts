import { unknownClusterStatus } from '../../mesh/envoy/response-outcome.ts';
import type { Route, RouteAction, RouteMatch } from '../../mesh/envoy/route.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';

/** Routes in a few words, for tables. `service` is the one that was called: its own name is not repeated. */
export function routeText(route: Route, service: string): string {
  const conditions = matchText(route.match);
  const when = conditions === '' ? '' : `${conditions} -> `;
  return `${when}${actionText(route, service)}`;
}

/** `= /productpage`, `/static*`, `/api/` (whole parts of a path), `end-user=jason`; "" for a catch-all. */
export function matchText(match: RouteMatch): string {
  return [
    ...(match.path === undefined ? [] : [`= ${match.path}`]),
    ...(match.prefix === undefined || match.prefix === '/' ? [] : [`${match.prefix}*`]),
    ...(match.path_separated_prefix === undefined ? [] : [`${match.path_separated_prefix}[/*]`]),
    ...(match.safe_regex === undefined ? [] : [`/${match.safe_regex.regex}/`]),
    ...(match.headers ?? []).map(
      (header) =>
        `${header.name}${header.string_match?.exact === undefined ? '' : `=${header.string_match.exact}`}`,
    ),
    ...(match.query_parameters ?? []).map(
      (own) => `?${own.name}${own.string_match?.exact === undefined ? '' : `=${own.string_match.exact}`}`,
    ),
  ].join(' ');
}

export function actionText(route: Route, service: string, clusters?: ReadonlySet<string>): string {
  if (route.direct_response !== undefined) return `status ${route.direct_response.status}`;
  if (route.redirect !== undefined) return `redirect ${route.redirect.response_code}`;
  return destinationText(route.route!, service, clusters);
}

/** @param clusters that the proxy has: a destination among which it is not is told with the answer that it gets. */
export function destinationText(
  action: Pick<RouteAction, 'cluster' | 'weighted_clusters' | 'cluster_not_found_response_code'>,
  service: string,
  clusters?: ReadonlySet<string>,
): string {
  const { cluster, weighted_clusters: weighted } = action;
  const unknown = (name: string): string =>
    clusters === undefined || clusters.has(name)
      ? ''
      : ` (unknown: ${unknownClusterStatus(action.cluster_not_found_response_code)})`;
  if (cluster !== undefined) return `${clusterText(cluster, service)}${unknown(cluster)}`;
  return weighted!.clusters
    .map((own) => `${clusterText(own.name, service)} ${own.weight}${unknown(own.name)}`)
    .join(', ');
}

/** A subset by its name; all pods of the called service by its name; another Service by its own. */
function clusterText(name: string, called: string): string {
  const { subset, service } = clusterParts(name);
  if (subset !== '') return subset;
  return service === called || called === '*' ? `${service} (any pod)` : service;
}
