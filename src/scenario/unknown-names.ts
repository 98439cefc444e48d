import { didYouMean } from '../manifest/did-you-mean.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';
import type { Resource } from '../manifest/resource.ts';
import { isWorkload } from '../manifest/scale-target.ts';
import { entranceOf } from '../mesh/istiod/entrance.ts';
import { deployedFor } from '../mesh/istiod/gateway-deployment.ts';
import { nodeOf, topology } from '../mesh/kubernetes/node.ts';
import { atPlace } from './at-place.ts';
import { kubernetesOf } from './kubernetes-of.ts';
import type { ScenarioText } from './schema.ts';
import { plannedOf } from './timeline.ts';

/** Entries of the timeline about a workload or a node that nothing else names. */
export function unknownNames(
  file: string,
  document: LocatedDocument,
  spec: ScenarioText['spec'],
  resources: readonly Resource[],
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
    if (workload === undefined || names.includes(workload)) return [];
    return mayBeGateway && assumed.includes(workload)
      ? []
      : unknown('no workload', 'workload', workload, names);
  });
}
