import { refill } from '../../kernel/copies.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Distribution, type Sampler } from '../../kernel/distribution.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { doorState, type Stations } from '../app/stations.ts';
import type { MetricsServer } from './metrics/metrics-server.ts';
import {
  hasProxy,
  hasSidecar,
  isGateway,
  minReadyUs,
  sidecarName,
  templateOf,
  type PodChange,
  type PodLife,
} from './pod-life.ts';
import type { KubernetesSettings } from './settings.ts';
import { probedUs, readinessOf, type ReadinessProbe } from './workload/readiness-probe.ts';

/** Who hears of what the kubelets do with pods. */
export interface KubeletHost {
  /** Containers run: the pod's sidecar connects to istiod. */
  startProxy(row: number): void;
  /** From this moment on sidecars can start: they wait for istiod. */
  proxiesStartFromUs(): number;
  /** The pod is gone, and its sidecar with it. */
  stopProxy(row: number): void;
  /** Its application has died with what it had in hand. */
  podDied(row: number, how: 'application' | 'pod' | 'silent', nowUs: number): void;
  podChanged(row: number, what: PodChange, nowUs: number): void;
  /** It turned Ready, or was and is not any more. */
  readyChanged(row: number, nowUs: number): void;
  /** It has been Ready for as long as its workload asks. */
  podAvailable(row: number, nowUs: number): void;
  /** Its node has been away for too long. */
  podEvicted(row: number, nowUs: number): void;
  podGone(row: number, nowUs: number): void;
}

/**
 * The kubelets of all nodes: they run a pod's containers from when it is scheduled until it is gone.
 *
 *   scheduled -> [pull] -> containers run -> application serves -> Ready
 *   deleted -> preStop -> SIGTERM: takes no new request -> gone
 *
 * Where a node is lost, or a network drops its packets, nobody is told: the pod stays Ready until the node has sent nothing for
 * 50 s, and stays its ReplicaSet's until the node's taint evicts it 300 s later.
 *
 * A sidecar is a native one (Istio's default where Kubernetes has them, DetectNativeSidecar): its SIGTERM comes when the application has
 * ended (pkg/kubelet/kuberuntime, termination order), and it drains for 5 s (agent.go).
 *
 * Simplifications: pods fail only when the scenario says so; liveness probes end containers that do not serve yet alone; an application ends when its work is done or
 * its grace is over; the 5 s of a sidecar are counted from the SIGTERM of the application, and it ends with that where it takes
 * longer; a gateway takes new connections until its drain is over; node pressure and eviction do not exist.
 */
export class Kubelet {
  readonly #simulation: Simulation;
  readonly #settings: KubernetesSettings;
  readonly #lives: readonly PodLife[];
  readonly #stations: Stations;
  readonly #metrics: MetricsServer;
  readonly #host: KubeletHost;
  readonly #draw: Readonly<Record<'pull' | 'start', Sampler>>;
  /** By workload. */
  readonly #boots = new Map<string, { readonly law: Distribution; readonly draw: Sampler }>();
  /** Of the phases of probes. */
  readonly #chance: Stream;
  readonly #stream: (name: string) => Stream;
  readonly #kind: Readonly<
    Record<
      | 'containers'
      | 'startup'
      | 'serves'
      | 'ready'
      | 'available'
      | 'term'
      | 'drained'
      | 'gone'
      | 'unreachable'
      | 'evicted'
      | 'unready',
      number
    >
  >;
  readonly #planned: { readonly row: number; readonly generation: number }[] = [];

  constructor(
    simulation: Simulation,
    settings: KubernetesSettings,
    lives: readonly PodLife[],
    stations: Stations,
    metrics: MetricsServer,
    host: KubeletHost,
    chance: Stream,
    stream: (name: string) => Stream,
  ) {
    this.#simulation = simulation;
    this.#settings = settings;
    this.#lives = lives;
    this.#stations = stations;
    this.#metrics = metrics;
    this.#host = host;
    this.#stream = stream;
    this.#chance = chance;
    this.#draw = {
      pull: sampler(settings.pull, stream('kubernetes/pull')),
      start: sampler(settings.start, stream('kubernetes/start')),
    };
    this.#kind = {
      containers: this.#ofContainer('containers run', (row, nowUs) => this.#onContainers(row, nowUs)),
      serves: this.#ofContainer('application serves', (row) => this.#open(row)),
      startup: this.#ofContainer('startup probe has failed', (row, nowUs) => this.crash(row, false, nowUs)),
      ready: this.#ofContainer('pod is ready', (row, nowUs) => {
        if (!lives[row]!.isRefusing) this.#setReady(row, true, nowUs);
      }),
      available: this.#ofContainer('pod is available', (row, nowUs) => host.podAvailable(row, nowUs)),
      drained: simulation.kind('pod looks for work', (row, nowUs) => this.#onDrained(row, nowUs)),
      term: simulation.kind('SIGTERM', (row, nowUs) => this.#onTerm(row, nowUs)),
      unreachable: this.#ofContainer('node is unreachable', (row, nowUs) => this.#onUnreachable(row, nowUs)),
      evicted: simulation.kind('pod is evicted', (row, nowUs) => this.#onEvicted(row, nowUs)),
      gone: simulation.kind('pod is gone', (row, nowUs) => this.#onGone(row, nowUs)),
      unready: this.#ofContainer('probe has failed', (row, nowUs) => this.#onUnready(row, nowUs)),
    };
    stations.onTroubled((row) => this.#onTroubled(row, simulation.nowUs));
  }

  /** A pod that has been Ready since long before the run. */
  begin(row: number, sinceUs: number): void {
    const life = this.#lives[row]!;
    this.#assign(life, sinceUs);
    life.phase = 'Running';
    life.containersUs = sinceUs;
    life.ready = true;
    life.readyChangedUs = sinceUs;
    this.#open(row);
    this.#stations.idle.runs(row, this.#simulation.nowUs);
    this.#metricsOf(row, sinceUs);
  }

  /** A pod exists that no kubelet has taken over yet: nobody listens. */
  created(row: number): void {
    this.#stations.setDoor(row, doorState.closed);
  }

  /** The pod's node is found. */
  start(row: number, nowUs: number): void {
    this.#assign(this.#lives[row]!, nowUs);
    this.#host.podChanged(row, 'scheduled', nowUs);
    this.#plan(nowUs + this.#draw.pull() + this.#draw.start(), this.#kind.containers, row);
  }

  /** The API says that the pod is deleted: preStop, SIGTERM, and gone after its grace at the latest. */
  terminate(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    // No kubelet hears of it.
    if (life.isLost) return;
    // What has died is not started again.
    if (life.phase !== 'Running' || life.isDown) life.containerGeneration += 1;
    if (life.phase !== 'Running') {
      this.#onGone(row, nowUs);
      return;
    }
    const { containers, terminationGracePeriodSeconds } = templateOf(life);
    const preStopSeconds = life.isDown
      ? 0
      : Math.max(0, ...containers.map((own) => own.preStop?.sleepSeconds ?? 0));
    const untilTermUs = Math.min(preStopSeconds, terminationGracePeriodSeconds) * 1e6;
    this.#simulation.schedule(nowUs + untilTermUs, this.#kind.term, row);
  }

  /** Everything of a deleted pod ends at this instant, as when its node is lost. */
  kill(row: number, nowUs: number): void {
    this.#stations.setDoor(row, doorState.closed);
    this.#setReady(row, false, nowUs);
    this.#onGone(row, nowUs);
  }

  /**
   * The pod's node is lost without a word: packets to it are dropped. It leaves the endpoints when the node counts as unreachable
   * (node_lifecycle_controller.go, NodeMonitorGracePeriod and MarkPodsNotReady), and its ReplicaSet replaces it when it is
   * evicted (the pod's toleration of 300 s, plugin/pkg/admission/defaulttolerationseconds). Simplifications: both are counted
   * from the moment of the loss, without the phases of heartbeats and looks (up to 10 s and 5 s); the room that the node had is
   * free for others after the eviction, and the API server forgets the pod then.
   */
  lose(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    life.isLost = true;
    life.containerGeneration += 1;
    this.#fallSilent(row, nowUs);
    this.#stations.idle.ends(row, nowUs);
    this.#host.stopProxy(row);
    this.#metrics.podRemoved(life.pod.name);
    this.#host.podChanged(row, 'lost', nowUs);
    this.#simulation.schedule(nowUs + unreachableUs + tolerationUs, this.#kind.evicted, row);
  }

  #fallSilent(row: number, nowUs: number): void {
    this.#stations.setDoor(row, doorState.silent);
    this.#host.podDied(row, 'silent', nowUs);
    this.#plan(nowUs + unreachableUs, this.#kind.unreachable, row);
  }

  #onUnreachable(row: number, nowUs: number): void {
    const { isLost, isDown, deletedUs } = this.#lives[row]!;
    if ((isLost || isDown) && Number.isNaN(deletedUs)) this.#setReady(row, false, nowUs);
  }

  #onEvicted(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    this.#host.podEvicted(row, nowUs);
    life.phase = 'Gone';
    life.goneUs = nowUs;
    this.#host.podChanged(row, 'gone', nowUs);
    this.#host.podGone(row, nowUs);
  }

  /**
   * The application's containers die and are started again: at once, then with a back-off of 10 s, 20 s ... 5 min, which is
   * forgiven after ten minutes without another.
   * @param silently packets to the pod are dropped meanwhile, and its kubelet cannot tell.
   */
  crash(row: number, silently: boolean, nowUs: number): void {
    const life = this.#lives[row]!;
    life.containerGeneration += 1;
    if (nowUs - life.containersUs >= forgivenUs) life.backOffs = 0;
    const backOffUs = life.backOffs === 0 ? 0 : Math.min(300e6, 10e6 * doubling(life.backOffs - 1));
    life.backOffs += 1;
    life.restarts += 1;
    life.isDown = true;
    this.#stations.idle.ends(row, nowUs);
    if (silently) {
      this.#fallSilent(row, nowUs);
    } else {
      this.#stations.setDoor(row, doorState.refusing);
      this.#host.podDied(row, hasSidecar(life) ? 'application' : 'pod', nowUs);
    }
    this.#host.podChanged(row, 'crashed', nowUs);
    if (!silently) this.#setReady(row, false, nowUs);
    if (isGateway(life)) this.#host.stopProxy(row);
    for (const container of this.containersOf(row)) {
      if (container !== sidecarName || isGateway(life))
        this.#metrics.containerStopped(life.pod.name, container);
    }
    this.#plan(nowUs + backOffUs + restartUs, this.#kind.containers, row);
  }

  /** Names of a pod's containers as metrics know them; the sidecar is among them where autoscalers count it. */
  containersOf(row: number): readonly string[] {
    const life = this.#lives[row]!;
    const own = templateOf(life).containers.map(({ name }) => name);
    return this.#settings.countsSidecars && hasSidecar(life) ? [...own, sidecarName] : own;
  }

  #assign(life: PodLife, atUs: number): void {
    life.isAssigned = true;
    life.startUs = atUs;
  }

  #onContainers(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    const fromUs = this.#host.proxiesStartFromUs();
    if (life.restarts === 0 && hasSidecar(life) && fromUs > nowUs) {
      this.#plan(fromUs, this.#kind.containers, row);
      return;
    }
    life.phase = 'Running';
    life.isDown = false;
    life.containersUs = nowUs;
    this.#stations.idle.runs(row, nowUs);
    if (life.restarts === 0 || isGateway(life)) this.#host.startProxy(row);
    this.#stations.setDoor(row, doorState.refusing);
    // After a silent crash this is the first that anybody hears of it.
    this.#setReady(row, false, nowUs);
    this.#metricsOf(row, nowUs);
    this.#host.podChanged(row, 'containers run', nowUs);
    const bootUs = this.#boot(row);
    const { containers } = templateOf(life);
    const { readyUs, failsUs } = probedUs(containers, bootUs, this.#tickerPhaseUs);
    life.isRefusing = readinessOf(containers) !== undefined && this.#stations.refusesAll(row, nowUs);
    if (failsUs !== undefined) {
      this.#plan(nowUs + failsUs, this.#kind.startup, row);
      return;
    }
    this.#plan(nowUs + bootUs, this.#kind.serves, row);
    if (readyUs < Infinity) this.#plan(nowUs + readyUs, this.#kind.ready, row);
  }

  /**
   * From now on the application refuses all that comes, or does not any more: its readiness probe finds out, with so many answers in a
   * row. Probes between such moments find what those before them found, and are not played.
   */
  #onTroubled(row: number, nowUs: number): void {
    const life = this.#lives[row];
    if (life === undefined || life.phase !== 'Running' || life.isDown || life.isLost) return;
    const probe = readinessOf(templateOf(life).containers);
    const isRefusing = this.#stations.refusesAll(row, nowUs);
    if (probe === undefined || isRefusing === life.isRefusing) return;
    life.isRefusing = isRefusing;
    life.refusalChangedUs = nowUs;
    const threshold = isRefusing ? probe.failureThreshold : probe.successThreshold;
    const dueUs = nowUs + this.#tickerPhaseUs(probe) + (threshold - 1) * probe.periodUs;
    // Who has not begun to serve is asked by the probes of its start.
    if (isRefusing) this.#plan(dueUs, this.#kind.unready, row);
    else if (this.#stations.door(row) === doorState.open) this.#plan(dueUs, this.#kind.ready, row);
  }

  #onUnready(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    const { periodUs, failureThreshold } = readinessOf(templateOf(life).containers)!;
    const isSince = nowUs - life.refusalChangedUs > (failureThreshold - 1) * periodUs;
    if (life.isRefusing && isSince && Number.isNaN(life.deletedUs)) this.#setReady(row, false, nowUs);
  }

  #tickerPhaseUs = ({ periodUs }: ReadinessProbe): number => periodUs * (1 - this.#chance.uniform());

  #boot(row: number): number {
    const { boot } = this.#stations.behaviours[row]!;
    if (boot === undefined) return 0;
    const { name } = this.#lives[row]!.set.workload;
    return (this.#boots.get(name) ?? this.#bootBy(name, boot)).draw();
  }

  #bootBy(workload: string, law: Distribution): { readonly draw: Sampler } {
    const boot = { law, draw: sampler(law, this.#stream(`boot/${workload}`)) };
    this.#boots.set(workload, boot);
    return boot;
  }

  #open(row: number): void {
    if (Number.isNaN(this.#lives[row]!.deletedUs)) this.#stations.setDoor(row, doorState.open);
  }

  #setReady(row: number, ready: boolean, nowUs: number): void {
    const life = this.#lives[row]!;
    if (life.ready === ready || (ready && !Number.isNaN(life.deletedUs))) return;
    life.ready = ready;
    life.readyChangedUs = nowUs;
    this.#host.podChanged(row, ready ? 'ready' : 'not ready', nowUs);
    this.#host.readyChanged(row, nowUs);
    if (!ready) return;
    const afterUs = minReadyUs(life);
    if (afterUs === 0) this.#host.podAvailable(row, nowUs);
    else this.#plan(nowUs + afterUs, this.#kind.available, row);
  }

  #onTerm(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    if (life.phase === 'Gone') return;
    const graceEndsUs = life.deletedUs + templateOf(life).terminationGracePeriodSeconds * 1e6;
    // A preStop hook that takes all of the grace is given 2 s more, once.
    life.graceEndsUs = graceEndsUs > nowUs ? graceEndsUs : nowUs + extensionUs;
    this.#stations.setDoor(row, hasProxy(life) ? doorState.refusing : doorState.closed);
    if (hasSidecar(life)) this.#simulation.schedule(drainEndUs(life, nowUs), this.#kind.drained, row);
    else {
      const goneUs = hasProxy(life) ? drainEndUs(life, nowUs) : life.graceEndsUs;
      this.#simulation.schedule(goneUs, this.#kind.gone, row);
      if (!hasProxy(life)) this.#onDrained(row, nowUs);
    }
  }

  /** An application leaves when its last request is answered, told ten times a second, or when its grace is over. */
  #onDrained(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    if (life.phase === 'Gone') return;
    const isOver = this.#stations.booked(row, 'inSystem') === 0 || nowUs >= life.graceEndsUs;
    if (isOver && hasSidecar(life)) this.#onGone(row, nowUs);
    else if (isOver) this.#simulation.schedule(nowUs, this.#kind.gone, row);
    else this.#simulation.schedule(Math.min(nowUs + drainLookUs, life.graceEndsUs), this.#kind.drained, row);
  }

  #onGone(row: number, nowUs: number): void {
    const life = this.#lives[row]!;
    if (life.phase === 'Gone') return;
    life.phase = 'Gone';
    life.goneUs = nowUs;
    life.ready = false;
    life.containerGeneration += 1;
    this.#stations.setDoor(row, doorState.closed);
    this.#host.podDied(row, 'pod', nowUs);
    this.#stations.idle.ends(row, nowUs);
    this.#host.stopProxy(row);
    this.#metrics.podRemoved(life.pod.name);
    this.#host.podChanged(row, 'gone', nowUs);
    this.#host.podGone(row, nowUs);
  }

  #metricsOf(row: number, startUs: number): void {
    const { pod, restarts } = this.#lives[row]!;
    for (const container of this.containersOf(row)) {
      if (container !== sidecarName || restarts === 0 || isGateway(this.#lives[row]!))
        this.#metrics.containerStarted(pod.name, container, startUs);
    }
  }

  /** An event of a container: it does not happen if that container has died meanwhile. */
  #ofContainer(name: string, handler: (row: number, nowUs: number) => void): number {
    return this.#simulation.kind(name, (planned, nowUs) => {
      const { row, generation } = this.#planned[planned]!;
      if (this.#lives[row]!.containerGeneration === generation) handler(row, nowUs);
    });
  }

  #plan(dueUs: number, kind: number, row: number): void {
    const generation = this.#lives[row]!.containerGeneration;
    this.#simulation.schedule(dueUs, kind, this.#planned.push({ row, generation }) - 1);
  }

  copyFrom(other: Kubelet): void {
    for (const [workload, { law }] of other.#boots) this.#bootBy(workload, law);
    refill(this.#planned, other.#planned);
  }
}

/** node-monitor-grace-period since Kubernetes 1.32. */
const unreachableUs = 50e6;
/** Of node.kubernetes.io/unreachable, as admission writes it into every pod. */
const tolerationUs = 300e6;
/** Istio's terminationDrainDuration. */
const drainUs = 5e6;
const drainLookUs = 100_000;
const drainEndUs = ({ graceEndsUs }: PodLife, nowUs: number): number =>
  Math.min(nowUs + drainUs, graceEndsUs);
/** Of the grace, for a preStop hook that has used it up. */
const extensionUs = 2e6;
/** A container that has run for so long is started again at once. */
const forgivenUs = 600e6;
/** The kubelet notices a dead container and starts it again. */
const restartUs = 1e6;

function doubling(times: number): number {
  let factor = 1;
  for (let i = 0; i < times && factor < 64; i++) factor *= 2;
  return factor;
}
