import { grown, nextLength } from '../../kernel/columns.ts';
import { inPod } from './in-pod.ts';

/** What is kept of a pod's application: places in its row of `PodBooks.numbers`. */
export const book = {
  /** One of `doorState`. */
  door: 0,
  /** 1: whatever comes is begun at once, and answered without an error. */
  takesAll: 1,
  /** 1: requests pass through, as at a gateway. */
  passesOn: 2,
  /** Workers, and requests that may wait for one; Infinity: no limit. */
  concurrency: 3,
  queue: 4,
  /** CPU per request that is counted and contended by nobody, in microseconds. */
  cpuUs: 5,
  /** Times of all steps are multiplied by it. */
  factor: 6,
  /** 1: requests are told apart by their path. */
  hasPaths: 28,
  /** Where its steps begin among those of all pods; see `Stations.stepUs`. */
  steps: 7,

  /** Requests in the application, in service or waiting; those that wait; workers at work. */
  inSystem: 8,
  waiting: 9,
  busy: 10,
  /** Until when the integrals go. */
  changedUs: 11,
  /** Integrals of those in the system and of workers at work over time, in request-microseconds. */
  presentUs: 12,
  workingUs: 13,
  /** Sums over those present, and over those with a worker, of the moments when they came to that. */
  enteredSumUs: 14,
  begunSumUs: 15,

  // Since the start: requests that came and left, their time in the application and the part of it that they had a worker.
  entered: 16,
  served: 17,
  sojournUs: 18,
  serviceUs: 19,
  /** CPU of steps that only wait, and of the sidecar: counted, not contended. */
  countedUs: 20,
  sidecarUs: 21,
  turnedAway: 22,
  /** Left by their callers while they waited; cut off when their pod died. */
  abandoned: 23,
  lost: 24,
  /** Rows of requests at both ends of the line; -1: nobody waits. */
  head: 25,
  tail: 26,
  /** When the processor is looked at next; Infinity: not before somebody computes. */
  armedUs: 27,
} as const;

/** Of each pod so many numbers. */
export const bookWidth = 32;

/** Of each request, by its row, what its place in a pod is told by. */
export interface StationRows {
  /** When it came, and when a worker took it. */
  readonly enteredUs: Float64Array;
  readonly begunUs: Float64Array;
  /** Who waits behind it; -1: nobody. */
  readonly next: Int32Array;
  /** One of `inPod`. */
  readonly where: Uint8Array;
  close(row: number): void;
}

/** What a request meets at the application. */
export type Entry = 'begins' | 'waits' | 'is turned away';

/**
 * Who is in the applications, who waits for a worker, and for how long. One story: whoever comes, waits, works or leaves changes the
 * same counts. The numbers of all pods, those of one side by side: a request touches most of them, and they lie in few lines of the cache.
 */
export class PodBooks {
  numbers: Float64Array = new Float64Array(0);
  readonly #requests: StationRows;
  #pods = 0;

  constructor(requests: StationRows) {
    this.#requests = requests;
  }

  /** A page for one more pod, all 0; where it begins. */
  add(): number {
    const at = this.#pods++ * bookWidth;
    const needed = at + bookWidth;
    if (needed > this.numbers.length)
      this.numbers = grown(this.numbers, nextLength(this.numbers.length, 16 * bookWidth));
    return at;
  }

  enter(pod: number, row: number, nowUs: number): Entry {
    const { numbers } = this;
    const at = pod * bookWidth;
    const isFree = numbers[at + book.busy]! < numbers[at + book.concurrency]!;
    if (!isFree && numbers[at + book.waiting]! >= numbers[at + book.queue]!) {
      numbers[at + book.turnedAway]! += 1;
      return 'is turned away';
    }
    count(numbers, at, nowUs);
    numbers[at + book.entered]! += 1;
    numbers[at + book.inSystem]! += 1;
    numbers[at + book.enteredSumUs]! += nowUs;
    if (isFree) {
      numbers[at + book.busy]! += 1;
      this.#begin(numbers, at, row, nowUs);
      return 'begins';
    }
    numbers[at + book.waiting]! += 1;
    this.#requests.next[row] = -1;
    if (numbers[at + book.head]! < 0) numbers[at + book.head] = row;
    else this.#requests.next[numbers[at + book.tail]!] = row;
    numbers[at + book.tail] = row;
    return 'waits';
  }

  /** A request has left, and its worker takes the next; its row, or -1. */
  leave(pod: number, left: number, nowUs: number): number {
    const { numbers } = this;
    const at = pod * bookWidth;
    count(numbers, at, nowUs);
    numbers[at + book.served]! += 1;
    numbers[at + book.inSystem]! -= 1;
    this.#end(numbers, at, left, nowUs);
    const begunUs = this.#requests.begunUs[left]!;
    numbers[at + book.serviceUs]! += nowUs - begunUs;
    numbers[at + book.begunSumUs]! -= begunUs;
    const row = numbers[at + book.head]! < 0 ? -1 : this.#next(numbers, at);
    if (row < 0) {
      numbers[at + book.busy]! -= 1;
    } else {
      numbers[at + book.waiting]! -= 1;
      this.#begin(numbers, at, row, nowUs);
    }
    return row;
  }

  /** A request came, was begun at once and has left: as `enter` and `leave`, with one look at the books. */
  passed(pod: number, enteredUs: number, leftUs: number): void {
    const { numbers } = this;
    const at = pod * bookWidth;
    const spanUs = leftUs - enteredUs;
    numbers[at + book.entered]! += 1;
    numbers[at + book.served]! += 1;
    numbers[at + book.sojournUs]! += spanUs;
    numbers[at + book.serviceUs]! += spanUs;
    numbers[at + book.presentUs]! += spanUs;
    numbers[at + book.workingUs]! += spanUs;
  }

  #begin(numbers: Float64Array, at: number, row: number, nowUs: number): void {
    this.#requests.begunUs[row] = nowUs;
    numbers[at + book.begunSumUs]! += nowUs;
  }

  #end(numbers: Float64Array, at: number, row: number, nowUs: number): void {
    const enteredUs = this.#requests.enteredUs[row]!;
    numbers[at + book.sojournUs]! += nowUs - enteredUs;
    numbers[at + book.enteredSumUs]! -= enteredUs;
  }

  /** A waiting request has lost its caller; its row stays in the line until its turn comes, and is then passed over. */
  leaveQueue(pod: number, row: number, nowUs: number): void {
    const { numbers } = this;
    const at = pod * bookWidth;
    count(numbers, at, nowUs);
    numbers[at + book.abandoned]! += 1;
    numbers[at + book.inSystem]! -= 1;
    numbers[at + book.waiting]! -= 1;
    this.#end(numbers, at, row, nowUs);
    this.#requests.where[row] = inPod.passedOver;
  }

  #next(numbers: Float64Array, at: number): number {
    for (;;) {
      const row = numbers[at + book.head]!;
      if (row < 0) return -1;
      numbers[at + book.head] = this.#requests.next[row]!;
      if (this.#requests.where[row] !== inPod.passedOver) return row;
      this.#requests.close(row);
    }
  }

  /**
   * Requests in the system and workers at work, integrated over time until now, and how long those present have been in the
   * system and with a worker so far; in request-microseconds. The first two are the last two and what left, to the last bit
   * of a sum: Little's law and the utilisation law.
   */
  integrals(pod: number, nowUs: number) {
    const { numbers } = this;
    const at = pod * bookWidth;
    count(numbers, at, nowUs);
    return {
      presentUs: numbers[at + book.presentUs]!,
      workingUs: numbers[at + book.workingUs]!,
      presentAgeUs: numbers[at + book.inSystem]! * nowUs - numbers[at + book.enteredSumUs]!,
      workingAgeUs: numbers[at + book.busy]! * nowUs - numbers[at + book.begunSumUs]!,
    };
  }

  /** The process has died: nobody is in it any more. */
  empty(pod: number, nowUs: number): void {
    const { presentAgeUs, workingAgeUs } = this.integrals(pod, nowUs);
    const { numbers } = this;
    const at = pod * bookWidth;
    numbers[at + book.sojournUs]! += presentAgeUs;
    numbers[at + book.serviceUs]! += workingAgeUs;
    numbers[at + book.lost]! += numbers[at + book.inSystem]!;
    numbers[at + book.enteredSumUs] = 0;
    numbers[at + book.begunSumUs] = 0;
    numbers[at + book.inSystem] = 0;
    numbers[at + book.waiting] = 0;
    numbers[at + book.busy] = 0;
    numbers[at + book.head] = -1;
    numbers[at + book.tail] = -1;
  }

  /** After as many pods have been added. */
  copyFrom(other: PodBooks): void {
    this.numbers = other.numbers.slice();
    this.#pods = other.#pods;
  }
}

/** The integrals of a pod's page go on until now, before what is present changes. */
function count(numbers: Float64Array, at: number, nowUs: number): void {
  const spanUs = nowUs - numbers[at + book.changedUs]!;
  numbers[at + book.presentUs]! += spanUs * numbers[at + book.inSystem]!;
  numbers[at + book.workingUs]! += spanUs * numbers[at + book.busy]!;
  numbers[at + book.changedUs] = nowUs;
}
