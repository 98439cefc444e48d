import type { Resource } from '../manifest/resource.ts';
import { serviceNames } from '../manifest/service-names.ts';

/** What a word of a scenario means: how a record calls it, or what is wrong with the word. */
export type NamedService = { readonly called: string } | { readonly problem: string };

/**
 * By `web`, where one namespace alone has it, by `web.shop` and by its full name a Service; by its name a host of a
 * ServiceEntry.
 */
export function namedService(word: string, resources: readonly Resource[]): NamedService {
  const names = serviceNames(resources);
  const place = names.find(word);
  if (place !== undefined) return { called: names.ofPlace(place) };
  const host = word.toLowerCase();
  if (resources.some((own) => own.kind === 'ServiceEntry' && own.spec.hosts.includes(host)))
    return { called: names.ofName(host) };
  const namesakes = resources.flatMap((own) =>
    own.kind === 'Service' && own.metadata.name === word ? [names.ofPlace(own.metadata)] : [],
  );
  const several = [...new Set(namesakes)].sort().join(' or ');
  return {
    problem:
      several === ''
        ? `no Service is called "${word}" in the manifests`
        : `several namespaces have a Service called "${word}": write ${several}`,
  };
}
