/**
 * Where a request stands at its caller's proxy:
 *
 *   routing -> [delayed] -> [waiting for a connection, or in vain] -> upstream -> [backOff -> upstream ...] -> answered
 *                                                              \-> local
 */
export const stage = {
  routing: 0,
  /** A fault holds it. */
  delayed: 1,
  /** In the queue of a connection pool. */
  waiting: 2,
  /** A try is with an endpoint. */
  upstream: 3,
  /** The last try failed; the next begins when the back-off is over. */
  backOff: 4,
  /** The proxy answers by itself. */
  local: 5,
  /** Of a mirrored copy alone: the proxy waits for it no longer. */
  over: 6,
  /** Of a connection that is not counted and will not come about: its pod is silent. */
  inVain: 7,
} as const;
