import { foretoldByMisses, logMean } from './likelihood.ts';

/** How many choices differ from a turn that is repeated from this place in it. */
function missesFrom(sequence: Int32Array, turn: readonly number[], start: number): number {
  const length = turn.length;
  let place = start;
  let misses = 0;
  for (let i = 0; i < sequence.length; i++) {
    if (turn[place] !== sequence[i]) misses += 1;
    place = place + 1 === length ? 0 : place + 1;
  }
  return misses;
}

/** ln probability of a sequence that repeats a turn, a few misses apart, from any place in it alike. */
export function logTurn(sequence: Int32Array, turn: readonly number[], keys: number): number {
  const foretold = foretoldByMisses(sequence.length, keys);
  return logMean(turn.map((_, start) => foretold[missesFrom(sequence, turn, start)]!));
}

/** Where in the turn the sequence begins, so that the fewest choices differ. */
export function bestStart(
  sequence: Int32Array,
  turn: readonly number[],
): { readonly start: number; readonly misses: number } {
  let found = { start: 0, misses: Infinity };
  for (let start = 0; start < turn.length; start++) {
    const misses = missesFrom(sequence, turn, start);
    if (misses < found.misses) found = { start, misses };
  }
  return found;
}

/** Shares as whole hundredths; undefined where these do not do. */
export function wholeWeights(shares: readonly number[]): number[] | undefined {
  const hundredths = shares.map((share) => Math.round(share * 100));
  return shares.every((share, key) => Math.abs(share * 100 - hundredths[key]!) <= 1e-6)
    ? hundredths
    : undefined;
}
