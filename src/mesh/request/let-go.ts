import type { Simulation } from '../../kernel/simulation.ts';
import type { Stations } from '../app/stations.ts';
import type { Ahead } from './ahead.ts';
import type { Connect } from './connect.ts';
import type { Holding } from './holding.ts';
import { inPod } from '../app/in-pod.ts';
import type { RequestColumns } from './request-columns.ts';
import { stage } from './stage.ts';
import type { Surroundings } from './surroundings.ts';

/** The caller's proxy ends what is under way for a request, whose answer nobody wants any more. */
export class LetGo {
  readonly #rows: RequestColumns;
  readonly #stations: Stations;
  readonly #simulation: Simulation;
  readonly #connect: Connect;
  readonly #holding: Holding;
  readonly #ahead: Ahead;

  constructor(around: Surroundings, connect: Connect, holding: Holding, ahead: Ahead) {
    this.#rows = around.rows;
    this.#stations = around.stations;
    this.#simulation = around.simulation;
    this.#connect = connect;
    this.#holding = holding;
    this.#ahead = ahead;
  }

  /** True if something on its way still refers to its row. */
  of(row: number, timedOut: boolean): boolean {
    const rows = this.#rows;
    const { nowUs } = this.#simulation;
    this.#ahead.settle(row, nowUs);
    this.#holding.endRetry(row);
    if (rows.upstream[row]! >= 0) {
      if (rows.stage[row] === stage.waiting) {
        this.#connect.cancel(row);
        return false;
      }
      if (rows.stage[row] === stage.upstream) {
        if (timedOut) this.#holding.judgeTimeout(row, nowUs);
        else this.#holding.leaveUnjudged(row, nowUs);
      }
    }
    if (rows.stage[row] !== stage.upstream) return true;
    if (rows.caller[row]! >= 0) this.#holding.release(row, false);
    const attempt = rows.attempt[row]!;
    if (attempt < 0) return rows.where[row] !== inPod.lost;
    this.attempt(attempt, nowUs);
    return false;
  }

  /** A try with a row of its own: it goes on to its end, for nothing; in a silent pod it has none. */
  attempt(attempt: number, nowUs: number): void {
    this.#ahead.settle(attempt, nowUs);
    if (this.#rows.where[attempt] === inPod.lost) {
      this.#rows.close(attempt);
      return;
    }
    this.#rows.abandoned[attempt] = 1;
    this.#rows.stream[attempt] = -1;
    this.passOver(attempt, nowUs);
  }

  /** Where the application notices that the caller has left, a request that waits goes from the line, and its row with it. */
  passOver(row: number, nowUs: number): void {
    if (this.#rows.where[row] !== inPod.waits) return;
    const pod = this.#rows.pod[row]!;
    if (this.#stations.behaviours[pod]!.drops === true) this.#stations.books.leaveQueue(pod, row, nowUs);
  }
}
