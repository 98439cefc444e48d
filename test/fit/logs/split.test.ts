import { describe, expect, test } from 'vitest';
import { propagationOf } from '../../../src/fit/logs/propagation.ts';
import { Names } from '../../../src/fit/names.ts';
import type { LoggedCall, PodLog } from '../../../src/fit/logs/logged-call.ts';
import {
  changesFound,
  countsBetween,
  versionedCalls,
  type VersionedCalls,
} from '../../../src/fit/logs/split.ts';
import { call, poisson, streamOf, zeroMs } from '../../support/made-logs.ts';

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

test('what a caller without a log asked for, the logs of the versions tell, each call once however often it was tried', () => {
  const names = new Names();
  const pods = { cart1: '10.0.0.1', cart2: '10.0.0.2', v1: '10.0.0.3', v2: '10.0.0.4' };
  for (const pod of ['cart1', 'cart2'] as const) names.see({ pod, ip: pods[pod], service: 'cart' });
  for (const pod of ['v1', 'v2'] as const) names.see({ pod, ip: pods[pod], service: 'price', version: pod });
  const log = (pod: string, own: Partial<PodLog>): PodLog => ({
    pod,
    inbound: [],
    outbound: [],
    withoutRoute: [],
    isGateway: false,
    ...own,
  });
  const from = (caller: 'cart1' | 'cart2', at: number, own: Partial<LoggedCall> = {}): LoggedCall =>
    call({ startMs: zeroMs + at, requestId: `${caller} ${at}`, peer: pods[caller], ...own });
  const out = (at: number, to: 'v1' | 'v2'): LoggedCall =>
    call({ startMs: zeroMs + at, host: 'price.shop.svc.cluster.local', upstream: pods[to] });
  const logs = [
    log('cart1', { outbound: [out(1, 'v1'), out(2, 'v2')] }),
    log('v1', { inbound: [from('cart1', 1), from('cart2', 3)] }),
    // The second call of cart2 failed once, and its sidecar tried again.
    log('v2', {
      inbound: [
        from('cart1', 2),
        from('cart2', 4, { status: 503, requestId: 'a' }),
        from('cart2', 9, { requestId: 'a' }),
        from('cart2', 20),
      ],
    }),
  ];
  const [price] = versionedCalls(logs, names);
  expect(price!.callers.map(({ pod }) => pod).sort()).toEqual(['cart1', 'cart2']);
  expect(countsBetween(price!, zeroMs, zeroMs + 100)).toEqual([2, 3]);
});
