import type { TrialFacts } from '../../record/plan-run.ts';
import type { ShiftPlan } from '../../record/shift-plan.ts';
import type { Pool, Sink } from '../pool.ts';
import type { ShiftRequest } from './request.ts';
import { standing, type Standing } from './search.ts';
import { shiftPlan, type ShiftQuestion } from './shift-plan.ts';
import { trialKey, type Trial } from './trial.ts';

/** A run that is done, by the name under which `standing` looks for it. */
export interface PlayedTrial {
  readonly key: string;
  readonly facts: TrialFacts;
}

/** Who hears of a search's runs, and of the plan that is the best so far whenever that is another one, or is shown to hold. */
export interface PlanSink extends Sink<PlayedTrial> {
  ahead(plan: ShiftPlan): void;
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
  sink: PlanSink,
): Promise<ShiftPlan> {
  const results = new Map(known);
  let told = '';
  const tellAhead = ({ ahead, best }: Standing): void => {
    const name = `${ahead} ${best === ahead}`;
    if (ahead === null || name === told) return;
    told = name;
    sink.ahead(shiftPlan(question, results, true));
  };
  for (;;) {
    const now = standing(question.settings, results);
    const { next, later } = now;
    tellAhead(now);
    if (next.length === 0) return shiftPlan(question, results, false);
    sink.begin({ what: stageOf(now), count: next.length, later, unit: 'runs' });
    const together = inFamilies(question, next);
    const answers = await pool.run(
      together.map((trials) => ({ kind: 'trial' as const, request, trials })),
      async (found, index) => {
        for (const [place, facts] of found.entries()) {
          const key = trialKey(together[index]![place]!);
          results.set(key, facts);
          await sink.take({ key, facts });
        }
        tellAhead(standing(question.settings, results));
      },
    );
    if (answers === undefined) return shiftPlan(question, results, true);
  }
}

/** Those that are played as one run while their plans are the same: of one family and replication. */
function inFamilies({ families }: ShiftQuestion, trials: readonly Trial[]): Trial[][] {
  const found = new Map<string, Trial[]>();
  for (const trial of trials) {
    const { candidate, off, replication, whole } = trial;
    const name = off === null ? `${families[candidate]} ${replication} ${whole}` : trialKey(trial);
    found.set(name, [...(found.get(name) ?? []), trial]);
  }
  return [...found.values()];
}

const stageOf = ({ order, best, ahead, next }: Standing): string =>
  best !== undefined
    ? 'what breaks it'
    : next.some((own) => own.replication === 0 && own.candidate !== ahead) || order.length === 0
      ? 'every plan once'
      : 'the cheapest that holds';
