import { expect, test } from 'vitest';
import type { Failure } from '../../../src/record/failure.ts';
import { podsLost } from '../../../src/verdict/finding/pods-lost.ts';
import { ncBurst } from '../../support/record.ts';

const failed = (own: Partial<Failure>): Failure => ({
  cause: 'refused',
  caller: 'curl',
  callerHasProxy: true,
  host: 'httpbin',
  service: 'httpbin',
  version: 'v1',
  pod: 'httpbin-v1-0',
  status: 503,
  flags: '',
  requests: 10,
  pages: 10,
  pagesWithout: 0,
  firstSeconds: 1,
  lastSeconds: 2,
  seconds: 1,
  page: null,
  ...own,
});

// Envoy, router filter, x-envoy-retry-on: connect-failure and reset are for what has no answer; an answer of 503 is a status,
// which `503` (retriable status codes), 5xx and gateway-error are for. URX: the attempts are used up.
test.each([
  { failures: [failed({})], says: 'retries with retryOn 503 hide the rest' },
  { failures: [failed({ flags: 'UF' })], says: 'Retries on connect-failure and reset hide the rest' },
  { failures: [failed({ flags: 'UC', cause: 'broken-off' })], says: 'Retries on connect-failure and reset' },
  { failures: [failed({ flags: 'URX,UF' })], says: 'The retries of the rule were used up' },
  { failures: [failed({ callerHasProxy: false })], says: 'no retries of a rule help them' },
  {
    failures: [failed({ requests: 9, flags: 'UF' }), failed({ requests: 10 })],
    says: 'retries with retryOn 503 hide the rest',
  },
])('what would hide lost requests fits how they failed: $says', ({ failures, says }) => {
  const [found] = podsLost.seenIn({ ...ncBurst(), failures });
  expect(found!.remedies.at(-1)!.text).toContain(says);
});
