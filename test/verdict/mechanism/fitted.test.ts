import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/verdict/judge.ts';
import type { MechanismName } from '../../../src/verdict/mechanism/index.ts';
import type { Finding } from '../../../src/verdict/rank.ts';
import { independent, makings, xorshift, type Made } from '../generate.ts';
import { keys, seen, weightsOf } from '../seen.ts';

/** What the judge says of one mechanism, which has to be among those that it tells of. */
function finding(name: MechanismName, made: Made, percent: number, podCounts?: readonly number[]): Finding {
  const found = judge(
    seen(made),
    weightsOf(percent),
    podCounts === undefined ? {} : { podCounts },
  ).mechanisms;
  const own = found.find((mechanism) => mechanism.name === name);
  expect(own, `${name} among ${found.map((mechanism) => mechanism.name).join(', ')}`).toBeDefined();
  return own!;
}

const made = (title: string, configured: number, n = 200): Made =>
  makings.find((own) => own.title === title && own.configured === configured)!.make(xorshift(2718), n);

/** A tally whose order says nothing: the versions in turn as long as they last would be a pattern, so none is given. */
const tally = (v1: number, v3: number, percent: number, name: MechanismName): Finding =>
  judge({ keys, counts: [v1, v3] }, weightsOf(percent)).mechanisms.find((own) => own.name === name)!;

describe('the change point', () => {
  test('is placed, with shares on either side and which side is as configured', () => {
    const random = xorshift(5);
    const sequence = [...independent(random, 120, 0.5), ...independent(random, 80, 0.95)];
    const { fitted, sentence } = finding('old and new rule mixed', { sequence }, 95);
    const [low, high] = fitted['interval'] as [number, number];
    expect(low).toBeLessThanOrEqual(120);
    expect(high).toBeGreaterThanOrEqual(120);
    expect(fitted['asConfigured']).toBe('after');
    expect(sentence).toContain('in force only after');
  });

  test('is placed in time where times are known', () => {
    const sequence = [...Array<number>(60).fill(0), ...independent(xorshift(77), 60, 0.5)];
    const timesUs = Float64Array.from(sequence, (_, i) => 1_000_000 * i);
    const { mechanisms } = judge({ ...seen({ sequence }), timesUs }, weightsOf(50));
    const { fitted } = mechanisms.find((own) => own.name === 'old and new rule mixed')!;
    expect(fitted['atUs']).toBe(1_000_000 * (fitted['at'] as number));
    // A line without its time: nobody knows which moment is whose.
    const broken = judge({ ...seen({ sequence }), timesUs: timesUs.with(7, NaN) }, weightsOf(50));
    const without = broken.mechanisms.find((own) => own.name === 'old and new rule mixed')!;
    expect(without.fitted['at']).toBe(fitted['at']);
    expect(without.fitted).not.toHaveProperty('atUs');
  });
});

describe('other weights', () => {
  test('are estimated with their intervals, and the roundest of those that fit is told', () => {
    const { fitted } = tally(690, 310, 50, 'other weights');
    expect(fitted['shares']).toEqual([0.69, 0.31]);
    // Wilson at 690 of 1,000: (690 + 1.9207 -+ 1.95996 x sqrt(213.9 + 0.9604)) / 1003.8415 = 0.66064, 0.71790.
    const [low, high] = (fitted['intervals'] as number[][])[0]!;
    expect(low).toBeCloseTo(0.66064, 4);
    expect(high).toBeCloseTo(0.7179, 4);
    expect(fitted['round']).toEqual([0.7, 0.3]);
  });

  test('have no round ones where none lies within', () => {
    // 69.31 % +- 0.01: no whole per cent.
    expect(tally(69_310_000, 30_690_000, 50, 'other weights').fitted['round']).toBeNull();
  });
});

describe('pods in place of weights', () => {
  test('without pod counts: the small ratios that fit, the best first', () => {
    const { fitted } = tally(67, 33, 90, 'pods in place of weights');
    expect(fitted['known']).toBe(false);
    expect((fitted['ratios'] as number[][])[0]).toEqual([2, 1]);
    expect(fitted['ratios']).not.toContainEqual([1, 3]);
  });

  test('a ratio is told once, in its lowest terms, and the best of them in words', () => {
    const even = tally(500, 500, 90, 'pods in place of weights');
    expect(even.fitted['ratios']).toEqual([[1, 1]]);
    expect(even.sentence).toMatch(/^pods in the ratio 1:1 of v1:v3 would bring it; the first gives /);
    const third = tally(67, 33, 90, 'pods in place of weights');
    expect(third.sentence).toMatch(/^pods in the ratio 2:1 or .* of v1:v3 would bring it/);
  });

  test('with pod counts: those', () => {
    const { fitted } = finding(
      'pods in place of weights',
      made('pods, one of v1 and two of v3 (told)', 90),
      90,
      [1, 2],
    );
    expect(fitted).toEqual({ known: true, ratios: [[1, 2]] });
  });
});

test('turns are told as names, with the choices that fall out of them', () => {
  const sequence = Array.from({ length: 60 }, (_, i) => (i === 30 ? 0 : Number(i % 3 > 0)));
  sequence[31] = 0;
  const { fitted } = finding('alternation or round robin over endpoints', { sequence }, 50);
  // 30 is the 0 of its turn; 31 should have been 1.
  expect(fitted).toEqual({ turn: ['v1', 'v3', 'v3'], misses: 1, choices: 60 });
});

test('a counter is told by its stride and where it began', () => {
  const sequence = Array.from({ length: 200 }, (_, i) => ((37 + 3 * i) % 100 < 50 ? 0 : 1));
  expect(finding('blocks of a counter', { sequence }, 50).fitted).toEqual({
    stride: 3,
    start: 37,
    misses: 0,
    choices: 200,
  });
});

test('stickiness is estimated: nine of ten choices repeat, and a design effect of (1 + r) / (1 - r)', () => {
  const { fitted } = finding('sticky connection', made('sticky connection', 50, 2000), 50);
  // Of 2,000 choices 90 % repeat; standard error sqrt(0.09 / 2000) of that share, about doubled for chance repeats.
  expect(fitted['again']).toBeGreaterThan(0.9 - 4 * 0.0135);
  expect(fitted['again']).toBeLessThan(0.9 + 4 * 0.0135);
  const again = fitted['again'] as number;
  expect(fitted['designEffect']).toBeCloseTo((1 + again) / (1 - again), 12);
});

test('a cookie is told by the version that sets it', () => {
  expect(finding('absorbing cookie', made('absorbing cookie, 20 clients', 90), 90).fitted).toMatchObject({
    trap: 'v3',
    escapes: 0,
  });
});

describe('retries counted', () => {
  test('with tries known: first tries alone fit the weights', () => {
    const { fitted, sentence } = finding(
      'retries counted',
      made('retries counted, busy log, tries known', 50),
      50,
    );
    expect((fitted['retries'] as number[])[0]).toBe(0);
    expect(fitted['pFirst']).toBeGreaterThan(0.01);
    // To two digits.
    expect(sentence).toMatch(/p = (1|0\.0*[1-9]\d?)$/);
    expect(Number(/p = (\S+)$/.exec(sentence)![1]) / (fitted['pFirst'] as number)).toBeCloseTo(1, 1.3);
  });

  test('without: 1 + f + f^2 tries of the version that fails', () => {
    // At 50/50 with half of v3's tries failing, v3 has 1.75 lines for each of v1: 1,750 of 2,750.
    const { fitted } = tally(1000, 1750, 50, 'retries counted');
    expect(fitted).toMatchObject({ version: 'v3', adjacent: false });
    expect(fitted['failing']).toBeCloseTo(0.5, 10);
    const [low, high] = fitted['failingInterval'] as [number, number];
    expect(low).toBeLessThan(0.5);
    expect(high).toBeGreaterThan(0.5);
  });

  test('in a quiet log are known by standing beside each other', () => {
    const { fitted } = finding('retries counted', made('retries counted, quiet log', 50, 2000), 50);
    expect(fitted).toMatchObject({ version: 'v3', adjacent: true });
  });

  test('cannot treble a share: then it is not told of', () => {
    // 10 % becomes 0.3 / 1.2 = 25 % at the most.
    expect(tally(500, 500, 90, 'retries counted')).toBeUndefined();
  });
});

test('copies that follow their originals at once are told by the order, not by the share alone', () => {
  const { fitted, sentence } = finding('mirrors counted', made('mirrors counted, quiet log', 90, 2000), 90);
  expect(fitted).toMatchObject({ version: 'v3', adjacent: true });
  expect(sentence).toContain('each right after the original');
});

test('mirrors counted: (p + m) / (1 + m) of the lines', () => {
  // At 90/10 with 40 % mirrored to v3: (0.1 + 0.4) / 1.4.
  const { fitted } = tally(9000, 5000, 90, 'mirrors counted');
  expect(fitted['version']).toBe('v3');
  expect(fitted['mirrored']).toBeCloseTo(0.4, 10);
});

describe('the wrong meter', () => {
  test.each([
    { counts: [100, 900], percent: 90, kind: 'labels swapped', because: '90/10 the other way round' },
    // 0.5 x 0.4 / (0.5 + 0.5 x 0.4) = 2 / 7.
    { counts: [500, 200], percent: 50, kind: 'failures left out', because: 'three in five of v3 are lost' },
    {
      counts: [700, 300],
      percent: 90,
      kind: 'other callers counted',
      because: 'half of them without the rule',
    },
  ])('$counts at $percent %: $kind, $because', ({ counts: [v1, v3], percent, kind }) => {
    expect(tally(v1!, v3!, percent, 'wrong meter').fitted['kind']).toBe(kind);
  });

  test('that loses failures is told with how many', () => {
    const { lost, lostInterval } = tally(500, 200, 50, 'wrong meter').fitted;
    expect(lost).toBeCloseTo(0.6, 10);
    // The odds 200 : 500 within 1.96 standard errors sqrt(1 / 200 + 1 / 500) of their logarithm: 0.3391 to 0.4713.
    const [low, high] = lostInterval as [number, number];
    expect(Math.abs(low - (1 - 0.4713))).toBeLessThan(0.01);
    expect(Math.abs(high - (1 - 0.3391))).toBeLessThan(0.01);
  });

  test('that counts lines twice is known by its pairs', () => {
    const { fitted } = finding('wrong meter', made('wrong meter: lines counted twice', 50), 50);
    expect(fitted).toMatchObject({ kind: 'counted twice', broken: 0 });
  });
});
