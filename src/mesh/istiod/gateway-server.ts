import type { Gateway, KubernetesGateway } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../envoy/proxy-identity.ts';
import { listenerGateway } from './http-route.ts';
import type { GatewayServer } from './mesh-view.ts';
import { gatewayNameLabel } from './proxy-place.ts';

export const istioServers = ({ metadata: { name, namespace: own }, spec }: Gateway): GatewayServer[] =>
  spec.servers.map(({ port, hosts }) => ({
    port: port.number,
    protocol: port.protocol,
    hosts,
    names: (namespace) => (namespace === own ? [name, `${own}/${name}`] : [`${own}/${name}`]),
  }));

export const runsGateway = (proxy: ProxyIdentity, { metadata }: KubernetesGateway): boolean =>
  proxy.namespace === metadata.namespace && proxy.labels[gatewayNameLabel] === metadata.name;

export const listenerServers = (gateway: KubernetesGateway): GatewayServer[] =>
  gateway.spec.listeners.map((listener) => ({
    port: listener.port,
    protocol: listener.protocol,
    hosts: [listener.hostname ?? '*'],
    names: () => [listenerGateway(gateway, listener)],
  }));
