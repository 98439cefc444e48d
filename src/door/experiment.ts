/** Scenario text to a run, a run to its record; the way back; the cheapest plan for a shift. */
export { loadScenario } from '../scenario/load.ts';
export type { ScenarioFiles } from '../scenario/scenario-files.ts';
export type { Scenario } from '../scenario/scenario.ts';
export { play, runOnce, worldAt } from '../experiment/run-once.ts';
export { begin, type Future, type Run, type RunResult } from '../experiment/run.ts';
export type * from '../record/record.ts';
export { revertedAt, rollbackInstants, rollbackPoint } from '../experiment/rollback.ts';
export { measureRollback } from '../experiment/rollback-meter.ts';
// Many runs of a scenario, over a pool that the caller supplies, or in this thread.
export { openJobs, type AnswerTo, type Job } from '../experiment/job/index.ts';
export { inProcessPool, type Pool, type Round, type Sink } from '../experiment/pool.ts';
export { parseObjective, parseSteps, type Measure, type Objective } from '../scenario/objective.ts';
export { shiftOf, type Shift } from '../experiment/shift-plan/shift.ts';
export { candidatesOf, candidateText, type Vary } from '../experiment/shift-plan/candidates.ts';
export { playCandidate, type PlayablePlan } from '../experiment/shift-plan/play-candidate.ts';
