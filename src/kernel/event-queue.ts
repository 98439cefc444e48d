/**
 * The future: events that are due, soonest first, equal times in the order in which they were pushed.
 *
 * A 4-ary heap over typed-array columns. An event is three numbers (time, kind, subject) and the order of its push;
 * nothing is allocated per event, and nothing is ever taken out of the middle: whoever no longer wants an event
 * recognises it when it comes (a generation that has moved on).
 */
export class EventQueue {
  #dueUs = new Float64Array(256);
  #order = new Float64Array(256);
  #kind = new Uint8Array(256);
  #subject = new Int32Array(256);
  #length = 0;
  #pushed = 0;

  get length(): number {
    return this.#length;
  }

  /** Time of the soonest event; Infinity when there is none. */
  get nextDueUs(): number {
    return this.#length > 0 ? this.#dueUs[0]! : Infinity;
  }

  get nextKind(): number {
    return this.#kind[0]!;
  }

  get nextSubject(): number {
    return this.#subject[0]!;
  }

  /** A place in the order of arrival, for an event that will be pushed later as if it came now. */
  reserveOrder(): number {
    return this.#pushed++;
  }

  push(dueUs: number, kind: number, subject: number): void {
    this.pushAs(this.#pushed++, dueUs, kind, subject);
  }

  /** Push with an order reserved earlier. */
  pushAs(order: number, dueUs: number, kind: number, subject: number): void {
    if (this.#length === this.#dueUs.length) this.#grow();
    const due = this.#dueUs;
    const orders = this.#order;
    let hole = this.#length++;
    while (hole > 0) {
      const parent = (hole - 1) >> 2;
      if (due[parent]! < dueUs || (due[parent]! === dueUs && orders[parent]! < order)) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, dueUs, order, kind, subject);
  }

  /** Drop the soonest event: the last one takes its place and sinks below everything that is due before it. */
  pop(): void {
    const last = --this.#length;
    const due = this.#dueUs;
    const orders = this.#order;
    const dueUs = due[last]!;
    const order = orders[last]!;
    let hole = 0;
    for (let first = 1; first < last; first = (hole << 2) + 1) {
      let soonest = first;
      const end = first + 4 < last ? first + 4 : last;
      for (let child = first + 1; child < end; child++) {
        if (
          due[child]! < due[soonest]! ||
          (due[child]! === due[soonest]! && orders[child]! < orders[soonest]!)
        ) {
          soonest = child;
        }
      }
      if (dueUs < due[soonest]! || (dueUs === due[soonest]! && order < orders[soonest]!)) break;
      this.#move(soonest, hole);
      hole = soonest;
    }
    this.#put(hole, dueUs, order, this.#kind[last]!, this.#subject[last]!);
  }

  #move(from: number, to: number): void {
    this.#dueUs[to] = this.#dueUs[from]!;
    this.#order[to] = this.#order[from]!;
    this.#kind[to] = this.#kind[from]!;
    this.#subject[to] = this.#subject[from]!;
  }

  #put(slot: number, dueUs: number, order: number, kind: number, subject: number): void {
    this.#dueUs[slot] = dueUs;
    this.#order[slot] = order;
    this.#kind[slot] = kind;
    this.#subject[slot] = subject;
  }

  #grow(): void {
    const size = this.#dueUs.length * 2;
    this.#dueUs = widened(this.#dueUs, new Float64Array(size));
    this.#order = widened(this.#order, new Float64Array(size));
    this.#kind = widened(this.#kind, new Uint8Array(size));
    this.#subject = widened(this.#subject, new Int32Array(size));
  }
}

function widened<T extends Float64Array | Int32Array | Uint8Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}
