import { fullHost, serviceDomains } from '../../manifest/host.ts';
import type { Service } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { clusterName, type Route, type RouteConfiguration, type VirtualHost } from '../envoy/route.ts';
import { isTcpPort } from './cluster.ts';
import type { MeshView } from './mesh-view.ts';
import type { RoutingRule } from './routing-rule.ts';
import { routesOf, retriesAndHash, noTimeout } from './rule-routes.ts';

export function sidecarRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
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
  return {
    name: `${host}:${port}`,
    domains: serviceDomains(name, namespace, proxy.namespace, port),
    routes: actingRule(mesh, proxy, host, port)?.routes ?? [defaultRoute(mesh, proxy, host, port)],
  };
}

/** Nothing merges here: the first rule that has a route for this proxy and port is the host's only one. */
export function actingRule(
  mesh: MeshView,
  proxy: ProxyIdentity,
  host: string,
  port: number,
): { readonly rule: RoutingRule; readonly routes: readonly Route[] } | undefined {
  for (const rule of mesh.rules.deciding(host)) {
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
  metadata: { config: '', rule: 'no rule: default cluster' },
});
