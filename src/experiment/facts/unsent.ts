import { fullHost } from '../../manifest/host.ts';
import type { Destination } from '../../manifest/resource.ts';
import { isOwner, ownerOf, ruleText } from '../../manifest/rule-name.ts';
import type { ServiceNames } from '../../manifest/service-names.ts';
import { backendDestination } from '../../mesh/istiod/http-route.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';
import type { MeshFacts, UnbackedFact, UnweighedFact } from '../../record/mesh-facts.ts';
import type { Weighed } from '../../verdict/weighed.ts';
import { sendingRules } from './sending-rules.ts';

/** What rules name and send nothing to, or hardly anything, although somebody may mean it to get more. */
export function unsentIn(
  registry: Registry,
  names: ServiceNames,
  rules: readonly Weighed[],
  applications: readonly { readonly name: string; readonly application: string }[],
): Pick<MeshFacts, 'unweighed' | 'unbacked'> {
  const unweighed = unweighedIn(registry, names);
  const unbacked = rules.flatMap((own) => unbackedIn(own, rules, applications));
  return {
    ...(unweighed.length === 0 ? {} : { unweighed }),
    ...(unbacked.length === 0 ? {} : { unbacked }),
  };
}

/** A weight that is left out is 0 in a VirtualService (int32 of the API), and 1 in Gateway API (BackendRef.weight). */
function unweighedIn(registry: Registry, names: ServiceNames): UnweighedFact[] {
  const ofRules = resourcesOf(registry, 'VirtualService').flatMap((virtualService) => {
    const { namespace } = virtualService.metadata;
    return sendingRules(virtualService).flatMap(({ rule, route }) =>
      leftOut(route, 0).map((own) => ({ rule, namespace, ...own })),
    );
  });
  const ofRoutes = [...resourcesOf(registry, 'HTTPRoute'), ...resourcesOf(registry, 'GRPCRoute')].flatMap(
    (route) =>
      route.spec.rules.flatMap(({ backendRefs }, index) =>
        leftOut(
          backendRefs.map((ref) => ({ destination: backendDestination(ref), weight: ref.weight })),
          1,
        ).map((own) => ({
          rule: ruleText(ownerOf(route), `rule ${index + 1}`),
          namespace: route.metadata.namespace,
          ...own,
        })),
      ),
  );
  return [...ofRules, ...ofRoutes].map(({ namespace, destination: { host, subset }, ...own }) => {
    const service = names.ofName(fullHost(host, namespace));
    return { ...own, to: subset === undefined ? service : `${service} ${subset}` };
  });
}

/** Where the weights come to 100 all the same, they mean what they say; where none is written, each counts alike. */
function leftOut(
  route: readonly { readonly destination: Destination; readonly weight?: number | undefined }[],
  usual: 0 | 1,
): readonly { readonly destination: Destination; readonly weight: number; readonly total: number }[] {
  const total = route.reduce((sum, { weight = usual }) => sum + weight, 0);
  const written = route.flatMap(({ weight }) => weight ?? []);
  if (route.length < 2 || total === 100 || written.every((weight) => weight <= 1)) return [];
  return route.flatMap(({ destination, weight }) =>
    weight === undefined ? [{ destination, weight: usual, total }] : [],
  );
}

/** A destination of weight 0 that the first request to it would not find. */
function unbackedIn(
  { rule, owner, destinations, headless = null }: Weighed,
  rules: readonly Weighed[],
  applications: readonly { readonly name: string; readonly application: string }[],
): UnbackedFact[] {
  if (headless !== null || destinations.length < 2) return [];
  const lacking = destinations.filter(({ weight, lacks }) => weight === 0 && lacks !== null);
  // Nearly always: the rest looks at all rules.
  if (lacking.length === 0) return [];
  const sent = new Set(
    rules
      .filter((own) => isOwner(own.owner, owner))
      .flatMap((own) => own.destinations.flatMap(({ workloads }) => workloads)),
  );
  const meant = new Set(
    applications.filter(({ name }) => sent.has(name)).map(({ application }) => application),
  );
  const unsent = applications
    .filter(({ name, application }) => meant.has(application) && !sent.has(name))
    .map(({ name }) => name);
  return lacking.map(({ to, service, subset, lacks, port }) => ({
    rule,
    to,
    service,
    subset,
    lacks,
    ...(port === undefined ? {} : { port }),
    unsent,
  }));
}
