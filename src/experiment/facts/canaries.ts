import { configurationOf } from '../../manifest/configuration.ts';
import { flaggerCanary, isFlaggerCanary } from '../../manifest/flagger-canary.ts';
import type { Deployment, WrittenObject } from '../../manifest/resource.ts';
import { safeWord } from '../../mesh/kubernetes/pod.ts';
import type { Registry } from '../../mesh/kubernetes/registry.ts';
import { templateHash } from '../../mesh/kubernetes/workload-of.ts';
import type { MeshFacts } from '../../record/mesh-facts.ts';

/**
 * Canaries of Flagger, whose controller the model does not have.
 * @param restarted workloads whose templates kubectl gives another annotation, which makes another version of them
 */
export function canariesIn(
  registry: Registry,
  others: readonly WrittenObject[],
  restarted: ReadonlySet<string>,
): Pick<MeshFacts, 'canaries'> {
  const resources = [...registry.entries.values()].map(({ resource }) => resource);
  const canaries = others
    .filter(isFlaggerCanary)
    .map((own) => flaggerCanary(own, resources))
    .map(({ name, target, targetName, isSuspended, isUnderWay, lacks, isShifted }) => ({
      name,
      target: targetName,
      template: target === undefined ? null : versionOf(target, others),
      ...(restarted.has(targetName) ? { restarts: true as const } : {}),
      ...(isSuspended ? { suspended: true as const } : {}),
      underWay: isUnderWay,
      lacks: [...lacks],
      isShifted,
    }));
  return canaries.length === 0 ? {} : { canaries };
}

/** Hash of a template, and of what its ConfigMaps and Secrets say, where there are any. */
function versionOf(target: Deployment, others: readonly WrittenObject[]): string {
  const configuration = configurationOf(target, others);
  const template = templateHash(target);
  return configuration === '' ? template : `${template}-${safeWord(configuration, 10)}`;
}
