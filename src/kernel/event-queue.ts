import { grown } from './columns.ts';

/** Behind the last event stands that no other comes before: so every event has four below it to look at. */
const never = Infinity;
const beyond = 4;

/**
 * The future: events that are due, soonest first, equal times in the order in which they were pushed.
 *
 * A 4-ary heap of times. What else an event is (order of its push, kind, subject) stands in a slot of its own for as long as it is
 * to come, and does not move with it. Nothing is allocated per event, and nothing is ever taken out of the middle: whoever no
 * longer wants an event recognises it when it comes (a generation that has moved on).
 *
 * What an event does is, most of the time, to push the one that comes of it: so the place that `pop` leaves at the top is
 * kept free for the next push, and filled from the end only when the soonest event is asked for before there was one.
 */
export class EventQueue {
  /** By place in the heap: when, and in which slot the rest is told. */
  #due = new Float64Array(256 + beyond).fill(never);
  #slot = new Int32Array(256 + beyond);
  /** By slot; kind and subject side by side. Of a free one the next that is free stands in place of its kind. */
  #order = new Float64Array(256);
  #what = new Int32Array(2 * 256);
  /** A slot that is free again, -1: none is; and how many have ever been used. */
  #free = -1;
  #used = 0;
  /** Places of the heap that are in use. */
  #end = 0;
  #pushed = 0;
  /** The event at the top has been popped, and nothing stands in its place yet. */
  #isTopFree = false;

  get length(): number {
    return this.#end - (this.#isTopFree ? 1 : 0);
  }

  /** Time of the soonest event; Infinity when there is none. To be asked before its kind and subject are. */
  get nextDueUs(): number {
    if (this.#isTopFree) this.#fillTop();
    return this.#due[0]!;
  }

  get nextKind(): number {
    return this.#what[2 * this.#slot[0]!]!;
  }

  get nextSubject(): number {
    return this.#what[2 * this.#slot[0]! + 1]!;
  }

  /** A place in the order of arrival, for an event that will be pushed later as if it came now. */
  reserveOrder(): number {
    return this.#pushed++;
  }

  /** @returns its place in the order of arrival. */
  push(dueUs: number, kind: number, subject: number): number {
    const order = this.#pushed++;
    this.pushAs(order, dueUs, kind, subject);
    return order;
  }

  /** Push with an order reserved earlier, or with one below 0: before everything else of its instant. */
  pushAs(order: number, dueUs: number, kind: number, subject: number): void {
    const slot = this.#isTopFree ? this.#slot[0]! : this.#freeSlot();
    this.#order[slot] = order;
    this.#what[2 * slot] = kind;
    this.#what[2 * slot + 1] = subject;
    if (this.#isTopFree) {
      this.#isTopFree = false;
      this.#sink(dueUs, order, slot);
    } else {
      this.#rise(dueUs, order, slot);
    }
  }

  /** Drop the soonest event. */
  pop(): void {
    if (this.#isTopFree) this.#fillTop();
    this.#isTopFree = true;
  }

  #freeSlot(): number {
    const slot = this.#free;
    if (slot >= 0) {
      this.#free = this.#what[2 * slot]!;
      return slot;
    }
    if (this.#used === this.#order.length) this.#lengthen(2 * this.#used);
    return this.#used++;
  }

  #lengthen(slots: number): void {
    this.#due = grown(this.#due, slots + beyond, never);
    this.#slot = grown(this.#slot, slots + beyond);
    this.#order = grown(this.#order, slots);
    this.#what = grown(this.#what, 2 * slots);
  }

  /** The last event takes the free place at the top, and sinks from there. */
  #fillTop(): void {
    this.#isTopFree = false;
    const popped = this.#slot[0]!;
    this.#what[2 * popped] = this.#free;
    this.#free = popped;
    const last = --this.#end;
    const dueUs = this.#due[last]!;
    const slot = this.#slot[last]!;
    this.#due[last] = never;
    if (last > 0) this.#sink(dueUs, this.#order[slot]!, slot);
  }

  /** An event comes in at the end: everything above it that is due later moves down. */
  #rise(dueUs: number, order: number, slot: number): void {
    const due = this.#due;
    const slots = this.#slot;
    let hole = this.#end++;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      const parentUs = due[parent]!;
      if (parentUs < dueUs || (parentUs === dueUs && this.#order[slots[parent]!]! < order)) break;
      due[hole] = parentUs;
      slots[hole] = slots[parent]!;
      hole = parent;
    }
    due[hole] = dueUs;
    slots[hole] = slot;
  }

  /** An event comes in at the top: everything below it that is due before moves up. */
  #sink(dueUs: number, order: number, slot: number): void {
    const due = this.#due;
    const slots = this.#slot;
    const end = this.#end;
    let hole = 0;
    for (let first = 1; first < end; first = 4 * hole + 1) {
      let soonest = first;
      let soonestUs = due[first]!;
      // The three others one by one: a loop over them takes a fifth longer.
      const secondUs = due[first + 1]!;
      if (secondUs <= soonestUs && (secondUs < soonestUs || this.#isBefore(first + 1, soonest))) {
        soonest = first + 1;
        soonestUs = secondUs;
      }
      const thirdUs = due[first + 2]!;
      if (thirdUs <= soonestUs && (thirdUs < soonestUs || this.#isBefore(first + 2, soonest))) {
        soonest = first + 2;
        soonestUs = thirdUs;
      }
      const fourthUs = due[first + 3]!;
      if (fourthUs <= soonestUs && (fourthUs < soonestUs || this.#isBefore(first + 3, soonest))) {
        soonest = first + 3;
        soonestUs = fourthUs;
      }
      if (dueUs < soonestUs || (dueUs === soonestUs && order < this.#order[slots[soonest]!]!)) break;
      due[hole] = soonestUs;
      slots[hole] = slots[soonest]!;
      hole = soonest;
    }
    due[hole] = dueUs;
    slots[hole] = slot;
  }

  /** Of two places whose times are equal. */
  #isBefore(one: number, other: number): boolean {
    return one < this.#end && this.#order[this.#slot[one]!]! < this.#order[this.#slot[other]!]!;
  }

  /** Has the same future as `other` from now on, but for what is ordered below 0. */
  copyFrom(other: EventQueue): void {
    if (other.#isTopFree) other.#fillTop();
    this.#due.fill(never);
    this.#isTopFree = false;
    this.#end = 0;
    this.#free = -1;
    this.#used = 0;
    for (let place = 0; place < other.#end; place++) {
      const slot = other.#slot[place]!;
      const order = other.#order[slot]!;
      if (order >= 0)
        this.pushAs(order, other.#due[place]!, other.#what[2 * slot]!, other.#what[2 * slot + 1]!);
    }
    this.#pushed = other.#pushed;
  }
}
