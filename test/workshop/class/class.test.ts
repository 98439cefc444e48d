import { describe, expect, test } from 'vitest';
import { playSeats } from '../../../src/experiment/session/seats.ts';
import { classStats } from '../../../src/workshop/class/class-stats.ts';
import { parseTally, strangers } from '../../../src/workshop/class/parse-tally.ts';
import {
  cleanCode,
  countsOf,
  redsOf,
  seatSeed,
  seedsOf,
  sessionsOf,
} from '../../../src/workshop/class/seats.ts';
import { shipped } from '../../support/scenario.ts';

/**
 * What class blue sees: this changes if streams of chance are laid out anew, with the fingerprint of scenarios/workshop; then
 * the teacher's guide changes, too.
 */
const blue = {
  reds: [9, 10, 8, 9, 9, 9, 7, 11, 10, 7, 7, 8, 9, 6, 11, 9, 6, 7, 8, 7, 7, 4, 7, 8, 8, 6, 4, 9, 8, 5],
  counts: [0, 0, 0, 0, 2, 1, 3, 7, 6, 7, 2, 2, 0, 0, 0, 0],
};

describe('a class', () => {
  test('seats 1 to 30 of class blue, played one by one', async () => {
    const seats = playSeats(await shipped('workshop'), seedsOf('blue', 30), 15);
    expect(seats.map(({ seed }) => seed).slice(0, 2)).toEqual(['blue-1', 'blue-2']);
    expect(seats.map(redsOf)).toEqual(blue.reds);
    expect(countsOf(seats.map(redsOf))).toEqual(blue.counts);
  });

  test('its bars are held against 30 x the law, its pages against one half', () => {
    const stats = classStats(blue.counts);
    expect(stats).toMatchObject({ sessions: 30, pages: 450, reds: 233 });
    // 233/450 within 98 / sqrt(450 + 3.84) = 4.6 points.
    expect((stats.interval[1] - stats.interval[0]) / 2).toBeCloseTo(0.046, 3);
    expect(stats.bars[7]!.expected).toBeCloseTo((30 * 6435) / 32768, 9);
    // Bin(30, 0.1964): P(X <= 2) = 0.0014 + 0.0103 + 0.0366 = 0.048, so 5 % is passed at 3.
    expect(stats.bars[7]!.band).toEqual([3, 10]);
    expect(stats.bars[0]!.band).toEqual([0, 0]);
  });

  test.each([
    { seats: 30, chance: 1 - (1 - 1152 / 32768) ** 30, text: 0.658 },
    { seats: 20, chance: 1 - (1 - 1152 / 32768) ** 20, text: 0.511 },
    { seats: 19, chance: 1 - (1 - 1152 / 32768) ** 19, text: 0.493 },
  ])('somebody of $seats sees 12:3 or worse with $text', ({ seats, chance, text }) => {
    const counts = new Array<number>(16).fill(0);
    counts[7] = seats;
    expect(classStats(counts).somebodyExtreme).toBeCloseTo(chance, 12);
    expect(chance).toBeCloseTo(text, 3);
    expect(classStats(counts).evenOddsFrom).toBe(20);
  });

  test('nobody yet is no class: the interval says nothing', () => {
    expect(classStats([])).toMatchObject({ sessions: 0, reds: 0, interval: [0, 1], somebodyExtreme: 0 });
  });
});

describe('pasted tallies', () => {
  test.each([
    { text: '17 9', because: 'a seat and its reds' },
    { text: 'blue-17 9', because: 'the whole seat' },
    { text: 'blue-17: 9', because: 'a colon' },
    { text: '17,9', because: 'a comma' },
    { text: '17\t9', because: 'two cells of a sheet' },
    { text: '１７：９', because: 'full-width signs, as a Chinese keyboard types them' },
    { text: '蓝-17 9', because: 'a class code in Chinese' },
    { text: '\n\n  17   9  \r\n', because: 'blanks and empty lines' },
  ])('$text is $because', ({ text }) => {
    expect(parseTally(text)).toEqual({ tallies: [{ seat: 17, reds: 9 }], refused: [] });
  });

  test('what cannot be is refused with its line, the rest is read', () => {
    expect(parseTally('1 9\nhello\n2 16\n3 8\n3 7\n0 7\n4 <img onerror=x>\n1 9').refused).toEqual([
      { line: 2, text: 'hello', why: 'no seat and reds' },
      { line: 3, text: '2 16', why: 'more reds than pages' },
      { line: 5, text: '3 7', why: 'seat told twice' },
      { line: 6, text: '0 7', why: 'no seat and reds' },
      { line: 7, text: '4 <img onerror=x>', why: 'no seat and reds' },
    ]);
    expect(parseTally('1 9\n3 8\n3 7').tallies).toEqual([
      { seat: 1, reds: 9 },
      { seat: 3, reds: 7 },
    ]);
  });

  test('a tally that its seed does not play stands out', () => {
    const played = new Map(blue.reds.map((reds, index) => [index + 1, reds]));
    const { tallies } = parseTally('1 9\n2 11\n31 3');
    expect(strangers(tallies, played)).toEqual([{ seat: 2, reds: 11, played: 10 }]);
  });
});

test('a class code is letters and digits, however it is typed', () => {
  expect(cleanCode(' Blue ')).toBe('blue');
  expect(cleanCode('Blue-2')).toBe('blue2');
  expect(cleanCode('ＢＬＵＥ')).toBe('blue');
  expect(cleanCode('蓝班')).toBe('蓝班');
  expect(seatSeed('Blue', 17)).toBe('blue-17');
});

test('a long session is cut into whole ones', () => {
  const versions = Array.from({ length: 32 }, (_, page) => (page % 3 === 0 ? 'v3' : 'v1'));
  expect(sessionsOf({ seed: 'any', versions })).toEqual([5, 5]);
});
