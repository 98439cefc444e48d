import { linearRegex, type LinearRegex } from '../../manifest/linear-regex.ts';
import type {
  HeaderMatcher,
  QueryParameterMatcher,
  Route,
  RouteConfiguration,
  SafeRegex,
  StringMatcher,
} from './route.ts';

/** The `method` of a connection that carries plain TCP. */
export const tcpMethod = 'TCP';

/** What of a request decides its route. */
export interface RequestHead {
  readonly method: string;
  /** With the query string, if any. */
  readonly path: string;
  /** With the port, if the client wrote one: `reviews:9080`. */
  readonly authority: string;
  /** As a proxy has it of the connection; absent: http. */
  readonly scheme?: 'http' | 'https';
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A route that came first, and why it was not taken; `rule` says which manifest it is from. */
export interface PassedRoute {
  readonly route: string;
  readonly rule: string;
  readonly because: string;
}

/** The first route that matches, with the reason why each earlier one did not. */
export interface RouteChoice {
  /** undefined: 404, flag NR. */
  readonly route: Route | undefined;
  readonly virtualHost: string | undefined;
  readonly passed: readonly PassedRoute[];
}

/**
 * Envoy's route resolution: the virtual host by authority (exact, then the longest `*suffix`, then the longest
 * `prefix*`, then `*`), then the first route in list order whose every condition holds.
 * Source: source/common/router/config_impl.cc, RouteMatcher::findVirtualHost and VirtualHostImpl::getRouteFromEntries.
 */
export function chooseRoute(configuration: RouteConfiguration, request: RequestHead): RouteChoice {
  const host = findVirtualHost(configuration, request.authority);
  if (host === undefined) return { route: undefined, virtualHost: undefined, passed: [] };
  if (host.require_tls === 'ALL' && request.headers['x-forwarded-proto'] !== 'https')
    return { route: toHttps, virtualHost: host.name, passed: [] };
  const passed: PassedRoute[] = [];
  for (const route of host.routes) {
    const because = mismatch(route, request);
    if (because === undefined) return { route, virtualHost: host.name, passed };
    passed.push({ route: route.name, rule: route.metadata.rule, because });
  }
  return { route: undefined, virtualHost: host.name, passed };
}

/** What a virtual host that requires TLS answers to a request without. */
const toHttps: Route = {
  name: '',
  match: { prefix: '/' },
  redirect: { scheme_redirect: 'https', response_code: 301 },
  metadata: { owner: null, rule: 'Gateway: httpsRedirect' },
};

function findVirtualHost(configuration: RouteConfiguration, authority: string) {
  const lower = authority.toLowerCase();
  const wanted = configuration.ignore_port_in_host_matching === true ? lower.replace(/:\d+$/, '') : lower;
  let best: RouteConfiguration['virtual_hosts'][number] | undefined;
  let bestRank = 0;
  for (const host of configuration.virtual_hosts) {
    for (const domain of host.domains) {
      const rank = domainRank(domain.toLowerCase(), wanted);
      if (rank > bestRank) {
        best = host;
        bestRank = rank;
      }
    }
  }
  return best;
}

/** 0: no match. Exact beats any suffix wildcard, that any prefix wildcard, that the lone star; longer beats shorter. */
function domainRank(domain: string, authority: string): number {
  if (domain === authority) return 1e9;
  if (domain === '*') return 1;
  if (domain.startsWith('*')) {
    const suffix = domain.slice(1);
    return authority.length > suffix.length && authority.endsWith(suffix) ? 1e6 + suffix.length : 0;
  }
  if (domain.endsWith('*')) {
    const prefix = domain.slice(0, -1);
    return authority.length > prefix.length && authority.startsWith(prefix) ? 1e3 + prefix.length : 0;
  }
  return 0;
}

/** Why a route does not match, or undefined if it does. */
function mismatch(route: Route, request: RequestHead): string | undefined {
  const { match } = route;
  const queryAt = request.path.indexOf('?');
  const path = queryAt < 0 ? request.path : request.path.slice(0, queryAt);
  const fold = (text: string): string => (match.case_sensitive === false ? text.toLowerCase() : text);
  if (match.prefix !== undefined && !fold(path).startsWith(fold(match.prefix))) {
    return `path ${path} does not begin with ${match.prefix}`;
  }
  const parts = match.path_separated_prefix;
  if (parts !== undefined && fold(path) !== fold(parts) && !fold(path).startsWith(`${fold(parts)}/`)) {
    return `path ${path} is neither ${parts} nor below it`;
  }
  if (match.path !== undefined && fold(path) !== fold(match.path)) return `path ${path} is not ${match.path}`;
  if (match.safe_regex !== undefined && !wholeMatch(match.safe_regex, path)) {
    return `path ${path} does not match /${match.safe_regex.regex}/`;
  }
  for (const header of match.headers ?? []) {
    const because = headerMismatch(header, headerValue(request, header.name));
    if (because !== undefined) return because;
  }
  const query = queryAt < 0 ? '' : request.path.slice(queryAt + 1);
  for (const parameter of match.query_parameters ?? []) {
    const because = parameterMismatch(parameter, query);
    if (because !== undefined) return because;
  }
  // No simulated client brings a token.
  const claim = match.dynamic_metadata?.find(({ invert }) => invert !== true);
  if (claim !== undefined)
    return `there is no token with a claim ${claim.path
      .slice(1)
      .map(({ key }) => key)
      .join('.')}`;
  return undefined;
}

function headerValue(request: RequestHead, name: string): string | undefined {
  switch (name) {
    case ':method':
      return request.method;
    case ':authority':
      return request.authority;
    case ':scheme':
      return request.scheme ?? 'http';
    case ':path':
      return request.path;
    default:
      return Object.hasOwn(request.headers, name) ? request.headers[name] : undefined;
  }
}

function headerMismatch(matcher: HeaderMatcher, value: string | undefined): string | undefined {
  const seen = value ?? (matcher.treat_missing_header_as_empty === true ? '' : undefined);
  const holds =
    matcher.string_match === undefined
      ? (value !== undefined) === (matcher.present_match ?? true)
      : seen !== undefined && stringMatches(matcher.string_match, seen);
  // Envoy: an inverted string match on a missing header matches only if missing is treated as empty.
  const inverted =
    matcher.invert_match === true && (seen !== undefined || matcher.string_match === undefined);
  if (holds !== inverted) return undefined;
  const wanted = matcher.string_match === undefined ? 'present' : describe(matcher.string_match);
  const found = value === undefined ? 'absent' : `"${value}"`;
  return `header ${matcher.name} is ${found}, wanted ${matcher.invert_match === true ? 'not ' : ''}${wanted}`;
}

function parameterMismatch(matcher: QueryParameterMatcher, query: string): string | undefined {
  let value: string | undefined;
  for (const pair of query.split('&')) {
    const at = pair.indexOf('=');
    if ((at < 0 ? pair : pair.slice(0, at)) === matcher.name) {
      value = at < 0 ? '' : pair.slice(at + 1);
      break;
    }
  }
  const holds =
    matcher.string_match === undefined
      ? value !== undefined
      : value !== undefined && stringMatches(matcher.string_match, value);
  if (holds) return undefined;
  return `query parameter ${matcher.name} is ${value === undefined ? 'absent' : `"${value}"`}`;
}

function stringMatches(matcher: StringMatcher, value: string): boolean {
  if (matcher.exact !== undefined) return value === matcher.exact;
  if (matcher.prefix !== undefined) return value.startsWith(matcher.prefix);
  return matcher.safe_regex === undefined || wholeMatch(matcher.safe_regex, value);
}

function describe(matcher: StringMatcher): string {
  if (matcher.exact !== undefined) return `"${matcher.exact}"`;
  if (matcher.prefix !== undefined) return `"${matcher.prefix}..."`;
  return `/${matcher.safe_regex?.regex ?? ''}/`;
}

/** Envoy's safe_regex: RE2 over the whole value. Compiled when a route is first asked, and kept with it. */
function wholeMatch(matcher: SafeRegex, value: string): boolean {
  let compiled = compiledOf.get(matcher);
  if (compiled === undefined) {
    const read = linearRegex(matcher.regex);
    // Manifests with such a pattern are refused before.
    if ('problem' in read) throw new Error(`safe_regex /${matcher.regex}/: ${read.problem}`);
    compiledOf.set(matcher, (compiled = read));
  }
  return compiled.matchesWhole(value);
}

const compiledOf = new WeakMap<SafeRegex, LinearRegex>();
