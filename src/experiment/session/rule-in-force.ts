import { fullHost } from '../../manifest/host.ts';
import { parseManifests } from '../../manifest/parse.ts';
import type { Resource } from '../../manifest/resource.ts';
import { serviceNames } from '../../manifest/service-names.ts';
import { changedResource, manifestText } from '../../manifest/write.ts';
import { resourcesOf, type Registry } from '../../mesh/kubernetes/registry.ts';

/** The VirtualService for callers of a service as one would apply it again; undefined: there is none. */
export function ruleInForce(registry: Registry, service: string): string | undefined {
  const names = serviceNames([...registry.entries.values()].map(({ resource }) => resource));
  const own = resourcesOf(registry, 'VirtualService').find(({ spec, metadata }) =>
    spec.hosts.some((host) => names.ofName(fullHost(host, metadata.namespace)) === service),
  );
  return own === undefined ? undefined : manifestText(own.source as Readonly<Record<string, unknown>>);
}

/** A rule of weights for a service, where nobody has written one yet. */
export const newRule = (service: string, weights: Readonly<Record<string, number>>): string =>
  manifestText({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name: service },
    spec: { hosts: [service], http: [{ route: routeOf(service, weights) }] },
  });

/**
 * The same text with other weights: destinations that get nothing and were not there are left out. A text that is no rule of weights
 * becomes one.
 */
export function withWeights(
  text: string,
  service: string,
  weights: Readonly<Record<string, number>>,
): string {
  const { manifest } = parseManifests([{ file: 'rule.yaml', text }]);
  const [rule, ...others] = manifest.resources;
  if (rule?.kind !== 'VirtualService' || others.length > 0) return newRule(service, weights);
  return changedResource(rule as Resource, 'rule.yaml', (source) => {
    const spec = source['spec'] as { http?: { route?: { destination?: Destination }[] }[] };
    const [first] = spec.http ?? [];
    const known = new Map(first?.route?.map(({ destination }) => [nameOf(destination), destination]));
    const route = Object.entries(weights).flatMap(([version, weight]) =>
      weight > 0 || known.has(version)
        ? [{ destination: known.get(version) ?? { host: service, subset: version }, weight }]
        : [],
    );
    spec.http = [{ ...first, route }, ...(spec.http ?? []).slice(1)];
  }).text;
}

interface Destination {
  readonly host?: string;
  readonly subset?: string;
}

const nameOf = (own: Destination | undefined): string => own?.subset ?? own?.host ?? '';

const routeOf = (service: string, weights: Readonly<Record<string, number>>): object[] =>
  Object.entries(weights).flatMap(([subset, weight]) =>
    weight > 0 ? [{ destination: { host: service, subset }, weight }] : [],
  );
