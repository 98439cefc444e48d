import { fullHost } from '../host.ts';
import {
  hostsOf,
  listOf,
  mapOf,
  namesIn,
  namespaceOf,
  resourcesOf,
  specOf,
  type Data,
  type Placed,
  type Written,
} from './written.ts';

/** A rule's destination as it is written, in the list of those that it is weighed against. */
export interface PlacedDestination {
  readonly entry: Data;
  readonly list: Data[];
  readonly rule: Placed;
  /** The Service as a record calls it, and the subset where one is named. */
  readonly service: string;
  readonly subset: string | undefined;
}

/** Destinations of all rules (VirtualServices and HTTPRoutes), mirrors not. */
export function destinationsIn(written: Written): PlacedDestination[] {
  const rules = resourcesOf(written, 'VirtualService', 'HTTPRoute');
  const names = namesIn(written);
  return rules.flatMap((rule) =>
    routesIn(rule).flatMap((list) =>
      list.map((entry): PlacedDestination => {
        const { host, subset } = mapOf(entry['destination'] ?? { host: entry['name'] });
        const namespace = String(entry['namespace'] ?? namespaceOf(rule));
        return {
          ...{ entry, list, rule },
          service: names.ofName(fullHost(String(host ?? ''), namespace)),
          subset: typeof subset === 'string' ? subset : undefined,
        };
      }),
    ),
  );
}

function routesIn(rule: Placed): Data[][] {
  const spec = specOf(rule);
  if (rule.resource['kind'] === 'HTTPRoute')
    return listOf(spec['rules']).map((own) => listOf(own['backendRefs']));
  return [...listOf(spec['http']), ...listOf(spec['tcp'])].map((own) => listOf(own['route']));
}

/** Whether a destination is a version as a record calls it: a subset of the Service, or a Service of its own. */
export const isVersion = (
  { service, subset }: PlacedDestination,
  wanted: { readonly service: string; readonly version: string },
): boolean =>
  subset === undefined ? service === wanted.version : subset === wanted.version && service === wanted.service;

/** DestinationRules of a Service, and of versions of it that are Services of their own. */
export function destinationRulesOf(
  written: Written,
  service: string,
  versions: readonly string[] = [],
): Placed[] {
  const isHost = hostsOf(written);
  return resourcesOf(written, 'DestinationRule').filter((own) =>
    [service, ...versions].some((each) => isHost(specOf(own)['host'], namespaceOf(own), each)),
  );
}

/** Policies of a DestinationRule: the common one, those of its ports and of its subsets. */
export function policiesIn(rule: Placed): Data[] {
  const spec = specOf(rule);
  const own = [spec, ...listOf(spec['subsets'])].flatMap(({ trafficPolicy }) =>
    trafficPolicy === undefined ? [] : [mapOf(trafficPolicy)],
  );
  return own.flatMap((policy) => [policy, ...listOf(policy['portLevelSettings'])]);
}

/** Routes of http rules for a Service: those of VirtualServices that are for it by name or send to it. */
export function httpRoutesOf(written: Written, service: string): Data[] {
  const isHost = hostsOf(written);
  return resourcesOf(written, 'VirtualService').flatMap((rule) => {
    const spec = specOf(rule);
    const hosts = Array.isArray(spec['hosts']) ? (spec['hosts'] as unknown[]) : [];
    const isFor = hosts.some((own) => isHost(own, namespaceOf(rule), service));
    return listOf(spec['http']).filter(
      (route) =>
        isFor ||
        listOf(route['route']).some((own) =>
          isHost(mapOf(own['destination'])['host'], namespaceOf(rule), service),
        ),
    );
  });
}
