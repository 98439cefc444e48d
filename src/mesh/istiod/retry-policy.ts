import { formatDuration } from '../../manifest/quantity.ts';
import type { HttpRetry, ServicePort } from '../../manifest/resource.ts';
import { istioDefaultRetry, parseRetryOn } from '../envoy/retry.ts';
import type { RetryPolicy } from '../envoy/route.ts';
import { mayCarryHttp, protocolOf } from './protocol.ts';

const previousHosts = [{ name: 'envoy.retry_host_predicates.previous_hosts' }];

/**
 * The retry policy of an outbound HTTP route (core/route/retry/retry.go): every one gets a default, with or without a
 * VirtualService; a rule's own replaces it, and `attempts: 0` turns it off. What is left out is as Istio has it, also where the
 * mesh has a default of its own: the two do not merge.
 *
 * @param retries the rule's, else the mesh's default; undefined: neither says anything.
 * @param hashed the only destination is balanced by a consistent hash: then the same endpoint may be tried again, unless the
 * rule says otherwise.
 */
export function retryPolicyOf(retries: HttpRetry | undefined, hashed: boolean): RetryPolicy | undefined {
  if (retries?.attempts === 0) return undefined;
  const words = retries?.retryOn ?? istioDefaultRetry.retryOn;
  const { statusCodes } = parseRetryOn(words);
  const named = words
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && !/^\d+$/.test(word));
  if (statusCodes.length > 0 && !named.includes('retriable-status-codes'))
    named.push('retriable-status-codes');
  // Written, it counts with a consistent hash, too.
  const avoids = retries?.ignorePreviousHosts ?? !hashed;
  return {
    retry_on: named.join(','),
    num_retries: retries?.attempts ?? istioDefaultRetry.numRetries,
    host_selection_retry_max_attempts: istioDefaultRetry.hostSelectionRetryMaxAttempts,
    ...(avoids ? { retry_host_predicate: previousHosts } : {}),
    ...(statusCodes.length === 0 ? {} : { retriable_status_codes: statusCodes }),
    ...(retries?.perTryTimeoutUs === undefined
      ? {}
      : { per_try_timeout: formatDuration(retries.perTryTimeoutUs) }),
    ...(retries?.backoffUs === undefined
      ? {}
      : { retry_back_off: { base_interval: formatDuration(retries.backoffUs) } }),
  };
}

/**
 * The retry policy of a sidecar's inbound HTTP routes (core/route/route.go, BuildDefaultHTTPInboundRoute): what the application
 * took no byte of is offered to it twice more; not over gRPC.
 */
export const inboundRetryPolicyOf = (port: ServicePort): RetryPolicy | undefined =>
  !mayCarryHttp(port) || protocolOf(port) === 'GRPC'
    ? undefined
    : { retry_on: 'reset-before-request', num_retries: 2 };
