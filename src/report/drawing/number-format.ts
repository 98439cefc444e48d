import { tickStep } from 'd3-array';

/** Numbers as d3-format writes them, by the specifiers that our axes use. */
export type NumberFormat = 'd' | ',d' | '~g';

export function formatNumber(specifier: NumberFormat, value: number): string {
  switch (specifier) {
    case 'd':
      return signed(value, String(Math.round(Math.abs(value))));
    case ',d':
      return signed(value, grouped(String(Math.round(Math.abs(value)))));
    case '~g':
      return signed(value, trimmed(Math.abs(value).toPrecision(6)));
  }
}

/** Fixed decimals: as many as tell the ticks of an axis apart. */
export function spanFormat(from: number, to: number, count: number): (value: number) => string {
  const decimals = Math.max(0, -exponent(tickStep(from, to, count)));
  return (value) => signed(value, grouped(Math.abs(value).toFixed(decimals)));
}

const exponent = (value: number): number => Number(Math.abs(value).toExponential().split('e')[1]);

/** With the sign that is a minus, where anything is left of the number. */
const signed = (value: number, written: string): string =>
  value < 0 && Number(written.replaceAll(',', '')) !== 0 ? `−${written}` : written;

const grouped = (written: string): string =>
  written.replace(/^\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));

/** Without zeros that say nothing: "1.50000e+6" is "1.5e+6". */
const trimmed = (written: string): string =>
  written.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
