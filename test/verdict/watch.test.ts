import { expect, test } from 'vitest';
import { dirichletLogE } from '../../src/stats/theory/index.ts';
import { Watch } from '../../src/verdict/watch.ts';
import { xorshift } from './generate.ts';

const weights = (...own: number[]) => ({ keys: own.map((_, i) => `v${i}`), weights: own });

test('the e-value per request is that of the whole count', () => {
  const watch = new Watch(weights(90, 10), { alpha: 0.05 });
  for (const key of [0, 0, 1, 0, 1, 1, 0]) watch.observe(key);
  expect(watch.state().logE).toBeCloseTo(
    dirichletLogE({ counts: [4, 3], weights: [90, 10], alpha: [1, 1] }),
    10,
  );
});

test.each([
  { own: [50, 50], seed: 1812433253 },
  { own: [90, 10], seed: 433494437 },
  { own: [80, 15, 5], seed: 69069 },
])(
  'of 1,000 streams of 5,000 requests at $own, watched at every one, at most 5 % ever alarm',
  ({ own, seed }) => {
    const random = xorshift(seed);
    let alarms = 0;
    for (let stream = 0; stream < 1000; stream++) {
      const watch = new Watch(weights(...own), { alpha: 0.05 });
      for (let i = 0; i < 5000 && !watch.alarm; i++) {
        const drawn = random() * 100;
        watch.observe(drawn < own[0]! ? 0 : drawn < own[0]! + own[1]! ? 1 : 2);
      }
      if (watch.alarm) alarms += 1;
    }
    // Binomial error: 50 + 4 x sqrt(1000 x 0.05 x 0.95). At 50/50 the exact rate is 3.8 %, and a rule that never alarms
    // would pass the upper bound alone.
    expect(alarms).toBeLessThanOrEqual(50 + 4 * 6.9);
    expect(alarms).toBeGreaterThan(0);
  },
);

test('wrong weights are found, and sooner the further they are off', () => {
  const alarmAt = (share: number): number => {
    const random = xorshift(99991);
    const watch = new Watch(weights(50, 50), { alpha: 0.05 });
    for (let i = 1; i <= 100_000; i++) {
      watch.observe(random() < share ? 0 : 1);
      if (watch.alarm) return i;
    }
    return Infinity;
  };
  expect(alarmAt(0.9)).toBeLessThan(60);
  expect(alarmAt(0.6)).toBeLessThan(2000);
});

test('a version of weight 0 is impossible at once, and a reset forgets', () => {
  const watch = new Watch(weights(100, 0), { alpha: 0.05 });
  watch.observe(0);
  watch.observe(1);
  expect(watch.state()).toMatchObject({ impossible: true, alarm: true, p: 0 });
  watch.reset(weights(50, 50));
  expect(watch.state()).toMatchObject({ n: 0, alarm: false, p: 1, counts: [0, 0] });
});

// All of n requests on one key: the e-value against p is 1 / ((n + 1) p^n), so that the interval begins at
// (alpha' / (n + 1))^(1 / n), and that of a key never seen ends at 1 less that.
test.each([
  { keys: 2, part: 1, because: 'two shares are one number' },
  { keys: 3, part: 3, because: 'of three, each interval has a third of alpha' },
  { keys: 4, part: 4, because: 'of four, a quarter' },
])('with $keys versions alpha is divided by $part: $because', ({ keys, part }) => {
  const watch = new Watch(weights(...Array.from({ length: keys }, () => 1)), { alpha: 0.05 });
  for (let i = 0; i < 20; i++) watch.observe(0);
  const edge = (0.05 / part / 21) ** (1 / 20);
  const { intervals } = watch.state();
  expect(intervals[0]![0]).toBeCloseTo(edge, 12);
  expect(intervals[0]![1]).toBe(1);
  for (const [low, high] of intervals.slice(1)) {
    expect(low).toBe(0);
    expect(high).toBeCloseTo(1 - edge, 12);
  }
});

test('the alarm comes with the request at which e reaches 1 / alpha, and stays', () => {
  // n of one kind at one half: e = 2^n / (n + 1), 2^7 / 8 = 16 and 2^8 / 9 = 28.4 against 20.
  const watch = new Watch(weights(50, 50), { alpha: 0.05 });
  for (let i = 0; i < 7; i++) watch.observe(0);
  expect(watch.alarm).toBe(false);
  watch.observe(0);
  expect(watch.alarm).toBe(true);
  expect(watch.state().p).toBeCloseTo(9 / 2 ** 8, 12);
  for (let i = 0; i < 8; i++) watch.observe(1);
  expect(watch.state()).toMatchObject({ n: 16, counts: [8, 8], alarm: true });
  expect(watch.state().p).toBeCloseTo(9 / 2 ** 8, 12);
});
