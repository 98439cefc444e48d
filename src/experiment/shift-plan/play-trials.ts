import type { TrialFacts } from '../../record/plan-run.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { begin, type Run } from '../run.ts';
import { seedOf } from '../replications.ts';
import { runOnce } from '../run-once.ts';
import { playCandidate } from './play-candidate.ts';
import type { Trial } from './search.ts';
import type { ShiftQuestion } from './shift-plan.ts';
import { trialFacts } from './trial-facts.ts';

/** Runs that wait at the instant where plans part, at most: each holds a whole mesh. */
const mostTrunks = 16;

/**
 * Plays the runs of a question, asked for one by one. Replications with one number share their chance, whatever the plan
 * (common random numbers); and so the time before any plan does something is one and the same run for all of them, played once
 * for each replication and branched. With an input put off that is not so: such a run is played from its start.
 */
export function trialPlayer(question: ShiftQuestion): (trial: Trial) => TrialFacts {
  const { scenario, shift, candidates, inputs, windowUs } = question;
  const plans = candidates.map((own) => playCandidate(scenario, shift, own));
  const parting = Math.min(...plans.map((own) => own.startUs));
  const longest = plans.reduce((most, own) => Math.max(most, own.scenario.durationUs), 0);
  const trunks = new Map<string, Run>();
  const trunkOf = (seed: string): Run => {
    const known = trunks.get(seed);
    if (known !== undefined) return known;
    const run = begin({ ...plans[0]!.scenario, durationUs: longest, seed, windowUs }, { watchesPods: true });
    // The instant itself is the plan's.
    if (parting > 0) run.runUntil(parting - 1);
    if (trunks.size >= mostTrunks) trunks.delete(trunks.keys().next().value!);
    trunks.set(seed, run);
    return run;
  };
  const recordOf = (plan: Scenario, seed: string) =>
    trunkOf(seed).branch({ timeline: plan.timeline, durationUs: plan.durationUs }).finish().record;
  return ({ candidate, off, replication }) => {
    const { scenario: plan, startUs } = plans[candidate]!;
    const seed = seedOf(scenario.seed, replication);
    const input = off === null ? undefined : inputs[off.input]!;
    const record =
      input === undefined
        ? recordOf(plan, seed)
        : runOnce(
            { ...input.change(plan, input.rungs[off!.rung]!.share), seed, windowUs },
            { watchesPods: true },
          ).record;
    return trialFacts(record, {
      service: shift.service,
      to: shift.to.name,
      workloads: [shift.from.workload, shift.to.workload],
      startSeconds: startUs / 1e6,
    });
  };
}
