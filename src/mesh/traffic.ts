import type { Distribution } from '../kernel/distribution.ts';
import type { RequestHead } from './envoy/route-match.ts';

/** Who opens pages at the ingress gateway, and when. Times in microseconds of simulated time. */
export type Traffic = TrafficBase &
  (
    | {
        /** One browser: the next refresh comes at its time, but never before the page before it has arrived. */
        readonly kind: 'refresh';
        readonly count: number;
        readonly everyUs: number;
        readonly startUs: number;
      }
    | {
        /** Open arrivals at a rate that follows the profile: Poisson, or evenly spaced. */
        readonly kind: 'poisson' | 'constant';
        /** Ascending; before the first entry the rate is 0. */
        readonly profile: readonly { readonly atUs: number; readonly rps: number }[];
        /** steps: a rate holds until the next entry. ramp: it changes linearly between entries. */
        readonly shape: 'steps' | 'ramp';
      }
    | {
        /** A closed loop: each user thinks, opens the page, waits for it, thinks again. */
        readonly kind: 'users';
        readonly users: number;
        readonly think: Distribution;
        readonly startUs: number;
      }
    | {
        /** A recorded stream, request by request; times ascend. */
        readonly kind: 'replay';
        readonly atUs: Float64Array;
        /** Index into `heads` per request. */
        readonly head: Int32Array;
        readonly heads: readonly RequestHead[];
      }
  );

interface TrafficBase {
  readonly name: string;
  /** What is asked for; `replay` brings its own. */
  readonly request: RequestHead;
  /** Port of the gateway's server; undefined: the first one. */
  readonly port?: number;
}
