import type { RunRecord } from '../../record/record.ts';

/** Pages that came late in windows of the run that some spans touch, and at their end those that never came. */
export function lateIn(
  { capacity, scenario }: RunRecord,
  spans: readonly { readonly fromSeconds: number; readonly toSeconds: number }[],
): number {
  if (capacity === null) return 0;
  const lateSeconds = capacity.lateMs / 1000;
  const touches = (from: number, to: number): boolean =>
    // A page that waited comes late after the pods have recovered.
    spans.some((own) => from < own.toSeconds + 10 * lateSeconds && to > own.fromSeconds);
  const late = capacity.pages.reduce(
    (sum, own) => sum + (touches(own.fromSeconds, own.toSeconds) ? own.late : 0),
    0,
  );
  return (
    late + (touches(scenario.durationSeconds - lateSeconds, scenario.durationSeconds) ? capacity.overdue : 0)
  );
}
