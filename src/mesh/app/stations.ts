import { refill } from '../../kernel/copies.ts';
import { Namesakes } from '../../kernel/namesakes.ts';
import type { Stream } from '../../kernel/chance.ts';
import { sampler, type Sampler } from '../../kernel/distribution.ts';
import { Draws } from '../../kernel/draws.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { App, WorkloadBehaviour } from './app.ts';
import { scriptsOf, type Scripts } from './scripts.ts';
import { drawFailure, isTime, type Failure, type FailsWhen } from './failure.ts';
import type { Pod } from '../kubernetes/pod.ts';
import { book, bookWidth, PodBooks, type StationRows } from './pod-books.ts';
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

/** A workload that got slower or fails from some moment on. */
export interface Trouble {
  /** Times of all steps are multiplied by this. */
  readonly factor: number;
  /** In place of what its app says of failures; undefined: as the app says. */
  readonly fails: readonly Failure[] | undefined;
}

/**
 * The applications in the pods: how many requests each has in hand, who waits, how long its steps take, and what CPU it
 * uses. A pod without a behaviour in the app answers at once.
 */
export class Stations {
  readonly behaviours: WorkloadBehaviour[] = [];
  /** What each pod does with its requests. */
  readonly scripts: Scripts[] = [];
  readonly cpu: PodCpu[] = [];
  readonly books: PodBooks;
  /** Of all pods and steps, as `book.steps` says; undefined where the step takes no time of its own. */
  readonly #work: (Draws | undefined)[] = [];
  /** Of the applications, and of the proxies beside them, while they run. */
  readonly idle = new IdleCpu();
  readonly sidecarIdle = new IdleCpu();
  readonly #app: App;
  readonly #sidecarIdleMilli: number;
  readonly #stream: (name: string) => Stream;
  readonly #simulation: Simulation;
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
    this.books = new PodBooks(requests);
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
    const steps = this.#work.length;
    scripts.steps.forEach((step, place) => {
      const chance = (): Stream => this.#stream(place === 0 ? `work/${name}` : `work/${name}/${place}`);
      this.#work.push('time' in step ? new Draws(step.time, chance(), step.kind === 'work') : undefined);
    });
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
    const at = this.books.add();
    const { numbers } = this.books;
    const { concurrency, queue = Infinity, passesOn, cpuUs } = behaviour;
    numbers[at + book.door] = doorState.open;
    numbers[at + book.passesOn] = passesOn === true ? 1 : 0;
    numbers[at + book.concurrency] = concurrency;
    numbers[at + book.queue] = queue;
    numbers[at + book.cpuUs] = cpuUs;
    numbers[at + book.steps] = steps;
    numbers[at + book.hasPaths] = scripts.hasPaths ? 1 : 0;
    numbers[at + book.factor] = this.#trouble.get(pod.workload)?.factor ?? 1;
    numbers[at + book.armedUs] = Infinity;
    numbers[at + book.changedUs] = this.#simulation.nowUs;
    numbers[at + book.head] = -1;
    numbers[at + book.tail] = -1;
    this.#sayTakesAll(this.behaviours.length - 1);
  }

  /** What is kept of a pod; 0 of one that is not here. */
  booked(pod: number, what: keyof typeof book): number {
    return this.books.numbers[pod * bookWidth + book[what]] ?? 0;
  }

  /** Time that a step takes, in microseconds. */
  stepUs(pod: number, step: number): number {
    const { numbers } = this.books;
    const at = pod * bookWidth;
    return this.#work[numbers[at + book.steps]! + step]!.next() * numbers[at + book.factor]!;
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
    const { numbers } = this.books;
    const armedAt = pod * bookWidth + book.armedUs;
    if (numbers[armedAt] !== nowUs) return;
    numbers[armedAt] = Infinity;
    const cpu = this.cpu[pod]!;
    cpu.advance(nowUs);
    for (let row = cpu.takeFinished(); row >= 0; row = cpu.takeFinished()) this.#worked(row, nowUs);
    this.#arm(pod);
  }

  /** Looks only ever come closer here; one that has become too early looks again when it comes. */
  #arm(pod: number): void {
    const nextUs = Math.max(this.cpu[pod]!.nextUs(), this.#simulation.nowUs);
    const armedAt = pod * bookWidth + book.armedUs;
    if (nextUs >= this.books.numbers[armedAt]!) return;
    this.books.numbers[armedAt] = nextUs;
    this.#simulation.schedule(nextUs, this.#turn, pod);
  }

  /** CPU time of the application since its start, in microseconds. */
  usedUs(pod: number, nowUs: number): number {
    this.cpu[pod]!.advance(nowUs);
    return this.cpu[pod]!.usedUs + this.booked(pod, 'countedUs') + this.idle.usedUs(pod, nowUs);
  }

  /** The same of the proxy beside it. */
  sidecarUsedUs(pod: number, nowUs: number): number {
    return this.booked(pod, 'sidecarUs') + this.sidecarIdle.usedUs(pod, nowUs);
  }

  /** The process has died: nobody is in it any more. The owner has told their callers. */
  empty(pod: number, nowUs: number): void {
    this.books.empty(pod, nowUs);
    this.cpu[pod]!.clear(nowUs);
  }

  /** From now on the pods of a workload, those to come too, are slower or fail; what is not named stays as it is. */
  trouble(workload: string, change: Partial<Trouble>): void {
    const trouble = { factor: 1, fails: undefined, ...this.#trouble.get(workload), ...change };
    this.#workload.forEach((own, pod) => {
      if (own !== workload) return;
      this.#changing(pod);
      this.books.numbers[pod * bookWidth + book.factor] = trouble.factor;
    });
    this.#trouble.set(workload, trouble);
    this.#workload.forEach((own, pod) => {
      if (own !== workload) return;
      this.#sayTakesAll(pod);
      this.#troubled(pod);
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
    this.books.numbers[pod * bookWidth + book.door] = state;
    this.#sayTakesAll(pod);
  }

  #sayTakesAll(pod: number): void {
    const { numbers } = this.books;
    const at = pod * bookWidth;
    const isPlain = numbers[at + book.concurrency] === Infinity && numbers[at + book.passesOn] === 0;
    const takesAll =
      isPlain && numbers[at + book.door] === doorState.open && this.#failuresOf(pod).length === 0;
    numbers[at + book.takesAll] = takesAll ? 1 : 0;
  }

  /** Whatever comes is begun at once, and answered without an error. */
  takesAll(pod: number): boolean {
    return this.books.numbers[pod * bookWidth + book.takesAll] === 1;
  }

  /** Requests pass through, as at a gateway. */
  passesOn(pod: number): boolean {
    return this.books.numbers[pod * bookWidth + book.passesOn] === 1;
  }

  /** A request uses CPU beside that of its steps. */
  costs(pod: number): void {
    const { numbers } = this.books;
    const at = pod * bookWidth;
    numbers[at + book.countedUs]! += numbers[at + book.cpuUs]!;
  }

  /** The same of the proxy beside it, in microseconds. */
  costsSidecar(pod: number, us: number): void {
    this.books.numbers[pod * bookWidth + book.sidecarUs]! += us;
  }

  /** Requests are told apart by their path. */
  hasPaths(pod: number): boolean {
    return this.books.numbers[pod * bookWidth + book.hasPaths] === 1;
  }

  /** One of `doorState`. */
  door(pod: number): number {
    return this.books.numbers[pod * bookWidth + book.door]!;
  }

  /** No packet comes back from the pod. */
  isSilent(pod: number): boolean {
    return this.door(pod) === doorState.silent;
  }

  /** Who takes no connection for this request: the application, or the sidecar already; undefined: both take it. */
  refuses(pod: number, nowUs: number): 'refuse' | 'unreachable' | 'silent' | undefined {
    const door = this.door(pod);
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
    return time() * this.booked(pod, 'factor');
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

  /** After the pods have been added. */
  copyFrom(other: Stations): void {
    this.books.copyFrom(other.books);
    this.idle.copyFrom(other.idle);
    this.sidecarIdle.copyFrom(other.sidecarIdle);
    refill(this.#trouble, other.#trouble);
    other.cpu.forEach((cpu, pod) => this.cpu[pod]!.copyFrom(cpu));
    other.#work.forEach((draws, place) => draws && this.#work[place]!.copyFrom(draws));
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
