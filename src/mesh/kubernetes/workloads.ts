import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { DeploymentStrategy, PodTemplate, Probe as PodProbe } from '../../manifest/resource.ts';
import { doorState, type Stations } from '../app/stations.ts';
import type { MetricsServer } from './metrics/metrics-server.ts';
import { cpuRequestMilli, podOf, type Pod, type PodOwner } from './pod.ts';
import type { KubernetesSettings } from './settings.ts';
import { podBatches } from './workload/pod-batches.ts';
import { probeAtUs, readinessDelayUs, type ReadinessProbe } from './workload/readiness-probe.ts';
import { rollingUpdateLimits } from './workload/rolling-update.ts';
import { podsToRemove, type RemovablePod } from './workload/scale-down-order.ts';

/** What a workload's pods do to the rest of the mesh. */
export interface WorkloadsHost {
  /** A pod exists, its applications do not run yet; its row. */
  addPod(pod: Pod): number;
  /** Its containers run: its sidecar connects to istiod. */
  startProxy(row: number): void;
  /** It is gone, and its sidecar with it. */
  stopProxy(row: number): void;
  /** Its application has died with what it had in hand. */
  podDied(row: number, sidecarLives: boolean, nowUs: number): void;
  /** EndpointSlices have changed: `row` is one, or none any more. */
  endpointChanged(row: number, isEndpoint: boolean, nowUs: number): void;
  podChanged(row: number, what: PodChange, nowUs: number): void;
}

export type PodChange =
  | 'created'
  | 'waits for room'
  | 'scheduled'
  | 'containers run'
  | 'ready'
  | 'not ready'
  | 'terminating'
  | 'crashed'
  | 'gone';

/** One pod's life so far. Times in microseconds; NaN: not yet. */
export interface PodLife {
  readonly pod: Pod;
  readonly set: PodSet;
  readonly createdUs: number;
  phase: 'Pending' | 'Running' | 'Gone';
  /** The scheduler has set room aside for it; and the kubelet of its node has taken it over. */
  hasRoom: boolean;
  isAssigned: boolean;
  /** When the kubelet took it over, and when its containers began to run (the last time). */
  startUs: number;
  containersUs: number;
  ready: boolean;
  readyChangedUs: number;
  deletedUs: number;
  goneUs: number;
  restarts: number;
  /** Its application has died and is not started again yet. */
  isDown: boolean;
  /** Crashes since it last ran for ten minutes: they decide how long the kubelet waits. */
  backOffs: number;
  /** Sees to it that what was planned for a container that has died does not happen to the next one. */
  containerGeneration: number;
}

/** A ReplicaSet: pods of one template. */
export interface PodSet {
  readonly workload: Workload;
  readonly owner: PodOwner;
  readonly revision: string;
  /** Tells the template from others. */
  readonly fingerprint: string;
  wanted: number;
  /** Rows of the pods that it counts: not deleted. */
  readonly pods: number[];
  /** Asked of the API, not there yet. */
  creating: number;
  ordinal: number;
}

/** What is scaled: a Deployment, a Rollout or a ReplicaSet of its own. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Labels by which autoscalers find its pods, and whatever other pods bear them. */
  readonly selector: Readonly<Record<string, string>>;
  replicas: number;
  strategy: DeploymentStrategy;
  /** `kubectl delete` has taken it away; its pods may not all be gone yet. */
  isDeleted: boolean;
  /** Oldest first; the last is the present template's. */
  readonly sets: PodSet[];
}

/**
 * The controllers and kubelets of the mesh: they turn a number of replicas into pods that come, get ready, become
 * endpoints, and go.
 *
 *   Pending -> scheduled -> containers run -> application serves -> Ready -> endpoint
 *   deleted -> (endpoint leaves | preStop) -> SIGTERM: takes no new request -> gone
 *
 * Simplifications: pods fail only when the scenario says so; liveness probes never act; a sidecar drains for Istio's 5 s
 * after SIGTERM whatever it still carries (agent.go), and a pod without one leaves when its work is done or its grace is
 * over; node pressure and eviction do not exist; a number of replicas that changes during a rolling update goes to the new
 * ReplicaSet as far as the surge allows, where Kubernetes spreads it over both.
 */
export class Workloads {
  readonly lives: PodLife[] = [];
  readonly all: Workload[] = [];
  readonly #simulation: Simulation;
  readonly #settings: KubernetesSettings;
  readonly #stations: Stations;
  readonly #metrics: MetricsServer;
  readonly #host: WorkloadsHost;
  readonly #draw: Readonly<Record<'create' | 'schedule' | 'pull' | 'start' | 'endpoint', Sampler>>;
  readonly #boots = new Map<string, Sampler>();
  readonly #chance: Stream;
  readonly #stream: (name: string) => Stream;
  readonly #kind: Readonly<
    Record<
      | 'batch'
      | 'scheduled'
      | 'containers'
      | 'startup'
      | 'serves'
      | 'ready'
      | 'available'
      | 'term'
      | 'drained'
      | 'gone'
      | 'endpoint',
      number
    >
  >;
  readonly #batches: { readonly set: PodSet; readonly size: number }[] = [];
  readonly #planned: { readonly row: number; readonly generation: number }[] = [];
  readonly #withoutRoom: number[] = [];
  /** Workloads that are being looked at, and those that have to be looked at once more. */
  readonly #busy = new Set<Workload>();
  readonly #again = new Set<Workload>();
  #usedMilli = 0;
  #cordoned = false;

  constructor(
    simulation: Simulation,
    settings: KubernetesSettings,
    stations: Stations,
    metrics: MetricsServer,
    host: WorkloadsHost,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#settings = settings;
    this.#stations = stations;
    this.#metrics = metrics;
    this.#host = host;
    this.#stream = stream;
    this.#chance = stream('kubernetes');
    const draw = (name: 'create' | 'schedule' | 'pull' | 'start' | 'endpoint'): Sampler =>
      sampler(settings[name], stream(`kubernetes/${name}`));
    this.#draw = {
      create: draw('create'),
      schedule: draw('schedule'),
      pull: draw('pull'),
      start: draw('start'),
      endpoint: draw('endpoint'),
    };
    this.#kind = {
      batch: simulation.kind('pods are created', (batch, nowUs) => this.#onBatch(batch, nowUs)),
      scheduled: simulation.kind('pod is scheduled', (row, nowUs) => this.#onScheduled(row, nowUs)),
      containers: this.#ofContainer('containers run', (row, nowUs) => this.#onContainers(row, nowUs)),
      serves: this.#ofContainer('application serves', (row) => this.#open(row)),
      startup: this.#ofContainer('startup probe has failed', (row, nowUs) => this.#crash(row, nowUs)),
      ready: this.#ofContainer('pod is ready', (row, nowUs) => this.#setReady(row, true, nowUs)),
      available: this.#ofContainer('pod is available', (row, nowUs) =>
        this.#reconcile(this.lives[row]!.set.workload, nowUs),
      ),
      drained: simulation.kind('pod looks for work', (row, nowUs) => this.#onDrained(row, nowUs)),
      term: simulation.kind('SIGTERM', (row, nowUs) => this.#onTerm(row, nowUs)),
      gone: simulation.kind('pod is gone', (row, nowUs) => this.#onGone(row, nowUs)),
      endpoint: simulation.kind('EndpointSlice is written', (row, nowUs) => this.#onEndpoint(row, nowUs)),
    };
  }

  /** Every ReplicaSet there is. */
  get sets(): readonly PodSet[] {
    return this.all.flatMap((own) => own.sets);
  }

  /** What the API server knows by this name; of one kind, where it is told. */
  find(name: string, namespace = 'default', kind?: string): Workload | undefined {
    return this.all.find(
      (own) =>
        !own.isDeleted &&
        own.name === name &&
        own.namespace === namespace &&
        (kind === undefined || own.kind === kind),
    );
  }

  /** A workload whose pods have been there, ready and known to everybody, since long before the run. */
  begin(workload: Workload, nowUs: number): void {
    this.all.push(workload);
    for (const set of workload.sets) {
      for (let i = 0; i < set.wanted; i++) {
        const row = this.#create(set, nowUs - longAgoUs);
        this.#usedMilli += cpuRequestMilli(this.#template(row));
        this.lives[row]!.hasRoom = true;
        this.#assign(row, nowUs - longAgoUs);
        const life = this.lives[row]!;
        life.phase = 'Running';
        life.containersUs = life.startUs;
        life.ready = true;
        life.readyChangedUs = life.startUs;
        this.#open(row);
        this.#metricsOf(row, life.startUs);
      }
    }
  }

  /** A template and a number, from `kubectl apply`: a new workload, a rolling update, or just another number. */
  apply(workload: Workload, nowUs: number): void {
    const { name, namespace, kind } = workload;
    const known = this.all.find(
      (own) => own.name === name && own.namespace === namespace && own.kind === kind,
    );
    if (known === undefined) {
      this.all.push(workload);
      this.#reconcile(workload, nowUs);
      return;
    }
    known.isDeleted = false;
    known.replicas = workload.replicas;
    known.strategy = workload.strategy;
    for (const set of workload.sets) {
      const before = known.sets.findIndex((own) => own.fingerprint === set.fingerprint);
      if (before < 0) {
        known.sets.push({ ...set, workload: known, revision: String(known.sets.length) });
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
    for (const set of workload.sets) this.#want(set, 0, nowUs);
    this.#busy.delete(workload);
  }

  /** `kubectl scale`, or an autoscaler. */
  scale(workload: Workload, replicas: number, nowUs: number): void {
    workload.replicas = replicas;
    this.#reconcile(workload, nowUs);
  }

  /** Pods are killed at once, as by `kubectl delete --force --grace-period=0` or the loss of their node. @returns how many. */
  kill(workload: Workload, count: number, nowUs: number): number {
    const rows = workload.sets
      .flatMap((set) => set.pods)
      .filter((row) => this.lives[row]!.phase === 'Running');
    const victims = rows.slice(0, count);
    this.#busy.add(workload);
    for (const row of victims) {
      const life = this.lives[row]!;
      this.#forget(row);
      life.deletedUs = nowUs;
      this.#stations.door[row] = doorState.closed;
      this.#setReady(row, false, nowUs);
      this.#onGone(row, nowUs);
    }
    this.#busy.delete(workload);
    this.#reconcile(workload, nowUs);
    return victims.length;
  }

  /**
   * The application's containers die and are started again: at once, then with a back-off of 10 s, 20 s ... 5 min, which is
   * forgiven after ten minutes without another.
   */
  crash(workload: Workload, count: number, nowUs: number): number {
    const rows = workload.sets
      .flatMap((set) => set.pods)
      .filter((row) => this.lives[row]!.phase === 'Running');
    const victims = rows.slice(0, count);
    for (const row of victims) this.#crash(row, nowUs);
    return victims.length;
  }

  #crash(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    life.containerGeneration += 1;
    if (nowUs - life.containersUs >= forgivenUs) life.backOffs = 0;
    const backOffUs = life.backOffs === 0 ? 0 : Math.min(300e6, 10e6 * doubling(life.backOffs - 1));
    life.backOffs += 1;
    life.restarts += 1;
    life.isDown = true;
    this.#stations.door[row] = doorState.refusing;
    this.#host.podDied(row, this.#hasSidecar(row), nowUs);
    this.#host.podChanged(row, 'crashed', nowUs);
    this.#setReady(row, false, nowUs);
    for (const container of this.containersOf(row)) {
      if (container !== sidecarName) this.#metrics.containerStopped(life.pod.name, container);
    }
    this.#plan(nowUs + backOffUs + restartUs, this.#kind.containers, row);
  }

  /** No pod is scheduled any more, or pods are again. */
  cordon(on: boolean, nowUs: number): void {
    this.#cordoned = on;
    if (!on) this.#retryWaiting(nowUs);
  }

  /** Fits the ReplicaSets to the number of replicas. What happens to pods on the way is looked at when all that is done. */
  #reconcile(workload: Workload, nowUs: number): void {
    if (this.#busy.has(workload)) {
      this.#again.add(workload);
      return;
    }
    this.#busy.add(workload);
    do {
      this.#again.delete(workload);
      this.#fit(workload, nowUs);
    } while (this.#again.has(workload));
    this.#busy.delete(workload);
  }

  /** One look of the controllers; a changed template moves over as far as the strategy allows. */
  #fit(workload: Workload, nowUs: number): void {
    const { sets, replicas, strategy } = workload;
    const old = sets.slice(0, -1);
    const newest = sets[sets.length - 1]!;
    if (workload.kind === 'Rollout') {
      // The stable set follows the number of replicas; a canary beside it has the number that its strategy says.
      for (const set of old) this.#want(set, replicas, nowUs);
      this.#want(newest, old.length === 0 ? replicas : newest.wanted, nowUs);
      return;
    }
    const oldCount = old.reduce((sum, set) => sum + set.pods.length + set.creating, 0);
    if (oldCount === 0) {
      this.#want(newest, replicas, nowUs);
      return;
    }
    if (strategy.type === 'Recreate') {
      for (const set of old) this.#want(set, 0, nowUs);
      return;
    }
    const limits = rollingUpdateLimits(replicas, {
      maxSurge: amountText(strategy.maxSurge),
      maxUnavailable: amountText(strategy.maxUnavailable),
    });
    const newCount = newest.pods.length + newest.creating;
    const roomForNew = Math.max(0, replicas + limits.surge - (oldCount + newCount));
    this.#want(newest, Math.min(replicas, newCount + roomForNew), nowUs);
    const isReady = (row: number): boolean => this.#isAvailable(row, nowUs);
    const available = sets.reduce((sum, set) => sum + set.pods.filter(isReady).length, 0);
    let spare = available - (replicas - limits.unavailable);
    for (const set of old) {
      const unready = set.pods.filter((row) => !isReady(row)).length;
      const goes = Math.min(set.pods.length, Math.max(0, spare) + unready);
      spare -= goes - Math.min(goes, unready);
      this.#want(set, set.pods.length - goes, nowUs);
    }
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
        dueUs += Math.max(this.#draw.create(), made > 30 ? size * 50_000 : 0);
        set.creating += size;
        this.#simulation.schedule(dueUs, this.#kind.batch, this.#batches.push({ set, size }) - 1);
      }
    } else if (missing < 0) {
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
        };
      });
      const rows = new Map(removable.map((own) => [own.uid, own.row]));
      const excess = Math.min(set.pods.length, -missing);
      for (const victim of podsToRemove(removable, excess, nowUs)) this.#delete(rows.get(victim.uid)!, nowUs);
    }
  }

  #onBatch(batch: number, nowUs: number): void {
    const { set, size } = this.#batches[batch]!;
    set.creating -= size;
    for (let i = 0; i < size && set.pods.length < set.wanted; i++) {
      const row = this.#create(set, nowUs);
      this.#stations.door[row] = doorState.closed;
      this.#host.podChanged(row, 'created', nowUs);
      this.#place(row, nowUs);
    }
  }

  #create(set: PodSet, atUs: number): number {
    const pod = podOf(set.owner, set.revision, set.ordinal);
    const row = this.#host.addPod(pod);
    set.ordinal += 1;
    this.lives[row] = {
      pod,
      set,
      createdUs: atUs,
      phase: 'Pending',
      hasRoom: false,
      isAssigned: false,
      startUs: NaN,
      containersUs: NaN,
      ready: false,
      readyChangedUs: NaN,
      deletedUs: NaN,
      goneUs: NaN,
      restarts: 0,
      isDown: false,
      backOffs: 0,
      containerGeneration: 0,
    };
    set.pods.push(row);
    return row;
  }

  #place(row: number, nowUs: number): void {
    if (this.#takesRoom(row)) {
      this.#simulation.schedule(nowUs + this.#draw.schedule(), this.#kind.scheduled, row);
    } else {
      this.#withoutRoom.push(row);
      this.#host.podChanged(row, 'waits for room', nowUs);
    }
  }

  /** The nodes' room for what the pod requests, if they have it. */
  #takesRoom(row: number): boolean {
    const needMilli = cpuRequestMilli(this.#template(row));
    if (this.#cordoned || this.#usedMilli + needMilli > this.#settings.cpuMilli) return false;
    this.#usedMilli += needMilli;
    this.lives[row]!.hasRoom = true;
    return true;
  }

  /** Room has come: the scheduler tries again what waits, after its back-off of 1 to 10 s. */
  #retryWaiting(nowUs: number): void {
    if (this.#withoutRoom.length === 0) return;
    const rows = this.#withoutRoom.splice(0);
    for (const row of rows) {
      if (this.lives[row]!.phase === 'Gone' || !Number.isNaN(this.lives[row]!.deletedUs)) continue;
      if (!this.#takesRoom(row)) {
        this.#withoutRoom.push(row);
      } else {
        const backOffUs = 1e6 + 9e6 * this.#chance.uniform();
        this.#simulation.schedule(nowUs + backOffUs, this.#kind.scheduled, row);
      }
    }
  }

  #assign(row: number, atUs: number): void {
    const life = this.lives[row]!;
    life.isAssigned = true;
    life.startUs = atUs;
  }

  #onScheduled(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    if (life.phase === 'Gone') return;
    this.#assign(row, nowUs);
    this.#host.podChanged(row, 'scheduled', nowUs);
    this.#plan(nowUs + this.#draw.pull() + this.#draw.start(), this.#kind.containers, row);
  }

  #onContainers(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    life.phase = 'Running';
    life.isDown = false;
    life.containersUs = nowUs;
    if (life.restarts === 0) this.#host.startProxy(row);
    this.#stations.door[row] = doorState.refusing;
    this.#metricsOf(row, nowUs);
    this.#host.podChanged(row, 'containers run', nowUs);
    const bootUs = this.#boot(row);
    const { readyUs, failsUs } = this.#probed(row, bootUs);
    if (failsUs !== undefined) {
      this.#plan(nowUs + failsUs, this.#kind.startup, row);
      return;
    }
    this.#plan(nowUs + bootUs, this.#kind.serves, row);
    this.#plan(nowUs + readyUs, this.#kind.ready, row);
  }

  /** From the container's start to Ready: a pod without a probe is ready as soon as it runs, whatever its application does. */
  #probed(row: number, bootUs: number): { readonly readyUs: number; readonly failsUs: number | undefined } {
    const { containers } = this.#template(row);
    let latestUs = 0;
    let failsUs: number | undefined;
    for (const { readinessProbe, startupProbe } of containers) {
      let passedUs = 0;
      if (startupProbe !== undefined) {
        const rule = probeRule(startupProbe);
        const phaseUs = this.#tickerPhaseUs(rule);
        passedUs = readinessDelayUs(rule, bootUs, phaseUs);
        const lastUs = probeAtUs(rule, rule.failureThreshold - 1, phaseUs);
        // As many failures in a row as it may have, and the kubelet ends the container.
        if (lastUs < bootUs) failsUs = Math.min(failsUs ?? Infinity, lastUs);
      }
      let readyUs = passedUs;
      if (readinessProbe !== undefined) {
        const rule = probeRule(readinessProbe);
        readyUs = readinessDelayUs(rule, Math.max(bootUs, passedUs), this.#tickerPhaseUs(rule));
      }
      latestUs = Math.max(latestUs, readyUs);
    }
    return { readyUs: latestUs, failsUs };
  }

  #tickerPhaseUs = ({ periodUs }: ReadinessProbe): number => periodUs * (1 - this.#chance.uniform());

  #boot(row: number): number {
    const { boot } = this.#stations.behaviours[row]!;
    if (boot === undefined) return 0;
    const { name } = this.lives[row]!.set.workload;
    let draw = this.#boots.get(name);
    if (draw === undefined) this.#boots.set(name, (draw = sampler(boot, this.#stream(`boot/${name}`))));
    return draw();
  }

  #open(row: number): void {
    if (Number.isNaN(this.lives[row]!.deletedUs)) this.#stations.door[row] = doorState.open;
  }

  #setReady(row: number, ready: boolean, nowUs: number): void {
    const life = this.lives[row]!;
    if (life.ready === ready || (ready && !Number.isNaN(life.deletedUs))) return;
    life.ready = ready;
    life.readyChangedUs = nowUs;
    this.#host.podChanged(row, ready ? 'ready' : 'not ready', nowUs);
    this.#simulation.schedule(nowUs + this.#draw.endpoint(), this.#kind.endpoint, row);
    if (!ready) return;
    const afterUs = minReadyUs(life);
    if (afterUs === 0) this.#reconcile(life.set.workload, nowUs);
    else this.#plan(nowUs + afterUs, this.#kind.available, row);
  }

  /** Ready for minReadySeconds: a rolling update counts on it from then on. */
  #isAvailable(row: number, nowUs: number): boolean {
    const life = this.lives[row]!;
    return life.ready && nowUs - life.readyChangedUs >= minReadyUs(life);
  }

  #onEndpoint(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    this.#host.endpointChanged(row, life.ready && Number.isNaN(life.deletedUs), nowUs);
  }

  /** Deletion: the endpoint leaves, and in parallel the kubelet runs preStop and then ends the containers. */
  #delete(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    this.#forget(row);
    life.deletedUs = nowUs;
    // What has died is not started again.
    if (life.phase !== 'Running' || life.isDown) life.containerGeneration += 1;
    this.#host.podChanged(row, 'terminating', nowUs);
    this.#simulation.schedule(nowUs + this.#draw.endpoint(), this.#kind.endpoint, row);
    if (life.phase !== 'Running') {
      this.#onGone(row, nowUs);
      return;
    }
    const { containers, terminationGracePeriodSeconds } = this.#template(row);
    const preStopSeconds = life.isDown
      ? 0
      : Math.max(0, ...containers.map((own) => own.preStop?.sleepSeconds ?? 0));
    const untilTermUs = Math.min(preStopSeconds, terminationGracePeriodSeconds) * 1e6;
    this.#simulation.schedule(nowUs + untilTermUs, this.#kind.term, row);
  }

  #onTerm(row: number, nowUs: number): void {
    if (this.lives[row]!.phase === 'Gone') return;
    const { terminationGracePeriodSeconds } = this.#template(row);
    const graceEndsUs = this.lives[row]!.deletedUs + terminationGracePeriodSeconds * 1e6;
    // A preStop hook that takes all of the grace is given 2 s more, once.
    const graceLeftUs = graceEndsUs > nowUs ? graceEndsUs - nowUs : extensionUs;
    const sidecar = this.#hasSidecar(row);
    this.#stations.door[row] = sidecar ? doorState.refusing : doorState.closed;
    this.#simulation.schedule(
      nowUs + (sidecar ? Math.min(drainUs, graceLeftUs) : graceLeftUs),
      this.#kind.gone,
      row,
    );
    if (!sidecar) this.#onDrained(row, nowUs);
  }

  /** An application without a sidecar leaves when its last request is answered, told ten times a second. */
  #onDrained(row: number, nowUs: number): void {
    if (this.lives[row]!.phase === 'Gone') return;
    if (this.#stations.inSystem[row] === 0) this.#simulation.schedule(nowUs, this.#kind.gone, row);
    else this.#simulation.schedule(nowUs + drainLookUs, this.#kind.drained, row);
  }

  #onGone(row: number, nowUs: number): void {
    const life = this.lives[row]!;
    if (life.phase === 'Gone') return;
    life.phase = 'Gone';
    life.goneUs = nowUs;
    life.ready = false;
    life.containerGeneration += 1;
    this.#stations.door[row] = doorState.closed;
    this.#host.podDied(row, false, nowUs);
    this.#host.stopProxy(row);
    this.#metrics.podRemoved(life.pod.name);
    this.#host.podChanged(row, 'gone', nowUs);
    if (life.hasRoom) this.#usedMilli -= cpuRequestMilli(this.#template(row));
    this.#retryWaiting(nowUs);
    this.#reconcile(life.set.workload, nowUs);
  }

  #forget(row: number): void {
    const { pods } = this.lives[row]!.set;
    pods.splice(pods.indexOf(row), 1);
  }

  #metricsOf(row: number, startUs: number): void {
    const { name } = this.lives[row]!.pod;
    for (const container of this.containersOf(row)) {
      if (container !== sidecarName || this.lives[row]!.restarts === 0)
        this.#metrics.containerStarted(name, container, startUs);
    }
  }

  /** Names of a pod's containers as metrics know them; the sidecar is among them where autoscalers count it. */
  containersOf(row: number): readonly string[] {
    const own = this.#template(row).containers.map(({ name }) => name);
    return this.#settings.countsSidecars && this.#hasSidecar(row) ? [...own, sidecarName] : own;
  }

  #hasSidecar(row: number): boolean {
    return this.#template(row).injectedProxy.inject !== false;
  }

  #template(row: number): PodTemplate {
    return this.lives[row]!.set.owner.spec.template;
  }

  /** An event of a container: it does not happen if that container has died meanwhile. */
  #ofContainer(name: string, handler: (row: number, nowUs: number) => void): number {
    return this.#simulation.kind(name, (planned, nowUs) => {
      const { row, generation } = this.#planned[planned]!;
      if (this.lives[row]!.containerGeneration === generation) handler(row, nowUs);
    });
  }

  #plan(dueUs: number, kind: number, row: number): void {
    const generation = this.lives[row]!.containerGeneration;
    this.#simulation.schedule(dueUs, kind, this.#planned.push({ row, generation }) - 1);
  }
}

export const sidecarName = 'istio-proxy';
/** Pods that were there before the run are old enough for every rule that asks. */
const longAgoUs = 3600e6;
/** Istio's terminationDrainDuration. */
const drainUs = 5e6;
const drainLookUs = 100_000;
/** Of the grace, for a preStop hook that has used it up. */
const extensionUs = 2e6;
/** A container that has run for so long is started again at once. */
const forgivenUs = 600e6;
/** The kubelet notices a dead container and starts it again. */
const restartUs = 1e6;

const minReadyUs = ({ set }: PodLife): number => set.owner.spec.minReadySeconds * 1e6;

function doubling(times: number): number {
  let factor = 1;
  for (let i = 0; i < times && factor < 64; i++) factor *= 2;
  return factor;
}

/** Random to look at, always the same: UIDs break ties between pods of like age. */
const uidOf = (row: number): string => (Math.imul(row + 1, 2654435761) >>> 0).toString(16).padStart(8, '0');

const probeRule = (probe: PodProbe): ReadinessProbe => ({
  initialDelaySeconds: probe.initialDelaySeconds,
  periodUs: probe.periodSeconds * 1e6,
  successThreshold: probe.successThreshold,
  failureThreshold: probe.failureThreshold,
});

const amountText = (amount: { readonly count: number } | { readonly percent: number }): number | string =>
  'count' in amount ? amount.count : `${amount.percent}%`;
