import { hostsOverlap } from '../host-name.ts';
import type { Problem } from '../problem.ts';
import type { Gateway, Service } from '../resource.ts';
import { istio } from './message.ts';
import { nameOf, problemIn, type Check, type Setting } from './setting.ts';
import { selects } from '../labels.ts';

/** Ports of Gateways: those that two claim for one host, and those that the Service before the proxy does not have. */
export const gatewayPorts: Check = (setting) =>
  setting.gateways.flatMap((own) => [...conflicts(setting, own), ...missingPorts(setting, own)]);

/** analyzers/gateway/conflictinggateway.go: same selector, same port, a host in common. */
function conflicts({ gateways }: Setting, own: Gateway): Problem[] {
  const selector = selectorText(own.spec.selector);
  return own.spec.servers.flatMap((server, index) => {
    const rivals = gateways.filter(
      (other) =>
        other !== own &&
        selectorText(other.spec.selector) === selector &&
        other.spec.servers.some(
          ({ port, hosts }) =>
            port.number === server.port.number &&
            hosts.some((host) => server.hosts.some((mine) => hostsOverlap(bare(host), bare(mine)))),
        ),
    );
    if (rivals.length === 0) return [];
    return [
      problemIn(own, ['spec', 'servers', index], 'value', {
        ...istio('IST0145'),
        message: `Conflict with gateways ${rivals.map(nameOf).join(',')} (workload selector ${selector}, port ${server.port.number}, hosts ${server.hosts.join(',')}).`,
      }),
    ];
  });
}

/** A server's host may carry a namespace before a slash. */
const bare = (host: string): string => host.slice(host.indexOf('/') + 1);

/** analyzers/gateway/gateway.go. Of a proxy that is not among the Deployments nothing is known. */
function missingPorts({ deployments, services }: Setting, own: Gateway): Problem[] {
  const pods = deployments.filter((pod) => selects(own.spec.selector, pod.spec.template.labels));
  const before = services.filter((service) =>
    pods.some(
      (pod) =>
        pod.metadata.namespace === service.metadata.namespace &&
        selects(service.spec.selector, pod.spec.template.labels),
    ),
  );
  if (before.length === 0) return [];
  const listening = new Set(before.flatMap(targetPorts));
  return own.spec.servers.flatMap(({ port }, index) =>
    listening.has(port.number)
      ? []
      : [
          problemIn(own, ['spec', 'servers', index, 'port', 'number'], 'value', {
            ...istio('IST0162'),
            message: `The gateway is listening on a target port (port ${port.number}) that is not defined in the Service associated with its workload instances (Pod selector ${selectorText(own.spec.selector)}). If you need to access the gateway port through the gateway Service, it will not be available.`,
          }),
        ],
  );
}

/** A server's port is the one on which the proxy listens, so what counts is where the Service sends to. */
const targetPorts = ({ spec }: Service): number[] =>
  spec.ports.map(({ port, targetPort }) => (typeof targetPort === 'number' ? targetPort : port));

const selectorText = (selector: Readonly<Record<string, string>>): string =>
  Object.entries(selector)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',');
