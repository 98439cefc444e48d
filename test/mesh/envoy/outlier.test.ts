import fc from 'fast-check';
import { outlierSettings } from '../../../src/mesh/envoy/outlier-settings.ts';
import { describe, expect, test } from 'vitest';
import {
  detection,
  envoyOutlierDefaults,
  isEnforced,
  mayEject,
  nextMultiplier,
  OutlierDetector,
  successRateThreshold,
  type OutlierSettings,
} from '../../../src/mesh/envoy/outlier.ts';

const second = 1_000_000;
const zero = (): number => 0;
const unasked = (): number => expect.unreachable('nothing is drawn where the percentage is 0 or 100');

/** Hosts 0 .. hosts - 1, all of which may be out. */
function detector(hosts: number, own: Partial<OutlierSettings> = {}): OutlierDetector {
  const judge = new OutlierDetector({ ...envoyOutlierDefaults, maxEjectionPercent: 100, ...own });
  for (let host = 0; host < hosts; host += 1) judge.addHost(host);
  return judge;
}

const enforcing = (own: Partial<OutlierSettings['enforcing']>): Partial<OutlierSettings> => ({
  enforcing: { ...envoyOutlierDefaults.enforcing, ...own },
});

/** `count` responses of which `failed` are 500s, spread so that no two failures follow each other if that can be. */
function respond(judge: OutlierDetector, host: number, count: number, failed: number): void {
  for (let i = 0; i < count; i += 1) {
    const fails = Math.floor(((i + 1) * failed) / count) > Math.floor((i * failed) / count);
    judge.recordResponse(host, fails ? 500 : 200);
  }
}

describe('errors in a row', () => {
  const G = detection.gatewayFailure;
  const F = detection.status5xx;
  test.each([
    { limits: [5, 5], statuses: [500, 500, 500, 500], last: 0, because: 'four are not five' },
    { limits: [5, 5], statuses: [500, 500, 500, 500, 500], last: F, because: 'the fifth 500 in a row' },
    { limits: [5, 5], statuses: [500, 500, 500, 500, 200, 500], last: 0, because: 'a 200 starts anew' },
    { limits: [5, 5], statuses: [500, 500, 500, 500, 404, 500], last: 0, because: 'so does a 404' },
    { limits: [3, 5], statuses: [503, 503, 503], last: G, because: 'gateway errors have their own limit' },
    { limits: [3, 5], statuses: [503, 500, 503, 503], last: 0, because: 'a 500 breaks a row of them' },
    { limits: [3, 4], statuses: [503, 500, 503, 503], last: F, because: 'but not the row of 5xx' },
    { limits: [5, 5], statuses: [502, 503, 504, 502, 503], last: G | F, because: 'both limits at once' },
    { limits: [5, 3], statuses: [500, 500, 500, 500], last: 0, because: 'the counter must equal the limit' },
    { limits: [0, 0], statuses: [503, 503, 503], last: 0, because: 'a limit of 0 is never met' },
  ])('$statuses with limits $limits: $because', ({ limits, statuses, last }) => {
    const judge = detector(1, { consecutiveGatewayFailure: limits[0]!, consecutive5xx: limits[1]! });
    expect(statuses.map((status) => judge.recordResponse(0, status)).at(-1)).toBe(last);
  });

  // http/codes.h: is5xx is 500 to 599, isGatewayError 502 to 504.
  test.each([
    { status: 200, bits: 0 },
    { status: 499, bits: 0 },
    { status: 500, bits: F },
    { status: 501, bits: F },
    { status: 502, bits: F | G },
    { status: 503, bits: F | G },
    { status: 504, bits: F | G },
    { status: 505, bits: F },
    { status: 599, bits: F },
    { status: 600, bits: 0 },
  ])('a single $status is as bad as $bits where one is too many', ({ status, bits }) => {
    const judge = detector(1, { consecutiveGatewayFailure: 1, consecutive5xx: 1 });
    expect(judge.recordResponse(0, status)).toBe(bits);
  });

  test('without split mode a failed connection counts as a 503 and a timeout as a 504', () => {
    const judge = detector(1, { consecutiveGatewayFailure: 2 });
    expect([judge.recordFailure(0), judge.recordTimeout(0)]).toEqual([0, G]);
  });

  test('in split mode they count apart, and a connection clears their count, not the count of responses', () => {
    const judge = detector(1, {
      splitExternalLocalOriginErrors: true,
      consecutiveLocalOriginFailure: 2,
      consecutive5xx: 2,
      consecutiveGatewayFailure: 9,
    });
    expect(judge.recordFailure(0)).toBe(0);
    expect(judge.recordResponse(0, 503)).toBe(0);
    judge.recordConnected(0);
    expect(judge.recordTimeout(0)).toBe(0);
    expect(judge.recordFailure(0)).toBe(detection.localOrigin);
    expect(judge.recordResponse(0, 500)).toBe(F);
  });

  test('a host that is not known sets nothing off', () => {
    const judge = detector(1, { consecutive5xx: 1 });
    judge.removeHost(0);
    expect([judge.recordResponse(0, 500), judge.recordFailure(7)]).toEqual([0, 0]);
    expect(judge.detected(0, F, 0, unasked)).toEqual([]);
  });
});

describe('a detection', () => {
  test('ejects the host, and says by which count', () => {
    const judge = detector(2, { consecutive5xx: 1 });
    const bits = judge.recordResponse(1, 500);
    expect(judge.detected(1, bits, 4 * second, zero)).toEqual([
      {
        host: 1,
        cause: 'consecutive-5xx',
        ejected: true,
        because: 'enforced',
        measured: 1,
        limit: 1,
        ejectedHosts: 1,
        hosts: 2,
        multiplier: 1,
        ejectionUs: 30 * second,
      },
    ]);
    expect([judge.isEjected(0), judge.isEjected(1)]).toEqual([false, true]);
  });

  test('by default a row of gateway errors is noticed and not acted upon, the row of 5xx is', () => {
    const judge = detector(1);
    let bits = 0;
    for (let i = 0; i < 5; i += 1) bits = judge.recordResponse(0, 503);
    const decisions = judge.detected(0, bits, 0, zero);
    expect(decisions.map(({ cause, ejected, because }) => [cause, ejected, because])).toEqual([
      ['consecutive-gateway-failure', false, 'enforcing-percent'],
      ['consecutive-5xx', true, 'enforced'],
    ]);
  });

  test('gateway errors are judged first: if they eject the host, its 5xx count is passed over', () => {
    const judge = detector(1, enforcing({ 'consecutive-gateway-failure': 100 }));
    let bits = 0;
    for (let i = 0; i < 5; i += 1) bits = judge.recordResponse(0, 503);
    expect(judge.detected(0, bits, 0, zero).map(({ cause }) => cause)).toEqual([
      'consecutive-gateway-failure',
    ]);
  });

  test('in split mode failures to connect eject the host by their own count', () => {
    const judge = detector(1, { splitExternalLocalOriginErrors: true });
    let bits = 0;
    for (let i = 0; i < 5; i += 1) bits = judge.recordFailure(0);
    expect(judge.detected(0, bits, 0, zero)).toMatchObject([
      { cause: 'consecutive-local-origin-failure', ejected: true, measured: 5, limit: 5 },
    ]);
  });

  test('the count starts anew after a detection, even one that was not enforced', () => {
    const judge = detector(1, { consecutive5xx: 2, ...enforcing({ 'consecutive-5xx': 0 }) });
    const bits: number[] = [];
    for (let i = 0; i < 4; i += 1) {
      bits.push(judge.recordResponse(0, 500));
      judge.detected(0, bits.at(-1)!, 0, unasked);
    }
    expect(bits).toEqual([0, detection.status5xx, 0, detection.status5xx]);
  });

  test('results that come before the main thread judges raise the count beyond its limit, once', () => {
    const judge = detector(1, { consecutive5xx: 2 });
    const bits = [500, 500, 500, 500].map((status) => judge.recordResponse(0, status));
    expect(bits).toEqual([0, detection.status5xx, 0, 0]);
    expect(judge.detected(0, bits[1]!, 0, zero)[0]).toMatchObject({ measured: 4, limit: 2, ejected: true });
  });

  test.each([
    { percent: 0, random: 0, enforced: false },
    { percent: 1, random: 100, enforced: true },
    { percent: 40, random: 139, enforced: true },
    { percent: 40, random: 140, enforced: false },
    { percent: 100, random: 99, enforced: true },
  ])('with $percent % enforced and the random number $random: $enforced', ({ percent, random, enforced }) => {
    expect(isEnforced(percent, () => random)).toBe(enforced);
    if (percent % 100 === 0) expect(isEnforced(percent, unasked)).toBe(enforced);
  });
});

describe('how many hosts may be out', () => {
  test.each([
    { ejected: 0, hosts: 9, percent: 10, always: false, may: false, because: '1 of 9 is 11.1 %' },
    { ejected: 0, hosts: 10, percent: 10, always: false, may: true, because: '1 of 10 is 10 %' },
    { ejected: 1, hosts: 19, percent: 10, always: false, may: false, because: '2 of 19 is 10.5 %' },
    { ejected: 0, hosts: 1, percent: 10, always: true, may: true, because: 'one host may always go' },
    { ejected: 1, hosts: 2, percent: 10, always: true, may: false, because: 'but only one' },
    { ejected: 1, hosts: 2, percent: 100, always: false, may: true, because: 'all may go' },
    { ejected: 1, hosts: 2, percent: 250, always: false, may: true, because: 'more than 100 is 100' },
    { ejected: 0, hosts: 5, percent: 0, always: false, may: false, because: 'none may go' },
  ])('$ejected of $hosts out, $percent %, always one $always: $may, $because', (row) => {
    expect(mayEject(row.ejected, row.hosts, row.percent, row.always)).toBe(row.may);
  });

  test('by default a cluster of three never ejects anybody, and counts what it held back', () => {
    const judge = detector(3, { maxEjectionPercent: 10, consecutive5xx: 1 });
    const [decision] = judge.detected(0, judge.recordResponse(0, 500), 0, unasked);
    expect(decision).toMatchObject({
      ejected: false,
      because: 'max-ejection-percent',
      ejectedHosts: 0,
      hosts: 3,
    });
    expect(judge.overflows).toBe(1);
  });

  test('hosts that go make room: an ejected one is no longer counted as out', () => {
    const judge = detector(2, { maxEjectionPercent: 50, consecutive5xx: 1 });
    judge.detected(0, judge.recordResponse(0, 500), 0, zero);
    judge.removeHost(0);
    judge.addHost(2);
    expect([judge.hostCount, judge.ejectedCount]).toEqual([2, 0]);
    judge.detected(1, judge.recordResponse(1, 500), 0, zero);
    expect(judge.isEjected(1)).toBe(true);
  });

  test('whatever the hosts answer, no more are out than may be, and each of them is counted once', () => {
    const results = fc.array(
      fc.record({ host: fc.nat(11), status: fc.constantFrom(200, 500, 503), tick: fc.nat(9) }),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 100 }),
        fc.boolean(),
        results,
        (hosts, percent, always, sequence) => {
          const judge = detector(hosts, {
            maxEjectionPercent: percent,
            alwaysEjectOneHost: always,
            consecutive5xx: 2,
            successRateRequestVolume: 3,
            successRateMinimumHosts: 2,
            failurePercentageRequestVolume: 3,
            failurePercentageMinimumHosts: 2,
            ...enforcing({ 'consecutive-gateway-failure': 50, 'failure-percentage': 100 }),
          });
          // floor(hosts * percent / 100) hosts, or one.
          const most = Math.max(Math.floor((hosts * percent) / 100), always ? 1 : 0);
          let nowUs = 0;
          let random = 0;
          const draw = (): number => (random = (random * 69069 + 1) % 4294967296);
          for (const { host, status, tick } of sequence) {
            if (host < hosts) judge.detected(host, judge.recordResponse(host, status), nowUs, draw);
            if (tick === 0) judge.tick((nowUs += 10 * second), draw);
            const out = Array.from({ length: hosts }, (_, own) => judge.isEjected(own)).filter(
              Boolean,
            ).length;
            expect(out).toBe(judge.ejectedCount);
            expect(out).toBeLessThanOrEqual(most);
          }
          // Left alone, everybody comes back: a host is out for 300 s at most, which a tick then notices.
          for (let i = 0; i < 32; i += 1) judge.tick((nowUs += 10 * second), draw);
          expect(judge.ejectedCount).toBe(0);
        },
      ),
    );
  });
});

describe('the time out', () => {
  const eject = (judge: OutlierDetector, nowUs: number, random = zero) =>
    judge.detected(0, judge.recordResponse(0, 500), nowUs, random)[0]!;

  test.each([
    {
      base: 30,
      max: 300,
      multipliers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11],
      because: '11 * 30 = 330 is not below 330',
    },
    { base: 300, max: 300, multipliers: [1, 2, 2], because: '2 * 300 = 600 is not below 600' },
    { base: 10, max: 25, multipliers: [1, 2, 3, 4, 4], because: '4 * 10 = 40 is not below 35, 3 * 10 is' },
  ])('the multiplier of $base s with at most $max s grows as $multipliers: $because', (row) => {
    let multiplier = 0;
    const grown = row.multipliers.map(
      () => (multiplier = nextMultiplier(multiplier, row.base * second, row.max * second)),
    );
    expect(grown).toEqual(row.multipliers);
  });

  test('ends at the first tick after base times multiplier, which then clears the counts', () => {
    const judge = detector(1, { consecutive5xx: 1 });
    eject(judge, 5 * second);
    // Out since 5 s for 30 s: the ticks at 10, 20 and 30 s are too early.
    for (const at of [10, 20, 30]) expect(judge.tick(at * second, unasked).unejected).toEqual([]);
    expect(judge.tick(40 * second, unasked).unejected).toEqual([
      { host: 0, because: 'time-served', ejectedForUs: 35 * second, multiplier: 1 },
    ]);
    expect([judge.isEjected(0), judge.ejectedCount]).toEqual([false, 0]);
  });

  test('a tick at the very instant at which the time is over ends it', () => {
    const judge = detector(1, { consecutive5xx: 1 });
    eject(judge, 10 * second);
    expect(judge.tick(40 * second - 1, unasked).unejected).toHaveLength(0);
    expect(judge.tick(40 * second, unasked).unejected).toHaveLength(1);
  });

  test('the second time lasts twice as long, and never longer than the longest', () => {
    const judge = detector(1, {
      consecutive5xx: 1,
      baseEjectionUs: 100 * second,
      maxEjectionUs: 150 * second,
    });
    expect(eject(judge, 0).ejectionUs).toBe(100 * second);
    judge.tick(100 * second, unasked);
    expect(eject(judge, 101 * second)).toMatchObject({ multiplier: 2, ejectionUs: 150 * second });
  });

  test('jitter is drawn in whole milliseconds up to and including the longest', () => {
    const judge = detector(1, { consecutive5xx: 1, maxEjectionJitterUs: 4_000 });
    // 1014 mod 5 = 4.
    expect(eject(judge, 0, () => 1014).ejectionUs).toBe(30 * second + 4_000);
    expect(judge.tick(30 * second, unasked).unejected).toHaveLength(0);
    expect(judge.tick(30 * second + 4_000, unasked).unejected).toHaveLength(1);
  });

  test('a host that stays in for an interval pays one step back at each tick', () => {
    const judge = detector(1, { consecutive5xx: 1 });
    eject(judge, 0);
    judge.tick(30 * second, unasked);
    eject(judge, 30 * second);
    expect(judge.multiplierOf(0)).toBe(2);
    judge.tick(90 * second, unasked);
    // Back at 90 s: the tick that brought it back does not count, those of 100, 110 and 120 s do.
    const after = [90, 100, 110, 120].map((at) => {
      if (at > 90) judge.tick(at * second, unasked);
      return judge.multiplierOf(0);
    });
    expect(after).toEqual([2, 1, 0, 0]);
  });

  test('a health check that passes brings a host back at once', () => {
    const judge = detector(1, { consecutive5xx: 1 });
    expect(judge.healthCheckPassed(0, 0)).toBeUndefined();
    eject(judge, 0);
    expect(judge.healthCheckPassed(0, 3 * second)).toMatchObject({
      because: 'health-check-passed',
      ejectedForUs: 3 * second,
    });
    expect(judge.isEjected(0)).toBe(false);
  });

  test('counts that had not reached their limit do not survive the time out', () => {
    const judge = detector(1, {
      consecutive5xx: 3,
      consecutiveGatewayFailure: 2,
      ...enforcing({ 'consecutive-gateway-failure': 100 }),
    });
    judge.recordResponse(0, 503);
    judge.detected(0, judge.recordResponse(0, 503), 0, zero);
    judge.tick(30 * second, unasked);
    expect(judge.recordResponse(0, 500)).toBe(0);
  });

  test('a longest time below the base is refused', () => {
    expect(() => detector(1, { maxEjectionUs: second })).toThrow('maxEjectionUs 1000000 is below');
  });
});

describe('success rate', () => {
  test('the threshold is the mean less 1.9 population standard deviations', () => {
    // Mean 90, deviations 40, 10, 10, 10, 10: variance (1600 + 400) / 5 = 400, deviation 20, 90 - 1.9 * 20 = 52.
    expect(successRateThreshold([50, 100, 100, 100, 100], 1.9)).toBeCloseTo(52, 9);
  });

  test('at a tick the host strictly below it is ejected', () => {
    const judge = detector(5, { consecutive5xx: 0 });
    for (let host = 0; host < 5; host += 1) respond(judge, host, 100, host === 2 ? 50 : 0);
    const { judged } = judge.tick(10 * second, zero);
    expect(judged).toHaveLength(1);
    expect(judged[0]).toMatchObject({ host: 2, cause: 'success-rate', ejected: true, measured: 50 });
    expect(judged[0]!.limit).toBeCloseTo(52, 9);
  });

  test.each([
    { hosts: 5, volume: 99, rates: [50, 0, 0, 0, 0], because: 'too few requests' },
    { hosts: 4, volume: 100, rates: [50, 0, 0, 0], because: 'too few hosts' },
    {
      hosts: 5,
      volume: 100,
      rates: [50, 50, 50, 50, 50],
      because: 'all alike: nobody is strictly below the mean',
    },
    // Success 40, 40, 100, 100, 100: mean 76, variance (2 * 36^2 + 3 * 24^2) / 5 = 864; 76 - 1.9 * 29.4 = 20.1 < 40.
    { hosts: 5, volume: 100, rates: [60, 60, 0, 0, 0], because: 'two of five are no outliers' },
  ])('nobody is ejected with $volume requests and $rates failures: $because', ({ hosts, volume, rates }) => {
    const judge = detector(hosts, { consecutive5xx: 0 });
    for (let host = 0; host < hosts; host += 1) respond(judge, host, volume, rates[host]!);
    expect(judge.tick(10 * second, unasked).judged).toEqual([]);
  });

  test('only the last whole interval counts', () => {
    const judge = detector(5, { consecutive5xx: 0, ...enforcing({ 'success-rate': 0 }) });
    for (let host = 0; host < 5; host += 1) respond(judge, host, 100, host === 2 ? 50 : 0);
    expect(judge.tick(10 * second, unasked).judged).toHaveLength(1);
    expect(judge.tick(20 * second, unasked).judged).toEqual([]);
  });

  test('Istio turns it off: found, and not acted upon', () => {
    const judge = new OutlierDetector({
      ...outlierSettings({ enforcing_success_rate: 0 }, false),
      maxEjectionPercent: 100,
      consecutive5xx: 0,
    });
    for (let host = 0; host < 5; host += 1) {
      judge.addHost(host);
      respond(judge, host, 100, host === 2 ? 50 : 0);
    }
    expect(judge.tick(10 * second, unasked).judged).toMatchObject([
      { cause: 'success-rate', ejected: false, because: 'enforcing-percent' },
    ]);
  });

  test('in split mode connections are compared apart from responses', () => {
    const judge = detector(5, { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 0 });
    for (let host = 0; host < 5; host += 1) {
      for (let i = 0; i < 100; i += 1) {
        if (host === 4 && i % 2 === 0) judge.recordFailure(host);
        else judge.recordConnected(host);
      }
    }
    expect(judge.tick(10 * second, zero).judged).toMatchObject([
      { host: 4, cause: 'local-origin-success-rate', ejected: true, measured: 50 },
    ]);
  });
});

describe('failure percentage', () => {
  const own = (more: Partial<OutlierSettings> = {}): OutlierDetector =>
    detector(5, {
      consecutive5xx: 0,
      ...enforcing({ 'failure-percentage': 100, 'success-rate': 0 }),
      ...more,
    });

  test.each([
    { volume: 100, failed: 85, ejected: [0], because: '85 % is the threshold' },
    { volume: 100, failed: 84, ejected: [], because: '84 % is below it' },
    { volume: 50, failed: 50, ejected: [0], because: 'fifty requests are enough' },
    { volume: 49, failed: 49, ejected: [], because: 'fewer are not' },
  ])('$failed failures of $volume: $because', ({ volume, failed, ejected }) => {
    const judge = own();
    for (let host = 0; host < 5; host += 1)
      respond(judge, host, host === 0 ? volume : 100, host === 0 ? failed : 0);
    const out = judge.tick(10 * second, zero).judged.filter((decision) => decision.ejected);
    expect(out.map(({ host, cause }) => [host, cause])).toEqual(
      ejected.map((host) => [host, 'failure-percentage']),
    );
  });

  test('needs no host that does better: all five may fail and go', () => {
    const judge = own();
    for (let host = 0; host < 5; host += 1) respond(judge, host, 100, 100);
    judge.tick(10 * second, zero);
    expect(judge.ejectedCount).toBe(5);
  });

  test('a host that both rules find in one tick is ejected once', () => {
    const judge = own(enforcing({ 'failure-percentage': 100 }));
    for (let host = 0; host < 5; host += 1) respond(judge, host, 100, host === 0 ? 100 : 0);
    const { judged } = judge.tick(10 * second, zero);
    expect(judged.map(({ cause, because }) => [cause, because])).toEqual([
      ['success-rate', 'enforced'],
      ['failure-percentage', 'ejected-already'],
    ]);
    expect(judge.ejectedCount).toBe(1);
  });
});
