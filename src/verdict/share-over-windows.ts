import { binomTest, holm } from '../stats/index.ts';

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
 * Holm over them, so that luck rejects in at most `level` of all runs.
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
  const asked = [...counts.keys()].filter((index) => counts[index]!.requests > 0);
  const ps = asked.map((index) => binomTest({ k: counts[index]!.got, n: counts[index]!.requests, p: share }));
  const smallestP = Math.min(1, ...ps);
  const adjustedP = Math.min(1, ...holm({ ps }));
  const least = asked[ps.indexOf(smallestP)] ?? null;
  return { windows: asked.length, rejects: ps.length > 0 && adjustedP <= level, least, smallestP, adjustedP };
}
