import { expect, test } from 'vitest';
import { decimalsOf } from '../../src/verdict/words.ts';

test.each([
  { high: 0.6, decimals: 2, because: 'two are enough for ten points' },
  { high: 0.501005, decimals: 2, because: '0.1005 points: 0.10' },
  { high: 0.500995, decimals: 3, because: '0.0995 points: 0.099' },
  { high: 0.5000095, decimals: 5, because: '0.00095 points: 0.00095' },
  { high: 0.5, decimals: 2, because: 'nothing has no digits to show' },
])('an interval from 50 % shows two digits of its width: $because', ({ high, decimals }) => {
  expect(decimalsOf([0.5, high])).toBe(decimals);
});
