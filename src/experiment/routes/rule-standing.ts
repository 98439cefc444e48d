import type { DroppedFact } from '../../record/dropped-fact.ts';
import { fullHost, hostCovers, intersection } from '../../manifest/host.ts';
import { conversionError } from '../../manifest/route-reference.ts';
import type { KubernetesHttpRoute, VirtualService } from '../../manifest/resource.ts';
import { isOwner, ownerOf, ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import type { ProxyConfiguration, RouteOrigin } from '../../mesh/envoy/route.ts';
import type { MeshView } from '../../mesh/istiod/mesh-view.ts';
import { areOfOneSecond } from '../../mesh/kubernetes/age.ts';
import { mayCarryHttp } from '../../mesh/istiod/protocol.ts';
import { boundTo, type RoutingRule } from '../../mesh/istiod/routing-rule.ts';
import { actingRule } from '../../mesh/istiod/sidecar-routes.ts';
import { concernsCallers } from '../../mesh/istiod/visible-rules.ts';
import { droppedBecause } from '../../verdict/finding/rule-dropped.ts';

/** A VirtualService or an HTTPRoute: whom it is for, and what it is to one proxy. */
export interface RuleStanding {
  /** "VirtualService reviews.default" */
  readonly rule: string;
  /** "sidecars of every namespace", "Gateway default/entry". */
  readonly isFor: string;
  /** Names that follow it at this proxy; empty: it does not act here. */
  readonly actsOn: readonly string[];
  /** Why it does not; undefined where it acts. */
  readonly because: string | undefined;
  /** Rules of it that istiod leaves out, with why. */
  readonly leavesOut: readonly string[];
}

type Rule = VirtualService | KubernetesHttpRoute;

/**
 * What each rule is to a proxy, and why one has no effect there, in the order in which istiod asks (push_context.go,
 * initVirtualServices; httproute.go; gateway.go): is it bound to this proxy, is it seen from there, has it a host, does another
 * rule go before it.
 */
export function ruleStandings(
  rules: readonly Rule[],
  mesh: MeshView,
  configuration: ProxyConfiguration,
  proxy: ProxyIdentity,
  dropped: readonly DroppedFact[],
): RuleStanding[] {
  return rules.map((own): RuleStanding => {
    const onTcp = proxy.type === 'sidecar' ? onTcpPortsAlone(own, mesh) : undefined;
    const actsOn = onTcp === undefined ? followers(own, configuration) : [];
    const owner = ownerOf(own);
    return {
      rule: ownerText(owner),
      isFor: whomFor(own),
      actsOn,
      because: onTcp ?? (actsOn.length > 0 ? undefined : whyNot(own, mesh, proxy)),
      leavesOut: dropped.flatMap((each) =>
        each.place !== undefined && isOwner(owner, each.owner)
          ? [`rule ${each.place} is left out: ${droppedBecause(each)}`]
          : [],
      ),
    };
  });
}

/** Virtual hosts and ports with a route of the rule, or one that it leaves to a delegate. */
function followers(own: Rule, { routes, tcp_proxies }: ProxyConfiguration): string[] {
  const delegates = delegatesOf(own);
  const isOwn = (name: string, { owner }: RouteOrigin): boolean =>
    isOwner(owner, ownerOf(own)) ||
    delegates.some((each) => isOwner(owner, each.owner) && hostCovers(each.host, hostOf(name)));
  const hosts = routes.flatMap(({ virtual_hosts }) =>
    virtual_hosts
      .filter(({ name, routes: all }) => all.some(({ metadata }) => isOwn(name, metadata)))
      .map(({ name }) => shortName(name)),
  );
  const connections = tcp_proxies
    .filter(({ metadata: { owner } }) => isOwner(owner, ownerOf(own)))
    .map(({ host, port }) => `${shortName(host)}:${port}`);
  return [...new Set([...hosts, ...connections])];
}

const hostOf = (virtualHost: string): string => virtualHost.replace(/:\d+$/, '');

/** What a root leaves to others, for each of its hosts (model/virtualservice.go, mergeVirtualServicesIfNeeded). */
function delegatesOf(own: Rule): { readonly owner: RuleOwner; readonly host: string }[] {
  if (own.kind !== 'VirtualService') return [];
  const { namespace } = own.metadata;
  return own.spec.http.flatMap(({ delegate }) =>
    delegate === undefined
      ? []
      : own.spec.hosts.map((host) => ({
          owner: { kind: own.kind, namespace: delegate.namespace ?? namespace, name: delegate.name },
          host: fullHost(host, namespace),
        })),
  );
}

const shortName = (host: string): string => host.replace('.svc.cluster.local', '');

/** Sidecars of the namespaces that see it, and Gateways. */
function whomFor(own: Rule): string {
  if (own.kind === 'HTTPRoute') {
    const parents = own.spec.parentRefs.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
    return parents.join(', ');
  }
  const { hosts, gateways, exportTo } = own.spec;
  if (hosts.length === 0) return 'VirtualServices that delegate to it';
  const seen = exportTo.map((each) => (each === '.' ? own.metadata.namespace : each));
  const namespaces =
    seen.length === 0 || seen.includes('*') ? 'every namespace' : `namespace ${seen.join(', ')}`;
  const bound = gateways.length === 0 ? ['mesh'] : gateways;
  return bound.map((each) => (each === 'mesh' ? `sidecars of ${namespaces}` : `Gateway ${each}`)).join(', ');
}

function whyNot(own: Rule, mesh: MeshView, proxy: ProxyIdentity): string {
  const isGateway = proxy.type === 'gateway';
  if (own.kind === 'VirtualService' && own.spec.hosts.length === 0)
    return 'no rule that acts here delegates to it';
  const all = mesh.rules.inOrder.filter((rule) => isOf(rule, own));
  if (own.kind === 'VirtualService') {
    const bound = own.spec.gateways;
    const inside = bound.length === 0 || bound.includes('mesh');
    if (!isGateway && !inside) return 'bound to a Gateway, not to sidecars (mesh)';
    if (isGateway && bound.every((each) => each === 'mesh')) return 'bound to sidecars, not to a Gateway';
  }
  if (all.length === 0) {
    const error = own.kind === 'HTTPRoute' ? conversionError(own) : undefined;
    if (error !== undefined) return `istiod makes no rule of it: ${error}`;
    return own.kind === 'HTTPRoute'
      ? 'no parent of it is here, or takes it'
      : `not exported to namespace ${proxy.namespace}`;
  }
  if (own.kind === 'HTTPRoute') {
    const inside = all.some(({ gateways }) => gateways.includes('mesh'));
    if (!isGateway && !inside) return 'bound to a Gateway, not to sidecars (mesh)';
    if (isGateway && all.every(({ gateways }) => gateways.every((each) => each === 'mesh')))
      return 'bound to a Service, for sidecars, not to a Gateway';
  }
  if (isGateway) return whyNotAtGateway(all, mesh);
  return whyNotAtSidecar(own, all, mesh, proxy);
}

const isOf = (rule: RoutingRule, own: Rule): boolean =>
  own.kind === 'HTTPRoute'
    ? rule.http.some(({ origin }) => isOwner(origin.owner, ownerOf(own)))
    : rule.semantics === 'istio' &&
      rule.name === own.metadata.name &&
      rule.namespace === own.metadata.namespace;

function whyNotAtGateway(rules: readonly RoutingRule[], mesh: MeshView): string {
  const servers = mesh.servers.filter(({ gateway }) => rules.some((rule) => boundTo(rule, gateway)));
  if (servers.length === 0) {
    const named = [...new Set(rules.flatMap(({ gateways }) => gateways.filter((each) => each !== 'mesh')))];
    return `bound to Gateway ${named.join(', ')}, which this proxy does not run`;
  }
  const offered = servers.flatMap(({ hosts }) => hosts.map(({ host }) => host));
  const wanted = rules.flatMap(({ fullHosts }) => fullHosts);
  if (intersection(offered, wanted).length === 0)
    return `the Gateway serves ${offered.join(', ')}, and no host of the rule is among them`;
  return 'no server of its Gateway is for its namespace and protocol, or its matches are for others';
}

/** http rules for Services whose ports all carry TCP: a name that nobody has on port 80 is all that would follow them. */
function onTcpPortsAlone(own: Rule, mesh: MeshView): string | undefined {
  const rules = mesh.rules.ofMesh.filter((rule) => isOf(rule, own));
  if (
    rules.length === 0 ||
    rules.some(({ http, tcp, tls }) => http.length === 0 || tcp.length + tls.length > 0)
  )
    return undefined;
  const ports = servicesOf(rules, mesh).flatMap((service) =>
    service.ports.map((port) => ({ service, port })),
  );
  if (ports.length === 0 || ports.some(({ port }) => mayCarryHttp(port))) return undefined;
  const { service, port } = ports[0]!;
  return `port ${port.name ?? port.port} of ${shortName(service.host)} carries TCP: http rules are not asked`;
}

const servicesOf = (rules: readonly RoutingRule[], { serviceOf }: MeshView) => {
  const hosts = rules.flatMap(({ fullHosts }) => fullHosts);
  return [...serviceOf.values()].filter(({ host }) => hosts.some((each) => hostCovers(each, host)));
};

/** By the first of its hosts at which something goes before it. */
function whyNotAtSidecar(
  own: Rule,
  rules: readonly RoutingRule[],
  mesh: MeshView,
  proxy: ProxyIdentity,
): string {
  const imported = mesh.listeners.some((listener) =>
    rules.some((rule) => listener.rules.ofMesh.includes(rule)),
  );
  if (!imported) return 'no egress host of the Sidecar that is for this proxy lets it in';
  const hosts = [...new Set(rules.flatMap(({ fullHosts }) => fullHosts))];
  const known = [...mesh.serviceOf.values()].filter(({ host }) =>
    hosts.some((each) => hostCovers(each, host)),
  );
  if (known.length === 0)
    return `no Service that this proxy knows is called ${hosts.map(shortName).join(', ')}`;
  if (known.every(({ host }) => rules.every((rule) => !concernsCallers(rule, host, proxy.namespace))))
    return `its parent is a Service of another namespace, so it is for callers in namespace ${own.metadata.namespace} alone`;
  const http = known.flatMap((service) =>
    service.ports.filter(mayCarryHttp).map((port) => ({ service, port })),
  );
  for (const { service, port } of http) {
    const acting = actingRule(mesh, proxy, service.host, port.port);
    if (acting === undefined || isOf(acting.rule, own)) continue;
    return beforeText(acting.rule, rules[0]!, service.host, proxy);
  }
  return 'its matches are for other ports, labels, namespaces or gateways';
}

/** Why one rule for a host goes before another. */
function beforeText(first: RoutingRule, own: RoutingRule, host: string, proxy: ProxyIdentity): string {
  const name = nameOf(first);
  const narrowest = (rule: RoutingRule): string =>
    rule.fullHosts
      .filter((each) => hostCovers(each, host))
      .sort((a, b) => Number(b === host) - Number(a === host) || b.length - a.length)[0] ?? '';
  const [theirs, ours] = [narrowest(first), narrowest(own)];
  if (theirs !== ours) return `${name} names ${shortName(host)} more closely (${shortName(theirs)})`;
  if (isPrivate(first) !== isPrivate(own))
    return `${name} is for the same host, and one that few namespaces see goes first`;
  if (isOwnRoute(first, proxy) && !isOwnRoute(own, proxy))
    return `${name} is for the same host, and goes first in its namespace`;
  return areOfOneSecond(first.age, own.age)
    ? `${name} is for the same host, of the same age, and its name comes first`
    : `${name} is for the same host and older`;
}

/** A route of Gateway API goes before other public rules for callers of its namespace (SelectVirtualServices). */
const isOwnRoute = ({ semantics, namespace }: RoutingRule, proxy: ProxyIdentity): boolean =>
  semantics === 'gateway-api' && namespace === proxy.namespace;

const isPrivate = ({ exportTo }: RoutingRule): boolean => exportTo.length > 0 && !exportTo.includes('*');

function nameOf({ http, kind, name, namespace, semantics }: RoutingRule): string {
  // Routes of Gateway API are merged by host; rules of a VirtualService may be of its delegates.
  const merged = semantics === 'istio' ? undefined : http[0]?.origin.owner;
  return ownerText(merged ?? { kind: kind ?? 'VirtualService', namespace, name });
}

/** "a sidecar in namespace default with app=productpage", "a gateway in namespace istio-system with istio=ingressgateway". */
export function proxyText({ type, namespace, labels }: ProxyIdentity): string {
  const written = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return `a ${type} in namespace ${namespace}${written.length === 0 ? ' without labels' : ` with ${written.join(',')}`}`;
}
