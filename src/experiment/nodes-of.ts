import { nodeOf, type NodeSettings } from '../mesh/kubernetes/node.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The nodes that a run begins with, by its settings and by its manifests; none: nobody says. */
export const nodesOf = ({
  kubernetes,
  manifests,
}: Pick<Scenario, 'kubernetes' | 'manifests'>): NodeSettings[] => [
  ...kubernetes.nodes,
  ...manifests.filter((own) => own.kind === 'Node').map(nodeOf),
];
