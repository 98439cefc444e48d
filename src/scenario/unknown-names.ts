import { didYouMean } from '../manifest/did-you-mean.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';
import type { Manifest, Resource } from '../manifest/resource.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import { entranceOf } from '../mesh/istiod/entrance.ts';
import { deployedFor } from '../mesh/istiod/gateway-deployment.ts';
import { nodeOf, topology } from '../mesh/kubernetes/node.ts';
import { atPlace } from './at-place.ts';
import { kubernetesOf } from './kubernetes-of.ts';
import type { ScenarioText } from './schema.ts';
import { plannedOf } from './timeline.ts';

/**
 * Entries of the timeline about a workload or a node that nothing else names.
 * @param refused names of what is written in manifests, with mistakes.
 */
export function unknownNames(
  file: string,
  document: LocatedDocument,
  spec: ScenarioText['spec'],
  resources: readonly Resource[],
  refused: ReadonlySet<string>,
): Problem[] {
  const names = [...resources, ...resources.flatMap(deployedFor)]
    .filter(isWorkload)
    .map((own) => own.metadata.name);
  const assumed = [undefined, ...spec.traffic.map((entry) => entry.gateway)].flatMap((own) => {
    const entrance = entranceOf(resources, own);
    return entrance?.assumed === undefined ? [] : [entrance.workload];
  });
  const nodes = [...kubernetesOf(spec).nodes, ...resources.filter((own) => own.kind === 'Node').map(nodeOf)];
  const zones = nodes.flatMap(({ labels }) => labels[topology[1]] ?? []);
  return spec.timeline.flatMap((entry, index) => {
    const { verb, workload, node, zone, mayBeGateway } = plannedOf(entry);
    const unknown = (what: string, field: string, name: string, known: readonly string[]): Problem[] => {
      const near = didYouMean(name, known);
      return [
        atPlace(file, document, ['spec', 'timeline', index, verb, field], {
          severity: 'error',
          code: 'MS2007',
          message: `${what} is called "${name}" in the manifests`,
          file,
          ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
        }),
      ];
    };
    if (node !== undefined && nodes.every((own) => own.name !== node))
      return unknown(
        'no node',
        'node',
        node,
        nodes.map(({ name }) => name),
      );
    if (zone !== undefined && !zones.includes(zone)) return unknown('no zone of a node', 'zone', zone, zones);
    // Why it is not there has been told.
    if (workload === undefined || names.includes(workload) || refused.has(workload)) return [];
    return mayBeGateway && assumed.includes(workload)
      ? []
      : unknown('no workload', 'workload', workload, names);
  });
}

/** Workloads that traffic is to come from and that are not there at the start, each once. */
export function unknownCallers(
  file: string,
  document: LocatedDocument,
  { traffic }: ScenarioText['spec'],
  resources: readonly Resource[],
  refused: ReadonlySet<string>,
): Problem[] {
  const names = resources.filter(isWorkload).map((own) => own.metadata.name);
  const unknown = new Map<string, { readonly index: number; readonly entries: string[] }>();
  for (const [index, { from, name }] of traffic.entries()) {
    if (from === undefined || names.includes(from) || refused.has(from)) continue;
    const known = unknown.get(from) ?? { index, entries: [] };
    known.entries.push(name);
    unknown.set(from, known);
  }
  return [...unknown].map(([from, { index, entries }]) => {
    // A Deployment is mostly called as its application and a version.
    const near = didYouMean(from, names) ?? names.find((own) => own.startsWith(`${from}-`));
    const others = entries.length === 1 ? '' : `: ${entries.length} entries of traffic are to come from it`;
    return atPlace(file, document, ['spec', 'traffic', index, 'from'], {
      severity: 'error',
      code: 'MS2011',
      message: `no workload is called "${from}" in the manifests${others}`,
      file,
      ...(near === undefined ? {} : { hint: `did you mean ${near}?` }),
    });
  });
}

/** Names of the workloads, or Services, that are written with mistakes, which are told. */
export const refusedNames = (
  manifests: readonly Pick<Manifest, 'others'>[],
  kinds: readonly string[],
): ReadonlySet<string> =>
  new Set(
    manifests.flatMap(({ others }) =>
      others.flatMap(({ kind, metadata }) => (kinds.includes(kind) ? [metadata.name] : [])),
    ),
  );

/** Kinds of workloads of which a run has pods. */
export const workloadKinds = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Rollout'] as const;
