import { matches } from '../../manifest/labels.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import type { ConsistentHash } from '../../manifest/kind/traffic-policy.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type {
  Destination,
  DestinationRule,
  Gateway,
  HttpMatch,
  HttpRedirect,
  HttpRoute,
  KubernetesGateway,
  RouteDestination,
  Service,
  StringMatch,
  TcpMatch,
} from '../../manifest/resource.ts';
import {
  clusterName,
  unknownService,
  type Fault,
  type InboundRoute,
  type HashPolicy,
  type HeaderMatcher,
  type ProxyConfiguration,
  type RedirectAction,
  type Route,
  type RouteAction,
  type RouteConfiguration,
  type RouteMatch,
  type StringMatcher,
  type TcpProxy,
  type VirtualHost,
} from '../envoy/route.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { fullHost, hostCovers, serviceDomains, shortHost } from '../../manifest/host.ts';
import { blocksFor, clustersOf, isTcpPort, tcpIdleTimeout } from './cluster.ts';
import { listenerGateway, rulesOfHttpRoutes } from './http-route.ts';
import { entriesOf, resourcesOf, type Registry } from '../kubernetes/registry.ts';
import { gatewayNameLabel } from './proxy-place.ts';
import { inboundRetryPolicyOf, retryPolicyOf } from './retry-policy.ts';
import { rulesOfVirtualServices, type PlacedHttpRoute, type RoutingRule } from './routing-rule.ts';

/**
 * Manifests -> the routes and clusters of one proxy (istio/istio pilot/pkg/networking/core: httproute.go,
 * route/route.go, cluster.go).
 *
 *   sidecar: a route configuration per service port, in it a virtual host per service: the first rule for its callers
 *            (see `meshRules`), else the route "default" to the cluster of all its pods
 *   gateway: a route configuration per server port, in it a virtual host per host of the rules bound to the Gateways,
 *            Istio's or Gateway API's, that select this proxy
 *   both:    a cluster per service port, and one more per subset of its DestinationRule
 */
export function translate(registry: Registry, proxy: ProxyIdentity): ProxyConfiguration {
  const services = resourcesOf(registry, 'Service');
  const kubernetesGateways = resourcesOf(registry, 'KubernetesGateway');
  const mesh: MeshView = {
    services,
    rules: [
      ...rulesOfVirtualServices(entriesOf(registry, 'VirtualService')),
      ...rulesOfHttpRoutes(entriesOf(registry, 'HTTPRoute'), services, kubernetesGateways),
    ].sort((a, b) => a.createdOrder - b.createdOrder),
    destinationRules: resourcesOf(registry, 'DestinationRule'),
    servers: [
      ...resourcesOf(registry, 'Gateway')
        .filter((own) => matches(own.spec.selector, proxy.labels))
        .flatMap(istioServers),
      ...kubernetesGateways.filter((own) => runsGateway(proxy, own)).flatMap(listenerServers),
    ],
  };
  return {
    routes: proxy.type === 'gateway' ? gatewayRoutes(mesh, proxy) : sidecarRoutes(mesh, proxy),
    clusters: mesh.services.flatMap((service) => clustersOf(service, mesh.destinationRules)),
    inbound: proxy.type === 'gateway' ? [] : inboundRoutes(mesh, proxy),
    tcp_proxies: proxy.type === 'gateway' ? gatewayTcp(mesh, proxy) : sidecarTcp(mesh, proxy),
  };
}

function inboundRoutes(mesh: MeshView, proxy: ProxyIdentity): InboundRoute[] {
  return mesh.services
    .filter(
      (own) =>
        own.metadata.namespace === proxy.namespace &&
        own.spec.selector !== undefined &&
        matches(own.spec.selector, proxy.labels),
    )
    .flatMap((own) => own.spec.ports)
    .flatMap((port) => {
      const retry_policy = inboundRetryPolicyOf(port);
      return retry_policy === undefined ? [] : [{ port: port.port, retry_policy }];
    });
}

interface MeshView {
  readonly services: readonly Service[];
  /** Oldest first. */
  readonly rules: readonly RoutingRule[];
  readonly destinationRules: readonly DestinationRule[];
  /** That this proxy runs, if it is a gateway. */
  readonly servers: readonly GatewayServer[];
}

/** A port of a gateway, and how rules of a namespace name the gateway when they bind to it. */
interface GatewayServer {
  readonly port: number;
  readonly protocol: string;
  readonly hosts: readonly string[];
  names(namespace: string): readonly string[];
}

const istioServers = ({ metadata: { name, namespace: own }, spec }: Gateway): GatewayServer[] =>
  spec.servers.map(({ port, hosts }) => ({
    port: port.number,
    protocol: port.protocol,
    hosts,
    names: (namespace) => (namespace === own ? [name, `${own}/${name}`] : [`${own}/${name}`]),
  }));

const runsGateway = (proxy: ProxyIdentity, { metadata }: KubernetesGateway): boolean =>
  proxy.namespace === metadata.namespace && proxy.labels[gatewayNameLabel] === metadata.name;

const listenerServers = (gateway: KubernetesGateway): GatewayServer[] =>
  gateway.spec.listeners.map((listener) => ({
    port: listener.port,
    protocol: listener.protocol,
    hosts: [listener.hostname ?? '*'],
    names: () => [listenerGateway(gateway, listener)],
  }));

function sidecarRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const ports = new Set(
    mesh.services.flatMap((service) =>
      service.spec.ports.filter((port) => !isTcpPort(port)).map((port) => port.port),
    ),
  );
  return [...ports]
    .sort((a, b) => a - b)
    .map((port) => ({
      name: String(port),
      virtual_hosts: mesh.services
        .filter((service) => service.spec.ports.some((own) => own.port === port && !isTcpPort(own)))
        .map((service) => serviceHost(mesh, proxy, service, port)),
    }));
}

function serviceHost(mesh: MeshView, proxy: ProxyIdentity, service: Service, port: number): VirtualHost {
  const { name, namespace } = service.metadata;
  const host = fullHost(name, namespace);
  // Nothing merges here: the first rule that has a route for this proxy and port is the host's only one.
  const [ruled] = meshRules(mesh, proxy, host).flatMap((rule) => {
    const routes = routesOf(mesh, rule, { proxy, gateway: 'mesh', port });
    return routes.length === 0 ? [] : [routes];
  });
  return {
    name: `${host}:${port}`,
    domains: serviceDomains(name, namespace, proxy.namespace, port),
    routes: ruled ?? [defaultRoute(mesh, host, port)],
  };
}

/**
 * Rules for the callers of a host, the one that acts first. HTTPRoutes of the caller's namespace come before everything else,
 * whatever their age (SelectVirtualServices of pilot/pkg/model/virtualservice.go), then the rest, the oldest first.
 * A route of a namespace that is neither the caller's nor the Service's concerns nobody but its own (GEP-1426).
 */
function meshRules(mesh: MeshView, proxy: ProxyIdentity, host: string): RoutingRule[] {
  const ofCaller = (rule: RoutingRule): boolean =>
    rule.semantics === 'gateway-api' && rule.namespace === proxy.namespace;
  const all = mesh.rules.filter(
    (rule) =>
      boundTo(rule, 'mesh') &&
      rule.hosts.some((own) => hostCovers(fullHost(own, rule.namespace), host)) &&
      (rule.semantics === 'istio' || ofCaller(rule) || host === fullHost(shortHost(host), rule.namespace)),
  );
  return [...all.filter(ofCaller), ...all.filter((rule) => !ofCaller(rule))];
}

const noTimeout = '0s';

const defaultRoute = (mesh: MeshView, host: string, port: number): Route => ({
  name: 'default',
  match: { prefix: '/' },
  route: {
    cluster: clusterName(port, '', host),
    timeout: noTimeout,
    max_grpc_timeout: noTimeout,
    ...retriesAndHash(mesh, undefined, host, undefined, port, true),
  },
  decorator: { operation: `${host}:${port}/*` },
  metadata: { config: '', rule: 'no rule: default cluster' },
});

function gatewayRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const configurations = new Map<string, VirtualHost[]>();
  for (const server of mesh.servers) {
    if (!/^(HTTP|HTTP2|GRPC|HTTPS)$/.test(server.protocol)) continue;
    const name = `http.${server.port}`;
    const hosts = configurations.get(name) ?? [];
    configurations.set(name, hosts);
    for (const rule of mesh.rules) {
      const gateway = server.names(rule.namespace).find((own) => boundTo(rule, own));
      if (gateway === undefined || rule.http.length === 0) continue;
      for (const host of rule.hosts) {
        const full = fullHost(host, rule.namespace);
        if (!server.hosts.some((served) => serverCovers(served, full))) continue;
        addHost(hosts, full, server.port, routesOf(mesh, rule, { proxy, gateway, port: server.port }));
      }
    }
  }
  return [...configurations].map(([name, virtual_hosts]) => ({ name, virtual_hosts }));
}

/** Several rules of one gateway host merge; catch-alls sort last, otherwise the order stays. */
function addHost(hosts: VirtualHost[], host: string, port: number, routes: readonly Route[]): void {
  const name = `${host}:${port}`;
  const at = hosts.findIndex((own) => own.name === name);
  if (at < 0) {
    hosts.push({ name, domains: host === '*' ? ['*'] : [host, `${host}:${port}`], routes });
  } else {
    const merged = [...hosts[at]!.routes, ...routes];
    hosts[at] = {
      ...hosts[at]!,
      routes: [
        ...merged.filter((route) => !isCatchAll(route.match)),
        ...merged.filter((route) => isCatchAll(route.match)),
      ],
    };
  }
}

/** A server's host may carry a namespace (`*` or `./`) before a slash. */
const serverCovers = (served: string, host: string): boolean => {
  const pattern = served.slice(served.indexOf('/') + 1);
  return hostCovers(pattern, host) || hostCovers(host, pattern);
};

const boundTo = (rule: RoutingRule, gateway: string): boolean =>
  rule.gateways.length === 0 ? gateway === 'mesh' : rule.gateways.includes(gateway);

interface RouteContext {
  readonly proxy: ProxyIdentity;
  readonly gateway: string;
  readonly port: number;
}

/** One Envoy route per match, in order, up to and including the first catch-all that this proxy gets. */
function routesOf(mesh: MeshView, rule: RoutingRule, context: RouteContext): Route[] {
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

/** Whether a match is for this proxy at all. With `gateways` set, source labels and namespace are not consulted. */
function concerns(match: HttpMatch | TcpMatch, { proxy, gateway, port }: RouteContext): boolean {
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
  const { config, rule: text } = http.origin;
  const matcher = match === undefined ? { prefix: '/' } : matchOf(match, rule.semantics);
  const action =
    http.directResponse !== undefined || http.redirect !== undefined
      ? undefined
      : actionOf(mesh, rule, http, matcher, context);
  const fault = faultOf(http);
  return {
    name: names.join('.'),
    match: matcher,
    ...(http.redirect !== undefined
      ? { redirect: redirectOf(http.redirect, context.port) }
      : http.directResponse !== undefined
        ? { direct_response: { status: http.directResponse.status } }
        : {}),
    ...(action === undefined ? {} : { route: action }),
    ...(action === undefined || fault === undefined
      ? {}
      : { typed_per_filter_config: { 'envoy.filters.http.fault': fault } }),
    decorator: { operation: operationOf(rule, action, matcher, context.port) },
    metadata: {
      config,
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
  const usual = { http: 80, https: 443 }[scheme ?? 'http'];
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
  // The first destination's rule gives the hash; only a single one keeps retries from avoiding what was tried.
  const first = only?.destination;
  const common = {
    timeout,
    max_grpc_timeout: timeout,
    ...retriesAndHash(
      mesh,
      http,
      fullHost(first?.host ?? '', namespace),
      first?.subset,
      context.port,
      single,
    ),
    ...rewriteOf(http, match, rule.semantics),
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
      clusters: http.route
        .filter((entry) => (entry.weight ?? 0) > 0)
        .map((entry) => ({ name: cluster(entry.destination), weight: entry.weight! })),
    },
  };
}

/** Gateway API takes a prefix away where Envoy's prefix_rewrite to "/" would leave two slashes. */
function rewriteOf(
  { rewrite }: HttpRoute,
  match: RouteMatch,
  semantics: RoutingRule['semantics'],
): Pick<RouteAction, 'prefix_rewrite' | 'regex_rewrite' | 'host_rewrite_literal'> {
  if (rewrite === undefined) return {};
  const { uri, authority, regex } = rewrite;
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

/** Istio's default retries or the rule's own, and the hash policy of the destination's rule. */
function retriesAndHash(
  mesh: MeshView,
  http: HttpRoute | undefined,
  host: string,
  subset: string | undefined,
  port: number,
  single: boolean,
): Pick<RouteAction, 'retry_policy' | 'hash_policy'> {
  const rules = mesh.destinationRules.filter((own) =>
    hostCovers(fullHost(own.spec.host, own.metadata.namespace), host),
  );
  const ofSubset = rules.flatMap((own) => own.spec.subsets).find((own) => own.name === subset);
  const hash = blocksFor(port, rules[0]?.spec.trafficPolicy, ofSubset?.trafficPolicy).loadBalancer
    ?.consistentHash;
  const retry = retryPolicyOf(http?.retries, single && hash !== undefined);
  return {
    ...(retry === undefined ? {} : { retry_policy: retry }),
    ...(hash === undefined ? {} : { hash_policy: [hashPolicyOf(hash)] }),
  };
}

function hashPolicyOf(hash: ConsistentHash): HashPolicy {
  if (hash.header !== undefined) return { header: { header_name: hash.header } };
  if (hash.cookie !== undefined) {
    const { name, ttlUs } = hash.cookie;
    return { cookie: { name, ...(ttlUs === undefined ? {} : { ttl: formatDuration(ttlUs) }) } };
  }
  if (hash.queryParameter !== undefined) return { query_parameter: { name: hash.queryParameter } };
  return { connection_properties: { source_ip: true } };
}

/** A listener per TCP port of a service: its oldest VirtualService with TCP routes, else the cluster of all its pods. */
function sidecarTcp(mesh: MeshView, proxy: ProxyIdentity): TcpProxy[] {
  return mesh.services.flatMap((service) =>
    service.spec.ports.filter(isTcpPort).map(({ port }): TcpProxy => {
      const host = fullHost(service.metadata.name, service.metadata.namespace);
      const found = meshRules(mesh, proxy, host)
        .map((rule) => tcpRouteOf(mesh, rule, { proxy, gateway: 'mesh', port }))
        .find((route) => route !== undefined);
      return {
        host,
        port,
        ...tcpIdleTimeout(host, port, mesh.destinationRules),
        ...(found ?? {
          cluster: clusterName(port, '', host),
          metadata: { config: '', rule: 'no rule: default cluster' },
        }),
      };
    }),
  );
}

/** A TCP server of a Gateway: the first rule bound to it that takes connections of its port; none: they are refused. */
function gatewayTcp(mesh: MeshView, proxy: ProxyIdentity): TcpProxy[] {
  return mesh.servers
    .filter((server) => server.protocol === 'TCP')
    .flatMap(({ port, names }): TcpProxy[] => {
      for (const rule of mesh.rules) {
        const gateway = names(rule.namespace).find((own) => boundTo(rule, own));
        if (gateway === undefined) continue;
        const route = tcpRouteOf(mesh, rule, { proxy, gateway, port });
        if (route === undefined) continue;
        const first = clusterParts(route.cluster ?? route.weighted_clusters!.clusters[0]!.name);
        const idle = tcpIdleTimeout(first.host, first.port, mesh.destinationRules);
        return [{ host: '*', port, ...idle, ...route }];
      }
      return [];
    });
}

function tcpRouteOf(
  mesh: MeshView,
  rule: RoutingRule,
  context: RouteContext,
): Omit<TcpProxy, 'host' | 'port'> | undefined {
  const index = rule.tcp.findIndex(
    (tcp) => tcp.match.length === 0 || tcp.match.some((match) => concerns(match, context)),
  );
  const tcp = rule.tcp[index];
  if (tcp === undefined) return undefined;
  const cluster = ({ destination }: RouteDestination): string =>
    destinationCluster(mesh, destination, rule.namespace, context.port);
  const { name, namespace } = rule;
  const metadata = {
    config: `VirtualService/${namespace}/${name}`,
    rule: `VirtualService ${name}.${namespace}, tcp rule ${index + 1}`,
  };
  const [only, ...others] = tcp.route;
  if (only !== undefined && others.length === 0) return { cluster: cluster(only), metadata };
  return {
    weighted_clusters: {
      clusters: tcp.route
        .filter((own) => (own.weight ?? 0) > 0)
        .map((own) => ({ name: cluster(own), weight: own.weight! })),
    },
    metadata,
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
      : { abort: { http_status: abort.httpStatus, percentage: millionths(abort.percent) } }),
  };
}

/** Port: the destination's, else the service's only one, else the listener's. */
function destinationCluster(
  mesh: MeshView,
  destination: Destination,
  namespace: string,
  listener: number,
): string {
  // Only an HTTPRoute can name a backend that is none.
  if (destination.host === '') return unknownService;
  const host = fullHost(destination.host, namespace);
  const service = mesh.services.find((own) => fullHost(own.metadata.name, own.metadata.namespace) === host);
  const only =
    service !== undefined && service.spec.ports.length === 1 ? service.spec.ports[0]!.port : undefined;
  return clusterName(destination.port ?? only ?? listener, destination.subset ?? '', host);
}

function matchOf(match: HttpMatch, semantics: RoutingRule['semantics']): RouteMatch {
  const headers: HeaderMatcher[] = [];
  const pseudo = (name: string, wanted: StringMatch | undefined): void => {
    if (wanted !== undefined) headers.push({ name, string_match: stringMatcher(wanted) });
  };
  for (const [name, wanted] of Object.entries(match.headers ?? {})) headers.push(headerMatcher(name, wanted));
  for (const [name, wanted] of Object.entries(match.withoutHeaders ?? {})) {
    const matcher = headerMatcher(name, wanted);
    headers.push({
      ...matcher,
      invert_match: true,
      ...(matcher.string_match === undefined ? {} : { treat_missing_header_as_empty: true }),
    });
  }
  pseudo(':method', match.method);
  pseudo(':authority', match.authority);
  pseudo(':scheme', match.scheme);
  const query = Object.entries(match.queryParams ?? {}).map(([name, wanted]) =>
    isPresence(wanted) ? { name, present_match: true } : { name, string_match: stringMatcher(wanted) },
  );
  return {
    ...uriMatcher(match.uri, semantics),
    case_sensitive: match.ignoreUriCase !== true,
    ...(headers.length > 0 ? { headers } : {}),
    ...(query.length > 0 ? { query_parameters: query } : {}),
  };
}

/** A prefix is a part of the text for a VirtualService, whole parts of the path for Gateway API. */
function uriMatcher(uri: StringMatch | undefined, semantics: RoutingRule['semantics']): RouteMatch {
  if (uri?.exact !== undefined) return { path: uri.exact };
  if (semantics === 'gateway-api' && uri?.prefix !== undefined && uri.prefix !== '/')
    return { path_separated_prefix: uri.prefix };
  if (uri?.prefix !== undefined) return { prefix: uri.prefix };
  if (uri?.regex !== undefined) return { safe_regex: { regex: uri.regex } };
  return { prefix: '/' };
}

function headerMatcher(name: string, wanted: StringMatch): HeaderMatcher {
  const lower = name.toLowerCase();
  return isPresence(wanted)
    ? { name: lower, present_match: true }
    : { name: lower, string_match: stringMatcher(wanted) };
}

/** `{}` and the regex `*` mean: present, whatever the value. */
const isPresence = (wanted: StringMatch): boolean =>
  wanted.regex === '*' ||
  (wanted.exact === undefined && wanted.prefix === undefined && wanted.regex === undefined);

function stringMatcher(wanted: StringMatch): StringMatcher {
  if (wanted.exact !== undefined) return { exact: wanted.exact };
  if (wanted.prefix !== undefined) return { prefix: wanted.prefix };
  return { safe_regex: { regex: wanted.regex ?? '' } };
}

/** Prefix "/" or regex ".*" with no further condition (istio/istio core/route/route.go, isCatchAllRoute). */
export function isCatchAll(match: RouteMatch): boolean {
  const path = match.prefix === '/' || match.safe_regex?.regex === '.*';
  return path && (match.headers ?? []).length === 0 && (match.query_parameters ?? []).length === 0;
}
