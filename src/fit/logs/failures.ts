import { shareEstimate, type Estimate } from '../estimate.ts';
import type { LoggedCall } from './logged-call.ts';

/** Answers of one workload with a status of 500 and above, at its own proxy. */
export interface FailuresFound {
  readonly share: Estimate;
  /** By status, the most frequent first, with the durations of those answers in whole ms. */
  readonly statuses: readonly {
    readonly status: number;
    readonly share: Estimate;
    readonly durationsMs: readonly number[];
  }[];
}

/** @param calls inbound lines of all pods of a workload. */
export function failuresOf(calls: readonly LoggedCall[], source = 'inbound logs'): FailuresFound {
  // Who left, or was reset before an answer, got no answer of the application.
  const answered = calls.filter(({ status }) => status > 0);
  const failed = answered.filter(({ status }) => status >= 500);
  const statuses = [...new Set(failed.map(({ status }) => status))].map((status) => {
    const own = failed.filter((call) => call.status === status);
    return {
      status,
      share: shareEstimate(own.length, answered.length, source),
      durationsMs: own.map(({ durationMs }) => durationMs),
    };
  });
  return {
    share: shareEstimate(failed.length, answered.length, source),
    statuses: statuses.sort(
      (one, other) => other.share.n * other.share.value - one.share.n * one.share.value,
    ),
  };
}
