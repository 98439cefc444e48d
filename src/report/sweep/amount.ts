import type { SweepMeasure, SweepSummary } from '../../record/sweep.ts';
import { count, milliseconds, percentTo, seconds } from '../../words/number.ts';

/** A measure's value in its unit: "1.24 %", "412 ms", "57". */
export function amount(unit: SweepMeasure['unit'], value: number): string {
  switch (unit) {
    case 'share':
    case 'yes':
      return percentTo(value, Math.abs(value) < 0.1 ? 2 : 1);
    case 'ms':
      return value < 0 ? `−${milliseconds(-value)}` : milliseconds(value);
    case 's':
      return seconds(value);
    case 'count':
      return Number.isInteger(value) || Math.abs(value) >= 1000
        ? `${value < 0 ? '−' : ''}${count(Math.abs(value))}`
        : String(Number(value.toPrecision(4)));
  }
}

/** Of shares a difference is told in points. */
export function differenceText(unit: SweepMeasure['unit'], value: number): string {
  const sign = value > 0 ? '+' : '';
  return unit === 'share' || unit === 'yes'
    ? `${sign}${String(Number((value * 100).toPrecision(3))).replace('-', '−')} points`
    : `${sign}${amount(unit, value)}`;
}

/** "412 ms ± 9 ms", or how many of the runs did it: "9 of 10". */
export function meanText({ unit }: SweepMeasure, summary: SweepSummary | null): string {
  if (summary === null) return '–';
  const { mean, low, high, least, most, runs } = summary;
  if (unit === 'yes') return `${count(Math.round(mean * runs))} of ${count(runs)}`;
  if (low === null || high === null || least === most) return amount(unit, mean);
  return `${amount(unit, mean)} ± ${amount(unit, (high - low) / 2)}`;
}

/** Where all runs came to the same there is no telling how far they might have differed. */
export const intervalText = (
  { unit }: SweepMeasure,
  { low, high, least, most, runs }: SweepSummary,
): string =>
  low === null || high === null
    ? '–'
    : least === most && unit !== 'yes'
      ? `all ${runs} alike`
      : `${amount(unit, low)} to ${amount(unit, high)}`;
