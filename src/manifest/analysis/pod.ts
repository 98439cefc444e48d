import { byLabels } from '../by-labels.ts';
import type { Cursor } from '../cursor.ts';
import { matches, type Labels } from '../labels.ts';
import type { Written } from './written.ts';

/** A pod as it is written, or as a workload's template would make it. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Of a StatefulSet: by how many its pods are numbered, and from where on. */
  readonly numbered?: { readonly start: number; readonly count: number };
  /** What nodes that its pods may run on say of their place. */
  readonly places?: readonly Labels[];
}

const podName = 'statefulset.kubernetes.io/pod-name';
const podIndex = 'apps.kubernetes.io/pod-index';
const hostname = 'kubernetes.io/hostname';
const topology = [
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
];
/** Labels that a pod may have without its template saying so. */
const laterLabels = new Set([podName, podIndex, hostname, ...topology]);

/** Kinds that keep pods of a template. */
export const keepers: readonly (readonly [group: string, kind: string])[] = [
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
    written(group, kind).map(({ namespace, name, spec }): Pod => {
      const template = spec.at('template');
      return {
        namespace,
        name,
        ...labelled(template.at('metadata')),
        ...(kind === 'StatefulSet'
          ? {
              numbered: {
                start: spec.at('ordinals', 'start').number ?? 0,
                count: spec.at('replicas').number ?? 1,
              },
            }
          : {}),
        places: placesOf(template.at('spec'), nodes),
      };
    }),
  );
  return [...bare, ...kept];
}

const labelled = (metadata: Cursor): Pick<Pod, 'labels' | 'annotations'> => ({
  labels: metadata.at('labels').textMap,
  annotations: metadata.at('annotations').textMap,
});

/** Places of the nodes that a template's pods may run on. */
const placesOf = (spec: Cursor, nodes: ReadonlyMap<string, Labels>): Labels[] =>
  [...nodes].flatMap(([name, labels]) =>
    [undefined, '', name].includes(spec.at('nodeName').text) &&
    matches(spec.at('nodeSelector').textMap, { [hostname]: name, ...labels })
      ? [{ ...topologyOf(labels), [hostname]: name }]
      : [],
  );

/** istiod gives endpoints the place of their node as labels; an empty one it does not (pkg/util/label, AugmentLabels). */
const topologyOf = (labels: Labels | undefined): Labels =>
  Object.fromEntries(
    topology.flatMap((key) => {
      const value = labels?.[key];
      return value === undefined || value === '' ? [] : [[key, value]];
    }),
  );

/** What labels of pods are known by; the name is that of what keeps them. */
export type Labelled = Pick<Pod, 'name' | 'labels' | 'numbered' | 'places'>;

/** Whether one of its pods has, or may come to have, all of these labels. */
export function mayHave({ name, labels, numbered, places = [] }: Labelled, wanted: Labels): boolean {
  const rest = Object.entries(wanted).filter(([key, value]) => labels[key] !== value);
  if (rest.length === 0) return true;
  const numbers: (string | undefined)[] = [];
  const place: [key: string, value: string][] = [];
  for (const [key, value] of rest) {
    if (key === podIndex) numbers.push(value);
    else if (key === podName)
      numbers.push(value.startsWith(`${name}-`) ? value.slice(name.length + 1) : undefined);
    else place.push([key, value]);
  }
  return (
    numbers.every((own) => own === numbers[0] && isNumberOf(own, numbered)) &&
    (place.length === 0 || places.some((own) => matches(Object.fromEntries(place), own)))
  );
}

const isNumberOf = (text: string | undefined, numbered: Pod['numbered']): boolean =>
  text !== undefined &&
  numbered !== undefined &&
  /^(0|[1-9]\d*)$/.test(text) &&
  Number(text) >= numbered.start &&
  Number(text) < numbered.start + numbered.count;

/** Pods that have, or may come to have, the labels of a selector; one that asks for none finds all. */
export function podFinder<Own extends Labelled>(pods: readonly Own[]): (selector: Labels) => readonly Own[] {
  const having = byLabels(pods, ({ labels }) => labels);
  return (selector) => {
    const written = Object.entries(selector).filter(([key]) => !laterLabels.has(key));
    return having(Object.fromEntries(written)).filter((own) => mayHave(own, selector));
  };
}
