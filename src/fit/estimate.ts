import { binomInterval } from '../stats/interval.ts';
import { binomQuantile } from '../stats/binomial.ts';
import { meanCi } from '../stats/mean-ci.ts';

/** A fitted number, in the unit that the field's name says, with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  /** -Infinity where the data set no lower end. */
  readonly low: number;
  /** Infinity where the data set no upper end. */
  readonly high: number;
  /** How many observations it rests on. */
  readonly n: number;
  /** What was read, in a word or two: `traces`, `inbound logs`. */
  readonly source: string;
}

const confidence = 0.95;

/** k of n, with Wilson's interval; n = 0 says nothing: 0 to 1. */
export function shareEstimate(k: number, n: number, source: string): Estimate {
  if (n === 0) return { value: 0, low: 0, high: 1, n, source };
  const [low, high] = binomInterval({ k, n, conf: confidence, method: 'wilson' });
  return { value: k / n, low, high, n, source };
}

/**
 * A quantile of sorted values with the interval of order statistics, which holds for any law: the number of values below the true
 * quantile is binomial (David & Nagaraja 2003, "Order Statistics", section 7.1). @throws if there is no value.
 */
export function quantileEstimate(sorted: ArrayLike<number>, q: number, source: string): Estimate {
  const n = sorted.length;
  if (n === 0) throw new Error('a quantile of nothing');
  const value = quantileOf(sorted, q);
  const below = binomQuantile({ n, p: q, q: (1 - confidence) / 2 });
  const above = binomQuantile({ n, p: q, q: (1 + confidence) / 2 });
  return {
    value,
    low: below === 0 ? -Infinity : sorted[below - 1]!,
    high: above >= n ? Infinity : sorted[above]!,
    n,
    source,
  };
}

/** Linear between neighbours, the first value at 0 and the last at 1. */
export function quantileOf(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  return below + 1 < sorted.length ? low + (place - below) * (sorted[below + 1]! - low) : low;
}

/** The mean of independent values with Student's interval; of one value the ends are not known. */
export function meanEstimate(values: readonly number[], source: string): Estimate {
  const n = values.length;
  if (n < 2) return { value: values[0] ?? NaN, low: -Infinity, high: Infinity, n, source };
  const { mean, lo, hi } = meanCi({ data: values, conf: confidence });
  return { value: mean, low: lo, high: hi, n, source };
}
