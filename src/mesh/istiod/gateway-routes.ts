import { fullHost, hostCovers } from '../../manifest/host.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { Route, RouteConfiguration, VirtualHost } from '../envoy/route.ts';
import type { MeshView } from './mesh-view.ts';
import { boundTo } from './routing-rule.ts';
import { isCatchAll } from './rule-match.ts';
import { routesOf } from './rule-routes.ts';

export function gatewayRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const configurations = new Map<string, VirtualHost[]>();
  for (const server of mesh.servers) {
    if (!/^(HTTP|HTTP2|GRPC|HTTPS)$/.test(server.protocol)) continue;
    const name = `http.${server.port}`;
    const hosts = configurations.get(name) ?? [];
    configurations.set(name, hosts);
    for (const rule of mesh.rules.inOrder) {
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
