/**
 * What the pods of a run did: how many there were, what they used, who waited, and what the autoscalers decided. Times are
 * seconds of simulated time, CPU is in cores, latencies in milliseconds.
 */
export interface Capacity {
  readonly verdict: CapacityVerdict;
  /** One entry per template that made pods: a Deployment, or each of a Rollout's versions. */
  readonly workloads: readonly WorkloadCapacity[];
  readonly autoscalers: readonly AutoscalerRecord[];
  /** Lives of pods, in order of time; at most five thousand. */
  readonly podEvents: readonly PodEvent[];
  /** Pages in the run's windows. */
  readonly pages: readonly PageWindow[];
  /** Pages that nobody had been given by the end of the run, and that were late already. */
  readonly overdue: number;
  /** A page that took longer was late. */
  readonly lateMs: number;
  /** Identities of queueing theory that every sound run keeps, and formulas where they apply. */
  readonly laws: readonly LawCheck[];
  /** null: the weights changed, or nothing was split. */
  readonly shareTest: ShareTest | null;
  /** null: was not asked for. */
  readonly rollback: RollbackMeter | null;
}

/** The answer to "did the pods keep up?". */
export interface CapacityVerdict {
  /** No workload was ever short of CPU, workers or pods. */
  readonly keptUp: boolean;
  /** The shift could be reverted safely at every instant that was tried; null: none was. */
  readonly canGoBack: boolean | null;
  readonly sentence: string;
  readonly reasons: readonly string[];
}

/** Whether the share of the version that is shifted to stayed where it was while pods came and went. */
export interface ShareTest {
  readonly service: string;
  readonly version: string;
  /** What it should be in every window. */
  readonly share: number;
  readonly shareIs: 'configured' | 'of the pods at the start';
  readonly windows: number;
  readonly level: number;
  /** Of the least likely window, and Holm's over all. */
  readonly smallestP: number;
  readonly adjustedP: number;
  readonly leastFromSeconds: number | null;
  readonly rejects: boolean;
}

export interface WorkloadCapacity {
  readonly name: string;
  /** Under which the service in focus counts it; null: it is none of its versions. */
  readonly version: string | null;
  /** What is scaled: itself, or the Rollout that it belongs to. */
  readonly target: string;
  /** Of one pod, its sidecar included as far as autoscalers count it; null: a container asks for none. */
  readonly cpuRequestCores: number | null;
  /** Of the application in one pod; null: none. */
  readonly cpuLimitCores: number | null;
  /** Requests that one pod serves at once; null: no limit. */
  readonly concurrency: number | null;
  readonly autoscaler: string | null;
  /** From creation until gone, summed over its pods. */
  readonly podHours: number;
  readonly windows: readonly CapacityWindow[];
}

export interface CapacityWindow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** Replicas asked for, and pods that exist (terminating ones not) and are ready, at the end of the window. */
  readonly wanted: number;
  readonly pods: number;
  readonly ready: number;
  /** Ready pods, mean over the window. */
  readonly readyMean: number;
  /** CPU used, mean over the window: by the applications and by their sidecars. */
  readonly appCores: number;
  readonly sidecarCores: number;
  /** Of what the ready pods ask for, as an autoscaler counts it, not cut: 0.7 is 70 %. null: no request, or no pod. */
  readonly utilization: number | null;
  /** Of the CPU limits of the ready pods: 1 is all that they may use. null: no limit, or no pod. */
  readonly saturation: number | null;
  /** Requests that came to the pods, were answered, found the queue full, or lost their caller while they waited. */
  readonly arrived: number;
  readonly answered: number;
  readonly turnedAway: number;
  readonly abandoned: number;
  /** Requests that should have come to them, but found none that could serve: 503 UH at the caller's proxy. */
  readonly noPod: number;
  /** Requests in the applications: mean over the window; and waiting for a worker at its end. */
  readonly inSystem: number;
  readonly waiting: number;
  /** Mean time in the application of those that left it. */
  readonly meanMs: number;
}

export interface AutoscalerRecord {
  readonly name: string;
  readonly target: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** "cpu 70 % of requests". */
  readonly metrics: readonly string[];
  readonly syncs: readonly SyncRecord[];
}

/** One sync: what it had, what it decided and why. */
export interface SyncRecord {
  readonly atSeconds: number;
  readonly before: number;
  readonly after: number;
  /** Kubernetes' words for a change; '' where there was none. */
  readonly reason: string;
  /** status.currentMetrics in words: "cpu 83 % of requests"; "cpu: no metrics returned from resource metrics API". */
  readonly readings: readonly string[];
  /** The metric's reading as a share of its target where there is one number: 1 is on target. */
  readonly ratio: number | null;
  readonly steps: readonly { readonly step: string; readonly text: string }[];
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  /** Why one autoscaler over several versions stands still although a version alone would be scaled; null: it is not so. */
  readonly blind: string | null;
}

/** Why an autoscaler could not decide at a sync; undefined: it could. */
export const hindranceOf = ({ conditions }: SyncRecord): SyncRecord['conditions'][number] | undefined =>
  conditions.find((own) => own.type === 'AbleToScale' && own.status === 'False') ??
  conditions.find((own) => own.type === 'ScalingActive' && own.status === 'False');

export interface PodEvent {
  readonly atSeconds: number;
  readonly pod: string;
  readonly workload: string;
  readonly what: string;
}

export interface PageWindow {
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly pages: number;
  readonly failed: number;
  readonly late: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface LawCheck {
  /** "Little's law", "utilisation law", "M/M/c". */
  readonly law: string;
  readonly workload: string;
  readonly expected: number;
  readonly found: number;
  /** "requests", "workers", "ms". */
  readonly unit: string;
  /** What the two numbers are, with their formula. */
  readonly text: string;
  /** How far they may be apart, in the unit, and why. */
  readonly tolerance: number;
  readonly ok: boolean;
}

/** What would have happened had the shift been reverted at each instant: each found by playing it. */
export interface RollbackMeter {
  /** The manifest that reverts. */
  readonly file: string;
  readonly everySeconds: number;
  readonly horizonSeconds: number;
  /** Going back was safe where no more than this share of the pages failed or came late. */
  readonly allowShare: number;
  readonly points: readonly RollbackPoint[];
}

export interface RollbackPoint {
  readonly atSeconds: number;
  /** Pages that were complete in the horizon after the revert, and those of them that failed or came late. */
  readonly pages: number;
  readonly failed: number;
  readonly late: number;
  /** Pages that were asked for, and neither there at the end of the horizon nor in time any more. */
  readonly unserved: number;
  /**
   * Seconds of the horizon in which some workload had nothing to spare: no ready pod, or 98 % of its CPU limits or all of its
   * workers in use, by windows of five seconds.
   */
  readonly overSeconds: number;
  /** Workload that was over capacity longest; null: none. */
  readonly tightest: string | null;
  /** p99 of the worst five seconds. */
  readonly p99Ms: number;
  /** failed + late + unserved is at most `allowShare` of pages + unserved. */
  readonly isSafe: boolean;
}
