import type { ServicePort } from '../../manifest/resource.ts';

/** How istiod takes a port; `auto`: it is found out per connection whether it carries HTTP. */
export type Protocol =
  | 'HTTP'
  | 'HTTP_PROXY'
  | 'HTTP2'
  | 'GRPC'
  | 'GRPC-Web'
  | 'HTTPS'
  | 'TLS'
  | 'TCP'
  | 'Mongo'
  | 'Redis'
  | 'MySQL'
  | 'HBONE'
  | 'UDP'
  | 'auto';

const byWord: Readonly<Record<string, Protocol>> = {
  http: 'HTTP',
  http_proxy: 'HTTP_PROXY',
  http2: 'HTTP2',
  grpc: 'GRPC',
  'grpc-web': 'GRPC-Web',
  https: 'HTTPS',
  tls: 'TLS',
  tcp: 'TCP',
  mongo: 'Mongo',
  redis: 'Redis',
  mysql: 'MySQL',
  hbone: 'HBONE',
  udp: 'UDP',
};

/** Names that only an appProtocol may have (KEP-3726). */
const byKubernetesWord: Readonly<Record<string, Protocol>> = {
  'kubernetes.io/h2c': 'HTTP2',
  'kubernetes.io/ws': 'HTTP',
  'kubernetes.io/wss': 'HTTPS',
};

/** SMTP, DNS, MySQL and MongoDB, where the server speaks first: nothing could be found out. */
const tcpPorts: readonly number[] = [25, 53, 3306, 27017];

/**
 * The protocol of a port: its appProtocol, or else the port's name up to its first dash, whole words in any case
 * (istio pkg/config/kube/conversion.go, ConvertProtocol; pkg/config/protocol/instance.go, Parse).
 */
export function protocolOf({ name = '', appProtocol, transport, port }: ServicePort): Protocol {
  if (transport === 'UDP') return 'UDP';
  const kubernetes = appProtocol === undefined ? undefined : byKubernetesWord[appProtocol];
  if (kubernetes !== undefined) return kubernetes;
  const word = (appProtocol ?? name).toLowerCase();
  const dash = word.indexOf('-');
  const own = byWord[word.startsWith('grpc-web') ? 'grpc-web' : dash < 0 ? word : word.slice(0, dash)];
  return own ?? (tcpPorts.includes(port) ? 'TCP' : 'auto');
}

type ListenerProtocol = 'http' | 'tcp' | 'auto' | 'none';

/** Asked of each port for each kind of proxy. */
const known = new WeakMap<ServicePort, ListenerProtocol>();

/** What a listener makes of a port (pilot/pkg/networking/core/listener.go, ModelProtocolToListenerProtocol). */
export function listenerProtocolOf(port: ServicePort): ListenerProtocol {
  let own = known.get(port);
  if (own === undefined) known.set(port, (own = listenerProtocol(port)));
  return own;
}

function listenerProtocol(port: ServicePort): ListenerProtocol {
  switch (protocolOf(port)) {
    case 'HTTP':
    case 'HTTP_PROXY':
    case 'HTTP2':
    case 'GRPC':
    case 'GRPC-Web':
      return 'http';
    case 'UDP':
    case 'HBONE':
      return 'none';
    case 'auto':
      return 'auto';
    default:
      return 'tcp';
  }
}

/** Connections are bytes: no http rule is asked for them. */
export const isTcpPort = (port: ServicePort): boolean => listenerProtocolOf(port) === 'tcp';

/** Http rules may act: HTTP was declared, or may be found out. */
export const mayCarryHttp = (port: ServicePort): boolean =>
  ['http', 'auto'].includes(listenerProtocolOf(port));

/** Between proxies many requests share a connection (Instance.IsHTTP2). */
export const speaksHttp2 = (port: ServicePort): boolean =>
  ['HTTP2', 'GRPC', 'GRPC-Web'].includes(protocolOf(port));

/** TLS passes through, told apart by the name that its first message asks for (Instance.IsTLS). */
export const isTlsPort = (port: ServicePort): boolean => ['HTTPS', 'TLS'].includes(protocolOf(port));
