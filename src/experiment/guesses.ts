import type { Step } from '../mesh/app/app.ts';
import type { Guess } from '../scenario/numbers.ts';
import type { GuessedCall } from '../scenario/load-app.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { plural } from '../words/number.ts';
import type { PlanSection } from './describe-plan.ts';
import type { RunFacts } from './sweep/measure.ts';

/** What may be instead of guesses: a number at an end of its range, all of them at the upper ones, or a call that is not made. */
export type Instead =
  | { readonly kind: 'number'; readonly guess: Guess; readonly value: string }
  | { readonly kind: 'all'; readonly guesses: readonly Guess[] }
  | { readonly kind: 'call'; readonly call: GuessedCall };

/** So many calls are left out, one at a time, at most. */
const mostCalls = 20;

/** What to play to see on which guesses the answer depends: one changed at a time, then all numbers, which may be too much together. */
export const insteadOf = ({ guesses, guessedCalls }: Scenario): Instead[] => [
  ...guesses.flatMap((guess) =>
    [guess.from, guess.to].map((value): Instead => ({ kind: 'number', guess, value })),
  ),
  ...(guesses.length > 1 ? [{ kind: 'all', guesses } as const] : []),
  ...guessedCalls.slice(0, mostCalls).map((call): Instead => ({ kind: 'call', call })),
];

/** The scenario in which an entry of the app does not make a call. */
export function withoutCall(scenario: Scenario, { from, to }: GuessedCall): Scenario {
  const without = (script: readonly Step[]): Step[] =>
    script.filter((step) => step.kind !== 'call' || step.host !== to);
  const { app } = scenario;
  return {
    ...scenario,
    app: {
      ...app,
      workloads: app.workloads.map((own) =>
        own.name !== from
          ? own
          : {
              ...own,
              script: without(own.script),
              ...(own.paths === undefined
                ? {}
                : { paths: own.paths.map((each) => ({ ...each, script: without(each.script) })) }),
            },
      ),
    },
  };
}

type Facts = Pick<RunFacts['run'], 'answer' | 'worst'>;

/**
 * Which guesses the answer depends on, by runs of one seed: the scenario as it is, and one with each thing instead.
 *
 * @param found of the runs with `instead`, in that order.
 */
export function guessSection(
  scenario: Scenario,
  own: Facts,
  instead: readonly Instead[],
  found: readonly Facts[],
): PlanSection {
  const differs = (at: number): boolean => textOf(found[at]!) !== textOf(own);
  const numbers = scenario.guesses.map((guess) => {
    const ends = instead.flatMap((each, at) =>
      each.kind === 'number' && each.guess === guess ? [{ value: each.value, at }] : [],
    );
    const told = ends.map(({ value, at }) => `${value}: ${textOf(found[at]!)}`).join('; ');
    return ends.some(({ at }) => differs(at))
      ? `${guess.name} MATTERS. ${told}. It is ${guess.what}; ${guess.value} is a guess`
      : `${guess.name} does not matter: the answer is the same from ${guess.from} to ${guess.to} (${guess.what})`;
  });
  const together = instead.findIndex(({ kind }) => kind === 'all');
  const calls = instead.flatMap((each, at) => (each.kind === 'call' ? [{ call: each.call, at }] : []));
  const mattering = calls.filter(({ at }) => differs(at));
  const others = calls.length - mattering.length;
  return {
    title: `What is guessed, and whether the answer depends on it (${plural(instead.length + 1, 'run')} of seed ${scenario.seed}, one guess changed in each${together < 0 ? '' : ', and one with all numbers changed'})`,
    lines: [
      `As it stands: ${textOf(own)}`,
      ...numbers,
      ...(together < 0
        ? []
        : [
            `All numbers at the upper ends of their ranges together: ${differs(together) ? textOf(found[together]!) : 'the answer is the same'}`,
          ]),
      ...mattering.map(
        ({ call: { from, to, reason }, at }) =>
          `call ${from} -> ${to} MATTERS. Without it: ${textOf(found[at]!)}. It is a guess: ${reason}`,
      ),
      ...(others === 0 ? [] : [othersText(others, calls.length, scenario.guessedCalls.length)]),
    ],
  };
}

/** Of the calls that were left out one at a time, those without which the answer is the same. */
function othersText(others: number, tried: number, all: number): string {
  const untried = all > tried ? ` (of ${all} guessed calls, the first ${tried} were tried)` : '';
  if (others < tried)
    return `${others} of the ${plural(tried, 'guessed call')} ${others === 1 ? 'does not matter' : 'do not matter'}: without any one of them the answer is the same${untried}`;
  return tried === 1
    ? `the guessed call does not matter: without it the answer is the same${untried}`
    : `none of the ${tried} guessed calls matters: without any one the answer is the same${untried}`;
}

const textOf = ({ answer, worst }: Facts): string =>
  worst === null || answer === 'holds' ? answer : `${answer.replace(/, but$/, ', but…')} (${worst})`;
