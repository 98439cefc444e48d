import type { PageTrace } from '../record/page-trace.ts';
import type { RunRecord } from '../record/record.ts';
import { answerOf } from './answer.ts';
import { guessLines } from './guessed.ts';
import { count, plural } from '../words/number.ts';
import { Folding } from './page/folding.tsx';
import { renderPage } from './page/page.tsx';
import { ListSection } from './page/list-section.tsx';
import { Section } from './page/section.tsx';
import { TableView } from './page/table-view.tsx';
import { Capacity } from './run-page/capacity.tsx';
import { Expectations } from './run-page/expectations.tsx';
import { Figures } from './run-page/figures.tsx';
import { Meters } from './run-page/meters.tsx';
import { Provenance } from './run-page/provenance.tsx';
import { runView, type DrawnChart, type RunView } from './run-page/run-view.ts';
import { Sessions } from './run-page/sessions.tsx';
import { Splits } from './run-page/splits.tsx';
import { Timeline } from './run-page/timeline.tsx';
import { Verdict } from './run-page/verdict.tsx';
import { callerTable } from './table/caller.ts';
import { ejectionTable } from './table/ejection.ts';
import { errorTable } from './table/error.ts';
import { allLatencyTable } from './table/latency.ts';
import { propagationTable } from './table/propagation.ts';
import type { Table } from './table/table.ts';
import { trafficTable } from './table/traffic.ts';
import { Trace } from './trace/html.tsx';
import { verdictWord } from './words.ts';

/** The run as one HTML file: the answer first, no script, nothing to load, readable in the dark, on a phone and on paper. */
export function renderHtml(
  record: RunRecord,
  charts: readonly DrawnChart[],
  page?: { readonly trace: PageTrace; readonly svg: string },
): string {
  const { scenario, verdict, version } = record;
  const heading = scenario.title || scenario.name;
  return renderPage({
    title: `${answerOf(record)?.word ?? verdictWord[verdict.kind]}: ${heading}`,
    version,
    subject: scenario.name,
    heading,
    children: <Run view={runView(record, charts)} page={page} />,
  });
}

function Run({
  view,
  page,
}: {
  readonly view: RunView;
  readonly page: { readonly trace: PageTrace; readonly svg: string } | undefined;
}) {
  const { record, figures, styles } = view;
  const { expectations, refreshes, timeline, pushes, ejections, pages } = record;
  const errors = errorTable(record);
  const callers = callerTable(record.callers);
  const drawn = (table: Table) => <TableView table={table} styles={styles} />;
  return (
    <>
      <Verdict record={record} />
      {figures.has('Calls') && (
        <Section title="Calls">
          <Figures view={view} section="Calls" />
          {callers.rows.length > 0 && <Folding title="Caller by caller">{drawn(callers)}</Folding>}
        </Section>
      )}
      {expectations.length > 0 && <Expectations expectations={expectations} />}
      <Section title="Split">
        <Splits view={view} />
      </Section>
      {(refreshes.length > 0 || figures.has('What the browser showed')) && (
        <Section title="What the browser showed">
          <Sessions record={record} />
          <Figures view={view} section="What the browser showed" />
        </Section>
      )}
      {(timeline.length > 0 || figures.has('Over time')) && (
        <Section title="Over time">
          <Timeline timeline={timeline} />
          <Figures view={view} section="Over time" />
        </Section>
      )}
      <Capacity view={view} />
      <Meters view={view} />
      {(pushes.length > 0 || figures.has('Propagation')) && (
        <Section title="Propagation">
          <Figures view={view} section="Propagation" />
          {drawn(propagationTable(record))}
        </Section>
      )}
      <Section title="Errors">{errors.rows.length === 0 ? <p>None.</p> : drawn(errors)}</Section>
      {ejections.length > 0 && (
        <Section title="Outlier detection">
          <Folding title={`Ejections and returns: ${count(ejections.length)}`}>
            {drawn(ejectionTable(record))}
          </Folding>
        </Section>
      )}
      {(pages.latency.count > 0 || figures.has('Latency')) && (
        <Section title="Latency">
          <Figures view={view} section="Latency" />
          {pages.latency.count > 0 && drawn(allLatencyTable(record))}
        </Section>
      )}
      {page !== undefined && (
        <Section title="One page, hop by hop">
          <Trace {...page} />
        </Section>
      )}
      <Section title="Traffic">
        {drawn(trafficTable(record))}
        {pages.inFlight > 0 && (
          <p>{`${plural(pages.inFlight, 'page')} ${pages.inFlight === 1 ? 'was' : 'were'} still being served when the run ended.`}</p>
        )}
      </Section>
      <ListSection title="Warnings" items={record.warnings} />
      <ListSection title="Read, but without effect in the model" items={record.ignored} />
      <ListSection title="Differs from the defaults" items={record.scenario.settings} />
      <ListSection title="Guessed, not measured" items={guessLines(record.guesses)} />
      <ListSection title="Assumptions and limits" items={record.assumptions} />
      <Provenance record={record} />
    </>
  );
}
