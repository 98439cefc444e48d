import { describe, expect, test } from 'vitest';
import { propagationOf } from '../../../src/fit/logs/propagation.ts';
import { changesFound, countsBetween, type VersionedCalls } from '../../../src/fit/logs/split.ts';
import { poisson, streamOf, zeroMs } from '../../support/made-logs.ts';

/** Three proxies that call at 10 a second each; at 100 s and 300 s the share of v2 becomes 30 and 60 %, when each heeds it. */
const delays = [
  [0.4, 1.1],
  [2.3, 0.7],
  [1.2, 3.4],
];
const calls: VersionedCalls = {
  service: 'prices',
  namespace: 'shop',
  versions: ['v1', 'v2'],
  callers: delays.map(([first, second], proxy) => {
    const times = poisson([{ at: 0, rps: 10 }], 600, streamOf(`caller ${proxy}`));
    const draws = streamOf(`draws ${proxy}`);
    return {
      pod: `cart-${proxy}`,
      startMs: Float64Array.from(times, (time) => zeroMs + Math.floor(time * 1000)),
      version: Int16Array.from(times, (time) => {
        const share = time < 100 + first! ? 0 : time < 300 + second! ? 0.3 : 0.6;
        return draws.uniform() < share ? 1 : 0;
      }),
    };
  }),
};

describe('a split that changed', () => {
  test('shows when, to within what the slowest proxy took', () => {
    const found = changesFound(calls).map((ms) => (ms - zeroMs) / 1000);
    expect(found).toHaveLength(2);
    expect(found[0]).toBeGreaterThan(100);
    expect(found[0]).toBeLessThan(103);
    expect(found[1]).toBeGreaterThan(296);
    expect(found[1]).toBeLessThan(306);
  });

  test('has the shares of its phases, within four standard errors', () => {
    for (const [from, to, share] of [
      [105, 300, 0.3],
      [305, 600, 0.6],
    ] as const) {
      const [v1, v2] = countsBetween(calls, zeroMs + from * 1000, zeroMs + to * 1000);
      const n = v1! + v2!;
      expect(Math.abs(v2! / n - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / n));
    }
  });

  test('is unchanged where nothing changed', () => {
    const still = {
      ...calls,
      callers: calls.callers.map((own, proxy) => {
        const draws = streamOf(`still ${proxy}`);
        return { ...own, version: own.version.map(() => (draws.uniform() < 0.3 ? 1 : 0)) };
      }),
    };
    expect(changesFound(still)).toEqual([]);
  });
});

describe('when each proxy heeds a change', () => {
  test('from no traffic at all: a few of its calls tell', () => {
    const found = propagationOf(calls, zeroMs + 100_000, [1, 0], [0.7, 0.3], zeroMs + 300_000);
    for (const [proxy, { low, high }] of found.entries()) {
      expect(low).toBeLessThanOrEqual(delays[proxy]![0]!);
      expect(high).toBeGreaterThanOrEqual(delays[proxy]![0]!);
      expect(high - low).toBeLessThan(3);
    }
  });

  test('from one share to another: within a wider interval', () => {
    const found = propagationOf(calls, zeroMs + 300_000, [0.7, 0.3], [0.4, 0.6], zeroMs + 600_000);
    for (const [proxy, { low, high }] of found.entries()) {
      expect(low).toBeLessThanOrEqual(delays[proxy]![1]!);
      expect(high).toBeGreaterThanOrEqual(delays[proxy]![1]!);
    }
  });

  test('is not told of a proxy that made no call then', () => {
    const [own] = calls.callers;
    const quiet = {
      ...calls,
      callers: [{ ...own!, startMs: new Float64Array(0), version: new Int16Array(0) }],
    };
    expect(propagationOf(quiet, zeroMs, [1, 0], [0, 1], zeroMs + 1000)).toMatchObject([{ seconds: null }]);
  });
});
