import { expect, test } from 'vitest';
import { intervalOf, moduloTotal } from '../../../src/mesh/envoy/weighted-cluster.ts';

const high = (value: bigint): number => Number(value >> 32n);
const low = (value: bigint): number => Number(value & 0xffffffffn);

test.each([
  { value: 0n, total: 100 },
  { value: 99n, total: 100 },
  { value: 2n ** 64n - 1n, total: 100 },
  { value: 2n ** 64n - 1n, total: 1 },
  { value: 2n ** 64n - 1n, total: 2 ** 21 },
  { value: 2n ** 64n - 1n, total: 2 ** 21 + 1 },
  { value: 2n ** 64n - 1n, total: 2 ** 32 - 1 },
  { value: 12345678901234567890n, total: 997 },
  { value: 12345678901234567890n, total: 4294967291 },
])('$value modulo $total is exact, also beyond 2^53', ({ value, total }) => {
  expect(moduloTotal(high(value), low(value), total)).toBe(Number(value % BigInt(total)));
});

test.each([
  { weights: [50, 50], selected: 49, index: 0, because: 'intervals are half open: [0, 50)' },
  { weights: [50, 50], selected: 50, index: 1, because: '[50, 100)' },
  { weights: [0, 100], selected: 0, index: 1, because: 'a weight of 0 is an empty interval' },
  { weights: [30, 0, 70], selected: 30, index: 2, because: 'an empty interval in the middle is skipped' },
  { weights: [1, 1, 1], selected: 2, index: 2, because: 'the sum need not be 100' },
])('of $weights, $selected falls to entry $index: $because', ({ weights, selected, index }) => {
  let sum = 0;
  expect(
    intervalOf(
      Float64Array.from(weights, (weight) => (sum += weight)),
      selected,
    ),
  ).toBe(index);
});
