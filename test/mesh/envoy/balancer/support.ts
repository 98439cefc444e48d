import { expect } from 'vitest';
import type { Draw } from '../../../../src/index.ts';

/** Draws these numbers in turn, each modulo the count asked for, and fails when there are none left. */
export function drawing(...numbers: number[]): Draw {
  let at = 0;
  return {
    below: (count) => {
      expect(at).toBeLessThan(numbers.length);
      at += 1;
      return numbers[at - 1]! % count;
    },
  };
}

export const high = (value: bigint): number => Number(value >> 32n);
export const low = (value: bigint): number => Number(value & 0xffffffffn);
export const whole = (hash: { readonly high: number; readonly low: number }): bigint =>
  (BigInt(hash.high) << 32n) | BigInt(hash.low);
