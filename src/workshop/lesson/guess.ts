import { inBoth, type Language } from '../language/language.ts';

/** How a lesson asks for a prediction. A guess is a list of whole numbers, so that a link can carry it. */
export type Ask =
  /** "I call it broken at `low` or fewer, `high` or more", of so many: a guess is [low, high], low < high. */
  | { readonly kind: 'line'; readonly of: number; readonly begin: readonly [low: number, high: number] }
  /** A number: a guess is [number]. */
  | {
      readonly kind: 'number';
      readonly min: number;
      readonly max: number;
      readonly step: number;
      readonly begin: number;
    }
  /** One option for each row: a guess has the index of an option per row, -1 where none is chosen yet. */
  | { readonly kind: 'choice'; readonly rows: number; readonly options: number };

export type Guess = readonly number[];

/** What the widget shows before anybody has touched it. */
export function firstGuess(ask: Ask): Guess {
  if (ask.kind === 'line') return ask.begin;
  return ask.kind === 'number' ? [ask.begin] : Array.from({ length: ask.rows }, () => -1);
}

/** Whether it may be locked: whole, and one that the widget could have made. */
export function isWhole(ask: Ask, guess: Guess): boolean {
  if (!guess.every(Number.isInteger)) return false;
  if (ask.kind === 'line') {
    const [low = -2, high = -2, ...more] = guess;
    return more.length === 0 && low >= -1 && low < high && high <= ask.of + 1;
  }
  if (ask.kind === 'number') return guess.length === 1 && guess[0]! >= ask.min && guess[0]! <= ask.max;
  return guess.length === ask.rows && guess.every((own) => own >= 0 && own < ask.options);
}

/** Moves one handle of a line by so much, the other one out of its way; handles may leave no count outside (-1, of + 1). */
export function movedLine([low = 0, high = 0]: Guess, of: number, handle: 'low' | 'high', to: number): Guess {
  const bounded = (value: number, least: number, most: number): number =>
    Math.min(Math.max(value, least), most);
  return handle === 'low' ? [bounded(to, -1, high - 1), high] : [low, bounded(to, low + 1, of + 1)];
}

/** Whether a count is beyond the line. */
export const isBeyond = ([low = -1, high = Infinity]: Guess, count: number): boolean =>
  count <= low || count >= high;

export interface GuessNames {
  readonly unit?: string;
  readonly options?: readonly string[];
  readonly rows?: readonly string[];
}

/** A guess in words: "4 or fewer, 11 or more", "12 pages". */
export function guessText(ask: Ask, guess: Guess, names: GuessNames, language: Language): string {
  const own = words[language];
  if (ask.kind === 'line') return own.line(guess[0]!, guess[1]!, ask.of);
  if (ask.kind === 'number') return own.number(guess[0]!, names.unit ?? '');
  const chosen = guess.map((index) => names.options?.[index] ?? own.open);
  if (ask.rows === 1) return chosen[0]!;
  // What was asked stands above; in the text a number leads back to it.
  return chosen.map((option, row) => own.row(String(row + 1), option)).join(own.between);
}

const words = inBoth({
  en: {
    line: (low: number, high: number, of: number): string =>
      low < 0 && high > of
        ? 'never'
        : [low < 0 ? '' : `${low} or fewer`, high > of ? '' : `${high} or more`]
            .filter((part) => part !== '')
            .join(', '),
    number: (value: number, unit: string): string => `${value} ${unit}`.trim(),
    row: (row: string, option: string): string => `${row}: ${option}`,
    between: '; ',
    open: 'not chosen',
  },
  zh: {
    line: (low, high, of) =>
      low < 0 && high > of
        ? '怎样都不算坏'
        : [low < 0 ? '' : `≤ ${low} 页`, high > of ? '' : `≥ ${high} 页`]
            .filter((part) => part !== '')
            .join('，或 '),
    number: (value, unit) => (unit === '%' ? `${value}%` : `${value} ${unit}`.trim()),
    row: (row, option) => `${row}：${option}`,
    between: '；',
    open: '未选',
  },
});
