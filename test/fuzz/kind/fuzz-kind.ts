import type { Random } from '../random.ts';

/** Texts by name: whatever a kind tries can be written down, made smaller, and tried again. */
export type Input = Readonly<Record<string, string>>;

/** One family of inputs and what must hold of each. */
export interface FuzzKind {
  make(random: Random): Input;
  /** Throws where something does not hold; else all that was told of it: the same for the same input. */
  try(input: Input): Promise<string>;
}

/** What must hold, with the words of its breach. */
export function must(holds: boolean, breach: string): void {
  if (!holds) throw new Error(breach);
}

/** Words of a command line as a text of an input, one a line, and back. */
export const linesOf = (words: readonly string[]): string =>
  words.map((word) => JSON.stringify(word)).join('\n');
export const wordsOf = (lines: string): string[] =>
  lines.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as string]));
