import { fullHost, parseHost } from '../../manifest/host.ts';
import { matches } from '../../manifest/labels.ts';
import type { BackendRef, Resource, Service } from '../../manifest/resource.ts';

/** Services among which a rule chooses, as Flagger's primary and canary, and the one that their requests count as. */
export interface ServiceSplit {
  readonly whole: Service;
  /** Those that select by more labels first: a pod of several counts as the nearest. */
  readonly parts: readonly Service[];
  /** The rule acts at gateways, whose visitors name no Service. */
  readonly isAtGateway: boolean;
}

/**
 * Where rules go to several Services. The whole is whom callers ask for: the Service that a VirtualService's host or an HTTPRoute's
 * parent names. Where none does, it is the Service that selects all of their pods, else the first of them.
 */
export function serviceSplits(resources: readonly Resource[]): ServiceSplit[] {
  const services = new Services(resources.filter((own) => own.kind === 'Service'));
  return resources.flatMap((own) => {
    if (own.kind === 'VirtualService') return ofVirtualService(own, services);
    return own.kind === 'HTTPRoute' || own.kind === 'GRPCRoute' ? ofRoute(own, services) : [];
  });
}

/** Services, and by place: those of a big mesh are asked for by each of its rules. */
class Services {
  readonly all: readonly Service[];
  readonly #byPlace = new Map<string, Service>();

  constructor(all: readonly Service[]) {
    this.all = all;
    // Of several with one name the first counts.
    for (const own of all.toReversed()) this.#byPlace.set(placeText(own.metadata), own);
  }

  at(place: Place): Service | undefined {
    return this.#byPlace.get(placeText(place));
  }
}

interface Place {
  readonly name: string;
  readonly namespace: string;
}

const placeText = ({ name, namespace }: Place): string => `${namespace}/${name}`;

type Rule<Kind> = Extract<Resource, { readonly kind: Kind }>;

function ofVirtualService(
  { spec, metadata: { namespace } }: Rule<'VirtualService'>,
  services: Services,
): ServiceSplit[] {
  const called = (host: string): Service | undefined => {
    const place = parseHost(fullHost(host, namespace)).service;
    return place && services.at(place);
  };
  const asked = spec.hosts.flatMap((host) => called(host) ?? []);
  return spec.http.flatMap(({ route }) => {
    const parts = nearestFirst(route.flatMap(({ destination }) => called(destination.host) ?? []));
    if (parts.length < 2) return [];
    const wholes = asked.length > 0 ? asked : [wholeOf(parts, services.all)];
    return wholes.map((whole) => ({
      whole,
      parts,
      isAtGateway: spec.gateways.some((own) => own !== 'mesh'),
    }));
  });
}

function ofRoute({ spec }: Rule<'HTTPRoute' | 'GRPCRoute'>, services: Services): ServiceSplit[] {
  const backends = (refs: readonly BackendRef[]): Service[] => refs.flatMap((own) => services.at(own) ?? []);
  const parents = spec.parentRefs.flatMap((own) =>
    own.group === '' && own.kind === 'Service' ? (services.at(own) ?? []) : [],
  );
  const all = nearestFirst(spec.rules.flatMap(({ backendRefs }) => backends(backendRefs)));
  const inside = parents
    .filter((whole) => all.some((own) => own !== whole))
    .map((whole) => ({ whole, parts: all, isAtGateway: false }));
  if (!spec.parentRefs.some(({ kind }) => kind === 'Gateway')) return inside;
  const outside = spec.rules
    .map(({ backendRefs }) => nearestFirst(backends(backendRefs)))
    .filter((parts) => parts.length > 1)
    .map((parts) => ({ whole: parents[0] ?? wholeOf(parts, services.all), parts, isAtGateway: true }));
  return [...inside, ...outside];
}

const nearestFirst = (services: readonly Service[]): Service[] =>
  [...new Set(services)].sort(
    (a, b) => Object.keys(b.spec.selector).length - Object.keys(a.spec.selector).length,
  );

/** The Service of all pods of the parts, as `catalog` is of catalog-v1 and catalog-v2; else the first that was named. */
const wholeOf = (parts: readonly Service[], services: readonly Service[]): Service =>
  services.find(
    ({ metadata, spec }) =>
      Object.keys(spec.selector).length > 0 &&
      parts.every(
        (own) => own.metadata.namespace === metadata.namespace && matches(spec.selector, own.spec.selector),
      ),
  ) ?? parts[0]!;
