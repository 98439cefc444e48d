import { intersection } from '../../manifest/host.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import type { Route, RouteConfiguration } from '../envoy/route.ts';
import { endsTls, takesRoutes } from './gateway-server.ts';
import type { GatewayServer, MeshView } from './mesh-view.ts';
import { boundTo, type RoutingRule } from './routing-rule.ts';
import { isCatchAll } from './rule-match.ts';
import { routesOf } from './rule-routes.ts';

/**
 * A route configuration per server port (core/gateway.go, buildGatewayHTTPRouteConfig): in it a virtual host for each name that
 * a server and a rule bound to its Gateway both serve, the narrower of two; rules of one name merge, and those of a narrower
 * one do not look back at the wider. A server that sends back to HTTPS does so for all its names, ruled or not.
 */
export function gatewayRoutes(mesh: MeshView, proxy: ProxyIdentity): RouteConfiguration[] {
  const ports = new Map<number, Map<string, OfHost>>();
  for (const server of mesh.servers) {
    if (!takesRoutes.http(server)) continue;
    const { port, gateway } = server;
    const hosts = ports.get(port) ?? new Map<string, OfHost>();
    ports.set(port, hosts);
    const ofHost = (host: string): OfHost => {
      let own = hosts.get(host);
      if (own === undefined) hosts.set(host, (own = { rules: new Map(), redirects: false }));
      own.redirects ||= server.redirectsToHttps === true;
      return own;
    };
    for (const rule of mesh.rules.inOrder) {
      if (!boundTo(rule, gateway) || rule.http.length === 0) continue;
      for (const host of servedBy(server, rule)) {
        const { rules } = ofHost(host);
        // Two servers of a port may have one rule in common, which is there once unless it tells Gateways apart.
        if (rules.has(rule) && !tellsGatewaysApart(rule)) continue;
        const routes = routesOf(mesh, rule, { proxy, gateway, port });
        rules.set(rule, [...(rules.get(rule) ?? []), ...routes]);
      }
    }
    if (server.redirectsToHttps === true) for (const { host } of server.hosts) ofHost(host);
  }
  const isOverTls = (port: number): boolean => mesh.servers.some((own) => own.port === port && endsTls(own));
  return [...ports].map(([port, hosts]) => ({
    name: `http.${port}`,
    ignore_port_in_host_matching: true,
    ...(isOverTls(port) ? { over_tls: true as const } : {}),
    virtual_hosts: [...hosts].map(([host, { rules, redirects }]) => ({
      name: `${host}:${port}`,
      domains: [host],
      ...(redirects ? { require_tls: 'ALL' as const } : {}),
      routes: catchAllsLast([...rules.values()].flat()),
    })),
  }));
}

interface OfHost {
  readonly rules: Map<RoutingRule, readonly Route[]>;
  redirects: boolean;
}

const tellsGatewaysApart = ({ http }: RoutingRule): boolean =>
  http.some(({ match }) => match.some(({ gateways = [] }) => gateways.length > 0));

const servedBy = ({ hosts }: GatewayServer, rule: RoutingRule): string[] =>
  intersection(
    hosts
      .filter(({ namespace }) => namespace === '*' || namespace === rule.namespace)
      .map(({ host }) => host),
    rule.fullHosts,
  );

/** Otherwise the order stays (SortVHostRoutes). */
const catchAllsLast = (routes: readonly Route[]): Route[] => [
  ...routes.filter((route) => !isCatchAll(route.match)),
  ...routes.filter((route) => isCatchAll(route.match)),
];
