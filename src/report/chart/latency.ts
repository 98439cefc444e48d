import { max, min, sum } from 'd3-array';
import { ln } from '../../kernel/math.ts';
import type { LatencySummary, RunRecord } from '../../record/record.ts';
import { pixelCut } from '../glyphs.ts';
import { oneLine } from '../layout.ts';
import { count, milliseconds, plural } from '../../words/number.ts';
import { palette } from '../palette.ts';
import { latencyTable } from '../table/latency.ts';
import type { Table } from '../table/table.ts';
import { keyLabel, splitOf } from '../words.ts';
import { latencyAxis } from './log-axis.ts';
import { plotWidth, poster, type Chart, type Layers, type Position } from './chart.ts';
import { legendPanel } from './legend.ts';

/** Latency against percentile, each further nine as wide as the one before, so that the tail is seen. */
export const latency: Chart = {
  name: 'latency',
  section: 'Latency',
  question: 'Is one version slower?',
  title(record) {
    const rows = answered(record);
    if (rows.length === 0) return this.question;
    const medians = rows.map((row) => `${row.key} ${milliseconds(row.p50)}`).slice(0, 4);
    return `How slow is each version of ${record.focus}? p50: ${medians.join(', ')}`;
  },
  spec(record) {
    const rows = answered(record).slice(0, mostKeys);
    if (rows.length === 0) return null;
    const style = palette(record);
    const label = (row: LatencySummary) =>
      pixelCut(oneLine(`${labelIn(record, row.key)}, n = ${count(row.count)}`), 280, 11);
    const fastest = min(rows, (row) => row.bins[0]![0])!;
    const slowest = max(rows, (row) => row.bins.at(-1)![0])!;
    const nines = max(rows, (row) => tail(row.count))!;
    const ms: Position = {
      field: 'y',
      type: 'quantitative',
      ...latencyAxis(fastest, slowest, 12),
    };
    const percentile: Position = {
      field: 'x',
      type: 'quantitative',
      scale: { domain: [0, nines * 1.03], nice: false },
      axis: {
        title: 'percentile of requests (log scale of what is left)',
        values: namedPercentiles.map(([q]) => depth(q)).filter((x) => x <= nines * 1.03),
        labelExpr: namedPercentiles
          .map(([q, name]) => `abs(datum.value - ${depth(q)}) < 0.001 ? '${name}' : `)
          .join('')
          .concat("''"),
      },
    };
    const layers = rows.flatMap((row): Layers => {
      const { colour, dash, shape } = style(row.key);
      const line = quantileLine(row);
      return [
        {
          data: { values: line },
          mark: {
            type: 'line',
            color: colour,
            strokeWidth: 2.5,
            strokeDash: [...dash],
            interpolate: 'step-before',
          },
          encoding: { x: percentile, y: ms },
        },
        {
          data: {
            values: namedQuantiles(row).map(([q, value]) => ({ x: depth(q), y: value })),
          },
          mark: { type: 'point', color: colour, shape, filled: true, size: 60, opacity: 1 },
          encoding: { x: percentile, y: ms },
        },
      ];
    });
    return poster(
      {
        text: this.title(record),
        subtitle: 'time to the answer at the caller’s proxy; points at p50, p90, p95, p99, p99.9',
        description: this.text(record),
      },
      [
        legendPanel(
          rows.map((row) => ({
            label: label(row),
            colour: style(row.key).colour,
            sign: 'marked-line',
            dash: style(row.key).dash,
            shape: style(row.key).shape,
          })),
        ),
        { width: plotWidth, height: 260, layer: layers },
      ],
    );
  },
  text(record) {
    const rows = answered(record);
    if (rows.length === 0) return `No request to ${record.focus} was answered.`;
    return rows
      .map((row) => {
        const quantiles = namedQuantiles(row).map(([q, value]) => `${nameOf(q)} ${milliseconds(value)}`);
        return `${labelIn(record, row.key)}: ${plural(row.count, 'request')}, ${quantiles.join(', ')}, longest ${milliseconds(row.maxMs)}.`;
      })
      .join(' ');
  },
  table(record): Table {
    const split = splitOf(record, record.focus);
    if (split === undefined) return { caption: 'Latency per version', columns: [], rows: [] };
    return latencyTable(split);
  },
};

const mostKeys = 6;

/** The keys that answered anything. */
function answered(record: RunRecord): LatencySummary[] {
  return (splitOf(record, record.focus)?.latency ?? []).filter((row) => row.count > 0 && row.bins.length > 0);
}

function labelIn(record: RunRecord, key: string): string {
  const split = splitOf(record, record.focus);
  return keyLabel(key, split?.marks[split.keys.indexOf(key)]);
}

const namedPercentiles: readonly (readonly [number, string])[] = [
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

const nameOf = (q: number) => `p${namedPercentiles.find(([each]) => each === q)?.[1] ?? q}`;

/** How deep in the tail a quantile lies: each further nine adds as much. */
const depth = (q: number) => Math.round(-ln(1 - q) * 10_000) / 10_000;

/** The depth that `n` values reach: the last of them stands in the middle of the last 1/n, drawn to 5 nines at most. */
const tail = (n: number) => Math.min(depth(0.99999), depth(1 - 0.5 / Math.max(n, 1)));

/** The percentiles that enough requests stand behind: one value beyond the percentile at least. */
function namedQuantiles(row: LatencySummary): [number, number][] {
  const all: [number, number][] = [
    [0.5, row.p50],
    [0.9, row.p90],
    [0.95, row.p95],
    [0.99, row.p99],
    [0.999, row.p999],
  ];
  return all.filter(([q]) => row.count * (1 - q) >= 1 - 1e-9);
}

/** Upper edges of the bins against the depth that they reach. */
function quantileLine(row: LatencySummary): { x: number; y: number }[] {
  const total = sum(row.bins, ([, n]) => n);
  let below = 0;
  const line = row.bins.map(([edge, n]) => {
    below += n;
    const left = 1 - below / total;
    return {
      x: left <= 1 / total / 2 ? tail(total) : Math.min(depth(below / total), tail(total)),
      y: rounded(edge),
    };
  });
  return [{ x: 0, y: line[0]!.y }, ...line];
}

const rounded = (value: number) => Number(value.toPrecision(5));
