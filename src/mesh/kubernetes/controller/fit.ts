import type { PodAmount } from '../../../manifest/resource.ts';
import { isAvailable, type LiveWorkload, type PodLife, type PodSet } from '../pod-life.ts';
import { ofDaemon, takes, type NodeSettings } from '../node.ts';
import { rollingUpdateLimits } from '../workload/rolling-update.ts';
import { daemonStep } from './daemon-step.ts';
import { statefulSteps } from './stateful-step.ts';

/** By what controllers act. */
export interface ControllerHands {
  readonly lives: readonly PodLife[];
  readonly nodes: readonly NodeSettings[];
  /** A ReplicaSet's number: pods are made in batches, or removed by their order. */
  want(set: PodSet, wanted: number, nowUs: number): void;
  /** One pod that is called so, or for the node that is. */
  make(set: PodSet, key: string, nowUs: number): void;
  remove(row: number, nowUs: number): void;
  /** Look once more, when this look is over. */
  again(workload: LiveWorkload): void;
}

/** One look of a workload's controller. */
export function fit(workload: LiveWorkload, hands: ControllerHands, nowUs: number): void {
  if (workload.stateful !== undefined) fitStateful(workload, hands, nowUs);
  else if (workload.daemon !== undefined) fitDaemon(workload, hands, nowUs);
  else if (workload.kind === 'BarePod') fitBarePod(workload, hands, nowUs);
  else fitReplicaSets(workload, hands, nowUs);
}

/** One look of the controllers; a changed template moves over as far as the strategy allows. */
function fitReplicaSets(workload: LiveWorkload, hands: ControllerHands, nowUs: number): void {
  const { sets, replicas, strategy } = workload;
  const old = sets.slice(0, -1);
  const newest = sets[sets.length - 1]!;
  if (workload.isHalted) {
    for (const set of sets) hands.want(set, set.wanted, nowUs);
    return;
  }
  if (workload.kind === 'Rollout') {
    // The stable set follows the number of replicas; a canary beside it has the number that its strategy says.
    for (const set of old) hands.want(set, replicas, nowUs);
    hands.want(newest, old.length === 0 ? replicas : newest.wanted, nowUs);
    return;
  }
  if (workload.kind === 'ReplicaSet') {
    // It counts pods, of whatever template: another one is for those to come (pkg/controller/replicaset, manageReplicas).
    let left = replicas;
    for (const set of old) {
      const keeps = Math.min(set.pods.length + set.creating, left);
      hands.want(set, keeps, nowUs);
      left -= keeps;
    }
    hands.want(newest, left, nowUs);
    return;
  }
  const oldCount = old.reduce((sum, set) => sum + set.pods.length + set.creating, 0);
  if (oldCount === 0) {
    hands.want(newest, replicas, nowUs);
    return;
  }
  if (strategy.type === 'Recreate') {
    for (const set of old) hands.want(set, 0, nowUs);
    return;
  }
  const limits = rollingUpdateLimits(replicas, {
    maxSurge: amountText(strategy.maxSurge),
    maxUnavailable: amountText(strategy.maxUnavailable),
  });
  const newCount = newest.pods.length + newest.creating;
  const roomForNew = Math.max(0, replicas + limits.surge - (oldCount + newCount));
  hands.want(newest, Math.min(replicas, newCount + roomForNew), nowUs);
  const isReady = (row: number): boolean => isAvailable(hands.lives[row]!, nowUs);
  const available = sets.reduce((sum, set) => sum + set.pods.filter(isReady).length, 0);
  let spare = available - (replicas - limits.unavailable);
  for (const set of old) {
    const unready = set.pods.filter((row) => !isReady(row)).length;
    const goes = Math.min(set.pods.length, Math.max(0, spare) + unready);
    spare -= goes - Math.min(goes, unready);
    hands.want(set, set.pods.length - goes, nowUs);
    // What goes leaves room for new ones at once (rolling.go: the next sync scales the new ReplicaSet up again).
    if (goes > 0) hands.again(workload);
  }
}

const amountText = (amount: PodAmount): number | string =>
  'count' in amount ? amount.count : `${amount.percent}%`;

/** Pods with a key each that are there, or whose name or node is taken until they are gone. */
const keyed = ({ lives }: ControllerHands, workload: LiveWorkload): number[] =>
  lives.flatMap(({ set, phase, deletedUs, isLost }, row) =>
    // Whoever is on a node that is lost is never known to be gone: nobody may take the name.
    set.workload === workload && (phase !== 'Gone' || (isLost && !Number.isNaN(deletedUs))) ? [row] : [],
  );

function fitStateful(workload: LiveWorkload, hands: ControllerHands, nowUs: number): void {
  const newest = workload.sets.at(-1)!;
  const old = workload.sets.at(-2);
  const rows = keyed(hands, workload);
  const making = workload.sets.flatMap((set) => [...set.making]);
  const pods = [
    ...rows.map((row) => {
      const life = hands.lives[row]!;
      return {
        ordinal: Number(life.key),
        isNew: life.set === newest,
        isAvailable: isAvailable(life, nowUs),
        isLeaving: !Number.isNaN(life.deletedUs),
      };
    }),
    ...making.map((key) => ({ ordinal: Number(key), isNew: true, isAvailable: false, isLeaving: false })),
  ];
  for (const step of statefulSteps(pods, workload.replicas, workload.stateful!, old !== undefined)) {
    if ('make' in step) hands.make(step.isNew ? newest : old!, String(step.make), nowUs);
    else {
      const row = rows.find((own) => {
        const { key, deletedUs } = hands.lives[own]!;
        return Number(key) === step.remove && Number.isNaN(deletedUs);
      });
      if (row !== undefined) hands.remove(row, nowUs);
    }
  }
}

/** Nodes that a DaemonSet fits; cordoned ones take its pods, too. */
const nodesFor = (workload: LiveWorkload, { nodes }: ControllerHands): string[] =>
  nodes
    .filter((node) => takes(node, ofDaemon(workload.sets.at(-1)!.owner.spec.template)))
    .map(({ name }) => name);

function fitDaemon(workload: LiveWorkload, hands: ControllerHands, nowUs: number): void {
  const newest = workload.sets.at(-1)!;
  const { onDelete, maxUnavailable } = workload.daemon!;
  const nodes = workload.isDeleted ? [] : nodesFor(workload, hands);
  workload.replicas = nodes.length;
  const most =
    'count' in maxUnavailable
      ? maxUnavailable.count
      : Math.ceil((maxUnavailable.percent * nodes.length) / 100);
  const pods = [
    ...keyed(hands, workload).map((row) => {
      const life = hands.lives[row]!;
      return {
        row,
        node: life.key,
        isNew: life.set === newest,
        isAvailable: isAvailable(life, nowUs),
        isLeaving: !Number.isNaN(life.deletedUs),
      };
    }),
    ...workload.sets.flatMap((set) =>
      Array.from(set.making, (node) => ({
        row: -1,
        node,
        isNew: true,
        isAvailable: false,
        isLeaving: false,
      })),
    ),
  ];
  const { make, remove } = daemonStep(pods, nodes, onDelete ? 0 : most);
  for (const row of remove) if (row >= 0) hands.remove(row, nowUs);
  for (const node of make) hands.make(newest, node, nowUs);
}

/** It is made once. */
function fitBarePod(workload: LiveWorkload, hands: ControllerHands, nowUs: number): void {
  const set = workload.sets[0]!;
  if (workload.isDeleted) for (const row of [...set.pods]) hands.remove(row, nowUs);
  else if (set.ordinal === 0 && set.making.size === 0) hands.make(set, workload.name, nowUs);
}

/** What a workload's pods are called by, of those of the start. */
export function keysAtStart(
  workload: LiveWorkload,
  set: PodSet,
  hands: ControllerHands,
): (string | undefined)[] {
  if (workload.daemon !== undefined) return nodesFor(workload, hands);
  if (workload.kind === 'BarePod') return [workload.name];
  return Array.from({ length: set.wanted }, (_, index) =>
    workload.stateful === undefined ? undefined : String(workload.stateful.start + index),
  );
}

/** What a pod with a key is called; undefined: as chance has it. */
export const nameOf = ({ workload, owner }: PodSet, key: string | undefined): string | undefined =>
  key === undefined || workload.daemon !== undefined
    ? undefined
    : workload.stateful === undefined
      ? key
      : `${owner.metadata.name}-${key}`;

/** What the controller of a StatefulSet adds to the labels of each of its pods (stateful_set_utils.go, updateIdentity). */
export const identityLabels = (
  { workload, owner }: PodSet,
  key: string | undefined,
): Readonly<Record<string, string>> =>
  key === undefined || workload.stateful === undefined
    ? {}
    : {
        'statefulset.kubernetes.io/pod-name': `${owner.metadata.name}-${key}`,
        'apps.kubernetes.io/pod-index': key,
      };
