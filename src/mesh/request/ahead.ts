import { grown } from '../../kernel/columns.ts';
import type { Draws } from '../../kernel/draws.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { inPod } from '../app/in-pod.ts';
import { stepTakes } from '../app/scripts.ts';
import type { Stations } from '../app/stations.ts';
import type { ResolvedRoute } from '../envoy/resolved-route.ts';
import type { Probe } from '../telemetry/probe.ts';
import type { RequestColumns } from './request-columns.ts';
import type { RequestEvents } from './request-events.ts';
import type { Surroundings } from './surroundings.ts';

const mostNested = 64;

/** How far a request is played ahead. */
const aheadTo = {
  nothing: 0,
  /** To the end of the present step, which only takes time. */
  worked: 1,
  /** To the answer at its caller: the step is the last. */
  answered: 2,
  /** The pod has answered, and what is left is the way back. */
  onItsWay: 3,
} as const;

/** What becomes of a request at its pod, and of its answer. */
export interface AtPod {
  onArrive(row: number, nowUs: number): void;
  onAnswered(row: number, nowUs: number): void;
  /** Step of the pod's script at which a request that comes will begin. */
  startOf(row: number): number;
  /** It came then, and was begun at once. */
  came(row: number, thenUs: number): void;
  /** It was answered then, without an error. */
  left(row: number, thenUs: number): void;
  /** Both of it. */
  passed(row: number, enteredUs: number, leftUs: number): void;
  /** The present step of the script is done. */
  stepDone(row: number, nowUs: number): void;
}

/**
 * Where nothing can come between, a request is played ahead: its way to a pod that takes everything at once, a step of the script
 * that only takes time, and where that is the last one the way back, are drawn together and cost one event in place of three.
 *
 *   sent ---- hop ----> enteredUs ---- work ----> workDueUs ---- hop ----> aheadUs
 *
 * What takes no time at all is no event either: it happens at once.
 *
 * Nobody sees the difference. Before an event that may look at pods, or at what was counted, happens, `settle` makes true what
 * is past by then; and before a pod changes (its door, its speed, its errors, its death) `unfold` makes its requests
 * ordinary ones, which meet the pod as it is when they come.
 */
export class Ahead {
  readonly #rows: RequestColumns;
  readonly #simulation: Simulation;
  readonly #stations: Stations;
  readonly #events: RequestEvents;
  readonly #hop: Draws;
  readonly #atPod: AtPod;
  readonly #routes: readonly ResolvedRoute[];
  /** What comes to a sidecar draws there, too. */
  readonly #movesCounter: boolean;
  /** Somebody wants to know of each moment at the pod when it comes. */
  readonly #isWatched: boolean;
  /** Calls and answers that happen at once, within each other. */
  #nested = 0;
  /** Rows that are played ahead, in no order. */
  #list = new Int32Array(256);
  #count = 0;

  /** @param hop whole microseconds. */
  constructor(around: Surroundings, probe: Probe, hop: Draws, events: RequestEvents, atPod: AtPod) {
    this.#rows = around.rows;
    this.#simulation = around.simulation;
    this.#stations = around.stations;
    this.#events = events;
    this.#hop = hop;
    this.#atPod = atPod;
    this.#routes = around.tables.routes;
    this.#movesCounter = around.proxies.settings.selector === 'counter';
    this.#isWatched = probe.arrived !== undefined;
  }

  /** A request leaves for its pod. */
  sends(row: number, nowUs: number): void {
    if (this.#goes(row, nowUs)) return;
    const dueUs = nowUs + this.#hop.next();
    if (dueUs > nowUs || !this.#happensAtOnce(row)) {
      this.#simulation.schedule(dueUs, this.#events.arrives, row);
      return;
    }
    this.#nested += 1;
    this.#atPod.onArrive(row, nowUs);
    this.#nested -= 1;
  }

  /** An answer leaves its pod, which has nothing left to do with the request. */
  returns(row: number, nowUs: number): void {
    const dueUs = nowUs + this.#hop.next();
    if (dueUs > nowUs || !this.#happensAtOnce(row)) {
      this.#simulation.schedule(dueUs, this.#events.answered, row);
      return;
    }
    this.#nested += 1;
    this.#atPod.onAnswered(row, nowUs);
    this.#nested -= 1;
  }

  /** A call of a script over a connection that nobody counts; not too many within each other. */
  #happensAtOnce(row: number): boolean {
    const rows = this.#rows;
    if (rows.parent[row]! < 0 || rows.upstream[row]! >= 0 || this.#nested >= mostNested) return false;
    return rows.route[row]! < 0 || !this.#routes[rows.route[row]!]!.isTcp;
  }

  /** False: it must go step by step. */
  #goes(row: number, nowUs: number): boolean {
    const pod = this.#rows.pod[row]!;
    if (!this.#stations.takesAll(pod) || this.#movesCounter) return false;
    const step = this.#atPod.startOf(row);
    const takes = this.#stations.scripts[pod]!.takes[step]!;
    if (takes === stepTakes.more) return false;
    this.#rows.enteredUs[row] = nowUs + this.#hop.next();
    this.#rows.step[row] = step;
    this.#begin(row, pod, takes, this.#rows.enteredUs[row]!);
    if (this.#isWatched) this.#simulation.schedule(this.#rows.enteredUs[row]!, this.#events.looked, row);
    return true;
  }

  /** A request is at a step that only takes time; false: nothing is known of what comes after it. */
  works(row: number, nowUs: number): boolean {
    const pod = this.#rows.pod[row]!;
    if (!this.#stations.takesAll(pod)) return false;
    const takes = this.#stations.scripts[pod]!.takes[this.#rows.step[row]!]!;
    if (takes !== stepTakes.lastTime) return false;
    this.#begin(row, pod, takes, nowUs);
    return true;
  }

  #begin(row: number, pod: number, takes: number, fromUs: number): void {
    const rows = this.#rows;
    const step = rows.step[row]!;
    const workDueUs = Math.round(fromUs + this.#stations.stepUs(pod, step));
    rows.workDueUs[row] = workDueUs;
    const isLast = takes === stepTakes.lastTime;
    const dueUs = isLast ? workDueUs + this.#hop.next() : workDueUs;
    rows.ahead[row] = isLast ? aheadTo.answered : aheadTo.worked;
    rows.aheadUs[row] = dueUs;
    rows.aheadOrder[row] = this.#simulation.schedule(dueUs, this.#events.ahead, row);
    if (this.#isWatched) this.#simulation.schedule(workDueUs, this.#events.looked, row);
    if (this.#count === this.#list.length) this.#list = grown(this.#list, 2 * this.#count);
    rows.aheadPlace[row] = this.#count;
    this.#list[this.#count++] = row;
  }

  /** What it was played ahead to has come. */
  onDue(row: number, nowUs: number): void {
    const rows = this.#rows;
    // An event of a row that has been unfolded since.
    if (rows.aheadUs[row] !== nowUs) return;
    this.settle(row, nowUs);
    const isAnswer = rows.ahead[row] === aheadTo.onItsWay;
    this.drop(row);
    if (isAnswer) this.#atPod.onAnswered(row, nowUs);
    else this.#atPod.stepDone(row, nowUs);
  }

  /** Makes true of a row what is past. */
  settle(row: number, nowUs: number): void {
    const rows = this.#rows;
    const ahead = rows.ahead[row]!;
    if (ahead === aheadTo.nothing || ahead === aheadTo.onItsWay) return;
    if (rows.where[row] === inPod.no) {
      if (rows.enteredUs[row]! > nowUs) return;
      if (ahead === aheadTo.answered && rows.workDueUs[row]! <= nowUs) {
        rows.ahead[row] = aheadTo.onItsWay;
        this.#atPod.passed(row, rows.enteredUs[row]!, rows.workDueUs[row]!);
        return;
      }
      this.#atPod.came(row, rows.enteredUs[row]!);
    }
    if (ahead === aheadTo.worked || rows.workDueUs[row]! > nowUs) return;
    rows.ahead[row] = aheadTo.onItsWay;
    this.#atPod.left(row, rows.workDueUs[row]!);
  }

  /** Makes true of all rows what is past. */
  settleAll(nowUs: number): void {
    for (let place = 0; place < this.#count; place++) this.settle(this.#list[place]!, nowUs);
  }

  /** The pod is about to change: those that are in it, or on their way to it, go on step by step. */
  unfold(pod: number): void {
    const rows = this.#rows;
    const { nowUs } = this.#simulation;
    for (let place = this.#count - 1; place >= 0; place--) {
      const row = this.#list[place]!;
      if (rows.pod[row] !== pod) continue;
      this.settle(row, nowUs);
      if (rows.ahead[row] === aheadTo.onItsWay) continue;
      const order = rows.aheadOrder[row]!;
      this.drop(row);
      if (rows.where[row] === inPod.no) {
        rows.workDueUs[row] = -1;
        this.#simulation.scheduleAs(order, rows.enteredUs[row]!, this.#events.arrives, row);
      } else {
        this.#simulation.scheduleAs(order, rows.workDueUs[row]!, this.#events.worked, row);
      }
    }
  }

  /** The row goes on by itself; the event that was to come finds nothing. */
  drop(row: number): void {
    const rows = this.#rows;
    rows.ahead[row] = aheadTo.nothing;
    rows.aheadUs[row] = -1;
    const place = rows.aheadPlace[row]!;
    const last = this.#list[--this.#count]!;
    this.#list[place] = last;
    rows.aheadPlace[last] = place;
  }

  copyFrom(other: Ahead): void {
    this.#list = other.#list.slice();
    this.#count = other.#count;
  }
}
