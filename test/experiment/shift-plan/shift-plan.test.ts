import { expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { playCandidate } from '../../../src/experiment/shift-plan/play-candidate.ts';
import { trialFacts } from '../../../src/experiment/shift-plan/trial-facts.ts';
import { shiftPlan, shiftQuestion } from '../../../src/experiment/shift-plan/shift-plan.ts';
import { standing, trialKey } from '../../../src/experiment/shift-plan/search.ts';
import type { TrialFacts } from '../../../src/record/plan-run.ts';
import { parseObjective, type Objective } from '../../../src/scenario/objective.ts';
import { trialPlayer } from '../../../src/experiment/shift-plan/play-trials.ts';
import { shipped } from '../../support/scenario.ts';

test('a trial plays the plan as written, or with one input put off; replications differ by chance alone', async () => {
  // A two-hundredth of the load; the plan has 25 minutes of it, and more.
  const scenario = await shipped('planners-ramp', 'traffic[0].rps=6');
  const question = shiftQuestion(scenario, {
    objectives: [],
    vary: () => ({ steps: [], pausesUs: [], autoscalers: [], preScale: [] }),
    replications: 2,
    windowUs: 60e6,
  });
  expect(question.inputs[0]!.name).toBe('traffic');
  const twice = question.inputs[0]!.rungs.findIndex(({ share }) => share === 1);
  const play = trialPlayer(question);
  const pages = (off: { input: number; rung: number } | null, replication = 0): number =>
    play({ candidate: 0, off, replication }).windows.reduce((sum, own) => sum + own.pages, 0);
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
    }),
    replications: 2,
    windowUs,
  });
  const { shift, candidates } = question;
  expect(candidates.length).toBe(5);
  const play = trialPlayer(question);
  // Backwards, and to and fro between seeds: what was asked before must not matter.
  for (const [candidate, replication] of [
    [4, 0],
    [1, 1],
    [0, 0],
    [2, 1],
    [3, 0],
    [4, 1],
  ] as const) {
    const { scenario: plan, startUs } = playCandidate(scenario, shift, candidates[candidate]!);
    const seed = replication === 0 ? scenario.seed : `${scenario.seed}/1`;
    const { record } = runOnce({ ...plan, seed, windowUs }, { watchesPods: true });
    const whole = trialFacts(record, {
      service: shift.service,
      to: shift.to.name,
      workloads: [shift.from.workload, shift.to.workload],
      startSeconds: startUs / 1e6,
    });
    expect(play({ candidate, off: null, replication })).toEqual(whole);
  }
});

test('the plan names the best candidate by its place among those that were tried', async () => {
  const objective = parseObjective('p99 < 400ms') as Objective;
  const question = shiftQuestion(await shipped('planners-ramp'), {
    objectives: [objective],
    vary: () => ({ steps: [[100]], pausesUs: [120e6], autoscalers: [], preScale: [0] }),
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
