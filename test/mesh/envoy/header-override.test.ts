import { expect, test } from 'vitest';
import { withHeaders } from '../../../src/mesh/envoy/header-override.ts';
import { resetReason } from '../../../src/mesh/envoy/reset-reason.ts';
import { resolveRetry, wouldRetryAfter } from '../../../src/mesh/envoy/resolved-retry.ts';

const policy = { retry_on: '5xx', num_retries: 2 };

test.each([
  { headers: {}, timeout: '3s', retry: policy, because: 'nothing is said' },
  {
    headers: { 'x-envoy-upstream-rq-timeout-ms': '250' },
    timeout: '250ms',
    retry: policy,
    because: 'the header replaces the route’s timeout',
  },
  {
    headers: { 'x-envoy-upstream-rq-timeout-ms': '0' },
    timeout: '0s',
    retry: policy,
    because: '0 is none at all',
  },
  {
    headers: { 'x-envoy-upstream-rq-timeout-ms': 'soon' },
    timeout: '3s',
    retry: policy,
    because: 'what is no number is passed over',
  },
  {
    headers: { 'x-envoy-max-retries': '5', 'x-envoy-upstream-rq-per-try-timeout-ms': '40' },
    timeout: '3s',
    retry: { ...policy, num_retries: 5, per_try_timeout: '40ms' },
    because: 'number and time per try are replaced',
  },
  {
    headers: { 'x-envoy-retry-on': 'retriable-4xx' },
    timeout: '3s',
    retry: { retry_on: '5xx,retriable-4xx', num_retries: 2 },
    because: 'conditions are added to the route’s',
  },
])('$headers: $because', ({ headers, timeout, retry }) => {
  expect(withHeaders({ cluster: 'c', timeout: '3s', retry_policy: policy }, headers)).toEqual({
    timeout,
    retry_policy: retry,
  });
});

test('a route without retries gets one where the request names a condition, and none for a number alone', () => {
  const none = { cluster: 'c', timeout: '0s' };
  expect(withHeaders(none, { 'x-envoy-retry-on': '5xx' }).retry_policy).toEqual({
    retry_on: '5xx',
    num_retries: 1,
  });
  expect(withHeaders(none, { 'x-envoy-max-retries': '3' }).retry_policy).toBeUndefined();
});

test.each([
  { timeoutMs: 0, used: 50, because: 'the route has none' },
  { timeoutMs: 51, used: 50, because: 'it is shorter than the route’s' },
  { timeoutMs: 50, used: 0, because: 'it is not' },
  { timeoutMs: 20, used: 0, because: 'it is longer' },
])(
  'a time per try of 50 ms under a route timeout of $timeoutMs ms is $used ms: $because',
  ({ timeoutMs, used }) => {
    const retry = resolveRetry({ ...policy, per_try_timeout: '50ms' }, timeoutMs * 1000);
    expect(retry!.perTryTimeoutUs).toBe(used * 1000);
  },
);

test('a policy of no retries still tells what would have deserved one, so that it is marked URX', () => {
  const retry = resolveRetry({ retry_on: '5xx', num_retries: 0 }, 0)!;
  expect([retry.retries, wouldRetryAfter(retry, 503, resetReason.none).retry]).toEqual([0, true]);
  expect(resolveRetry({ retry_on: '', num_retries: 3 }, 0)).toBeUndefined();
});
