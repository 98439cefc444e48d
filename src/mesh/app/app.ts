import type { Distribution } from '../../kernel/distribution.ts';

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
  /** CPU of the application container per request; counted, not yet a limit. */
  readonly cpuUs: number;
  /** Requests in the application at once, the rest wait in arrival order; Infinity: no limit. */
  readonly concurrency: number;
  /** How the page shows an answer of this workload: none, black or red stars. */
  readonly stars?: 'none' | 'black' | 'red';
  /** A share of requests that the application itself answers with an error, at once and at random. */
  readonly fails?: { readonly share: number; readonly status: number };
}

export type Step =
  | { readonly kind: 'work'; readonly time: Distribution }
  | {
      readonly kind: 'call';
      readonly host: string;
      readonly port: number;
      readonly method: string;
      readonly path: string;
      /** How long the application waits for each try. */
      readonly timeoutUs: number;
      /** Tries by the application itself, without a pause; anything but status 200 counts as failed. */
      readonly tries: number;
      /** body: go on, the page tells the error. fail: answer with `status` at once. */
      readonly onFailure: 'body' | 'fail';
      readonly failureStatus: number;
      /** Request headers that are passed on from the incoming request. */
      readonly forwards: readonly string[];
    };
