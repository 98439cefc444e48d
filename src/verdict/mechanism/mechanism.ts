/** What mechanisms are weighed by: choices as indices into `keys`, and the rules that are said to have been in force. */
export interface Evidence {
  /** Versions that have a weight, and those that were seen without one. */
  readonly keys: readonly string[];
  /** Requests of each key, among those that are weighed. */
  readonly counts: readonly number[];
  /** Shares of each rule, in their order in time; one where the weights did not change. */
  readonly rules: readonly (readonly number[])[];
  /** Index into `rules` of each request of `sequence`. */
  readonly ruleOf: Int32Array;
  /** The choices in their order; empty where only a tally is at hand. */
  readonly sequence: Int32Array;
  /** Of each request of `sequence`, the probability of what came under the rule in force. */
  readonly chance: Float64Array;
  /** ln likelihood of all that came under independent draws at the rules in force; -Infinity where a weight was 0. */
  readonly logIndependent: number;
  /** Client of each request, -1 unknown; undefined where fewer than two are known. */
  readonly clients: Int32Array | undefined;
  /** Who held a rule at each request: the calling proxies where two or more are known, else the clients. */
  readonly callers: Int32Array | undefined;
  /** Their names, by the number that stands for them. */
  readonly callerNames: readonly string[] | undefined;
  /** Which try of its request each one is, from 1. */
  readonly attempts: Int32Array | undefined;
  readonly timesUs: Float64Array | undefined;
  /** Running pods of each key. */
  readonly podCounts: readonly number[] | undefined;
}

/** Fitted parameters as plain data: numbers, words, and lists of them. Shares are 0 to 1, intervals are [low, high]. */
export interface Fitted {
  readonly [name: string]: FittedValue;
}
export type FittedValue = number | string | boolean | null | readonly FittedValue[] | Fitted;

export interface Description {
  /** What was fitted, in a sentence of a tired engineer's words. */
  readonly sentence: string;
  readonly fitted: Fitted;
}

/** A way in which versions may come that is not independent draws at the configured weights. */
export interface Mechanism {
  /** Why it would look like this; continues "It looks like <name>: ". */
  readonly because: string;
  /** How common it is in a mesh, against the others: 1 unless there is reason for more. It orders what fits alike. */
  readonly common: number;
  /** What it needs beyond a tally. */
  readonly needs: 'tally' | 'sequence' | 'clients' | 'callers';
  /** Whether it can be weighed where the weights changed (and were said to change) while it was watched. */
  readonly spansRules: boolean;
  /** What data would tell it from others that fit alike. */
  readonly settledBy: string;
  /**
   * ln of a probability law over all sequences (or tallies, in any order) of this length, at what came: it sums to at most
   * 1, so that its ratio to the law of independent draws is an e-value, and so is the mean over mechanisms. -Infinity: cannot be.
   */
  logLikelihood(evidence: Evidence): number;
  /** The parameters that fit best, with intervals of confidence `conf`. Asked only where the likelihood is finite. */
  describe(evidence: Evidence, conf: number): Description;
}
