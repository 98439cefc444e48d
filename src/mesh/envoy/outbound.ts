import { mostSpecific } from '../../manifest/host.ts';
import { received } from './received.ts';
import { chooseRoute, tcpMethod, type PassedRoute, type RequestHead } from './route-match.ts';
import {
  passthroughCluster,
  type ProxyConfiguration,
  type Route,
  type RouteConfiguration,
  type TcpProxy,
} from './route.ts';

/** A call as it arrives at a proxy: one request, or with method `TCP` one connection. */
export interface Call extends RequestHead {
  /** Of a Gateway's server, at a gateway. */
  readonly port: number;
  /** Full name of the service whose name or address was dialled; '': of none. */
  readonly dialled: string;
  /** The address that was dialled, where it is known. */
  readonly address?: string;
  /** The connection is TLS from end to end, and asks for this name. */
  readonly serverName?: string;
}

/** What a proxy makes of a call before it chooses an endpoint. */
export type Outbound =
  | {
      readonly kind: 'route';
      readonly route: Route;
      /** A choice per connection, whatever is said over it. */
      readonly isTcp: boolean;
      readonly found: Found;
    }
  /** Its host has no virtual host, or no route that matches: 404, flag NR. */
  | { readonly kind: 'no-route'; readonly found: Found }
  /** No listener. */
  | { readonly kind: 'refused' };

/** Where it was looked for. */
export interface Found {
  /** null: connections have none. */
  readonly routeConfiguration: string | null;
  readonly virtualHost: string | null;
  /** Routes that came first and did not match. */
  readonly passed: readonly PassedRoute[];
}

/**
 * The listener that a call meets, and what its filters choose (istio pilot/pkg/networking/core/listener.go).
 *
 *   sidecar: the listener at the address that was dialled -> the one of the port, for any address -> where all the rest goes
 *   gateway: the servers of the port, or nobody
 *
 * A listener at an address is of a port that is TCP, or whose protocol is found out; that of a port is HTTP's, where the Host
 * decides, or of services without an address. What is no HTTP there goes where it was sent to.
 */
export function outboundOf(configuration: ProxyConfiguration, call: Call): Outbound {
  const { port, dialled, address } = call;
  const isHttp = call.method !== tcpMethod && call.serverName === undefined;
  const chains = configuration.tcp_proxies.filter((own) => own.port === port);
  if (configuration.outbound === undefined) {
    const routes = configuration.routes.find((own) => own.name === `http.${port}`);
    if (routes !== undefined && isHttp) return byRoutes(routes, received(call, routes, true));
    const chain = chainFor(chains, call.serverName);
    return chain === undefined ? { kind: 'refused' } : byChain(chain);
  }
  const isAtAddress = (own: TcpProxy): boolean =>
    own.wildcard !== true &&
    (own.host === dialled ||
      (address !== undefined && own.addresses?.some((each) => holds(each, address)) === true));
  const atAddress = chains.filter(isAtAddress);
  if (atAddress.length > 0) {
    const detected = configuration.routes.find(({ name }) => name === `${atAddress[0]!.host}:${port}`);
    if (detected !== undefined && isHttp) return byRoutes(detected, received(call, detected, false));
    return byChain(chainFor(atAddress, call.serverName) ?? anywhereElse(configuration));
  }
  const routes = configuration.routes.find(({ name }) => name === String(port));
  if (routes !== undefined && isHttp) return byRoutes(routes, received(call, routes, false));
  const ofPort = chains.filter((own) => own.wildcard === true);
  return byChain(chainFor(ofPort, call.serverName) ?? anywhereElse(configuration));
}

function byRoutes(routes: RouteConfiguration, call: RequestHead): Outbound {
  const { route, virtualHost = null, passed } = chooseRoute(routes, call);
  const found = { routeConfiguration: routes.name, virtualHost, passed };
  return route === undefined ? { kind: 'no-route', found } : { kind: 'route', route, isTcp: false, found };
}

/** Envoy prefers the chain that names the server, the more exactly the better; the others are for any. */
function chainFor(chains: readonly TcpProxy[], serverName = ''): TcpProxy | undefined {
  const name = serverName.toLowerCase();
  const names = chains.flatMap((own) => own.server_names ?? []);
  const nearest = names.includes(name) ? name : mostSpecific(names, name);
  return chains.find((own) =>
    nearest === undefined ? own.server_names === undefined : own.server_names?.includes(nearest),
  );
}

/** A connection's route, in the shape of a request's: it has a destination, and nothing else that HTTP knows. */
function byChain({ cluster, weighted_clusters, idle_timeout, metadata }: Chain): Outbound {
  const route: Route = {
    name: '',
    match: { prefix: '' },
    route: {
      timeout: '0s',
      ...(idle_timeout === undefined ? {} : { idle_timeout }),
      ...(cluster === undefined ? {} : { cluster }),
      ...(weighted_clusters === undefined ? {} : { weighted_clusters }),
    },
    metadata,
  };
  const found = { routeConfiguration: null, virtualHost: null, passed: [] };
  return { kind: 'route', route, isTcp: true, found };
}

type Chain = Omit<TcpProxy, 'host' | 'port'>;

const anywhereElse = ({ outbound }: ProxyConfiguration): Chain => ({
  cluster: outbound!,
  metadata: {
    owner: null,
    rule:
      outbound === passthroughCluster
        ? 'no listener: passed on to its address'
        : 'no listener: refused (REGISTRY_ONLY)',
  },
});

/** Whether an address is the one that is written, or lies in the range of it (`192.0.2.0/24`). */
function holds(written: string, address: string): boolean {
  const [first = '', bits = '32'] = written.split('/');
  if (first === address || !written.includes('/')) return first === address;
  const [from, own, left] = [ipv4(first), ipv4(address), 32 - Number(bits)];
  if (Number.isNaN(from) || Number.isNaN(own)) return false;
  return left === 32 || from >>> left === own >>> left;
}

/** NaN where it is none. */
const ipv4 = (text: string): number =>
  text.split('.').length === 4 ? text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) : NaN;
