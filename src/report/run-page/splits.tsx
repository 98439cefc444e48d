import type { RunRecord, ServiceSplit } from '../../record/record.ts';
import { Folding } from '../page/folding.tsx';
import { TableView } from '../page/table-view.tsx';
import { splitTable } from '../table/split.ts';
import type { RunView } from './run-view.ts';

/** The service in focus and all with several versions; the others, whose split is no question, fold away. */
export function Splits({ view: { record, styles } }: { readonly view: RunView }) {
  const { splits } = record;
  if (splits.length === 0) return <p>No service had more than one version or a rule.</p>;
  const isOpen = (split: ServiceSplit) => split.keys.length > 1 || split.service === record.focus;
  const tables = (some: RunRecord['splits']) =>
    some.map((split) => <TableView table={splitTable(split)} styles={styles} />);
  const folded = splits.filter((split) => !isOpen(split));
  return (
    <>
      {tables(splits.filter(isOpen))}
      {folded.length > 0 && (
        <Folding title={`Services with one version: ${folded.map((split) => split.service).join(', ')}`}>
          {tables(folded)}
        </Folding>
      )}
      <Glossary />
    </>
  );
}

const Glossary = () => (
  <dl class="glossary">
    <dt>Configured</dt>
    <dd>what the manifests said at that time</dd>
    <dt>Effective</dt>
    <dd>
      what the asked proxies held, averaged over the requests; without a rule, the share of the endpoints
    </dd>
    <dt>Observed</dt>
    <dd>
      what the requests got, counted when the caller’s proxy chose; with Wilson’s 95{'\u00a0'}% interval
    </dd>
    <dt>Chance?</dt>
    <dd>
      two-sided p-value of the observed counts, had each request been drawn by the effective shares: small
      means that luck is a poor explanation
    </dd>
  </dl>
);
