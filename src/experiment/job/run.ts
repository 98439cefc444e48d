import type { RunRecord } from '../../record/record.ts';
import { runOnce } from '../run-once.ts';
import type { JobKind } from './job.ts';

/** The scenario from its start to its end, under another seed of chance. */
export interface RunJob {
  readonly kind: 'run';
  readonly seed: string;
}

export const runJob: JobKind<RunJob, RunRecord> = {
  open:
    (scenario) =>
    ({ seed }) =>
      runOnce({ ...scenario, seed }).record,
};
