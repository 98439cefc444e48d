import { quantileEstimate, type Estimate } from '../estimate.ts';
import type { LoggedCall } from './logged-call.ts';

/** How long clients waited before they left (DC: the downstream connection was closed). */
export interface PatienceFound {
  readonly left: number;
  readonly requests: number;
  /** Of those who left. Undefined where too few did. */
  readonly p50Ms: Estimate | undefined;
  /** Whether nearly all left after the same time: a client's timeout. */
  readonly isTimeout: boolean;
}

const leastLeavers = 5;

/** @param calls lines at the entry. */
export function patienceOf(calls: readonly LoggedCall[]): PatienceFound {
  const waited = calls
    .filter(({ flags, durationMs }) => flags.split(',').includes('DC') && durationMs >= 0)
    .map(({ durationMs }) => durationMs)
    .sort((one, other) => one - other);
  const isKnown = waited.length >= leastLeavers;
  const at = (share: number): number => waited[Math.floor(share * (waited.length - 1))]!;
  return {
    left: waited.length,
    requests: calls.length,
    p50Ms: isKnown ? quantileEstimate(waited, 0.5, 'gateway log') : undefined,
    isTimeout: isKnown && at(0.9) - at(0.1) <= Math.max(5, 0.02 * at(0.5)),
  };
}
