import type { Cursor } from '../cursor.ts';
import { isDns1123Label, isIpAddress, wildcardDomainProblem } from '../host-name.ts';
import type { Gateway } from '../resource.ts';
import { boolean, ignored, list, map, oneOfWords, struct, text, uint32 } from '../schema.ts';
import { checkPort } from './destination.ts';
import { checkSubdomain, objectFields, type KindReader } from './kind.ts';

const tlsVersion = oneOfWords('TLS_AUTO', 'TLSV1_0', 'TLSV1_1', 'TLSV1_2', 'TLSV1_3');

/** Certificates and versions of TLS are nothing to the model: whoever comes has what it takes. */
const tls = struct({
  httpsRedirect: boolean,
  mode: oneOfWords('PASSTHROUGH', 'SIMPLE', 'MUTUAL', 'AUTO_PASSTHROUGH', 'ISTIO_MUTUAL', 'OPTIONAL_MUTUAL'),
  serverCertificate: ignored(text),
  privateKey: ignored(text),
  caCertificates: ignored(text),
  caCrl: ignored(text),
  credentialName: ignored(text),
  credentialNames: ignored(list(text)),
  caCertCredentialName: ignored(text),
  tlsCertificates: ignored(list(struct({ serverCertificate: text, privateKey: text, caCertificates: text }))),
  subjectAltNames: ignored(list(text)),
  verifyCertificateSpki: ignored(list(text)),
  verifyCertificateHash: ignored(list(text)),
  minProtocolVersion: ignored(tlsVersion),
  maxProtocolVersion: ignored(tlsVersion),
  cipherSuites: ignored(list(text)),
  ecdhCurves: ignored(list(text)),
  insecureSkipVerify: ignored(boolean),
});

/** istio/api networking/v1alpha3/gateway.proto; rules of pkg/config/validation/validation.go. */
export const gateway: KindReader<'Gateway'> = {
  kind: 'Gateway',
  group: 'networking.istio.io',
  versions: ['v1', 'v1beta1', 'v1alpha3'],
  unknownFields: 'refuse',
  fields: objectFields(
    struct({
      selector: map(text),
      servers: list(
        struct(
          {
            port: struct(
              { number: uint32, name: text, protocol: text, targetPort: ignored(uint32) },
              { required: ['number', 'protocol', 'name'] },
            ),
            hosts: list(text),
            bind: ignored(text),
            tls,
            defaultEndpoint: ignored(text),
            name: ignored(text),
          },
          { required: ['port', 'hosts'] },
        ),
      ),
    }),
  ),
  checkName(name) {
    checkSubdomain(name);
    if (name.text !== undefined && !isDns1123Label(name.text))
      name.refuse(`invalid gateway name: "${name.text}"`);
  },
  read(spec) {
    const servers = spec.at('servers');
    if (servers.items.length === 0) spec.refuse('gateway must have at least one server');
    const names = new Set<string>();
    return {
      selector: spec.at('selector').textMap,
      servers: servers.items.map((server) => {
        const name = server.at('port', 'name');
        if (name.text) {
          if (names.has(name.text))
            name.refuse(`port names in servers must be unique: duplicate name ${name.text}`);
          names.add(name.text);
        }
        return readServer(server);
      }),
    };
  },
};

/** Istio's validateServer. */
function readServer(server: Cursor): Gateway['spec']['servers'][number] {
  const hosts = server.at('hosts');
  if (hosts.isSet && hosts.items.length === 0) hosts.refuse('server config must contain at least one host');
  for (const host of hosts.items) checkHost(host);
  const [number, name, protocol] = ['number', 'name', 'protocol'].map((field) =>
    server.at('port', field),
  ) as [Cursor, Cursor, Cursor];
  const unixSocket = (server.at('bind').text ?? '').startsWith('unix://');
  if (number.isSet && ((number.number ?? 0) > 0 || !unixSocket)) checkPort(number);
  if (name.text === '') name.refuse('port name must be set');
  if ((server.at('port', 'targetPort').number ?? 0) > 0)
    server.at('port', 'targetPort').refuse('targetPort has no impact on Gateways');
  if (protocol.text !== undefined) checkProtocol(protocol, server.at('tls'));
  const redirect = server.at('tls', 'httpsRedirect');
  if (redirect.boolean === true && !httpProtocols.includes((protocol.text ?? '').toUpperCase()))
    redirect.warn('tls.httpsRedirect should only be used with http servers');
  return {
    port: { number: number.number ?? 0, name: name.text ?? '', protocol: protocol.text ?? '' },
    hosts: hosts.texts,
    ...(redirect.boolean === true ? { httpsRedirect: true as const } : {}),
    ...(server.at('tls').isSet ? { tlsMode: server.at('tls', 'mode').text ?? 'PASSTHROUGH' } : {}),
  };
}

/** pkg/config/protocol/instance.go */
export const protocols = [
  'GRPC',
  'GRPC-WEB',
  'HTTP',
  'HTTP_PROXY',
  'HTTP2',
  'HTTPS',
  'TCP',
  'TLS',
  'MONGO',
  'REDIS',
  'MYSQL',
  'UDP',
  'HBONE',
];

const httpProtocols = ['HTTP', 'HTTP2', 'HTTP_PROXY', 'GRPC', 'GRPC-WEB'];

function checkProtocol(protocol: Cursor, serverTls: Cursor): void {
  const name = protocol.text!.toUpperCase();
  if (!protocols.includes(name)) {
    protocol.refuse(
      `invalid protocol "${protocol.text}", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB, MONGO, REDIS, MYSQL, TCP`,
    );
    return;
  }
  const encrypted = name === 'HTTPS' || name === 'TLS';
  const mode = serverTls.at('mode').text ?? 'PASSTHROUGH';
  if (encrypted && !serverTls.isSet) protocol.refuse('server must have TLS settings for HTTPS/TLS protocols');
  else if (!encrypted && serverTls.isSet) {
    if (!httpProtocols.includes(name))
      serverTls.refuse('server cannot have TLS settings for non HTTPS/TLS ports');
    else if (mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH') {
      serverTls.refuse('server cannot have TLS settings for plain text HTTP ports');
    }
  }
}

/** Istio's ValidateNamespaceSlashWildcardHostname for gateways. */
function checkHost(host: Cursor): void {
  if (host.text === undefined) return;
  const slash = host.text.indexOf('/');
  const [namespace, name] =
    slash < 0 ? ['*', host.text] : [host.text.slice(0, slash), host.text.slice(slash + 1)];
  if (namespace === '' || name === '') {
    host.refuse('config namespace and dnsName in host entry cannot be empty');
    return;
  }
  if (namespace !== '*' && namespace !== '.' && !isDns1123Label(namespace)) {
    host.refuse(`invalid namespace value "${namespace}" in gateway`);
  }
  const problem = isIpAddress(name) ? undefined : wildcardDomainProblem(name);
  if (problem !== undefined) host.refuse(problem);
  else if (name !== '*' && !name.includes('.') && !isIpAddress(name))
    host.refuse('short names (non FQDN) are not allowed');
  else if (name.includes('*') && name !== '*' && !name.startsWith('*.'))
    host.refuse(`partial wildcard "${name}" not allowed`);
}
