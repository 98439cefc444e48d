import { refreshes } from './seats.ts';

export interface Tally {
  readonly seat: number;
  readonly reds: number;
}

export interface ParsedTally {
  /** In the order of the lines; of a seat that says two things, the later. */
  readonly tallies: readonly Tally[];
  /** Lines that say nothing that could be: from 1. */
  readonly refused: readonly { readonly line: number; readonly text: string; readonly why: Refusal }[];
}

export type Refusal = 'no seat and reds' | 'more reds than pages' | 'seat told twice';

/** Reads lines like `17 9`, `blue-17: 9`, `17,9`: a seat and its red pages; what else stands on a line is a mistake. */
export function parseTally(text: string): ParsedTally {
  const bySeat = new Map<number, number>();
  const refused: { line: number; text: string; why: Refusal }[] = [];
  text.split(/\r\n?|\n/).forEach((raw, index) => {
    const own = raw.normalize('NFKC').trim();
    if (own === '') return;
    const refuse = (why: Refusal): void => void refused.push({ line: index + 1, text: raw.trim(), why });
    const found = /^(?:[\p{L}\p{N}]*\p{L}[\p{L}\p{N}]*[-_ ])?(\d{1,4})\s*[\s:,;=、]\s*(\d{1,4})$/u.exec(own);
    const [seat, reds] = [Number(found?.[1]), Number(found?.[2])];
    if (found === null || seat === 0) refuse('no seat and reds');
    else if (reds > refreshes) refuse('more reds than pages');
    else {
      if (bySeat.has(seat) && bySeat.get(seat) !== reds) refuse('seat told twice');
      bySeat.delete(seat);
      bySeat.set(seat, reds);
    }
  });
  return { tallies: [...bySeat].map(([seat, reds]) => ({ seat, reds })), refused };
}

/** Seats whose tally is not what their seed plays: typed wrong, or another class code. */
export const strangers = (
  tallies: readonly Tally[],
  played: ReadonlyMap<number, number>,
): readonly (Tally & { readonly played: number })[] =>
  tallies.flatMap((own) => {
    const truth = played.get(own.seat);
    return truth === undefined || truth === own.reds ? [] : [{ ...own, played: truth }];
  });
