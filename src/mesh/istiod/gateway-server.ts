import type { Gateway, KubernetesGateway } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { listenerGateway } from './http-route.ts';
import type { GatewayServer } from './mesh-view.ts';
import { gatewayNameLabel } from './proxy-place.ts';

export const istioServers = ({ metadata: { name, namespace }, spec }: Gateway): GatewayServer[] =>
  spec.servers.map(({ port, hosts }) => ({
    port: port.number,
    protocol: port.protocol,
    hosts: hosts.map((own) => servedHost(own, namespace)),
    gateway: `${namespace}/${name}`,
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
  }));
