import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  backoffIntervalMs,
  backoffUs,
  decideRetry,
  istioDefaultRetry,
  parseRetryOn,
  pickAvoiding,
  retryCondition,
  wouldRetry,
  type AttemptOutcome,
  type AttemptReset,
} from '../../../src/mesh/envoy/retry.ts';

const answered = (status: number, more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  status,
  headersStarted: false,
  reset: 'none',
  bytesSent: 100,
  ...more,
});
const reset = (how: AttemptReset, more: Partial<AttemptOutcome> = {}): AttemptOutcome => ({
  ...answered(0),
  reset: how,
  ...more,
});

describe('the words of retry_on', () => {
  test('each word has one bit of its own', () => {
    const bits = Object.values(retryCondition);
    expect(bits.reduce((sum, bit) => sum | bit, 0)).toBe(bits.reduce<number>((sum, bit) => sum + bit, 0));
    for (const [word, bit] of Object.entries(retryCondition)) expect(parseRetryOn(word).conditions).toBe(bit);
  });

  test('a number is a status code and brings retriable-status-codes with it', () => {
    expect(parseRetryOn('connect-failure,503,502,503')).toEqual({
      conditions: retryCondition['connect-failure'] | retryCondition['retriable-status-codes'],
      statusCodes: [503, 502],
      unknown: [],
    });
  });

  // source/common/router/retry_state_impl.cc, parseRetryOn: StringUtil::splitToken(config, ",", false, true) trims.
  test('blanks around a word, or a number, mean nothing', () => {
    expect(parseRetryOn(' 5xx , reset,\t503 ')).toEqual({
      conditions: retryCondition['5xx'] | retryCondition.reset | retryCondition['retriable-status-codes'],
      statusCodes: [503],
      unknown: [],
    });
  });

  test('words that Envoy does not know change nothing and are named', () => {
    expect(parseRetryOn('5xx,rest,toString,')).toEqual({
      conditions: retryCondition['5xx'],
      statusCodes: [],
      unknown: ['rest', 'toString'],
    });
    expect(parseRetryOn('')).toEqual({ conditions: 0, statusCodes: [], unknown: [] });
  });
});

describe('whether an outcome deserves a retry', () => {
  test.each([
    { on: '5xx', outcome: answered(500), retry: true, reason: '5xx', because: 'any 5xx response counts' },
    { on: '5xx', outcome: answered(599), retry: true, reason: '5xx', because: 'also one nobody knows' },
    {
      on: '5xx',
      outcome: answered(404),
      retry: false,
      reason: 'no-condition-fits',
      because: 'a 4xx does not',
    },
    {
      on: '5xx',
      outcome: reset('per-try-timeout'),
      retry: true,
      reason: '5xx',
      because: 'a timeout is a 504',
    },
    { on: '5xx', outcome: reset('connect-failure'), retry: true, reason: '5xx', because: 'a reset is a 503' },
    { on: 'gateway-error', outcome: answered(502), retry: true, reason: 'gateway-error', because: '502' },
    { on: 'gateway-error', outcome: answered(504), retry: true, reason: 'gateway-error', because: '504' },
    {
      on: 'gateway-error',
      outcome: answered(500),
      retry: false,
      reason: 'no-condition-fits',
      because: 'not 500',
    },
    {
      on: 'gateway-error',
      outcome: answered(505),
      retry: false,
      reason: 'no-condition-fits',
      because: 'not 505',
    },
    {
      on: 'gateway-error',
      outcome: reset('remote-reset'),
      retry: true,
      reason: 'gateway-error',
      because: 'any reset',
    },
    { on: 'reset', outcome: reset('local-reset'), retry: true, reason: 'reset', because: 'any reset' },
    {
      on: 'reset',
      outcome: answered(503),
      retry: false,
      reason: 'no-condition-fits',
      because: 'a response is none',
    },
    {
      on: 'reset-before-request',
      outcome: reset('remote-reset', { bytesSent: 0 }),
      retry: true,
      reason: 'reset-before-request',
      because: 'nothing of the request had left',
    },
    {
      on: 'reset-before-request',
      outcome: reset('remote-reset', { bytesSent: 1 }),
      retry: false,
      reason: 'no-condition-fits',
      because: 'one byte had left',
    },
    {
      on: 'connect-failure',
      outcome: reset('connect-timeout'),
      retry: true,
      reason: 'connect-failure',
      because: 'a connection that is late failed',
    },
    {
      on: 'connect-failure',
      outcome: reset('remote-reset'),
      retry: false,
      reason: 'no-condition-fits',
      because: 'there was a connection',
    },
    {
      on: 'connect-failure',
      outcome: reset('per-try-timeout'),
      retry: false,
      reason: 'no-condition-fits',
      because: 'a per-try timeout is a local reset',
    },
    {
      on: 'refused-stream',
      outcome: reset('remote-refused'),
      retry: true,
      reason: 'refused-stream',
      because: 'REFUSED_STREAM of the peer',
    },
    {
      on: 'refused-stream',
      outcome: reset('remote-reset'),
      retry: false,
      reason: 'no-condition-fits',
      because: 'another error code',
    },
    {
      on: 'retriable-4xx',
      outcome: answered(409),
      retry: true,
      reason: 'retriable-4xx',
      because: '409 only',
    },
    {
      on: 'retriable-4xx',
      outcome: answered(429),
      retry: false,
      reason: 'no-condition-fits',
      because: 'not 429',
    },
    {
      on: '418',
      outcome: answered(418),
      retry: true,
      reason: 'retriable-status-codes',
      because: 'it is listed',
    },
    {
      on: '418',
      outcome: answered(419),
      retry: false,
      reason: 'no-condition-fits',
      because: 'it is not listed',
    },
    {
      on: 'cancelled',
      outcome: answered(200, { grpcStatus: 1 }),
      retry: true,
      reason: 'cancelled',
      because: 'gRPC 1',
    },
    {
      on: 'deadline-exceeded',
      outcome: answered(200, { grpcStatus: 4 }),
      retry: true,
      reason: 'deadline-exceeded',
      because: 'gRPC 4',
    },
    {
      on: 'resource-exhausted',
      outcome: answered(200, { grpcStatus: 8 }),
      retry: true,
      reason: 'resource-exhausted',
      because: 'gRPC 8',
    },
    {
      on: 'internal',
      outcome: answered(200, { grpcStatus: 13 }),
      retry: true,
      reason: 'internal',
      because: 'gRPC 13',
    },
    {
      on: 'unavailable',
      outcome: answered(200, { grpcStatus: 14 }),
      retry: true,
      reason: 'unavailable',
      because: 'gRPC 14',
    },
    ...[1, 4, 8, 13, 14].map((grpcStatus) => ({
      on: '5xx',
      outcome: answered(200, { grpcStatus }),
      retry: false,
      reason: 'no-condition-fits',
      because: `gRPC ${grpcStatus} is an answer of 200 to whoever does not ask for it`,
    })),
    {
      on: 'unavailable',
      outcome: answered(503),
      retry: false,
      reason: 'no-condition-fits',
      because: 'unavailable is a gRPC status, not a 503',
    },
    {
      on: '5xx,reset',
      outcome: reset('overflow'),
      retry: false,
      reason: 'overflow',
      because: 'never for a breaker',
    },
    {
      on: '5xx',
      outcome: reset('remote-reset', { headersStarted: true }),
      retry: false,
      reason: 'response-started',
      because: 'the caller has seen headers',
    },
    {
      on: '5xx',
      outcome: answered(503, { rateLimited: true }),
      retry: false,
      reason: 'rate-limited',
      because: 'x-envoy-ratelimited forbids it',
    },
    {
      on: 'envoy-ratelimited',
      outcome: answered(429, { rateLimited: true }),
      retry: true,
      reason: 'envoy-ratelimited',
      because: 'unless that is asked for',
    },
    {
      on: '',
      outcome: reset('connect-failure'),
      retry: false,
      reason: 'no-conditions',
      because: 'no retry_on at all',
    },
  ])('$on: $reason ($because)', ({ on, outcome, retry, reason }) => {
    expect(wouldRetry(parseRetryOn(on), outcome)).toEqual({ retry, reason });
  });

  test.each([
    { outcome: answered(503), retry: false, because: "an application's own 503 is final" },
    { outcome: reset('connect-failure'), retry: true, because: 'a refused connection is not' },
    { outcome: reset('remote-refused'), retry: true, because: 'nor a refused stream' },
    { outcome: reset('remote-reset'), retry: false, because: 'a connection that breaks mid-request is' },
    { outcome: reset('per-try-timeout'), retry: false, because: 'and so is a timeout' },
  ])("with Istio's default conditions: $because", ({ outcome, retry }) => {
    expect(wouldRetry(parseRetryOn(istioDefaultRetry.retryOn), outcome).retry).toBe(retry);
  });
});

describe('whether a retry is made', () => {
  test.each([
    { wouldRetry: false, retriesLeft: 0, breakerOpen: true, verdict: 'final', consumed: 0 },
    { wouldRetry: true, retriesLeft: 0, breakerOpen: true, verdict: 'final-URX', consumed: 0 },
    { wouldRetry: true, retriesLeft: 1, breakerOpen: true, verdict: 'final-UO', consumed: 1 },
    { wouldRetry: true, retriesLeft: 1, breakerOpen: false, verdict: 'retry', consumed: 1 },
  ])('worth it $wouldRetry, $retriesLeft left, breaker open $breakerOpen: $verdict', (row) => {
    const decision = decideRetry(row);
    expect([decision.verdict, decision.consumed]).toEqual([row.verdict, row.consumed]);
  });

  test('a request is never tried more than once and its number of retries', () => {
    const attempts = fc.array(fc.record({ worth: fc.boolean(), breakerOpen: fc.boolean() }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), attempts, (numRetries, ends) => {
        let retriesLeft = numRetries;
        let tries = 1;
        for (const end of ends) {
          const decision = decideRetry({ wouldRetry: end.worth, retriesLeft, breakerOpen: end.breakerOpen });
          retriesLeft -= decision.consumed;
          expect(retriesLeft).toBeGreaterThanOrEqual(0);
          if (decision.verdict !== 'retry') break;
          tries += 1;
        }
        expect(tries).toBeLessThanOrEqual(1 + numRetries);
      }),
    );
  });
});

describe('back-off', () => {
  test.each([
    {
      baseMs: 25,
      maxMs: 250,
      intervals: [25, 50, 100, 200, 250, 250],
      because: 'doubled, capped at ten times',
    },
    { baseMs: 1, maxMs: 10, intervals: [1, 2, 4, 8, 10, 10], because: 'a base of 1 ms' },
    { baseMs: 40, maxMs: 40, intervals: [40, 40, 40], because: 'no room to grow' },
  ])('the intervals of base $baseMs ms grow to $maxMs ms: $because', ({ baseMs, maxMs, intervals }) => {
    expect(intervals.map((_, k) => backoffIntervalMs(k, baseMs, maxMs))).toEqual(intervals);
  });

  test.each([
    // 24 mod 25, 24 mod 50, ...; 27 mod 25 = 2, 27 mod 50 = 27; 190 mod 25 = 15, mod 50 = 40, mod 100 = 90, mod 200 = 190.
    { random: 24, ms: [24, 24, 24, 24, 24] },
    { random: 25, ms: [0, 25, 25, 25, 25] },
    { random: 27, ms: [2, 27, 27, 27, 27] },
    { random: 190, ms: [15, 40, 90, 190, 190] },
    { random: 4294967295, ms: [20, 45, 95, 95, 45] },
  ])('the random number $random gives $ms ms for the first retries', ({ random, ms }) => {
    expect(ms.map((_, k) => backoffUs(random, k) / 1000)).toEqual(ms);
  });

  test('the first retry waits 0 to 24 ms, 12 ms in the mean', () => {
    const waits = Array.from({ length: 25 }, (_, random) => backoffUs(1000 + random, 0));
    expect([Math.min(...waits), Math.max(...waits)]).toEqual([0, 24_000]);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / 25).toBe(12_000);
  });

  test('a pause is whole milliseconds below its interval', () => {
    const random = fc.integer({ min: 0, max: 4294967295 });
    fc.assert(
      fc.property(random, fc.nat(40), fc.integer({ min: 1, max: 5000 }), (drawn, k, baseMs) => {
        const waitUs = backoffUs(drawn, k, baseMs * 1000);
        expect(waitUs % 1000).toBe(0);
        expect(waitUs / 1000).toBeLessThan(Math.min(baseMs * 2 ** k, 10 * baseMs));
      }),
    );
  });
});

describe('the host of a retry', () => {
  test('the balancer is asked once and at most five times more; the last host is taken all the same', () => {
    let asked = 0;
    const host = pickAvoiding(
      () => (asked += 1),
      () => true,
      istioDefaultRetry.hostSelectionRetryMaxAttempts,
    );
    expect([asked, host]).toEqual([6, 6]);
  });

  test('the first host that is not rejected is taken', () => {
    const offered = [3, 3, 5, 7];
    expect(
      pickAvoiding(
        () => offered.shift()!,
        (host) => host === 3,
        5,
      ),
    ).toBe(5);
    expect(offered).toEqual([7]);
  });

  test('no host at all ends the asking', () => {
    let asked = 0;
    expect(
      pickAvoiding(
        () => ((asked += 1), -1),
        () => true,
        5,
      ),
    ).toBe(-1);
    expect(asked).toBe(1);
  });
});
