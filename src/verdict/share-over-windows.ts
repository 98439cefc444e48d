import { binomTest } from '../stats/index.ts';

/** Requests in a window, and those of them that got the version. */
export interface WindowCount {
  readonly requests: number;
  readonly got: number;
}

export interface WindowsVerdict {
  /** Windows with requests. */
  readonly windows: number;
  /** Holm rejects at least one: somewhere the share was another. */
  readonly rejects: boolean;
  /** Index of the least likely window among all that were given; null without any. */
  readonly least: number | null;
  /** Its two-sided exact p-value, and Holm's for it: the whole family's. 1 without any. */
  readonly smallestP: number;
  readonly adjustedP: number;
}

/**
 * Whether a share stayed where it was through all windows of a run, tested jointly: the exact binomial test of each window, and
 * Holm over them (Scandinavian Journal of Statistics 6, 1979), so that luck rejects in at most `level` of all runs. Holm rejects
 * something if and only if the smallest p-value is at most level / windows.
 * @throws RangeError unless counts are counts and 0 <= share <= 1.
 */
export function shareOverWindows({
  counts,
  share,
  level,
}: {
  readonly counts: readonly WindowCount[];
  readonly share: number;
  readonly level: number;
}): WindowsVerdict {
  let least: number | null = null;
  let smallestP = 1;
  let windows = 0;
  for (const [index, { requests, got }] of counts.entries()) {
    if (requests === 0) continue;
    windows += 1;
    const p = binomTest({ k: got, n: requests, p: share });
    if (least === null || p < smallestP) [least, smallestP] = [index, p];
  }
  const adjustedP = Math.min(1, smallestP * Math.max(1, windows));
  return { windows, rejects: windows > 0 && adjustedP <= level, least, smallestP, adjustedP };
}
