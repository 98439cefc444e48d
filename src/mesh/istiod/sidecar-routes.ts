import { shortHost, parseHost } from '../../manifest/host.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import {
  clusterName,
  passthroughCluster,
  type Route,
  type RouteConfiguration,
  type VirtualHost,
} from '../envoy/route.ts';
import type { MeshService } from './mesh-service.ts';
import type { MeshView } from './mesh-view.ts';
import { listenerProtocolOf, mayCarryHttp } from './protocol.ts';
import type { RoutingRule } from './routing-rule.ts';
import { routesOf, retriesAndHash, noTimeout } from './rule-routes.ts';
import { listenerFor, type EgressListener } from './sidecar-scope.ts';

/**
 * A route configuration per port on which some service speaks HTTP: there the Host decides, whichever address was dialled. A
 * port whose protocol is found out has a listener of its own at its service's address, and the address decides
 * (pilot/pkg/networking/core/httproute.go, buildSidecarOutboundHTTPRouteConfig, getVirtualHostsForSniffedServicePort).
 */
export function sidecarRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const shared = new Set<number>();
  const own: RouteConfiguration[] = [];
  for (const listener of mesh.listeners) {
    for (const service of listener.services) {
      for (const port of service.ports) {
        if (listenerFor(mesh, port.port) !== listener || service.resolution === 'ALIAS') continue;
        const speaks = listenerProtocolOf(port);
        if (speaks === 'http' || (speaks === 'auto' && !service.hasAddress)) shared.add(port.port);
        else if (speaks === 'auto') own.push(routesAtAddress(mesh, listener, proxy, service, port.port));
      }
    }
  }
  const ports = [...shared].sort((a, b) => a - b);
  return [...ports.map((port) => routesByHost(mesh, listenerFor(mesh, port)!, proxy, port)), ...own];
}

/** The same with the routes of some hosts, which have services, found anew. */
export function rerouted(
  mesh: MeshView,
  proxy: ProxyIdentity,
  configurations: readonly RouteConfiguration[],
  hosts: ReadonlySet<string>,
): RouteConfiguration[] {
  const concerned = new Map<string, { readonly host: string; readonly port: number }>();
  for (const host of hosts)
    for (const { port } of mesh.serviceOf.get(host)!.ports) concerned.set(`${host}:${port}`, { host, port });
  return configurations.map((configuration) => {
    const ofPort = Number(configuration.name);
    // A host that no service of the port has may be a stray one there.
    const mayStray =
      !Number.isNaN(ofPort) &&
      (ofPort === 80 || hosts.size > 1) &&
      [...hosts].some((host) => !concerned.has(`${host}:${ofPort}`));
    if (mayStray) return routesByHost(mesh, listenerFor(mesh, ofPort)!, proxy, ofPort);
    return {
      ...configuration,
      virtual_hosts: configuration.virtual_hosts.map((own) => {
        const place = concerned.get(own.name);
        const listener = place && listenerFor(mesh, place.port);
        if (place === undefined || listener === undefined) return own;
        return { ...own, routes: routesFor(mesh, listener, proxy, place.host, place.port) };
      }),
    };
  });
}

function routesAtAddress(
  mesh: MeshView,
  listener: EgressListener,
  proxy: ProxyIdentity,
  { host }: MeshService,
  port: number,
): RouteConfiguration {
  const name = `${host}:${port}`;
  const routes = routesFor(mesh, listener, proxy, host, port);
  return { name, ignore_port_in_host_matching: true, virtual_hosts: [{ name, domains: ['*'], routes }] };
}

/** Names that no service of the port has come first; of those that share a domain the first has it (dedupeDomains). */
function routesByHost(
  mesh: MeshView,
  listener: EgressListener,
  proxy: ProxyIdentity,
  port: number,
): RouteConfiguration {
  const services = listener.services.filter(
    ({ ports, resolution }) =>
      resolution !== 'ALIAS' && ports.some((own) => own.port === port && mayCarryHttp(own)),
  );
  const taken = new Set<string>();
  const free = (host: VirtualHost): VirtualHost[] => {
    const left = host.domains.filter((domain) => !taken.has(domain) && taken.add(domain));
    if (left.length === host.domains.length) return [host];
    return left.length === 0 ? [] : [{ ...host, domains: left }];
  };
  return {
    name: String(port),
    ignore_port_in_host_matching: true,
    virtual_hosts: [
      ...strayHosts(mesh, listener, proxy, services, port).flatMap(free),
      ...services.flatMap((service) =>
        free({
          name: `${service.host}:${port}`,
          domains: domainsOf(service, proxy.namespace),
          routes: routesFor(mesh, listener, proxy, service.host, port),
        }),
      ),
      anyOther(mesh),
    ],
  };
}

/**
 * Virtual hosts for names in rules that no service has: beside a name that has one they act on its ports, and otherwise on
 * port 80 (buildSidecarVirtualHostsForVirtualService).
 */
function strayHosts(
  mesh: MeshView,
  { rules }: EgressListener,
  proxy: ProxyIdentity,
  services: readonly MeshService[],
  port: number,
): VirtualHost[] {
  const known = new Set(services.map(({ host }) => host));
  const names = new Set<string>();
  return rules.ofMesh.flatMap((rule): VirtualHost[] => {
    // One name alone is beside none that a service has.
    if (rule.http.length === 0 || (port !== 80 && rule.fullHosts.length === 1)) return [];
    const stray = rule.fullHosts.filter((host) => !isServed(host, known) && !names.has(host));
    if (stray.length === 0 || (port !== 80 && stray.length === rule.fullHosts.length)) return [];
    const routes = routesOf(mesh, rule, { proxy, gateway: 'mesh', port });
    if (routes.length === 0) return [];
    return stray.map((host) => {
      names.add(host);
      return { name: `${host}:${port}`, domains: [host], routes };
    });
  });
}

const isServed = (host: string, known: ReadonlySet<string>): boolean => {
  if (!host.startsWith('*')) return known.has(host);
  const end = host.slice(1);
  for (const own of known) if (own.endsWith(end)) return true;
  return false;
};

/**
 * All names by which a service may be called (generateVirtualHostDomains): in full, by its namespace, in its own namespace for
 * short; those of its aliases; of a headless one, its pods', too; and its addresses.
 */
function domainsOf(service: MeshService, viewer: string): readonly string[] {
  let known = domains.get(service);
  if (known === undefined) {
    const places = [service.host, ...service.aliases].map((host) => parseHost(host).service?.namespace);
    domains.set(service, (known = { namespaces: new Set(places), byViewer: new Map() }));
  }
  // Whose namespace none of its names is in, to them it is the same.
  const whose = known.namespaces.has(viewer) ? viewer : '';
  let own = known.byViewer.get(whose);
  if (own === undefined) known.byViewer.set(whose, (own = domainsFor(service, viewer)));
  return own;
}

interface Domains {
  /** Of the names that it has. */
  readonly namespaces: ReadonlySet<string | undefined>;
  readonly byViewer: Map<string, readonly string[]>;
}

const domains = new WeakMap<MeshService, Domains>();

function domainsFor(service: MeshService, viewer: string): readonly string[] {
  const names = [service.host, ...service.aliases].flatMap((host) => namesOf(host, viewer));
  const isHeadless = service.resolution === 'ORIGINAL_DST' && service.source.kind === 'Service';
  return [...names, ...(isHeadless ? names.map((name) => `*.${name}`) : []), ...service.addresses];
}

function namesOf(host: string, viewer: string): string[] {
  const { service } = parseHost(host);
  if (service === undefined) return [host];
  const { name, namespace } = service;
  return [
    host,
    ...(namespace === viewer ? [shortHost(host)] : []),
    `${name}.${namespace}.svc`,
    `${name}.${namespace}`,
  ];
}

const routesFor = (
  mesh: MeshView,
  listener: EgressListener,
  proxy: ProxyIdentity,
  host: string,
  port: number,
): readonly Route[] =>
  ruleOf(mesh, listener, proxy, host, port)?.routes ?? [defaultRoute(mesh, proxy, host, port)];

/** Nothing merges here: the first rule that has a route for this proxy and port is the host's only one. */
export function actingRule(
  mesh: MeshView,
  proxy: ProxyIdentity,
  host: string,
  port: number,
): { readonly rule: RoutingRule; readonly routes: readonly Route[] } | undefined {
  const listener = listenerFor(mesh, port);
  return listener && ruleOf(mesh, listener, proxy, host, port);
}

function ruleOf(
  mesh: MeshView,
  { rules }: EgressListener,
  proxy: ProxyIdentity,
  host: string,
  port: number,
): { readonly rule: RoutingRule; readonly routes: readonly Route[] } | undefined {
  for (const rule of rules.deciding(host)) {
    const routes = routesOf(mesh, rule, { proxy, gateway: 'mesh', port });
    if (routes.length > 0) return { rule, routes };
  }
  return undefined;
}

const defaultRoute = (mesh: MeshView, proxy: ProxyIdentity, host: string, port: number): Route => ({
  name: 'default',
  match: { prefix: '/' },
  route: {
    cluster: clusterName(port, '', host),
    timeout: noTimeout,
    max_grpc_timeout: noTimeout,
    ...retriesAndHash(mesh, proxy, undefined, [{ host, subset: undefined, port }], true),
  },
  decorator: { operation: `${host}:${port}/*` },
  metadata: { owner: null, rule: 'no rule: default cluster' },
});

/** Hosts that the proxy does not know (buildCatchAllVirtualHost). */
const anyOther = ({ outboundTrafficPolicy }: MeshView): VirtualHost =>
  outboundTrafficPolicy === 'ALLOW_ANY' ? allowAny : blockAll;

const allowAny: VirtualHost = {
  name: 'allow_any',
  domains: ['*'],
  routes: [
    {
      name: 'allow_any',
      match: { prefix: '/' },
      route: { cluster: passthroughCluster, timeout: noTimeout, max_grpc_timeout: noTimeout },
      metadata: { owner: null, rule: 'no such host: passed on to its address' },
    },
  ],
};

const blockAll: VirtualHost = {
  name: 'block_all',
  domains: ['*'],
  routes: [
    {
      name: 'block_all',
      match: { prefix: '/' },
      direct_response: { status: 502 },
      metadata: { owner: null, rule: 'no such host: refused (REGISTRY_ONLY)' },
    },
  ],
};
