import { max, range } from 'd3-array';
import { count } from '../../words/number.ts';
import { bar, ink } from '../palette.ts';
import type { Layers, Position } from './chart.ts';
import type { LegendItem } from './legend.ts';

/** Two outcomes are called equally likely when they differ by rounding only, as in R's binom.test. */
export const tie = 1 + 1e-7;

/** The law of a count, with the count that came. */
export interface Law {
  /** Counts worth drawing, in order, and the probability of each. */
  readonly columns: readonly { readonly count: number; readonly probability: number }[];
  /** From one drawn count to the next; 1 unless there are too many. */
  readonly step: number;
  readonly seen: { readonly count: number; readonly probability: number };
  /** Another law over the same counts, as an outline; null: none. */
  readonly outline: readonly number[] | null;
  readonly axisTitle: string;
  /** Of the key that is counted. */
  readonly colour: string;
}

export const lawLegend: readonly LegendItem[] = [
  { label: 'at least as unlikely as what came', colour: bar.rare, sign: 'area' },
  { label: 'likelier counts', colour: bar.common, sign: 'area' },
  { label: 'what came', colour: ink.text, sign: 'point', shape: 'triangle-down' },
];

/** A column for each count, those at least as unlikely as what came in the strong colour, and a mark over that one. */
export function lawLayers({ columns, step, seen, outline, axisTitle, colour }: Law): Layers {
  const first = Math.min(columns[0]!.count, seen.count);
  const last = Math.max(columns.at(-1)!.count, seen.count);
  const bars = columns.map((own) => ({
    x: own.count - 0.42 * step,
    x2: own.count + 0.42 * step,
    y: own.probability,
    y2: 0,
    colour: own.probability <= seen.probability * tie ? bar.rare : bar.common,
  }));
  const stairs = (outline ?? []).flatMap((y, i) => [
    { x: columns[i]!.count - 0.5 * step, y },
    { x: columns[i]!.count + 0.5 * step, y },
  ]);
  const top = max([...bars, ...stairs], (own) => own.y)!;
  const counts: Position = {
    field: 'x',
    type: 'quantitative',
    scale: { domain: [first - 0.6 * step, last + 0.6 * step], nice: false },
    axis: { title: axisTitle, values: ticks(first, last), format: ',d', grid: false },
  };
  const probability: Position = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: [0, top], nice: true },
    axis: { title: 'probability', tickCount: 4, labelExpr: `format(datum.value * 100, '~g') + ' %'` },
  };
  const outlined: Layers[number] = {
    data: { values: stairs },
    mark: { type: 'line', color: ink.text, strokeWidth: 1.2, strokeDash: [3, 2] },
    encoding: { x: counts, y: probability },
  };
  return [
    {
      data: { values: bars },
      mark: { type: 'rect', opacity: 1 },
      encoding: {
        x: counts,
        x2: { field: 'x2' },
        y: probability,
        y2: { field: 'y2' },
        color: { field: 'colour', type: 'nominal', scale: null },
      },
    },
    ...(stairs.length === 0 ? [] : [outlined]),
    {
      data: { values: [{ x: seen.count, y: seen.probability }] },
      mark: {
        type: 'point',
        shape: 'triangle-down',
        filled: true,
        size: 90,
        opacity: 1,
        color: ink.text,
        yOffset: -9,
      },
      encoding: { x: counts, y: probability },
    },
    {
      data: { values: [{ x: seen.count, y: seen.probability, label: count(seen.count) }] },
      mark: { type: 'text', dy: -17, baseline: 'bottom', fontWeight: 'bold', color: colour },
      encoding: { x: counts, y: probability, text: { field: 'label' } },
    },
  ];
}

/** Every whole count while there is room, else every second, fifth, tenth ... */
function ticks(from: number, to: number): number[] {
  const most = String(to).length > 4 ? 9 : 21;
  let step = 1;
  for (let power = 1; (to - from) / step > most; power *= 10)
    step = [1, 2, 5].map((own) => own * power).find((own) => (to - from) / own <= most) ?? 10 * power;
  return range(Math.ceil(from / step) * step, to + 1, step);
}
