import type { Simulation } from '../../kernel/simulation.ts';
import { TimerLane } from '../../kernel/timer-lane.ts';
import type { RequestColumns } from './request-columns.ts';

/** Timers of one purpose about rows of requests: a lane for each delay that is met. */
export class Timers {
  readonly #lanes = new Map<number, TimerLane>();
  readonly #simulation: Simulation;
  readonly #rows: RequestColumns;
  readonly #purpose: string;
  readonly #onDue: (row: number, nowUs: number) => void;

  constructor(
    simulation: Simulation,
    rows: RequestColumns,
    purpose: string,
    onDue: (row: number, nowUs: number) => void,
  ) {
    this.#simulation = simulation;
    this.#rows = rows;
    this.#purpose = purpose;
    this.#onDue = onDue;
  }

  /** `row` is woken after the delay, unless its life is over by then. */
  set(row: number, delayUs: number): void {
    this.#of(delayUs).set(row);
  }

  #of(delayUs: number): TimerLane {
    let lane = this.#lanes.get(delayUs);
    if (lane === undefined) {
      lane = new TimerLane(
        this.#simulation,
        `${this.#purpose} ${delayUs} us`,
        delayUs,
        (row) => this.#rows.generation[row]!,
        this.#onDue,
      );
      this.#lanes.set(delayUs, lane);
    }
    return lane;
  }
}
