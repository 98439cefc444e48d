import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatDuration,
  parseCpu,
  quantityAbove,
  quantityMilli,
  quantityNumber,
  parseDuration,
  parseMemory,
  parsePercent,
} from '../../src/manifest/quantity.ts';

describe('durations are those of Go', () => {
  test.each([
    ['100us', 100],
    ['0.1ms', 100],
    ['1.5s', 1_500_000],
    ['1h2m', 3_720_000_000],
    ['1h30m10.5s', 5_410_500_000],
    ['.5s', 500_000],
    ['1.s', 1_000_000],
    ['0', 0],
    ['0s', 0],
    ['+3s', 3_000_000],
    ['3µs', 3],
    ['2000ns', 2],
    ['0.000001s', 1],
    // 0.29 s as a float is 0.28999999999999998; digit by digit it is exact.
    ['0.29s', 290_000],
  ])('%s is %d us', (text, us) => expect(parseDuration(text)).toEqual({ us }));

  test.each([
    ['10', 'missing unit in duration "10"'],
    ['1d', 'unknown unit "d" in duration "1d"'],
    ['5 seconds', 'unknown unit " seconds" in duration "5 seconds"'],
    ['5S', 'unknown unit "S" in duration "5S"'],
    ['', 'invalid duration ""'],
    ['s', 'invalid duration "s"'],
    ['.s', 'invalid duration ".s"'],
    ['1h30', 'missing unit in duration "1h30"'],
    ['1e3s', 'unknown unit "e" in duration "1e3s"'],
    ['-1s', 'invalid duration "-1s": must not be negative'],
    ['1ns', 'invalid duration "1ns": whole microseconds are the finest unit'],
    ['1.5us', 'invalid duration "1.5us": whole microseconds are the finest unit'],
    // int64 nanoseconds end at 2562047h47m16.854775807s.
    ['2562048h', 'invalid duration "2562048h"'],
    ['99999999999999999999s', 'invalid duration "99999999999999999999s"'],
  ])('%s: %s', (text, problem) => expect(parseDuration(text)).toEqual({ problem }));

  test.each([
    [0, '0s'],
    [1, '1us'],
    [1_500, '1.5ms'],
    [123_456, '123.456ms'],
    [1_000_000, '1s'],
    [61_500_000, '1m1.5s'],
    [3_600_000_000, '1h'],
    [3_660_000_001, '1h1m0.000001s'],
    [600_000_000, '10m'],
    [100_000_000, '1m40s'],
    [-2_000_000, '-2s'],
  ])('%d us are written %s', (us, text) => expect(formatDuration(us)).toBe(text));

  test('what is written is read again as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000_000 }), (us) => {
        expect(parseDuration(formatDuration(us))).toEqual({ us });
      }),
    );
  });
});

describe('percentages carry their sign', () => {
  test.each([
    ['99%', 0.99],
    ['0.5%', 0.005],
    ['0.1%', 0.001],
    ['100%', 1],
    ['0%', 0],
    ['99.9 %', 0.999],
  ])('%s is the share %d', (text, share) => expect(parsePercent(text)).toEqual({ share }));

  test.each(['5', '0.5', '101%', '-1%', '%', 'half', '1e1%'])('%s is none', (text) => {
    expect(parsePercent(text)).toHaveProperty('problem');
  });

  test.each([
    {
      text: '0.5',
      hint: '; write "50%", or "0.5%" if that is meant',
      because: 'half is likelier than a two-hundredth',
    },
    { text: '1', hint: '; write "1%"', because: 'one is a count of them' },
    { text: '0', hint: '; write "0%"', because: 'none is none' },
    { text: 'half', hint: '', because: 'nobody knows' },
  ])('of "$text" is said$hint, as $because', ({ text, hint }) => {
    expect(parsePercent(text)).toEqual({
      problem: `invalid percentage "${text}": expected a number with its sign, such as 99% or 0.5%${hint}`,
    });
  });

  test('a bare number is told how it should be written', () => {
    expect(parsePercent('5')).toEqual({
      problem: 'invalid percentage "5": expected a number with its sign, such as 99% or 0.5%; write "5%"',
    });
  });
});

describe('quantities are those of Kubernetes (apimachinery pkg/api/resource)', () => {
  test.each([
    ['250m', 250],
    ['0.5', 500],
    ['2', 2_000],
    ['1e1', 10_000],
    ['100u', 1],
    ['1k', 1_000_000],
    ['0', 0],
    ['.1', 100],
  ])('%s of CPU are %d millicores, rounded up', (text, millicores) =>
    expect(parseCpu(text)).toEqual({ millicores }),
  );

  test.each([
    ['128974848', 128_974_848],
    // Kubernetes' own example: the same number four ways.
    ['129e6', 129_000_000],
    ['129M', 129_000_000],
    ['128974848000m', 128_974_848],
    ['123Mi', 128_974_848],
    ['1Gi', 1_073_741_824],
    ['1.5Ki', 1_536],
    ['1k', 1_000],
    ['1E', 1e18],
  ])('%s of memory are %d bytes', (text, bytes) => expect(parseMemory(text)).toEqual({ bytes }));

  test.each([
    ['-1', -1_000],
    ['-0.0001', -1],
    ['10k', 10_000_000],
    ['2.5', 2_500],
    ['nothing', undefined],
  ])('%s in thousandths is %s, rounded away from 0', (text, milli) =>
    expect(quantityMilli(text)).toBe(milli),
  );

  test.each([
    ['50m', 0.05],
    ['0.1', 0.1],
    ['0.0005', 0.0005],
    ['1Ki', 1_024],
    ['-0.5', -0.5],
    ['', undefined],
  ])('%s as a number is %s', (text, number) => expect(quantityNumber(text)).toBe(number));

  test.each([
    ['1', '999m', true],
    ['1', '1000m', false],
    ['2Gi', '2G', true],
    ['0', '-1n', true],
    ['1', '', false],
  ])('%s above %s: %s', (first, second, above) => expect(quantityAbove(first, second)).toBe(above));

  test.each(['1K', '1Kb', 'Mi', '', '1 Gi', '1m1', '0x10', '1..5', 'one'])('%s is refused', (text) => {
    expect(parseMemory(text)).toHaveProperty('problem');
    expect(parseCpu(text)).toHaveProperty('problem');
  });

  test('a negative amount is refused in words of Kubernetes', () => {
    expect(parseCpu('-1')).toEqual({ problem: 'must be greater than or equal to 0' });
  });
});
