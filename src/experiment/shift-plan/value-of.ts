import type { Measure, Objective } from '../../scenario/objective.ts';
import type { TrialFacts, WindowFacts } from '../../record/plan-run.ts';

/** How a measure is read from a run: from each of its windows, or from the shift as a whole. */
type Reading =
  | { readonly ofStep: (step: TrialFacts['steps'][number]) => number }
  | { readonly ofWindow: (window: WindowFacts) => number }
  | { readonly ofShift: (facts: TrialFacts) => number };

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Shares of a window are of the pages that were complete in it. */
const readings: Readonly<Record<Measure, Reading>> = {
  p50: { ofWindow: (own) => own.p50 },
  p95: { ofWindow: (own) => own.p95 },
  p99: { ofWindow: (own) => own.p99 },
  errors: { ofWindow: (own) => share(own.failed, own.pages) },
  late: { ofWindow: (own) => share(own.late, own.pages) },
  share: { ofStep: (own) => Math.abs(own.shareOff) },
  overload: { ofShift: (own) => own.overSeconds },
  duration: { ofShift: (own) => own.shiftSeconds },
  pods: { ofShift: (own) => own.peakPods },
  'pod-hours': { ofShift: (own) => own.podHours },
};

/** The value that a run is judged by: of its worst window, of the step whose share is farthest off, or of the whole shift. */
export function valueOf(
  { measure }: Objective,
  facts: TrialFacts,
): { readonly value: number; readonly atSeconds: number | null } {
  const reading = readings[measure];
  if ('ofShift' in reading) return { value: reading.ofShift(facts), atSeconds: null };
  const found =
    'ofStep' in reading
      ? facts.steps.map((own) => ({ value: reading.ofStep(own), atSeconds: own.atSeconds }))
      : facts.windows.map((own) => ({ value: reading.ofWindow(own), atSeconds: own.atSeconds }));
  return found.reduce<{ value: number; atSeconds: number | null }>(
    (worst, own) => (worst.atSeconds === null || own.value > worst.value ? own : worst),
    { value: 0, atSeconds: null },
  );
}
