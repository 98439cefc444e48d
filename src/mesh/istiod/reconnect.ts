/** How a proxy that has lost its stream asks for a new one. */
export interface ReconnectSettings {
  /** Back-off before the first attempt, at most; it doubles with each. */
  readonly baseUs: number;
  /** No back-off is longer. */
  readonly maxUs: number;
}

/** Envoy's for its streams to a control plane (source/extensions/config_subscription/grpc, RetryInitialDelayMs, RetryMaxDelayMs). */
export const reconnectDefaults: ReconnectSettings = { baseUs: 500_000, maxUs: 30_000_000 };

/**
 * When a proxy that lost its stream at `lostUs` has a new one: the first of its attempts that finds istiod back, which it is
 * from `backUs` on. Before each it waits for a random part of the back-off (backoff_strategy.cc,
 * JitteredExponentialBackOffStrategy). Proxies of a mesh therefore come back over half a minute after a long outage.
 *
 * @param uniform a number in [0, 1), a fresh one per attempt.
 */
export function reconnectsUs(
  lostUs: number,
  backUs: number,
  { baseUs, maxUs }: ReconnectSettings,
  uniform: () => number,
): number {
  if (maxUs === 0) return backUs;
  let triedUs = lostUs;
  for (let backOffUs = Math.min(baseUs, maxUs); ; backOffUs = Math.min(2 * backOffUs, maxUs)) {
    triedUs += Math.floor(backOffUs * uniform());
    if (triedUs >= backUs) return triedUs;
  }
}
