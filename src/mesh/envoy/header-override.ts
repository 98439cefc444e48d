import type { RetryPolicy, RouteAction } from './route.ts';

/** What a request may say about its own timeouts and retries. Names in lower case. */
const header = {
  timeout: 'x-envoy-upstream-rq-timeout-ms',
  perTryTimeout: 'x-envoy-upstream-rq-per-try-timeout-ms',
  retryOn: 'x-envoy-retry-on',
  maxRetries: 'x-envoy-max-retries',
} as const;

/** Retries of a route that has no policy of its own, where a request asks for some. */
const retriesIfUnset = 1;

/**
 * A route's timeout and retries as one request's headers change them: timeouts and the number of retries are replaced, words
 * of `retry_on` are added. A value that is no whole number is passed over. A gateway drops these headers from visitors and must
 * not ask (http/conn_manager_utility.cc); a sidecar believes its application.
 * Source: source/common/router/router.cc, FilterUtility::finalTimeout; retry_state_impl.cc.
 */
export function withHeaders(
  action: RouteAction,
  headers: Readonly<Record<string, string>>,
): Pick<RouteAction, 'timeout' | 'retry_policy'> {
  const timeoutMs = wholeNumber(headers[header.timeout]);
  const retry = retriesOf(action.retry_policy, headers);
  return {
    timeout: timeoutMs === undefined ? action.timeout : milliseconds(timeoutMs),
    ...(retry === undefined ? {} : { retry_policy: retry }),
  };
}

function retriesOf(
  own: RetryPolicy | undefined,
  headers: Readonly<Record<string, string>>,
): RetryPolicy | undefined {
  const words = [own?.retry_on, headers[header.retryOn]].filter((word) => word !== undefined && word !== '');
  if (words.length === 0) return own;
  const perTryMs = wholeNumber(headers[header.perTryTimeout]);
  return {
    ...own,
    retry_on: words.join(','),
    num_retries: wholeNumber(headers[header.maxRetries]) ?? own?.num_retries ?? retriesIfUnset,
    ...(perTryMs === undefined ? {} : { per_try_timeout: milliseconds(perTryMs) }),
  };
}

/** "0s" is none, as in a route. */
const milliseconds = (ms: number): string => (ms === 0 ? '0s' : `${ms}ms`);

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
