import type { Scenario } from '../../scenario/scenario.ts';

/** A kind of job: one run, asked for in plain data that can be sent to another thread, and answered in plain data. */
export interface JobKind<Job extends { readonly kind: string }, Answer> {
  /** Who does jobs of this kind with a scenario; what many of them share is made once. */
  readonly open: (scenario: Scenario) => (job: Job) => Answer;
}
