import { linearRegex } from '../../manifest/linear-regex.ts';
import { isOwner } from '../../manifest/rule-name.ts';
import type { Route, RouteConfiguration, RouteMatch, RouteOrigin } from '../../mesh/envoy/route.ts';
import { chooseRoute } from '../../mesh/envoy/route-match.ts';
import { gatewayRoutes } from '../../mesh/istiod/gateway-routes.ts';
import type { BehindFact } from '../../record/mesh-facts.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Caller } from './inert.ts';

/**
 * Rules of which no route takes a request at a gateway, as those of another resource for the same host stand before them and take all
 * that they would (core/gateway.go merges virtual hosts of one name; core/route/route.go, SortVHostRoutes). Only what is certain is told,
 * and of hosts that visitors ask for.
 */
export function behindIn({ proxy, view }: Caller, traffic: Scenario['traffic']): BehindFact[] {
  const asked = [
    ...new Set(traffic.flatMap(({ from, request }) => (from === undefined ? [request.authority] : []))),
  ];
  if (asked.length === 0) return [];
  const found = new Map<string, BehindFact>();
  for (const configuration of gatewayRoutes(view, proxy)) {
    for (const host of asked)
      for (const own of behindAt(configuration, host)) {
        const key = `${own.rule} ${own.by}`;
        const hosts = new Set([...(found.get(key)?.hosts ?? []), host]);
        found.set(key, { ...own, hosts: [...hosts] });
      }
  }
  return [...found.values()];
}

function behindAt(configuration: RouteConfiguration, authority: string): BehindFact[] {
  const { virtualHost } = chooseRoute(configuration, { method: 'GET', path: '/', authority, headers: {} });
  const routes = configuration.virtual_hosts.find(({ name }) => name === virtualHost)?.routes ?? [];
  const names = [...new Set(routes.map(({ metadata }) => metadata.rule))];
  return names.flatMap((name) => {
    const own = routes.filter(({ metadata }) => metadata.rule === name);
    const before = own.map((route) => coveredBy(route, routes));
    const [first] = before;
    const { owner, rule } = own[0]!.metadata;
    return owner === null || first === undefined || before.some((each) => each === undefined)
      ? []
      : [{ rule, owner, by: first.rule, byOwner: first.owner, hosts: [authority] }];
  });
}

type Owned = RouteOrigin & { readonly owner: NonNullable<RouteOrigin['owner']> };

/** The rule of another resource whose route comes first and takes all that this one would; undefined: none does. */
function coveredBy(route: Route, routes: readonly Route[]): Owned | undefined {
  const { owner } = route.metadata;
  return routes
    .slice(0, routes.indexOf(route))
    .filter((own) => covers(own.match, route.match))
    .map(({ metadata }) => metadata)
    .find((own): own is Owned => own.owner !== null && owner !== null && !isOwner(own.owner, owner));
}

/** Whatever meets the second match meets the first; false where that is not certain. */
export const covers = (first: RouteMatch, second: RouteMatch): boolean =>
  coversPath(first, second) &&
  (['headers', 'query_parameters', 'dynamic_metadata'] as const).every((field) => {
    const asked = (second[field] ?? []).map((own) => JSON.stringify(own));
    return (first[field] ?? []).every((own) => asked.includes(JSON.stringify(own)));
  });

function coversPath(first: RouteMatch, second: RouteMatch): boolean {
  if (first.prefix === '/' || first.prefix === '' || first.safe_regex?.regex === '.*') return true;
  const anyCase = first.case_sensitive === false;
  if (!anyCase && second.case_sensitive === false) return false;
  const fold = (text: string): string => (anyCase ? text.toLowerCase() : text);
  const [path, prefix, parts] = [second.path, second.prefix, second.path_separated_prefix].map(
    (own) => own && fold(own),
  );
  if (first.prefix !== undefined) return (path ?? prefix ?? parts)?.startsWith(fold(first.prefix)) === true;
  if (first.path_separated_prefix !== undefined) {
    const own = fold(first.path_separated_prefix);
    return path === own || parts === own || (path ?? prefix ?? parts)?.startsWith(`${own}/`) === true;
  }
  if (first.path !== undefined) return path === fold(first.path);
  return coversByRegex(first.safe_regex!.regex, second);
}

/** Of two expressions only equal ones are known to be met by the same. */
function coversByRegex(regex: string, { path, safe_regex: own }: RouteMatch): boolean {
  if (path === undefined) return own?.regex === regex;
  const compiled = linearRegex(regex);
  return 'matchesWhole' in compiled && compiled.matchesWhole(path);
}
