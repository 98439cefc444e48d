import { fullHost, hostCovers, isWildcard } from '../../manifest/host.ts';
import { isOwner, ownerText, type RuleOwner } from '../../manifest/rule-name.ts';
import type { VirtualService } from '../../manifest/resource.ts';
import type { ProxyIdentity } from '../../mesh/envoy/proxy-identity.ts';
import type { RouteOrigin } from '../../mesh/envoy/route.ts';
import { placeOf } from '../../mesh/istiod/proxy-place.ts';
import type { Pod } from '../../mesh/kubernetes/pod.ts';
import type { MeshService } from '../../mesh/istiod/mesh-service.ts';
import type { MeshView } from '../../mesh/istiod/mesh-view.ts';
import { mayCarryHttp } from '../../mesh/istiod/protocol.ts';
import type { RoutingRule } from '../../mesh/istiod/routing-rule.ts';
import { actingRule } from '../../mesh/istiod/sidecar-routes.ts';
import type { RuleFact } from '../../record/mesh-facts.ts';
import { hasVirtualService } from './virtual-services-in.ts';

/** A proxy of some kind, and what istiod holds for it. */
export interface Caller {
  readonly proxy: ProxyIdentity;
  readonly view: MeshView;
}

/** Stands for all sidecars where no pod has one. */
export const anySidecar: ProxyIdentity = { type: 'sidecar', namespace: 'default', labels: {} };

const isRuleOf = (rule: RoutingRule, { metadata }: VirtualService): boolean =>
  rule.semantics === 'istio' && rule.name === metadata.name && rule.namespace === metadata.namespace;

/** Nobody whom the rule is for sees it: sidecars, or the gateway that it is bound to. */
export function unseen(
  { callers, gateway }: { readonly callers: readonly Caller[]; readonly gateway: Caller },
  own: VirtualService,
): RuleFact['inert'] {
  const { hosts, exportTo, gateways } = own.spec;
  // A delegate acts where its root does.
  if (hosts.length === 0) return null;
  const inside = gateways.length === 0 || gateways.includes('mesh');
  const outside = gateways.some((each) => each !== 'mesh');
  const all = [...(inside ? callers : []), ...(outside ? [gateway] : [])];
  if (all.some(({ view }) => hasVirtualService(view.rules, own.metadata))) return null;
  const namespaces = [...new Set(all.map(({ proxy }) => proxy.namespace))];
  return { by: 'export', exportTo: [...exportTo], callers: namespaces };
}

/**
 * What acts in place of a rule for sidecars: they follow one rule for a host and port, the first that has a route for them; or that its
 * matches are for none of them. null where it acts for any of them, or where it is not known why nothing does.
 */
export function hidden(
  {
    view: { serviceOf: known },
    callers,
  }: { readonly view: Pick<MeshView, 'serviceOf'>; readonly callers: readonly Caller[] },
  virtualService: VirtualService,
): RuleFact['inert'] {
  const { metadata, spec } = virtualService;
  if (spec.gateways.length > 0 && !spec.gateways.includes('mesh')) return null;
  const hosts = spec.hosts.map((own) => fullHost(own, metadata.namespace));
  let hider: RouteOrigin | null = null;
  let isLookedFor = false;
  // A name alone means one of them: no other is looked at.
  const [only] = hosts.length === 1 && !isWildcard(hosts[0]!) ? hosts : [];
  const services = only === undefined ? known.values() : [known.get(only)].filter((own) => own !== undefined);
  for (const { host, ports } of services) {
    if (!hosts.some((own) => hostCovers(own, host))) continue;
    for (const { port } of ports.filter(mayCarryHttp)) {
      for (const own of callers) {
        const acting = actingRule(own.view, own.proxy, host, port);
        isLookedFor = own.proxy !== anySidecar;
        if (acting === undefined) continue;
        if (isRuleOf(acting.rule, virtualService)) return null;
        hider ??= acting.routes[0]!.metadata;
      }
    }
  }
  // Routes of a rule are of a resource.
  if (hider !== null) return { by: 'rule', rule: hider.rule, owner: hider.owner! };
  return isLookedFor && spec.gateways.every((own) => own === 'mesh') && choosesCallers(virtualService)
    ? { by: 'match' }
    : null;
}

/** Resources other than one whose http routes sidecars ask for a host. */
export function askedInstead(
  callers: readonly Caller[],
  { host, ports }: MeshService,
  owner: RuleOwner,
): RuleOwner[] {
  const found = new Map<string, RuleOwner>();
  for (const { port } of ports.filter(mayCarryHttp)) {
    for (const { view, proxy } of callers) {
      const other = actingRule(view, proxy, host, port)?.routes[0]?.metadata.owner ?? owner;
      if (!isOwner(other, owner)) found.set(ownerText(other), other);
    }
  }
  return [...found.values()];
}

/** What a pod's sidecar is among callers. */
export function callerOf(callers: readonly Caller[], pod: Pod): Caller {
  const identity = JSON.stringify(placeOf(pod).identity);
  return callers.find(({ proxy }) => JSON.stringify(proxy) === identity)!;
}

/** Workloads whose sidecars are not told of a rule that is for sidecars, as it is not exported to their namespaces. */
export const notSeeing = (
  sidecars: readonly { readonly workload: string; readonly caller: Caller }[],
  { metadata, spec }: VirtualService,
): string[] =>
  // A delegate acts where its root does.
  spec.hosts.length === 0
    ? []
    : sidecars
        .filter(({ caller: { view } }) => !hasVirtualService(view.rules, metadata))
        .map(({ workload }) => workload);

/** No rule acts for the sidecar of a pod at a host and port, and one does for another's. */
export function isUnruled(callers: readonly Caller[], pod: Pod, host: string, port: number): boolean {
  const acts = ({ view, proxy }: Caller): boolean => actingRule(view, proxy, host, port) !== undefined;
  const own = callerOf(callers, pod);
  return own.view.serviceOf.has(host) && !acts(own) && callers.some(acts);
}

/** Every match asks for something that not all sidecars have. */
const choosesCallers = ({ spec: { http } }: VirtualService): boolean =>
  http.length > 0 &&
  http.every(
    ({ match, delegate }) =>
      delegate === undefined &&
      match.length > 0 &&
      match.every(
        ({ port, sourceLabels, sourceNamespace, gateways = [] }) =>
          port !== undefined ||
          sourceNamespace !== undefined ||
          Object.keys(sourceLabels ?? {}).length > 0 ||
          gateways.length > 0,
      ),
  );
