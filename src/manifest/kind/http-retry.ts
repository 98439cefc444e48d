import type { Cursor } from '../cursor.ts';
import type { HttpRetry } from '../resource.ts';
import { boolean, duration, ignored, int32, struct, text } from '../schema.ts';
import { durationUs, present } from './present.ts';

/** HTTPRetry of istio/api networking/v1alpha3/virtual_service.proto. */
export const httpRetryFields = struct({
  attempts: int32,
  perTryTimeout: duration,
  retryOn: text,
  retryRemoteLocalities: ignored(boolean, false),
  retryIgnorePreviousHosts: boolean,
  backoff: duration,
});

/** Without attempts there are none: the field of a message that is there is 0 (ConvertPolicy). */
export function readHttpRetry(retries: Cursor): HttpRetry {
  const retryOn = retries.at('retryOn').text;
  const perTryTimeoutUs = durationUs(retries.at('perTryTimeout'));
  return {
    attempts: Math.max(0, retries.at('attempts').number ?? 0),
    ...(perTryTimeoutUs === undefined ? {} : { perTryTimeoutUs }),
    ...(retryOn === undefined || retryOn === '' ? {} : { retryOn }),
    ...present({
      backoffUs: durationUs(retries.at('backoff')),
      ignorePreviousHosts: retries.at('retryIgnorePreviousHosts').boolean,
    }),
  };
}

/** Istio's validateHTTPRetry, which its webhook asks for a rule; nobody asks it for the settings of the mesh. */
export function readCheckedRetry(retries: Cursor): HttpRetry {
  const attempts = retries.at('attempts').number ?? 0;
  const retryOn = retries.at('retryOn');
  if (attempts < 0) retries.at('attempts').refuse('attempts cannot be negative');
  if (
    attempts === 0 &&
    (retries.at('perTryTimeout').isSet ||
      (retryOn.text ?? '') !== '' ||
      retries.at('retryRemoteLocalities').isSet)
  ) {
    retries.refuse('http retry policy configured when attempts are set to 0 (disabled)', 'set attempts');
  }
  for (const word of retryOn.text ? retryOn.text.split(',') : []) {
    if (!retryWords.has(word) && !knownStatuses.has(Number(/^\+?\d+$/.test(word) ? word : 'no number'))) {
      retryOn.refuse(
        `"${word}" is not a valid retryOn policy`,
        word !== word.trim() ? 'leave out the spaces' : undefined,
      );
    }
  }
  return readHttpRetry(retries);
}

/** Envoy's x-envoy-retry-on and x-envoy-retry-grpc-on words that Istio allows. */
const retryWords = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

/** Codes that Go's net/http has a text for (IANA's registry, without 306 and the unassigned ones). */
const knownStatuses = new Set(
  [
    [100, 101, 102, 103],
    [200, 201, 202, 203, 204, 205, 206, 207, 208, 226],
    [300, 301, 302, 303, 304, 305, 307, 308],
    [
      400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422,
      423, 424,
    ],
    [425, 426, 428, 429, 431, 451],
    [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511],
  ].flat(),
);
