import { fullHost } from '../manifest/host.ts';
import type { KubernetesGrpcRoute, KubernetesHttpRoute } from '../manifest/resource.ts';
import { conversionError } from '../manifest/route-reference.ts';
import { leftOutOf, withDelegates } from '../mesh/istiod/delegate.ts';
import { meshConfigOf } from '../mesh/istiod/mesh-config.ts';
import { resourcesOf, type Registry } from '../mesh/kubernetes/registry.ts';
import type { DroppedFact } from '../record/mesh-facts.ts';

/** Rules that are accepted, and of which istiod makes nothing, without a word to who asks. */
export const droppedIn = (registry: Registry): DroppedFact[] => [
  ...[...resourcesOf(registry, 'HTTPRoute'), ...resourcesOf(registry, 'GRPCRoute')].flatMap(refusedRoute),
  ...droppedDelegates(registry),
];

function refusedRoute(own: KubernetesHttpRoute | KubernetesGrpcRoute): DroppedFact[] {
  const error = conversionError(own);
  if (error === undefined) return [];
  const { name, namespace } = own.metadata;
  const parents = own.spec.parentRefs.flatMap((ref) =>
    ref.kind === 'Service' ? [fullHost(ref.name, ref.namespace)] : [],
  );
  const isOfGateway = own.spec.parentRefs.some(({ kind }) => kind === 'Gateway');
  const outside = own.spec.hostnames.length === 0 ? ['*'] : own.spec.hostnames;
  return [
    {
      rule: `${own.kind} ${name}.${namespace}`,
      hosts: [...parents, ...(isOfGateway ? outside : [])],
      because: `istiod makes no rule at all of it, for an error in one of its rules (${error.replace(/\.$/, '')})`,
    },
  ];
}

/** Rules of delegates that no root takes over. */
function droppedDelegates(registry: Registry): DroppedFact[] {
  const all = resourcesOf(registry, 'VirtualService');
  const roots = all.filter(({ spec }) => spec.http.some(({ delegate }) => delegate !== undefined));
  if (roots.length === 0) return [];
  const { defaultVirtualServiceExportTo } = meshConfigOf(registry);
  const nameOf = ({ metadata }: (typeof all)[number], index: number): string =>
    `VirtualService ${metadata.name}.${metadata.namespace}, rule ${index + 1}`;
  const taken = new Set(
    roots.flatMap((root) =>
      withDelegates(root, all, defaultVirtualServiceExportTo).map(({ from, index }) => nameOf(from, index)),
    ),
  );
  const found = new Map<string, DroppedFact>();
  for (const root of roots) {
    for (const { by, from, index, field } of leftOutOf(root, all, defaultVirtualServiceExportTo)) {
      const rule = nameOf(from, index);
      if (taken.has(rule)) continue;
      found.set(rule, {
        rule,
        hosts: root.spec.hosts.map((host) => fullHost(host, root.metadata.namespace)),
        because: `what its match asks of ${field} does not lie in what ${nameOf(root, by)} asks, which delegates to it, and istiod leaves such a rule out`,
      });
    }
  }
  return [...found.values()];
}
