import { formatNumber } from '../drawing/number-format.ts';
import { depth, namedPercentiles } from './percentile.ts';

/** What an axis writes at a tick: as vega has it, and the same as a function. */
export interface LabelText {
  readonly expr: string;
  text(value: number): string;
}

/** "25 %". */
export const wholePercent: LabelText = {
  expr: "round(datum.value * 100) + ' %'",
  text: (value) => `${Math.round(value * 100)} %`,
};

/** "2.5 %". */
export const finePercent: LabelText = {
  expr: "format(datum.value * 100, '~g') + ' %'",
  text: (value) => `${formatNumber('~g', value * 100)} %`,
};

/** "20 ms", "5 s". */
export const latencyLabel: LabelText = {
  expr: "datum.value >= 1000 ? format(datum.value / 1000, '~g') + ' s' : format(datum.value, '~g') + ' ms'",
  text: (value) =>
    value >= 1000 ? `${formatNumber('~g', value / 1000)} s` : `${formatNumber('~g', value)} ms`,
};

/** "99.9" at its depth. */
export const percentileLabel: LabelText = {
  expr: namedPercentiles
    .map(([q, name]) => `abs(datum.value - ${depth(q)}) < 0.001 ? '${name}' : `)
    .join('')
    .concat("''"),
  text: (value) => namedPercentiles.find(([q]) => Math.abs(value - depth(q)) < 0.001)?.[1] ?? '',
};

/** All that our axes write. */
export const labelTexts: readonly LabelText[] = [wholePercent, finePercent, latencyLabel, percentileLabel];
