import { ln } from '../../kernel/math.ts';

/** The percentiles that an axis of them names. */
export const namedPercentiles: readonly (readonly [number, string])[] = [
  [0, '0'],
  [0.5, '50'],
  [0.75, '75'],
  [0.9, '90'],
  [0.95, '95'],
  [0.99, '99'],
  [0.999, '99.9'],
  [0.9999, '99.99'],
  [0.99999, '99.999'],
];

/** How deep in the tail a quantile lies: each further nine adds as much. */
export const depth = (q: number): number => Math.round(-ln(1 - q) * 10_000) / 10_000;
