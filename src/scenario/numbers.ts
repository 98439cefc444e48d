import * as z from 'zod';
import { didYouMean } from '../manifest/did-you-mean.ts';
import type { LocatedDocument } from '../manifest/located.ts';
import type { Problem } from '../manifest/problem.ts';
import { atPlace } from './at-place.ts';

/** A number that nobody has measured: what is taken for it, and the range in which it may lie, each as it is written. */
export interface Guess {
  readonly name: string;
  readonly value: string;
  readonly from: string;
  readonly to: string;
  /** What it is the number of: "CPU of a workload for one request". */
  readonly what: string;
}

const value = z.union([z.number(), z.string().min(1)], {
  error: 'expected a number, or a text such as 5ms',
});

const guess = z.strictObject({
  guess: value.describe('What is taken for it.'),
  from: value.describe('The least that it may be.'),
  to: value.describe('The most that it may be.'),
  what: z.string().min(1).optional().describe('What it is the number of.'),
});

/** `spec.numbers`: by name, a value that is known, or a guess with its range. */
export const numbersSchema = z
  .record(
    z
      .string()
      .regex(/^[a-z][A-Za-z0-9]*$/, 'a name is letters and digits, and begins with a small letter')
      .describe('Name; $name stands for it.'),
    z.union([value, guess], { error: 'expected a value, or { guess: 5ms, from: 1ms, to: 20ms }' }),
  )
  .meta({
    description:
      'Numbers by name: wherever the scenario or its app file has a value, $name may stand for it. One that nobody knows is a guess with its range; reports say what rests on guesses, and explain which of them matter.',
    examples: [{ pages: 40, cpu: { guess: '2ms', from: '500us', to: '8ms' } }],
  });

export type Numbers = Readonly<Record<string, unknown>>;

/** Data in which values stand for their names, and what was asked for. */
export interface Filled {
  readonly data: unknown;
  readonly used: ReadonlySet<string>;
  readonly problems: readonly Problem[];
}

/**
 * `$name` as a whole value becomes the number of that name; texts of a scenario without numbers are what they are.
 *
 * @param numbers as `spec.numbers` has them, checked or not; undefined: there are none.
 */
export function fillNumbers(
  file: string,
  document: LocatedDocument,
  data: unknown,
  numbers: unknown,
): Filled {
  const used = new Set<string>();
  const problems: Problem[] = [];
  if (!isMap(numbers)) return { data, used, problems };
  const names = Object.keys(numbers);
  const filled = (own: unknown, path: readonly (string | number)[]): unknown => {
    if (Array.isArray(own)) return own.map((item, index) => filled(item, [...path, index]));
    if (isMap(own))
      return Object.fromEntries(
        Object.entries(own).map(([key, item]) => [
          key,
          path.length === 1 && key === 'numbers' ? item : filled(item, [...path, key]),
        ]),
      );
    const name = typeof own === 'string' ? /^\$([a-z][A-Za-z0-9]*)$/.exec(own)?.[1] : undefined;
    if (name === undefined) return own;
    if (Object.hasOwn(numbers, name)) {
      used.add(name);
      return valueOf(numbers[name]);
    }
    const near = didYouMean(name, names);
    problems.push(
      atPlace(file, document, path, {
        severity: 'error',
        code: 'MS2022',
        message: `$${name} stands for a number, and the scenario's numbers have no "${name}"`,
        file,
        hint: near === undefined ? `there is ${names.join(', ') || 'none'}` : `did you mean $${near}?`,
      }),
    );
    return own;
  };
  return { data: filled(data, []), used, problems };
}

/** Those of the numbers that are guesses and that something rests on. */
export const guessesOf = (numbers: Numbers, used: ReadonlySet<string>): Guess[] =>
  Object.entries(numbers).flatMap(([name, own]) => {
    if (!isMap(own) || !used.has(name)) return [];
    const { guess, from, to, what = name } = own;
    return [{ name, value: String(guess), from: String(from), to: String(to), what: String(what) }];
  });

const valueOf = (own: unknown): unknown => (isMap(own) ? own['guess'] : own);

const isMap = (own: unknown): own is Readonly<Record<string, unknown>> =>
  typeof own === 'object' && own !== null && !Array.isArray(own);
