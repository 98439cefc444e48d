import { describe, expect, test } from 'vitest';
import {
  biasedWeight,
  EdfSchedule,
  leastRequestOfAll,
  leastRequestOfTwo,
  randomHost,
  RoundRobin,
} from '../../../../src/index.ts';
import { drawing, high, low } from './support.ts';

describe('least request of two', () => {
  test.each([
    { active: [5, 0], draws: [0, 1], host: 1, because: 'the second has strictly fewer' },
    { active: [5, 0], draws: [1, 0], host: 1, because: 'the second has more' },
    { active: [5, 0], draws: [0, 0], host: 0, because: 'the busy one was drawn twice' },
    { active: [3, 3], draws: [1, 0], host: 1, because: 'a tie keeps the first draw' },
    {
      active: [9, 4, 2],
      draws: [7, 4],
      host: 1,
      because: '7 mod 3 and 4 mod 3 are both 1; host 2 was not drawn',
    },
  ])('of $active, draws $draws choose $host: $because', ({ active, draws, host }) => {
    expect(leastRequestOfTwo(drawing(...draws), active.length, (index) => active[index]!)).toBe(host);
  });

  test.each([
    { active: [5, 0], choices: 2, busiest: 1 / 4, because: 'drawn twice in 2^2 ways' },
    { active: [5, 0, 0, 0], choices: 2, busiest: 1 / 16, because: 'drawn twice in 4^2 ways' },
    { active: [5, 0, 1], choices: 3, busiest: 1 / 27, because: 'drawn three times in 3^3 ways' },
    { active: [3, 3], choices: 2, busiest: 1 / 2, because: 'ties keep the first of all four pairs of draws' },
  ])(
    '$choices draws of $active give host 0 a share of $busiest: $because',
    ({ active, choices, busiest }) => {
      const count = active.length;
      const ways = count ** choices;
      let hits = 0;
      for (let way = 0; way < ways; way += 1) {
        const draws = Array.from({ length: choices }, (_, i) => Math.floor(way / count ** i) % count);
        if (leastRequestOfTwo(drawing(...draws), count, (index) => active[index]!, choices) === 0) hits += 1;
      }
      expect(hits / ways).toBe(busiest);
    },
  );
});

describe('least request of all', () => {
  test.each([
    { active: [4, 2, 7], draws: [], host: 1, because: 'the only least needs no draw' },
    { active: [2, 2], draws: [1], host: 0, because: '1 mod 2 is not 0: the first stays' },
    { active: [2, 2], draws: [0], host: 1, because: '0 mod 2 is 0: the second replaces it' },
    { active: [3, 2, 2, 2], draws: [0, 0], host: 3, because: 'the third that ties replaces with 0 mod 3' },
    { active: [3, 2, 2, 2], draws: [0, 5], host: 2, because: '5 mod 3 is 2: the second stays' },
    { active: [2, 2, 1, 1], draws: [0, 1], host: 2, because: 'a lower one starts the count of ties anew' },
  ])('of $active, draws $draws choose $host: $because', ({ active, draws, host }) => {
    expect(leastRequestOfAll(drawing(...draws), active.length, (index) => active[index]!)).toBe(host);
  });

  test('each of three that tie has a third: 2 of the 6 pairs of draws below 2 and below 3', () => {
    const hits = [0, 0, 0];
    for (let way = 0; way < 6; way += 1) {
      hits[leastRequestOfAll(drawing(way % 2, Math.floor(way / 2)), 3, () => 0)]! += 1;
    }
    expect(hits).toEqual([2, 2, 2]);
  });
});

test.each([
  { weight: 2, active: 4, bias: 1, biased: 0.4, because: '2 / 5' },
  { weight: 2, active: 4, bias: 0, biased: 2, because: 'bias 0 is plain weighted round robin' },
  { weight: 8, active: 3, bias: 2, biased: 0.5, because: '8 / 4^2' },
  { weight: 6, active: 8, bias: 0.5, biased: 2, because: '6 / sqrt(9)' },
  { weight: 6, active: 1, bias: -3, biased: 3, because: 'a negative bias counts as 1' },
  { weight: 6, active: 1, bias: NaN, biased: 3, because: 'and so does one that is no number' },
])('weight $weight with $active active and bias $bias counts $biased: $because', (row) => {
  expect(biasedWeight(row.weight, row.active, row.bias)).toBeCloseTo(row.biased, 12);
});

test('a schedule of least request lags: requests count when their host is put back', () => {
  const weights = [2, 1];
  const active = [0, 0];
  const weightOf = (index: number): number => biasedWeight(weights[index]!, active[index]!);
  const schedule = EdfSchedule.withPicks(2, weightOf, 0);
  // Host 0 is due at 1/2 and put back for 1/2 + 1/2 = 1; three requests that come now do not delay that pick. Host 1 is due
  // at 1 - 1e-13 and put back for 2; at 1 host 0 is put back with 2 / 4 for 3, so at 2 and at 3 (inserted later) it is 1's turn.
  expect(schedule.pick(weightOf)).toBe(0);
  active[0] = 3;
  expect([1, 2, 3, 4].map(() => schedule.pick(weightOf))).toEqual([1, 0, 1, 1]);
});

describe('round robin', () => {
  test('goes round from its seed', () => {
    const turns = new RoundRobin(0, 7);
    // 7 mod 3 = 1.
    expect([1, 2, 3, 4].map(() => turns.pick(0, 3))).toEqual([1, 2, 0, 1]);
  });

  test('its index is not reset when the list shrinks or grows', () => {
    const turns = new RoundRobin(0, 0);
    // Indices 0, 1, 2 of 3 hosts, 3 of 2, then 4, 5, 6 of 5.
    expect([3, 3, 3, 2, 5, 5, 5].map((count) => turns.pick(0, count))).toEqual([0, 1, 2, 1, 4, 0, 1]);
  });

  test('each source of hosts has an index of its own', () => {
    const turns = new RoundRobin(0, 0, 2);
    expect([0, 0, 1, 0, 1].map((source) => turns.pick(source, 4))).toEqual([0, 1, 0, 2, 1]);
  });

  test('its index is 64 bits wide', () => {
    const start = 0x5_ffff_ffffn;
    const turns = new RoundRobin(high(start), low(start));
    expect([0n, 1n, 2n].map(() => turns.pick(0, 7))).toEqual(
      [0n, 1n, 2n].map((step) => Number((start + step) % 7n)),
    );
  });
});

test('random takes the number that chose the priority, modulo the count of hosts', () => {
  const number = 0xfedcba9876543210n;
  for (const count of [1, 2, 3, 7, 100]) {
    expect(randomHost(high(number), low(number), count)).toBe(Number(number % BigInt(count)));
  }
});
