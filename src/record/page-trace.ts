/** One page of a run, hop by hop, with the reason for each decision. Times in ms of simulated time, from the run's start. */
export interface PageTrace {
  readonly schema: 'meshshift/trace/v1';
  readonly version: string;
  readonly scenario: string;
  readonly seed: string;
  /** Number of the page in the run, and among those of its traffic entry; from 1. */
  readonly page: number;
  readonly traffic: string;
  readonly ofTraffic: number;
  readonly atSeconds: number;
  /** False if the run ended before the page was answered. */
  readonly complete: boolean;
  readonly root: Hop;
}

/** One request at its caller's proxy. */
export interface Hop {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  /** Pod whose proxy decides, or which asks without one. */
  readonly caller: string;
  /** False: no rule is consulted, and kube-proxy chose a pod of the Service for the connection. */
  readonly sidecar: boolean;
  readonly openedMs: number;
  /** null: not within the run. */
  readonly endedMs: number | null;
  readonly status: number;
  readonly flags: string;
  readonly key: string | null;
  readonly decision: Decision | null;
  /** Fault rules that were asked, each with its percentage: how long it delays (ms), or the status that it answers. */
  readonly faults: {
    readonly kind: 'delay' | 'abort';
    readonly percent: number;
    readonly delayMs: number | null;
    readonly status: number | null;
    readonly hit: boolean;
  }[];
  readonly tries: readonly HopTry[];
  readonly mirrors: readonly HopTry[];
  /** What the pods that served it asked for in turn. */
  readonly calls: readonly Hop[];
}

export interface Decision {
  /** Worker thread that the connection landed on. */
  readonly worker: number;
  /** Snapshot by which it routed, since when its proxy holds it (null: this worker has it, others not yet). */
  readonly snapshot: number;
  readonly heldSinceSeconds: number | null;
  /** Where a later rule is in force already: when istiod began to push it; null: not yet begun, or there is none. */
  readonly newerPushSeconds: number | null;
  /** The manifests say otherwise by now. */
  readonly stale: boolean;
  readonly routeConfiguration: string;
  readonly virtualHost: string | null;
  /** Routes that came first and did not match: name (often none), rule that they are of, reason. */
  readonly passed: readonly { readonly route: string; readonly rule: string; readonly because: string }[];
  readonly route: string | null;
  readonly rule: string | null;
  /** Status of the proxy's own answer; 0: it forwards. */
  readonly localStatus: number;
  /** The stream's 64-bit value modulo the weights' sum falls into the chosen interval; null: one destination. */
  readonly draw: {
    readonly value: string;
    readonly total: number;
    readonly at: number;
    readonly from: number;
    readonly to: number;
  } | null;
  readonly cluster: string | null;
  readonly timeoutMs: number | null;
}

export interface HopTry {
  /** Balancer; null: kube-proxy, or a mirrored copy. */
  readonly policy: string | null;
  /** Priority level that was drawn from; null where the cluster needs none. */
  readonly priority: number | null;
  /**
   * Endpoints of the cluster, with the requests that this proxy had open there; whether outlier detection has put them out,
   * whether this pick was among them, and which of them were compared.
   */
  readonly candidates: readonly {
    readonly pod: string;
    readonly active: number;
    readonly ejected: boolean;
    readonly eligible: boolean;
    readonly compared: boolean;
  }[];
  /** null: none could be used. */
  readonly pod: string | null;
  /** When the balancer chose, and when a connection took it; null: none did. */
  readonly pickedMs: number;
  readonly sentMs: number | null;
  readonly arrivedMs: number | null;
  /** When the application took it; before that it waited in the pod. */
  readonly begunMs: number | null;
  readonly repliedMs: number | null;
  readonly endedMs: number | null;
  readonly status: number | null;
  /** How it ended without an answer of the pod, in Envoy's words; null: it was answered, or is under way. */
  readonly reset: string | null;
  /** Of a try that a circuit breaker refused: what was counted then, against its limits (null: none). */
  readonly breaker: {
    readonly connections: number;
    readonly maxConnections: number | null;
    readonly pending: number;
    readonly maxPending: number | null;
    readonly requests: number;
    readonly maxRequests: number | null;
  } | null;
  /**
   * What the proxy made of its end: it is the request's end; another try follows; none is left; the breaker of retries is
   * open; a breaker refused this one.
   */
  readonly next: 'done' | 'retry' | 'limit' | 'overflow' | 'refused' | null;
  /** The word of the retry policy that was met, or what stands against a retry, as Envoy's rule says it; null: it was not asked. */
  readonly because: string | null;
  readonly backOffMs: number;
}
