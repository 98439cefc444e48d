import { answersOf, type Trace } from './tree.ts';

export interface FittedClocks {
  /** What each node's clock shows beyond the mean of all, milliseconds; of a pod where its node is not known. */
  readonly offsetsMs: ReadonlyMap<string, number>;
  /** Calls that it rests on. */
  readonly n: number;
  /** Spans whose times Jaeger had corrected already: what is left of the offsets says little. */
  readonly corrected: number;
}

/**
 * How far clocks are apart, by half the difference of the two gaps between a caller's and its callee's span (as NTP does), the
 * median per pair of nodes, and least squares over all pairs. Ways there and back are taken as alike.
 * @param placeOf the node of a pod
 * @returns undefined where no call goes from one place to another.
 */
export function fitClocks(
  traces: readonly Trace[],
  placeOf: (pod: string) => string,
): FittedClocks | undefined {
  const byPair = new Map<string, { readonly from: string; readonly to: string; readonly halves: number[] }>();
  let corrected = 0;
  for (const { units, withoutCause } of traces) {
    for (const { span } of units) if (span.clockCorrected) corrected += 1;
    for (const call of [...units.flatMap(({ calls }) => calls), ...withoutCause]) {
      const [answer, ...others] = answersOf(call);
      if (answer === undefined || others.length > 0 || answer.span === call.span) continue;
      const from = placeOf(call.span.pod || (call.caller?.pod ?? ''));
      const to = placeOf(answer.pod);
      if (from === to || from === '' || to === '') continue;
      const half =
        (answer.span.startUs -
          call.span.startUs +
          (answer.span.startUs + answer.span.durationUs) -
          (call.span.startUs + call.span.durationUs)) /
        2000;
      if (!Number.isFinite(half)) continue;
      const key = `${from}\n${to}`;
      const pair = byPair.get(key) ?? { from, to, halves: [] };
      byPair.set(key, pair);
      pair.halves.push(half);
    }
  }
  const pairs = [...byPair.values()].map(({ from, to, halves }) => {
    const sorted = halves.sort((one, other) => one - other);
    return { from, to, differenceMs: sorted[sorted.length >> 1]!, weight: sorted.length };
  });
  if (pairs.length === 0) return undefined;
  const n = pairs.reduce((sum, { weight }) => sum + weight, 0);
  return { offsetsMs: solved(pairs), n, corrected };
}

interface Pair {
  readonly from: string;
  readonly to: string;
  /** The callee's clock less the caller's. */
  readonly differenceMs: number;
  readonly weight: number;
}

/** Weighted least squares by going round: each offset becomes the mean of what its neighbours ask, until nothing moves. */
function solved(pairs: readonly Pair[]): ReadonlyMap<string, number> {
  const places = [...new Set(pairs.flatMap(({ from, to }) => [from, to]))].sort();
  const offsets = new Map(places.map((place) => [place, 0]));
  for (let round = 0; round < 1000; round += 1) {
    let moved = 0;
    for (const place of places) {
      let asked = 0;
      let weights = 0;
      for (const { from, to, differenceMs, weight } of pairs) {
        if (to === place) asked += weight * (offsets.get(from)! + differenceMs);
        else if (from === place) asked += weight * (offsets.get(to)! - differenceMs);
        else continue;
        weights += weight;
      }
      const next = asked / weights;
      moved = Math.max(moved, Math.abs(next - offsets.get(place)!));
      offsets.set(place, next);
    }
    if (moved < 1e-6) break;
  }
  const mean = [...offsets.values()].reduce((sum, offset) => sum + offset, 0) / places.length;
  return new Map(places.map((place) => [place, offsets.get(place)! - mean]));
}
