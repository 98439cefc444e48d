import { describe, expect, test } from 'vitest';
import { Chance } from '../../../../src/kernel/chance.ts';
import { Simulation } from '../../../../src/kernel/simulation.ts';
import type { Traffic } from '../../../../src/mesh/app/traffic/index.ts';
import { Visitors } from '../../../../src/mesh/app/visitors.ts';
import { RequestClasses } from '../../../../src/mesh/envoy/request-class.ts';
import { buildTraffic, trafficSchema } from '../../../../src/scenario/traffic.ts';

const read = (users: object) => trafficSchema.safeParse({ name: 'a', users });

/** When pages are asked for, in ms, and by whom; each takes 100 ms. */
function played(users: object, seconds: number): { readonly atMs: number; readonly client: number }[] {
  const entry: Traffic = buildTraffic(read(users).data!, '').value!;
  const simulation = new Simulation();
  const chance = new Chance('1');
  const asked: { atMs: number; client: number }[] = [];
  const ends = simulation.kind('page ends', (client, nowUs) => visitors.pageDone(0, client, nowUs));
  const visitors = new Visitors(
    simulation,
    [entry],
    [80],
    new RequestClasses(),
    [{ cookies: undefined, kept: undefined }],
    (name) => chance.stream(name),
    () => true,
    (_source, _page, _class, client, nowUs) => {
      asked.push({ atMs: nowUs / 1000, client });
      simulation.schedule(nowUs + 100_000, ends, client);
    },
  );
  visitors.start();
  simulation.runUntil(seconds * 1e6);
  return asked;
}

const gaps = (asked: readonly { readonly atMs: number }[]): number[] =>
  asked.slice(1).map(({ atMs }, index) => Math.round(atMs - asked[index]!.atMs));

describe('users', () => {
  test('come back after each visit, and begin it with a page', () => {
    const asked = played({ count: 1, think: '1s', requests: 3, away: '10s' }, 30);
    // Pages take 0.1 s: think 1 s between two of a visit, away 10 s after its last.
    expect(gaps(asked).slice(0, 7)).toEqual([1100, 1100, 10_100, 1100, 1100, 10_100, 1100]);
  });

  test('of whom half come back have two visits each, on average', () => {
    const asked = played({ count: 2000, think: '1s', requests: 1, away: '1s', returns: '50%' }, 120);
    // Geometric with 1/2: mean 2, variance 2.
    expect(Math.abs(asked.length / 2000 - 2)).toBeLessThan(4 * Math.sqrt(2 / 2000));
  });

  test('come as newcomers at their rate, each for the pages of one visit', () => {
    const asked = played({ think: '1s', requests: 4, newPerSecond: 5 }, 1000);
    expect(Math.abs(asked.length - 20_000)).toBeLessThan(4 * 4 * Math.sqrt(5000));
  });

  test('who have left give their numbers to newcomers: as many are needed as are there at once', () => {
    const asked = played({ think: '1s', requests: 4, newPerSecond: 5 }, 1000);
    const most = Math.max(...asked.map(({ client }) => client));
    // A visit takes 4 pages and 3 pauses, 3.4 s: M/G/infinity with a load of 17, whose most in 1000 s is below 17 + 6 sqrt(17).
    expect(most).toBeGreaterThan(17);
    expect(most).toBeLessThan(17 + 6 * Math.sqrt(17));
  });

  test('of a fixed number come as they did before there were newcomers', () => {
    const fixed = played({ count: 20, think: { dist: 'exponential', mean: '2s' }, requests: 5 }, 60);
    const both = played(
      { count: 20, think: { dist: 'exponential', mean: '2s' }, requests: 5, newPerSecond: 1e-9 },
      60,
    );
    expect(both).toEqual(fixed);
  });

  test.each([
    { users: { think: '1s' }, because: 'users need count, newPerSecond, or both' },
    { users: { think: '1s', newPerSecond: 1 }, because: 'needs requests: how many pages a visit has' },
    { users: { count: 1, think: '1s', away: '1s' }, because: 'needs requests: how many pages a visit has' },
    {
      users: { count: 1, think: '1s', requests: 2, returns: '50%' },
      because: 'needs away: after how long users come back',
    },
  ])('$users is refused: $because', ({ users, because }) => {
    expect(read(users).error?.issues.map(({ message }) => message)).toEqual([because]);
  });
});
