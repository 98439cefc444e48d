import type { ReadinessProbe } from '../workload/readiness-probe.ts';

/** Whether the container counts as ready, and the run of equal results that may change it. */
export interface ProbeState {
  readonly isReady: boolean;
  readonly lastSucceeded: boolean | undefined;
  /** How often in a row the last result came. */
  readonly runLength: number;
}

/** Of a container that was just started: not ready. */
export const unprobed: ProbeState = { isReady: false, lastSucceeded: undefined, runLength: 0 };

/** The state after one more probe: Ready turns after a run of `successThreshold` successes or `failureThreshold` failures (kubelet, prober worker). */
export function afterProbe(probe: ReadinessProbe, state: ProbeState, succeeded: boolean): ProbeState {
  const runLength = state.lastSucceeded === succeeded ? state.runLength + 1 : 1;
  const threshold = succeeded ? probe.successThreshold : probe.failureThreshold;
  return {
    isReady: runLength >= threshold ? succeeded : state.isReady,
    lastSucceeded: succeeded,
    runLength,
  };
}
