import type { TrialFacts } from '../../record/plan-run.ts';
import { isBroken, type Rule } from './judge.ts';

/** One run that is wanted: of a candidate, with one input put off or none, with the seed of this replication. */
export interface Trial {
  readonly candidate: number;
  /** Index of the input, and of its rung; null: as the scenario says. */
  readonly off: { readonly input: number; readonly rung: number } | null;
  readonly replication: number;
  /** False: it may stop where it has broken an objective, as all that is asked of it is known then. */
  readonly whole: boolean;
}

/** Trials that are done, by `trialKey`; a whole run takes the place of one that was stopped. */
export type Results = ReadonlyMap<string, TrialFacts>;

export const trialKey = ({ candidate, off, replication }: Omit<Trial, 'whole'>): string =>
  `${candidate}/${off === null ? '' : `${off.input}:${off.rung}`}/${replication}`;

/** With an input put off, a run that is as far from a limit as this factor decides alone. */
export const clearFactor = 2;

/** Above which multiple of its limit an objective is broken beyond doubt, so that a run may stop. */
export const stopsAbove = ({ off }: Pick<Trial, 'off'>): number => (off === null ? 1 : clearFactor);

/**
 * Those that are still to be played. A run that was stopped tells enough if it has broken one of the objectives: another
 * question may have stopped it.
 */
export const missing = (
  { objectives }: Pick<Rule, 'objectives'>,
  trials: readonly Trial[],
  results: Results,
): Trial[] =>
  trials.filter((trial) => {
    const facts = results.get(trialKey(trial));
    if (facts === undefined) return true;
    if (facts.stoppedAtSeconds === null) return false;
    return trial.whole || !isBroken(objectives, facts, stopsAbove(trial));
  });

/** Of a candidate, in the order of replications, up to the first that is missing. */
export function runsOf(candidate: number, results: Results, off: Trial['off'] = null): TrialFacts[] {
  const found: TrialFacts[] = [];
  for (let replication = 0; ; replication++) {
    const facts = results.get(trialKey({ candidate, off, replication }));
    if (facts === undefined) return found;
    found.push(facts);
  }
}
