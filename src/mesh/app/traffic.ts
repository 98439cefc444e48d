import type { Distribution } from '../../kernel/distribution.ts';
import type { RequestHead } from '../envoy/route-match.ts';

/** Who opens pages, at the ingress gateway or from inside the mesh, and when. Times in microseconds of simulated time. */
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
        /** Each user stops after so many; Infinity: never. */
        readonly requestsEach: number;
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
  /** Workload whose pods ask, through their sidecars if they have any; undefined: visitors at the ingress gateway. */
  readonly from?: string;
  /** After this long the client gives up and leaves; absent: it waits as long as it takes. */
  readonly patience?: Distribution;
  /** Clients that differ by a header or cookie; client number n sends `value-n` (or `name=value-n`). */
  readonly clients?: Clients;
  /** Clients keep their connection: to one worker thread or, without a sidecar, to one pod. */
  readonly keepAlive?: KeepAlive;
}

export interface Clients {
  readonly count: number;
  readonly header?: string;
  readonly cookie?: string;
}

/** A connection is opened anew when it is older than this at its next use; Infinity: it lasts. */
export interface KeepAlive {
  readonly maxAgeUs: number;
}
