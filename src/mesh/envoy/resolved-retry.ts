import { microseconds } from '../../manifest/microseconds.ts';
import { resetReason, resets } from './reset-reason.ts';
import { defaultBackoffBaseUs, parseRetryOn, wouldRetry, type WouldRetry } from './retry.ts';
import type { RetryPolicy } from './route.ts';

/** A route's retry policy as the hot path reads it: Envoy's rule (retry.ts) asked once for every status and reset there is. */
export interface ResolvedRetry {
  /** Tries beyond the first. */
  readonly retries: number;
  /** What `wouldRetry` says of an answer of this status, and of a try that ended in this way (see `resetReason`). */
  readonly onStatus: readonly WouldRetry[];
  readonly onReset: readonly WouldRetry[];
  /** 0: none. */
  readonly perTryTimeoutUs: number;
  readonly backoffBaseUs: number;
  readonly backoffMaxUs: number;
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
  const { retry_back_off: backOff, per_try_timeout: perTry } = policy;
  const backoffBaseUs = backOff === undefined ? defaultBackoffBaseUs : microseconds(backOff.base_interval);
  const perTryUs = perTry === undefined ? 0 : microseconds(perTry);
  return {
    retries: policy.num_retries,
    onStatus: Array.from({ length: 600 }, (_, status) =>
      wouldRetry(retryOn, { status, headersStarted: false, reset: 'none', bytesSent: 1 }),
    ),
    onReset: resets.map(({ reset, bytesSent }) =>
      wouldRetry(retryOn, { status: 0, headersStarted: false, reset, bytesSent }),
    ),
    perTryTimeoutUs: routeTimeoutUs > 0 && perTryUs >= routeTimeoutUs ? 0 : perTryUs,
    backoffBaseUs,
    backoffMaxUs:
      backOff?.max_interval === undefined ? 10 * backoffBaseUs : microseconds(backOff.max_interval),
    avoidsTried: (policy.retry_host_predicate ?? []).some((own) => own.name.endsWith('previous_hosts')),
    hostAttempts: policy.host_selection_retry_max_attempts ?? 1,
  };
}

/** Whether a try that ended with this status or reset is one that the policy tries again, and by which of its words. */
export const wouldRetryAfter = (retry: ResolvedRetry, status: number, reset: number): WouldRetry =>
  reset === resetReason.none ? retry.onStatus[status]! : retry.onReset[reset]!;
