import { describe, expect, test } from 'vitest';
import type { Readings, WholeReading } from '../../src/experiment/readings.ts';
import { lawChecks } from '../../src/experiment/laws.ts';
import type { World } from '../../src/mesh/world.ts';

/** One pod whose work is exponential with a mean of 10 ms, at so many workers. */
const worldOf = (own: object = {}, pods = 1): World =>
  ({
    pods: Array.from({ length: pods }, () => ({ workload: 'back' })),
    stations: {
      behaviours: Array.from({ length: pods }, () => ({
        concurrency: 1,
        script: [{ kind: 'work', time: { dist: 'exponential', mean: 10_000 } }],
        ...own,
      })),
    },
  }) as unknown as World;

const start = {
  atUs: 0,
  arrived: 0,
  answered: 0,
  abandoned: 0,
  lost: 0,
  sojournUs: 0,
  serviceUs: 0,
  presentUs: 0,
  workingUs: 0,
  presentAgeUs: 0,
  workingAgeUs: 0,
} as unknown as WholeReading;

/** 5,000 in 100 s, each there for `meanMs`. */
const readings = (meanMs: number, own: Partial<WholeReading> = {}): Pick<Readings, 'first' | 'last'> => ({
  first: start,
  last: {
    ...start,
    atUs: 100e6,
    arrived: 5000,
    answered: 5000,
    sojournUs: 5000 * meanMs * 1000,
    presentUs: 5000 * meanMs * 1000,
    serviceUs: 5000 * 10_000,
    workingUs: 5000 * 10_000,
    ...own,
  },
});
const lawOf = (law: string, world: World, of: Pick<Readings, 'first' | 'last'>) =>
  lawChecks(world, 'back', of).find((own) => own.law === law);

describe("Little's law and the utilisation law", () => {
  test('hold where counts over time and times of those who left are the same sum', () => {
    const of = readings(20);
    // 50 a second times 20 ms; times 10 ms.
    expect(lawOf("Little's law", worldOf(), of)).toMatchObject({ expected: 1, found: 1, ok: true });
    expect(lawOf('utilisation law', worldOf(), of)).toMatchObject({ expected: 0.5, found: 0.5, ok: true });
  });

  test('count those who are still there with their time so far', () => {
    const of = readings(20, { presentUs: 5000 * 20_000 + 3e6, presentAgeUs: 3e6 });
    expect(lawOf("Little's law", worldOf(), of)).toMatchObject({ expected: 1.03, ok: true });
  });

  test('do not hold where one request is lost from the books', () => {
    const of = readings(20, { presentUs: 5001 * 20_000, workingUs: 5001 * 10_000 });
    expect(lawOf("Little's law", worldOf(), of)!.ok).toBe(false);
    expect(lawOf('utilisation law', worldOf(), of)!.ok).toBe(false);
  });

  test('say nothing where nobody came', () => {
    expect(lawChecks(worldOf(), 'back', { first: start, last: { ...start, atUs: 1e6 } })).toEqual([]);
    expect(lawChecks(worldOf(), 'back', { first: start, last: start })).toEqual([]);
  });
});

describe('M/M/c', () => {
  // rho = 50 / 100: W = 1 / (100 - 50) = 20 ms; four standard errors 4 W sqrt(2 / (5000 (1 - rho))) / (1 - rho) = 4.52548 ms
  // (W. Whitt, Planning queueing simulations, Management Science 35, 1989).
  test.each([
    { meanMs: 20, ok: true },
    { meanMs: 24.5, ok: true },
    { meanMs: 24.6, ok: false },
    { meanMs: 15.4, ok: false },
  ])('a mean of $meanMs ms at half of the load agrees with 20 ms: $ok', ({ meanMs, ok }) => {
    expect(lawOf('M/M/c', worldOf(), readings(meanMs))).toMatchObject({
      expected: 20,
      found: meanMs,
      tolerance: 4.52548,
      ok,
    });
  });

  test.each<{ own?: object; pods?: number; of?: Partial<WholeReading>; because: string }>([
    { pods: 2, because: 'two pods share the requests' },
    { own: { concurrency: Infinity }, because: 'nobody waits' },
    { own: { queue: 10 }, because: 'some are turned away' },
    { own: { script: [{ kind: 'work', time: { dist: 'constant', value: 1 } }] }, because: 'another law' },
    {
      own: { script: [{ kind: 'cpu', time: { dist: 'exponential', mean: 1 } }] },
      because: 'the processor is shared',
    },
    { own: { paths: [{ path: '/a', script: [] }] }, because: 'some requests have another script' },
    { own: { fails: [{ share: 0.1, when: 'before-work' }] }, because: 'some fail at another pace' },
    { of: { arrived: 10_000 }, because: 'it is overloaded' },
    { of: { answered: 999 }, because: 'they are too few to be held against it' },
  ])('is not claimed: $because', ({ own, pods, of }) => {
    expect(lawOf('M/M/c', worldOf(own, pods), readings(20, of))).toBeUndefined();
  });
});
