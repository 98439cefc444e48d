/** How much of one cluster a proxy may use at once. `unlimited` where Istio sets nothing. */
export interface CircuitBreakerLimits {
  readonly maxConnections: number;
  readonly maxPending: number;
  readonly maxRequests: number;
  readonly maxRetries: number;
  /** If given, it takes the place of `maxRetries`. */
  readonly retryBudget?: {
    /** Percent of the requests active and pending; Envoy's default 20. */
    readonly percent: number;
    /** Retries that are allowed however few requests there are; Envoy's default 3. */
    readonly minConcurrency: number;
  };
}

/** 2^32 - 1, which Istio writes for "no limit". */
export const unlimited = 4294967295;

/** What Envoy does when it is told nothing (api/envoy/config/cluster/v3/circuit_breaker.proto). */
export const envoyThresholds: CircuitBreakerLimits = {
  maxConnections: 1024,
  maxPending: 1024,
  maxRequests: 1024,
  maxRetries: 3,
};

/** What Istio tells Envoy when a DestinationRule has no connectionPool. */
export const istioThresholds: CircuitBreakerLimits = {
  maxConnections: unlimited,
  maxPending: unlimited,
  maxRequests: unlimited,
  maxRetries: unlimited,
};

/** Retries that a budget allows: `max(int(percent / 100 * (active + pending)), minConcurrency)`. */
export function retryBudgetLimit(
  percent: number,
  minConcurrency: number,
  active: number,
  pending: number,
): number {
  return Math.max(Math.trunc((percent / 100) * (active + pending)), minConcurrency);
}

/**
 * The breaker of one (client process, cluster): shared by the process' workers, never by two processes, so limits
 * multiply with the number of clients. A thing is allowed while its count is below the limit; a limit of 0 denies all.
 *
 * Envoy's workers test and count in two steps, so a real proxy may overshoot by its number of workers; ours cannot.
 * Source: source/common/upstream/resource_manager_impl.h.
 */
export class CircuitBreaker {
  readonly thresholds: CircuitBreakerLimits;
  // Of this instant. Pools count the first three, the router the fourth: from a retry's scheduling to its own outcome.
  connections = 0;
  pending = 0;
  requests = 0;
  retries = 0;
  // Since the start: upstream_cx_overflow, upstream_rq_pending_overflow, upstream_rq_retry_overflow.
  connectionOverflows = 0;
  pendingOverflows = 0;
  retryOverflows = 0;

  constructor(thresholds: CircuitBreakerLimits) {
    this.thresholds = thresholds;
  }

  mayConnect(): boolean {
    return this.connections < this.thresholds.maxConnections;
  }

  mayQueue(): boolean {
    return this.pending < this.thresholds.maxPending;
  }

  mayRequest(): boolean {
    return this.requests < this.thresholds.maxRequests;
  }

  mayRetry(): boolean {
    return this.retries < this.retryLimit();
  }

  retryLimit(): number {
    const budget = this.thresholds.retryBudget;
    if (budget === undefined) return this.thresholds.maxRetries;
    return retryBudgetLimit(budget.percent, budget.minConcurrency, this.requests, this.pending);
  }

  /** The gauges of Envoy's `circuit_breakers.default.`: 1 for open (nothing more is let in), and what remains. */
  gauges(): CircuitBreakerGauges {
    return {
      cxOpen: this.mayConnect() ? 0 : 1,
      rqPendingOpen: this.mayQueue() ? 0 : 1,
      rqOpen: this.mayRequest() ? 0 : 1,
      rqRetryOpen: this.mayRetry() ? 0 : 1,
      // A pool without any connection may open one past the limit: then nothing remains, not less than nothing.
      remainingCx: Math.max(0, this.thresholds.maxConnections - this.connections),
      remainingPending: Math.max(0, this.thresholds.maxPending - this.pending),
      remainingRq: Math.max(0, this.thresholds.maxRequests - this.requests),
      remainingRetries: Math.max(0, this.retryLimit() - this.retries),
    };
  }

  copyFrom(other: CircuitBreaker): void {
    this.connections = other.connections;
    this.pending = other.pending;
    this.requests = other.requests;
    this.retries = other.retries;
    this.connectionOverflows = other.connectionOverflows;
    this.pendingOverflows = other.pendingOverflows;
    this.retryOverflows = other.retryOverflows;
  }
}

export interface CircuitBreakerGauges {
  readonly cxOpen: 0 | 1;
  readonly rqPendingOpen: 0 | 1;
  readonly rqOpen: 0 | 1;
  readonly rqRetryOpen: 0 | 1;
  readonly remainingCx: number;
  readonly remainingPending: number;
  readonly remainingRq: number;
  readonly remainingRetries: number;
}
