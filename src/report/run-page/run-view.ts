import { group } from 'd3-array';
import type { RunRecord } from '../../record/record.ts';
import type { Chart, ChartSection } from '../chart/chart.ts';
import { charts as chartOf } from '../chart/index.ts';
import type { CellStyles } from '../page/table-view.tsx';
import { palette } from '../palette.ts';
import { keyLabel } from '../words.ts';

/** A chart that was drawn: its name in the registry and its SVG. */
export interface DrawnChart {
  readonly name: string;
  readonly svg: string;
}

/** What the parts of a run's page are drawn from. */
export interface RunView {
  readonly record: RunRecord;
  /** The charts of each section, in the order of their registry. */
  readonly figures: ReadonlyMap<ChartSection, readonly { readonly chart: Chart; readonly svg: string }[]>;
  /** The look of every version, by the label under which tables name it. */
  readonly styles: CellStyles;
}

export function runView(record: RunRecord, charts: readonly DrawnChart[]): RunView {
  const styleOf = palette(record);
  const svgs = new Map(charts.map(({ name, svg }) => [name, svg]));
  const drawn = Object.values(chartOf).flatMap((chart) => {
    const svg = svgs.get(chart.name);
    return svg === undefined ? [] : [{ chart, svg }];
  });
  return {
    record,
    figures: group(drawn, ({ chart }) => chart.section),
    styles: new Map(
      record.splits.flatMap((split) =>
        split.keys.map((key, i) => [keyLabel(key, split.marks[i]), styleOf(key)] as const),
      ),
    ),
  };
}
