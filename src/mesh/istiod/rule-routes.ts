import { fullHost } from '../../manifest/host.ts';
import type { ConsistentHash, TrafficPolicy } from '../../manifest/kind/traffic-policy.ts';
import { matches } from '../../manifest/labels.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { portOfScheme, schemePort } from '../../manifest/scheme-port.ts';
import type {
  CorsPolicy,
  Destination,
  HttpMatch,
  HttpRedirect,
  HttpRoute,
  RouteDestination,
  TcpMatch,
} from '../../manifest/resource.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import {
  clusterName,
  unknownService,
  type Cors,
  type Fault,
  type HashPolicy,
  type RedirectAction,
  type Route,
  type RouteAction,
  type RouteMatch,
} from '../envoy/route.ts';
import { actingFor } from './acting-for.ts';
import { blocksFor } from './cluster.ts';
import type { ActingDestinationRule } from './destination-rules.ts';
import { together, translateHeaders } from './header-operations.ts';
import type { MeshView } from './mesh-view.ts';
import { retryPolicyOf } from './retry-policy.ts';
import type { PlacedHttpRoute, RoutingRule } from './routing-rule.ts';
import { matchOf, isCatchAll, stringMatcher } from './rule-match.ts';

/** A route without a time limit, as istiod writes it. */
export const noTimeout = '0s';

/**
 * One Envoy route per match, in order, up to and including the first catch-all that this proxy gets. They are made once for
 * all proxies that the rule does not tell apart, and again when what they name has changed.
 */
export function routesOf(mesh: MeshView, rule: RoutingRule, context: RouteContext): readonly Route[] {
  const { gateway, port } = context;
  let known = made.get(rule);
  if (known === undefined) made.set(rule, (known = { ...namedBy(rule), routes: [] }));
  if (known.tellsProxiesApart) return routesMade(mesh, rule, context);
  const { hosts } = known;
  const place = known.routes.findIndex((own) => own.gateway === gateway && own.port === port);
  const last = known.routes[place];
  const isMade =
    last !== undefined &&
    hosts.every(
      (host, i) =>
        last.services[i] === mesh.serviceOf.get(host) &&
        same(last.acting[i]!, actingFor(mesh, context.proxy, host)?.from ?? none),
    );
  if (isMade) return last.routes;
  const services = hosts.map((host) => mesh.serviceOf.get(host));
  const acting = hosts.map((host) => actingFor(mesh, context.proxy, host)?.from ?? none);
  const routes = routesMade(mesh, rule, context);
  known.routes[place < 0 ? known.routes.length : place] = { gateway, port, services, acting, routes };
  return routes;
}

const none: readonly unknown[] = [];

/** By the rule: what its routes depend on besides, and those that were made last for a gateway and port. */
const made = new WeakMap<RoutingRule, Named & { readonly routes: MadeRoutes[] }>();

interface Named {
  /** That its HTTP routes send something to, in full. */
  readonly hosts: readonly string[];
  /** It looks at labels or the namespace of the caller. */
  readonly tellsProxiesApart: boolean;
}

interface MadeRoutes {
  readonly gateway: string;
  readonly port: number;
  readonly services: readonly unknown[];
  readonly acting: readonly (readonly unknown[])[];
  readonly routes: readonly Route[];
}

const namedBy = ({ http }: RoutingRule): Named => ({
  hosts: [
    ...new Set(
      http.flatMap(({ route, mirrors, origin }) =>
        [...route, ...mirrors].map(({ destination }) => fullHost(destination.host, origin.namespace)),
      ),
    ),
  ],
  tellsProxiesApart: http.some(({ match }) =>
    match.some((own) => own.sourceNamespace !== undefined || own.sourceLabels !== undefined),
  ),
});

const same = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b || (a.length === b.length && a.every((own, place) => own === b[place]));

function routesMade(mesh: MeshView, rule: RoutingRule, context: RouteContext): readonly Route[] {
  const routes: Route[] = [];
  for (const http of rule.http) {
    const matches: readonly (HttpMatch | undefined)[] = http.match.length > 0 ? http.match : [undefined];
    for (const match of matches) {
      if (match !== undefined && !concerns(match, context)) continue;
      const route = routeOf(mesh, rule, http, match, context);
      routes.push(route);
      if (isCatchAll(route.match)) return routes;
    }
  }
  return routes;
}

export interface RouteContext {
  readonly proxy: ProxyIdentity;
  readonly gateway: string;
  readonly port: number;
}

/** Whether a match is for this proxy at all. With `gateways` set, source labels and namespace are not consulted. */
export function concerns(match: HttpMatch | TcpMatch, { proxy, gateway, port }: RouteContext): boolean {
  if (match.port !== undefined && match.port !== port) return false;
  if (match.gateways !== undefined && match.gateways.length > 0) return match.gateways.includes(gateway);
  if (match.sourceNamespace !== undefined && match.sourceNamespace !== proxy.namespace) return false;
  return matches(match.sourceLabels ?? {}, proxy.labels);
}

function routeOf(
  mesh: MeshView,
  rule: RoutingRule,
  http: PlacedHttpRoute,
  match: HttpMatch | undefined,
  context: RouteContext,
): Route {
  const names = [http.name, match?.name].filter((name) => name !== undefined && name !== '');
  const { owner, rule: text } = http.origin;
  const matcher = match === undefined ? { prefix: '/' } : matchOf(match, rule.semantics);
  const action =
    http.directResponse !== undefined || http.redirect !== undefined
      ? undefined
      : actionOf(mesh, rule, http, matcher, context);
  const own = translateHeaders(http.headers).operations;
  // A single destination's operations stand on the route; those of weighted ones beside their weights.
  const [only, ...others] = http.route;
  const operations =
    only === undefined || others.length > 0 ? own : together(own, translateHeaders(only.headers).operations);
  return {
    name: names.join('.'),
    match: matcher,
    ...(http.redirect !== undefined
      ? { redirect: redirectOf(http.redirect, context.port) }
      : http.directResponse !== undefined
        ? { direct_response: { status: http.directResponse.status } }
        : {}),
    ...(action === undefined ? {} : { route: action }),
    ...filtersOf(http, action),
    ...operations,
    decorator: { operation: operationOf(rule, action, matcher, context.port) },
    metadata: {
      owner,
      rule: text,
      istioConfig: `/apis/networking.istio.io/v1/namespaces/${rule.namespace}/virtual-service/${rule.name}`,
    },
  };
}

/** GetRouteOperation: the destination where there is one, else the rule, which has several. */
function operationOf(
  rule: RoutingRule,
  action: RouteAction | undefined,
  match: RouteMatch,
  port: number,
): string {
  const path = match.path ?? match.safe_regex?.regex ?? `${match.prefix ?? '/'}*`;
  const only = action?.cluster === undefined ? undefined : clusterParts(action.cluster);
  return only === undefined ? `${rule.name}:${port}${path}` : `${only.host}:${only.port}${path}`;
}

/** A port that belongs to the scheme is not written. */
function redirectOf(own: HttpRedirect, listener: number): RedirectAction {
  const { uri, prefix, authority, scheme, redirectCode } = own;
  const port = own.port === 'FROM_REQUEST_PORT' ? listener : own.port;
  const usual = scheme === undefined ? schemePort.http : portOfScheme(scheme);
  return {
    ...(uri === undefined ? {} : { path_redirect: uri }),
    ...(prefix === undefined ? {} : { prefix_rewrite: prefix }),
    ...(authority === undefined ? {} : { host_redirect: authority }),
    ...(scheme === undefined ? {} : { scheme_redirect: scheme }),
    ...(port === undefined || port === usual ? {} : { port_redirect: port }),
    response_code: redirectCode ?? 301,
  };
}

/**
 * One destination, whatever its weight: a plain cluster. Several: those of positive weight (omitted counts as 0), also
 * when only one is left.
 */
function actionOf(
  mesh: MeshView,
  rule: RoutingRule,
  http: PlacedHttpRoute,
  match: RouteMatch,
  context: RouteContext,
): RouteAction {
  const { namespace } = http.origin;
  const cluster = (destination: Destination): string =>
    destinationCluster(mesh, destination, namespace, context.port);
  const timeout = http.timeoutUs === undefined ? noTimeout : formatDuration(http.timeoutUs);
  const [only, ...others] = http.route;
  const single = only !== undefined && others.length === 0;
  const sent = single ? http.route : http.route.filter((entry) => (entry.weight ?? 0) > 0);
  const common = {
    timeout,
    max_grpc_timeout: timeout,
    ...retriesAndHash(
      mesh,
      context.proxy,
      http,
      sent.map(({ destination }) => {
        const host = fullHost(destination.host, namespace);
        const port = destinationPort(mesh, destination, host, context.port);
        return { host, subset: destination.subset, port };
      }),
      single,
    ),
    ...rewriteOf(http, match, rule.semantics, single ? only : undefined),
    ...(http.mirrors.some((own) => own.percent > 0)
      ? {
          request_mirror_policies: http.mirrors
            .filter((own) => own.percent > 0)
            .map((own) => ({
              cluster: cluster(own.destination),
              runtime_fraction: {
                // translateIntegerToFractionalPercent, and translatePercentToFractionalPercent.
                default_value:
                  own.whole === true
                    ? { numerator: own.percent, denominator: 'HUNDRED' as const }
                    : millionths(own.percent),
              },
            })),
        }
      : {}),
    // An invalid backend answers 500 for its share (applyHTTPRouteDestination).
    ...(rule.semantics === 'gateway-api'
      ? { cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR' as const }
      : {}),
  };
  if (single) return { cluster: cluster(only.destination), ...common };
  return {
    ...common,
    weighted_clusters: {
      clusters: sent.map((entry) => {
        const { operations, authority } = translateHeaders(entry.headers);
        return {
          name: cluster(entry.destination),
          weight: entry.weight!,
          ...operations,
          ...(authority === undefined ? {} : { host_rewrite_literal: authority }),
        };
      }),
    },
  };
}

/**
 * Gateway API takes a prefix away where Envoy's prefix_rewrite to "/" would leave two slashes. The authority is that of the rewrite,
 * else the one among the rule's headers, else among the only destination's.
 */
function rewriteOf(
  { rewrite, headers }: HttpRoute,
  match: RouteMatch,
  semantics: RoutingRule['semantics'],
  only: RouteDestination | undefined,
): Pick<RouteAction, 'prefix_rewrite' | 'regex_rewrite' | 'host_rewrite_literal'> {
  const { uri, regex } = rewrite ?? {};
  const authority =
    rewrite?.authority ?? translateHeaders(headers).authority ?? translateHeaders(only?.headers).authority;
  const prefix = (match.path_separated_prefix ?? '').replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
  const removes = semantics === 'gateway-api' && uri === '/';
  return {
    ...(regex === undefined
      ? {}
      : { regex_rewrite: { pattern: { regex: regex.match }, substitution: regex.rewrite } }),
    ...(removes ? { regex_rewrite: { pattern: { regex: `^${prefix}(/?)(.*)` }, substitution: '/\\2' } } : {}),
    ...(uri === undefined || removes ? {} : { prefix_rewrite: uri }),
    ...(authority === undefined ? {} : { host_rewrite_literal: authority }),
  };
}

const millionths = (percent: number) => ({
  numerator: Math.round(percent * 10_000),
  denominator: 'MILLION' as const,
});

/**
 * The rule's retries, or the mesh's, or Istio's own, and a hash policy for each destination that is sent something and whose rule
 * asks for one (route.go, applyHTTPRouteDestination, processDestination, processWeightedDestination). Only a single destination that
 * hashes keeps retries from avoiding what was tried.
 */
export function retriesAndHash(
  mesh: MeshView,
  proxy: ProxyIdentity,
  http: HttpRoute | undefined,
  destinations: readonly {
    readonly host: string;
    readonly subset: string | undefined;
    readonly port: number;
  }[],
  single: boolean,
): Pick<RouteAction, 'retry_policy' | 'hash_policy'> {
  // Many destinations of a rule have one host: its rule is looked for once.
  const policies = new Map<string, PoliciesOfHost>();
  const hashes = destinations.flatMap(({ host, subset, port }) => {
    let own = policies.get(host);
    if (own === undefined) policies.set(host, (own = policiesOf(actingFor(mesh, proxy, host))));
    const ofSubset = subset === undefined ? undefined : own.ofSubset.get(subset);
    return blocksFor(port, own.ofHost, ofSubset).loadBalancer?.consistentHash ?? [];
  });
  const retry = retryPolicyOf(http?.retries ?? mesh.defaultHttpRetry, single && hashes.length > 0);
  return {
    ...(retry === undefined ? {} : { retry_policy: retry }),
    ...(hashes.length === 0 ? {} : { hash_policy: hashes.map(hashPolicyOf) }),
  };
}

/** What the DestinationRule that acts says of a host, and of its subsets by name. */
interface PoliciesOfHost {
  readonly ofHost: TrafficPolicy | undefined;
  readonly ofSubset: ReadonlyMap<string, TrafficPolicy | undefined>;
}

const policiesOf = (rule: ActingDestinationRule | undefined): PoliciesOfHost => ({
  ofHost: rule?.policy,
  ofSubset: new Map((rule?.subsets ?? []).map(({ name, trafficPolicy }) => [name, trafficPolicy])),
});

function hashPolicyOf(hash: ConsistentHash): HashPolicy {
  if (hash.header !== undefined) return { header: { header_name: hash.header } };
  if (hash.cookie !== undefined) {
    const { name, ttlUs, path } = hash.cookie;
    const ttl = ttlUs === undefined ? {} : { ttl: formatDuration(ttlUs) };
    return { cookie: { name, ...ttl, ...(path === undefined ? {} : { path }) } };
  }
  if (hash.queryParameter !== undefined) return { query_parameter: { name: hash.queryParameter } };
  return { connection_properties: { source_ip: true } };
}

/** Filters with words of their own for this route. */
function filtersOf(http: HttpRoute, action: RouteAction | undefined): Pick<Route, 'typed_per_filter_config'> {
  const fault = action === undefined ? undefined : faultOf(http);
  if (fault === undefined && http.cors === undefined) return {};
  return {
    typed_per_filter_config: {
      ...(fault === undefined ? {} : { 'envoy.filters.http.fault': fault }),
      ...(http.cors === undefined ? {} : { 'envoy.filters.http.cors': corsOf(http.cors) }),
    },
  };
}

/** route.go, TranslateCORSPolicy. */
function corsOf(own: CorsPolicy): Cors {
  const words = (field: string, list: readonly string[]) =>
    list.length === 0 ? {} : { [field]: list.join(',') };
  return {
    ...(own.allowOrigins.length === 0
      ? {}
      : { allow_origin_string_match: own.allowOrigins.map(stringMatcher) }),
    ...words('allow_methods', own.allowMethods),
    ...words('allow_headers', own.allowHeaders),
    ...words('expose_headers', own.exposeHeaders),
    ...(own.maxAgeSeconds === undefined ? {} : { max_age: String(own.maxAgeSeconds) }),
    ...(own.allowCredentials === undefined ? {} : { allow_credentials: own.allowCredentials }),
    forward_not_matching_preflights: own.forwardsUnmatched,
    filter_enabled: { default_value: { numerator: 100, denominator: 'HUNDRED' } },
  };
}

/** Percentages become parts per million. */
function faultOf(http: HttpRoute): Fault | undefined {
  const { delay, abort } = http.fault ?? {};
  if (delay === undefined && abort === undefined) return undefined;
  return {
    ...(delay === undefined
      ? {}
      : {
          delay: { fixed_delay: formatDuration(delay.fixedDelayUs), percentage: millionths(delay.percent) },
        }),
    ...(abort === undefined
      ? {}
      : {
          abort: {
            ...('httpStatus' in abort
              ? { http_status: abort.httpStatus }
              : { grpc_status: abort.grpcStatus }),
            percentage: millionths(abort.percent),
          },
        }),
  };
}

/** Port: the destination's, else the service's only one, else the listener's. */
export function destinationCluster(
  mesh: Pick<MeshView, 'serviceOf'>,
  destination: Destination,
  namespace: string,
  listener: number,
): string {
  // Only an HTTPRoute can name a backend that is none.
  if (destination.host === '') return unknownService;
  const host = fullHost(destination.host, namespace);
  const port = destinationPort(mesh, destination, host, listener);
  return clusterName(port, destination.subset ?? '', aliasedBy(mesh, host) ?? host);
}

/** What an ExternalName Service is another name of: that has a cluster, the alias has none (GetDestinationCluster). */
function aliasedBy({ serviceOf }: Pick<MeshView, 'serviceOf'>, host: string): string | undefined {
  const source = serviceOf.get(host)?.source;
  return source?.kind === 'Service' ? source.spec.externalName?.toLowerCase().replace(/\.$/, '') : undefined;
}

/** The port that is written, else the Service's only one, else that of the listener (GetDestinationCluster). */
function destinationPort(
  { serviceOf }: Pick<MeshView, 'serviceOf'>,
  { port }: Destination,
  host: string,
  listener: number,
): number {
  const ports = serviceOf.get(host)?.ports ?? [];
  return port ?? (ports.length === 1 ? ports[0]!.port : listener);
}
