import { meanCi } from '../stats/index.ts';

/** A mean difference with its interval; null: one run shows nothing of chance. */
export interface PairedDifference {
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * After less before, seed by seed: runs of one seed share their arrivals and draws, so that their difference is what the change
 * does (common random numbers), and seeds are independent of each other (Student's interval of the mean difference).
 *
 * @param conf coverage of the interval, 0 to 1.
 */
export function pairedDifference(
  before: readonly number[],
  after: readonly number[],
  conf = 0.95,
): PairedDifference {
  const data = after.map((own, seed) => own - before[seed]!);
  if (data.length < 2) return { mean: data[0] ?? 0, low: null, high: null };
  const { mean, lo, hi } = meanCi({ data, conf });
  return { mean, low: lo, high: hi };
}
