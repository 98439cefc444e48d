import { optionsOf, type ShiftRequest } from '../shift-plan/request.ts';
import type { Trial } from '../shift-plan/search.ts';
import { playTrial, shiftQuestion, type ShiftQuestion } from '../shift-plan/shift-plan.ts';
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
    const questions = new Map<string, ShiftQuestion>();
    return ({ request, trial }) => {
      const name = JSON.stringify(request);
      const question = questions.get(name) ?? shiftQuestion(scenario, optionsOf(request));
      questions.set(name, question);
      return playTrial(question, trial);
    };
  },
};
