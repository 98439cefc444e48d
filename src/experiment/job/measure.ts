import { runOnce } from '../run-once.ts';
import { factsOf, type RunFacts } from '../sweep/measure.ts';
import type { JobKind } from './job.ts';

/** A scenario from its start to its end under another seed of chance, of which measures alone are kept. */
export interface MeasureJob {
  readonly kind: 'measure';
  /** Which of the scenarios that the pool has been given. */
  readonly at: number;
  readonly seed: string;
}

export const measureJob: JobKind<MeasureJob, RunFacts> = {
  open:
    (scenario) =>
    ({ seed }) =>
      factsOf(runOnce({ ...scenario, seed }).record),
};
