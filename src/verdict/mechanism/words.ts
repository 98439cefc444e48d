import { percentTo } from '../../words/number.ts';

/** Words that several mechanisms use about numbers. */

/** v1=70 %, v3=30 %; a version may be called 1. */
export const sharesText = (keys: readonly string[], shares: readonly number[]): string =>
  keys.map((key, index) => `${key}=${percentTo(shares[index]!, 1)}`).join(', ');

/** v1, v1, v3. */
export const turnText = (keys: readonly string[], turn: readonly number[]): string =>
  turn.length <= 12
    ? turn.map((key) => keys[key]!).join(', ')
    : `${turn
        .slice(0, 12)
        .map((key) => keys[key]!)
        .join(', ')}, ...`;
