import { fullHost } from '../../manifest/host.ts';
import type {
  HttpRoute,
  KubernetesGrpcRoute,
  KubernetesHttpRoute,
  KubernetesL4Route,
  ServicePort,
} from '../../manifest/resource.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import type { MeshView } from '../../mesh/istiod/mesh-view.ts';
import { isTcpPort, listenerProtocolOf } from '../../mesh/istiod/protocol.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';

/** What a rule answers itself. */
export function abortOf(fault: HttpRoute['fault']): Pick<RuleFact, 'abort'> {
  if (fault?.abort === undefined || fault.abort.percent === 0) return {};
  const { abort } = fault;
  const answer = 'httpStatus' in abort ? String(abort.httpStatus) : `gRPC status ${abort.grpcStatus}`;
  return { abort: { share: abort.percent / 100, answer } };
}

/** A rule of a route of Gateway API, or a tls rule. */
export type RouteFact = NonNullable<MeshFacts['routes']>[number];

type Known = Pick<MeshView, 'serviceOf'>;

/** A host that a rule is for. @param port the only one that it is for; absent: all of them. */
interface Asked {
  readonly host: string;
  readonly port?: number | undefined;
}

/**
 * The first port of a Service of the hosts, where all of its ports that the rule is for speak TCP: http rules are never asked.
 * @param match of the rule: it may be for some ports alone.
 */
export function tcpPortOf(
  names: ServiceNames,
  known: Known,
  hosts: readonly string[],
  match: Matches,
): RuleFact['tcpPort'] {
  return namesPorts(match)
    ? (portsOf(names, known, hosts, match, isTcpPort) ?? null)
    : (portOf(names, known, asked(hosts), isTcpPort) ?? null);
}

/** The same where all speak HTTP: tcp rules are never asked (pilot/pkg/networking/core/listener.go). */
export const httpPortOf = (
  names: ServiceNames,
  known: Known,
  hosts: readonly string[],
  match: Matches,
): RuleFact['httpPort'] =>
  namesPorts(match)
    ? portsOf(names, known, hosts, match, carriesHttp)
    : portOf(names, known, asked(hosts), carriesHttp);

type Matches = readonly { readonly port?: number | undefined }[];

/** Each match is for a port of its own: the rule is for no other. */
export const namesPorts = (match: Matches): boolean =>
  match.length > 0 && match.every(({ port }) => port !== undefined);

/** The first of the ports that matches name, where each of them carries the same. */
function portsOf(
  names: ServiceNames,
  known: Known,
  hosts: readonly string[],
  match: Matches,
  carries: (port: ServicePort) => boolean,
): RuleFact['httpPort'] {
  const found = match.map(({ port }) =>
    portOf(
      names,
      known,
      hosts.map((host) => ({ host, port })),
      carries,
    ),
  );
  return found.every((own) => own !== undefined) ? found[0] : undefined;
}

const asked = (hosts: readonly string[]): Asked[] => hosts.map((host) => ({ host }));

const carriesHttp = (port: ServicePort): boolean => listenerProtocolOf(port) === 'http';

/** The same of a route that Services are parents of: by its kind it is for HTTP, or for connections of TCP. */
export function otherPortOf(
  names: ServiceNames,
  known: Known,
  { kind, spec }: KubernetesHttpRoute | KubernetesGrpcRoute | KubernetesL4Route,
): Pick<RouteFact, 'tcpPort' | 'httpPort'> {
  const parents = spec.parentRefs
    .filter((own) => own.group === '' && own.kind === 'Service')
    .map(({ name, namespace, port }): Asked => ({ host: fullHost(name, namespace), port }));
  const isForHttp = kind === 'HTTPRoute' || kind === 'GRPCRoute';
  const found = portOf(names, known, parents, isForHttp ? isTcpPort : carriesHttp);
  return found === undefined ? {} : isForHttp ? { tcpPort: found } : { httpPort: found };
}

function portOf(
  names: ServiceNames,
  { serviceOf }: Known,
  hosts: readonly Asked[],
  carries: (port: ServicePort) => boolean,
): RuleFact['httpPort'] {
  for (const { host, port } of hosts) {
    const all = serviceOf.get(host.toLowerCase())?.ports ?? [];
    const ports = all.filter((own) => port === undefined || own.port === port);
    if (ports.length > 0 && ports.every(carries))
      return { service: names.ofName(host), port: ports[0]!.name ?? String(ports[0]!.port) };
  }
  return undefined;
}
