import { Section } from '../page/section.tsx';
import { TableView } from '../page/table-view.tsx';
import { metersDiffer, meterTable } from '../table/meter.ts';
import type { RunView } from './run-view.ts';

/** The same requests counted at the caller, at the pods and by pages, where that is not the same. */
export function Meters({ view: { record, styles } }: { readonly view: RunView }) {
  const splits = record.splits.filter((split) => split.service === record.focus || metersDiffer(split));
  if (splits.length === 0) return null;
  return (
    <Section title="Three meters">
      <p>
        The callers’ proxies count requests (Istio’s <code>reporter="source"</code>), the proxies beside the
        pods count every try and every mirrored copy (<code>reporter="destination"</code>), users see pages.
        Dashboards differ when one reads the one and one the other.
      </p>
      {splits.map((split) => (
        <TableView table={meterTable(split)} styles={styles} />
      ))}
    </Section>
  );
}
