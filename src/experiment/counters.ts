import { copyColumns, grown, nextLength } from '../kernel/columns.ts';
import { flagBits } from '../mesh/envoy/response-flag.ts';

/**
 * Running totals of one run, by small row numbers that may grow while it runs. What happened between two moments is the
 * difference of two copies, so any number of windows, phases and expectations costs the hot path one increment each.
 */
export interface Totals {
  readonly atUs: number;
  /** Requests per service row. */
  readonly requests: Float64Array;
  /** Requests and failed requests per key row. */
  readonly observed: Float64Array;
  readonly errors: Float64Array;
  /**
   * Requests whose key a rule drew: per key row, and per variant row that was drawn by. The others were left to a balancer, came
   * from a caller without a proxy, or went on over a connection that was there.
   */
  readonly drawn: Float64Array;
  readonly draws: Float64Array;
  /** Requests for which no pod was there (UH), per key row. */
  readonly noPod: Float64Array;
  /** Tries that a pod has answered, those that it failed, and mirrored copies sent, per key row. */
  readonly served: Float64Array;
  readonly servedErrors: Float64Array;
  readonly mirrored: Float64Array;
  /** Pages that show the key, per key row of the focus. */
  readonly shown: Float64Array;
  /** Second and later tries by the callers' proxies, per service row. */
  readonly retries: Float64Array;
  /** Requests per variant row: what the asked proxy held, and what the manifests said. */
  readonly held: Float64Array;
  readonly configured: Float64Array;
  /** Requests per service row and response flag bit. */
  readonly flags: Float64Array;
  /** Requests for which no pod was there, and failed answers without a flag, per service row. */
  readonly unserved: Float64Array;
  readonly plainErrors: Float64Array;
  readonly failed: Float64Array;
  readonly pages: number;
  readonly pagesFailed: number;
  readonly pagesLate: number;
  /** Pages with a part missing, per service row. */
  readonly missing: Float64Array;
}

export class Counters {
  requests: Float64Array = new Float64Array(8);
  observed: Float64Array = new Float64Array(16);
  errors: Float64Array = new Float64Array(16);
  drawn: Float64Array = new Float64Array(16);
  draws: Float64Array = new Float64Array(16);
  noPod: Float64Array = new Float64Array(16);
  served: Float64Array = new Float64Array(16);
  servedErrors: Float64Array = new Float64Array(16);
  mirrored: Float64Array = new Float64Array(16);
  shown: Float64Array = new Float64Array(16);
  retries: Float64Array = new Float64Array(8);
  held: Float64Array = new Float64Array(16);
  configured: Float64Array = new Float64Array(16);
  flags: Float64Array = new Float64Array(8 * flagBits);
  unserved: Float64Array = new Float64Array(8);
  plainErrors: Float64Array = new Float64Array(8);
  failed: Float64Array = new Float64Array(8);
  missing: Float64Array = new Float64Array(8);
  pages = 0;
  pagesFailed = 0;
  pagesLate = 0;

  /** Room for these rows; called when a name is new, not per request. */
  ensure(services: number, keys: number, variants: number): void {
    this.requests = longer(this.requests, services);
    this.retries = longer(this.retries, services);
    this.flags = longer(this.flags, services * flagBits);
    this.unserved = longer(this.unserved, services);
    this.plainErrors = longer(this.plainErrors, services);
    this.failed = longer(this.failed, services);
    this.missing = longer(this.missing, services);
    this.observed = longer(this.observed, keys);
    this.errors = longer(this.errors, keys);
    this.drawn = longer(this.drawn, keys);
    this.noPod = longer(this.noPod, keys);
    this.served = longer(this.served, keys);
    this.servedErrors = longer(this.servedErrors, keys);
    this.mirrored = longer(this.mirrored, keys);
    this.shown = longer(this.shown, keys);
    this.held = longer(this.held, variants);
    this.draws = longer(this.draws, variants);
    this.configured = longer(this.configured, variants);
  }

  copy(atUs: number): Totals {
    return {
      atUs,
      requests: this.requests.slice(),
      observed: this.observed.slice(),
      errors: this.errors.slice(),
      drawn: this.drawn.slice(),
      draws: this.draws.slice(),
      noPod: this.noPod.slice(),
      served: this.served.slice(),
      servedErrors: this.servedErrors.slice(),
      mirrored: this.mirrored.slice(),
      shown: this.shown.slice(),
      retries: this.retries.slice(),
      held: this.held.slice(),
      configured: this.configured.slice(),
      flags: this.flags.slice(),
      unserved: this.unserved.slice(),
      plainErrors: this.plainErrors.slice(),
      failed: this.failed.slice(),
      pages: this.pages,
      pagesFailed: this.pagesFailed,
      pagesLate: this.pagesLate,
      missing: this.missing.slice(),
    };
  }

  copyFrom(other: Counters): void {
    copyColumns(this, other);
    this.pages = other.pages;
    this.pagesFailed = other.pagesFailed;
    this.pagesLate = other.pagesLate;
  }
}

/** What was counted from `from` until `to`. */
export const between = (from: Totals, to: Totals, what: CountedRows, row: number): number =>
  (to[what][row] ?? 0) - (from[what][row] ?? 0);

export type CountedRows =
  | 'requests'
  | 'observed'
  | 'errors'
  | 'drawn'
  | 'draws'
  | 'noPod'
  | 'served'
  | 'servedErrors'
  | 'mirrored'
  | 'shown'
  | 'retries'
  | 'held'
  | 'configured'
  | 'flags'
  | 'unserved'
  | 'plainErrors'
  | 'failed'
  | 'missing';

const longer = (column: Float64Array, length: number): Float64Array =>
  column.length >= length ? column : grown(column, nextLength(column.length, length));
