import type { ShiftPlan } from '../../record/shift-plan.ts';
import type { Pool, Sink } from '../pool.ts';
import type { ShiftRequest } from './request.ts';
import { standing, trialKey, type Standing } from './search.ts';
import { shiftPlan, type ShiftQuestion } from './shift-plan.ts';
import type { TrialFacts } from '../../record/plan-run.ts';

/** A run that is done, by the name under which `standing` looks for it. */
export interface PlayedTrial {
  readonly key: string;
  readonly facts: TrialFacts;
}

/**
 * Rounds of runs until the answer stands, or the pool is stopped: then the plan says how far they reach. `known` are runs that
 * are done already; with them a search goes on where it was.
 */
export async function playSearch(
  question: ShiftQuestion,
  request: ShiftRequest,
  known: ReadonlyMap<string, TrialFacts>,
  pool: Pool,
  sink: Sink<PlayedTrial>,
): Promise<ShiftPlan> {
  const results = new Map(known);
  for (;;) {
    const now = standing(question.settings, results);
    const { next } = now;
    if (next.length === 0) return shiftPlan(question, results, false);
    sink.begin({ what: stageOf(now), count: next.length, unit: 'runs' });
    const answers = await pool.run(
      next.map((trial) => ({ kind: 'trial' as const, request, trial })),
      (facts, index) => {
        const key = trialKey(next[index]!);
        results.set(key, facts);
        return sink.take({ key, facts });
      },
    );
    if (answers === undefined) return shiftPlan(question, results, true);
  }
}

const stageOf = ({ order, best }: Standing): string =>
  order.length === 0
    ? 'cost of every plan'
    : best === undefined
      ? 'the cheapest that holds'
      : 'what breaks it';
