import { describe, expect, test } from 'vitest';
import {
  CircuitBreaker,
  envoyThresholds,
  istioThresholds,
  retryBudgetLimit,
} from '../../../src/mesh/envoy/circuit-breaker.ts';

describe('a circuit breaker', () => {
  test.each([
    { max: 0, count: 0, allowed: false, because: 'a limit of 0 denies everything' },
    { max: 1, count: 0, allowed: true, because: '0 < 1' },
    { max: 1, count: 1, allowed: false, because: 'the count has reached the limit' },
    { max: 3, count: 4, allowed: false, because: 'and more so beyond it' },
  ])('with a limit of $max and $count counted: allowed $allowed, $because', ({ max, count, allowed }) => {
    const breaker = new CircuitBreaker({
      maxConnections: max,
      maxPending: max,
      maxRequests: max,
      maxRetries: max,
    });
    breaker.connections = count;
    breaker.pending = count;
    breaker.requests = count;
    breaker.retries = count;
    expect([breaker.mayConnect(), breaker.mayQueue(), breaker.mayRequest(), breaker.mayRetry()]).toEqual([
      allowed,
      allowed,
      allowed,
      allowed,
    ]);
    const open = allowed ? 0 : 1;
    const remaining = Math.max(0, max - count);
    expect(breaker.gauges()).toEqual({
      cxOpen: open,
      rqPendingOpen: open,
      rqOpen: open,
      rqRetryOpen: open,
      remainingCx: remaining,
      remainingPending: remaining,
      remainingRq: remaining,
      remainingRetries: remaining,
    });
  });

  test("Istio's silence means no limit, where Envoy's own would be 1024 and three retries", () => {
    expect(new CircuitBreaker(envoyThresholds).gauges()).toMatchObject({
      remainingCx: 1024,
      remainingRetries: 3,
    });
    expect(new CircuitBreaker(istioThresholds).gauges()).toMatchObject({
      remainingCx: 4294967295,
      remainingRetries: 4294967295,
    });
  });

  test.each([
    { percent: 20, min: 3, active: 0, pending: 0, limit: 3, because: 'the minimum holds when idle' },
    { percent: 20, min: 3, active: 14, pending: 5, limit: 3, because: '3.8 is 3' },
    { percent: 20, min: 3, active: 15, pending: 5, limit: 4, because: '20 % of 20' },
    { percent: 20, min: 3, active: 0, pending: 100, limit: 20, because: 'pending requests count as well' },
    { percent: 0, min: 0, active: 100, pending: 0, limit: 0, because: 'a budget of nothing' },
    { percent: 100, min: 1, active: 7, pending: 2, limit: 9, because: 'as many retries as requests' },
  ])(
    'a retry budget of $percent % and $min, $active active and $pending pending: $limit ($because)',
    (row) => {
      expect(retryBudgetLimit(row.percent, row.min, row.active, row.pending)).toBe(row.limit);
      const breaker = new CircuitBreaker({
        ...envoyThresholds,
        maxRetries: 0,
        retryBudget: { percent: row.percent, minConcurrency: row.min },
      });
      breaker.requests = row.active;
      breaker.pending = row.pending;
      breaker.retries = row.limit;
      expect([breaker.retryLimit(), breaker.mayRetry()]).toEqual([row.limit, false]);
      if (row.limit > 0) {
        breaker.retries -= 1;
        expect(breaker.mayRetry()).toBe(true);
      }
    },
  );
});
