import { describe, expect, test } from 'vitest';
import { runOnce } from '../../../src/experiment/run-once.ts';
import { a } from '../../../src/workshop/lesson/a.ts';
import { isBeyond } from '../../../src/workshop/lesson/guess.ts';
import { longestRun, longestRunLaw } from '../../../src/workshop/lesson/longest-run.ts';
import { shipped } from '../../support/scenario.ts';
import { played } from './play-lesson.ts';

const choose = (n: number, k: number): number =>
  Array.from({ length: k }, (_, i) => i).reduce((product, i) => (product * (n - i)) / (i + 1), 1);

describe('lesson a', () => {
  test('an even tally comes in 12870 of 32768 sessions', async () => {
    const facts = a.facts(await played(a, 'blue-1'));
    // C(15, 7) + C(15, 8) = 2 x 6435.
    expect(facts.even).toBeCloseTo(12870 / 32768, 12);
    expect(facts.law.map((share) => Math.round(share * 32768))).toEqual(
      Array.from({ length: 16 }, (_, k) => choose(15, k)),
    );
  });

  test.each([
    { line: [4, 11], alarms: 3882, text: '11.8' },
    { line: [5, 10], alarms: 9888, text: '30.2' },
    { line: [3, 12], alarms: 1152, text: '3.5' },
    { line: [-1, 16], alarms: 0, text: '0' },
    { line: [7, 8], alarms: 32768, text: '100' },
  ])('a line at $line calls $alarms of 32768 sound sessions broken', async ({ line, alarms, text }) => {
    const sum = Array.from({ length: 16 }, (_, k) => (isBeyond(line, k) ? choose(15, k) : 0));
    expect(sum.reduce((total, own) => total + own, 0)).toBe(alarms);
    const state = await played(a, 'blue-1');
    expect(a.reveal(state, line, 'en').sentences[0]).toContain(`${text}\u00a0% of honest sessions`);
    expect(a.reveal(state, line, 'zh').sentences[0]).toContain(`${text}%`);
  });

  test('runs of four or more come in 64.8 % of sessions: all 32768 are enumerated', () => {
    const counts = new Array<number>(16).fill(0);
    for (let word = 0; word < 32768; word += 1)
      counts[longestRun([...word.toString(2).padStart(15, '0')])]! += 1;
    expect(longestRunLaw(15).map((share) => share * 32768)).toEqual(counts);
    const long = counts.slice(4).reduce((sum, own) => sum + own, 0) / 32768;
    expect(long).toBeCloseTo(0.648, 3);
  });

  test('seat 1 of class blue sees nine red pages, at whatever pace', async () => {
    const state = await played(a, 'blue-1');
    expect(state.now.desk.yours.map(({ version }) => version.slice(1)).join(' ')).toBe(
      '3 1 3 1 3 3 3 3 1 1 3 3 3 1 1',
    );
    expect(a.facts(state)).toMatchObject({ reds: 9, longest: 4 });
    const { refreshes } = runOnce({ ...(await shipped('workshop')), seed: 'blue-1' }).record;
    expect(refreshes[0]!.refreshes.map(({ shows }) => (shows === 'red' ? 3 : 1)).join(' ')).toBe(
      '3 1 3 1 3 3 3 3 1 1 3 3 3 1 1',
    );
  });
});
