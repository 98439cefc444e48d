import { grown } from './columns.ts';

/** An event is four numbers side by side, so that moving one touches one line of the cache. */
const ORDER = 1;
const KIND = 2;
const SUBJECT = 3;
const STRIDE = 4;

/**
 * The future: events that are due, soonest first, equal times in the order in which they were pushed.
 *
 * A 4-ary heap in one typed array. An event is time, order of its push, kind and subject; nothing is allocated per
 * event, and nothing is ever taken out of the middle: whoever no longer wants an event recognises it when it comes (a
 * generation that has moved on).
 *
 * What an event does is, most of the time, to push the one that comes of it: so the place that `pop` leaves at the top is
 * kept free for the next push, and filled from the end only when the soonest event is asked for before there was one.
 */
export class EventQueue {
  #heap = new Float64Array(256 * STRIDE);
  /** Of the heap that is in use, in numbers. */
  #end = 0;
  #pushed = 0;
  /** The event at the top has been popped, and nothing stands in its place yet. */
  #isTopFree = false;

  get length(): number {
    return this.#end / STRIDE - (this.#isTopFree ? 1 : 0);
  }

  /** Time of the soonest event; Infinity when there is none. To be asked before its kind and subject are. */
  get nextDueUs(): number {
    if (this.#isTopFree) this.#fillTop();
    return this.#end > 0 ? this.#heap[0]! : Infinity;
  }

  get nextKind(): number {
    return this.#heap[KIND]! | 0;
  }

  get nextSubject(): number {
    return this.#heap[SUBJECT]! | 0;
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
    let hole: number;
    if (this.#isTopFree) {
      this.#isTopFree = false;
      hole = this.#sink(dueUs, order, this.#end);
    } else {
      if (this.#end === this.#heap.length) this.#heap = grown(this.#heap, 2 * this.#end);
      hole = this.#rise(dueUs, order, this.#end);
      this.#end += STRIDE;
    }
    const heap = this.#heap;
    heap[hole] = dueUs;
    heap[hole + ORDER] = order;
    heap[hole + KIND] = kind;
    heap[hole + SUBJECT] = subject;
  }

  /** Drop the soonest event. */
  pop(): void {
    if (this.#isTopFree) this.#fillTop();
    this.#isTopFree = true;
  }

  /** The last event takes the free place at the top, and sinks from there. */
  #fillTop(): void {
    this.#isTopFree = false;
    const heap = this.#heap;
    const last = (this.#end -= STRIDE);
    move(heap, last, this.#sink(heap[last]!, heap[last + ORDER]!, last));
  }

  /** Where an event belongs that comes in at the end: everything above it that is due later moves down. */
  #rise(dueUs: number, order: number, end: number): number {
    const heap = this.#heap;
    let hole = end;
    while (hole > 0) {
      const parent = ((hole - STRIDE) >> 4) << 2;
      const parentUs = heap[parent]!;
      if (parentUs < dueUs || (parentUs === dueUs && heap[parent + ORDER]! < order)) break;
      move(heap, parent, hole);
      hole = parent;
    }
    return hole;
  }

  /** Where an event belongs that comes in at the top: everything below it that is due before moves up. */
  #sink(dueUs: number, order: number, end: number): number {
    const heap = this.#heap;
    let hole = 0;
    for (let first = STRIDE; first < end; first = 4 * hole + STRIDE) {
      let soonest = first;
      let soonestUs = heap[first]!;
      const after = first + 4 * STRIDE < end ? first + 4 * STRIDE : end;
      for (let child = first + STRIDE; child < after; child += STRIDE) {
        const childUs = heap[child]!;
        if (childUs < soonestUs || (childUs === soonestUs && heap[child + ORDER]! < heap[soonest + ORDER]!)) {
          soonest = child;
          soonestUs = childUs;
        }
      }
      if (dueUs < soonestUs || (dueUs === soonestUs && order < heap[soonest + ORDER]!)) break;
      move(heap, soonest, hole);
      hole = soonest;
    }
    return hole;
  }

  /** Has the same future as `other` from now on, but for what is ordered below 0. */
  copyFrom(other: EventQueue): void {
    this.#end = 0;
    this.#isTopFree = false;
    if (other.#isTopFree) other.#fillTop();
    const heap = other.#heap;
    for (let at = 0; at < other.#end; at += STRIDE) {
      const order = heap[at + ORDER]!;
      if (order >= 0) this.pushAs(order, heap[at]!, heap[at + KIND]!, heap[at + SUBJECT]!);
    }
    this.#pushed = other.#pushed;
  }
}

function move(heap: Float64Array, from: number, to: number): void {
  heap[to] = heap[from]!;
  heap[to + ORDER] = heap[from + ORDER]!;
  heap[to + KIND] = heap[from + KIND]!;
  heap[to + SUBJECT] = heap[from + SUBJECT]!;
}
