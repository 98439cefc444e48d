import { expect, test } from 'vitest';
import { playTrial, shiftQuestion } from '../../../src/experiment/shift-plan/shift-plan.ts';
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
  const pages = (off: { input: number; rung: number } | null, replication = 0): number =>
    playTrial(question, { candidate: 0, off, replication }).windows.reduce((sum, own) => sum + own.pages, 0);
  const written = pages(null);
  // Poisson: the difference from twice as many has a variance of 2 n + 4 n.
  expect(Math.abs(pages({ input: 0, rung: twice }) - 2 * written)).toBeLessThan(4 * Math.sqrt(6 * written));
  expect(pages(null)).toBe(written);
  expect(pages(null, 1)).not.toBe(written);
});
