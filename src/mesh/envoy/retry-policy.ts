import { responseFlag } from './response-flag.ts';
import {
  backoffIntervalMs,
  defaultBackoffBaseUs,
  parseRetryOn,
  wouldRetry,
  type AttemptReset,
} from './retry.ts';
import type { RetryPolicy } from './route.ts';
import { microseconds } from '../../manifest/microseconds.ts';

/** How a try ended without an answer, as a small number of the request's columns; in this order in `resets`. */
export const resetReason = {
  none: 0,
  connectFailure: 1,
  connectTimeout: 2,
  connectionTermination: 3,
  remoteReset: 4,
  perTryTimeout: 5,
  overflow: 6,
} as const;

const resets: readonly { readonly reset: AttemptReset; readonly flag: number; readonly bytesSent: number }[] =
  [
    { reset: 'none', flag: 0, bytesSent: 1 },
    { reset: 'connect-failure', flag: responseFlag.UF, bytesSent: 0 },
    { reset: 'connect-timeout', flag: responseFlag.UF, bytesSent: 0 },
    { reset: 'remote-reset', flag: responseFlag.UC, bytesSent: 1 },
    { reset: 'remote-reset', flag: responseFlag.UR, bytesSent: 1 },
    { reset: 'per-try-timeout', flag: responseFlag.UT, bytesSent: 1 },
    { reset: 'overflow', flag: responseFlag.UO, bytesSent: 0 },
  ];

/** How it ended, in a word: `connect-failure`; `none` for an answer. */
export const nameOfReset = (reset: number): AttemptReset => resets[reset]!.reset;

/** The flag that a try without an answer leaves, if it is the last. */
export const flagOfReset = (reset: number): number => resets[reset]!.flag;

/** A route's retry policy as the hot path reads it: Envoy's rule asked once for every status and reset there is. */
export interface ResolvedRetry {
  /** Tries beyond the first. */
  readonly retries: number;
  /** 1 where an answer of this status, or a try that ended in this way, is tried again. */
  readonly onStatus: Uint8Array;
  readonly onReset: Uint8Array;
  /** 0: none. */
  readonly perTryTimeoutUs: number;
  /** Longest wait before each retry, in ms. */
  readonly intervalsMs: readonly number[];
  /** Asks the balancer again, so many times, while it names an endpoint that was tried (previous_hosts). */
  readonly avoidsTried: boolean;
  readonly hostAttempts: number;
}

/**
 * @param routeTimeoutUs of all tries together; 0: none. A time per try that is not below it counts for nothing (router.cc,
 * FilterUtility::finalTimeout).
 * @returns undefined where nothing deserves to be tried again
 */
export function resolveRetry(
  policy: RetryPolicy | undefined,
  routeTimeoutUs: number,
): ResolvedRetry | undefined {
  if (policy === undefined || policy.retry_on === '') return undefined;
  const parsed = parseRetryOn(policy.retry_on);
  const retryOn = {
    ...parsed,
    statusCodes: [...parsed.statusCodes, ...(policy.retriable_status_codes ?? [])],
  };
  const asked = (status: number, reset: AttemptReset, bytesSent: number): number =>
    Number(wouldRetry(retryOn, { status, headersStarted: false, reset, bytesSent }).retry);
  const baseMs =
    (policy.retry_back_off === undefined
      ? defaultBackoffBaseUs
      : microseconds(policy.retry_back_off.base_interval)) / 1000;
  const perTryUs = policy.per_try_timeout === undefined ? 0 : microseconds(policy.per_try_timeout);
  const longest = policy.retry_back_off?.max_interval;
  const maxMs = longest === undefined ? 10 * baseMs : microseconds(longest) / 1000;
  return {
    retries: policy.num_retries,
    onStatus: Uint8Array.from({ length: 600 }, (_, status) => asked(status, 'none', 1)),
    onReset: Uint8Array.from(resets, ({ reset, bytesSent }) =>
      reset === 'none' ? 0 : asked(0, reset, bytesSent),
    ),
    perTryTimeoutUs: routeTimeoutUs > 0 && perTryUs >= routeTimeoutUs ? 0 : perTryUs,
    intervalsMs: Array.from({ length: policy.num_retries }, (_, k) => backoffIntervalMs(k, baseMs, maxMs)),
    avoidsTried: (policy.retry_host_predicate ?? []).some((own) => own.name.endsWith('previous_hosts')),
    hostAttempts: policy.host_selection_retry_max_attempts ?? 1,
  };
}

/** Whether a try that ended with this status or reset is one that the policy tries again. */
export const retriable = (retry: ResolvedRetry, status: number, reset: number): boolean =>
  (reset === resetReason.none ? retry.onStatus[status] : retry.onReset[reset]) === 1;
