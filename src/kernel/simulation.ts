import { EventQueue } from './event-queue.ts';

/** What happens when an event of one kind is due. `subject` is a row number whose meaning belongs to the kind. */
export type Handler = (subject: number, nowUs: number) => void;

/** An event that is known before the run begins. */
export interface ForeseenEvent {
  readonly dueUs: number;
  readonly kind: number;
  readonly subject: number;
}

/**
 * The clock and the run loop. Times are whole microseconds; events of one instant run in the order in which they
 * were scheduled, those that were foreseen before all others, and that order is part of the meaning.
 */
export class Simulation {
  nowUs = 0;
  /** Events run so far. */
  events = 0;
  readonly #queue = new EventQueue();
  readonly #handlers: Handler[] = [];
  readonly #names: string[] = [];
  readonly #quiet: boolean[] = [];
  #beforeLook: (nowUs: number) => void = () => {};
  /** By time. Of those that are still to come only the first stands in the queue. */
  #foreseen: readonly ForeseenEvent[] = [];
  #foreseenRun = 0;
  readonly #foreseenKind: number;

  constructor() {
    this.#foreseenKind = this.kind(
      'foreseen',
      (place, nowUs) => {
        this.#foreseenRun = place + 1;
        this.#awaitForeseen();
        const { kind, subject } = this.#foreseen[place]!;
        if (!this.#quiet[kind]!) this.#beforeLook(nowUs);
        this.#handlers[kind]!(subject, nowUs);
      },
      true,
    );
  }

  /**
   * A new kind of event; its number is what `schedule` takes. A quiet one looks at nothing but what it is about, so that
   * `beforeLook` is not told of it.
   */
  kind(name: string, handler: Handler, isQuiet = false): number {
    this.#names.push(name);
    this.#quiet.push(isQuiet);
    return this.#handlers.push(handler) - 1;
  }

  /** Who is told before an event that is not quiet, and when a stretch of the run is over: somebody may look then. */
  beforeLook(listener: (nowUs: number) => void): void {
    this.#beforeLook = listener;
  }

  /**
   * What is to happen whatever the run does: at each instant before anything else, in the order given here. To be called
   * once, before the run begins. As these events take no place among the others, a run in which more of them are to come
   * is, until then, the same run.
   */
  foresee(events: readonly ForeseenEvent[]): void {
    this.#foreseen = [...events].sort((a, b) => a.dueUs - b.dueUs);
    this.#awaitForeseen();
  }

  /**
   * Due at `dueUs`, which may be now but never the past. A fraction of a microsecond is rounded to the nearest whole.
   * @returns its place in the order of scheduling, see `scheduleAs`.
   */
  schedule(dueUs: number, kind: number, subject: number): number {
    const due = Math.round(dueUs);
    if (!(due >= this.nowUs)) this.#refuse(dueUs, kind);
    return this.#queue.push(due, kind, subject);
  }

  /** A place in the order of scheduling, see `scheduleAs`. */
  reserveOrder(): number {
    return this.#queue.reserveOrder();
  }

  /** Due at `dueUs` with a place in the order reserved earlier (timer lanes keep all but their soonest timer to themselves). */
  scheduleAs(order: number, dueUs: number, kind: number, subject: number): void {
    this.#queue.pushAs(order, dueUs, kind, subject);
  }

  /** Time of the soonest event; Infinity when there is none. */
  get nextDueUs(): number {
    return this.#queue.nextDueUs;
  }

  /**
   * Run every event due up to and including `endUs`, but `most` at most: true, and the clock at `endUs`, if that were all;
   * else the clock stands at the last one.
   */
  runUntil(endUs: number, most = Infinity): boolean {
    const queue = this.#queue;
    const handlers = this.#handlers;
    const quiet = this.#quiet;
    for (let left = most; left > 0; left--) {
      const dueUs = queue.nextDueUs;
      if (dueUs > endUs) break;
      this.nowUs = dueUs;
      const kind = queue.nextKind;
      const subject = queue.nextSubject;
      queue.pop();
      this.events += 1;
      if (!quiet[kind]!) this.#beforeLook(dueUs);
      handlers[kind]!(subject, dueUs);
    }
    const isOver = queue.nextDueUs > endUs;
    if (isOver) this.nowUs = endUs;
    this.#beforeLook(this.nowUs);
    return isOver;
  }

  /** Run the next events, `most` at most, and tell how many of them were of each kind. */
  census(most: number): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (let left = most; left > 0 && this.#queue.length > 0; left--) {
      const name = this.#names[this.#queue.nextKind]!;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      this.runUntil(this.#queue.nextDueUs, 1);
    }
    return counts;
  }

  /** Run the next event alone, if one is due up to and including `endUs`; false if none is. */
  step(endUs: number): boolean {
    const queue = this.#queue;
    if (queue.nextDueUs > endUs) return false;
    this.nowUs = queue.nextDueUs;
    const kind = queue.nextKind;
    const subject = queue.nextSubject;
    queue.pop();
    this.events += 1;
    if (!this.#quiet[kind]!) this.#beforeLook(this.nowUs);
    this.#handlers[kind]!(subject, this.nowUs);
    this.#beforeLook(this.nowUs);
    return true;
  }

  /**
   * Stands where `other` stands, with the same future but for what is foreseen: there this run keeps its own, which must
   * be the other's as far as that has come.
   * @throws if the two do not have the same kinds of events, or not the same foreseen past.
   */
  copyFrom(other: Simulation): void {
    const [mine, theirs] = [this.#names.join('\n'), other.#names.join('\n')];
    if (mine !== theirs)
      throw new Error(`a run of other kinds of events was copied:\n${theirs}\nonto\n${mine}`);
    for (let place = 0; place < other.#foreseenRun; place++) {
      const [own, was] = [this.#foreseen[place], other.#foreseen[place]!];
      if (own?.dueUs !== was.dueUs || own.kind !== was.kind || own.subject !== was.subject)
        throw new Error(`foreseen event ${place} at ${was.dueUs} us is not among those of the copy`);
    }
    this.nowUs = other.nowUs;
    this.events = other.events;
    this.#foreseenRun = other.#foreseenRun;
    this.#queue.copyFrom(other.#queue);
    this.#awaitForeseen();
  }

  #awaitForeseen(): void {
    const next = this.#foreseen[this.#foreseenRun];
    if (next !== undefined) this.#queue.pushAs(-1, next.dueUs, this.#foreseenKind, this.#foreseenRun);
  }

  #refuse(dueUs: number, kind: number): never {
    throw new Error(
      `event "${this.#names[kind]}" scheduled for ${dueUs} us, but it is ${this.nowUs} us already`,
    );
  }
}
