import { charts, type ChartName } from '../chart/index.ts';
import { Folding } from '../page/folding.tsx';
import { keepUnits } from '../page/keep-units.ts';
import { Plot } from '../page/plot.tsx';
import { TableView } from '../page/table-view.tsx';
import type { RunView } from './run-view.ts';

/** A chart of the run with its words and numbers; nothing where the run gives none. */
export function ChartFigure({ view, name }: { readonly view: RunView; readonly name: ChartName }) {
  const { record, svgs, styles } = view;
  const svg = svgs.get(name);
  if (svg === undefined) return null;
  const chart = charts[name];
  return (
    <figure>
      <Plot label={chart.question} svg={svg} />
      <figcaption>{keepUnits(chart.question)}</figcaption>
      <Folding title="The same in words and numbers">
        <p>{keepUnits(chart.text(record))}</p>
        <TableView table={chart.table(record)} styles={styles} />
      </Folding>
    </figure>
  );
}
