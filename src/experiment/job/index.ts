import type { Scenario } from '../../scenario/scenario.ts';
import type { JobKind } from './job.ts';
import { measureJob, type MeasureJob } from './measure.ts';
import { rollbackJob, type RollbackJob } from './rollback.ts';
import { runJob, type RunJob } from './run.ts';
import { trialJob, type TrialJob } from './trial.ts';

export type Job = RunJob | MeasureJob | RollbackJob | TrialJob;

const kinds = { run: runJob, measure: measureJob, rollback: rollbackJob, trial: trialJob } satisfies {
  readonly [K in Job['kind']]: JobKind<Extract<Job, { kind: K }>, unknown>;
};

type Kinds = typeof kinds;

export type AnswerTo<J extends Job> = {
  [K in J['kind']]: ReturnType<ReturnType<Kinds[K]['open']>>;
}[J['kind']];

/** Which of a pool's scenarios a job is for. */
const scenarioOf = (job: Job): number => ('at' in job ? job.at : 0);

/** Who does jobs of any kind, each with the scenario that it is for; what many of them share is made once. */
export function jobDoer(scenarios: readonly Scenario[]): <J extends Job>(job: J) => AnswerTo<J> {
  const doers = scenarios.map(openJobs);
  return (job) => doers[scenarioOf(job)]!(job);
}

/** Who does jobs with a scenario, whatever their kind. */
export function openJobs(scenario: Scenario): <J extends Job>(job: J) => AnswerTo<J> {
  const opened = new Map<Job['kind'], (job: never) => unknown>();
  return (job) => {
    const own = opened.get(job.kind) ?? kinds[job.kind].open(scenario);
    opened.set(job.kind, own);
    return own(job as never) as AnswerTo<typeof job>;
  };
}
