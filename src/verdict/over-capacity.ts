import { bisector } from 'd3-array';
import type { Capacity, CapacityWindow, WorkloadCapacity } from '../record/capacity.ts';

/** A time in which a workload was full. */
export interface OverSpan {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/**
 * No ready pod, for a part of the window at least, although requests come; or nearly all of its CPU limits or all of its
 * workers in use.
 */
export function isOver(
  { concurrency }: Pick<WorkloadCapacity, 'concurrency'>,
  { arrived, noPod, readyMean, saturation, inSystem }: CapacityWindow,
): boolean {
  if (readyMean === 0) return arrived + noPod > 0;
  if (readyMean < 1 && noPod > 0) return true;
  return isFull(saturation, inSystem, concurrency === null ? null : concurrency * readyMean);
}

/** Nearly all of its CPU limits are in use, on the mean of a window: what is left of them is no room for more. */
const full = 0.98;

/**
 * Whether pods have no room for more work: by their CPU, or by their workers.
 * @param used share of the CPU limits; null: there are none.
 * @param workers requests that may be served at once; null: any number.
 */
export const isFull = (used: number | null, inSystem: number, workers: number | null): boolean =>
  (used ?? 0) >= full || (workers !== null && inSystem >= workers);

/** The spans in which a workload was over capacity, neighbouring windows joined. */
export function overSpans(workload: WorkloadCapacity, fromSeconds = 0): OverSpan[] {
  const spans: { fromSeconds: number; toSeconds: number }[] = [];
  for (const window of workload.windows) {
    if (window.fromSeconds < fromSeconds || !isOver(workload, window)) continue;
    const last = spans.at(-1);
    if (last?.toSeconds === window.fromSeconds) last.toSeconds = window.toSeconds;
    else spans.push({ fromSeconds: window.fromSeconds, toSeconds: window.toSeconds });
  }
  return spans;
}

/** The windows that lie within a span, found without looking at all others: there may be very many of both. */
export function windowsIn(
  { windows }: WorkloadCapacity,
  { fromSeconds, toSeconds }: OverSpan,
): CapacityWindow[] {
  return windows.slice(byStart.left(windows, fromSeconds), byEnd.right(windows, toSeconds));
}

const byStart = bisector((window: CapacityWindow) => window.fromSeconds);
const byEnd = bisector((window: CapacityWindow) => window.toSeconds);

export const lengthOf = (spans: readonly OverSpan[]): number =>
  spans.reduce((sum, own) => sum + own.toSeconds - own.fromSeconds, 0);

/** Seconds from `fromSeconds` on in which some workload was full, and the one that was so longest. */
export function overCapacity(
  { workloads }: Pick<Capacity, 'workloads'>,
  fromSeconds: number,
): { readonly overSeconds: number; readonly tightest: string | null } {
  const lengths = workloads.map((own) => lengthOf(overSpans(own, fromSeconds)));
  const most = Math.max(0, ...lengths);
  const windows = workloads[0]?.windows.filter((own) => own.fromSeconds >= fromSeconds) ?? [];
  const over = windows.filter((window) =>
    workloads.some((own) => {
      const alike = own.windows.find((each) => each.fromSeconds === window.fromSeconds);
      return alike !== undefined && isOver(own, alike);
    }),
  );
  return {
    overSeconds: lengthOf(over),
    tightest: most === 0 ? null : workloads[lengths.indexOf(most)]!.name,
  };
}
