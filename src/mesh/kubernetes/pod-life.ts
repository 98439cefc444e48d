import type { DaemonPace, DeploymentStrategy, PodTemplate, StatefulPace } from '../../manifest/resource.ts';
import type { Pod, PodOwner } from './pod.ts';
import type { Refusal } from './workload/disruption-budget.ts';

export type PodChange =
  | 'created'
  | 'waits for room'
  | 'scheduled'
  | 'containers run'
  | 'ready'
  | 'not ready'
  | 'terminating'
  | 'crashed'
  | 'lost'
  | 'gone';

/** One pod's life so far. Times in microseconds; NaN: not yet. */
export interface PodLife {
  /** Another one once it has a node, whose labels it then bears. */
  pod: Pod;
  readonly set: PodSet;
  readonly createdUs: number;
  phase: 'Pending' | 'Running' | 'Gone';
  /** The scheduler has set room aside for it; and the kubelet of its node has taken it over. */
  hasRoom: boolean;
  /** Number of the node; -1: none yet. */
  node: number;
  /** What its controller knows it by: a number of a StatefulSet, the node of a DaemonSet's; '': one of many. */
  readonly key: string;
  isAssigned: boolean;
  /** When the kubelet took it over, and when its containers began to run (the last time). */
  startUs: number;
  containersUs: number;
  ready: boolean;
  readyChangedUs: number;
  deletedUs: number;
  goneUs: number;
  /** When its containers end, done or not; NaN: they need not yet. */
  graceEndsUs: number;
  restarts: number;
  /** Its application has died and is not started again yet. */
  isDown: boolean;
  /** Its application refuses all that comes, which a readiness probe finds out; since when, or since when no more. */
  isRefusing: boolean;
  refusalChangedUs: number;
  /** Its node is: nobody can tell, and nothing that the API server wants of it happens. */
  isLost: boolean;
  /** Crashes since it last ran for ten minutes: they decide how long the kubelet waits. */
  backOffs: number;
  /** A drain asks for its eviction, and is refused it; undefined: none does. */
  eviction?: RefusedEviction | undefined;
  /** Sees to it that what was planned for a container that has died does not happen to the next one. */
  containerGeneration: number;
}

/** What kubectl drain is told each time that it asks, the last time here. */
export interface RefusedEviction extends Refusal {
  readonly node: string;
  /** When it asked first. */
  readonly askedUs: number;
  /** PodDisruptionBudgets that are for the pod. */
  readonly budgets: readonly string[];
}

/** A ReplicaSet: pods of one template. */
export interface PodSet {
  readonly workload: LiveWorkload;
  readonly owner: PodOwner;
  readonly revision: string;
  /** Tells the template from others. */
  readonly fingerprint: string;
  wanted: number;
  /** Rows of the pods that it counts: not deleted. */
  readonly pods: number[];
  /** Asked of the API, not there yet. */
  creating: number;
  /** The same, of pods that have keys. */
  readonly making: Set<string>;
  ordinal: number;
}

/** What is scaled: a Deployment, a Rollout or a ReplicaSet of its own. */
export interface LiveWorkload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels by which autoscalers find its pods, and whatever other pods bear them. */
  readonly selector: Readonly<Record<string, string>>;
  replicas: number;
  strategy: DeploymentStrategy;
  /** Of a StatefulSet, of a DaemonSet. */
  stateful: StatefulPace | undefined;
  daemon: DaemonPace | undefined;
  /** What its last restart wrote into its template; '': there was none. */
  restarted: string;
  /** A Rollout with a canary that somebody has stopped: its numbers of pods stay, and a new template makes none. */
  isHalted: boolean;
  /** `kubectl delete` has taken it away; its pods may not all be gone yet. */
  isDeleted: boolean;
  /** Oldest first; the last is the present template's. */
  readonly sets: PodSet[];
}

export const templateOf = (life: PodLife): PodTemplate => life.set.owner.spec.template;

export const hasSidecar = (life: PodLife): boolean => templateOf(life).injectedProxy.inject !== false;

export const isGateway = (life: PodLife): boolean => templateOf(life).injectedProxy.isGateway === true;

/** A proxy is beside its application, or all of it. */
export const hasProxy = (life: PodLife): boolean => hasSidecar(life) || isGateway(life);

export const minReadyUs = ({ set }: PodLife): number => set.owner.spec.minReadySeconds * 1e6;

/** Ready for minReadySeconds: a rolling update counts on it from then on. */
export const isAvailable = (life: PodLife, nowUs: number): boolean =>
  life.ready && nowUs - life.readyChangedUs >= minReadyUs(life);

export const sidecarName = 'istio-proxy';
