import { hostCovers } from '../../manifest/host.ts';
import type { RouteDestination, ServicePort, TcpRoute, TlsRoute } from '../../manifest/resource.ts';
import { ruleText } from '../../manifest/rule-name.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { clusterName, type TcpProxy } from '../envoy/route.ts';
import { actingFor } from './acting-for.ts';
import { tcpIdleTimeout } from './cluster.ts';
import type { MeshService } from './mesh-service.ts';
import { takesRoutes } from './gateway-server.ts';
import type { GatewayServer, MeshView } from './mesh-view.ts';
import { isTlsPort, listenerProtocolOf } from './protocol.ts';
import { boundTo, type RoutingRule } from './routing-rule.ts';
import { type RouteContext, concerns, destinationCluster } from './rule-routes.ts';
import { listenerFor, type EgressListener } from './sidecar-scope.ts';

/**
 * Filter chains for connections to a service's port that is no HTTP port, or may be none: of the first rule that names it, else
 * the cluster of all its endpoints (pilot/pkg/networking/core/networkfilter.go, buildSidecarOutboundTCPTLSFilterChainOpts).
 */
export function sidecarTcp(mesh: MeshView, proxy: ProxyIdentity): TcpProxy[] {
  return mesh.listeners.flatMap((listener) =>
    listener.services.flatMap((service) =>
      service.ports.flatMap((port) => {
        const speaks = listenerProtocolOf(port);
        const isConcerned =
          (speaks === 'tcp' || speaks === 'auto') &&
          service.resolution !== 'ALIAS' &&
          listenerFor(mesh, port.port) === listener;
        return isConcerned ? chainsOf(mesh, listener, proxy, service, port) : [];
      }),
    ),
  );
}

function chainsOf(
  mesh: MeshView,
  { rules }: EgressListener,
  proxy: ProxyIdentity,
  { host, addresses, hasAddress }: MeshService,
  servicePort: ServicePort,
): TcpProxy[] {
  const { port } = servicePort;
  const context = { proxy, gateway: 'mesh', port };
  const place = {
    host,
    port,
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(hasAddress ? {} : { wildcard: true as const }),
    ...tcpIdleTimeout(port, actingFor(mesh, proxy, host)),
  };
  const any = {
    cluster: clusterName(port, '', host),
    metadata: { owner: null, rule: 'no rule: default cluster' },
  };
  const naming = rules.naming(host);
  if (isTlsPort(servicePort)) {
    const chains = naming.flatMap((rule) => tlsRoutesOf(mesh, rule, context));
    if (chains.length > 0) return chains.map((chain) => ({ ...place, ...chain }));
    return [{ ...place, ...(hasAddress ? {} : { server_names: [host] }), ...any }];
  }
  const found = naming.map((rule) => tcpRouteOf(mesh, rule, context)).find((route) => route !== undefined);
  return [{ ...place, ...(found ?? any) }];
}

/**
 * A TCP server of a Gateway: the first rule bound to it that takes connections of its port; none: they are refused. A TLS server
 * that passes connections on tells them apart by the name that they ask for.
 */
export function gatewayTcp(mesh: MeshView, proxy: ProxyIdentity): TcpProxy[] {
  return mesh.servers.flatMap((server): TcpProxy[] => {
    const { port, gateway, protocol } = server;
    const context = { proxy, gateway, port };
    const withIdle = (route: Chain): TcpProxy => {
      const first = clusterParts(route.cluster ?? route.weighted_clusters!.clusters[0]!.name);
      return { host: '*', port, ...tcpIdleTimeout(first.port, actingFor(mesh, proxy, first.host)), ...route };
    };
    const bound = mesh.rules.inOrder.filter((rule) => boundTo(rule, gateway));
    if (takesRoutes.tls(server))
      return bound
        .filter((rule) => isServedBy(server, rule))
        .flatMap((rule) => tlsRoutesOf(mesh, rule, context).map(withIdle));
    if (!takesRoutes.tcp(server)) return [];
    for (const rule of bound) {
      const route = tcpRouteOf(mesh, rule, context);
      if (route === undefined) continue;
      const names = protocol === 'TLS' ? server.hosts.map(({ host }) => host) : ['*'];
      return [{ ...withIdle(route), ...asking(names) }];
    }
    return [];
  });
}

const isServedBy = ({ hosts }: GatewayServer, rule: RoutingRule): boolean =>
  hosts.some(
    ({ host, namespace }) =>
      (namespace === '*' || namespace === rule.namespace) &&
      rule.fullHosts.some((own) => hostCovers(host, own) || hostCovers(own, host)),
  );

type Chain = Omit<TcpProxy, 'host' | 'port'>;

/** "*" among the names: the chain takes whoever comes, also who asks for no name (core/listener.go, toFilterChainMatch). */
const asking = (names: readonly string[]): Pick<TcpProxy, 'server_names'> =>
  names.includes('*') ? {} : { server_names: names };

function tcpRouteOf(mesh: MeshView, rule: RoutingRule, context: RouteContext): Chain | undefined {
  const index = rule.tcp.findIndex(
    (tcp) => tcp.match.length === 0 || tcp.match.some((match) => concerns(match, context)),
  );
  const tcp = rule.tcp[index];
  return tcp && sentBy(mesh, rule, tcp, `tcp rule ${index + 1}`, context);
}

/** One per match: a name has one chain, the first that names it. */
function tlsRoutesOf(mesh: MeshView, rule: RoutingRule, context: RouteContext): Chain[] {
  const taken = new Set<string>();
  return rule.tls.flatMap((tls, index) =>
    tls.match
      .filter((match) => concerns(match, context))
      .flatMap(({ sniHosts }): Chain[] => {
        const names = sniHosts.filter((name) => !taken.has(name) && taken.add(name));
        return names.length === 0
          ? []
          : [{ ...asking(names), ...sentBy(mesh, rule, tls, `tls rule ${index + 1}`, context) }];
      }),
  );
}

function sentBy(
  mesh: MeshView,
  rule: RoutingRule,
  { route }: TcpRoute | TlsRoute,
  place: string,
  context: RouteContext,
): Chain {
  const cluster = ({ destination }: RouteDestination): string =>
    destinationCluster(mesh, destination, rule.namespace, context.port);
  const { name, namespace, kind = 'VirtualService' } = rule;
  const owner = { kind, namespace, name };
  const metadata = { owner, rule: ruleText(owner, place) };
  const [only, ...others] = route;
  if (only !== undefined && others.length === 0) return { cluster: cluster(only), metadata };
  return {
    weighted_clusters: {
      clusters: route
        .filter((own) => (own.weight ?? 0) > 0)
        .map((own) => ({ name: cluster(own), weight: own.weight! })),
    },
    metadata,
  };
}
