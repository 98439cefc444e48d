import { refill, type Copies } from '../../kernel/copies.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import type { Stream } from '../../kernel/chance.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Stations } from '../app/stations.ts';
import { Kubelet, type KubeletHost } from './kubelet.ts';
import { fit, identityLabels, keysAtStart, nameOf, type ControllerHands } from './controller/fit.ts';
import type { EndpointState } from './endpoint-slices.ts';
import { labelsFrom, type NodeSettings } from './node.ts';
import type { MetricsServer } from './metrics/metrics-server.ts';
import { type LiveWorkload, type PodChange, type PodLife, type PodSet } from './pod-life.ts';
import { podOf, type Pod } from './pod.ts';
import { Scheduler } from './scheduler.ts';
import type { KubernetesSettings } from './settings.ts';
import { podBatches } from './workload/pod-batches.ts';
import { podsToRemove, type RemovablePod } from './workload/scale-down-order.ts';

/** What a workload's pods do to the rest of the mesh. */
export interface WorkloadsHost extends Pick<
  KubeletHost,
  'startProxy' | 'stopProxy' | 'proxiesStartFromUs' | 'podDied'
> {
  /** A pod exists, its applications do not run yet; its row. */
  addPod(pod: Pod): number;
  /** It has a node, and bears labels of it. */
  podPlaced(row: number, pod: Pod): void;
  /** It has become fit to be an endpoint, or is not any more. */
  endpointChanged(row: number, state: EndpointState, nowUs: number): void;
  podChanged(row: number, what: PodChange, nowUs: number): void;
}

/**
 * The controllers of workloads (`controller/fit.ts` has what each does): they turn a number of replicas into pods that come and go. Where
 * a pod runs is the scheduler's matter, what becomes of it there the kubelet's.
 *
 *   replicas -> created -> [room?] -> scheduled -> ... -> Ready -> endpoint
 *
 * Simplification: a number of replicas that changes during a rolling update goes to the new ReplicaSet as far as the surge
 * allows, where Kubernetes spreads it over both.
 */
export class Workloads {
  readonly lives: PodLife[] = [];
  readonly all: LiveWorkload[] = [];
  readonly #simulation: Simulation;
  readonly #host: WorkloadsHost;
  readonly scheduler: Scheduler;
  readonly kubelet: Kubelet;
  /** A call of the API that creates a batch of pods. */
  readonly #createUs: Sampler;
  readonly #batch: number;
  /** Of pods alike, or of one that has a key. */
  readonly #batches: { readonly set: PodSet; readonly size: number; readonly key?: string }[] = [];
  readonly #hands: ControllerHands;
  /** Names and addresses that pods have or had: no other pod gets them. */
  readonly #given = new Set<string>();
  /** Workloads that are being looked at, and those that have to be looked at once more. */
  readonly #busy = new Set<LiveWorkload>();
  readonly #again = new Set<LiveWorkload>();

  constructor(
    simulation: Simulation,
    settings: KubernetesSettings,
    stations: Stations,
    metrics: MetricsServer,
    host: WorkloadsHost,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#host = host;
    const chance = stream('kubernetes');
    this.#createUs = sampler(settings.create, stream('kubernetes/create'));
    this.scheduler = new Scheduler(
      simulation,
      settings,
      this.lives,
      {
        podPlaced: (row, node) => this.#place(row, node),
        podScheduled: (row, nowUs) => this.kubelet.start(row, nowUs),
        podChanged: (row, what, nowUs) => host.podChanged(row, what, nowUs),
      },
      chance,
      stream,
    );
    this.kubelet = new Kubelet(
      simulation,
      settings,
      this.lives,
      stations,
      metrics,
      {
        startProxy: (row) => host.startProxy(row),
        stopProxy: (row) => host.stopProxy(row),
        proxiesStartFromUs: () => host.proxiesStartFromUs(),
        podDied: (row, how, nowUs) => host.podDied(row, how, nowUs),
        podChanged: (row, what, nowUs) => host.podChanged(row, what, nowUs),
        readyChanged: (row, nowUs) => host.endpointChanged(row, this.#endpointState(row), nowUs),
        podAvailable: (row, nowUs) => this.#reconcile(this.lives[row]!.set.workload, nowUs),
        podEvicted: (row, nowUs) => {
          if (Number.isNaN(this.lives[row]!.deletedUs)) this.#forget(row, nowUs);
        },
        podGone: (row, nowUs) => {
          this.scheduler.release(row, nowUs);
          this.#reconcile(this.lives[row]!.set.workload, nowUs);
        },
      },
      chance,
      stream,
    );
    this.#hands = {
      lives: this.lives,
      nodes: this.scheduler.nodes,
      want: (set, wanted, nowUs) => this.#want(set, wanted, nowUs),
      make: (set, key, nowUs) => this.#make(set, key, nowUs),
      remove: (row, nowUs) => this.#delete(row, nowUs),
      again: (workload) => void this.#again.add(workload),
    };
    this.#batch = simulation.kind('pods are created', (batch, nowUs) => this.#onBatch(batch, nowUs));
  }

  /** Every ReplicaSet there is. */
  get sets(): readonly PodSet[] {
    return this.all.flatMap((own) => own.sets);
  }

  /** What the API server knows by this name; of one kind, where it is told. */
  find(name: string, namespace = 'default', kind?: string): LiveWorkload | undefined {
    return this.all.find(
      (own) =>
        !own.isDeleted &&
        own.name === name &&
        own.namespace === namespace &&
        (kind === undefined || own.kind === kind),
    );
  }

  /** A workload whose pods have been there, ready and known to everybody, since long before the run. */
  begin(workload: LiveWorkload, nowUs: number): void {
    this.all.push(workload);
    for (const set of workload.sets) {
      for (const key of keysAtStart(workload, set, this.#hands)) {
        const row = this.#create(set, nowUs - longAgoUs, key);
        if (set.owner.address === undefined) this.scheduler.hold(row);
        this.kubelet.begin(row, nowUs - longAgoUs);
      }
    }
  }

  /** A template and a number, from `kubectl apply`: a new workload, a rolling update, or just another number. */
  apply(workload: LiveWorkload, nowUs: number): void {
    const { name, namespace, kind } = workload;
    const known = this.all.find(
      (own) => own.name === name && own.namespace === namespace && own.kind === kind,
    );
    if (known === undefined) {
      this.all.push(workload);
      if (workload.isHalted) for (const set of workload.sets) set.wanted = 0;
      this.#reconcile(workload, nowUs);
      return;
    }
    if (known.isDeleted && known.kind === 'BarePod') known.sets[0]!.ordinal = 0;
    known.isDeleted = false;
    known.replicas = workload.replicas;
    known.strategy = workload.strategy;
    known.stateful = workload.stateful;
    known.daemon = workload.daemon;
    known.isHalted = workload.isHalted;
    for (const set of workload.isHalted ? [] : workload.sets) {
      // The moment of a restart stands in the live template, and stays there.
      const restarted = `${set.fingerprint}${known.restarted}`;
      const before = known.sets.findIndex((own) => own.fingerprint === restarted);
      if (before < 0) {
        known.sets.push({
          ...set,
          fingerprint: restarted,
          workload: known,
          revision: String(known.sets.length),
        });
      } else {
        const own = known.sets.splice(before, 1)[0]!;
        own.wanted = set.wanted;
        known.sets.push(own);
      }
    }
    this.#reconcile(known, nowUs);
  }

  /** `kubectl delete`: all of its pods go. */
  remove(name: string, namespace: string, kind: string, nowUs: number): void {
    const workload = this.find(name, namespace, kind);
    if (workload === undefined) return;
    workload.isDeleted = true;
    workload.replicas = 0;
    this.#busy.add(workload);
    // The garbage collector asks for no order.
    for (const set of workload.sets) {
      set.wanted = 0;
      for (const row of [...set.pods]) this.#delete(row, nowUs);
    }
    this.#busy.delete(workload);
  }

  /** `kubectl scale`, or an autoscaler. */
  scale(workload: LiveWorkload, replicas: number, nowUs: number): void {
    workload.replicas = replicas;
    this.#reconcile(workload, nowUs);
  }

  /**
   * `kubectl rollout restart`: the same template with the moment in an annotation, and so a rolling update to itself.
   * @returns false for a kind that knows none.
   */
  restart(workload: LiveWorkload, nowUs: number): boolean {
    if (!['Deployment', 'StatefulSet', 'DaemonSet'].includes(workload.kind)) return false;
    const newest = workload.sets[workload.sets.length - 1]!;
    const template = newest.fingerprint.slice(0, newest.fingerprint.length - workload.restarted.length);
    workload.restarted = `, restarted at ${nowUs}`;
    workload.sets.push({
      ...newest,
      revision: String(workload.sets.length),
      fingerprint: `${template}${workload.restarted}`,
      wanted: 0,
      pods: [],
      creating: 0,
      making: new Set(),
      ordinal: 0,
    });
    this.#reconcile(workload, nowUs);
    return true;
  }

  /**
   * Pods are killed at once, as by `kubectl delete --force --grace-period=0`; silently: as by the loss of their node, of which the
   * API server does not hear. @returns how many.
   */
  kill(workload: LiveWorkload, count: number, silently: boolean, nowUs: number): number {
    const victims = this.#running(workload).slice(0, count);
    if (silently) {
      for (const row of victims) this.kubelet.lose(row, nowUs);
      return victims.length;
    }
    this.#busy.add(workload);
    for (const row of victims) {
      this.#forget(row, nowUs);
      this.kubelet.kill(row, nowUs);
    }
    this.#busy.delete(workload);
    this.#reconcile(workload, nowUs);
    return victims.length;
  }

  /** The application's containers die in so many pods, and are started again. @returns in how many. */
  crash(workload: LiveWorkload, count: number, silently: boolean, nowUs: number): number {
    const victims = this.#running(workload).slice(0, count);
    for (const row of victims) this.kubelet.crash(row, silently, nowUs);
    return victims.length;
  }

  /** DaemonSets have a pod on each. */
  nodesChanged(nowUs: number): void {
    for (const own of this.all) if (own.daemon !== undefined) this.#reconcile(own, nowUs);
  }

  /** A pod is deleted through the eviction API; its controller sees that one is missing. */
  evict(row: number, nowUs: number): void {
    this.#delete(row, nowUs);
    this.#reconcile(this.lives[row]!.set.workload, nowUs);
  }

  /** What is deleted is in no slice, whatever it answers (as it is terminating, istiod does not tell of it either). */
  #endpointState(row: number): EndpointState {
    const { ready, deletedUs } = this.lives[row]!;
    return ready ? 'ready' : Number.isNaN(deletedUs) ? 'not ready' : 'absent';
  }

  #place(row: number, node: NodeSettings): void {
    const more = labelsFrom(node);
    if (Object.keys(more).length === 0) return;
    const life = this.lives[row]!;
    life.pod = { ...life.pod, labels: { ...life.pod.labels, ...more } };
    this.#host.podPlaced(row, life.pod);
  }

  /** Names of a pod's containers as metrics know them; the sidecar is among them where autoscalers count it. */
  containersOf(row: number): readonly string[] {
    return this.kubelet.containersOf(row);
  }

  #running(workload: LiveWorkload): number[] {
    return workload.sets
      .flatMap((set) => set.pods)
      .filter((row) => {
        const { phase, isLost } = this.lives[row]!;
        return phase === 'Running' && !isLost;
      });
  }

  /** Fits the ReplicaSets to the number of replicas. What happens to pods on the way is looked at when all that is done. */
  #reconcile(workload: LiveWorkload, nowUs: number): void {
    if (this.#busy.has(workload)) {
      this.#again.add(workload);
      return;
    }
    this.#busy.add(workload);
    do {
      this.#again.delete(workload);
      fit(workload, this.#hands, nowUs);
    } while (this.#again.has(workload));
    this.#busy.delete(workload);
  }

  #want(set: PodSet, wanted: number, nowUs: number): void {
    set.wanted = wanted;
    const missing = wanted - set.pods.length - set.creating;
    if (missing > 0) {
      let dueUs = nowUs;
      let made = 0;
      for (const size of podBatches(missing)) {
        made += size;
        // Beyond a burst of 30 the controller's client waits for its 20 calls a second.
        dueUs += Math.max(this.#createUs(), made > 30 ? size * 50_000 : 0);
        set.creating += size;
        this.#simulation.schedule(dueUs, this.#batch, this.#batches.push({ set, size }) - 1);
      }
    } else if (missing < 0) {
      const all = set.workload.sets.flatMap((own) => own.pods);
      const onNode = (node: number): number =>
        this.scheduler.nodes.length === 1 ? 0 : all.filter((row) => this.lives[row]!.node === node).length;
      const removable = set.pods.map((row): RemovablePod & { readonly row: number } => {
        const life = this.lives[row]!;
        return {
          row,
          uid: uidOf(row),
          isAssigned: life.isAssigned,
          phase: life.phase === 'Running' ? 'Running' : 'Pending',
          isReady: life.ready,
          ...(life.ready ? { readySinceUs: life.readyChangedUs } : {}),
          restarts: life.restarts,
          createdUs: life.createdUs,
          podsOnNode: onNode(life.node),
        };
      });
      const rows = new Map(removable.map((own) => [own.uid, own.row]));
      const excess = Math.min(set.pods.length, -missing);
      for (const victim of podsToRemove(removable, excess, nowUs)) this.#delete(rows.get(victim.uid)!, nowUs);
    }
  }

  /** One pod with a key of its own is created. */
  #make(set: PodSet, key: string, nowUs: number): void {
    set.making.add(key);
    const batch = this.#batches.push({ set, size: 1, key }) - 1;
    this.#simulation.schedule(nowUs + this.#createUs(), this.#batch, batch);
  }

  #onBatch(batch: number, nowUs: number): void {
    const { set, size, key } = this.#batches[batch]!;
    if (key !== undefined) {
      set.making.delete(key);
      if (!set.workload.isDeleted) this.#begins(set, nowUs, key);
      return;
    }
    set.creating -= size;
    for (let i = 0; i < size && set.pods.length < set.wanted; i++) this.#begins(set, nowUs);
  }

  #begins(set: PodSet, nowUs: number, key?: string): void {
    const row = this.#create(set, nowUs, key);
    this.kubelet.created(row);
    this.#host.podChanged(row, 'created', nowUs);
    this.scheduler.place(row, nowUs);
  }

  #create(set: PodSet, atUs: number, key?: string): number {
    const made = podOf(set.owner, set.revision, set.ordinal, (own) => this.#given.has(own), nameOf(set, key));
    const pod = { ...made, labels: { ...made.labels, ...identityLabels(set, key) } };
    this.#given.add(pod.name).add(pod.ip);
    const row = this.#host.addPod(pod);
    set.ordinal += 1;
    this.lives[row] = {
      pod,
      set,
      createdUs: atUs,
      phase: 'Pending',
      hasRoom: false,
      node: -1,
      key: key ?? '',
      isAssigned: false,
      startUs: NaN,
      containersUs: NaN,
      ready: false,
      readyChangedUs: NaN,
      deletedUs: NaN,
      goneUs: NaN,
      graceEndsUs: NaN,
      isRefusing: false,
      refusalChangedUs: NaN,
      restarts: 0,
      isDown: false,
      isLost: false,
      backOffs: 0,
      containerGeneration: 0,
    };
    set.pods.push(row);
    return row;
  }

  /** Deletion: the endpoint leaves, and in parallel the kubelet runs preStop and then ends the containers. */
  #delete(row: number, nowUs: number): void {
    this.#forget(row, nowUs);
    this.#host.podChanged(row, 'terminating', nowUs);
    this.#host.endpointChanged(row, 'absent', nowUs);
    this.kubelet.terminate(row, nowUs);
  }

  /** Its ReplicaSet does not count it any more. */
  #forget(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    life.set.pods.splice(life.set.pods.indexOf(row), 1);
    life.deletedUs = nowUs;
  }

  copyFrom(other: Workloads, copies: Copies): void {
    const copyOf = (workload: LiveWorkload): LiveWorkload => {
      const copy: LiveWorkload = copies.note(workload, { ...workload, sets: [] });
      for (const set of workload.sets)
        copy.sets.push(
          copies.note(set, { ...set, workload: copy, pods: [...set.pods], making: new Set(set.making) }),
        );
      return copy;
    };
    refill(this.all, other.all.map(copyOf));
    refill(
      this.lives,
      other.lives.map((life) => ({ ...life, set: copies.of(life.set) })),
    );
    refill(
      this.#batches,
      other.#batches.map((own) => ({ ...own, set: copies.of(own.set) })),
    );
    refill(this.#given, other.#given);
    this.scheduler.copyFrom(other.scheduler);
    this.kubelet.copyFrom(other.kubelet);
  }
}

/** Pods that were there before the run are old enough for every rule that asks. */
const longAgoUs = 3600e6;

/** Random to look at, always the same: UIDs break ties between pods of like age. */
const uidOf = (row: number): string => (Math.imul(row + 1, 2654435761) >>> 0).toString(16).padStart(8, '0');
