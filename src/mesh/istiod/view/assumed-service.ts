import type { Resource, Service } from '../../../manifest/resource.ts';
import { fullHost, parseHost } from '../../../manifest/host.ts';

/**
 * Services for a rule that comes alone: istiod writes routes for the Services of its registry, so a VirtualService, an
 * HTTPRoute or a GRPCRoute without any would leave nothing to see. One for each host that a rule is for, on the port of its first destination
 * (else 80), in a registry that has no Service at all. Destinations are not assumed: what a rule sends to may be missing.
 */
export function assumedServices(resources: readonly Resource[]): Service[] {
  if (resources.some((own) => own.kind === 'Service')) return [];
  const found = new Map<string, Service>();
  for (const { host, port, by } of resources.flatMap(hostsOf)) {
    const { service } = parseHost(host);
    if (service === undefined || found.has(host)) continue;
    const { file, line } = by;
    found.set(host, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...service, labels: {}, annotations: {} },
      spec: { selector: {}, ports: [{ name: port.protocol, port: port.number }] },
      source: {},
      file,
      line,
    });
  }
  return [...found.values()];
}

interface RuledHost {
  readonly host: string;
  readonly port: { readonly protocol: 'http' | 'grpc' | 'tcp' | 'tls'; readonly number: number };
  readonly by: Resource;
}

function hostsOf(own: Resource): RuledHost[] {
  if (own.kind === 'VirtualService') {
    const { hosts, http, tcp, tls, gateways } = own.spec;
    if (gateways.length > 0 && !gateways.includes('mesh')) return [];
    const protocol = http.length > 0 ? 'http' : tcp.length > 0 ? 'tcp' : 'tls';
    const [first] = [...http, ...tcp, ...tls].flatMap((rule) => rule.route);
    const number = first?.destination.port ?? [...tcp, ...tls][0]?.match[0]?.port ?? 80;
    return hosts.map((host) => ({
      host: fullHost(host, own.metadata.namespace),
      port: { protocol, number },
      by: own,
    }));
  }
  if (own.kind !== 'HTTPRoute' && own.kind !== 'GRPCRoute') return [];
  const protocol = own.kind === 'HTTPRoute' ? 'http' : 'grpc';
  const [first] = own.spec.rules.flatMap((rule) => rule.backendRefs);
  return own.spec.parentRefs
    .filter((parent) => parent.group === '' && parent.kind === 'Service')
    .map((parent) => ({
      host: fullHost(parent.name, parent.namespace),
      port: { protocol, number: parent.port ?? first?.port ?? 80 },
      by: own,
    }));
}
