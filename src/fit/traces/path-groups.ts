import { chi2Sf } from '../../stats/gamma.ts';
import type { SeenRequest } from './seen-request.ts';

/** Requests that follow one script. */
export interface PathGroup {
  /** Templates of their paths, the most frequent first. */
  readonly paths: readonly string[];
  readonly requests: readonly SeenRequest[];
}

/**
 * Requests of one workload by path, as far as the calls that they make differ (chi-square of the sets of calls, 0.1 %); paths of the
 * same calls stay together, and those of fewer than 20 requests with the most frequent one. The largest group comes first.
 */
export function pathGroups(requests: readonly SeenRequest[]): PathGroup[] {
  const byPath = new Map<string, SeenRequest[]>();
  for (const request of requests) {
    const own = byPath.get(request.path);
    if (own === undefined) byPath.set(request.path, [request]);
    else own.push(request);
  }
  const sorted = [...byPath].sort(([, one], [, other]) => other.length - one.length);
  const groups: { paths: string[]; requests: SeenRequest[] }[] = [];
  for (const [path, own] of sorted) {
    const like =
      own.length < fewest
        ? groups[0]
        : groups.find((group) => !differ(signatures(group.requests), signatures(own)));
    if (like === undefined) groups.push({ paths: [path], requests: [...own] });
    else {
      like.paths.push(path);
      like.requests.push(...own);
    }
  }
  return groups.sort((one, other) => other.requests.length - one.requests.length);
}

const fewest = 20;

function signatures(requests: readonly SeenRequest[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { calls } of requests) {
    const signature = calls
      .map(({ key }) => key)
      .sort()
      .join('\n');
    counts.set(signature, (counts.get(signature) ?? 0) + 1);
  }
  return counts;
}

/** Homogeneity of two rows of counts; columns of less than 5 expected in either row are taken together. */
function differ(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean {
  const total = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((sum, count) => sum + count, 0);
  const totals = [total(one), total(other)] as const;
  const all = totals[0] + totals[1];
  let rest: [number, number] = [0, 0];
  const columns: [number, number][] = [];
  for (const signature of new Set([...one.keys(), ...other.keys()])) {
    const column: [number, number] = [one.get(signature) ?? 0, other.get(signature) ?? 0];
    const smallest = ((column[0] + column[1]) * Math.min(...totals)) / all;
    if (smallest < 5) rest = [rest[0] + column[0], rest[1] + column[1]];
    else columns.push(column);
  }
  if (rest[0] + rest[1] > 0) columns.push(rest);
  if (columns.length < 2) return false;
  let statistic = 0;
  for (const column of columns) {
    for (const row of [0, 1] as const) {
      const expected = ((column[0] + column[1]) * totals[row]) / all;
      statistic += ((column[row] - expected) * (column[row] - expected)) / expected;
    }
  }
  return chi2Sf({ x: statistic, df: columns.length - 1 }) < 0.001;
}
