/** What `meshshift plan shift` found. Times in seconds of simulated time, latencies in ms, shares 0..1. */
export interface ShiftPlan {
  readonly schema: typeof shiftPlanSchema;
  readonly version: string;
  readonly scenario: { readonly name: string; readonly hash: string; readonly seed: string };
  /** The service and its versions: `from` gives way to `to`. */
  readonly shift: { readonly service: string; readonly from: string; readonly to: string };
  readonly objectives: readonly string[];
  /** Length of the windows by which objectives are judged. */
  readonly windowSeconds: number;
  /** Replications that a plan must have to be called good, and confidence of the intervals. */
  readonly replications: number;
  readonly confidence: number;
  /** Every plan that was tried, cheapest first; the one as written is among them. */
  readonly candidates: readonly TriedPlan[];
  /** Index into `candidates`; null: none of them was shown to hold. */
  readonly best: number | null;
  readonly sensitivity: readonly Sensitivity[];
  /** The sensitivity whose smallest breaking change is the smallest of all; null: nothing that was tried breaks the plan. */
  readonly breaksFirst: string | null;
  /** Identities of queueing theory in the first run of the best plan. */
  readonly laws: readonly {
    readonly law: string;
    readonly workload: string;
    readonly text: string;
    readonly ok: boolean;
  }[];
  /** What to apply and when, for the best plan. */
  readonly actions: readonly PlanAction[];
  /** Runs that were played; each is a whole run of the scenario. */
  readonly runs: number;
  /** True: stopped before everything was tried. */
  readonly interrupted: boolean;
}

export const shiftPlanSchema = 'meshshift/shift-plan/v1';

/** One way to make the shift. */
export interface Candidate {
  /** Weights of the new version in percent, ascending, the last one 100 or less; null: the timeline as it is written. */
  readonly steps: readonly number[] | null;
  readonly pauseSeconds: number | null;
  readonly autoscalers: readonly AutoscalerChange[];
  /** Pods of the new version for 100 %, of which each step has its part beforehand; 0: what its autoscaler wants. */
  readonly preScale: number;
}

export interface AutoscalerChange {
  readonly name: string;
  readonly min?: number;
  readonly max?: number;
  /** Per cent of CPU requests. */
  readonly target?: number;
}

export interface TriedPlan {
  readonly candidate: Candidate;
  /** "10/25/50/75/100 every 5m, reviews-v3 max 40". */
  readonly text: string;
  readonly verdict: 'holds' | 'fails' | 'unsure' | 'not needed';
  readonly runs: number;
  /** Of both versions, from the first action to the end of the last pause; mean over its runs. */
  readonly podHours: number;
  /** Half width of its interval; null with one run. */
  readonly podHoursHalf: number | null;
  /** From the first action to the end of the last pause. */
  readonly shiftSeconds: number;
  readonly judged: readonly JudgedObjective[];
}

export interface JudgedObjective {
  readonly objective: string;
  /** Mean over the runs of each run's worst window, with the half width of Student's interval (null with one run). */
  readonly mean: number;
  readonly half: number | null;
  readonly limit: number;
  readonly unit: string;
  /** What is left between the upper end of the interval and the limit, as a share of the limit; negative: it is broken. */
  readonly margin: number;
  readonly verdict: 'holds' | 'fails' | 'unsure';
  /** When the worst window of the first run began; null where the objective is about the whole shift. */
  readonly worstAtSeconds: number | null;
}

/** How far an input may be off before the best plan breaks. */
export interface Sensitivity {
  /** "traffic", "work per request of v3" ... */
  readonly input: string;
  /** Largest change tried that holds, and smallest that breaks: "+10 %"; null: none of those tried. */
  readonly holdsAt: string | null;
  readonly breaksAt: string | null;
  /** The breaking change as a share of the input: 0.2 for +20 %. */
  readonly breaksShare: number | null;
  /** The objective that breaks and its value: "p99 1.3 s (limit 400 ms)". */
  readonly by: string | null;
}

export interface PlanAction {
  /** From the first step of the shift; negative: before it. */
  readonly afterSeconds: number;
  readonly command: string;
  readonly why: string;
  /** Name and text of a manifest to apply; null: the command needs none. */
  readonly file: string | null;
  readonly text: string | null;
}
