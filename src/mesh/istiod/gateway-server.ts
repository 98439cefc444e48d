import type { Gateway, KubernetesGateway } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { listenerGateway } from './http-route.ts';
import type { GatewayServer } from './mesh-view.ts';
import { gatewayNameLabel } from './proxy-place.ts';

export const istioServers = ({ metadata: { name, namespace }, spec }: Gateway): GatewayServer[] =>
  spec.servers.map(({ port, hosts, httpsRedirect, tlsMode }) => ({
    port: port.number,
    protocol: port.protocol.toUpperCase(),
    hosts: hosts.map((own) => servedHost(own, namespace)),
    gateway: `${namespace}/${name}`,
    ...(httpsRedirect === true ? { redirectsToHttps: true } : {}),
    ...(/^(TLS|HTTPS)$/.test(port.protocol.toUpperCase()) && tlsMode === 'PASSTHROUGH'
      ? { passesTls: true }
      : {}),
  }));

/** `host` and `* /host`: for all rules; `./host`: for those of the Gateway's namespace; `ns/host` (sanitizeServerHostNamespace). */
function servedHost(written: string, own: string): GatewayServer['hosts'][number] {
  const slash = written.indexOf('/');
  const namespace = slash < 0 ? '*' : written.slice(0, slash);
  return { host: written.slice(slash + 1).toLowerCase(), namespace: namespace === '.' ? own : namespace };
}

export const runsGateway = (proxy: ProxyIdentity, { metadata }: KubernetesGateway): boolean =>
  proxy.namespace === metadata.namespace && proxy.labels[gatewayNameLabel] === metadata.name;

export const listenerServers = (gateway: KubernetesGateway): GatewayServer[] =>
  gateway.spec.listeners.map((listener) => ({
    port: listener.port,
    protocol: listener.protocol,
    hosts: [{ host: listener.hostname ?? '*', namespace: '*' }],
    gateway: listenerGateway(gateway, listener),
    ...(listener.protocol === 'TLS' && listener.tlsMode === 'Passthrough' ? { passesTls: true } : {}),
  }));

const isPlainHttp = ({ protocol }: GatewayServer): boolean =>
  /^(HTTP|HTTP2|HTTP_PROXY|GRPC|GRPC-WEB)$/.test(protocol);
const isTls = ({ protocol }: GatewayServer): boolean => /^(HTTPS|TLS)$/.test(protocol);

/** Requests in it are HTTP after TLS, which ends here. */
export const endsTls = ({ protocol, passesTls }: GatewayServer): boolean =>
  protocol === 'HTTPS' && passesTls !== true;

/** Its requests are routed, in the clear or after TLS ends here. */
const servesHttp = (own: GatewayServer): boolean => isPlainHttp(own) || endsTls(own);

/** Which kinds of routes of a VirtualService a server asks (core/gateway.go, createGatewayTCPFilterChainOpts). */
export const takesRoutes: Readonly<Record<'http' | 'tcp' | 'tls', (own: GatewayServer) => boolean>> = {
  http: servesHttp,
  tcp: (own) => !servesHttp(own) && own.passesTls !== true,
  tls: ({ passesTls }) => passesTls === true,
};

/**
 * The servers that a proxy runs: on one port those of plain HTTP go together, or those of TLS for different names; what does not
 * fit the first is left out (pilot/pkg/model/gateway.go, mergeGateways, canMergeProtocols, CheckDuplicates).
 * @param servers of the oldest Gateway first
 */
export function mergedServers(servers: readonly GatewayServer[]): GatewayServer[] {
  const first = new Map<number, GatewayServer>();
  const names = new Set<string>();
  return servers.filter((own) => {
    const before = first.get(own.port);
    if (before === undefined) first.set(own.port, own);
    else if (!(isPlainHttp(before) && isPlainHttp(own)) && !(isTls(before) && isTls(own))) return false;
    if (!isTls(own)) return true;
    const keys = own.hosts.map(({ host }) => `${own.port}/${host}`);
    if (keys.some((key) => names.has(key))) return false;
    for (const key of keys) names.add(key);
    return true;
  });
}
