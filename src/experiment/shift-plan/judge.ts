import type { JudgedObjective } from '../../record/shift-plan.ts';
import type { TrialFacts } from '../../record/plan-run.ts';
import { measureUnits, type Objective } from '../../scenario/objective.ts';
import { meanCi } from '../../stats/index.ts';
import { valueOf } from './value-of.ts';

/** Runs after which a plan is looked at for the first time: one that broke an objective in each of them is given up. */
export const firstLook = 3;

export interface Rule {
  readonly objectives: readonly Objective[];
  /** Runs of a plan at most, 3 or more. */
  readonly replications: number;
  /** With which a plan is shown to hold, over all looks at its runs. */
  readonly confidence: number;
}

export interface Judgement {
  readonly verdict: 'holds' | 'fails' | 'unsure';
  readonly judged: readonly JudgedObjective[];
}

/**
 * What some runs of a plan say about its objectives. An objective holds when the upper end of Student's interval for the mean
 * of the runs' worst values is within the limit, and fails when the lower end is above it. A plan is looked at after three runs and
 * when all are in, so that each look has half of the chance of error (Bonferroni). It holds when every objective does; it fails
 * with the first that fails, or when it broke one in each of at least three runs.
 */
export function judge(rule: Rule, runs: readonly TrialFacts[]): Judgement {
  const { objectives } = rule;
  const judged = objectives.map((own) => judgeObjective(own, runs, confidenceOfLook(rule)));
  const isLost = runs.length >= firstLook && runs.every((own) => isBroken(objectives, own));
  if (isLost || judged.some((own) => own.verdict === 'fails')) return { verdict: 'fails', judged };
  const isShown = runs.length >= firstLook && judged.every((own) => own.verdict === 'holds');
  return { verdict: isShown ? 'holds' : 'unsure', judged };
}

/** Of each interval, so that all looks together have the confidence that was asked for. */
export const confidenceOfLook = ({ replications, confidence }: Omit<Rule, 'objectives'>): number =>
  replications > firstLook ? 1 - (1 - confidence) / 2 : confidence;

function judgeObjective(
  objective: Objective,
  runs: readonly TrialFacts[],
  confidence: number,
): JudgedObjective {
  const found = runs.map((own) => valueOf(objective, own));
  const values = found.map((own) => own.value);
  const { limit } = objective;
  // A run that was stopped has not shown its worst.
  const isWhole = runs.every((own) => own.stoppedAtSeconds === null);
  const { mean, half } =
    values.length < 2 || !isWhole
      ? { mean: values.reduce((sum, own) => sum + own, 0) / values.length, half: null }
      : meanCi({ data: values, conf: confidence });
  const upper = mean + (half ?? 0);
  const lower = mean - (half ?? Infinity);
  const isLost = values.length >= firstLook && values.every((own) => own > limit);
  return {
    objective: objective.text,
    mean,
    half,
    limit,
    unit: measureUnits[objective.measure],
    margin: limit === 0 ? -upper : (limit - upper) / limit,
    verdict: isLost || lower > limit ? 'fails' : half !== null && upper <= limit ? 'holds' : 'unsure',
    worstAtSeconds: found[0]?.atSeconds ?? null,
  };
}

/** Whether what a run has shown breaks an objective, by more than a factor of its limit. */
export const isBroken = (
  objectives: readonly Objective[],
  facts: Parameters<typeof valueOf>[1],
  factor = 1,
): boolean => objectives.some((own) => valueOf(own, facts).value > own.limit * factor);

/** Objectives that the mean of some runs breaks. */
export const brokenBy = (objectives: readonly Objective[], runs: readonly TrialFacts[]): JudgedObjective[] =>
  objectives.map((own) => judgeObjective(own, runs, 0.95)).filter((own) => own.mean > own.limit);
