import { fullHost, hostCovers, isWildcard } from '../manifest/host.ts';
import type { Service, VirtualService } from '../manifest/resource.ts';
import { resourcesOf, type Registry } from '../mesh/kubernetes/registry.ts';
import type { MeshFacts, RuleFact } from '../record/mesh-facts.ts';

type Inert = RuleFact['inert'];

/**
 * Why a VirtualService for sidecars alone acts for none of them: no Service or ServiceEntry has its hosts. Who asks for that very name
 * nevertheless (`strayHosts`) has a rule by that. null: something has one.
 * @param calls their rules, where no Service has the name that they ask for.
 */
export function forNothing(
  registry: Registry,
  calls: readonly Pick<MeshFacts['calls'][number], 'rule'>[],
): (own: VirtualService) => Inert {
  const asked = new Set(calls.map(({ rule }) => rule?.split(', ')[0]));
  const services = resourcesOf(registry, 'Service');
  const hosts = [
    ...services.map(({ metadata }) => fullHost(metadata.name, metadata.namespace)),
    ...resourcesOf(registry, 'ServiceEntry').flatMap(({ spec }) => spec.hosts),
  ].map((own) => own.toLowerCase());
  const exact = new Set(hosts);
  const patterns = hosts.filter(isWildcard);
  return ({ metadata: { name, namespace }, spec }) => {
    // A delegate acts where its root does, and visitors of a gateway ask for any name.
    if (spec.hosts.length === 0 || spec.gateways.some((own) => own !== 'mesh')) return null;
    if (asked.has(`VirtualService ${name}.${namespace}`)) return null;
    const named = spec.hosts.map((own) => fullHost(own, namespace).toLowerCase());
    const isKnown = (host: string): boolean =>
      exact.has(host) ||
      patterns.some((own) => hostCovers(own, host)) ||
      (isWildcard(host) && hosts.some((own) => hostCovers(host, own)));
    if (named.some(isKnown)) return null;
    const meant = spec.hosts.flatMap((own) => sameShortName(services, own))[0];
    return {
      by: 'host',
      hosts: named,
      meant: meant === undefined ? null : fullHost(meant.metadata.name, meant.metadata.namespace),
    };
  };
}

/** "web" may be meant for web.default, and "web.default" for web.default.svc.cluster.local. */
function sameShortName(services: readonly Service[], host: string): Service[] {
  const [name = '', inNamespace, ...rest] = host.toLowerCase().split('.');
  if (rest.length > 0 && rest.join('.') !== 'svc') return [];
  return services.filter(
    ({ metadata }) =>
      metadata.name === name && (inNamespace === undefined || metadata.namespace === inNamespace),
  );
}
