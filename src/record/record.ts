import type { Capacity } from './capacity.ts';

/**
 * The shape of a finished run: everything that a report, a verdict or another program may read of it years later.
 * Plain data, JSON there and back. No wall-clock data: the same scenario, seed and version give the same bytes.
 *
 * Times are seconds of simulated time, shares are 0..1, latencies are milliseconds.
 * A "key" names one part of a service's split: the subset that a rule drew or, where no rule matched, the subset
 * (or version label) of the pod that the balancer chose.
 */
export const recordSchema = 'meshshift/run/v1alpha1';

export interface RunRecord {
  readonly schema: typeof recordSchema;
  /** Version of meshshift that ran it. */
  readonly version: string;
  readonly modelled: Modelled;
  readonly scenario: {
    readonly name: string;
    readonly title: string;
    /** 64-bit hash of the resolved scenario with all its texts, hex. */
    readonly hash: string;
    readonly seed: string;
    readonly durationSeconds: number;
    /** The command that repeats the run. */
    readonly command: string;
    /** Settings that differ from the defaults of the modelled versions: "selector: counter (Envoy before Oct 2017)". */
    readonly settings: readonly string[];
  };
  /** One sentence first, then the reasons. */
  readonly verdict: Verdict;
  readonly expectations: readonly Expectation[];
  /** The service whose split the run is about (`reviews`). */
  readonly focus: string;
  /** Every service that had more than one key, or a rule, during the run. */
  readonly splits: readonly ServiceSplit[];
  readonly timeline: readonly TimelineEntry[];
  readonly pushes: readonly Push[];
  /** Endpoints that proxies stopped or began again to choose, in order of time; at most a thousand. */
  readonly ejections: readonly {
    readonly atSeconds: number;
    readonly kind: 'ejected' | 'returned';
    readonly proxy: string;
    readonly cluster: string;
    readonly pod: string;
    readonly reason: string;
  }[];
  /** How the pods fared; null for a run in which they only stood there. */
  readonly capacity: Capacity | null;
  readonly refreshes: readonly RefreshSession[];
  readonly pages: PageTotals;
  readonly metrics: Metrics;
  readonly traffic: readonly TrafficTotals[];
  readonly proxies: readonly { readonly pod: string; readonly workload: string; readonly gateway: boolean }[];
  readonly warnings: readonly string[];
  /** Kinds and fields that were read but do not act in the model. */
  readonly ignored: readonly string[];
  /** Simplifications of the model that bear on this run. */
  readonly assumptions: readonly string[];
  /** True if the run was stopped before its duration. */
  readonly interrupted: boolean;
  /** Set where the run's budget was spent before its duration: all else tells of the time until then. */
  readonly ended?: {
    /** events, clock (no time passes), pages, requests (under way at one time), depth (calls within calls). */
    readonly limit: 'events' | 'clock' | 'pages' | 'requests' | 'depth';
    readonly allowed: number;
    readonly atSeconds: number;
    /** What is spent, when. */
    readonly sentence: string;
    /** The entry of the scenario, the rule or the calls that spent it. */
    readonly cause: string;
  };
}

export interface Modelled {
  readonly istio: string;
  readonly envoy: string;
  readonly kubernetes: string;
}

export interface Verdict {
  /** chance: within the luck of the draw. propagation: old and new rule mixed. fault: something else. none: no split to judge. */
  readonly kind: 'chance' | 'propagation' | 'fault' | 'none';
  /** The one sentence, with its numbers. */
  readonly sentence: string;
  readonly reasons: readonly string[];
}

export interface Expectation {
  readonly text: string;
  readonly ok: boolean;
  /** What was found, with the numbers. */
  readonly found: string;
}

export interface ServiceSplit {
  readonly service: string;
  /** In the order of colour: v1, v2, v3 ... */
  readonly keys: readonly string[];
  /** How the page shows each key: `none`, `black`, `red` stars; null for services without stars. */
  readonly marks: readonly (string | null)[];
  /** What the manifests said, as steps; a step holds until the next. */
  readonly configured: readonly ConfiguredStep[];
  /** Intervals between rule changes, split where the last proxy has caught up. */
  readonly phases: readonly Phase[];
  /** Even windows over the whole run, at most a few hundred. */
  readonly windows: readonly SplitWindow[];
  /** Latency at the caller's proxy over the whole run, per key; ms. */
  readonly latency: readonly LatencySummary[];
}

export interface ConfiguredStep {
  readonly atSeconds: number;
  /** Share per key; undefined where no rule matches (the endpoints' share is then the expectation). */
  readonly shares: readonly number[] | undefined;
  /** Endpoints' share per key, the expectation where no rule matches. */
  readonly endpointShares: readonly number[];
  /** "VirtualService reviews.default, rule 1" or "no rule: default cluster". */
  readonly rule: string;
}

/** Counts by the moment at which the caller's proxy chose (not by completion). */
export interface SplitCounts {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Requests at the callers' proxies. */
  readonly requests: number;
  /** Requests per key; the rest (requests - sum) went nowhere (no route). */
  readonly observed: readonly number[];
  /** Sum over requests of the share that the manifests gave each key at that moment, / requests. NaN-free: null without requests. */
  readonly configured: readonly number[] | null;
  /** The same for the share that the asked proxy held at that moment. */
  readonly effective: readonly number[] | null;
  /** Requests per key that ended in an error seen by the caller's proxy (status 0 or >= 500). */
  readonly errors: readonly number[];
}

export interface Phase extends SplitCounts {
  /** settled: every proxy holds what is configured. propagating: some do not yet. */
  readonly state: 'settled' | 'propagating';
  /** What is in force: "v1 50 %, v3 50 %" or "no rule". */
  readonly rule: string;
  readonly perKey: readonly {
    readonly key: string;
    /** Wilson, 95 %; null without requests. */
    readonly interval: readonly [number, number] | null;
  }[];
  /**
   * Two-sided p-value of the observed counts under independent draws with the effective shares; null where nothing was
   * to be drawn (one destination, no requests) or the expectation is only the endpoints' share.
   */
  readonly p: number | null;
  readonly meters: PhaseMeters;
  /** Name of the test: "exact binomial", "exact Poisson-binomial", "chi-square". */
  readonly test: string | null;
}

/** The same requests seen elsewhere than at their callers' proxies; by key. */
export interface PhaseMeters {
  /** Tries that the pods answered, by the time of the answer: retries and mirrored copies among them. */
  readonly served: readonly number[];
  /** Those that they answered with a status of 500 or more. */
  readonly servedErrors: readonly number[];
  /** Mirrored copies that callers' proxies sent. */
  readonly mirrored: readonly number[];
  /** Second and later tries by the callers' proxies. */
  readonly retries: number;
  /** Pages that showed each key; null for services other than the focus. */
  readonly pages: readonly number[] | null;
  /** Pages that came, but with an error in its place. */
  readonly pagesWithout: number | null;
}

/** Counters of the whole run, as the proxies would export them. */
export interface Metrics {
  readonly requests: readonly {
    readonly reporter: 'source' | 'destination';
    /** Workload of the caller; "unknown": it has no proxy. */
    readonly source: string;
    /** "" where no route named a service. Its namespace, and what its port speaks. */
    readonly service: string;
    readonly namespace: string;
    readonly protocol: 'http' | 'grpc' | 'tcp';
    /** Workload and version label of the pod that was asked last; "unknown" where none was. */
    readonly destination: string;
    readonly version: string;
    /** 0: the caller left. */
    readonly status: number;
    readonly flags: string;
    readonly requests: number;
    /** Sum of their durations in ms, from the request at this reporter's proxy to its answer there. */
    readonly durationMs: number;
    /** How many of them fell below each of `durationEdgesMs` and not below the one before; the last: below none. */
    readonly durations: readonly number[];
  }[];
  /** Upper edges in ms of the proxies' histograms of durations. */
  readonly durationEdgesMs: readonly number[];
  /** Envoy's own statistics that are not 0: `envoy_cluster_upstream_rq_retry` and the like, per pod and cluster. */
  readonly envoy: readonly {
    readonly name: string;
    readonly pod: string;
    readonly cluster: string;
    readonly value: number;
  }[];
}

export interface SplitWindow extends SplitCounts {
  readonly latency: readonly { readonly p50: number; readonly p95: number; readonly p99: number }[];
}

export interface LatencySummary {
  readonly key: string;
  readonly count: number;
  readonly meanMs: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly maxMs: number;
  /** Log-linear bins (upper edge in ms, count), empty bins left out; for drawing. */
  readonly bins: readonly (readonly [number, number])[];
}

export interface TimelineEntry {
  readonly atSeconds: number;
  readonly verb: string;
  /** The manifest, or what else the entry was about: "reviews-v1 to 5". */
  readonly file: string;
  /** "virtualservice/reviews configured", as kubectl says it. */
  readonly changes: readonly string[];
}

export interface Push {
  readonly snapshot: number;
  /** First change that it carries, start of the push, both in seconds. */
  readonly changedSeconds: number;
  readonly startedSeconds: number;
  /** What changed: "VirtualService/default/reviews". */
  readonly changes: readonly string[];
  /** Index into `proxies` and the moment when its last worker used the new routes; null: not within the run. */
  readonly arrivals: readonly { readonly proxy: number; readonly atSeconds: number | null }[];
  /** When the last proxy held it; null where one did not within the run. */
  readonly settledSeconds: number | null;
}

export interface RefreshSession {
  /** Name of the traffic entry. */
  readonly name: string;
  readonly service: string;
  readonly keys: readonly string[];
  readonly refreshes: readonly Refresh[];
  /** Counts per key over the pages that showed the service. */
  readonly counts: readonly number[];
  /** Pages that showed an error in its place. */
  readonly errors: number;
  /**
   * Exact distribution of how many of the pages show `distributionKey`, from the shares that the asked proxy held at each
   * refresh: probability of 0, 1, ... n. Null where there was nothing to draw or no rule.
   */
  readonly distribution: readonly number[] | null;
  /** The same from the configured shares; differs from `distribution` only while a rule is on its way. */
  readonly configuredDistribution: readonly number[] | null;
  readonly distributionKey: string | null;
  /** Two-sided exact p of the count under `distribution`; null as above. */
  readonly p: number | null;
  readonly verdict: Verdict;
}

export interface Refresh {
  readonly atSeconds: number;
  readonly latencyMs: number;
  /** Index into keys, or -1 where the page shows an error in its place or nothing came. */
  readonly key: number;
  /** What the page shows: none, black, red; `error`; `no-ratings` where stars could not be fetched. */
  readonly shows: string;
  /** HTTP status of the page. */
  readonly status: number;
  /** Snapshot held by the proxy that chose, and how old the manifests then were ahead of it. */
  readonly snapshot: number;
  /** True where that proxy did not yet hold what was configured. */
  readonly stale: boolean;
  /** Share of `distributionKey` that the proxy held; null where there was no rule. */
  readonly share: number | null;
  /** Response flags of the last try at the service, Envoy's words: NC, UH; "" for none. */
  readonly flags: string;
}

export interface PageTotals {
  readonly pages: number;
  /** Pages with an HTTP error status. */
  readonly failed: number;
  /** Pages that came with status 200 but told an error in their body, per service whose part is missing. */
  readonly withErrorInBody: readonly { readonly service: string; readonly pages: number }[];
  /** Requests that failed without a flag: the pod said so itself, or nobody was there and the caller has no proxy to say. */
  readonly plainErrors: readonly { readonly service: string; readonly requests: number }[];
  /** Requests at callers' proxies per response flag: NC, UH, NR ... */
  readonly flags: readonly { readonly service: string; readonly flag: string; readonly requests: number }[];
  readonly latency: LatencySummary;
  /** Page views begun but not finished when the run ended. */
  readonly inFlight: number;
  /** Those of them that are late already. */
  readonly overdue: number;
}

export interface TrafficTotals {
  readonly name: string;
  readonly kind: string;
  readonly pages: number;
  readonly failed: number;
}
