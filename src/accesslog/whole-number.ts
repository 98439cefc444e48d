const zero = 48;

/** The digits from `from` up to `end` as a number, NaN where something else stands there. */
export function wholeNumber(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end) return Number.NaN;
  let value = 0;
  for (let at = from; at < end; at += 1) {
    const digit = bytes[at]! - zero;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
