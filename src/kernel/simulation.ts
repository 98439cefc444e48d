import { EventQueue } from './event-queue.ts';

/** What happens when an event of one kind is due. `subject` is a row number whose meaning belongs to the kind. */
export type Handler = (subject: number, nowUs: number) => void;

/**
 * The clock and the run loop. Times are whole microseconds; events of one instant run in the order in which they
 * were scheduled, and that order is part of the meaning.
 */
export class Simulation {
  nowUs = 0;
  /** Events run so far. */
  events = 0;
  readonly #queue = new EventQueue();
  readonly #handlers: Handler[] = [];
  readonly #names: string[] = [];

  /** A new kind of event; its number is what `schedule` takes. At most 256 kinds. */
  kind(name: string, handler: Handler): number {
    this.#names.push(name);
    return this.#handlers.push(handler) - 1;
  }

  /** Due at `dueUs`, which may be now but never the past. A fraction of a microsecond is rounded to the nearest whole. */
  schedule(dueUs: number, kind: number, subject: number): void {
    const due = Math.round(dueUs);
    if (!(due >= this.nowUs)) this.#refuse(dueUs, kind);
    this.#queue.push(due, kind, subject);
  }

  /** A place in the order of scheduling, see `scheduleAs`. */
  reserveOrder(): number {
    return this.#queue.reserveOrder();
  }

  /** Due at `dueUs` with a place in the order reserved earlier (timer lanes keep all but their soonest timer to themselves). */
  scheduleAs(order: number, dueUs: number, kind: number, subject: number): void {
    this.#queue.pushAs(order, dueUs, kind, subject);
  }

  /** Run every event due up to and including `endUs`, then stand at `endUs`. */
  runUntil(endUs: number): void {
    const queue = this.#queue;
    const handlers = this.#handlers;
    while (queue.nextDueUs <= endUs) {
      this.nowUs = queue.nextDueUs;
      const kind = queue.nextKind;
      const subject = queue.nextSubject;
      queue.pop();
      this.events += 1;
      handlers[kind]!(subject, this.nowUs);
    }
    this.nowUs = endUs;
  }

  #refuse(dueUs: number, kind: number): never {
    throw new Error(
      `event "${this.#names[kind]}" scheduled for ${dueUs} us, but it is ${this.nowUs} us already`,
    );
  }
}
