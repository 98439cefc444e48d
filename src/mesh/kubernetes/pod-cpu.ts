import { copyColumns, growColumns, nextLength } from '../../kernel/columns.ts';
import { CFS_PERIOD_US, quotaUs } from './workload/cpu.ts';

/** CFS bandwidth control: quota is handed out per period of 100 ms (kernel default, cpu.cfs_period_us). */

export interface PodCpuSettings {
  /** Cores that the node can give the pod at once. */
  readonly cores: number;
  /** CPU limit in millicores: the quota of a period is limit x 100 us; Infinity: no limit. */
  readonly limitMilli: number;
  /** When the pod's periods begin, within the first one. */
  readonly phaseUs: number;
}

/**
 * The processor of one pod: requests that compute share it equally, each at most one core, and a limit stops all of
 * them until the next period once its quota is used up. Nothing here is an event; the owner asks `nextUs` and calls `advance`.
 *
 *   add -> [share: rate = min(1, cores / n)] -> finished
 *          [quota used up -> stand still until the period ends]
 *
 * Served time is kept as a virtual clock that runs at the rate of each: a request is finished when the clock has gone
 * on by its demand. Simplifications: the kernel hands quota out in slices of 5 ms per CPU, here to the microsecond; pods
 * do not compete for their node.
 */
export class PodCpu {
  readonly #cores: number;
  readonly #quotaUs: number;
  #phaseUs: number;
  /** A plain object: its doubles are written in place, where fields of a class would be boxed anew. */
  readonly #times = {
    atUs: -Infinity,
    /** Virtual clock: CPU time that each sharer has got since the pod was last idle. */
    clockUs: 0,
    leftUs: 0,
    periodEndUs: -Infinity,
    usedUs: 0,
    throttledUs: 0,
  };
  #throttled = false;
  // A binary heap of sharers by the reading of the virtual clock at which they are finished, then by arrival.
  #count = 0;
  readonly #heap = {
    finishUs: new Float64Array(8),
    order: new Float64Array(8),
    row: new Int32Array(8),
  };
  #added = 0;

  constructor({ cores, limitMilli, phaseUs }: PodCpuSettings) {
    this.#cores = cores;
    this.#quotaUs = quotaUs(limitMilli) ?? Infinity;
    this.#times.leftUs = this.#quotaUs;
    this.#phaseUs = phaseUs;
  }

  /** CPU time spent. */
  get usedUs(): number {
    return this.#times.usedUs;
  }

  /** Wall time in which somebody wanted to compute and might not. */
  get throttledUs(): number {
    return this.#times.throttledUs;
  }

  get count(): number {
    return this.#count;
  }

  /** @param demandNs CPU time that it wants: in whole nanoseconds, as cAdvisor counts it. */
  add(row: number, demandNs: number, nowUs: number): void {
    this.advance(nowUs);
    if (this.#count === 0) this.#times.clockUs = 0;
    this.#push(demandNs, row);
  }

  /** Let time pass until `nowUs`; whoever is finished by then waits to be taken. */
  advance(nowUs: number): void {
    while (this.#times.atUs < nowUs) {
      if (this.#count === 0) {
        this.#times.atUs = nowUs;
        return;
      }
      if (this.#times.atUs >= this.#times.periodEndUs) this.#beginPeriod();
      if (this.#throttled) {
        const untilUs = Math.min(nowUs, this.#times.periodEndUs);
        this.#times.throttledUs += untilUs - this.#times.atUs;
        this.#times.atUs = untilUs;
        continue;
      }
      const using = Math.min(this.#count, this.#cores);
      const exhaustedUs = this.#times.atUs + this.#times.leftUs / using;
      const untilUs = Math.min(nowUs, this.#times.periodEndUs, exhaustedUs);
      const spanUs = untilUs - this.#times.atUs;
      this.#times.clockUs += (spanUs * using) / this.#count;
      this.#times.usedUs += spanUs * using;
      this.#times.atUs = untilUs;
      if (untilUs === exhaustedUs) {
        this.#times.leftUs = 0;
        this.#throttled = true;
      } else {
        this.#times.leftUs -= spanUs * using;
      }
    }
  }

  /** Row of a sharer that is finished (to half a microsecond, as the clock of the run is whole), or -1. */
  takeFinished(): number {
    if (this.#count === 0) return -1;
    const rate = Math.min(1, this.#cores / this.#count);
    if (this.#heap.finishUs[0]! > this.#times.clockUs + 0.5 * rate + 1e-6) return -1;
    const row = this.#heap.row[0]!;
    this.#removeAt(0);
    return row;
  }

  /**
   * When to look again if nobody comes: the soonest finish, or the end of a period that brings new quota, to the nearest whole
   * microsecond; Infinity: idle.
   */
  nextUs(): number {
    if (this.#count === 0) return Infinity;
    if (this.#throttled && this.#times.atUs < this.#times.periodEndUs)
      return Math.round(this.#times.periodEndUs);
    const using = Math.min(this.#count, this.#cores);
    const finishUs =
      this.#times.atUs + ((this.#heap.finishUs[0]! - this.#times.clockUs) * this.#count) / using;
    if (this.#quotaUs === Infinity) return Math.round(finishUs);
    const inNewPeriod = this.#times.atUs >= this.#times.periodEndUs;
    const leftUs = inNewPeriod ? this.#quotaUs : this.#times.leftUs;
    const endUs = inNewPeriod ? this.#endAfter(this.#times.atUs) : this.#times.periodEndUs;
    const exhaustedUs = this.#times.atUs + leftUs / using;
    if (finishUs <= Math.min(exhaustedUs, endUs)) return Math.round(finishUs);
    // Later periods hold as long as these sharers use less than their quota.
    return exhaustedUs >= endUs && using * CFS_PERIOD_US <= this.#quotaUs
      ? Math.round(finishUs)
      : Math.round(endUs);
  }

  /** Everybody leaves unserved: the process has died. */
  clear(nowUs: number): void {
    this.advance(nowUs);
    this.#count = 0;
  }

  #beginPeriod(): void {
    this.#times.periodEndUs = this.#quotaUs === Infinity ? Infinity : this.#endAfter(this.#times.atUs);
    this.#times.leftUs = this.#quotaUs;
    this.#throttled = false;
  }

  #endAfter(atUs: number): number {
    return this.#phaseUs + (Math.floor((atUs - this.#phaseUs) / CFS_PERIOD_US) + 1) * CFS_PERIOD_US;
  }

  #push(demandNs: number, row: number): void {
    const finishUs = this.#times.clockUs + demandNs / 1000;
    if (this.#count === this.#heap.row.length) growColumns(this.#heap, nextLength(this.#count));
    const order = this.#added++;
    let hole = this.#count++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (this.#heap.finishUs[parent]! <= finishUs) break;
      this.#move(parent, hole);
      hole = parent;
    }
    this.#put(hole, finishUs, order, row);
  }

  #removeAt(place: number): void {
    const last = --this.#count;
    const finishUs = this.#heap.finishUs[last]!;
    const order = this.#heap.order[last]!;
    const row = this.#heap.row[last]!;
    let hole = place;
    for (let child = 2 * hole + 1; child < last; child = 2 * hole + 1) {
      if (child + 1 < last && this.#before(child + 1, child)) child += 1;
      if (
        finishUs < this.#heap.finishUs[child]! ||
        (finishUs === this.#heap.finishUs[child]! && order < this.#heap.order[child]!)
      )
        break;
      this.#move(child, hole);
      hole = child;
    }
    this.#put(hole, finishUs, order, row);
  }

  #before(a: number, b: number): boolean {
    return (
      this.#heap.finishUs[a]! < this.#heap.finishUs[b]! ||
      (this.#heap.finishUs[a]! === this.#heap.finishUs[b]! && this.#heap.order[a]! < this.#heap.order[b]!)
    );
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#heap.finishUs[from]!, this.#heap.order[from]!, this.#heap.row[from]!);
  }

  #put(place: number, finishUs: number, order: number, row: number): void {
    this.#heap.finishUs[place] = finishUs;
    this.#heap.order[place] = order;
    this.#heap.row[place] = row;
  }

  copyFrom(other: PodCpu): void {
    this.#phaseUs = other.#phaseUs;
    Object.assign(this.#times, other.#times);
    this.#throttled = other.#throttled;
    this.#count = other.#count;
    this.#added = other.#added;
    copyColumns(this.#heap, other.#heap);
  }
}
