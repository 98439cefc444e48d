import type { CurvePoint, Desk } from '../../experiment/session/desk.ts';
import { binomInterval } from '../../stats/interval.ts';

/** What came to a version in one span of time. */
export interface CurveSpan {
  readonly fromUs: number;
  readonly toUs: number;
  readonly k: number;
  readonly n: number;
  /** Wilson's, at 95 %; undefined: no requests. */
  readonly interval: readonly [number, number] | undefined;
  /** At its end. */
  readonly configured: number | undefined;
  readonly effective: number | undefined;
}

const secondUs = 1_000_000;
const lengths = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 3600].map((s) => s * secondUs);

/** The shortest round length of which the time has at most `most`. */
const roundLength = (timeUs: number, most: number): number =>
  lengths.find((length) => timeUs / length <= most) ??
  Math.ceil(timeUs / most / 3_600_000_000) * 3_600_000_000;

/** How far a time axis reaches: past what was and what is to come, in four round parts, so that it seldom changes. */
export const horizonUs = ({ nowUs, endUs, deeds }: Pick<Desk, 'nowUs' | 'endUs' | 'deeds'>): number =>
  Math.min(endUs, 4 * roundLength(Math.max(20 * secondUs, nowUs, deeds.at(-1)?.atUs ?? 0), 4));

/** Spans of at least a dozen requests each, where there are so many: fewer say nothing. */
export function spanLength(points: readonly CurvePoint[], axisUs: number): number {
  const requests = total(points.at(-1)?.observed ?? []);
  const timeUs = points.at(-1)?.atUs ?? 0;
  const byCount = requests === 0 ? 0 : (12 * timeUs) / requests;
  return roundLength(axisUs, Math.max(4, Math.min(40, axisUs / Math.max(1, byCount))));
}

/** Points gathered into spans of equal length, so that each has enough requests to say something. */
export function spansOf(points: readonly CurvePoint[], place: number, lengthUs: number): CurveSpan[] {
  const spans = new Map<number, { k: number; n: number; last: CurvePoint }>();
  points.forEach((point, i) => {
    // A point counts from the start; the time since the one before ends with it.
    const before = points[i - 1]?.observed;
    const at = Math.max(0, Math.ceil(point.atUs / lengthUs) - 1);
    const span = spans.get(at) ?? { k: 0, n: 0, last: point };
    span.k += (point.observed[place] ?? 0) - (before?.[place] ?? 0);
    span.n += total(point.observed) - total(before ?? []);
    span.last = point;
    spans.set(at, span);
  });
  return [...spans].map(([at, { k, n, last }]) => ({
    fromUs: at * lengthUs,
    toUs: (at + 1) * lengthUs,
    k,
    n,
    interval: n === 0 ? undefined : binomInterval({ k, n, conf: 0.95, method: 'wilson' }),
    configured: last.configured?.[place],
    effective: last.effective?.[place],
  }));
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
