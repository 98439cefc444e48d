import type { HttpRoute, ServicePort } from '../../manifest/resource.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import type { MeshView } from '../../mesh/istiod/mesh-view.ts';
import { isTcpPort, listenerProtocolOf } from '../../mesh/istiod/protocol.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';

/** What a rule answers itself. */
export function abortOf(fault: HttpRoute['fault']): Pick<RuleFact, 'abort'> {
  if (fault?.abort === undefined || fault.abort.percent === 0) return {};
  const { abort } = fault;
  const answer = 'httpStatus' in abort ? String(abort.httpStatus) : `gRPC status ${abort.grpcStatus}`;
  return { abort: { share: abort.percent / 100, answer } };
}

type Known = Pick<MeshView, 'serviceOf'>;

/** The first port of a Service of the hosts, where all of its ports speak TCP: http rules are never asked. */
export const tcpPortOf = (names: ServiceNames, known: Known, hosts: readonly string[]): RuleFact['tcpPort'] =>
  portOf(names, known, hosts, isTcpPort) ?? null;

/** The same where all speak HTTP: tcp rules are never asked (pilot/pkg/networking/core/listener.go). */
export const httpPortOf = (
  names: ServiceNames,
  known: Known,
  hosts: readonly string[],
): RuleFact['httpPort'] => portOf(names, known, hosts, (own) => listenerProtocolOf(own) === 'http');

function portOf(
  names: ServiceNames,
  { serviceOf }: Known,
  hosts: readonly string[],
  carries: (port: ServicePort) => boolean,
): RuleFact['httpPort'] {
  for (const host of hosts) {
    const ports = serviceOf.get(host.toLowerCase())?.ports ?? [];
    if (ports.length > 0 && ports.every(carries))
      return { service: names.ofName(host), port: ports[0]!.name ?? String(ports[0]!.port) };
  }
  return undefined;
}
