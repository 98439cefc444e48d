/** Scenario text to a run, a run to its record; the way back; the cheapest plan for a shift. */
export { loadScenario, type ScenarioFiles } from '../scenario/load.ts';
export type { Scenario } from '../scenario/scenario.ts';
export { play, runOnce, worldAt, type RunResult } from '../experiment/run-once.ts';
export type * from '../record/record.ts';
export { revertedAt, rollbackInstants, rollbackPoint } from '../experiment/rollback.ts';
export { parseObjective, parseSteps, type Measure, type Objective } from '../scenario/objective.ts';
export { shiftOf, type Shift } from '../experiment/shift-plan/shift.ts';
export { candidatesOf, candidateText, type Vary } from '../experiment/shift-plan/candidates.ts';
export { playCandidate, type PlayablePlan } from '../experiment/shift-plan/play-candidate.ts';
