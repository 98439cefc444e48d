import { expect, test } from 'vitest';
import { Chance } from '../../../../src/kernel/chance.ts';
import { ArrivalTimes } from '../../../../src/mesh/app/traffic/arrival-times.ts';

function arrivalsUntil(arrivals: ArrivalTimes, endUs: number): number[] {
  const times: number[] = [];
  for (let at = arrivals.next(); at < endUs; at = arrivals.next()) times.push(at);
  return times;
}

const stream = (name: string) => new Chance('1').stream(name);

test('constant arrivals are evenly spaced from the first moment on', () => {
  const arrivals = new ArrivalTimes([{ atUs: 1_000_000, rps: 4 }], 'steps', undefined);
  expect(arrivalsUntil(arrivals, 2_000_001)).toEqual([1e6, 1.25e6, 1.5e6, 1.75e6, 2e6]);
});

test('a rate that changes half-way through a gap counts what it has gathered so far', () => {
  // 1 rps until 0.5 s, then 10 rps: half an arrival is gathered by then, the other half takes 50 ms.
  const arrivals = new ArrivalTimes(
    [
      { atUs: 0, rps: 1 },
      { atUs: 500_000, rps: 10 },
    ],
    'steps',
    undefined,
  );
  const [first, second, third] = arrivalsUntil(arrivals, 1e6);
  expect(first).toBe(0);
  expect(second).toBeCloseTo(550_000, 6);
  expect(third).toBeCloseTo(650_000, 6);
});

test('and so does a second one, from where the first arrival after it was', () => {
  // 1 rps until 10.5 s, then half as many: the half that is gathered by then lacks another, which takes a second.
  const profile = [
    { atUs: 1e6, rps: 1 },
    { atUs: 10.5e6, rps: 0.5 },
    { atUs: 12.5e6, rps: 4 },
  ];
  const times = arrivalsUntil(new ArrivalTimes(profile, 'steps', undefined), 13e6);
  expect(times.slice(0, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((own) => own * 1e6));
  // Of the next half a unit is gathered by 12.5 s; the other half takes an eighth of a second.
  expect(times.slice(10)).toEqual([11.5e6, 12.625e6, 12.875e6]);
});

test('the count of a Poisson stream is its rate times its time, on steps and ramps', () => {
  const cases = [
    { profile: [{ atUs: 0, rps: 100 }], shape: 'steps' as const, expected: 100 * 1000 },
    {
      profile: [
        { atUs: 0, rps: 0 },
        { atUs: 500e6, rps: 100 },
      ],
      shape: 'steps' as const,
      expected: 100 * 500,
    },
    // A ramp from 0 to 100 over 1000 s: half of 100 x 1000.
    {
      profile: [
        { atUs: 0, rps: 0 },
        { atUs: 1000e6, rps: 100 },
      ],
      shape: 'ramp' as const,
      expected: 50 * 1000,
    },
    // And down again.
    {
      profile: [
        { atUs: 0, rps: 100 },
        { atUs: 1000e6, rps: 0 },
      ],
      shape: 'ramp' as const,
      expected: 50 * 1000,
    },
  ];
  cases.forEach(({ profile, shape, expected }, index) => {
    const { length } = arrivalsUntil(new ArrivalTimes(profile, shape, stream(`a${index}`)), 1000e6);
    expect(Math.abs(length - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });
});

test('gaps of a Poisson stream are exponential: their squared coefficient of variation is 1', () => {
  const times = arrivalsUntil(new ArrivalTimes([{ atUs: 0, rps: 1000 }], 'steps', stream('gaps')), 100e6);
  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  // The standard error of the variance of an exponential is sqrt(8/n) times its square.
  expect(Math.abs(variance / mean ** 2 - 1)).toBeLessThan(5 * Math.sqrt(8 / gaps.length));
});

test('a profile that ends at rate 0 brings no more arrivals', () => {
  const arrivals = new ArrivalTimes(
    [
      { atUs: 0, rps: 10 },
      { atUs: 1e6, rps: 0 },
    ],
    'steps',
    undefined,
  );
  expect(arrivalsUntil(arrivals, Infinity)).toHaveLength(10);
});

test('evenly spaced arrivals on a ramp are where its integral passes whole numbers', () => {
  // From 0 to 2 a second in 2 s: t^2 / 2 = 0, 1, 2 at 0, sqrt 2 and 2 s. Back to 0 in 2 s more: the integral is 2 + 2 s - s^2 / 2
  // with s = t - 2, so that 3 is passed at s = 2 - sqrt 2, and 4 at the very end.
  const arrivals = new ArrivalTimes(
    [
      { atUs: 0, rps: 0 },
      { atUs: 2e6, rps: 2 },
      { atUs: 4e6, rps: 0 },
    ],
    'ramp',
    undefined,
  );
  const times = [0, 1, 2, 3].map(() => arrivals.next() / 1e6);
  [0, Math.SQRT2, 2, 4 - Math.SQRT2].forEach((time, index) => expect(times[index]).toBeCloseTo(time, 6));
});

test('nobody comes while the rate is 0, and the first comes when it no longer is', () => {
  const arrivals = new ArrivalTimes(
    [
      { atUs: 0, rps: 0 },
      { atUs: 3e6, rps: 2 },
    ],
    'steps',
    undefined,
  );
  expect([arrivals.next(), arrivals.next()]).toEqual([3e6, 3.5e6]);
});
