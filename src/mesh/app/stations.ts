import { refill } from '../../kernel/copies.ts';
import { copyColumns, growColumns, nextLength } from '../../kernel/columns.ts';
import { Namesakes } from '../../kernel/namesakes.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import { Draws } from '../../kernel/draws.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { App, WorkloadBehaviour } from './app.ts';
import { scriptsOf, type Scripts } from './scripts.ts';
import { drawFailure, isTime, type Failure, type FailsWhen } from './failure.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { inPod } from './in-pod.ts';
import { IdleCpu } from '../kubernetes/idle-cpu.ts';
import { PodCpu } from '../kubernetes/pod-cpu.ts';
import { matches } from '../../manifest/labels.ts';

/** What a pod does with a connection that comes. */
export const doorState = {
  /** Nobody listens: not started yet, or gone. */
  closed: 0,
  open: 1,
  /** The application takes none (it boots, or ends); its sidecar says so with a 503. */
  refusing: 2,
  /** Packets are dropped: nobody answers, and nobody says no. */
  silent: 3,
} as const;

/** Of each request, by its row, what its place in a pod is told by. */
export interface StationRows {
  /** When it came, and when a worker took it. */
  readonly enteredUs: Float64Array;
  readonly begunUs: Float64Array;
  /** Who waits behind it; -1: nobody. */
  readonly next: Int32Array;
  /** One of `inPod`. */
  readonly where: Uint8Array;
  close(row: number): void;
}

/** What a request meets at the application. */
export type Entry = 'begins' | 'waits' | 'is turned away';

/** A workload that got slower or fails from some moment on. */
export interface Trouble {
  /** Times of all steps are multiplied by this. */
  readonly factor: number;
  /** In place of what its app says of failures; undefined: as the app says. */
  readonly fails: readonly Failure[] | undefined;
}

/**
 * The applications in the pods: how many requests each has in hand, who waits, how long its steps take, and what CPU it
 * uses. A pod without a behaviour in the app answers at once. One story: whoever comes, waits, works or leaves changes the same counts.
 */
export class Stations {
  readonly behaviours: WorkloadBehaviour[] = [];
  /** What each pod does with its requests. */
  readonly scripts: Scripts[] = [];
  /** Per pod and step; undefined where the step takes no time of its own. */
  readonly work: (readonly (Draws | undefined)[])[] = [];
  /** One of `doorState` for each; to be written by `setDoor`. */
  door: Int32Array = new Int32Array(0);
  readonly cpu: PodCpu[] = [];
  /** Requests in the application, in service or waiting. */
  inSystem: Float64Array = new Float64Array(0);
  waiting: Float64Array = new Float64Array(0);
  // Since the start, per pod: requests that came and left, their time in the application and the part of it that they
  // had a worker (us), and the integrals of those in the system and of workers at work over time (request-us).
  entered: Float64Array = new Float64Array(0);
  served: Float64Array = new Float64Array(0);
  turnedAway: Float64Array = new Float64Array(0);
  /** Left by their callers while they waited. */
  abandoned: Float64Array = new Float64Array(0);
  sojournUs: Float64Array = new Float64Array(0);
  serviceUs: Float64Array = new Float64Array(0);
  /** Cut off when their pod died. */
  lost: Float64Array = new Float64Array(0);
  readonly #pods = {
    presentUs: new Float64Array(0),
    workingUs: new Float64Array(0),
    changedUs: new Float64Array(0),
    /** Sums over those present, and over those with a worker, of the moments when they came to that. */
    enteredSumUs: new Float64Array(0),
    begunSumUs: new Float64Array(0),
    /** When the processor is looked at next; Infinity: not before somebody computes. */
    armedUs: new Float64Array(0),
    busy: new Float64Array(0),
    /** Rows of requests at both ends of the line; -1: nobody waits. */
    head: new Int32Array(0),
    tail: new Int32Array(0),
    factor: new Float64Array(0),
  };
  /** CPU of steps that only wait, and of the sidecar: counted, not contended. */
  countedUs: Float64Array = new Float64Array(0);
  sidecarUs: Float64Array = new Float64Array(0);
  /** Of the applications, and of the proxies beside them, while they run. */
  readonly idle = new IdleCpu();
  readonly sidecarIdle = new IdleCpu();
  readonly #app: App;
  readonly #sidecarIdleMilli: number;
  readonly #stream: (name: string) => Stream;
  readonly #simulation: Simulation;
  readonly #requests: StationRows;
  readonly #worked: (row: number, nowUs: number) => void;
  readonly #turn: number;
  readonly #fails: Stream[] = [];
  /** Of pods whose scripts have calls that not every request makes. */
  readonly #optional: (Stream | undefined)[] = [];
  readonly #errorChances: Stream[] = [];
  /** How long until an error, drawn by the chance of the pod that is asked; made when it is first needed. */
  readonly #errorTimes = new Map<Failure, Sampler>();
  #failingPod = -1;
  readonly #trouble = new Map<string, Trouble>();
  readonly #namesakes = new Namesakes();
  readonly #workload: string[] = [];
  #changing: (pod: number) => void = () => {};
  #troubled: (pod: number) => void = () => {};

  /**
   * @param worked is told when a request's computing is done.
   * @param sidecarIdleMilli CPU of a pod's proxy while it runs.
   */
  constructor(
    app: App,
    simulation: Simulation,
    requests: StationRows,
    stream: (name: string) => Stream,
    worked: (row: number, nowUs: number) => void,
    sidecarIdleMilli = 0,
  ) {
    this.#app = app;
    this.#simulation = simulation;
    this.#requests = requests;
    this.#sidecarIdleMilli = sidecarIdleMilli;
    this.#stream = stream;
    this.#worked = worked;
    this.#turn = simulation.kind('processor looks', (pod, nowUs) => this.#onTurn(pod, nowUs), true);
  }

  /** What a pod does with a request: as the app's first workload says whose labels it has. */
  behaviourOf({
    labels,
    workload,
    isGateway,
  }: Pick<Pod, 'labels' | 'workload' | 'isGateway'>): WorkloadBehaviour {
    if (isGateway === true) return { ...idle(workload), passesOn: true };
    return this.#app.workloads.find((own) => matches(own.match, labels)) ?? idle(workload);
  }

  add(pod: Pod): void {
    const name = this.#namesakes.next(pod.name);
    const behaviour = this.behaviourOf(pod);
    this.behaviours.push(behaviour);
    const scripts = scriptsOf(behaviour);
    this.scripts.push(scripts);
    const isOptional = scripts.steps.some((step) => step.kind === 'call' && step.probability !== undefined);
    this.#optional.push(isOptional ? this.#stream(`optional calls/${name}`) : undefined);
    this.work.push(
      scripts.steps.map((step, place) =>
        'time' in step
          ? new Draws(
              step.time,
              this.#stream(place === 0 ? `work/${name}` : `work/${name}/${place}`),
              step.kind === 'work',
            )
          : undefined,
      ),
    );
    this.#fails.push(this.#stream(`fails/${name}`));
    this.#errorChances.push(this.#stream(`error times/${name}`));
    const limited = pod.cpuLimitMilli !== Infinity;
    this.cpu.push(
      new PodCpu({
        cores: behaviour.cores ?? 4,
        limitMilli: pod.cpuLimitMilli,
        phaseUs: limited ? this.#stream(`cfs/${name}`).below(100_000) : 0,
      }),
    );
    this.idle.add((behaviour.idleCpuMilli ?? 0) / 1000);
    this.sidecarIdle.add(this.#sidecarIdleMilli / 1000);
    this.#workload.push(pod.workload);
    const row = this.behaviours.length - 1;
    if (row >= this.#pods.busy.length) {
      const length = nextLength(this.#pods.busy.length, 16);
      growColumns(this, length);
      growColumns(this.#pods, length);
    }
    this.door[row] = doorState.open;
    this.#pods.armedUs[row] = Infinity;
    this.#pods.factor[row] = this.#trouble.get(pod.workload)?.factor ?? 1;
    this.#pods.changedUs[row] = this.#simulation.nowUs;
    this.#pods.head[row] = -1;
    this.#pods.tail[row] = -1;
  }

  enter(pod: number, row: number, nowUs: number): Entry {
    const { concurrency, queue = Infinity } = this.behaviours[pod]!;
    const free = this.#pods.busy[pod]! < concurrency;
    if (!free && this.waiting[pod]! >= queue) {
      this.turnedAway[pod]! += 1;
      return 'is turned away';
    }
    this.#count(pod, nowUs);
    this.entered[pod]! += 1;
    this.inSystem[pod]! += 1;
    this.#pods.enteredSumUs[pod]! += nowUs;
    if (free) {
      this.#pods.busy[pod]! += 1;
      this.#begin(pod, row, nowUs);
      return 'begins';
    }
    this.waiting[pod]! += 1;
    this.#requests.next[row] = -1;
    if (this.#pods.head[pod]! < 0) this.#pods.head[pod] = row;
    else this.#requests.next[this.#pods.tail[pod]!] = row;
    this.#pods.tail[pod] = row;
    return 'waits';
  }

  /** A request has left, and its worker takes the next; its row, or -1. */
  leave(pod: number, left: number, nowUs: number): number {
    this.#count(pod, nowUs);
    this.served[pod]! += 1;
    this.inSystem[pod]! -= 1;
    this.#end(pod, left, nowUs);
    const begunUs = this.#requests.begunUs[left]!;
    this.serviceUs[pod]! += nowUs - begunUs;
    this.#pods.begunSumUs[pod]! -= begunUs;
    const row = this.#next(pod);
    if (row < 0) {
      this.#pods.busy[pod]! -= 1;
    } else {
      this.waiting[pod]! -= 1;
      this.#begin(pod, row, nowUs);
    }
    return row;
  }

  /** A request came, was begun at once and has left: as `enter` and `leave`, with one look at the books. */
  passed(pod: number, enteredUs: number, leftUs: number): void {
    const spanUs = leftUs - enteredUs;
    this.entered[pod]! += 1;
    this.served[pod]! += 1;
    this.sojournUs[pod]! += spanUs;
    this.serviceUs[pod]! += spanUs;
    this.#pods.presentUs[pod]! += spanUs;
    this.#pods.workingUs[pod]! += spanUs;
  }

  #begin(pod: number, row: number, nowUs: number): void {
    this.#requests.begunUs[row] = nowUs;
    this.#pods.begunSumUs[pod]! += nowUs;
  }

  #end(pod: number, row: number, nowUs: number): void {
    const enteredUs = this.#requests.enteredUs[row]!;
    this.sojournUs[pod]! += nowUs - enteredUs;
    this.#pods.enteredSumUs[pod]! -= enteredUs;
  }

  /** A waiting request has lost its caller; its row stays in the line until its turn comes, and is then passed over. */
  leaveQueue(pod: number, row: number, nowUs: number): void {
    this.#count(pod, nowUs);
    this.abandoned[pod]! += 1;
    this.inSystem[pod]! -= 1;
    this.waiting[pod]! -= 1;
    this.#end(pod, row, nowUs);
    this.#requests.where[row] = inPod.passedOver;
  }

  #next(pod: number): number {
    for (;;) {
      const row = this.#pods.head[pod]!;
      if (row < 0) return -1;
      this.#pods.head[pod] = this.#requests.next[row]!;
      if (this.#requests.where[row] !== inPod.passedOver) return row;
      this.#requests.close(row);
    }
  }

  /** Time that a step takes, in microseconds. */
  stepUs(pod: number, step: number): number {
    return this.work[pod]![step]!.next() * this.#pods.factor[pod]!;
  }

  /** Whether a request makes a call that not each makes. */
  makesCall(pod: number, probability: number): boolean {
    return this.#optional[pod]!.uniform() < probability;
  }

  /** A request computes a step of its script; `worked` is told when it is done. */
  compute(pod: number, row: number, step: number, nowUs: number): void {
    this.cpu[pod]!.add(row, Math.round(1000 * this.stepUs(pod, step)), nowUs);
    this.#arm(pod);
  }

  #onTurn(pod: number, nowUs: number): void {
    // An earlier look has made this one needless.
    if (this.#pods.armedUs[pod] !== nowUs) return;
    this.#pods.armedUs[pod] = Infinity;
    const cpu = this.cpu[pod]!;
    cpu.advance(nowUs);
    for (let row = cpu.takeFinished(); row >= 0; row = cpu.takeFinished()) this.#worked(row, nowUs);
    this.#arm(pod);
  }

  /** Looks only ever come closer here; one that has become too early looks again when it comes. */
  #arm(pod: number): void {
    const nextUs = Math.max(this.cpu[pod]!.nextUs(), this.#simulation.nowUs);
    if (nextUs >= this.#pods.armedUs[pod]!) return;
    this.#pods.armedUs[pod] = nextUs;
    this.#simulation.schedule(nextUs, this.#turn, pod);
  }

  /**
   * Requests in the system and workers at work, integrated over time until now, and how long those present have been in the
   * system and with a worker so far; in request-microseconds. The first two are the last two and what left, to the last bit
   * of a sum: Little's law and the utilisation law.
   */
  integrals(pod: number, nowUs: number) {
    this.#count(pod, nowUs);
    return {
      presentUs: this.#pods.presentUs[pod]!,
      workingUs: this.#pods.workingUs[pod]!,
      presentAgeUs: this.inSystem[pod]! * nowUs - this.#pods.enteredSumUs[pod]!,
      workingAgeUs: this.#pods.busy[pod]! * nowUs - this.#pods.begunSumUs[pod]!,
    };
  }

  /** CPU time of the application since its start, in microseconds. */
  usedUs(pod: number, nowUs: number): number {
    this.cpu[pod]!.advance(nowUs);
    return this.cpu[pod]!.usedUs + this.countedUs[pod]! + this.idle.usedUs(pod, nowUs);
  }

  /** The same of the proxy beside it. */
  sidecarUsedUs(pod: number, nowUs: number): number {
    return this.sidecarUs[pod]! + this.sidecarIdle.usedUs(pod, nowUs);
  }

  /** The process has died: nobody is in it any more. The owner has told their callers. */
  empty(pod: number, nowUs: number): void {
    const { presentAgeUs, workingAgeUs } = this.integrals(pod, nowUs);
    this.sojournUs[pod]! += presentAgeUs;
    this.serviceUs[pod]! += workingAgeUs;
    this.lost[pod]! += this.inSystem[pod]!;
    this.#pods.enteredSumUs[pod] = 0;
    this.#pods.begunSumUs[pod] = 0;
    this.cpu[pod]!.clear(nowUs);
    this.inSystem[pod] = 0;
    this.waiting[pod] = 0;
    this.#pods.busy[pod] = 0;
    this.#pods.head[pod] = -1;
    this.#pods.tail[pod] = -1;
  }

  /** From now on the pods of a workload, those to come too, are slower or fail; what is not named stays as it is. */
  trouble(workload: string, change: Partial<Trouble>): void {
    const trouble = { factor: 1, fails: undefined, ...this.#trouble.get(workload), ...change };
    this.#workload.forEach((own, pod) => {
      if (own !== workload) return;
      this.#changing(pod);
      this.#pods.factor[pod] = trouble.factor;
    });
    this.#trouble.set(workload, trouble);
    this.#workload.forEach((own, pod) => {
      if (own === workload) this.#troubled(pod);
    });
  }

  /** Who is told when a pod's application has begun, or ceased, to be slow or to fail. */
  onTroubled(listener: (pod: number) => void): void {
    this.#troubled = listener;
  }

  /** No request gets into the application, as it says by itself. */
  refusesAll(pod: number, nowUs: number): boolean {
    return this.#failuresOf(pod).some(
      (own) => isTime(own, nowUs) && own.share >= 1 && (own.by === 'refuse' || own.by === 'unreachable'),
    );
  }

  /** Who is told just before a pod does otherwise with its requests: another door, speed or errors. */
  onChanging(listener: (pod: number) => void): void {
    this.#changing = listener;
  }

  setDoor(pod: number, state: number): void {
    this.#changing(pod);
    this.door[pod] = state;
  }

  /** Whatever comes is begun at once, and answered without an error. */
  takesAll(pod: number): boolean {
    const { concurrency, passesOn } = this.behaviours[pod]!;
    if (this.door[pod] !== doorState.open || concurrency !== Infinity || passesOn === true) return false;
    return this.#failuresOf(pod).length === 0;
  }

  /** No packet comes back from the pod. */
  isSilent(pod: number): boolean {
    return this.door[pod] === doorState.silent;
  }

  /** Who takes no connection for this request: the application, or the sidecar already; undefined: both take it. */
  refuses(pod: number, nowUs: number): 'refuse' | 'unreachable' | 'silent' | undefined {
    const door = this.door[pod];
    if (door === doorState.silent) return 'silent';
    if (door !== doorState.open) return door === doorState.closed ? 'unreachable' : 'refuse';
    const by = drawFailure(this.#failuresOf(pod), 'at-connection', nowUs, this.#fails[pod]!)?.by;
    return by === 'refuse' || by === 'unreachable' ? by : undefined;
  }

  /** The error by which the application ends a request that it took, at this point of its work; undefined: none. */
  failure(pod: number, when: FailsWhen, nowUs: number): Failure | undefined {
    return drawFailure(this.#failuresOf(pod), when, nowUs, this.#fails[pod]!);
  }

  /** Time until the application has found such an error, in microseconds; of one with a law for it. */
  errorUs(pod: number, failure: Failure): number {
    let time = this.#errorTimes.get(failure);
    if (time === undefined) {
      time = sampler(failure.takes!, { uniform: () => this.#errorChances[this.#failingPod]!.uniform() });
      this.#errorTimes.set(failure, time);
    }
    this.#failingPod = pod;
    return time() * this.#pods.factor[pod]!;
  }

  /**
   * How it fails requests at this time, if it fails any of whose failure the caller sees this status: a sidecar answers 503
   * for an application that breaks off, or takes none.
   */
  failsBy(pod: number, status: number, nowUs: number): Failure['by'] | undefined {
    return this.#failuresOf(pod).find(
      (own) => isTime(own, nowUs) && (own.by === 'status' ? own.status : 503) === status,
    )?.by;
  }

  #failuresOf(pod: number): readonly Failure[] {
    const trouble = this.#trouble.size === 0 ? undefined : this.#trouble.get(this.#workload[pod]!);
    return trouble?.fails ?? this.behaviours[pod]!.fails ?? none;
  }

  #count(pod: number, nowUs: number): void {
    const spanUs = nowUs - this.#pods.changedUs[pod]!;
    this.#pods.presentUs[pod]! += spanUs * this.inSystem[pod]!;
    this.#pods.workingUs[pod]! += spanUs * this.#pods.busy[pod]!;
    this.#pods.changedUs[pod] = nowUs;
  }

  /** After the pods have been added. */
  copyFrom(other: Stations): void {
    copyColumns(this, other);
    copyColumns(this.#pods, other.#pods);
    this.idle.copyFrom(other.idle);
    this.sidecarIdle.copyFrom(other.sidecarIdle);
    refill(this.#trouble, other.#trouble);
    other.cpu.forEach((cpu, pod) => this.cpu[pod]!.copyFrom(cpu));
    other.work.forEach((steps, pod) =>
      steps.forEach((draws, step) => draws && this.work[pod]![step]!.copyFrom(draws)),
    );
  }
}

const none: readonly Failure[] = [];

const idle = (name: string): WorkloadBehaviour => ({
  name,
  match: {},
  script: [],
  cpuUs: 0,
  concurrency: Infinity,
});
