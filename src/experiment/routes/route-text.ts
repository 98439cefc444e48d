import { unknownClusterStatus } from '../../mesh/envoy/response-outcome.ts';
import type {
  HeaderOperations,
  Route,
  RouteAction,
  RouteMatch,
  StringMatcher,
  VirtualHost,
} from '../../mesh/envoy/route.ts';
import { shortHost } from '../../manifest/host.ts';
import { clusterParts } from '../../mesh/envoy/cluster-name.ts';

/** Routes in a few words, for tables. `called` is the host that was called, with or without its port: its name is not repeated. */
export function routeText(route: Route, called: string): string {
  const conditions = matchText(route.match);
  const when = conditions === '' ? '' : `${conditions} -> `;
  return `${when}${actionText(route, called)}`;
}

/**
 * `= /productpage`, `/static*`, `/api/` (whole parts of a path), `end-user=jason`, `not x-debug`, `claim groups=beta`; "" for a
 * catch-all.
 */
export function matchText(match: RouteMatch): string {
  return [
    ...pathText(match),
    ...(match.headers ?? []).map(
      ({ name, string_match: wanted, invert_match: isInverted }) =>
        `${isInverted === true ? 'not ' : ''}${name}${valueText(wanted)}`,
    ),
    ...(match.query_parameters ?? []).map((own) => `?${own.name}${valueText(own.string_match)}`),
    // istiod looks a claim up in the token's payload, in a list or as it is.
    ...(match.dynamic_metadata ?? []).map(
      ({ path, value, invert }) =>
        `${invert === true ? 'not ' : ''}claim ${path
          .slice(1)
          .map(({ key }) => key)
          .join('.')}${valueText(value.or_match.value_matchers[1].string_match)}`,
    ),
  ].join(' ');
}

function pathText({
  path,
  prefix,
  path_separated_prefix: parts,
  safe_regex: regex,
  ...match
}: RouteMatch): string[] {
  const anyCase = match.case_sensitive === false ? ' (any case)' : '';
  return [
    ...(path === undefined ? [] : [`= ${path}${anyCase}`]),
    ...(prefix === undefined || prefix === '/' ? [] : [`${prefix}*${anyCase}`]),
    ...(parts === undefined ? [] : [`${parts}[/*]${anyCase}`]),
    // Envoy asks a regular expression as it is written.
    ...(regex === undefined ? [] : [`/${regex.regex}/`]),
  ];
}

/** `=jason`, `=jas*`, `=/jas.*on/`; "" where being there is enough. */
function valueText({ exact, prefix, safe_regex: regex }: StringMatcher = {}): string {
  if (exact !== undefined) return `=${exact}`;
  if (prefix !== undefined) return `=${prefix}*`;
  return regex === undefined || regex.regex === '.*' ? '' : `=/${regex.regex}/`;
}

/** A host that somebody has a rule or a Service for; the one for all others is the same on every port, and is left out of tables. */
export const isNamed = ({ name }: VirtualHost): boolean => name !== 'allow_any' && name !== 'block_all';

export function actionText(route: Route, called: string, clusters?: ReadonlySet<string>): string {
  const headers = headersText(route);
  if (route.direct_response !== undefined) return `status ${route.direct_response.status}${headers}`;
  if (route.redirect !== undefined) return `redirect ${route.redirect.response_code}${headers}`;
  return `${destinationText(route.route!, called, clusters)}${headers}`;
}

/** " (request =x-tier -x-debug, answer +set-cookie)": what is replaced, removed, and added beside what is there. */
function headersText(own: HeaderOperations): string {
  const side = (
    what: string,
    add: HeaderOperations['request_headers_to_add'] = [],
    remove: readonly string[] = [],
  ): string[] => {
    const names = [
      ...remove.map((name) => `-${name}`),
      ...add.map(
        ({ header, append_action: action }) =>
          `${action === undefined ? '+' : '='}${header.key.toLowerCase()}`,
      ),
    ];
    return names.length === 0 ? [] : [`${what} ${names.join(' ')}`];
  };
  const sides = [
    ...side('request', own.request_headers_to_add, own.request_headers_to_remove),
    ...side('answer', own.response_headers_to_add, own.response_headers_to_remove),
  ];
  return sides.length === 0 ? '' : ` (${sides.join(', ')})`;
}

/** @param clusters that the proxy has: a destination among which it is not is told with the answer that it gets. */
export function destinationText(
  action: Pick<RouteAction, 'cluster' | 'weighted_clusters' | 'cluster_not_found_response_code'>,
  called: string,
  clusters?: ReadonlySet<string>,
): string {
  const { cluster, weighted_clusters: weighted } = action;
  const unknown = (name: string): string =>
    clusters === undefined || clusters.has(name)
      ? ''
      : ` (unknown: ${unknownClusterStatus(action.cluster_not_found_response_code)})`;
  if (cluster !== undefined) return `${clusterText(cluster, called)}${unknown(cluster)}`;
  return weighted!.clusters
    .map((own) => `${clusterText(own.name, called)} ${own.weight}${unknown(own.name)}${headersText(own)}`)
    .join(', ');
}

/** A subset by its name; all pods of the called service by its name; another Service by its own. */
function clusterText(name: string, called: string): string {
  const { subset, host } = clusterParts(name);
  if (subset !== '') return subset;
  const isCalled = called === '*' || called.replace(/:\d+$/, '') === host;
  return isCalled ? `${shortHost(host)} (any pod)` : shortHost(host);
}
