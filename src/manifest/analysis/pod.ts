import type { Cursor } from '../cursor.ts';
import { matches, type Labels } from '../labels.ts';
import type { Written } from './written.ts';

/** A pod as it is written, or as a workload's template would make it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Kinds that keep pods of a template. */
const keepers: readonly (readonly [group: string, kind: string])[] = [
  ['apps', 'Deployment'],
  ['apps', 'ReplicaSet'],
  ['apps', 'StatefulSet'],
  ['apps', 'DaemonSet'],
  ['argoproj.io', 'Rollout'],
];

export function podsOf(written: (group: string, kind: string) => readonly Written[]): readonly Pod[] {
  const nodes = new Map(written('', 'Node').map((own) => [own.name, own.object.metadata.labels]));
  const bare = written('', 'Pod').map(({ object, namespace, name, spec }) => ({
    namespace,
    name,
    labels: { ...object.metadata.labels, ...topologyOf(nodes.get(spec.at('nodeName').text ?? '')) },
    annotations: object.metadata.annotations,
  }));
  const kept = keepers.flatMap(([group, kind]) =>
    written(group, kind).map(({ namespace, name, spec }) => {
      const metadata = spec.at('template', 'metadata');
      return { namespace, name, ...labelled(metadata) };
    }),
  );
  return [...bare, ...kept];
}

const labelled = (metadata: Cursor): Pick<Pod, 'labels' | 'annotations'> => ({
  labels: metadata.at('labels').textMap,
  annotations: metadata.at('annotations').textMap,
});

/** istiod gives endpoints the place of their node as labels; an empty one it does not (pkg/util/label, AugmentLabels). */
const topologyOf = (labels: Labels | undefined): Labels =>
  Object.fromEntries(
    ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone', 'topology.istio.io/subzone'].flatMap(
      (key) => {
        const value = labels?.[key];
        return value === undefined || value === '' ? [] : [[key, value]];
      },
    ),
  );

/** Pods by their labels: those that a selector with labels finds, without a look at all the others. */
export function podFinder(pods: readonly Pod[]): (selector: Labels) => readonly Pod[] {
  const byLabel = new Map<string, Pod[]>();
  for (const pod of pods) {
    for (const [key, value] of Object.entries(pod.labels)) {
      const label = `${key}=${value}`;
      const known = byLabel.get(label);
      if (known === undefined) byLabel.set(label, [pod]);
      else known.push(pod);
    }
  }
  return (selector) => {
    const lists = Object.entries(selector).map(([key, value]) => byLabel.get(`${key}=${value}`) ?? []);
    const [shortest] = lists.sort((a, b) => a.length - b.length);
    return shortest === undefined ? pods : shortest.filter(({ labels }) => matches(selector, labels));
  };
}
