import { describe, expect, test } from 'vitest';
import { arrivalProcess, kolmogorovTail } from '../../../src/fit/logs/arrival-process.ts';
import { expectedUntil, rateProfile } from '../../../src/fit/logs/rate-profile.ts';
import { poisson, streamOf } from '../../support/made-logs.ts';

const steps = [
  { at: 0, rps: 10 },
  { at: 200, rps: 25 },
  { at: 500, rps: 15 },
];

describe('the rate of arrivals', () => {
  const times = poisson(steps, 800, streamOf('steps'));
  const found = rateProfile(times, 800);

  test('has the steps that were made, each within its interval and near its second', () => {
    expect(found.shape).toBe('steps');
    expect(found.points).toHaveLength(3);
    for (const [at, { atSeconds, low, high }] of found.points.entries()) {
      expect(Math.abs(atSeconds - steps[at]!.at)).toBeLessThanOrEqual(3);
      expect(low).toBeLessThan(steps[at]!.rps);
      expect(high).toBeGreaterThan(steps[at]!.rps);
    }
  });

  test('comes to as many requests as there were', () => {
    expect(expectedUntil(found, 800)).toBeCloseTo(times.length, 5);
  });

  test('is a ramp where it changed all the time', () => {
    // From 5 to 45 a second, a step each second.
    const ramp = Array.from({ length: 800 }, (_, at) => ({ at, rps: 5 + (40 * (at + 0.5)) / 800 }));
    const { shape, points } = rateProfile(poisson(ramp, 800, streamOf('ramp')), 800);
    expect(shape).toBe('ramp');
    // Four standard errors of the rate at an end, of some 2,000 requests near it.
    expect(points[0]!.rps).toBeCloseTo(5, -1);
    expect(points.at(-1)!.rps).toBeGreaterThan(40);
    expect(points.at(-1)!.atSeconds).toBe(800);
  });

  test('has one piece where nothing changed', () => {
    expect(rateProfile(poisson([{ at: 0, rps: 12 }], 600, streamOf('flat')), 600).points).toHaveLength(1);
  });
});

describe('whether requests come by chance', () => {
  const kindOf = (times: readonly number[]): string => arrivalProcess(times, rateProfile(times, 600)).kind;

  test.each([
    { kind: 'poisson', times: poisson([{ at: 0, rps: 20 }], 600, streamOf('chance')) },
    { kind: 'even', times: Array.from({ length: 12_000 }, (_, at) => at / 20) },
    {
      kind: 'bursty',
      times: poisson([{ at: 0, rps: 4 }], 599, streamOf('groups'))
        .flatMap((time) => [0, 0.05, 0.1, 0.2, 0.3].map((later) => time + later))
        .sort((a, b) => a - b),
    },
    { kind: 'too few to tell', times: [1, 2, 3] },
  ])('$kind', ({ kind, times }) => {
    expect(kindOf(times)).toBe(kind);
  });

  test('the tail of the Kolmogorov-Smirnov distance is that of the tables', () => {
    // n = 100 and D = 0.136 (1.358 / (10 + 0.12 + 0.011)): 5 % (Stephens 1970).
    const distance = 1.358 / (10 + 0.12 + 0.011);
    const sorted = Float64Array.from({ length: 100 }, (_, at) => Math.min(1, (at + 1) / 100 - distance)).map(
      (value) => Math.max(0, value),
    );
    expect(kolmogorovTail(sorted)).toBeCloseTo(0.05, 2);
  });
});
