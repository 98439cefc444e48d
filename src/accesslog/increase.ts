import type { Series } from './series.ts';

/** How often a counter counted on, and when. */
export interface Increase {
  /** Each by its sample's time in seconds (NaN: not told), in order. */
  readonly steps: readonly { readonly seconds: number; readonly by: number }[];
  /** How often it began anew: its process was restarted. */
  readonly resets: number;
}

/**
 * What a running total counted between its first and its last sample. Where it falls it began anew from 0 (Prometheus, promql
 * `increase`, without its extrapolation to the ends of a range). Samples that are no number are passed over.
 *
 * @param fromZero whether the first sample counts, too: the series began there, after others
 */
export function increaseOf({ times, values }: Series, fromZero: boolean): Increase {
  const steps: { seconds: number; by: number }[] = [];
  let resets = 0;
  let before = fromZero ? 0 : Number.NaN;
  values.forEach((value, place) => {
    if (!Number.isFinite(value)) return;
    if (value > before) steps.push({ seconds: times[place]!, by: value - before });
    else if (value < before) {
      resets += 1;
      if (value > 0) steps.push({ seconds: times[place]!, by: value });
    }
    before = value;
  });
  return { steps, resets };
}
