import { ln } from '../../kernel/math.ts';
import type { LoggedCall } from './logged-call.ts';

/** How many requests a pod of a workload serves at once, told from when its requests came and were over. */
export interface WorkersFound {
  /** Null: no limit was seen up to `seenAtOnce`. */
  readonly workers: number | null;
  /** The most requests that a pod held at a time. */
  readonly seenAtOnce: number;
  readonly requests: number;
  /** Requests that waited for a worker, and the mean wait of all; 0 without a limit. */
  readonly waited: number;
  readonly waitMeanMs: number;
  /** Service begun while all workers were busy: what ended sooner than it could begin, and how many would have without a limit. */
  readonly tooSoon: number;
  readonly tooSoonIfNone: number;
  /** Correlation of the logarithm of the service time with the number present; near 0 where the limit is the right one. */
  readonly correlation: number;
  /** Mean part of a worker's time that it is busy; of workloads without a limit the mean number of requests of a pod. */
  readonly busy: number;
  /** For each pod and request (in the order of the log): what it waited, and its time without the wait. */
  readonly times: readonly { readonly waitMs: Float64Array; readonly serviceMs: Float64Array }[];
}

const most = 200;
/** Times are cut to whole milliseconds, at both ends of a request. */
const roundingMs = 1.5;
const leastProof = 7;

/**
 * Inverts the queue of each pod (Lindley): with c workers a request begins when it comes, or when the first of them is free, and what
 * is left of its duration is its service. Too few workers make requests end before they could begin; too many leave the wait in the
 * service times. Without a limit requests end at random while others go on, so that as many must end "too soon" as durations of
 * other requests make likely: a limit is claimed where nearly none do, and of those limits the one whose waiting requests are served
 * as long as the others.
 * A request that has called somebody is not waiting for a worker: that refutes a limit which only its callee has.
 *
 * @param pods inbound lines of each pod of the workload, in the order of their starts.
 * @param firstCallMs when each request began its first own call; undefined where nothing tells.
 */
export function workersOf(
  pods: readonly (readonly LoggedCall[])[],
  firstCallMs: (pod: number, requestId: string) => number | undefined = () => undefined,
): WorkersFound {
  const whole = pods.map((calls) => calls.filter(({ durationMs }) => durationMs >= 0));
  const logs = whole.filter((own) => own.length > 0);
  const firsts = whole.flatMap((calls, pod) =>
    calls.length === 0 ? [] : [calls.map(({ requestId }) => firstCallMs(pod, requestId))],
  );
  const seenAtOnce = Math.max(0, ...logs.map(mostAtOnce));
  let best: { readonly workers: number; readonly off: number; readonly trial: Trial } | undefined;
  for (let workers = 1; workers <= Math.min(most, seenAtOnce); workers += 1) {
    const trial = tried(logs, workers);
    if (trial.tooSoonIfNone < leastProof) break;
    if (trial.tooSoon > 0.05 * trial.tooSoonIfNone || calledBefore(logs, trial, firsts)) continue;
    const off = Math.abs(trial.longer - 0.5);
    if (best === undefined || off < best.off) best = { workers, off, trial };
  }
  const trial = best?.trial ?? tried(logs, Infinity);
  const requests = logs.reduce((sum, own) => sum + own.length, 0);
  const waits = trial.inversions.flatMap(({ waitMs }) => [...waitMs]);
  return {
    workers: best?.workers ?? null,
    seenAtOnce,
    requests,
    waited: best === undefined ? 0 : waits.filter((wait) => wait > 0).length,
    waitMeanMs: requests === 0 ? 0 : waits.reduce((sum, wait) => sum + wait, 0) / requests,
    tooSoon: trial.tooSoon,
    tooSoonIfNone: trial.tooSoonIfNone,
    correlation: correlationOf(logs, trial.inversions),
    busy: busyOf(logs, trial.inversions, best?.workers ?? 1),
    times: trial.inversions,
  };
}

/**
 * What pods of a known number of workers made of these requests: mean wait in ms, and mean part of a worker's time that it was busy; of a
 * stretch that is too short to tell how many there are. @param pods as of `workersOf`
 */
export function queueOf(
  pods: readonly (readonly LoggedCall[])[],
  workers: number,
): { readonly waitMeanMs: number; readonly busy: number } | undefined {
  const logs = pods.filter((own) => own.length > 0);
  if (logs.length === 0) return undefined;
  const inversions = logs.map((calls) => inverted(calls, workers));
  const waits = inversions.flatMap(({ waitMs }) => [...waitMs]);
  return {
    waitMeanMs: waits.reduce((sum, wait) => sum + wait, 0) / waits.length,
    busy: busyOf(logs, inversions, workers),
  };
}

interface Inversion {
  readonly waitMs: Float64Array;
  readonly serviceMs: Float64Array;
}

interface Trial {
  readonly inversions: readonly Inversion[];
  readonly tooSoon: number;
  readonly tooSoonIfNone: number;
  /** Chance that a request which waited was served longer than one which did not. */
  readonly longer: number;
}

function tried(logs: readonly (readonly LoggedCall[])[], workers: number): Trial {
  const inversions = logs.map((calls) => inverted(calls, workers));
  const free: number[] = [];
  const served: number[] = [];
  const waits: number[] = [];
  logs.forEach((calls, pod) => {
    const { waitMs, serviceMs } = inversions[pod]!;
    calls.forEach((call, at) => {
      if (waitMs[at] === 0) free.push(call.durationMs + 0.5);
      else if (waitMs[at]! > roundingMs) {
        waits.push(waitMs[at]!);
        served.push(serviceMs[at]!);
      }
    });
  });
  const durations = Float64Array.from(free).sort();
  const shareBelow = (value: number): number =>
    durations.length === 0 ? 0 : countBelow(durations, value) / durations.length;
  return {
    inversions,
    tooSoon: served.filter((service) => service < -roundingMs).length,
    tooSoonIfNone: waits.reduce((sum, wait) => sum + shareBelow(wait - roundingMs), 0),
    longer:
      served.length === 0
        ? 0.5
        : served.reduce((sum, service) => sum + shareBelow(service), 0) / served.length,
  };
}

/** Whether more than a few of those that are taken to wait had called somebody by then. */
function calledBefore(
  logs: readonly (readonly LoggedCall[])[],
  { inversions }: Trial,
  firsts: readonly (readonly (number | undefined)[])[],
): boolean {
  let known = 0;
  let before = 0;
  logs.forEach((calls, pod) => {
    calls.forEach(({ startMs }, at) => {
      const wait = inversions[pod]!.waitMs[at]!;
      const first = firsts[pod]![at];
      if (wait <= 2 * roundingMs || first === undefined) return;
      known += 1;
      if (first < startMs + wait - roundingMs) before += 1;
    });
  });
  return before > Math.max(3, 0.05 * known);
}

function inverted(calls: readonly LoggedCall[], workers: number): Inversion {
  const waitMs = new Float64Array(calls.length);
  const serviceMs = new Float64Array(calls.length);
  const free = new Float64Array(Number.isFinite(workers) ? workers : 0).fill(-Infinity);
  calls.forEach(({ startMs, durationMs }, at) => {
    // In the middle of the millisecond that each was cut to.
    const arrived = startMs + 0.5;
    const over = arrived + durationMs + 0.5;
    let first = 0;
    for (let own = 1; own < free.length; own += 1) if (free[own]! < free[first]!) first = own;
    const begun = free.length === 0 ? arrived : Math.max(arrived, free[first]!);
    waitMs[at] = begun - arrived;
    serviceMs[at] = over - begun;
    if (free.length > 0) free[first] = over;
  });
  return { waitMs, serviceMs };
}

function mostAtOnce(calls: readonly LoggedCall[]): number {
  const ends = Float64Array.from(calls, ({ startMs, durationMs }) => startMs + durationMs).sort();
  let over = 0;
  let atOnce = 0;
  calls.forEach(({ startMs }, at) => {
    while (over < ends.length && ends[over]! <= startMs) over += 1;
    atOnce = Math.max(atOnce, at + 1 - over);
  });
  return atOnce;
}

function correlationOf(logs: readonly (readonly LoggedCall[])[], inversions: readonly Inversion[]): number {
  const present: number[] = [];
  const length: number[] = [];
  logs.forEach((calls, pod) => {
    // What was cut off, at both ends, is a millisecond in the mean.
    const ends = Float64Array.from(calls, ({ startMs, durationMs }) => startMs + durationMs + 1).sort();
    let over = 0;
    calls.forEach(({ startMs }, at) => {
      while (over < ends.length && ends[over]! <= startMs) over += 1;
      present.push(at - over);
      length.push(ln(Math.max(inversions[pod]!.serviceMs[at]!, 0.25)));
    });
  });
  const n = present.length;
  if (n < 3) return 0;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / n;
  const [meanPresent, meanLength] = [mean(present), mean(length)];
  let both = 0;
  let ofPresent = 0;
  let ofLength = 0;
  for (let at = 0; at < n; at += 1) {
    const [x, y] = [present[at]! - meanPresent, length[at]! - meanLength];
    both += x * y;
    ofPresent += x * x;
    ofLength += y * y;
  }
  return ofPresent > 0 && ofLength > 0 ? both / Math.sqrt(ofPresent * ofLength) : 0;
}

function busyOf(
  logs: readonly (readonly LoggedCall[])[],
  inversions: readonly Inversion[],
  workers: number,
): number {
  let busyMs = 0;
  let workerMs = 0;
  const first = Math.min(...logs.map((calls) => calls[0]!.startMs));
  const last = Math.max(...logs.map((calls) => calls.at(-1)!.startMs));
  inversions.forEach(({ serviceMs }) => {
    busyMs += serviceMs.reduce((sum, service) => sum + Math.max(0, service), 0);
    workerMs += (last - first) * workers;
  });
  return workerMs > 0 ? busyMs / workerMs : 0;
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
