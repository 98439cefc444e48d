/** Words that several mechanisms use about numbers. */

/** 12.5 %. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;

/** v1=70 %, v3=30 %; a version may be called 1. */
export const sharesText = (keys: readonly string[], shares: readonly number[]): string =>
  keys.map((key, index) => `${key}=${percent(shares[index]!)}`).join(', ');

/** 1 request, 2 requests. */
export const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** v1, v1, v3. */
export const turnText = (keys: readonly string[], turn: readonly number[]): string =>
  turn.length <= 12
    ? turn.map((key) => keys[key]!).join(', ')
    : `${turn
        .slice(0, 12)
        .map((key) => keys[key]!)
        .join(', ')}, ...`;
