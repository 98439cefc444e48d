import type { SeatPages } from '../../experiment/session/seats.ts';

/** Refreshes of a session of lesson a. */
export const refreshes = 15;

/** What a seat of a class plays with: `blue-17`. Letters and digits alone, so that it is dictated and typed without doubt. */
export const seatSeed = (code: string, seat: number): string => `${cleanCode(code)}-${seat}`;

export const cleanCode = (code: string): string =>
  code
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** Seats 1 to so many. */
export const seedsOf = (code: string, seats: number): string[] =>
  Array.from({ length: seats }, (_, index) => seatSeed(code, index + 1));

/** Red pages of what a seat saw. */
export const redsOf = ({ versions }: SeatPages): number => versions.filter((own) => own === 'v3').length;

/** A long session cut into whole ones of fifteen pages: the reds of each. Draws do not know of each other. */
export function sessionsOf({ versions }: SeatPages, size = refreshes): number[] {
  return Array.from(
    { length: Math.floor(versions.length / size) },
    (_, index) => versions.slice(index * size, (index + 1) * size).filter((own) => own === 'v3').length,
  );
}

/** How many sessions brought 0, 1, ... 15 reds. */
export function countsOf(reds: readonly number[]): number[] {
  const counts = new Array<number>(refreshes + 1).fill(0);
  for (const own of reds) counts[own]! += 1;
  return counts;
}
