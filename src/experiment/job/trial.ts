import { optionsOf, type ShiftRequest } from '../shift-plan/request.ts';
import type { Trial } from '../shift-plan/search.ts';
import { trialPlayer } from '../shift-plan/play-trials.ts';
import { shiftQuestion } from '../shift-plan/shift-plan.ts';
import type { TrialFacts } from '../../record/plan-run.ts';
import type { JobKind } from './job.ts';

/** One run of one plan of a shift. */
export interface TrialJob {
  readonly kind: 'trial';
  readonly request: ShiftRequest;
  readonly trial: Trial;
}

export const trialJob: JobKind<TrialJob, TrialFacts> = {
  open: (scenario) => {
    const players = new Map<string, (trial: Trial) => TrialFacts>();
    return ({ request, trial }) => {
      const name = JSON.stringify(request);
      const play = players.get(name) ?? trialPlayer(shiftQuestion(scenario, optionsOf(request)));
      players.set(name, play);
      return play(trial);
    };
  },
};
