import { unrolled } from './columns.ts';
import type { Simulation } from './simulation.ts';

/**
 * Timers that all run for the same time, such as the 3 s that a caller waits for an answer. They come due in the
 * order in which they were set, so a ring holds them and only the soonest one stands in the event queue: a timeout
 * that never fires (nearly all of them) costs a ring entry instead of a heap event.
 *
 *   set -> [ring] -> soonest live one stands in the queue -> due -> onDue(row)
 *
 * A timer is never withdrawn; it is skipped if the row's generation has moved on by the time it reaches the front.
 */
export class TimerLane {
  readonly #simulation: Simulation;
  readonly #delayUs: number;
  readonly #kind: number;
  readonly #generationOf: (row: number) => number;
  #dueUs = new Float64Array(64);
  #order = new Float64Array(64);
  #row = new Int32Array(64);
  #generation = new Int32Array(64);
  #head = 0;
  #length = 0;
  #armed = false;

  constructor(
    simulation: Simulation,
    name: string,
    delayUs: number,
    generationOf: (row: number) => number,
    onDue: (row: number, nowUs: number) => void,
  ) {
    this.#simulation = simulation;
    this.#delayUs = delayUs;
    this.#generationOf = generationOf;
    this.#kind = simulation.kind(name, (row, nowUs) => {
      const live = this.#isLive(this.#head);
      this.#drop();
      this.#armed = false;
      if (live) onDue(row, nowUs);
      if (!this.#armed) this.#armNext();
    });
  }

  /** Wake `row` after the lane's delay unless its generation changes before. */
  set(row: number): void {
    if (this.#length === this.#row.length) this.#grow();
    const slot = (this.#head + this.#length++) & (this.#row.length - 1);
    this.#dueUs[slot] = this.#simulation.nowUs + this.#delayUs;
    this.#order[slot] = this.#simulation.reserveOrder();
    this.#row[slot] = row;
    this.#generation[slot] = this.#generationOf(row);
    if (!this.#armed) this.#armNext();
  }

  #armNext(): void {
    while (this.#length > 0 && !this.#isLive(this.#head)) this.#drop();
    if (this.#length === 0) return;
    const head = this.#head;
    this.#simulation.scheduleAs(this.#order[head]!, this.#dueUs[head]!, this.#kind, this.#row[head]!);
    this.#armed = true;
  }

  #isLive(slot: number): boolean {
    return this.#generationOf(this.#row[slot]!) === this.#generation[slot]!;
  }

  #drop(): void {
    this.#head = (this.#head + 1) & (this.#row.length - 1);
    this.#length -= 1;
  }

  #grow(): void {
    this.#dueUs = unrolled(this.#dueUs, this.#head);
    this.#order = unrolled(this.#order, this.#head);
    this.#row = unrolled(this.#row, this.#head);
    this.#generation = unrolled(this.#generation, this.#head);
    this.#head = 0;
  }
}
