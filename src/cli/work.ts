import type { Trial } from '../experiment/shift-plan/search.ts';
import type { TrialFacts } from '../experiment/shift-plan/trial-facts.ts';
import type { RollbackPoint } from '../record/capacity.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ShiftRequest } from './plan/request.ts';

/** What a worker thread needs to make the same scenario as its owner has. */
export interface WorkOrder {
  readonly given: string;
  readonly cwd: string;
  /** `path=value`, the seed among them. */
  readonly set: readonly string[];
  /** For trials of a plan. */
  readonly request?: ShiftRequest;
}

/** One run of a scenario, in a way that can be sent to a worker thread. */
export type Job =
  { readonly kind: 'rollback'; readonly atUs: number } | { readonly kind: 'trial'; readonly trial: Trial };

export type JobResult = RollbackPoint | TrialFacts;

/** The scenario of an order, and who does jobs with it. */
export async function openWork(order: WorkOrder): Promise<(job: Job) => JobResult> {
  const { openScenario } = await import('./files.ts');
  const { loadScenario } = await import('../scenario/load.ts');
  const opened = await openScenario(order.given, order.cwd, order.set);
  const loaded = opened.value === undefined ? undefined : await loadScenario(opened.value);
  if (loaded?.value === undefined) throw new Error(`cannot open ${order.given} again`);
  return workOn(loaded.value, order.request);
}

async function workOn(
  scenario: Scenario,
  request: ShiftRequest | undefined,
): Promise<(job: Job) => JobResult> {
  const { rollbackPoint } = await import('../experiment/rollback.ts');
  const { playTrial, shiftQuestion } = await import('../experiment/shift-plan/shift-plan.ts');
  const { optionsOf } = await import('./plan/request.ts');
  const question = request === undefined ? undefined : shiftQuestion(scenario, optionsOf(request));
  return (job) =>
    job.kind === 'rollback' ? rollbackPoint(scenario, job.atUs) : playTrial(question!, job.trial);
}
