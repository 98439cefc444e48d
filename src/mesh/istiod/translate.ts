import type {
  Destination,
  DestinationRule,
  Gateway,
  HttpMatch,
  HttpRoute,
  Service,
  StringMatch,
  VirtualService,
} from '../../manifest/resource.ts';
import {
  clusterName,
  type Cluster,
  type Fault,
  type HeaderMatcher,
  type ProxyConfiguration,
  type Route,
  type RouteAction,
  type RouteConfiguration,
  type RouteMatch,
  type StringMatcher,
  type VirtualHost,
} from '../envoy/route.ts';
import { formatDuration } from '../../manifest/quantity.ts';
import { fullHost, hostCovers, serviceDomains, shortHost } from './host.ts';
import { resourcesOf, type Registry } from './registry.ts';

/** For whom istiod writes: the rules that it sends depend on the proxy's place and labels. */
export interface ProxyIdentity {
  readonly type: 'sidecar' | 'gateway';
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Manifests -> the routes and clusters of one proxy (istio/istio pilot/pkg/networking/core: httproute.go,
 * route/route.go, cluster.go).
 *
 *   sidecar: a route configuration per service port, in it a virtual host per service: its oldest VirtualService that is
 *            bound to `mesh`, else the route "default" to the cluster of all its pods
 *   gateway: a route configuration per server port, in it a virtual host per host of the VirtualServices bound to the
 *            Gateways that select this proxy
 *   both:    a cluster per service port, and one more per subset of its DestinationRule
 */
export function translate(registry: Registry, proxy: ProxyIdentity): ProxyConfiguration {
  const mesh: MeshView = {
    services: resourcesOf(registry, 'Service'),
    virtualServices: resourcesOf(registry, 'VirtualService'),
    destinationRules: resourcesOf(registry, 'DestinationRule'),
    gateways: resourcesOf(registry, 'Gateway'),
  };
  return {
    routes: proxy.type === 'gateway' ? gatewayRoutes(mesh, proxy) : sidecarRoutes(mesh, proxy),
    clusters: allClusters(mesh),
  };
}

interface MeshView {
  readonly services: readonly Service[];
  readonly virtualServices: readonly VirtualService[];
  readonly destinationRules: readonly DestinationRule[];
  readonly gateways: readonly Gateway[];
}

function sidecarRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const ports = new Set(mesh.services.flatMap((service) => service.spec.ports.map((port) => port.port)));
  return [...ports]
    .sort((a, b) => a - b)
    .map((port) => ({
      name: String(port),
      virtual_hosts: mesh.services
        .filter((service) => service.spec.ports.some((own) => own.port === port))
        .map((service) => serviceHost(mesh, proxy, service, port)),
    }));
}

function serviceHost(mesh: MeshView, proxy: ProxyIdentity, service: Service, port: number): VirtualHost {
  const { name, namespace } = service.metadata;
  const host = fullHost(name, namespace);
  // On sidecars there is no merging: for one host the first (oldest) VirtualService wins.
  const rule = mesh.virtualServices.find(
    (candidate) =>
      boundTo(candidate, 'mesh') &&
      candidate.spec.http.length > 0 &&
      candidate.spec.hosts.some((own) => hostCovers(fullHost(own, candidate.metadata.namespace), host)),
  );
  return {
    name: `${host}:${port}`,
    domains: serviceDomains(name, namespace, proxy.namespace, port),
    routes:
      rule === undefined
        ? [defaultRoute(host, port)]
        : routesOf(mesh, rule, { proxy, gateway: 'mesh', port }),
  };
}

const noTimeout = '0s';

const defaultRoute = (host: string, port: number): Route => ({
  name: 'default',
  match: { prefix: '/' },
  route: { cluster: clusterName(port, '', host), timeout: noTimeout },
  metadata: { config: '', rule: 'no rule: default cluster' },
});

function gatewayRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const configurations = new Map<string, VirtualHost[]>();
  for (const gateway of mesh.gateways) {
    if (!includes(proxy.labels, gateway.spec.selector)) continue;
    const names = gatewayNames(gateway);
    for (const server of gateway.spec.servers) {
      if (!/^(HTTP|HTTP2|GRPC|HTTPS)$/.test(server.port.protocol)) continue;
      const name = `http.${server.port.number}`;
      const hosts = configurations.get(name) ?? [];
      configurations.set(name, hosts);
      for (const rule of mesh.virtualServices) {
        const bound = names(rule.metadata.namespace).find((own) => boundTo(rule, own));
        if (bound === undefined || rule.spec.http.length === 0) continue;
        for (const host of rule.spec.hosts) {
          const full = fullHost(host, rule.metadata.namespace);
          if (!server.hosts.some((served) => serverCovers(served, full))) continue;
          addHost(
            hosts,
            full,
            server.port.number,
            routesOf(mesh, rule, { proxy, gateway: bound, port: server.port.number }),
          );
        }
      }
    }
  }
  return [...configurations].map(([name, virtual_hosts]) => ({ name, virtual_hosts }));
}

/** Several VirtualServices of one gateway host merge; catch-alls sort last, otherwise the order stays. */
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

const gatewayNames =
  (gateway: Gateway) =>
  (namespace: string): string[] => {
    const { name, namespace: own } = gateway.metadata;
    return namespace === own ? [name, `${own}/${name}`] : [`${own}/${name}`];
  };

/** A server's host may carry a namespace (`*` or `./`) before a slash. */
const serverCovers = (served: string, host: string): boolean => {
  const pattern = served.slice(served.indexOf('/') + 1);
  return hostCovers(pattern, host) || hostCovers(host, pattern);
};

const boundTo = (rule: VirtualService, gateway: string): boolean =>
  rule.spec.gateways.length === 0 ? gateway === 'mesh' : rule.spec.gateways.includes(gateway);

interface RouteContext {
  readonly proxy: ProxyIdentity;
  readonly gateway: string;
  readonly port: number;
}

/** One Envoy route per match, in order, up to and including the first catch-all that this proxy gets. */
function routesOf(mesh: MeshView, rule: VirtualService, context: RouteContext): Route[] {
  const routes: Route[] = [];
  for (const [index, http] of rule.spec.http.entries()) {
    const matches: readonly (HttpMatch | undefined)[] = http.match.length > 0 ? http.match : [undefined];
    for (const match of matches) {
      if (match !== undefined && !concerns(match, context)) continue;
      const route = routeOf(mesh, rule, http, index, match, context);
      routes.push(route);
      if (isCatchAll(route.match)) return routes;
    }
  }
  return routes;
}

/** Whether a match is for this proxy at all. With `gateways` set, source labels and namespace are not consulted. */
function concerns(match: HttpMatch, { proxy, gateway, port }: RouteContext): boolean {
  if (match.port !== undefined && match.port !== port) return false;
  if (match.gateways !== undefined && match.gateways.length > 0) return match.gateways.includes(gateway);
  if (match.sourceNamespace !== undefined && match.sourceNamespace !== proxy.namespace) return false;
  return includes(proxy.labels, match.sourceLabels ?? {});
}

function routeOf(
  mesh: MeshView,
  rule: VirtualService,
  http: HttpRoute,
  index: number,
  match: HttpMatch | undefined,
  context: RouteContext,
): Route {
  const names = [http.name, match?.name].filter((name) => name !== undefined && name !== '');
  const { name, namespace } = rule.metadata;
  const base = {
    name: names.join('.'),
    match: match === undefined ? { prefix: '/' } : matchOf(match),
    metadata: {
      config: `VirtualService/${namespace}/${name}`,
      rule: `VirtualService ${name}.${namespace}, rule ${index + 1}${http.name === undefined ? '' : ` (${http.name})`}`,
    },
  };
  if (http.directResponse !== undefined)
    return { ...base, direct_response: { status: http.directResponse.status } };
  if (http.redirect !== undefined) {
    const { uri, authority, redirectCode } = http.redirect;
    return {
      ...base,
      redirect: {
        ...(uri === undefined ? {} : { path_redirect: uri }),
        ...(authority === undefined ? {} : { host_redirect: authority }),
        response_code: redirectCode ?? 301,
      },
    };
  }
  const fault = faultOf(http);
  return {
    ...base,
    route: actionOf(mesh, rule, http, context),
    ...(fault === undefined ? {} : { typed_per_filter_config: { 'envoy.filters.http.fault': fault } }),
  };
}

/**
 * One destination, whatever its weight: a plain cluster. Several: those of positive weight (omitted counts as 0), also
 * when only one is left.
 */
function actionOf(mesh: MeshView, rule: VirtualService, http: HttpRoute, context: RouteContext): RouteAction {
  const cluster = (destination: Destination): string =>
    destinationCluster(mesh, destination, rule.metadata.namespace, context.port);
  const timeout = http.timeoutUs === undefined ? noTimeout : formatDuration(http.timeoutUs);
  const [only, ...others] = http.route;
  if (only !== undefined && others.length === 0) return { cluster: cluster(only.destination), timeout };
  return {
    timeout,
    weighted_clusters: {
      clusters: http.route
        .filter((entry) => (entry.weight ?? 0) > 0)
        .map((entry) => ({ name: cluster(entry.destination), weight: entry.weight! })),
    },
  };
}

/** Percentages become parts per million. */
function faultOf(http: HttpRoute): Fault | undefined {
  const { delay, abort } = http.fault ?? {};
  if (delay === undefined && abort === undefined) return undefined;
  const percentage = (percent: number) => ({
    numerator: Math.round(percent * 10_000),
    denominator: 'MILLION' as const,
  });
  return {
    ...(delay === undefined
      ? {}
      : {
          delay: { fixed_delay: formatDuration(delay.fixedDelayUs), percentage: percentage(delay.percent) },
        }),
    ...(abort === undefined
      ? {}
      : { abort: { http_status: abort.httpStatus, percentage: percentage(abort.percent) } }),
  };
}

/** Port: the destination's, else the service's only one, else the listener's. */
function destinationCluster(
  mesh: MeshView,
  destination: Destination,
  namespace: string,
  listener: number,
): string {
  const host = fullHost(destination.host, namespace);
  const service = mesh.services.find((own) => fullHost(own.metadata.name, own.metadata.namespace) === host);
  const only =
    service !== undefined && service.spec.ports.length === 1 ? service.spec.ports[0]!.port : undefined;
  return clusterName(destination.port ?? only ?? listener, destination.subset ?? '', host);
}

function matchOf(match: HttpMatch): RouteMatch {
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
    ...uriMatcher(match.uri),
    ...(match.ignoreUriCase === true ? { case_sensitive: false } : {}),
    ...(headers.length > 0 ? { headers } : {}),
    ...(query.length > 0 ? { query_parameters: query } : {}),
  };
}

function uriMatcher(uri: StringMatch | undefined): RouteMatch {
  if (uri?.exact !== undefined) return { path: uri.exact };
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

function allClusters(mesh: MeshView): Cluster[] {
  return mesh.services.flatMap((service) => {
    const host = fullHost(service.metadata.name, service.metadata.namespace);
    // The first DestinationRule of a host counts (istiod merges a host's rules by creation time; subsets add up).
    const rules = mesh.destinationRules.filter((rule) =>
      hostCovers(fullHost(rule.spec.host, rule.metadata.namespace), host),
    );
    return service.spec.ports.flatMap(({ port }) => {
      const cluster = (
        subset: string,
        labels: Readonly<Record<string, string>>,
        policy: string | undefined,
      ): Cluster => ({
        name: clusterName(port, subset, host),
        host,
        subset,
        port,
        labels: { ...service.spec.selector, ...labels },
        lb_policy: policy === 'ROUND_ROBIN' || policy === 'RANDOM' ? policy : 'LEAST_REQUEST',
      });
      const top = rules[0]?.spec.loadBalancer;
      const seen = new Set<string>();
      const subsets = rules
        .flatMap((rule) => rule.spec.subsets)
        .filter((subset) => !seen.has(subset.name) && seen.add(subset.name));
      return [
        cluster('', {}, top),
        ...subsets.map((subset) => cluster(subset.name, subset.labels, subset.loadBalancer ?? top)),
      ];
    });
  });
}

/** Whether `labels` carry every wanted one. */
export const includes = (
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): boolean => Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** Subset and service of a cluster's name, for people. */
export const clusterParts = (
  name: string,
): { port: number; subset: string; host: string; service: string } => {
  const [, port = '0', subset = '', host = ''] = name.split('|');
  return { port: Number(port), subset, host, service: shortHost(host) };
};
