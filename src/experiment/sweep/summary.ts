import type { SweepMeasure, SweepRun, SweepSummary } from '../../record/sweep.ts';
import { binomInterval, meanCi } from '../../stats/index.ts';

const conf = 0.95;

/**
 * The mean of a measure over runs that are independent of each other: Student's interval; of what a run does or does not, Wilson's.
 * null: no run has it.
 */
export function summaryOf(
  { name, unit }: SweepMeasure,
  runs: readonly Pick<SweepRun, 'values'>[],
): SweepSummary | null {
  const data = runs.flatMap(({ values }) => (values[name] === undefined ? [] : [values[name]]));
  if (data.length === 0) return null;
  const mean = data.reduce((sum, own) => sum + own, 0) / data.length;
  const [low, high] = ends(unit, data);
  return { runs: data.length, mean, low, high, least: Math.min(...data), most: Math.max(...data) };
}

function ends(unit: SweepMeasure['unit'], data: readonly number[]): readonly [number | null, number | null] {
  if (data.length < 2) return [null, null];
  if (unit === 'yes') {
    const k = data.filter((own) => own === 1).length;
    return binomInterval({ k, n: data.length, conf, method: 'wilson' });
  }
  const { lo, hi } = meanCi({ data, conf });
  return [lo, hi];
}

/** Half the interval as a part of the mean; Infinity: not known yet. */
export function relativeHalf(summary: SweepSummary | null): number {
  if (summary === null || summary.low === null || summary.high === null) return Infinity;
  const half = (summary.high - summary.low) / 2;
  return half === 0 ? 0 : half / Math.abs(summary.mean);
}
