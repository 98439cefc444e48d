import { describe, expect, test } from 'vitest';
import { resetReason } from '../../../src/mesh/envoy/reset-reason.ts';
import { resolveRetry, wouldRetryAfter } from '../../../src/mesh/envoy/resolved-retry.ts';
import type { RetryPolicy } from '../../../src/mesh/envoy/route.ts';

const resolved = (own: Partial<RetryPolicy> = {}, routeTimeoutUs = 0) =>
  resolveRetry({ retry_on: '5xx', num_retries: 2, ...own }, routeTimeoutUs)!;

test('without a policy, or with one that names nothing, there is nothing to try again', () => {
  expect(resolveRetry(undefined, 0)).toBeUndefined();
  expect(resolveRetry({ retry_on: '', num_retries: 2 }, 0)).toBeUndefined();
});

describe('the pauses of Envoy (RetryPolicyImpl, router/config_impl.cc)', () => {
  test.each([
    { own: {}, base: 25_000, max: 250_000, because: '25 ms, and ten times as much at most' },
    {
      own: { retry_back_off: { base_interval: '100ms' } },
      base: 100_000,
      max: 1_000_000,
      because: 'ten times the base, where no most is written',
    },
    {
      own: { retry_back_off: { base_interval: '100ms', max_interval: '150ms' } },
      base: 100_000,
      max: 150_000,
      because: 'both are written',
    },
  ])('$own: from $base to $max us, as $because', ({ own, base, max }) => {
    expect(resolved(own)).toMatchObject({ backoffBaseUs: base, backoffMaxUs: max });
  });
});

describe('the time of one try (FilterUtility::finalTimeout, router.cc)', () => {
  test.each([
    { perTry: undefined, route: 0, us: 0, because: 'none is written' },
    { perTry: '1s', route: 0, us: 1e6, because: 'the route has no end' },
    { perTry: '1s', route: 2e6, us: 1e6, because: 'it is below that of the route' },
    { perTry: '2s', route: 2e6, us: 0, because: 'one that is not below counts for nothing' },
    { perTry: '3s', route: 2e6, us: 0, because: 'nor does a longer one' },
  ])('$perTry within $route us is $us us: $because', ({ perTry, route, us }) => {
    const own = perTry === undefined ? {} : { per_try_timeout: perTry };
    expect(resolved(own, route).perTryTimeoutUs).toBe(us);
  });
});

test('statuses of the words and of the list are tried again, others are not', () => {
  const retry = resolved({ retry_on: 'retriable-status-codes,418', retriable_status_codes: [429] });
  const retries = (status: number): boolean => wouldRetryAfter(retry, status, resetReason.none).retry;
  expect([418, 429, 503, 200].map(retries)).toEqual([true, true, false, false]);
});

test('a connection that did not come about is tried again by connect-failure, one that broke is not', () => {
  const retry = resolved({ retry_on: 'connect-failure' });
  const retries = (reset: number): boolean => wouldRetryAfter(retry, 0, reset).retry;
  expect(retries(resetReason.connectFailure)).toBe(true);
  expect(retries(resetReason.remoteReset)).toBe(false);
  expect(retries(resetReason.perTryTimeout)).toBe(false);
});

test('the balancer is asked once more where previous hosts are avoided, or as often as is written', () => {
  const predicate = { name: 'envoy.retry_host_predicates.previous_hosts' };
  expect(resolved()).toMatchObject({ retries: 2, avoidsTried: false, hostAttempts: 1 });
  expect(resolved({ retry_host_predicate: [{ name: 'other' }, predicate] }).avoidsTried).toBe(true);
  expect(resolved({ retry_host_predicate: [{ name: 'other' }] }).avoidsTried).toBe(false);
  expect(resolved({ host_selection_retry_max_attempts: 5 }).hostAttempts).toBe(5);
});
