import type { Guesses } from '../record/guesses.ts';
import { plural } from '../words/number.ts';

/** What nobody has measured and an answer rests on, in a line; none where nothing is guessed. */
export function guessedText({ numbers, calls }: Guesses, folder: string): string[] {
  if (numbers.length + calls.length === 0) return [];
  const parts = [
    ...numbers.map(({ name, value }) => `${name} ${value}`),
    ...(calls.length === 0 ? [] : [plural(calls.length, 'call')]),
  ];
  return [`Guessed, not measured: ${parts.join(', ')}. Which of them matter: meshshift explain ${folder}`];
}

/** What is guessed, a line each. */
export const guessLines = ({ numbers, calls }: Guesses): string[] => [
  ...numbers.map(({ name, value, from, to, what }) => `${name}: ${value} (may be ${from} to ${to}), ${what}`),
  ...calls.map(({ from, to, reason }) => `${from} calls ${to}: ${reason}`),
];
