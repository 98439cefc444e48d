import { expect, test } from 'vitest';
import {
  clockText,
  countIn,
  englishCount,
  pointsIn,
  rateIn,
  shareIn,
  tookIn,
} from '../../src/workshop/language/number.ts';

test('numbers are written as each language writes them', () => {
  expect(countIn('en', 1812)).toBe('1,812');
  expect([englishCount(1, 'page'), englishCount(2, 'page'), englishCount(1, 'proxy', 'proxies')]).toEqual([
    '1 page',
    '2 pages',
    '1 proxy',
  ]);
  expect([shareIn('en', 0.333, 9), shareIn('zh', 0.333, 9)]).toEqual(['33\u00a0%', '33%']);
  expect([rateIn('en', 29.4), rateIn('zh', 0.42)]).toEqual(['29/s', '0.4/秒']);
  expect([pointsIn('en', -0.2), pointsIn('en', 0.01), pointsIn('zh', 0.125)]).toEqual([
    '\u221220 points',
    '+1 point',
    '+12.5 个百分点',
  ]);
  expect([tookIn('en', 31_400), tookIn('zh', 1_240_000)]).toEqual(['31\u00a0ms', '1.2\u00a0秒']);
});

test('a moment is told to the tenth of a second that has passed', () => {
  expect([0, 72_499_999, 3_672_400_000].map(clockText)).toEqual(['00:00.0', '01:12.4', '1:01:12.4']);
});
