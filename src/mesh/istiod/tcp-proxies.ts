import { fullHost } from '../../manifest/host.ts';
import type { RouteDestination } from '../../manifest/resource.ts';
import { clusterParts } from '../envoy/cluster-name.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { clusterName, type TcpProxy } from '../envoy/route.ts';
import { isTcpPort, tcpIdleTimeout } from './cluster.ts';
import type { MeshView } from './mesh-view.ts';
import { boundTo, type RoutingRule } from './routing-rule.ts';
import { type RouteContext, concerns, destinationCluster } from './rule-routes.ts';

/** A listener per TCP port of a service: its oldest VirtualService with TCP routes, else the cluster of all its pods. */
export function sidecarTcp(mesh: MeshView, proxy: ProxyIdentity): TcpProxy[] {
  return mesh.services.flatMap((service) =>
    service.spec.ports.filter(isTcpPort).map(({ port }): TcpProxy => {
      const host = fullHost(service.metadata.name, service.metadata.namespace);
      const found = mesh.rules
        .naming(host)
        .map((rule) => tcpRouteOf(mesh, rule, { proxy, gateway: 'mesh', port }))
        .find((route) => route !== undefined);
      return {
        host,
        port,
        ...tcpIdleTimeout(port, mesh.destinationRules.acting(proxy, host)),
        ...(found ?? {
          cluster: clusterName(port, '', host),
          metadata: { config: '', rule: 'no rule: default cluster' },
        }),
      };
    }),
  );
}

/** A TCP server of a Gateway: the first rule bound to it that takes connections of its port; none: they are refused. */
export function gatewayTcp(mesh: MeshView, proxy: ProxyIdentity): TcpProxy[] {
  return mesh.servers
    .filter((server) => server.protocol === 'TCP')
    .flatMap(({ port, gateway }): TcpProxy[] => {
      for (const rule of mesh.rules.inOrder) {
        if (!boundTo(rule, gateway)) continue;
        const route = tcpRouteOf(mesh, rule, { proxy, gateway, port });
        if (route === undefined) continue;
        const first = clusterParts(route.cluster ?? route.weighted_clusters!.clusters[0]!.name);
        const idle = tcpIdleTimeout(first.port, mesh.destinationRules.acting(proxy, first.host));
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
