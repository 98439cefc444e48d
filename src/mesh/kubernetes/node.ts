import type { Node, PodTemplate, Taint, Toleration } from '../../manifest/resource.ts';
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
  readonly taints: readonly Taint[];
  /** It takes no new pods. */
  readonly cordoned: boolean;
}

/** Where nobody says what nodes there are: one that has room for all, and is nowhere. */
export const theOnlyNode: NodeSettings = {
  name: '',
  labels: {},
  room: endlessRoom,
  taints: [],
  cordoned: false,
};

export const nodeOf = ({ metadata, spec }: Node): NodeSettings => ({
  name: metadata.name,
  labels: spec.labels,
  room: {
    cpuMilli: spec.cpuMilli ?? Infinity,
    memoryBytes: spec.memoryBytes ?? Infinity,
    pods: spec.podsMax ?? Infinity,
  },
  taints: spec.taints ?? [],
  cordoned: spec.unschedulable === true,
});

/** Whether a pod may run there at all, room or not. */
export const takes = (
  { name, labels, taints }: Pick<NodeSettings, 'name' | 'labels' | 'taints'>,
  { nodeName, nodeSelector, tolerations }: Pick<PodTemplate, 'nodeName' | 'nodeSelector' | 'tolerations'>,
): boolean =>
  name === '' ||
  ((nodeName === undefined || nodeName === name) &&
    matches(nodeSelector, { [hostname]: name, ...labels }) &&
    taints.every((own) => own.effect === 'PreferNoSchedule' || isTolerated(own, tolerations)));

/** Taints that are to keep a pod away if there is another node. */
export const dislikedBy = (
  { taints }: Pick<NodeSettings, 'taints'>,
  { tolerations }: Pick<PodTemplate, 'tolerations'>,
): number =>
  taints.filter((own) => own.effect === 'PreferNoSchedule' && !isTolerated(own, tolerations)).length;

/** core/v1 helper, ToleratesTaint. */
const isTolerated = (taint: Taint, tolerations: readonly Toleration[] = []): boolean =>
  tolerations.some(
    ({ key = taint.key, value = taint.value, effect = taint.effect }) =>
      key === taint.key && value === taint.value && effect === taint.effect,
  );

/** The DaemonSet controller lets its pods put up with what befalls nodes (pkg/controller/daemon/util, AddOrUpdateDaemonPodTolerations). */
const ofDaemons: readonly Toleration[] = [
  'not-ready',
  'unreachable',
  'disk-pressure',
  'memory-pressure',
  'pid-pressure',
].map((own) => ({ key: `node.kubernetes.io/${own}` }));

/** A template as a DaemonSet's controller completes it. */
export const ofDaemon = <T extends Pick<PodTemplate, 'tolerations'>>(template: T): T => ({
  ...template,
  tolerations: [...(template.tolerations ?? []), ...ofDaemons],
});

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
