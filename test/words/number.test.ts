import { describe, expect, test } from 'vitest';
import {
  count,
  milliseconds,
  moment,
  pEquals,
  percent,
  percentRange,
  pValue,
  seconds,
  span,
} from '../../src/words/number.ts';

describe('a share is rounded to what its requests support', () => {
  test.each([
    { share: 11 / 15, n: 15, text: '73 %', because: 'fifteen pages move in steps of 7 %' },
    { share: 11 / 15, n: 1500, text: '73.3 %', because: 'a thousand move in tenths' },
    { share: 1 / 3, n: 20_000, text: '33.33 %', because: 'ten thousand move in hundredths' },
    { share: 0, n: 15, text: '0 %', because: 'nothing is nothing' },
    { share: 1, n: 15, text: '100 %', because: 'all is all' },
    { share: 0.999, n: 50, text: '99.9 %', because: 'nearly all is not all' },
    { share: 0.0004, n: 5000, text: '0.04 %', because: 'hardly any is not none' },
    { share: 1e-9, n: 50, text: '<0.001 %', because: 'there is an end to decimals' },
    { share: 1 - 1e-9, n: 50, text: '>99.999 %', because: 'and at the other end' },
    { share: 0.125, n: undefined, text: '12.5 %', because: 'a configured share is exact' },
    { share: 0.5, n: undefined, text: '50 %', because: 'without idle zeros' },
  ])('$share of $n is $text: $because', ({ share, n, text }) => {
    expect(percent(share, n)).toBe(text);
  });

  test('both ends of an interval have the same unit once', () => {
    expect(percentRange([0.4805, 0.891], 15)).toBe('48–89 %');
  });
});

describe('a p-value is never 0 and never a false 1', () => {
  test.each([
    [0, 'p < 1e-12'],
    [1e-300, 'p < 1e-12'],
    [1e-12, 'p = 1e-12'],
    [0.00002345, 'p = 2.3e-5'],
    [0.0012, 'p = 0.0012'],
    [0.0352, 'p = 0.035'],
    [0.1185, 'p = 0.12'],
    [0.5, 'p = 0.50'],
    [0.997, 'p > 0.99'],
    [1, 'p = 1'],
    // Sums of probabilities may end a rounding above 1.
    [1 + 2e-16, 'p = 1'],
  ])('%d is %s', (p, text) => {
    expect(pEquals(p)).toBe(text);
  });

  test('no p in (0, 1) is written as 0 or 1', () => {
    for (let exponent = -320; exponent < 0; exponent += 0.25) {
      const p = 10 ** exponent;
      for (const each of [p, 1 - p]) {
        if (each <= 0 || each >= 1 - 1e-9) continue;
        expect(['0', '0.0', '0.00', '1', '1.0', '1.00']).not.toContain(pValue(each));
      }
    }
  });
});

test.each([
  [0.4231, '0.42 ms'],
  [8.349, '8.35 ms'],
  [46, '46 ms'],
  [411.7, '412 ms'],
  [999.6, '1 s'],
  [1234, '1.23 s'],
])('%d milliseconds are written %s', (ms, text) => {
  expect(milliseconds(ms)).toBe(text);
});

test('seconds carry three digits, moments a tenth, spans one unit', () => {
  expect([seconds(0.1042), seconds(2.305), seconds(20.84), seconds(125.2)]).toEqual([
    '0.104 s',
    '2.31 s',
    '20.8 s',
    '125 s',
  ]);
  expect(moment(62.3041)).toBe('62.3 s');
  expect(span(60, 62.3)).toBe('60–62.3 s');
});

test('thousands are set apart', () => {
  expect([count(0), count(999), count(1000), count(1234567)]).toEqual(['0', '999', '1,000', '1,234,567']);
});
