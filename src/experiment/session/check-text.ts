import { analyze } from '../../manifest/analyze.ts';
import { parseManifests } from '../../manifest/parse.ts';
import type { Problem } from '../../manifest/problem.ts';
import type { Resource } from '../../manifest/resource.ts';
import { applyResources, type Registry } from '../../mesh/kubernetes/registry.ts';

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
  return { problems: [...problems, ...told], weights: weightsOf(manifest.resources, service) };
}

function weightsOf(resources: readonly Resource[], service: string): CheckedText['weights'] {
  const [rule, ...others] = resources;
  if (rule?.kind !== 'VirtualService' || others.length > 0) return undefined;
  const { hosts, http } = rule.spec;
  if (!hosts.some((host) => host.split('.')[0] === service.split('.')[0])) return undefined;
  const [first] = http;
  if (http.length !== 1 || first!.match.length > 0 || first!.route.length === 0) return undefined;
  const shares = new Map<string, number>();
  for (const { destination, weight } of first!.route) {
    const version = destination.subset ?? destination.host;
    shares.set(version, (shares.get(version) ?? 0) + (first!.route.length === 1 ? 100 : weight));
  }
  return Object.fromEntries(shares);
}
