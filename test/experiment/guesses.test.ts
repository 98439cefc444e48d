import { expect, test } from 'vitest';
import { guessSection, insteadOf } from '../../src/experiment/guesses.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const number = (name: string, to: string) => ({ name, value: '1', from: '0', to, what: name });
const call = (to: number) => ({ from: 'web', to: `s${to}`, reason: 'its env' });
const scenario = (numbers: number, calls: number): Scenario =>
  ({
    seed: 1,
    guesses: Array.from({ length: numbers }, (_, at) => number(`n${at}`, `${at + 2}`)),
    guessedCalls: Array.from({ length: calls }, (_, at) => call(at)),
  }) as unknown as Scenario;

type Facts = Parameters<typeof guessSection>[1];
const holds: Facts = { answer: 'holds', worst: null };
const late: Facts = { answer: 'does not hold', worst: 'overloaded' };

const lines = (given: Scenario, failing: (kind: string) => boolean): readonly string[] => {
  const instead = insteadOf(given);
  return guessSection(
    given,
    holds,
    instead,
    instead.map(({ kind }) => (failing(kind) ? late : holds)),
  ).lines;
};

test('numbers that do no harm one by one may do so together', () => {
  expect(lines(scenario(2, 0), (kind) => kind === 'all')).toEqual([
    'As it stands: holds',
    'n0 does not matter: the answer is the same from 0 to 2 (n0)',
    'n1 does not matter: the answer is the same from 0 to 3 (n1)',
    'All numbers at the upper ends of their ranges together: does not hold (overloaded)',
  ]);
});

test('one number alone has nothing to be together with', () => {
  expect(insteadOf(scenario(1, 0)).map(({ kind }) => kind)).toEqual(['number', 'number']);
});

test.each([
  { calls: 1, says: 'the guessed call does not matter: without it the answer is the same' },
  { calls: 3, says: 'none of the 3 guessed calls matters: without any one the answer is the same' },
  {
    calls: 45,
    says: 'none of the 20 guessed calls matters: without any one the answer is the same (of 45 guessed calls, the first 20 were tried)',
  },
])('of $calls guessed calls it is said which were tried', ({ calls, says }) => {
  expect(lines(scenario(0, calls), () => false).at(-1)).toBe(says);
});
