/** What somebody saw: how often each version came, and in which order and for whom where that is known. */
export interface Sighting {
  readonly keys: readonly string[];
  /** Requests of each key, all of them, also where only a part of the sequence was kept. */
  readonly counts: readonly number[];
  /** Requests of each key while each weights were in force, where that is known and the order is not. */
  readonly phases?: readonly (readonly number[])[];
  /** Index into keys per request, in order; -1: no version (it failed, or cannot be told). */
  readonly sequence?: Int32Array;
  /** Time of each request of `sequence`, microseconds. */
  readonly timesUs?: Float64Array;
  /** Client of each request of `sequence` as a small number; -1: unknown. */
  readonly clients?: Int32Array;
  readonly clientNames?: readonly string[];
  /** The proxy that called, of each request of `sequence`, as an index into `callerNames`; -1: unknown. */
  readonly callers?: Int32Array;
  readonly callerNames?: readonly string[];
  /** Requests of each key that failed, by status and flags ("503 UH"); of all that `counts` counts. */
  readonly failures?: readonly ReadonlyMap<string, number>[];
  /** Which try of its request each of `sequence` is, 1 for the first, as x-envoy-attempt-count says at the pods. */
  readonly attempts?: Int32Array;
  /** True where `sequence` is only the first part of what `counts` counts. */
  readonly truncated?: boolean;
}

/** What should have been: weights per key (any sum), and other weights from some request or moment on. */
export interface Weights {
  readonly keys: readonly string[];
  readonly weights: readonly number[];
  readonly changes?: readonly {
    readonly atIndex?: number;
    readonly atUs?: number;
    readonly weights: readonly number[];
  }[];
}

/** Shares of the weights; all 0 where the sum is 0. */
export function sharesOf(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (total > 0 ? weight / total : 0));
}

/**
 * The shares that were in force at each request of the sequence: changes by index or by time, in their order.
 * @returns per request an index into `rules`.
 */
export function rulesInForce(
  sighting: Sighting,
  weights: Weights,
): { readonly rules: number[][]; readonly ruleOf: Int32Array } {
  const changes = weights.changes ?? [];
  const rules = [weights.weights, ...changes.map((change) => change.weights)].map(sharesOf);
  const ruleOf = new Int32Array(sighting.sequence?.length ?? 0);
  for (let i = 0; i < ruleOf.length; i++) {
    changes.forEach((change, index) => {
      const begun =
        change.atIndex === undefined
          ? change.atUs !== undefined && (sighting.timesUs?.[i] ?? -Infinity) >= change.atUs
          : i >= change.atIndex;
      if (begun) ruleOf[i] = index + 1;
    });
  }
  return { rules, ruleOf };
}
