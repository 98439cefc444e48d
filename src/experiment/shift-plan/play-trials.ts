import type { TrialFacts } from '../../record/plan-run.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { capacityReadings } from '../build-capacity.ts';
import { seedOf } from '../replications.ts';
import { begin, type Run } from '../run.ts';
import { partingUs } from './families.ts';
import { isBroken } from './judge.ts';
import type { PlayablePlan } from './play-candidate.ts';
import type { ShiftQuestion } from './shift-plan.ts';
import { readFacts, trialFacts, type ShiftOfRecord } from './trial-facts.ts';
import { stopsAbove, type Trial } from './trial.ts';

/** Runs that wait at the instant where plans part, at most: each holds a whole mesh. */
const mostTrunks = 16;

/**
 * Plays the runs of a question. Those that are asked for together are of one replication and one family, all to their end or
 * none, and with the same input put off: they are one run for as long as their plans are the same, and then branches of it.
 *
 * Replications with one number share their chance, whatever the plan (common random numbers); and so the time before any plan
 * does something is the same run for all of them, and is kept. With an input put off that is not so: such a run is played from
 * its start.
 */
export function trialPlayer(question: ShiftQuestion): (trials: readonly Trial[]) => TrialFacts[] {
  const { scenario, plans, inputs, windowUs, fromUs, untilUs } = question;
  const begun = (plan: Scenario, seed: string): Run =>
    begin({ ...plan, durationUs: untilUs, seed, windowUs }, { watchesPods: true });
  const trunks = new Map<string, Run>();
  const trunkOf = (seed: string): Run => {
    const known = trunks.get(seed);
    if (known !== undefined) return known;
    const run = begun(plans[0]!.scenario, seed);
    // The instant itself is the plan's.
    if (fromUs > 0) run.runUntil(fromUs - 1);
    if (trunks.size >= mostTrunks) trunks.delete(trunks.keys().next().value!);
    trunks.set(seed, run);
    return run;
  };
  return (trials) => {
    const { off, replication } = trials[0]!;
    const seed = seedOf(scenario.seed, replication);
    const trunk = off === null ? trunkOf(seed) : undefined;
    const input = off === null ? undefined : inputs[off.input]!;
    const wanted = trials.map((trial): Wanted => {
      const plan = plans[trial.candidate]!;
      const changed = input?.change(plan.scenario, input.rungs[off!.rung]!.share) ?? plan.scenario;
      return { trial, plan, scenario: changed };
    });
    const [first] = wanted as [Wanted];
    const facts = new Map<Trial, TrialFacts>();
    playTogether(question, trunk ?? begun(first.scenario, seed), wanted, nothing, facts);
    return trials.map((own) => facts.get(own)!);
  };
}

interface Wanted {
  readonly trial: Trial;
  readonly plan: PlayablePlan;
  readonly scenario: Scenario;
}

/** What adds up from window to window. */
type Seen = Pick<TrialFacts, 'podHours' | 'peakPods' | 'overSeconds'>;

const nothing: Seen = { podHours: 0, peakPods: 0, overSeconds: 0 };

/** Plans that are the same for some time, from a run that stands before it; their facts go into `facts`. */
function playTogether(
  question: ShiftQuestion,
  before: Run,
  wanted: readonly Wanted[],
  seen: Seen,
  facts: Map<Trial, TrialFacts>,
): void {
  const [first, ...others] = wanted as [Wanted, ...Wanted[]];
  const { timeline } = first.scenario;
  const run = before.branch({ timeline });
  const partUs = Math.min(...others.map((own) => partingUs(timeline, own.scenario.timeline)));
  const untilUs = Math.min(question.untilUs, partUs - 1);
  const now = playOn(question, run, first, untilUs, seen);
  if (now.isBroken || untilUs === question.untilUs) {
    const told = now.isBroken ? undefined : run.finish().record;
    for (const { trial, plan } of wanted) {
      const span = spanOf(question, plan);
      const own =
        told === undefined
          ? { ...readFacts(readingsOf(run, 0), span), stoppedAtSeconds: run.nowUs / 1e6 }
          : trialFacts(told, span);
      facts.set(trial, own);
    }
    return;
  }
  for (let rest: readonly Wanted[] = wanted; rest.length > 0;) {
    const head = rest[0]!.scenario.timeline;
    const isAlike = (own: Wanted): boolean => partingUs(head, own.scenario.timeline) > partUs;
    playTogether(question, run, rest.filter(isAlike), now.seen, facts);
    rest = rest.filter((own) => !isAlike(own));
  }
}

/** Plays on until then, or to the end of the window in which an objective is broken, if the run may stop there. */
function playOn(
  { objectives, windowUs, ...question }: ShiftQuestion,
  run: Run,
  { trial, plan }: Wanted,
  untilUs: number,
  before: Seen,
): { readonly isBroken: boolean; readonly seen: Seen } {
  let seen = before;
  let edgeUs = (Math.floor(run.nowUs / windowUs) + 1) * windowUs;
  for (; !trial.whole && edgeUs <= untilUs && run.runUntil(edgeUs); edgeUs += windowUs) {
    if (edgeUs <= plan.startUs) continue;
    const own = readFacts(readingsOf(run, edgeUs - windowUs), spanOf(question, plan));
    seen = {
      podHours: seen.podHours + own.podHours,
      peakPods: Math.max(seen.peakPods, own.peakPods),
      overSeconds: seen.overSeconds + own.overSeconds,
    };
    if (isBroken(objectives, { ...own, ...seen }, stopsAbove(trial))) return { isBroken: true, seen };
  }
  run.runUntil(untilUs);
  return { isBroken: false, seen };
}

const readingsOf = (run: Run, fromUs: number) =>
  run.look((world, recorder) => capacityReadings(run.scenario, world, recorder, recorder.capacity!, fromUs));

const spanOf = (
  { shift, fromUs }: Pick<ShiftQuestion, 'shift' | 'fromUs'>,
  plan: PlayablePlan,
): ShiftOfRecord => ({
  service: shift.service,
  to: shift.to.name,
  workloads: [shift.from.workload, shift.to.workload],
  startSeconds: plan.startUs / 1e6,
  endSeconds: plan.endUs / 1e6,
  costFromSeconds: fromUs / 1e6,
});
