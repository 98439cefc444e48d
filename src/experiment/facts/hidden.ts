import { meshConfigOf } from '../../mesh/istiod/mesh-config.ts';
import { actingFor } from '../../mesh/istiod/acting-for.ts';
import { servicesOf, type MeshService } from '../../mesh/istiod/mesh-service.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import type { FailureCause } from '../../record/failure.ts';
import { hiddenCauses, type HiddenFact } from '../../record/hidden-fact.ts';
import type { MeshFacts, RuleFact } from '../../record/mesh-facts.ts';
import { hiddenService, hiddenSubset } from '../failure/hidden-subset.ts';
import type { Caller } from './inert.ts';
import type { Manifests } from './reached.ts';

/** A rule that sends somewhere, and Services that it is for. */
type Told = Pick<RuleFact, 'rule' | 'destinations' | 'services'> &
  Partial<Pick<RuleFact, 'inside' | 'gateways' | 'unseenBy'>>;

/**
 * Destinations that are there, and of which the proxies of some who follow the rule are not told: by a Sidecar, exportTo, or a
 * DestinationRule for other workloads.
 * @param hasVisitors somebody comes by a gateway
 * @param services that some caller knows, by the names that destinations have
 */
export function hiddenIn(
  registry: Registry,
  mesh: Manifests,
  {
    told,
    calls,
    hasVisitors,
  }: Pick<MeshFacts, 'calls'> & {
    readonly told: readonly Told[];
    readonly hasVisitors: boolean;
  },
  services: ReadonlyMap<string, MeshService>,
): HiddenFact[] {
  let all: ReadonlyMap<string, MeshService> | undefined;
  // Hardly ever is one looked for that no caller knows.
  const serviceOf = (name: string): MeshService | undefined =>
    services.get(name) ??
    (all ??= new Map(
      servicesOf(registry, meshConfigOf(registry)).map((own) => [mesh.names.ofName(own.host), own]),
    )).get(name);
  const found = new Map<string, HiddenFact>();
  for (const own of told) {
    const following = followersOf(mesh, own, calls, hasVisitors);
    for (const { service: name, subset, to, weight } of own.destinations) {
      const service = serviceOf(name);
      if (weight === 0 || service === undefined) continue;
      for (const { workload, caller } of following) {
        const because = hiddenFrom(registry, caller, service, subset);
        if (because === undefined) continue;
        const key = JSON.stringify([own.rule, to, because]);
        const callers = [...new Set([...(found.get(key)?.callers ?? []), workload])];
        found.set(key, { rule: own.rule, to, service: name, subset, weight, callers, because });
      }
    }
  }
  return [...found.values()];
}

/** Who calls what a rule is for and sees it. */
const followersOf = (
  { sidecars, gateway }: Manifests,
  { services, inside = true, unseenBy = [], gateways = [] }: Told,
  calls: MeshFacts['calls'],
  hasVisitors: boolean,
): readonly { readonly workload: string; readonly caller: Caller }[] => [
  ...sidecars.filter(
    ({ workload }) =>
      inside &&
      !unseenBy.includes(workload) &&
      calls.some(
        (own) =>
          own.caller === workload &&
          own.service !== null &&
          own.unruled !== true &&
          services.includes(own.service),
      ),
  ),
  ...(hasVisitors && gateways.length > 0 ? [{ workload: 'visitors', caller: gateway }] : []),
];

/** Why a proxy has no cluster of a Service, or for a subset that somebody defines; undefined: it has, or nobody defines it. */
function hiddenFrom(
  registry: Registry,
  { proxy, view }: Caller,
  { host, namespace: served }: MeshService,
  subset: string | null,
): HiddenFact['because'] | undefined {
  const cause: FailureCause | undefined =
    (view.serviceOf.has(host) ? undefined : hiddenService(registry, proxy, host)) ??
    (subset === null || actingFor(view, proxy, host)?.subsets.some(({ name }) => name === subset) === true
      ? undefined
      : hiddenSubset(resourcesOf(registry, 'DestinationRule'), meshConfigOf(registry), {
          proxy,
          host,
          subset,
          served,
        }));
  return hiddenCauses.find((own) => own === cause);
}
