import { parseManifests } from '../../manifest/parse.ts';
import type { Problem } from '../../manifest/problem.ts';
import type {
  HttpRoute,
  HttpRouteMatch,
  KubernetesHttpRoute,
  VirtualService,
} from '../../manifest/resource.ts';
import type { Amounts } from './amounts.ts';
import { isHost, shortName } from './choice.ts';
import { matchOfHttpRoute, matchOfRule, type RouteRule, type RouteRules } from './route-split.ts';

/** The weights that a manifest gives to the versions of one service. */
export interface ServiceWeights {
  /** As the manifest says it. */
  readonly service: string;
  readonly weights: Amounts;
  /** Whether the versions are services of their own (backends of an HTTPRoute) rather than subsets. */
  readonly areServices: boolean;
  /** "VirtualService reviews, route 2 of 2". */
  readonly origin: string;
  /** Where other rules send to the service, too. */
  readonly routes?: RouteRules;
  /** Whose proxies hold it, where that is not all. */
  readonly heldBy?: 'sidecars' | 'gateways';
}

export interface ManifestWeights {
  readonly services: readonly ServiceWeights[];
  readonly problems: readonly Problem[];
  /** What was decided for the user. */
  readonly notes: readonly string[];
}

/**
 * Weights of every service that a VirtualService or an HTTPRoute routes, of one service where `host` names it. Of several
 * routes to a service the one called `route` counts, else the catch-all, which is the last.
 */
export function manifestWeights(
  texts: readonly { readonly file: string; readonly text: string }[],
  host: string | undefined,
  route: string | undefined,
): ManifestWeights {
  const { manifest, problems } = parseManifests(texts);
  const routed = qualified([
    ...manifest.resources.filter((own) => own.kind === 'VirtualService').flatMap(routesOf),
    ...manifest.resources.filter((own) => own.kind === 'HTTPRoute').map(routesOfHttpRoute),
  ]);
  const notes: string[] = [];
  const services: ServiceWeights[] = [];
  for (const found of routed) {
    const { service } = found;
    const candidates = found.candidates.filter((own) => own.weights.values.some((weight) => weight > 0));
    if (host !== undefined && !isSame(service, host)) continue;
    const named = route === undefined ? candidates : candidates.filter((own) => own.name === route);
    const chosen = named.find((own) => own.isCatchAll) ?? named.at(-1);
    if (chosen === undefined) continue;
    if (named.length > 1) {
      notes.push(`${chosen.origin} counts; ${service} has ${named.length} routes (--route chooses by name).`);
    }
    const { heldBy } = found;
    const isHeldTwice = services.some(
      (own) =>
        own.service === service &&
        (own.heldBy === undefined || heldBy === undefined || own.heldBy === heldBy),
    );
    if (isHeldTwice) {
      notes.push(`${service} is routed twice; ${chosen.origin} is not used.`);
    } else {
      services.push({
        service,
        weights: chosen.weights,
        areServices: chosen.areServices,
        origin: chosen.origin,
        ...(heldBy === undefined ? {} : { heldBy }),
        ...(candidates.length === 1
          ? {}
          : {
              routes: {
                rules: candidates.map((own) => own.rule),
                judged: chosen.rule,
                isOrdered: found.isOrdered,
              },
            }),
      });
    }
  }
  // Whose it is makes a difference only beside another one.
  const told = services.map(({ heldBy, ...own }) =>
    heldBy !== undefined && services.some((other) => other.service === own.service && other.heldBy !== heldBy)
      ? { ...own, heldBy }
      : own,
  );
  return { services: told, problems, notes };
}

/** A short name on either side stands for the full one. */
const isSame = (written: string, given: string): boolean => isHost(written, given) || isHost(given, written);

interface Candidate {
  readonly name: string | undefined;
  readonly isCatchAll: boolean;
  readonly weights: Amounts;
  readonly areServices: boolean;
  readonly origin: string;
  readonly rule: RouteRule;
}

interface Routed {
  readonly service: string;
  readonly namespace: string;
  /** Whether the first rule that matches takes a request. */
  readonly isOrdered: boolean;
  readonly heldBy?: ServiceWeights['heldBy'];
  readonly candidates: readonly Candidate[];
}

/** A short host is one of the namespace of its VirtualService: where that makes a difference, it is said in full. */
const qualified = (routed: readonly Routed[]): Routed[] =>
  routed.map((own) => {
    const { service, namespace } = own;
    const isShort = !service.includes('.') && service !== '*';
    const hasNamesake = routed.some((other) => other.service === service && other.namespace !== namespace);
    return isShort && (namespace !== 'default' || hasNamesake)
      ? { ...own, service: `${service}.${namespace}.svc.cluster.local` }
      : own;
  });

/** Services by the host of their destinations, each with the routes that go there. */
function routesOf(virtualService: VirtualService): Routed[] {
  const { metadata, spec } = virtualService;
  const byService = new Map<string, Candidate[]>();
  spec.http.forEach((rule, index) => {
    const hosts = [...new Set(rule.route.map((own) => own.destination.host))];
    const hasSubsets = rule.route.some((own) => own.destination.subset !== undefined);
    // One host with subsets, or the versions as services of their own under the host of the VirtualService.
    const service =
      hosts.length === 1 && (hasSubsets || hosts[0] === spec.hosts[0]) ? hosts[0]! : spec.hosts[0];
    if (service === undefined || rule.route.length === 0) return;
    const weights = weightsOf(rule);
    const place = rule.name ?? `${index + 1} of ${spec.http.length}`;
    const candidate: Candidate = {
      name: rule.name,
      isCatchAll: rule.match.length === 0,
      weights,
      rule: {
        name: rule.name,
        label: `route ${place} of VirtualService ${metadata.name}`,
        matches: rule.match.map(matchOfRule),
        keys: weighted(weights),
      },
      areServices: !hasSubsets,
      origin: `VirtualService ${metadata.name}, route ${place}`,
    };
    byService.set(service, [...(byService.get(service) ?? []), candidate]);
  });
  const isOfMesh = spec.gateways.length === 0 || spec.gateways.includes('mesh');
  const isOfGateways = spec.gateways.some((own) => own !== 'mesh');
  const heldBy = isOfMesh === isOfGateways ? undefined : isOfMesh ? 'sidecars' : 'gateways';
  return [...byService].map(([service, candidates]) => ({
    service,
    namespace: metadata.namespace,
    isOrdered: true,
    ...(heldBy === undefined ? {} : { heldBy }),
    candidates,
  }));
}

const weighted = ({ keys, values }: Amounts): string[] => keys.filter((_, index) => values[index]! > 0);

/** One destination takes all; an omitted weight among several is 0 (Istio's rule). */
function weightsOf(rule: HttpRoute): Amounts {
  return sumUp(
    rule.route.map(({ destination, weight }) => [
      destination.subset ?? shortName(destination.host),
      rule.route.length === 1 ? 100 : (weight ?? 0),
    ]),
  );
}

/** The backends of an HTTPRoute's rules; one without a weight has 1. */
function routesOfHttpRoute({ metadata, spec }: KubernetesHttpRoute): Routed {
  // In a mesh the parent is the Service whose traffic is split; behind a gateway the route's own name is the best there is.
  const service = spec.parentRefs.find((own) => own.kind === 'Service')?.name ?? metadata.name;
  const candidates = spec.rules.map((rule, index): Candidate => {
    const weights = sumUp(rule.backendRefs.map((own) => [own.name, own.weight ?? 1]));
    const isAll = rule.matches.some(isCatchAll) || rule.matches.length === 0;
    return {
      name: rule.name,
      isCatchAll: isAll,
      weights,
      rule: {
        name: rule.name,
        label: `rule ${index + 1} of ${spec.rules.length} of HTTPRoute ${metadata.name}`,
        matches: isAll ? [] : rule.matches.map(matchOfHttpRoute),
        keys: weighted(weights),
      },
      areServices: true,
      origin: `HTTPRoute ${metadata.name}, rule ${index + 1} of ${spec.rules.length}`,
    };
  });
  // What takes all that is left is tried last.
  candidates.sort((a, b) => Number(a.isCatchAll) - Number(b.isCatchAll));
  return { service, namespace: metadata.namespace, isOrdered: false, candidates };
}

const isCatchAll = ({ path, headers, queryParams, method }: HttpRouteMatch): boolean =>
  path.type === 'PathPrefix' &&
  path.value === '/' &&
  headers.length + queryParams.length === 0 &&
  method === undefined;

function sumUp(parts: readonly (readonly [string, number])[]): Amounts {
  const sums = new Map<string, number>();
  for (const [key, weight] of parts) sums.set(key, (sums.get(key) ?? 0) + weight);
  return { keys: [...sums.keys()], values: [...sums.values()] };
}
