import { optionsOf, type ShiftRequest } from '../shift-plan/request.ts';
import type { Trial } from '../shift-plan/trial.ts';
import { trialPlayer } from '../shift-plan/play-trials.ts';
import { shiftQuestion } from '../shift-plan/shift-plan.ts';
import type { TrialFacts } from '../../record/plan-run.ts';
import type { JobKind } from './job.ts';

/** Runs of plans of a shift that are the same for some time. */
export interface TrialJob {
  readonly kind: 'trial';
  readonly request: ShiftRequest;
  readonly trials: readonly Trial[];
}

export const trialJob: JobKind<TrialJob, readonly TrialFacts[]> = {
  open: (scenario) => {
    const players = new Map<string, ReturnType<typeof trialPlayer>>();
    return ({ request, trials }) => {
      const name = JSON.stringify(request);
      const play = players.get(name) ?? trialPlayer(shiftQuestion(scenario, optionsOf(request)));
      players.set(name, play);
      return play(trials);
    };
  },
};
