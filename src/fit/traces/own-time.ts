/** A stretch of one clock, microseconds. */
export interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * How long a request was in its pod and nothing that it waits for was under way: its span less the union of its awaited calls, each
 * cut to the span. All by one clock.
 */
export function ownTimeUs(span: Stretch, awaited: readonly Stretch[]): number {
  const inside = awaited
    .map(({ startUs, endUs }) => ({
      startUs: Math.max(startUs, span.startUs),
      endUs: Math.min(endUs, span.endUs),
    }))
    .filter(({ startUs, endUs }) => endUs > startUs)
    .sort((one, other) => one.startUs - other.startUs);
  let covered = 0;
  let reached = -Infinity;
  for (const { startUs, endUs } of inside) {
    if (endUs <= reached) continue;
    covered += endUs - Math.max(startUs, reached);
    reached = endUs;
  }
  return span.endUs - span.startUs - covered;
}

export const stretchOf = (span: { readonly startUs: number; readonly durationUs: number }): Stretch => ({
  startUs: span.startUs,
  endUs: span.startUs + span.durationUs,
});
