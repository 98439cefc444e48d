import type { TopLevelSpec } from 'vega-lite';
import type { ScaleType } from './scale.ts';
import type { NumberFormat } from './number-format.ts';
import { config } from '../chart/chart.ts';

/** What our charts are made of, in the words of vega-lite: panels of layers, and in them marks over data that are given. */
export interface PlainSpec {
  readonly background: string;
  readonly padding: number;
  readonly spacing: number;
  readonly title: { readonly text: readonly string[]; readonly subtitle?: readonly string[] };
  readonly columns?: number;
  readonly vconcat?: readonly PlainPanel[];
  readonly concat?: readonly PlainPanel[];
}

export interface PlainPanel {
  readonly width: number;
  readonly height: number;
  readonly view?: { readonly stroke: null };
  readonly title?: PanelTitle;
  readonly layer: readonly PlainLayer[];
}

export interface PanelTitle {
  readonly text: string;
  readonly anchor: 'start';
  readonly frame: 'group';
  readonly fontSize: number;
  readonly offset: number;
  readonly color: string;
}

export type Row = Readonly<Record<string, unknown>>;

export interface PlainLayer {
  readonly data: { readonly values: readonly Row[] };
  readonly mark: PlainMark;
  readonly encoding: Partial<Readonly<Record<Channel, PlainChannel>>>;
}

export interface PlainMark {
  readonly type: 'line' | 'rule' | 'rect' | 'point' | 'tick' | 'text';
  readonly color?: string;
  readonly fill?: string;
  readonly stroke?: string;
  readonly filled?: boolean;
  readonly opacity?: number;
  readonly strokeWidth?: number;
  readonly strokeDash?: readonly number[];
  readonly strokeJoin?: 'round';
  readonly interpolate?: 'step-after' | 'step-before';
  readonly cornerRadius?: number;
  readonly size?: number;
  readonly shape?: string;
  readonly thickness?: number;
  readonly yOffset?: number;
  readonly align?: 'left' | 'center' | 'right';
  readonly baseline?: 'top' | 'middle' | 'bottom';
  readonly fontWeight?: 'bold' | 'normal';
  readonly fontSize?: number;
  readonly dy?: number;
}

export type Channel = 'x' | 'x2' | 'y' | 'y2' | 'text' | 'color' | 'stroke' | 'shape' | 'detail' | 'order';

/** A field of the data, or a value for all. */
export interface PlainChannel {
  readonly field?: string;
  readonly value?: string | number;
  readonly type?: 'quantitative' | 'nominal';
  /** null: what the field says is meant as it is. */
  readonly scale?: PlainScale | null;
  readonly axis?: PlainAxis | null;
}

export interface PlainScale {
  readonly type?: ScaleType;
  readonly domain?: readonly [number, number];
  readonly nice?: boolean;
  readonly zero?: boolean;
}

export interface PlainAxis {
  readonly title?: string | null;
  readonly values?: readonly number[];
  readonly tickCount?: number;
  readonly tickMinStep?: number;
  readonly format?: NumberFormat;
  readonly labelExpr?: string;
  readonly labels?: boolean;
  readonly ticks?: boolean;
  readonly grid?: boolean;
  readonly minExtent?: number;
}

/** The spec holds something that is not known here. */
export class NotPlain extends Error {}

/** What of a spec is known here is all that it says; else `NotPlain` is thrown. */
export function plainSpec(spec: TopLevelSpec): PlainSpec {
  if (!isPlain(spec)) throw new NotPlain();
  return spec as unknown as PlainSpec;
}

export const panelsOf = ({ vconcat, concat = [] }: PlainSpec): readonly PlainPanel[] => vconcat ?? concat;

type Check = (value: unknown) => boolean;

const number: Check = Number.isFinite;
const text: Check = (value) => typeof value === 'string';
const truth: Check = (value) => typeof value === 'boolean';
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
/** An object with these words alone; what is undefined is not said. */
const part =
  (words: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return false;
    for (const [word, said] of Object.entries(value))
      if (said !== undefined && words[word]?.(said) !== true) return false;
    return true;
  };

const scale = part({
  type: oneOf('linear', 'log', 'sqrt'),
  domain: (value) => Array.isArray(value) && value.length === 2 && value.every(number),
  nice: truth,
  zero: truth,
});
const axis = part({
  title: either(text, oneOf(null)),
  values: listOf(number),
  tickCount: number,
  tickMinStep: number,
  format: oneOf('d', ',d', '~g'),
  labelExpr: text,
  labels: truth,
  ticks: truth,
  grid: truth,
  minExtent: number,
});
const place = either(
  part({ field: text, type: oneOf('quantitative'), scale: oneOf(null), axis: oneOf(null) }),
  part({ field: text, type: oneOf('quantitative'), scale, axis }),
  part({ value: number }),
);
const saying = either(
  part({ field: text, type: oneOf('nominal'), scale: oneOf(null) }),
  part({ value: text }),
);
const mark = part({
  type: oneOf('line', 'rule', 'rect', 'point', 'tick', 'text'),
  color: text,
  fill: text,
  stroke: text,
  filled: truth,
  opacity: number,
  strokeWidth: number,
  strokeDash: listOf(number),
  strokeJoin: oneOf('round'),
  interpolate: oneOf('step-after', 'step-before'),
  cornerRadius: number,
  size: number,
  shape: text,
  thickness: number,
  yOffset: number,
  align: oneOf('left', 'center', 'right'),
  baseline: oneOf('top', 'middle', 'bottom'),
  fontWeight: oneOf('bold', 'normal'),
  fontSize: number,
  dy: number,
});
const panel = part({
  width: number,
  height: number,
  view: part({ stroke: oneOf(null) }),
  title: part({
    text,
    anchor: oneOf('start'),
    frame: oneOf('group'),
    fontSize: number,
    offset: number,
    color: text,
  }),
  layer: listOf(
    part({
      data: part({ values: Array.isArray }),
      mark,
      encoding: part({
        x: place,
        x2: place,
        y: place,
        y2: place,
        text: saying,
        color: saying,
        stroke: saying,
        shape: saying,
        detail: saying,
        order: place,
      }),
    }),
  ),
});
const isPlain = part({
  $schema: text,
  description: text,
  background: text,
  padding: number,
  title: part({ text: listOf(text), subtitle: listOf(text) }),
  config: oneOf(config),
  spacing: number,
  columns: number,
  vconcat: listOf(panel),
  concat: listOf(panel),
});
