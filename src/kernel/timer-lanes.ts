import { unrolled } from './columns.ts';
import type { Simulation } from './simulation.ts';

/**
 * Timers that all wait for the same thing, such as the 3 s in which a caller wants an answer. Those of one delay come due
 * in the order in which they were set, so a lane of each delay holds them in a ring and only the soonest one stands in the
 * event queue: a timeout that never fires (nearly all of them) costs a ring entry instead of a heap event.
 *
 *   set -> [ring of its delay] -> soonest live one stands in the queue -> due -> onDue(row)
 *
 * A timer is never withdrawn; it is skipped if the row's generation has moved on by the time it reaches the front.
 */
export class TimerLanes {
  readonly #simulation: Simulation;
  readonly #kind: number;
  readonly #generationOf: (row: number) => number;
  readonly #onDue: (row: number, nowUs: number) => void;
  readonly #lanes: Lane[] = [];
  readonly #laneOf = new Map<number, Lane>();
  #last: Lane | undefined;

  constructor(
    simulation: Simulation,
    name: string,
    generationOf: (row: number) => number,
    onDue: (row: number, nowUs: number) => void,
  ) {
    this.#simulation = simulation;
    this.#generationOf = generationOf;
    this.#onDue = onDue;
    this.#kind = simulation.kind(name, (lane, nowUs) => this.#fire(this.#lanes[lane]!, nowUs), true);
  }

  /** Wake `row` after so long unless its generation changes before. */
  set(row: number, delayUs: number): void {
    const lane = this.#laneFor(delayUs);
    lane.push(
      this.#simulation.nowUs + delayUs,
      this.#simulation.reserveOrder(),
      row,
      this.#generationOf(row),
    );
    if (!lane.armed) this.#arm(lane);
  }

  copyFrom(other: TimerLanes): void {
    for (const lane of other.#lanes) this.#laneFor(lane.delayUs).copyFrom(lane);
  }

  /** The last one that was asked for is most often asked for again. */
  #laneFor(delayUs: number): Lane {
    if (this.#last?.delayUs === delayUs) return this.#last;
    return (this.#last = this.#laneOf.get(delayUs) ?? this.#open(delayUs));
  }

  #open(delayUs: number): Lane {
    const lane = new Lane(delayUs, this.#lanes.length);
    this.#lanes.push(lane);
    this.#laneOf.set(delayUs, lane);
    return lane;
  }

  #fire(lane: Lane, nowUs: number): void {
    const row = lane.row;
    const live = this.#isLive(lane);
    lane.drop();
    lane.armed = false;
    if (live) this.#onDue(row, nowUs);
    if (!lane.armed) this.#arm(lane);
  }

  #arm(lane: Lane): void {
    while (lane.length > 0 && !this.#isLive(lane)) lane.drop();
    if (lane.length === 0) return;
    this.#simulation.scheduleAs(lane.order, lane.dueUs, this.#kind, lane.place);
    lane.armed = true;
  }

  #isLive(lane: Lane): boolean {
    return this.#generationOf(lane.row) === lane.generation;
  }
}

/** A timer: when it is due, its place in the order of scheduling, whose it is, and in which of the row's lives. */
const ORDER = 1;
const ROW = 2;
const GENERATION = 3;
const WIDTH = 4;

/** The timers of one delay, soonest first. */
class Lane {
  readonly delayUs: number;
  /** Among the lanes. */
  readonly place: number;
  length = 0;
  /** Its soonest timer stands in the event queue. */
  armed = false;
  /** A ring of timers, each of them numbers side by side. */
  #ring = new Float64Array(64 * WIDTH);
  #head = 0;

  constructor(delayUs: number, place: number) {
    this.delayUs = delayUs;
    this.place = place;
  }

  // Of the soonest timer:
  get dueUs(): number {
    return this.#ring[this.#head]!;
  }

  get order(): number {
    return this.#ring[this.#head + ORDER]!;
  }

  get row(): number {
    return this.#ring[this.#head + ROW]! | 0;
  }

  get generation(): number {
    return this.#ring[this.#head + GENERATION]! | 0;
  }

  push(dueUs: number, order: number, row: number, generation: number): void {
    if (this.length * WIDTH === this.#ring.length) this.#grow();
    const ring = this.#ring;
    const at = (this.#head + this.length++ * WIDTH) & (ring.length - 1);
    ring[at] = dueUs;
    ring[at + ORDER] = order;
    ring[at + ROW] = row;
    ring[at + GENERATION] = generation;
  }

  drop(): void {
    this.#head = (this.#head + WIDTH) & (this.#ring.length - 1);
    this.length -= 1;
  }

  copyFrom(other: Lane): void {
    this.length = other.length;
    this.armed = other.armed;
    this.#ring = other.#ring.slice();
    this.#head = other.#head;
  }

  #grow(): void {
    this.#ring = unrolled(this.#ring, this.#head);
    this.#head = 0;
  }
}
