import type { ChartSection } from '../chart/chart.ts';
import { Folding } from '../page/folding.tsx';
import { keepUnits } from '../keep-units.ts';
import { words } from '../page/words.tsx';
import { Plot } from '../page/plot.tsx';
import { TableView } from '../page/table-view.tsx';
import type { RunView } from './run-view.ts';

/** The charts that a section has in this run, each with its words and numbers. */
export const Figures = ({
  view: { record, figures, styles },
  section,
}: {
  readonly view: RunView;
  readonly section: ChartSection;
}) =>
  (figures.get(section) ?? []).map(({ chart, svg }) => (
    <figure>
      <Plot label={chart.question} svg={svg} natural={chart.inPanels === true} />
      <figcaption>{keepUnits(chart.question)}</figcaption>
      <Folding title="The same in words and numbers">
        <p>{words(chart.text(record))}</p>
        <TableView table={chart.table(record)} styles={styles} />
      </Folding>
    </figure>
  ));
