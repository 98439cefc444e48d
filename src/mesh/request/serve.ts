import type { Draws } from '../../kernel/draws.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { CallStep } from '../app/app.ts';
import type { Failure } from '../app/failure.ts';
import type { Scripts } from '../app/scripts.ts';
import type { Stations } from '../app/stations.ts';
import { resetReason } from '../envoy/reset-reason.ts';
import { wouldRetryAfter } from '../envoy/resolved-retry.ts';
import { decideRetry, type RetryQuestion } from '../envoy/retry.ts';
import type { Probe } from '../telemetry/probe.ts';
import { inPod } from '../app/in-pod.ts';
import type { Ahead } from './ahead.ts';
import { Branches } from './branches.ts';
import type { Open } from './open.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import { role } from './role.ts';
import type { Surroundings } from './surroundings.ts';

/** In place of a step: time passes until the application has found an error. */
const failing = { answers: -1, breaks: -2 } as const;

/**
 * A request at its pod: the application's script, step by step, and its answer.
 *
 *   arrives -> [refused, offered again] -> turned away | waits for a worker | begins -> work, processor or call, in turn -> reply
 */
export class Serve {
  readonly #around: Surroundings;
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #stations: Stations;
  readonly #probe: Probe;
  readonly #hop: Draws;
  readonly #offered: number;
  readonly #worked: number;
  readonly #answered: number;
  readonly #open: Open;
  readonly #branches: Branches;
  readonly #ahead: Ahead;
  /** Where a request of a class begins in the scripts of a pod. */
  readonly #starts = new Map<Scripts, number[]>();
  /** Filled anew for each request that is refused; nothing limits inbound retries. */
  readonly #question: RetryQuestion = { wouldRetry: false, retriesLeft: 0, breakerOpen: false };

  constructor(
    around: Surroundings,
    probe: Probe,
    hop: Draws,
    events: RequestEvents,
    open: Open,
    ahead: Ahead,
  ) {
    this.#around = around;
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#stations = around.stations;
    this.#probe = probe;
    this.#hop = hop;
    this.#offered = events.offered;
    this.#worked = events.worked;
    this.#answered = events.answered;
    this.#open = open;
    this.#branches = new Branches(around.rows);
    this.#ahead = ahead;
  }

  onArrive(row: number, nowUs: number): void {
    this.#rows.enteredUs[row] = nowUs;
    this.#rows.tries[row] = 0;
    this.#probe.arrived?.(row, nowUs);
    this.#offer(row, nowUs);
  }

  /** The back-off of an inbound retry is over; the pod may have died, or the caller have left meanwhile. */
  onOffered(row: number, nowUs: number): void {
    const rows = this.#rows;
    if (rows.where[row] !== inPod.refused || rows.workDueUs[row] !== nowUs) return;
    rows.where[row] = inPod.no;
    rows.workDueUs[row] = -1;
    if (rows.isUnwanted(row)) rows.close(row);
    else this.#offer(row, nowUs);
  }

  #offer(row: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    const proxy = this.#around.proxyOfPod[pod]!;
    const refusal = this.#stations.refuses(pod, nowUs);
    if (refusal === 'silent') {
      if (this.#rows.isUnwanted(row)) this.#rows.close(row);
      else this.#rows.where[row] = inPod.lost;
      return;
    }
    if (refusal !== undefined) {
      const bySidecar = proxy >= 0 && refusal === 'refuse';
      if (!bySidecar || !this.#offersAgain(row, proxy, nowUs)) this.#turnAway(row, bySidecar, nowUs);
      return;
    }
    if (proxy >= 0) {
      this.#around.proxyWorks(proxy);
      this.#around.proxies.openInboundStream(proxy);
    }
    const entry = this.#stations.books.enter(pod, row, nowUs);
    if (entry === 'begins') {
      this.#begin(row, nowUs);
    } else if (entry === 'waits') {
      this.#rows.where[row] = inPod.waits;
    } else {
      // Its queue is full: the application itself says 503.
      this.answer(row, 503, nowUs);
    }
  }

  /** True if the sidecar's inbound route has a retry left for a request that the application took nothing of. */
  #offersAgain(row: number, proxy: number, nowUs: number): boolean {
    const rows = this.#rows;
    const { proxies } = this.#around;
    const retry = proxies.routes[proxy * proxies.settings.concurrency]!.inboundRetry(rows.requestClass[row]!);
    if (retry === undefined) return false;
    const made = rows.tries[row]!;
    this.#question.wouldRetry = wouldRetryAfter(retry, 0, resetReason.connectFailure).retry;
    this.#question.retriesLeft = retry.retries - made;
    if (decideRetry(this.#question).verdict !== 'retry') return false;
    rows.tries[row] = made + 1;
    rows.where[row] = inPod.refused;
    const dueUs = nowUs + proxies.backOffUs(proxy, made, retry);
    rows.workDueUs[row] = dueUs;
    this.#simulation.schedule(dueUs, this.#offered, row);
    return true;
  }

  /** The application takes no connection: its sidecar says so with a 503; without one the caller sees it itself. */
  #turnAway(row: number, bySidecar: boolean, nowUs: number): void {
    this.#rows.status[row] = 503;
    if (bySidecar) this.#told(row, nowUs);
    else this.#rows.reset[row] = resetReason.connectFailure;
    this.#simulation.schedule(nowUs + this.#hop.next(), this.#answered, row);
  }

  #begin(row: number, nowUs: number): void {
    this.#probe.begun?.(row, nowUs);
    const pod = this.#rows.pod[row]!;
    this.#rows.where[row] = inPod.served;
    if (this.#stations.passesOn(pod)) {
      this.#open.passOn(row, nowUs);
      return;
    }
    const failure = this.#stations.failure(pod, 'before-work', nowUs);
    if (failure !== undefined) {
      if (failure.takes === undefined) this.#fail(row, failure.by, failure.status, nowUs);
      else this.#failLater(row, failure, nowUs);
      return;
    }
    this.#stations.costs(pod);
    this.#rows.step[row] = this.startOf(row);
    this.#proceed(row, nowUs);
  }

  startOf(row: number): number {
    const pod = this.#rows.pod[row]!;
    return this.#stations.hasPaths(pod) ? this.#startIn(this.#stations.scripts[pod]!, row) : 0;
  }

  came(row: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    this.#probe.arrived?.(row, nowUs);
    this.#uses(pod);
    this.#stations.books.enter(pod, row, nowUs);
    this.#probe.begun?.(row, nowUs);
    this.#rows.where[row] = inPod.served;
  }

  left(row: number, nowUs: number): void {
    this.#rows.where[row] = inPod.no;
    this.#succeeded(row, nowUs);
    this.#stations.books.leave(this.#rows.pod[row]!, row, nowUs);
  }

  passed(row: number, enteredUs: number, leftUs: number): void {
    const pod = this.#rows.pod[row]!;
    this.#probe.arrived?.(row, enteredUs);
    this.#uses(pod);
    this.#probe.begun?.(row, enteredUs);
    this.#succeeded(row, leftUs);
    this.#stations.books.passed(pod, enteredUs, leftUs);
  }

  /** A request costs CPU at the pod, and at the proxy beside it. */
  #uses(pod: number): void {
    const proxy = this.#around.proxyOfPod[pod]!;
    if (proxy >= 0) this.#around.proxyWorks(proxy);
    this.#stations.costs(pod);
  }

  #succeeded(row: number, nowUs: number): void {
    this.#rows.workDueUs[row] = -1;
    this.#rows.status[row] = 200;
    this.#told(row, nowUs);
  }

  /** Requests of one class have one path: each is looked at once. */
  #startIn(scripts: Scripts, row: number): number {
    const requestClass = this.#rows.sentClass[row]!;
    let starts = this.#starts.get(scripts);
    if (starts === undefined) this.#starts.set(scripts, (starts = []));
    return (starts[requestClass] ??= scripts.startFor(this.#around.classes.heads[requestClass]!.path));
  }

  /** It will have an error, and nothing of the script is done; until then a worker is held. */
  #failLater(row: number, failure: Failure, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    this.#stations.costs(pod);
    this.#rows.step[row] = failure.by === 'reset' ? failing.breaks : failing.answers;
    this.#rows.status[row] = failure.status;
    this.#worksUntil(row, Math.round(nowUs + this.#stations.errorUs(pod, failure)));
  }

  #fail(row: number, by: Failure['by'], status: number, nowUs: number): void {
    // Broken off in the middle: again the sidecar makes a 503 of it, and without one the caller sees the break.
    const broken = by === 'reset' && this.#around.proxyOfPod[this.#rows.pod[row]!]! < 0;
    if (broken) this.#rows.reset[row] = resetReason.connectionTermination;
    this.#reply(row, by === 'reset' ? 503 : status, nowUs);
  }

  /** Do the next step of the script, or answer if it was the last. */
  #proceed(row: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    const place = this.#rows.step[row]!;
    const step = this.#stations.scripts[pod]!.steps[place]!;
    if (step.kind === 'answer') {
      const failure = this.#stations.failure(pod, 'after-work', nowUs);
      if (failure === undefined) this.#reply(row, 200, nowUs);
      else this.#fail(row, failure.by, failure.status, nowUs);
    } else if (step.kind === 'call') {
      this.#call(row, step, nowUs);
    } else if (step.kind === 'together') {
      this.#callTogether(row, step.count, nowUs);
    } else if (step.kind === 'cpu') {
      this.#stations.compute(pod, row, place, nowUs);
    } else if (!this.#ahead.works(row, nowUs)) {
      this.#worksUntil(row, Math.round(nowUs + this.#stations.stepUs(pod, place)));
    }
  }

  #call(row: number, step: CallStep, nowUs: number): void {
    if (!this.#isMade(row, step)) {
      this.stepDone(row, nowUs);
    } else if (step.awaits === undefined) {
      this.#rows.tries[row] = 1;
      this.#open.call(row, step, nowUs);
    } else {
      const branch = this.#branches.notAwaited(row, this.#rows.step[row]!, nowUs);
      this.#probe.branched?.(branch, row, nowUs);
      this.#open.call(branch, step, nowUs);
      this.stepDone(row, nowUs);
    }
  }

  #isMade(row: number, { probability }: CallStep): boolean {
    return probability === undefined || this.#stations.makesCall(this.#rows.pod[row]!, probability);
  }

  /** All rows stand before the first call is made: it may be over at once, and the request with it. */
  #callTogether(row: number, count: number, nowUs: number): void {
    const rows = this.#rows;
    const together = rows.step[row]!;
    let first = -1;
    for (let place = together + count; place > together; place--) {
      if (!this.#isMade(row, this.#callAt(row, place))) continue;
      first = this.#branches.sideBySide(row, place, first, nowUs);
      this.#probe.branched?.(first, row, nowUs);
    }
    rows.next[row] = first;
    if (first < 0) this.#goOn(row, count + 1, nowUs);
    for (let branch = first; branch >= 0;) {
      const behind = rows.next[branch]!;
      this.#open.call(branch, this.#callAt(branch, rows.step[branch]!), nowUs);
      branch = behind;
    }
  }

  #callAt(row: number, place: number): CallStep {
    return this.#stations.scripts[this.#rows.pod[row]!]!.steps[place] as CallStep;
  }

  #goOn(row: number, steps: number, nowUs: number): void {
    this.#rows.step[row]! += steps;
    this.#proceed(row, nowUs);
  }

  #worksUntil(row: number, dueUs: number): void {
    this.#rows.workDueUs[row] = dueUs;
    this.#simulation.schedule(dueUs, this.#worked, row);
  }

  onWorked(row: number, nowUs: number): void {
    // A pod that died has given its rows to others; this is not the step that they wait for.
    const rows = this.#rows;
    if (rows.workDueUs[row] !== nowUs) return;
    const step = rows.step[row]!;
    if (step >= 0) {
      this.stepDone(row, nowUs);
      return;
    }
    rows.workDueUs[row] = -1;
    this.#fail(row, step === failing.breaks ? 'reset' : 'status', rows.status[row]!, nowUs);
  }

  /** The present step of the script is done. */
  stepDone(row: number, nowUs: number): void {
    this.#rows.workDueUs[row] = -1;
    this.#goOn(row, 1, nowUs);
  }

  /** The call that the script waited for is over: once more, on, or an error of its own; a gateway's answer is the one it got. */
  callEnded(row: number, status: number, nowUs: number): void {
    const rows = this.#rows;
    const ok = status === 200;
    if (this.#stations.passesOn(rows.pod[row]!)) {
      this.#reply(row, status, nowUs);
      return;
    }
    const step = this.#callAt(row, rows.step[row]!);
    if (!ok && rows.tries[row]! < step.tries) {
      rows.tries[row]! += 1;
      this.#open.call(row, step, nowUs);
      return;
    }
    const passedOn = step.onFailure === 'answer' && status !== 0;
    const error = ok || step.onFailure === 'body' ? 0 : passedOn ? status : step.failureStatus;
    if (rows.role[row] === role.branch) this.#branchEnded(row, error, nowUs);
    else if (error !== 0) this.#reply(row, error, nowUs);
    else this.#goOn(row, 1, nowUs);
  }

  /** @param error with which its request answers at once; 0: none. */
  #branchEnded(branch: number, error: number, nowUs: number): void {
    const rows = this.#rows;
    const row = this.#branches.over(branch);
    if (row < 0) return;
    if (error !== 0) {
      this.#branches.letGo(row);
      this.#reply(row, error, nowUs);
    } else if (rows.next[row]! < 0) {
      const step = this.#stations.scripts[rows.pod[row]!]!.steps[rows.step[row]!]!;
      this.#goOn(row, step.kind === 'together' ? step.count + 1 : 1, nowUs);
    }
  }

  #reply(row: number, status: number, nowUs: number): void {
    const pod = this.#rows.pod[row]!;
    this.#rows.where[row] = inPod.no;
    this.#rows.status[row] = status;
    this.#told(row, nowUs);
    const next = this.#stations.books.leave(pod, row, nowUs);
    if (next >= 0) this.#begin(next, nowUs);
    this.#ahead.returns(row, nowUs);
  }

  /** An answer leaves the pod. */
  answer(row: number, status: number, nowUs: number): void {
    this.#rows.status[row] = status;
    this.#told(row, nowUs);
    this.#simulation.schedule(nowUs + this.#hop.next(), this.#answered, row);
  }

  #told(row: number, nowUs: number): void {
    this.#around.telemetry.replied(row, nowUs);
    this.#probe.replied(row, nowUs);
  }

  /** The pod is gone, and no sidecar lives on to say so: the caller's proxy sees the connection break. */
  breakOff(row: number, nowUs: number): void {
    this.#rows.status[row] = 503;
    this.#rows.reset[row] = resetReason.connectionTermination;
    this.#simulation.schedule(nowUs + this.#hop.next(), this.#answered, row);
  }
}
