import { expect, test } from 'vitest';
import { meanEstimate, quantileEstimate, shareEstimate } from '../../src/fit/estimate.ts';

test("a share has Wilson's interval, and nothing seen says nothing", () => {
  // 1 of 10: (0.0179, 0.4042), Brown, Cai & DasGupta 2001.
  const share = shareEstimate(1, 10, 'traces');
  expect(share).toMatchObject({ value: 0.1, n: 10, source: 'traces' });
  expect(share.low).toBeCloseTo(0.0179, 4);
  expect(share.high).toBeCloseTo(0.4042, 4);
  expect(shareEstimate(0, 0, 'traces')).toMatchObject({ low: 0, high: 1, n: 0 });
});

test('the interval of a quantile is that of order statistics: of 100 values the 40th and the 61st enclose the median', () => {
  const values = Array.from({ length: 100 }, (_, i) => i + 1);
  // Binomial(100, 1/2): P(X <= 39) = 0.0176, P(X <= 40) = 0.0284, P(X <= 60) = 0.9824 (tables).
  expect(quantileEstimate(values, 0.5, 'logs')).toEqual({
    value: 50.5,
    low: 40,
    high: 61,
    n: 100,
    source: 'logs',
  });
});

test('too few values set no upper end to a 99th percentile', () => {
  expect(quantileEstimate([1, 2, 3], 0.99, 'logs').high).toBe(Infinity);
});

test("a mean has Student's interval; of one value there is none", () => {
  // t(0.975, 2) = 4.3027, standard error 1 / sqrt(3).
  const mean = meanEstimate([1, 2, 3], 'logs');
  expect(mean.value).toBe(2);
  expect(mean.high).toBeCloseTo(2 + 4.3027 / Math.sqrt(3), 3);
  expect(meanEstimate([7], 'logs')).toMatchObject({ value: 7, low: -Infinity, high: Infinity });
});
