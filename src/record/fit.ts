import type { fitFormat } from './format.ts';

/** What `meshshift fit` found of a system, and how a play of it compares with what it had not seen. */
export interface FitRecord {
  readonly format: typeof fitFormat;
  /** Of meshshift. */
  readonly version: string;
  readonly name: string;
  /** Of what was watched, ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** What was read, a line each. */
  readonly sources: readonly string[];
  readonly numbers: readonly FittedNumber[];
  /** null: it could not be played, for the reason that `unplayed` gives. */
  readonly validation: FitValidation | null;
  readonly unplayed: string | null;
  /** What nothing tells, a sentence each. */
  readonly unknown: readonly string[];
  /** What was made up for lack of it. */
  readonly assumed: readonly string[];
  readonly command: string;
}

export interface FittedNumber {
  /** A workload, `arrivals at X`, `split of X`, `clock of NODE`, `proxies`. */
  readonly about: string;
  readonly what: string;
  readonly unit: string;
  /** null: known only as `text` says it. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly text: string | null;
  readonly n: number;
  readonly source: string;
}

/**
 * agrees: the whole interval of the difference lies within the tolerance. differs: none of it does. Else the data are too few to
 * tell.
 */
export type FitVerdict = 'agrees' | 'differs' | 'too few to tell';

export interface FitLine {
  readonly what: string;
  readonly unit: string;
  readonly observed: number;
  readonly predicted: number;
  /** 95 % of what a single such stretch would show, by the plays. */
  readonly low: number;
  readonly high: number;
  /** Predicted less observed, with what chance allows: of the observed where `relative`, else in the unit. */
  readonly difference: number;
  readonly differenceLow: number;
  readonly differenceHigh: number;
  readonly relative: boolean;
  readonly tolerance: number;
  readonly verdict: FitVerdict;
}

export interface FitValidation {
  /** The fit ends there, and what is compared begins, in seconds from the start. */
  readonly fitUntilSeconds: number;
  readonly seconds: number;
  readonly plays: number;
  readonly lines: readonly FitLine[];
  /** Pages by the minute, over all that was watched; predictions from where the fit ends. */
  readonly minutes: readonly {
    readonly fromSeconds: number;
    readonly pages: number;
    readonly p50Ms: number;
    readonly p99Ms: number;
    readonly predicted: { readonly p50Ms: Band; readonly p99Ms: Band } | null;
  }[];
  /** Pages: quantiles of what was observed, and the band of the plays. */
  readonly quantiles: readonly {
    readonly share: number;
    readonly observedMs: number;
    readonly predictedMs: Band;
  }[];
  /** The line that is furthest off, and what may be the cause. */
  readonly worst: string | null;
}

export interface Band {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}
