import { milliseconds, percent } from '../../words/number.ts';

/** A measured value in its unit: "1.3 s", "0.42 %", "57 pods". */
export function amount(value: number, unit: string): string {
  switch (unit) {
    case 'ms':
      return milliseconds(value);
    case 'share':
      return percent(value);
    case 's':
      return `${Number(value.toPrecision(4))} s`;
    default:
      return `${Number(value.toPrecision(4))} ${unit}`;
  }
}

/** "5m", "1m30s", "45s"; negative ones too. */
export function minutesText(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(seconds) / 60);
  const rest = Number((Math.abs(seconds) - 60 * whole).toFixed(3));
  if (whole === 0) return `${sign}${rest}s`;
  return rest === 0 ? `${sign}${whole}m` : `${sign}${whole}m${rest}s`;
}
