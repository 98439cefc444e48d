import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { trialFacts } from '../../../src/experiment/shift-plan/trial-facts.ts';
import { shiftPlan, shiftQuestion } from '../../../src/experiment/shift-plan/shift-plan.ts';
import { standing } from '../../../src/experiment/shift-plan/search.ts';
import { trialKey, type Trial } from '../../../src/experiment/shift-plan/trial.ts';
import type { TrialFacts } from '../../../src/record/plan-run.ts';
import { parseObjective, type Objective } from '../../../src/scenario/objective.ts';
import { trialPlayer } from '../../../src/experiment/shift-plan/play-trials.ts';
import { shipped } from '../../support/scenario.ts';

test('a trial plays the plan as written, or with one input put off; replications differ by chance alone', async () => {
  // A two-hundredth of the load; the plan has 25 minutes of it, and more.
  const scenario = await shipped('planners-ramp', 'traffic[0].rps=6');
  const question = shiftQuestion(scenario, {
    objectives: [],
    vary: () => ({ steps: [], pausesUs: [], autoscalers: [], preScale: [], warmUpsUs: [] }),
    replications: 2,
    windowUs: 60e6,
  });
  expect(question.inputs[0]!.name).toBe('traffic');
  const twice = question.inputs[0]!.rungs.findIndex(({ share }) => share === 1);
  const play = trialPlayer(question);
  const pages = (off: { input: number; rung: number } | null, replication = 0): number =>
    play([{ candidate: 0, off, replication, whole: true }])[0]!.windows.reduce(
      (sum, own) => sum + own.pages,
      0,
    );
  const written = pages(null);
  // Poisson: the difference from twice as many has a variance of 2 n + 4 n.
  expect(Math.abs(pages({ input: 0, rung: twice }) - 2 * written)).toBeLessThan(4 * Math.sqrt(6 * written));
  expect(pages(null)).toBe(written);
  expect(pages(null, 1)).not.toBe(written);
});

test('plans that part at one instant are branches of one run, and say what runs from the start say', async () => {
  const scenario = await shipped('planners-ramp', 'traffic[0].rps=6');
  const windowUs = 60e6;
  const question = shiftQuestion(scenario, {
    objectives: [],
    vary: () => ({
      steps: [
        [50, 100],
        [10, 100],
      ],
      pausesUs: [120e6],
      autoscalers: [],
      preScale: [0, 12],
      warmUpsUs: [],
    }),
    replications: 2,
    windowUs,
  });
  const { scenario: written, shift, plans } = question;
  expect(plans.length).toBe(5);
  const whole = (candidate: number, replication: number): TrialFacts => {
    const { scenario: plan, startUs, endUs } = plans[candidate]!;
    const seed = replication === 0 ? written.seed : `${written.seed}/1`;
    const { record } = runOnce(
      { ...plan, durationUs: question.untilUs, seed, windowUs },
      { watchesPods: true },
    );
    return trialFacts(record, {
      service: shift.service,
      to: shift.to.name,
      workloads: [shift.from.workload, shift.to.workload],
      startSeconds: startUs / 1e6,
      endSeconds: endUs / 1e6,
      costFromSeconds: question.fromUs / 1e6,
    });
  };
  const play = trialPlayer(question);
  // Backwards, to and fro between seeds, alone and together: what was asked before or beside it must not matter.
  for (const [replication, ...asked] of [
    [0, 4],
    [1, 1, 3],
    [0, 0],
    [1, 2],
    [0, 1, 2, 3, 4, 0],
    [1, 4],
  ]) {
    const trials = asked.map((candidate): Trial => ({
      candidate,
      off: null,
      replication: replication!,
      whole: true,
    }));
    expect(play(trials)).toEqual(asked.map((candidate) => whole(candidate, replication!)));
  }
});

test('every plan is counted over one time: from the first action of any to the end of the longest', async () => {
  const question = await small();
  const play = trialPlayer(question);
  // Six pods of v1 and two of v3 stay as they are: 8 pods, whatever the plan, from 5 min on, when the first steps come.
  expect(question.fromUs).toBe(300e6);
  const longestMinutes = (question.untilUs - question.fromUs) / 60e6;
  for (const candidate of [1, 2]) {
    const [facts] = play([{ candidate, off: null, replication: 0, whole: true }]);
    expect(facts!.podHours).toBeCloseTo((8 * longestMinutes) / 60, 6);
  }
  const [one, two] = [1, 2].map((own) => question.plans[own]!.endUs);
  expect(one).not.toBe(two);
});

test('a run may stop at the end of the window in which it broke an objective, and has seen what the whole run saw', async () => {
  const scenario = await shipped('planners-ramp', 'traffic[0].rps=12');
  const question = shiftQuestion(scenario, {
    objectives: [parseObjective('p50 < 1ms') as Objective],
    vary: () => ({ steps: [[50, 100]], pausesUs: [120e6], autoscalers: [], preScale: [0], warmUpsUs: [] }),
    replications: 3,
    windowUs: 60e6,
  });
  const trial: Trial = { candidate: 1, off: null, replication: 0, whole: false };
  const play = trialPlayer(question);
  const [stopped] = play([trial]);
  const [whole] = play([{ ...trial, whole: true }]);
  // A request takes 8 ms at least: the first window is over the limit.
  expect(stopped!.stoppedAtSeconds).toBe(360);
  expect(whole!.stoppedAtSeconds).toBeNull();
  expect(stopped!.windows).toEqual(whole!.windows.slice(0, 1));
});

/** Two plans without autoscalers, of two lengths. */
async function small() {
  const scenario = await shipped('planners-ramp', 'traffic[0].rps=6');
  const isFixed = ({ kind }: { readonly kind: string }): boolean => kind !== 'HorizontalPodAutoscaler';
  const pods = { ...scenario, manifests: scenario.manifests.filter(isFixed) };
  return shiftQuestion(
    {
      ...pods,
      timeline: [{ atUs: 0, verb: 'scale', workload: 'reviews-v1', replicas: 6 }, ...pods.timeline],
    },
    {
      objectives: [],
      vary: () => ({
        steps: [[100]],
        pausesUs: [120e6, 240e6],
        autoscalers: [],
        preScale: [0],
        warmUpsUs: [],
      }),
      replications: 3,
      windowUs: 60e6,
    },
  );
}

test('the plan names the best candidate by its place among those that were tried', async () => {
  const objective = parseObjective('p99 < 400ms') as Objective;
  const question = shiftQuestion(await shipped('planners-ramp'), {
    objectives: [objective],
    vary: () => ({ steps: [[100]], pausesUs: [120e6], autoscalers: [], preScale: [0], warmUpsUs: [] }),
    replications: 5,
    windowUs: 60e6,
  });
  // What was written is too slow; the other plan is not, whatever is put off.
  const facts = (p99: number): TrialFacts => ({
    windows: [{ atSeconds: 60, pages: 100, failed: 0, late: 0, p50: 10, p95: 20, p99 }],
    steps: [],
    podHours: 1,
    peakPods: 10,
    overSeconds: 0,
    shiftSeconds: 600,
    stoppedAtSeconds: null,
    laws: [],
  });
  const results = new Map<string, TrialFacts>();
  for (;;) {
    const { next } = standing(question.settings, results);
    if (next.length === 0) break;
    for (const trial of next) results.set(trialKey(trial), facts(trial.candidate === 0 ? 900 : 200));
  }
  const plan = shiftPlan(question, results, false);
  expect(plan.best).not.toBeNull();
  expect(plan.candidates[plan.best!]!.verdict).toBe('holds');
});
