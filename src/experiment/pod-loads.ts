import { copyColumns, growColumns, nextLength } from '../kernel/columns.ts';
import type { World } from '../mesh/world.ts';
import { isFull } from '../verdict/over-capacity.ts';

/**
 * How each pod fared, from window to window: a workload's mean hides the one of its pods that is full. Columns
 * by row of the pod.
 */
export class PodLoads {
  /** Totals at the last edge of a window. */
  usedUs = new Float64Array(0);
  entered = new Float64Array(0);
  presentUs = new Float64Array(0);
  /** Of the windows in which it was full: their length, first start, last end, and the requests that came. */
  overUs = new Float64Array(0);
  overFromUs = new Float64Array(0);
  overToUs = new Float64Array(0);
  overEntered = new Float64Array(0);
  /** Requests that came to all pods of its workload in those windows, and an even part of them for one that is ready. */
  overOfWorkload = new Float64Array(0);
  overEven = new Float64Array(0);
  /** Most requests in it at a time, as the mean of a window; most of its CPU limit in use, likewise. */
  mostInSystem = new Float64Array(0);
  mostUsed = new Float64Array(0);
  #lastUs = 0;

  /** @param readyOf pods of a workload that were ready, on the mean of the window that ends now */
  mark({ stations, workloads }: World, nowUs: number, readyOf: (workload: string) => number): void {
    const spanUs = nowUs - this.#lastUs;
    this.#lastUs = nowUs;
    const { lives } = workloads;
    if (lives.length > this.usedUs.length) growColumns(this, nextLength(this.usedUs.length, lives.length));
    const cameTo = new Map<string, number>();
    lives.forEach(({ pod }, row) => {
      const came = stations.booked(row, 'entered') + stations.booked(row, 'turnedAway') - this.entered[row]!;
      cameTo.set(pod.workload, (cameTo.get(pod.workload) ?? 0) + came);
    });
    lives.forEach(({ pod }, row) => {
      const usedUs = stations.usedUs(row, nowUs);
      const { presentUs } = stations.books.integrals(row, nowUs);
      const entered = stations.booked(row, 'entered') + stations.booked(row, 'turnedAway');
      const inSystem = spanUs === 0 ? 0 : (presentUs - this.presentUs[row]!) / spanUs;
      const allowedUs = (pod.cpuLimitMilli / 1000) * spanUs;
      const isOver =
        spanUs > 0 &&
        isFull((usedUs - this.usedUs[row]!) / allowedUs, inSystem, stations.behaviours[row]!.concurrency);
      if (isOver) {
        if (this.overUs[row] === 0) this.overFromUs[row] = nowUs - spanUs;
        this.overUs[row]! += spanUs;
        this.overToUs[row] = nowUs;
        this.overEntered[row]! += entered - this.entered[row]!;
        this.overOfWorkload[row]! += cameTo.get(pod.workload)!;
        this.overEven[row]! += cameTo.get(pod.workload)! / Math.max(1, readyOf(pod.workload));
      }
      this.mostInSystem[row] = Math.max(this.mostInSystem[row]!, inSystem);
      if (allowedUs > 0)
        this.mostUsed[row] = Math.max(this.mostUsed[row]!, (usedUs - this.usedUs[row]!) / allowedUs);
      this.usedUs[row] = usedUs;
      this.presentUs[row] = presentUs;
      this.entered[row] = entered;
    });
  }

  copyFrom(other: PodLoads): void {
    copyColumns(this, other);
    this.#lastUs = other.#lastUs;
  }
}
