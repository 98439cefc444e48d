import type { Node } from '../../manifest/resource.ts';
import { matches } from '../../manifest/labels.ts';
import { endlessRoom, type Room } from './room.ts';

type Labels = Readonly<Record<string, string>>;

/** A machine that pods run on. */
export interface NodeSettings {
  readonly name: string;
  /** Region, zone and the like, and whatever else pods may choose it by. */
  readonly labels: Labels;
  /** Requests of pods that it can hold, and how many pods. */
  readonly room: Room;
  /** It takes no new pods. */
  readonly cordoned: boolean;
}

/** Where nobody says what nodes there are: one that has room for all, and is nowhere. */
export const theOnlyNode: NodeSettings = { name: '', labels: {}, room: endlessRoom, cordoned: false };

export const nodeOf = ({ metadata, spec }: Node): NodeSettings => ({
  name: metadata.name,
  labels: spec.labels,
  room: {
    cpuMilli: spec.cpuMilli ?? Infinity,
    memoryBytes: spec.memoryBytes ?? Infinity,
    pods: spec.podsMax ?? Infinity,
  },
  cordoned: spec.unschedulable === true,
});

/** Whether a pod may run there at all, room or not. */
export const takes = (
  { name, labels }: Pick<NodeSettings, 'name' | 'labels'>,
  { nodeName, nodeSelector }: { readonly nodeName?: string; readonly nodeSelector: Labels },
): boolean =>
  name === '' ||
  ((nodeName === undefined || nodeName === name) && matches(nodeSelector, { [hostname]: name, ...labels }));

export const hostname = 'kubernetes.io/hostname';
/** Labels of a node that say where it is. Kubernetes copies the first two to its pods, istiod adds the others to what it knows. */
export const topology = [
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
] as const;

/** What a pod's labels say more once it has a node. */
export const labelsFrom = ({ name, labels }: NodeSettings): Labels =>
  name === ''
    ? {}
    : {
        ...Object.fromEntries(
          topology.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])),
        ),
        [hostname]: name,
      };
