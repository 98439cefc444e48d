import { exp, ln } from '../kernel/math.ts';
import { count, percent, percentTo } from '../words/number.ts';

/** Numbers as a judgement says them. */

/** How often: 11.8 %, or one in so many where per cents are hard to read. */
export const oftenText = (share: number): string => {
  if (share >= 0.9995) return 'practically all cases';
  if (share >= 0.001) return `${Number((share * 100).toPrecision(3))} % of cases`;
  if (share < 1e-9) return 'fewer than one case in a billion';
  // Two digits: 33,000.
  return `one case in ${count(Number((1 / share).toPrecision(2)))}`;
};

/** Decimals of a percentage with which an interval shows two digits of its own width; two, unless it is narrow. */
export function decimalsOf([low, high]: readonly [number, number]): number {
  const width = (high - low) * 100;
  return width > 0 && width < 0.1 ? Math.min(10, Math.ceil(-ln(width) / ln(10)) + 1) : 2;
}

/** A likelihood ratio from its ln: 3.4, 250, 10^57. */
export const timesText = (log: number): string => {
  const digits = log / ln(10);
  return digits >= 4 ? `10^${Math.round(digits)}` : String(Number(exp(log).toPrecision(2)));
};

/** How the interval of a share is made: Wilson's, near its level on average; Clopper-Pearson's, at least it always. */
export type ShareInterval = 'wilson' | 'clopper-pearson';

export const intervalTitle = (conf: number, interval: ShareInterval): string =>
  `${percent(conf)} interval${interval === 'wilson' ? '' : ' (Clopper-Pearson)'}`;

export function rangeText(
  {
    wilson,
    clopperPearson,
  }: { readonly wilson: readonly [number, number]; readonly clopperPearson: readonly [number, number] },
  interval: ShareInterval,
): string {
  const range = interval === 'wilson' ? wilson : clopperPearson;
  const [low, high] = range.map((end) => percentTo(end, decimalsOf(range)));
  return `${low} to ${high}`;
}

/** Shares as weights: 90/10. */
export const weightsText = (shares: readonly number[]): string =>
  shares.map((share) => Number((share * 100).toFixed(2))).join('/');
