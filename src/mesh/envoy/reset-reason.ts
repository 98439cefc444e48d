import { responseOutcomes, type ResponseOutcome } from './response-outcome.ts';
import type { AttemptReset } from './retry.ts';

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

/** Each as the rules of retries know it, with what the proxy makes of it if it is the last. */
export const resets: readonly {
  readonly reset: AttemptReset;
  /** Of the request: whether any of it had left. */
  readonly bytesSent: number;
  readonly outcome: ResponseOutcome;
}[] = [
  // The first is never the end of a try that has none; it keeps the others in their places.
  { reset: 'none', bytesSent: 1, outcome: responseOutcomes['local-reset'] },
  { reset: 'connect-failure', bytesSent: 0, outcome: responseOutcomes['connect-failure'] },
  { reset: 'connect-timeout', bytesSent: 0, outcome: responseOutcomes['connect-failure'] },
  { reset: 'remote-reset', bytesSent: 1, outcome: responseOutcomes['connection-closed'] },
  { reset: 'remote-reset', bytesSent: 1, outcome: responseOutcomes['remote-reset'] },
  { reset: 'per-try-timeout', bytesSent: 1, outcome: responseOutcomes.timeout },
  { reset: 'overflow', bytesSent: 0, outcome: responseOutcomes.overflow },
];

/** How it ended, in a word: `connect-failure`; `none` for an answer. */
export const nameOfReset = (reset: number): AttemptReset => resets[reset]!.reset;
