import { mustBeInnerShare, mustBeNumbers } from './argument.ts';
import { twoSidedStudent } from './beta.ts';

/**
 * The mean of independent replications with Student's t interval: half = t_{n-1} sd / sqrt n. `relHalf` is half over
 * |mean| (Infinity at mean 0, unless half is 0 too).
 * @throws RangeError unless data holds 2 or more finite numbers and 0 < conf < 1.
 */
export function meanCi({ data, conf }: { readonly data: readonly number[]; readonly conf: number }): {
  readonly mean: number;
  readonly sd: number;
  readonly half: number;
  readonly lo: number;
  readonly hi: number;
  readonly relHalf: number;
} {
  mustBeNumbers('data', data, 2);
  mustBeInnerShare('conf', conf);
  const mean = meanOf(data);
  const sd = Math.sqrt(squaresAbout(data, mean) / (data.length - 1));
  const half = (twoSidedStudent(conf, data.length - 1) * sd) / Math.sqrt(data.length);
  return {
    mean,
    sd,
    half,
    lo: mean - half,
    hi: mean + half,
    relHalf: half === 0 ? 0 : half / Math.abs(mean),
  };
}

/** Twice summed, so that nothing is rounded away. */
export function meanOf(values: readonly number[]): number {
  const rough = values.reduce((sum, value) => sum + value, 0) / values.length;
  // A second pass gives back what the first one rounded away.
  return rough + values.reduce((sum, value) => sum + (value - rough), 0) / values.length;
}

export function squaresAbout(values: readonly number[], mean: number): number {
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}
