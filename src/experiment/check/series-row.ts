import type { Series } from '../../accesslog/series.ts';
import type { Evidence } from './evidence.ts';

/** What the numbers of a series are: a running total, requests since the sample before, or requests per second. */
export interface Meaning {
  readonly kind: 'total' | 'count' | 'rate';
  /** Of a rate at one moment: over so long. */
  readonly seconds?: number | undefined;
}

/** One series, its samples of all sources in the order of time. */
export interface Row {
  readonly source: string;
  readonly evidence: Evidence;
  readonly series: Series;
  /** When its source begins to tell of anything. */
  readonly beginSeconds: number;
  /** Undefined where only the numbers themselves can say. */
  readonly meaning: Meaning | undefined;
}

/** So many requests, told at that time. */
export interface Step {
  readonly seconds: number;
  readonly by: number;
}

export interface Steps {
  readonly row: Row;
  readonly steps: readonly Step[];
}
