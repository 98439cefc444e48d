import type { TopLevelSpec } from 'vega-lite';
import type { Field, PositionFieldDef } from 'vega-lite/types_unstable/channeldef.js';
import type { LayerSpec } from 'vega-lite/types_unstable/spec/layer.js';
import type { RunRecord } from '../../record/record.ts';
import { pixelLines } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { ink } from '../palette.ts';
import type { Table } from '../table/table.ts';

/** A picture of a finished run that answers one question, with its twins in words and in numbers. */
export interface Chart {
  readonly name: string;
  /** Where it stands in the page of a run. */
  readonly section: ChartSection;
  /** Its panels stand beside one another, each narrow enough for a phone. */
  readonly inPanels?: true;
  /** What a reader wants to know, for any record. */
  readonly question: string;
  /** The question of this record with its answer. */
  title(record: RunRecord): string;
  /** The picture; null where this record holds nothing to draw. */
  spec(record: RunRecord): TopLevelSpec | null;
  /** The same in sentences, for those who do not see the picture. */
  text(record: RunRecord): string;
  /** The numbers that the picture shows. */
  table(record: RunRecord): Table;
}

/** The parts of a run's page, by their titles, that charts stand in. */
export type ChartSection =
  'Calls' | 'What the browser showed' | 'Over time' | 'Capacity' | 'Propagation' | 'Latency';

/** One panel of a chart. */
export type Panel = LayerSpec<Field>;
export type Layers = Panel['layer'];
/** What an x or y channel shows. */
export type Position = PositionFieldDef<Field>;

/** Width of the plots, in pixels; with axis and margins a chart is about 720 wide. */
export const plotWidth = 640;
const fontFamily = 'DejaVu Sans, Arial, sans-serif';

/** Panels below one another under a title, in the look that all charts share. */
export function poster(title: PosterTitle, panels: readonly Panel[], spacing = 14): TopLevelSpec {
  return { ...frame(title, plotWidth + 20), vconcat: [...panels], spacing };
}

/** Panels of one width beside one another, in as many rows as they need. */
export function gallery(
  title: PosterTitle,
  panels: readonly Panel[],
  { columns, panelWidth, spacing }: Readonly<Record<'columns' | 'panelWidth' | 'spacing', number>>,
): TopLevelSpec {
  const width = columns * panelWidth + (columns - 1) * spacing;
  return { ...frame(title, width), concat: [...panels], columns, spacing };
}

/** One drawing in pixels, without axes, under a title. */
export const canvas = (title: PosterTitle, { width, height, layer }: Drawn): TopLevelSpec => ({
  ...frame(title, width),
  width,
  height,
  view: { stroke: null },
  layer: [...layer],
});

interface Drawn {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly layer: Layers;
}

interface PosterTitle {
  readonly text: string;
  readonly subtitle?: string;
  readonly description: string;
}

function frame(title: PosterTitle, width: number) {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: oneLine(title.description),
    background: ink.background,
    padding: 14,
    title: {
      text: pixelLines(oneLine(title.text), width, 16, true),
      ...(title.subtitle === undefined ? {} : { subtitle: pixelLines(oneLine(title.subtitle), width, 12) }),
    },
    config,
  };
}

const config = {
  font: fontFamily,
  aria: false,
  view: { stroke: ink.grid },
  title: {
    anchor: 'start',
    frame: 'bounds',
    color: ink.text,
    fontSize: 16,
    fontWeight: 'bold',
    lineHeight: 21,
    subtitleColor: ink.muted,
    subtitleFontSize: 12,
    subtitleLineHeight: 16,
    subtitlePadding: 6,
    offset: 12,
  },
  axis: {
    labelColor: ink.muted,
    titleColor: ink.text,
    titleFontWeight: 'normal',
    labelFontSize: 11,
    titleFontSize: 12,
    gridColor: ink.grid,
    domainColor: ink.muted,
    tickColor: ink.muted,
    titlePadding: 8,
    labelLimit: 0,
    labelOverlap: 'greedy',
    labelSeparation: 8,
  },
  axisX: { labelFlush: false },
  axisY: { minExtent: 46, domain: false, ticks: false },
  text: { color: ink.text, fontSize: 11, font: fontFamily },
} as const;

/** An axis of shares: 0 %, 25 % ... 100 %. */
export const shareAxis = { values: [0, 0.25, 0.5, 0.75, 1], labelExpr: "round(datum.value * 100) + ' %'" };

/** What a field holds, as it is: a place in pixels, an amount, a colour or another name. */
export const pixel = (field: string) => ({ field, type: 'quantitative', scale: null, axis: null }) as const;
export const amount = (field: string) => ({ field, type: 'quantitative', scale: null }) as const;
export const named = (field: string) => ({ field, type: 'nominal', scale: null }) as const;
