import { Bullets } from '../page/bullets.tsx';
import { Folding } from '../page/folding.tsx';
import { keepUnits } from '../keep-units.ts';
import { Section } from '../page/section.tsx';
import { TableView } from '../page/table-view.tsx';
import type { Table } from '../table/table.ts';
import { decisionTable, lawTable, podTable, shareTestText, workloadTable } from '../table/capacity.ts';
import { podLoadTable } from '../table/pod.ts';
import { Figures } from './figures.tsx';
import type { RunView } from './run-view.ts';

/** Pods, their autoscalers and the way back; nothing where no pod was modelled. */
export function Capacity({ view }: { readonly view: RunView }) {
  const { capacity } = view.record;
  if (capacity === null) return null;
  const pods = podLoadTable(view.record.pods);
  const { shareTest, autoscalers, laws, podEvents } = capacity;
  const drawn = (table: Table) => <TableView table={table} styles={view.styles} />;
  return (
    <Section title="Capacity">
      <Figures view={view} section="Capacity" />
      <Bullets items={capacity.verdict.reasons} />
      {drawn(workloadTable(capacity))}
      {pods.rows.length > 0 && <Folding title={`Pod by pod: ${pods.rows.length}`}>{drawn(pods)}</Folding>}
      {shareTest !== null && <p>{keepUnits(shareTestText(shareTest))}</p>}
      {autoscalers.some((own) => decisionTable(own).rows.length > 0) && (
        <Folding title="Every decision of the autoscalers">
          {autoscalers.map((own) => drawn(decisionTable(own)))}
        </Folding>
      )}
      {laws.length > 0 && <Folding title="Checks by queueing theory">{drawn(lawTable(capacity))}</Folding>}
      {podEvents.length > 0 && <Folding title="Lives of pods">{drawn(podTable(capacity))}</Folding>}
    </Section>
  );
}
