import { immutableProblems } from '../../manifest/analysis/immutable.ts';
import { analyze } from '../../manifest/analyze.ts';
import { fullHost } from '../../manifest/host.ts';
import { serviceNames } from '../../manifest/service-names.ts';
import { parseManifests } from '../../manifest/parse.ts';
import type { Problem } from '../../manifest/problem.ts';
import type { Resource } from '../../manifest/resource.ts';
import { applyResources, resourceKey, type Registry } from '../../mesh/kubernetes/registry.ts';

/** What is wrong with a text that somebody is about to apply, and what its rule gives each version. */
export interface CheckedText {
  readonly problems: readonly Problem[];
  /** Percent by version, where the text is one rule of weights for the service; undefined: it is none. */
  readonly weights: Readonly<Record<string, number>> | undefined;
}

/** @param service the one whose split it is about. @param registry what the API server holds now. */
export function checkText(text: string, file: string, service: string, registry: Registry): CheckedText {
  const { manifest, problems } = parseManifests([{ file, text }]);
  const then = applyResources(registry, manifest.resources, 0).registry;
  const all = [...then.entries.values()].map(({ resource }) => resource);
  const told = analyze(all, manifest.others).filter((own) => own.file === file);
  const names = serviceNames(all);
  const isMeant = (host: string, namespace: string): boolean =>
    names.ofName(fullHost(host, namespace)) === service;
  const refused = manifest.resources.flatMap((own) =>
    immutableProblems(registry.entries.get(resourceKey(own))?.resource, own),
  );
  return { problems: [...problems, ...refused, ...told], weights: weightsOf(manifest.resources, isMeant) };
}

function weightsOf(
  resources: readonly Resource[],
  isMeant: (host: string, namespace: string) => boolean,
): CheckedText['weights'] {
  const [rule, ...others] = resources;
  if (rule?.kind !== 'VirtualService' || others.length > 0) return undefined;
  const { hosts, http } = rule.spec;
  if (!hosts.some((host) => isMeant(host, rule.metadata.namespace))) return undefined;
  const [only, ...more] = http;
  if (only === undefined || more.length > 0 || (only.match?.length ?? 0) > 0) return undefined;
  const { route } = only;
  if (route.length === 0) return undefined;
  const shares = new Map<string, number>();
  for (const { destination, weight } of route) {
    const version = destination.subset ?? destination.host;
    shares.set(version, (shares.get(version) ?? 0) + (route.length === 1 ? 100 : (weight ?? 0)));
  }
  return Object.fromEntries(shares);
}
