import type { Cursor } from '../cursor.ts';
import { selects } from '../labels.ts';
import type { Problem } from '../problem.ts';
import { undeclaredPorts, unservedPorts } from '../unserved-port.ts';
import { listed } from '../../words/listed.ts';
import { istio } from './message.ts';
import { isInMesh } from './mesh-member.ts';
import { problemIn } from './problem-in.ts';
import { nameOf, type Check, type Setting } from './setting.ts';
import { isIgnoredNamespace } from './suppression.ts';
import type { Written } from './written.ts';

/** Ports of Services: names by which Istio tells their protocol, and Services that disagree on a pod's port. */
export const servicePorts: Check = (setting) => [
  ...setting.written('', 'Service').flatMap(unknownProtocols),
  ...setting
    .written('apps', 'Deployment')
    .filter(({ object }) => object.metadata.labels['gateway.istio.io/managed'] !== 'istio.io-mesh-controller')
    .filter((own) => isInMesh(setting, own))
    .flatMap((own) => {
      const ports = portsBefore(own, setting);
      return [...otherProtocols(own, ports), ...otherNumbers(own, ports)];
    }),
  ...unservedPorts([...setting.services, ...setting.workloads]).map(
    ({ service, portIndex, targetPort, workload }) =>
      problemIn(service, ['spec', 'ports', portIndex, 'targetPort'], 'value', {
        severity: 'warning',
        code: 'MS1126',
        message: `pods of ${workload.metadata.name} get no request of Service ${service.metadata.name} by this port: none of their containers has a port called "${targetPort}"`,
        hint: 'write the number of the port, or name it in ports of a container',
      }),
  ),
  ...undeclaredPorts([...setting.services, ...setting.workloads]).map(
    ({ service, portIndex, number, workload, declared, othersDo }) => {
      const path = ['spec', 'ports', portIndex];
      const isWritten = service.spec.ports[portIndex]!.targetPort !== undefined;
      return problemIn(service, [...path, isWritten ? 'targetPort' : 'port'], 'value', {
        severity: othersDo ? 'warning' : 'info',
        code: 'MS1129',
        message: `Service ${service.metadata.name} leads to port ${number} of the pods of ${workload.metadata.name}, whose containers declare ${listed(declared.map(String))}: where nothing listens at ${number}, connections are refused`,
        hint: 'name the container’s port, and write its name as targetPort: each version may have a number of its own then',
      });
    },
  ),
];

/** pkg/config/protocol/instance.go, Parse. */
const protocols = new Set([
  'tcp',
  'udp',
  'grpc',
  'grpc-web',
  'http',
  'http_proxy',
  'http2',
  'https',
  'tls',
  'mongo',
  'redis',
  'mysql',
  'hbone',
]);

/** SMTP, DNS, MySQL and MongoDB are TCP whatever their name (pkg/config/kube/conversion.go, wellKnownPorts). */
const wellKnownPorts = new Set([25, 53, 3306, 27017]);

/** Whether Istio knows the protocol by the port's appProtocol or name (pkg/config/kube/conversion.go, ConvertProtocol). */
function hasKnownProtocol(port: Cursor): boolean {
  if (port.at('protocol').text === 'UDP') return true;
  const appProtocol = port.at('appProtocol').text;
  const written = (appProtocol ?? port.at('name').text ?? '').toLowerCase();
  if (appProtocol !== undefined && /^kubernetes\.io\/(h2c|wss?)$/.test(written)) return true;
  if (written === 'grpc-web' || written.startsWith('grpc-web-')) return true;
  return protocols.has(written.split('-')[0]!) || wellKnownPorts.has(port.at('port').number ?? 0);
}

/** analyzers/service/portname.go. */
function unknownProtocols(own: Written): Problem[] {
  const { labels } = own.object.metadata;
  const isManaged = /^istio\.io-(gateway|mesh|eastwest)-controller$/.test(
    labels['gateway.istio.io/managed'] ?? '',
  );
  const isControlPlane = labels['istio'] !== undefined || labels['release'] === 'istio';
  if (isManaged || isControlPlane || isIgnoredNamespace(own.namespace)) return [];
  const isExternal = own.spec.at('type').text === 'ExternalName';
  return own.spec.at('ports').items.flatMap((port) => {
    const [name, target] = [port.at('name'), port.at('targetPort')];
    if (hasKnownProtocol(port) && !(isExternal && name.text === 'tcp')) return [];
    if (isExternal) {
      return [
        problemIn(own.object, name.path, 'value', {
          ...istio('IST0150'),
          message:
            'Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly',
          hint: 'begin the name with the protocol, such as http-web or tls-web',
        }),
      ];
    }
    return [
      problemIn(own.object, name.path, 'value', {
        ...istio('IST0118'),
        message: `Port name ${name.text ?? ''} (port: ${port.at('port').number ?? 0}, targetPort: ${target.text ?? target.number ?? 0}) doesn't follow the naming convention of Istio port.`,
        hint: 'begin the name with the protocol, such as http-web, or write appProtocol',
      }),
    ];
  });
}

interface PortBefore {
  readonly service: string;
  readonly port: number;
  readonly target: string;
  readonly protocol: string;
}

/** Ports of all Services that find the pods of a Deployment. */
const portsBefore = (own: Written, setting: Setting): readonly PortBefore[] => {
  const labels = own.spec.at('template', 'metadata', 'labels').textMap;
  return setting
    .written('', 'Service')
    .filter(
      ({ namespace, spec }) => namespace === own.namespace && selects(spec.at('selector').textMap, labels),
    )
    .flatMap(({ object, spec }) =>
      spec.at('ports').items.map((each) => {
        const port = each.at('port').number ?? 0;
        const target = each.at('targetPort').text ?? String(each.at('targetPort').number ?? 0);
        return {
          service: nameOf(object),
          port,
          target: target === '0' || target === '' ? String(port) : target,
          protocol: each.at('protocol').text ?? 'TCP',
        };
      }),
    );
};

/** analyzers/deployment/services.go, analyzeDeploymentPortProtocol: one number, two protocols. */
function otherProtocols(own: Written, ports: readonly PortBefore[]): Problem[] {
  return [...new Set(ports.map(({ port }) => port))].flatMap((number) => {
    const same = ports.filter(({ port }) => port === number);
    if (new Set(same.map(({ protocol }) => protocol)).size < 2) return [];
    const names = same.map(({ service }) => service).sort();
    return [
      problemIn(own.object, ['metadata', 'name'], 'value', {
        ...istio('IST0116'),
        message: `This deployment ${own.name} is associated with multiple services using port ${number} but different protocols: [${names.join(' ')}]`,
      }),
    ];
  });
}

/** analyzers/deployment/services.go, analyzeDeploymentTargetPorts: one port of the pods under two numbers. */
function otherNumbers(own: Written, ports: readonly PortBefore[]): Problem[] {
  return [...new Set(ports.map(({ target }) => target))].flatMap((target) => {
    const byNumber = new Map(
      ports.filter((one) => one.target === target).map(({ port, service }) => [port, service]),
    );
    if (byNumber.size < 2) return [];
    const names = [...new Set(byNumber.values())].sort().join(' ');
    const numbers = [...byNumber.keys()].sort((a, b) => a - b).join(' ');
    return [
      problemIn(own.object, ['metadata', 'name'], 'value', {
        ...istio('IST0137'),
        message: `This deployment ${own.name} is associated with multiple services [${names}] using targetPort "${target}" but different ports: [${numbers}].`,
      }),
    ];
  });
}
