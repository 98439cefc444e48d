import { max, min } from 'd3-array';
import type { TopLevelSpec } from 'vega-lite';
import { parseDuration } from '../../manifest/quantity.ts';
import type { Sweep, SweepMeasure } from '../../record/sweep.ts';
import { gallery, type Panel, type Position } from '../chart/chart.ts';
import { pixelLines } from '../glyphs.ts';
import { ink } from '../palette.ts';
import { amount } from './amount.ts';
import { shownMeasures, sweepAnswer } from './text.ts';

const colour = '#0072b2';
const panelWidth = 290;

/**
 * A panel a measure: over one varied setting a line of means with the band of their intervals (points with whiskers where its values
 * are no numbers), over two a heat map. null: nothing varied, or more than two settings did.
 */
export function sweepChart(sweep: Sweep): TopLevelSpec | null {
  const { varied, together, measures } = sweep;
  if (varied.length === 0 || (varied.length > 2 && !together)) return null;
  const isMap = varied.length === 2 && !together;
  const panels = shownMeasures(sweep).flatMap((measure) => {
    const place = measures.indexOf(measure);
    return isMap ? [heatPanel(sweep, measure, place)] : [linePanel(sweep, measure, place)];
  });
  if (panels.length === 0) return null;
  const over = varied.map(({ path }) => path).join(' and ');
  return {
    ...gallery(
      {
        text: `${sweep.scenario.name} over ${over}`,
        subtitle: `Means of ${sweep.replications} runs each, with their 95 % intervals`,
        description: sweepAnswer(sweep).sentence,
      },
      panels,
      { columns: 2, panelWidth, spacing: 40 },
    ),
    // Each heat map has its own unit.
    resolve: { scale: { color: 'independent' } },
  };
}

const panelTitle = ({ name, text }: SweepMeasure) =>
  ({
    text: pixelLines(`${name}: ${text}`, panelWidth, 11),
    anchor: 'start',
    fontSize: 11,
    lineHeight: 14,
    fontWeight: 'normal',
    color: ink.muted,
  }) as const;

/** Where a value stands on a line of numbers: 20, 1.5, "30s" in seconds; undefined: nowhere. */
function numberOf(text: string): number | undefined {
  const plain = Number(text);
  if (text.trim() !== '' && Number.isFinite(plain)) return plain;
  const parsed = parseDuration(text);
  return 'us' in parsed ? parsed.us / 1e6 : undefined;
}

const factor = ({ unit }: SweepMeasure): number => (unit === 'share' || unit === 'yes' ? 100 : 1);

const axisTitle = ({ name, unit }: SweepMeasure): string =>
  unit === 'yes'
    ? `${name}, % of runs`
    : unit === 'share'
      ? `${name}, %`
      : unit === 'count'
        ? name
        : `${name}, ${unit}`;

function linePanel({ varied, points }: Sweep, measure: SweepMeasure, place: number): Panel {
  const first = varied[0]!;
  const numbers = first.values.map(numberOf);
  const isLine = numbers.every((own) => own !== undefined);
  const scale = factor(measure);
  const rows = points.flatMap(({ values, summaries }) => {
    const own = summaries[place];
    if (own === null || own === undefined) return [];
    const { mean, low, high } = own;
    return [
      {
        x: isLine ? numberOf(values[0]!)! : values[0]!,
        y: mean * scale,
        low: (low ?? mean) * scale,
        high: (high ?? mean) * scale,
      },
    ];
  });
  const x: Position = isLine
    ? {
        field: 'x',
        type: 'quantitative',
        scale: { zero: false, nice: false },
        axis: { title: first.path, grid: false, tickCount: 6 },
      }
    : { field: 'x', type: 'ordinal', sort: null, axis: { title: first.path, labelAngle: 0 } };
  const top = max(rows, (own) => own.high) ?? 1;
  const foot = Math.min(0, min(rows, (own) => own.low) ?? 0);
  const y: Position = {
    field: 'y',
    type: 'quantitative',
    scale: { domain: measure.unit === 'yes' ? [0, 100] : [foot, top === foot ? foot + 1 : top], nice: true },
    axis: { title: axisTitle(measure), tickCount: 5 },
  };
  const band = {
    data: { values: rows },
    mark: isLine
      ? ({ type: 'area', color: colour, opacity: 0.2 } as const)
      : ({ type: 'rule', color: colour, strokeWidth: 2, opacity: 0.5 } as const),
    encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' } },
  };
  return {
    width: panelWidth,
    height: 180,
    title: panelTitle(measure),
    layer: [
      band,
      ...(isLine
        ? [
            {
              data: { values: rows },
              mark: { type: 'line', color: colour, strokeWidth: 2 } as const,
              encoding: { x, y },
            },
          ]
        : []),
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, opacity: 1, size: 40, color: colour },
        encoding: { x, y },
      },
    ],
  };
}

function heatPanel({ varied, points }: Sweep, measure: SweepMeasure, place: number): Panel {
  const [first, second] = varied as [Sweep['varied'][number], Sweep['varied'][number]];
  const rows = points.flatMap(({ values, summaries }) => {
    const own = summaries[place];
    if (own === null || own === undefined) return [];
    return [{ x: values[0]!, y: values[1]!, z: own.mean, text: amount(measure.unit, own.mean) }];
  });
  const [least, most] = [min(rows, (own) => own.z) ?? 0, max(rows, (own) => own.z) ?? 0];
  const isDark = rows.map((own) => (most === least ? false : (own.z - least) / (most - least) > 0.55));
  const cells = rows.map((own, row) => ({ ...own, ink: isDark[row] ? 'light' : 'dark' }));
  const x: Position = {
    field: 'x',
    type: 'ordinal',
    sort: [...first.values],
    axis: { title: first.path, labelAngle: 0 },
  };
  const y: Position = {
    field: 'y',
    type: 'ordinal',
    sort: [...second.values].reverse(),
    axis: { title: second.path, grid: false },
  };
  const written = (which: 'light' | 'dark', fill: string) =>
    ({
      data: { values: cells.filter((own) => own.ink === which) },
      mark: { type: 'text', color: fill, fontSize: 11 },
      encoding: { x, y, text: { field: 'text', type: 'nominal' } },
    }) as const;
  return {
    width: panelWidth,
    height: 34 * second.values.length,
    title: panelTitle(measure),
    layer: [
      {
        data: { values: cells },
        mark: { type: 'rect', stroke: ink.background },
        encoding: {
          x,
          y,
          color: {
            field: 'z',
            type: 'quantitative',
            scale: { range: ['#eaf2f8', '#0072b2'], domain: [least, most === least ? least + 1 : most] },
            legend: null,
          },
        },
      },
      written('dark', '#1b2733'),
      written('light', '#ffffff'),
    ],
  };
}
