import type { Problem } from '../problem.ts';
import type { Deployment, Service, ServicePort } from '../resource.ts';
import { istio } from './message.ts';
import { nameOf, problemIn, type Check } from './setting.ts';
import { selects } from '../labels.ts';

/** Ports of Services: names by which Istio tells their protocol, and Services that disagree on a pod's port. */
export const servicePorts: Check = (setting) => [
  ...setting.services.flatMap(unknownProtocols),
  ...setting.deployments.flatMap((own) => conflictingPorts(own, setting.services)),
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
function hasKnownProtocol({ name = '', appProtocol, port }: ServicePort): boolean {
  const written = (appProtocol ?? name).toLowerCase();
  if (appProtocol !== undefined && /^kubernetes\.io\/(h2c|wss?)$/.test(written)) return true;
  if (written === 'grpc-web' || written.startsWith('grpc-web-')) return true;
  return protocols.has(written.split('-')[0]!) || wellKnownPorts.has(port);
}

/** analyzers/service/portname.go. */
function unknownProtocols(own: Service): Problem[] {
  return own.spec.ports.flatMap((port, index) =>
    hasKnownProtocol(port)
      ? []
      : [
          problemIn(own, ['spec', 'ports', index, 'name'], 'value', {
            ...istio('IST0118'),
            message: `Port name ${port.name ?? ''} (port: ${port.port}, targetPort: ${port.targetPort ?? 0}) doesn't follow the naming convention of Istio port.`,
            hint: 'begin the name with the protocol, such as http-web, or write appProtocol',
          }),
        ],
  );
}

/** analyzers/deployment/services.go: one port of the pods under two numbers. */
function conflictingPorts(own: Deployment, services: readonly Service[]): Problem[] {
  const byTarget = new Map<string, Map<number, string>>();
  for (const service of services) {
    const { selector, ports } = service.spec;
    if (service.metadata.namespace !== own.metadata.namespace) continue;
    if (!selects(selector, own.spec.template.labels)) continue;
    for (const { port, targetPort = port } of ports) {
      const numbers = byTarget.get(String(targetPort)) ?? new Map<number, string>();
      byTarget.set(String(targetPort), numbers.set(port, nameOf(service)));
    }
  }
  return [...byTarget].flatMap(([target, numbers]) => {
    if (numbers.size < 2) return [];
    const names = [...new Set(numbers.values())].sort().join(' ');
    const ports = [...numbers.keys()].sort((a, b) => a - b).join(' ');
    return [
      problemIn(own, ['metadata', 'name'], 'value', {
        ...istio('IST0137'),
        message: `This deployment ${own.metadata.name} is associated with multiple services [${names}] using targetPort "${target}" but different ports: [${ports}].`,
      }),
    ];
  });
}
