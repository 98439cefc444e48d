import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickPriority, priorityLoad, type PriorityHosts } from '../../../../src/index.ts';
import { high, low } from './support.ts';

/** `healthy` of `hosts`, `degraded` and `excluded` ones if any. */
const level = (healthy: number, hosts: number, degraded = 0, excluded = 0): PriorityHosts => ({
  hosts,
  healthy,
  degraded,
  excluded,
});

describe('one priority', () => {
  test.each([
    { healthy: 100, panic: false, reason: 'all load is carried', because: 'all are healthy' },
    { healthy: 72, panic: false, reason: 'all load is carried', because: '1.4 * 72 = 100.8, capped at 100' },
    { healthy: 71, panic: false, reason: 'loads are scaled up', because: '1.4 * 71 = 99.4, and 71 >= 50' },
    {
      healthy: 50,
      panic: false,
      reason: 'loads are scaled up',
      because: 'exactly at the threshold: no panic',
    },
    { healthy: 49, panic: true, reason: 'total panic', because: '49 < 50, and there is no other priority' },
    { healthy: 0, panic: true, reason: 'total panic', because: 'nobody is healthy' },
  ])('$healthy of 100 healthy: $reason, as $because', ({ healthy, panic, reason }) => {
    const load = priorityLoad([level(healthy, 100)]);
    expect(load).toMatchObject({ healthy: [100], degraded: [0], panic: [panic], reason });
    expect(pickPriority(load, 0, 42).source).toBe(panic ? 'all' : 'healthy');
  });
});

// load_balancer_impl.cc: min(100, healthy_panic_threshold) is held against the per cent of hosts that are healthy.
test.each([
  { threshold: 100, healthy: 99, panic: true, because: '99 % is below a threshold of 100 %' },
  { threshold: 1000, healthy: 99, panic: true, because: 'there is no more than 100 %' },
  { threshold: 99, healthy: 99, panic: false, because: '99 % is not below 99 %' },
])('a threshold of $threshold and $healthy of 100: $because', ({ threshold, healthy, panic }) => {
  const settings = { panicThresholdPercent: threshold, overprovisioningPercent: 100 };
  expect(priorityLoad([level(healthy, 100)], settings).panic).toEqual([panic]);
});

describe('several priorities', () => {
  test.each([
    { levels: [level(100, 100), level(100, 100)], healthy: [100, 0], because: 'P0 carries all' },
    { levels: [level(72, 100), level(100, 100)], healthy: [100, 0], because: '72 % still carries all' },
    { levels: [level(71, 100), level(100, 100)], healthy: [99, 1], because: '99.4 is cut to 99' },
    {
      levels: [level(60, 100), level(100, 100)],
      healthy: [84, 16],
      because: '1.4 * 60 = 84, the rest to P1',
    },
    {
      levels: [level(25, 100), level(100, 100)],
      healthy: [35, 65],
      because: 'no panic at 25 %: P1 carries the rest',
    },
    { levels: [level(0, 100), level(100, 100)], healthy: [0, 100], because: 'all to P1' },
    {
      levels: [level(0, 0), level(1, 1)],
      healthy: [0, 100],
      because: 'a priority without hosts has no health',
    },
    {
      levels: [level(50, 100), level(60, 100)],
      healthy: [70, 30],
      because: '70 + 84 is above 100: P1 gets the rest',
    },
  ])('$because', ({ levels, healthy }) => {
    expect(priorityLoad(levels)).toMatchObject({
      healthy,
      degraded: [0, 0],
      panic: [false, false],
      available: 100,
      reason: 'all load is carried',
    });
  });

  test('short of 100 percent, a priority below the threshold panics but keeps its load', () => {
    // 1.4 * 5 = 7 and 1.4 * 65 = 91: 98. floor(700 / 98) = 7, floor(9100 / 98) = 92, and the 1 that is left goes to P0.
    const load = priorityLoad([level(1, 20), level(13, 20)]);
    expect(load).toMatchObject({
      healthy: [8, 92],
      panic: [true, false],
      available: 98,
      reason: 'some priorities panic',
    });
    expect(pickPriority(load, 0, 7)).toEqual({ priority: 0, source: 'all', reason: 'panic' });
    expect(pickPriority(load, 0, 8)).toEqual({ priority: 1, source: 'healthy', reason: 'healthy load' });
  });

  test('a priority without hosts panics too when the others cannot carry all', () => {
    // 1.4 * 60 = 84.
    expect(priorityLoad([level(0, 0), level(6, 10)])).toMatchObject({
      healthy: [0, 100],
      panic: [true, false],
    });
  });
});

describe('degraded hosts', () => {
  test.each([
    {
      levels: [level(4, 10, 6)],
      threshold: 50,
      healthy: [56],
      degraded: [44],
      because: 'healthy ones carry 1.4 * 40 = 56, degraded ones (84) the rest',
    },
    {
      levels: [level(0, 10, 10)],
      threshold: 50,
      healthy: [0],
      degraded: [100],
      because: 'degraded ones carry all, so nobody panics',
    },
    {
      levels: [level(5, 10, 5), level(10, 10)],
      threshold: 50,
      healthy: [70, 30],
      degraded: [0, 0],
      because: 'healthy ones of a later priority come before degraded ones of an earlier',
    },
    {
      levels: [level(1, 10, 2), level(2, 10, 1), level(1, 10)],
      threshold: 0,
      healthy: [16, 28, 14],
      degraded: [28, 14, 0],
      because:
        'the example in load_balancer_impl.cc: 14 + 28 + 14 + 28 + 14 = 98; each times 100 / 98 rounds to itself; P0 gets the 2 left',
    },
    {
      levels: [level(0, 10, 1), level(0, 10, 1)],
      threshold: 0,
      healthy: [0, 0],
      degraded: [50, 50],
      because: '14 of 28 each',
    },
    {
      levels: [level(0, 3, 1), level(0, 3, 1), level(0, 100, 1)],
      threshold: 0,
      healthy: [0, 0, 0],
      degraded: [50, 49, 1],
      because: '46 + 46 + 1 = 93: floors 49, 49, 1 leave 1, which goes to the first that has degraded hosts',
    },
  ])('$because', ({ levels, threshold, healthy, degraded }) => {
    expect(priorityLoad(levels, { panicThresholdPercent: threshold })).toMatchObject({ healthy, degraded });
  });

  test('count against panic', () => {
    // 30 + 20 = 50 is not below 50; 42 + 28 = 70 is scaled to 60 + 40.
    expect(priorityLoad([level(3, 10, 2)])).toMatchObject({
      healthy: [60],
      degraded: [40],
      panic: [false],
      reason: 'loads are scaled up',
    });
  });
});

describe('total panic', () => {
  test.each([
    {
      levels: [level(0, 3), level(0, 1)],
      healthy: [75, 25],
      because: 'by counts of hosts, whatever their health',
    },
    {
      levels: [level(0, 1), level(0, 2)],
      healthy: [34, 66],
      because: '33 and 66: the 1 left goes to the first',
    },
    {
      levels: [level(0, 0), level(0, 1), level(0, 2)],
      healthy: [0, 34, 66],
      because: 'the first that has hosts',
    },
    { levels: [level(1, 4), level(1, 4)], healthy: [50, 50], because: '25 % both: 35 + 35 = 70 < 100' },
    {
      levels: [level(0, 4, 0, 4), level(0, 2)],
      healthy: [67, 33],
      because: 'excluded hosts count here: 4 and 2',
    },
    {
      levels: [level(0, 10, 3)],
      healthy: [100],
      because: '30 % degraded: their load becomes the panic load',
    },
  ])('$because', ({ levels, healthy }) => {
    expect(priorityLoad(levels)).toMatchObject({
      healthy,
      degraded: levels.map(() => 0),
      panic: levels.map(() => true),
      reason: 'total panic',
    });
  });

  test('without any host all goes to priority 0, where it finds nobody', () => {
    expect(priorityLoad([level(0, 0), level(0, 0)])).toMatchObject({ healthy: [100, 0], reason: 'no hosts' });
  });

  test('may be told to refuse instead', () => {
    const load = priorityLoad([level(0, 2)], { failTrafficOnPanic: true });
    expect(pickPriority(load, 0, 0)).toEqual({ priority: 0, source: 'none', reason: 'panic fails traffic' });
  });
});

describe('threshold 0, as Istio sets it beside outlier detection', () => {
  test('the only host ejected: priority 0 gets all, nobody panics, and no healthy host is found', () => {
    const load = priorityLoad([level(0, 1), level(0, 1)], { panicThresholdPercent: 0 });
    expect(load).toMatchObject({ healthy: [100, 0], panic: [false, false], reason: 'nothing available' });
    expect(pickPriority(load, 0, 99)).toEqual({ priority: 0, source: 'healthy', reason: 'healthy load' });
  });

  test('one healthy host of ten takes all', () => {
    expect(priorityLoad([level(1, 10)], { panicThresholdPercent: 0 })).toMatchObject({
      healthy: [100],
      panic: [false],
      available: 14,
    });
  });
});

test('excluded hosts do not count: 4 healthy of 10, 5 of them excluded, are 80 %', () => {
  // 1.4 * 4 / 5 = 112 %; with the excluded ones it would be 56 %.
  expect(priorityLoad([level(4, 10, 0, 5)])).toMatchObject({ available: 100, panic: [false] });
});

test('health may go by weights, panic goes by counts', () => {
  const weights = { total: 100, healthy: 20, degraded: 0, excluded: 0 };
  // 1.4 * 20 / 100 = 28 %, but half of the hosts are healthy.
  expect(priorityLoad([{ hosts: 2, healthy: 1, weights }])).toMatchObject({ available: 28, panic: [false] });
});

test('another overprovisioning factor: 100 percent asks for every host', () => {
  expect(priorityLoad([level(72, 100), level(1, 1)], { overprovisioningPercent: 100 }).healthy).toEqual([
    72, 28,
  ]);
});

test.each([
  { random: 69n, priority: 0, because: 'h = 70 is within 70 (Envoy’s own test, BasicFailover)' },
  { random: 70n, priority: 1, because: 'h = 71 is beyond' },
  { random: 71n, priority: 1, because: 'h = 72 (the same test)' },
  { random: 1000n, priority: 0, because: 'h = 1' },
  { random: 2n ** 64n - 1n, priority: 0, because: '2^64 - 1 ends in 15: h = 16' },
  { random: 2n ** 64n - 17n, priority: 1, because: 'it ends in 99: h = 100' },
])('of loads 70 and 30, random $random takes priority $priority: $because', ({ random, priority }) => {
  expect(pickPriority(priorityLoad([level(1, 2), level(1, 1)]), high(random), low(random)).priority).toBe(
    priority,
  );
});

test('h walks all healthy loads before the degraded ones', () => {
  const load = priorityLoad([level(4, 10, 6)]);
  expect(pickPriority(load, 0, 55)).toEqual({ priority: 0, source: 'healthy', reason: 'healthy load' });
  expect(pickPriority(load, 0, 56)).toEqual({ priority: 0, source: 'degraded', reason: 'degraded load' });
});

test('property: loads are whole percents that make 100, and each percent has its pick', () => {
  const levels = fc
    .tuple(fc.nat(40), fc.nat(40), fc.nat(40), fc.nat(40))
    .map(([healthy, degraded, excluded, rest]) =>
      level(healthy, healthy + degraded + excluded + rest, degraded, excluded),
    );
  fc.assert(
    fc.property(fc.array(levels, { minLength: 1, maxLength: 5 }), fc.nat(100), (priorities, threshold) => {
      const load = priorityLoad(priorities, { panicThresholdPercent: threshold });
      const all = [...load.healthy, ...load.degraded];
      expect(all.every((percent) => Number.isInteger(percent) && percent >= 0)).toBe(true);
      expect(all.reduce((sum, percent) => sum + percent, 0)).toBe(100);
      expect(load.picks.length).toBe(100);
    }),
  );
});

test.each([
  { levels: [], because: 'no priority at all' },
  { levels: [level(3, 2)], because: 'more healthy hosts than hosts' },
  { levels: [level(1, 2, 1, 1)], because: 'a host is one of healthy, degraded, excluded or neither' },
  { levels: [level(0.5, 1)], because: 'half a host' },
  { levels: [level(-1, 1)], because: 'a negative count' },
])('$because is refused', ({ levels }) => {
  expect(() => priorityLoad(levels)).toThrow(RangeError);
});
