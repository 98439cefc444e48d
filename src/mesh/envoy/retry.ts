/**
 * Envoy's retries as rules: which outcome deserves one, whether one is left, how long it waits, and which host it takes.
 * Source: source/common/router/retry_state_impl.cc, source/common/common/backoff_strategy.cc.
 */

/** The words of `retry_on`, each with its bit. */
export const retryCondition = {
  '5xx': 1,
  'gateway-error': 2,
  reset: 4,
  'reset-before-request': 8,
  'connect-failure': 16,
  'refused-stream': 32,
  'retriable-4xx': 64,
  'retriable-status-codes': 128,
  /** Read, but never met: the model's responses carry no such headers. */
  'retriable-headers': 256,
  'envoy-ratelimited': 512,
  /** Read, but never met: the mesh speaks no HTTP/3. */
  'http3-post-connect-failure': 1024,
  cancelled: 2048,
  'deadline-exceeded': 4096,
  internal: 8192,
  'resource-exhausted': 16384,
  unavailable: 32768,
} as const;

export type RetryConditionName = keyof typeof retryCondition;

export interface RetryOn {
  /** Bits of `retryCondition`. 0: there is no retry at all. */
  readonly conditions: number;
  readonly statusCodes: readonly number[];
  /** Words that mean nothing to Envoy, which passes over them in silence; Istio's webhook refuses them. */
  readonly unknown: readonly string[];
}

/** What istiod writes on every outbound HTTP route without retries of its own (networking/core/route/retry). */
export const istioDefaultRetry = {
  retryOn: 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes',
  numRetries: 2,
  /** Hosts tried before are avoided (`previous_hosts`), asking the balancer at most this often again. */
  hostSelectionRetryMaxAttempts: 5,
} as const;

/** Back-off of a route that sets none: 25 ms, at most ten times that. */
export const defaultBackoffBaseUs = 25_000;

/**
 * The comma separated words of `retryOn`, trimmed (RetryStateImpl::parseRetryOn, StringUtil::splitToken). A number is a status
 * code, as in a VirtualService: it brings the condition `retriable-status-codes` with it.
 */
export function parseRetryOn(words: string): RetryOn {
  let conditions = 0;
  const statusCodes: number[] = [];
  const unknown: string[] = [];
  for (const word of words.split(',').map((own) => own.trim())) {
    if (Object.hasOwn(retryCondition, word)) {
      conditions |= retryCondition[word as RetryConditionName];
    } else if (/^[1-5][0-9][0-9]$/.test(word)) {
      conditions |= retryCondition['retriable-status-codes'];
      if (!statusCodes.includes(Number(word))) statusCodes.push(Number(word));
    } else if (word !== '') {
      unknown.push(word);
    }
  }
  return { conditions, statusCodes, unknown };
}

/** How an attempt ended without a response. A per-try timeout counts as a reset by this proxy. */
export type AttemptReset =
  | 'none'
  | 'connect-failure'
  | 'connect-timeout'
  | 'remote-refused'
  | 'remote-reset'
  | 'local-reset'
  | 'per-try-timeout'
  | 'overflow';

/** One attempt's end. The caller may keep one such object and fill it anew. */
export interface AttemptOutcome {
  /** Of the response; not read when there was a reset. */
  status: number;
  /** Response headers went to the caller already. */
  headersStarted: boolean;
  reset: AttemptReset;
  /** Bytes of the request that had left for the endpoint. */
  bytesSent: number;
  /** `grpc-status` in the response's headers (trailers are not read). */
  grpcStatus?: number;
  /** The response carries x-envoy-ratelimited. */
  rateLimited?: boolean;
}

export type WouldRetryReason =
  | RetryConditionName
  | 'no-conditions'
  | 'overflow'
  | 'response-started'
  | 'rate-limited'
  | 'no-condition-fits';

export interface WouldRetry {
  readonly retry: boolean;
  /** The condition that was met, or what stands against a retry. */
  readonly reason: WouldRetryReason;
}

const yes = Object.fromEntries(
  Object.keys(retryCondition).map((reason) => [reason, { retry: true, reason }]),
) as Readonly<Record<RetryConditionName, WouldRetry>>;
const no = {
  noConditions: { retry: false, reason: 'no-conditions' },
  overflow: { retry: false, reason: 'overflow' },
  responseStarted: { retry: false, reason: 'response-started' },
  rateLimited: { retry: false, reason: 'rate-limited' },
  noConditionFits: { retry: false, reason: 'no-condition-fits' },
} as const satisfies Readonly<Record<string, WouldRetry>>;

/**
 * Whether an outcome deserves a retry, not whether there is one left. Allocates nothing.
 *
 * Local replies that are no attempt (no host, no route, an aborting fault) never come here: Envoy does not retry them.
 */
export function wouldRetry(retryOn: RetryOn, outcome: AttemptOutcome): WouldRetry {
  if (retryOn.conditions === 0) return no.noConditions;
  // A breaker's refusal comes before every other test: a retry would only press on what is full.
  if (outcome.reset === 'overflow') return no.overflow;
  if (outcome.headersStarted) return no.responseStarted;
  return outcome.reset === 'none' ? ofResponse(retryOn, outcome) : ofReset(retryOn.conditions, outcome);
}

function ofReset(conditions: number, outcome: AttemptOutcome): WouldRetry {
  if ((conditions & retryCondition.reset) !== 0) return yes.reset;
  if ((conditions & retryCondition['reset-before-request']) !== 0 && outcome.bytesSent === 0) {
    return yes['reset-before-request'];
  }
  // A reset ends in a 503 or 504, so it counts as one.
  if ((conditions & retryCondition['5xx']) !== 0) return yes['5xx'];
  if ((conditions & retryCondition['gateway-error']) !== 0) return yes['gateway-error'];
  if ((conditions & retryCondition['refused-stream']) !== 0 && outcome.reset === 'remote-refused') {
    return yes['refused-stream'];
  }
  if (
    (conditions & retryCondition['connect-failure']) !== 0 &&
    (outcome.reset === 'connect-failure' || outcome.reset === 'connect-timeout')
  ) {
    return yes['connect-failure'];
  }
  return no.noConditionFits;
}

function ofResponse(retryOn: RetryOn, outcome: AttemptOutcome): WouldRetry {
  const { conditions } = retryOn;
  const { status } = outcome;
  if (outcome.rateLimited === true) {
    return (conditions & retryCondition['envoy-ratelimited']) !== 0
      ? yes['envoy-ratelimited']
      : no.rateLimited;
  }
  if ((conditions & retryCondition['5xx']) !== 0 && status >= 500 && status < 600) return yes['5xx'];
  if ((conditions & retryCondition['gateway-error']) !== 0 && status >= 502 && status <= 504) {
    return yes['gateway-error'];
  }
  if ((conditions & retryCondition['retriable-4xx']) !== 0 && status === 409) return yes['retriable-4xx'];
  if ((conditions & retryCondition['retriable-status-codes']) !== 0 && retryOn.statusCodes.includes(status)) {
    return yes['retriable-status-codes'];
  }
  return ofGrpcStatus(conditions, outcome.grpcStatus ?? 0);
}

function ofGrpcStatus(conditions: number, grpcStatus: number): WouldRetry {
  if (grpcStatus === 1 && (conditions & retryCondition.cancelled) !== 0) return yes.cancelled;
  if (grpcStatus === 4 && (conditions & retryCondition['deadline-exceeded']) !== 0) {
    return yes['deadline-exceeded'];
  }
  if (grpcStatus === 8 && (conditions & retryCondition['resource-exhausted']) !== 0) {
    return yes['resource-exhausted'];
  }
  if (grpcStatus === 13 && (conditions & retryCondition.internal) !== 0) return yes.internal;
  if (grpcStatus === 14 && (conditions & retryCondition.unavailable) !== 0) return yes.unavailable;
  return no.noConditionFits;
}

/** What is asked once an attempt has ended; the caller may keep one such object and fill it anew. */
export interface RetryQuestion {
  wouldRetry: boolean;
  retriesLeft: number;
  /** The cluster's retry breaker lets no further retry in, this request's own earlier retry already given back. */
  breakerOpen: boolean;
}

export interface RetryDecision {
  /** `final`: the result stands; `final-URX` and `final-UO`: it stands, with that flag added. */
  readonly verdict: 'final' | 'final-URX' | 'final-UO' | 'retry';
  readonly reason: 'not-retriable' | 'no-retries-left' | 'retry-breaker-open' | 'retry-scheduled';
  /** Retries that the decision costs: also one that the breaker refuses. */
  readonly consumed: 0 | 1;
}

const decisions = {
  final: { verdict: 'final', reason: 'not-retriable', consumed: 0 },
  exhausted: { verdict: 'final-URX', reason: 'no-retries-left', consumed: 0 },
  overflow: { verdict: 'final-UO', reason: 'retry-breaker-open', consumed: 1 },
  retry: { verdict: 'retry', reason: 'retry-scheduled', consumed: 1 },
} as const satisfies Readonly<Record<string, RetryDecision>>;

/**
 * RetryStateImpl::shouldRetry: worth it? any left? (it is taken) breaker? In this order. Allocates nothing.
 *
 * @example
 * decideRetry({ wouldRetry: true, retriesLeft: 0, breakerOpen: false }); // => { verdict: 'final-URX' }
 */
export function decideRetry(question: RetryQuestion): RetryDecision {
  if (!question.wouldRetry) return decisions.final;
  if (question.retriesLeft <= 0) return decisions.exhausted;
  if (question.breakerOpen) return decisions.overflow;
  return decisions.retry;
}

/**
 * I_k of the k-th retry (k = 0 is the first): base, doubled k times, at most `maxMs`.
 *
 * @example
 * backoffIntervalMs(3, 25, 250); // => 200
 */
export function backoffIntervalMs(k: number, baseMs: number, maxMs: number): number {
  let intervalMs = Math.min(baseMs, maxMs);
  for (let doubled = 0; doubled < k && intervalMs < maxMs; doubled += 1) {
    intervalMs = Math.min(2 * intervalMs, maxMs);
  }
  return intervalMs;
}

/**
 * Pause before the k-th retry (k = 0 is the first): `random mod I_k` whole milliseconds, so full jitter from zero. With
 * the default base of 25 ms the first retry waits 0 .. 24 ms.
 *
 * A stated choice where pages differ: the interval doubles from one retry to the next as in Envoy's code (25, 50, 100 ms),
 * rather than reaching up to base * (2^n - 1).
 *
 * @param random whole and not negative: 32 bits do (Envoy takes 64; the share of any millisecond then differs by less
 * than I_k / 2^32).
 */
export function backoffUs(
  random: number,
  k: number,
  baseUs: number = defaultBackoffBaseUs,
  maxUs: number = 10 * baseUs,
): number {
  // Envoy keeps whole milliseconds; Istio refuses a finer back-off, so that nothing is lost here.
  const baseMs = Math.max(1, Math.trunc(baseUs / 1000));
  const maxMs = Math.max(baseMs, Math.trunc(maxUs / 1000));
  return (random % backoffIntervalMs(k, baseMs, maxMs)) * 1000;
}

/**
 * A host that the predicates do not reject, asking the balancer at most `maxAttempts + 1` times; if all were rejected, the
 * last one all the same. A negative number, no host at all, is returned at once.
 * Source: Upstream::LoadBalancerBase::chooseHost.
 */
export function pickAvoiding(
  pick: () => number,
  rejected: (host: number) => boolean,
  maxAttempts: number,
): number {
  let host = pick();
  for (let again = 0; again < maxAttempts && host >= 0 && rejected(host); again += 1) host = pick();
  return host;
}
