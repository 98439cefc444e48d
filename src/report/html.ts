import type { PageTrace } from '../record/page-trace.ts';
import type { RunRecord, ServiceSplit } from '../record/record.ts';
import { charts as chartOf, type ChartName } from './chart/index.ts';
import { palette } from './palette.ts';
import { moment, pEquals } from '../words/number.ts';
import { answerBox, code, folding, heading, htmlPage, list, plot, section } from './page.ts';
import { decisionTable, lawTable, podTable, shareTestText, workloadTable } from './table/capacity.ts';
import { ejectionTable } from './table/ejection.ts';
import { errorTable } from './table/error.ts';
import { allLatencyTable } from './table/latency.ts';
import { propagationTable } from './table/propagation.ts';
import { countsText } from './table/refresh.ts';
import { metersDiffer, meterTable } from './table/meter.ts';
import { splitTable } from './table/split.ts';
import { swatch } from './swatch.ts';
import { tableHtml } from './table/html.ts';
import type { Table } from './table/table.ts';
import { trafficTable } from './table/traffic.ts';
import { escaped } from './escaped.ts';
import { traceSection } from './trace/html.ts';
import {
  capacitySign,
  capacityTone,
  entryText,
  keyLabel,
  verdictSign,
  verdictTone,
  verdictWord,
} from './words.ts';

/** A chart that was drawn: its name in the registry and its SVG. */
export interface DrawnChart {
  readonly name: string;
  readonly svg: string;
}

/**
 * The run as one HTML file: the answer first, no script, nothing to load, readable in the dark, on a phone and on paper.
 * Everything that comes from the record is escaped.
 */
export function renderHtml(
  record: RunRecord,
  charts: readonly DrawnChart[],
  page?: { readonly trace: PageTrace; readonly svg: string },
): string {
  const { scenario } = record;
  const figures = (...names: readonly ChartName[]) =>
    names.map((name) => figure(record, name, charts)).join('');
  const swatches = swatchesOf(record);
  const table = (each: Table) => tableHtml(each, swatches);
  return htmlPage({
    title: `${verdictWord[record.verdict.kind]}: ${scenario.title || scenario.name}`,
    version: record.version,
    header: heading(scenario.name, scenario.title || scenario.name),
    main: `${verdictHtml(record)}
${capacityVerdictHtml(record)}
${expectationsHtml(record)}
${section('Split', splitsHtml(record, table) + glossary(record))}
${section('What the browser showed', sessionsHtml(record) + figures('refresh-strip', 'exact-distribution'))}
${section('Over time', timelineHtml(record) + figures('split-over-time'))}
${section('Capacity', capacityHtml(record, table, figures))}
${section('Three meters', metersHtml(record, table))}
${section('Propagation', figures('propagation') + table(propagationTable(record)))}
${section('Errors', errorsHtml(record, table))}
${section('Outlier detection', record.ejections.length === 0 ? '' : table(ejectionTable(record)))}
${section('Latency', figures('latency') + (record.pages.latency.count === 0 ? '' : table(allLatencyTable(record))))}
${page === undefined ? '' : section('One page, hop by hop', traceSection(page.trace, page.svg))}
${section('Traffic', table(trafficTable(record)) + inFlightHtml(record))}
${section('Warnings', list(record.warnings))}
${section('Read, but without effect in the model', list(record.ignored))}
${section('Differs from the defaults', list(scenario.settings))}
${section('Assumptions and limits', list(record.assumptions))}
${section('Repeat it', `${code(scenario.command)}${provenance(record)}`)}`,
  });
}

function verdictHtml({ verdict, interrupted, ended }: RunRecord): string {
  return answerBox({
    id: 'verdict',
    tone: verdictTone[verdict.kind],
    sign: verdictSign[verdict.kind],
    word: verdictWord[verdict.kind],
    sentence: verdict.sentence,
    body: `${list(verdict.reasons)}${interrupted ? '<p><strong>The run was stopped before its end;</strong> this is what had happened until then.</p>' : ''}${ended === undefined ? '' : `<p><strong>${escaped(ended.sentence)}</strong> Cause: ${escaped(ended.cause)}. This is what had happened until then.</p>`}`,
  });
}

/** The planner's answer beside the first: did the pods keep up, and could one still go back? */
function capacityVerdictHtml({ capacity }: RunRecord): string {
  if (capacity === null) return '';
  const tone = capacityTone(capacity);
  const { sentence, reasons } = capacity.verdict;
  return answerBox({
    id: 'capacity',
    tone,
    sign: capacitySign[tone],
    word: 'Capacity',
    sentence,
    body: list(reasons),
  });
}

function capacityHtml(
  { capacity }: RunRecord,
  table: (each: Table) => string,
  figures: (...names: readonly ChartName[]) => string,
): string {
  if (capacity === null) return '';
  const share = capacity.shareTest === null ? '' : `<p>${escaped(shareTestText(capacity.shareTest))}</p>`;
  const decisions = capacity.autoscalers.map((own) => table(decisionTable(own))).join('');
  const laws =
    capacity.laws.length === 0 ? '' : folding('Checks by queueing theory', table(lawTable(capacity)));
  const pods = capacity.podEvents.length === 0 ? '' : folding('Lives of pods', table(podTable(capacity)));
  return [
    figures('capacity', 'rollback'),
    table(workloadTable(capacity)),
    share,
    decisions === '' ? '' : folding('Every decision of the autoscalers', decisions),
    laws,
    pods,
  ].join('');
}

function expectationsHtml({ expectations }: RunRecord): string {
  if (expectations.length === 0) return '';
  const failed = expectations.filter((each) => !each.ok).length;
  const head = failed === 0 ? `all ${expectations.length} met` : `${failed} of ${expectations.length} failed`;
  const items = expectations.map(
    ({ ok, text, found }) =>
      `<li class="${ok ? 'met' : 'failed'}"><strong><span aria-hidden="true">${ok ? '✓' : '✗'}</span> ${ok ? 'met' : 'failed'}</strong> ${escaped(text)}<br><span class="found">${escaped(found)}</span></li>`,
  );
  return section(`Expectations: ${head}`, `<ul class="expectations">${items.join('')}</ul>`);
}

/** The service in focus and all with several versions; the others, whose split is no question, fold away. */
function splitsHtml(record: RunRecord, table: (each: Table) => string): string {
  const isOpen = (split: ServiceSplit) => split.keys.length > 1 || split.service === record.focus;
  const tables = (splits: readonly ServiceSplit[]) =>
    splits.map((split) => table(splitTable(split))).join('');
  const folded = record.splits.filter((split) => !isOpen(split));
  if (folded.length === 0) return tables(record.splits);
  const names = folded.map((split) => split.service).join(', ');
  return `${tables(record.splits.filter(isOpen))}${folding(`Services with one version: ${names}`, tables(folded))}`;
}

function metersHtml(record: RunRecord, table: (each: Table) => string): string {
  const splits = record.splits.filter((split) => split.service === record.focus || metersDiffer(split));
  if (splits.length === 0) return '';
  return `<p>The callers’ proxies count requests (Istio’s <code>reporter="source"</code>), the proxies beside the pods count every try and every mirrored copy (<code>reporter="destination"</code>), users see pages. Dashboards differ when one reads the one and one the other.</p>${splits.map((split) => table(meterTable(split))).join('')}`;
}

function sessionsHtml(record: RunRecord): string {
  return record.refreshes
    .map((session) => {
      const p = session.p === null ? '' : ` (${pEquals(session.p)})`;
      return `<p><strong>${escaped(session.name)}</strong>: ${escaped(countsText(record, session))}${p}. ${escaped(session.verdict.sentence)}</p>`;
    })
    .join('');
}

function timelineHtml(record: RunRecord): string {
  const items = record.timeline.map(
    (entry) =>
      `<li><strong>${moment(entry.atSeconds)}</strong> ${escaped(entryText(entry))}${entry.changes.length === 0 ? '' : `: ${escaped(entry.changes.join(', '))}`}</li>`,
  );
  return items.length === 0 ? '' : `<ul class="timeline">${items.join('')}</ul>`;
}

function errorsHtml(record: RunRecord, table: (each: Table) => string): string {
  const errors = errorTable(record);
  return errors.rows.length === 0 ? '<p>None.</p>' : table(errors);
}

function inFlightHtml({ pages }: RunRecord): string {
  return pages.inFlight === 0
    ? ''
    : `<p>${pages.inFlight} pages were still being served when the run ended.</p>`;
}

function glossary(record: RunRecord): string {
  if (record.splits.length === 0) return '<p>No service had more than one version or a rule.</p>';
  return `<dl class="glossary">
<dt>Configured</dt><dd>what the manifests said at that time</dd>
<dt>Effective</dt><dd>what the asked proxies held, averaged over the requests; without a rule, the share of the endpoints</dd>
<dt>Observed</dt><dd>what the requests got, counted when the caller’s proxy chose; with Wilson’s 95 % interval</dd>
<dt>Chance?</dt><dd>two-sided p-value of the observed counts, had each request been drawn by the effective shares: small means that luck is a poor explanation</dd>
</dl>`;
}

function provenance({ version, scenario, modelled }: RunRecord): string {
  const facts: readonly (readonly [string, string])[] = [
    ['meshshift', version],
    ['Seed', scenario.seed],
    ['Scenario hash', scenario.hash],
    ['Simulated', moment(scenario.durationSeconds)],
    ['Modelled', `Istio ${modelled.istio}, Envoy ${modelled.envoy}, Kubernetes ${modelled.kubernetes}`],
  ];
  return `<dl class="provenance">${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`;
}

function figure(record: RunRecord, name: ChartName, drawn: readonly DrawnChart[]): string {
  const svg = drawn.find((each) => each.name === name)?.svg;
  if (svg === undefined) return '';
  const chart = chartOf[name];
  return `<figure>
${plot(chart.question, svg)}
<figcaption>${escaped(chart.question)}</figcaption>
${folding('The same in words and numbers', `<p>${escaped(chart.text(record))}</p>${tableHtml(chart.table(record), swatchesOf(record))}`)}
</figure>`;
}

/** The sign of every version, by the label under which tables name it. */
function swatchesOf(record: RunRecord): ReadonlyMap<string, string> {
  const style = palette(record);
  return new Map(
    record.splits.flatMap((split) =>
      split.keys.map((key, i) => [keyLabel(key, split.marks[i]), swatch(style(key))] as const),
    ),
  );
}
