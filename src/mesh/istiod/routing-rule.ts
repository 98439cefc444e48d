import { fullHost } from '../../manifest/host.ts';
import type { HttpRoute, TcpRoute, TlsRoute, VirtualService } from '../../manifest/resource.ts';
import { ownerOf, ruleText, type RuleOwner } from '../../manifest/rule-name.ts';
import { withDelegates } from './delegate.ts';
import { withGatewayNames } from './gateway-name.ts';
import type { Age } from '../kubernetes/age.ts';
import type { RegistryEntry } from '../kubernetes/registry.ts';

/**
 * A rule as istiod holds it: a VirtualService as it was written, or one that istiod made of HTTPRoutes. The two differ in
 * what a prefix means and in what an unknown cluster answers (model.UseGatewaySemantics).
 */
export interface RoutingRule {
  readonly name: string;
  readonly namespace: string;
  /** Of connections: which kind of resource it is; undefined: a VirtualService. */
  readonly kind?: 'TCPRoute' | 'TLSRoute';
  readonly semantics: 'istio' | 'gateway-api';
  /** Of the resource, among all; of the oldest HTTPRoute where several were merged. */
  readonly age: Age;
  readonly hosts: readonly string[];
  /** The same in full. */
  readonly fullHosts: readonly string[];
  /** "namespace/name", or "mesh"; empty means ["mesh"]. */
  readonly gateways: readonly string[];
  readonly http: readonly PlacedHttpRoute[];
  readonly tcp: readonly TcpRoute[];
  readonly tls: readonly TlsRoute[];
  /** Namespaces that see it: ".", "*", names; empty means the mesh's default. */
  readonly exportTo: readonly string[];
}

export const boundTo = (rule: RoutingRule, gateway: string): boolean =>
  rule.gateways.length === 0 ? gateway === 'mesh' : rule.gateways.includes(gateway);

export interface PlacedHttpRoute extends HttpRoute {
  readonly origin: RuleOrigin;
}

/** Which part of which resource a route came from. */
export interface RuleOrigin {
  readonly owner: RuleOwner;
  /** "VirtualService reviews.default, rule 2 (jason)" */
  readonly rule: string;
  /** In which short names of hosts are looked up. */
  readonly namespace: string;
}

/** Rules that no other resource has a part in, by their entries: what is made of them can be kept as long as they stand. */
const alone = new WeakMap<RegistryEntry<VirtualService>, RoutingRule>();

/** Rules of VirtualServices, each with the rules of its delegates in their place. */
export function rulesOfVirtualServices(
  entries: readonly RegistryEntry<VirtualService>[],
  byDefault: readonly string[] = ['*'],
): RoutingRule[] {
  let all: readonly VirtualService[] | undefined;
  return entries.map((entry): RoutingRule => {
    const known = alone.get(entry);
    if (known !== undefined) return known;
    const { age, resource } = entry;
    const delegates = resource.spec.http.some(({ delegate }) => delegate !== undefined);
    if (delegates) all ??= entries.map((each) => withGatewayNames(each.resource));
    const own = withGatewayNames(resource);
    const rule: RoutingRule = {
      name: own.metadata.name,
      namespace: own.metadata.namespace,
      semantics: 'istio',
      age,
      hosts: own.spec.hosts,
      fullHosts: own.spec.hosts.map((host) => fullHost(host, own.metadata.namespace)),
      gateways: own.spec.gateways,
      http: withDelegates(own, all ?? [], byDefault).map(({ from, index, ...http }) => ({
        ...http,
        origin: {
          owner: ownerOf(from),
          rule: ruleText(ownerOf(from), `rule ${index + 1}`, http.name),
          namespace: from.metadata.namespace,
        },
      })),
      tcp: own.spec.tcp,
      tls: own.spec.tls,
      exportTo: own.spec.exportTo,
    };
    if (!delegates) alone.set(entry, rule);
    return rule;
  });
}

/** Hosts in full to which a rule sends something, copies among them, with the ports that it names. */
export const destinationsOf = ({
  namespace,
  http,
  tcp,
  tls,
}: RoutingRule): { readonly host: string; readonly port: number | undefined }[] => [
  ...http.flatMap((own) =>
    [...own.route, ...own.mirrors].map(({ destination: { host, port } }) => ({
      host: fullHost(host, own.origin.namespace),
      port,
    })),
  ),
  ...[...tcp, ...tls].flatMap(({ route }) =>
    route.map(({ destination: { host, port } }) => ({ host: fullHost(host, namespace), port })),
  ),
];
