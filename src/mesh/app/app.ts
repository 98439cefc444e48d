import type { Distribution } from '../../kernel/distribution.ts';
import type { KeepAlive } from './connections.ts';
import type { Failure } from './failure.ts';

/**
 * An application as the mesh sees it: what each workload does with a request. Data, not code: Bookinfo is one such
 * value, and a user's own file becomes another.
 */
export interface App {
  readonly name: string;
  readonly workloads: readonly WorkloadBehaviour[];
}

/** What the pods of one workload do, found by their labels. */
export interface WorkloadBehaviour {
  readonly name: string;
  /** Pods whose labels include all of these behave so; the first entry that fits wins. */
  readonly match: Readonly<Record<string, string>>;
  /** In order; the answer leaves when the last step is done. */
  readonly script: readonly Step[];
  /** Scripts for requests of other paths, `*` for any one part: `/orders/*`; the first that fits. */
  readonly paths?: readonly { readonly path: string; readonly script: readonly Step[] }[];
  /** CPU per request beside that of its `cpu` steps: counted for the autoscaler, and contended by nobody. */
  readonly cpuUs: number;
  /** CPU while it runs, whatever it does, in thousandths of a core; absent: none. */
  readonly idleCpuMilli?: number;
  /** Workers: requests in the application at once, the rest wait in arrival order; Infinity: no limit. */
  readonly concurrency: number;
  /** Requests that may wait for a worker; one more is turned away with 503. absent: no limit. */
  readonly queue?: number;
  /** Cores that one pod can use at once if no CPU limit is lower; absent: 4. */
  readonly cores?: number;
  /** A waiting request whose caller has left goes without being served; absent: it is served in vain. */
  readonly drops?: boolean;
  /** From the start of the container until the application takes requests; absent: at once. */
  readonly boot?: Distribution;
  /** How the page shows an answer of this workload: none, black or red stars. */
  readonly stars?: 'none' | 'black' | 'red';
  /** Shares of requests that the application itself fails, at random, each request by one of them at most; absent: none. */
  readonly fails?: readonly Failure[];
  /** No application: a gateway's proxy, which passes on what comes and answers what comes back. */
  readonly passesOn?: true;
}

export type Step =
  /** work: time that passes without using the processor. cpu: computing, at up to one core of what the pod has. */
  | { readonly kind: 'work' | 'cpu'; readonly time: Distribution }
  | {
      /** Calls side by side: the script goes on when all are over, or answers with an error as soon as one of them says so. */
      readonly kind: 'together';
      readonly calls: readonly CallStep[];
    }
  | CallStep;

export interface CallStep {
  readonly kind: 'call';
  readonly host: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  /** How long the application waits for each try. */
  readonly timeoutUs: number;
  /** Tries by the application itself, without a pause; anything but status 200 counts as failed. */
  readonly tries: number;
  /**
   * body: go on, the page tells the error. fail: answer with `failureStatus` at once. answer: with the status of the last try,
   * or with `failureStatus` where there was none.
   */
  readonly onFailure: 'body' | 'fail' | 'answer';
  readonly failureStatus: number;
  /** Request headers that are passed on from the incoming request. */
  readonly forwards: readonly string[];
  /** Share of requests that make it; absent: each does. */
  readonly probability?: number;
  /** The script goes on at once, and what becomes of the call is on no page; absent: it waits. */
  readonly awaits?: false;
  /** The calling pod keeps one connection; undefined: a new one per call. */
  readonly keepAlive?: KeepAlive;
}

/** All calls of a script, in order, those side by side, too. */
export const callsIn = (script: readonly Step[]): CallStep[] =>
  script.flatMap((step) => (step.kind === 'call' ? [step] : step.kind === 'together' ? step.calls : []));
