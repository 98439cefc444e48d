import type { RunRecord } from '../record/record.ts';
import { answerOf } from './answer.ts';
import { guessLines } from './guessed.ts';
import { oneLine } from './layout.ts';
import { moment, pEquals, plural } from '../words/number.ts';
import { decisionTable, lawTable, rollbackTable, shareTestText, workloadTable } from './table/capacity.ts';
import { callerTable } from './table/caller.ts';
import { ejectionTable } from './table/ejection.ts';
import { errorTable } from './table/error.ts';
import { allLatencyTable } from './table/latency.ts';
import { podLoadTable } from './table/pod.ts';
import { propagationTable } from './table/propagation.ts';
import { countsText } from './table/refresh.ts';
import { metersDiffer, meterTable } from './table/meter.ts';
import { splitTable } from './table/split.ts';
import type { Table } from './table/table.ts';
import { capacitySign, capacityTone, verdictSign, verdictWord } from './words.ts';

const mostRows = 24;

/** The run in GitHub-flavoured Markdown, short enough for a pull request comment; details fold away. */
export function renderMarkdown(record: RunRecord): string {
  const { scenario } = record;
  const sections = [
    `## ${markdownText(scenario.title || scenario.name)}`,
    ...head(record),
    record.interrupted ? '> The run was stopped before its end.' : '',
    record.ended === null
      ? ''
      : `> ${markdownText(record.ended.sentence)} Cause: ${markdownText(record.ended.cause)}.`,
    record.expectations.length === 0 ? '' : `### Expectations\n\n${expectations(record)}`,
    ...record.splits
      .filter((split) => split.keys.length > 1 || split.service === record.focus)
      .map((split) => section(`Split of ${split.service}`, splitTable(split))),
    record.refreshes.length === 0 ? '' : `### Refreshes\n\n${refreshes(record)}`,
    ...record.splits
      .filter((split) => split.service === record.focus || metersDiffer(split))
      .map((split) => folded(`Three meters of ${split.service}`, markdownTable(meterTable(split)))),
    ...capacityTables(record),
    folded('Pod by pod', markdownTable(podLoadTable(record.pods))),
    folded('Caller by caller', markdownTable(callerTable(record.callers))),
    section('Errors', errorTable(record)),
    section('Outlier detection', ejectionTable(record)),
    folded('Propagation', markdownTable(propagationTable(record))),
    record.pages.latency.count === 0 ? '' : folded('Latency', markdownTable(allLatencyTable(record))),
    folded('Warnings', list(record.warnings)),
    folded('Read, but without effect in the model', list(record.ignored)),
    folded('Guessed, not measured', list(guessLines(record.guesses))),
    folded('Assumptions and limits', list(record.assumptions)),
    `Repeat it:\n\n${fenced(scenario.command)}`,
    markdownText(
      `${record.version === '' ? 'meshshift' : `meshshift ${record.version}`}, seed ${scenario.seed}, scenario ${scenario.hash}, ` +
        `${moment(scenario.durationSeconds)} simulated, Istio ${record.modelled.istio}, Envoy ${record.modelled.envoy}, Kubernetes ${record.modelled.kubernetes}`,
    ),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

/** The one answer with the other findings; a stored run that has none tells its verdicts as they were. */
function head(record: RunRecord): string[] {
  const { verdict } = record;
  const answer = answerOf(record);
  if (answer === undefined) {
    return [
      `**${verdictSign[verdict.kind]} ${verdictWord[verdict.kind]}: ${markdownText(verdict.sentence)}**`,
      list(verdict.reasons),
      ...capacityHead(record),
    ];
  }
  return [
    `**${answer.sign} ${answer.word}: ${markdownText(answer.sentence)}**`,
    list([...answer.evidence, ...answer.advice]),
    answer.others.length === 0 ? '' : `### Also\n\n${list(answer.others)}`,
  ];
}

function capacityHead({ capacity }: RunRecord): string[] {
  if (capacity === null) return [];
  const { sentence, reasons } = capacity.verdict;
  return [`**${capacitySign[capacityTone(capacity)]} Capacity: ${markdownText(sentence)}**`, list(reasons)];
}

function capacityTables({ capacity }: RunRecord): string[] {
  if (capacity === null) return [];
  return [
    section('Pods', workloadTable(capacity)),
    capacity.shareTest === null ? '' : markdownText(shareTestText(capacity.shareTest)),
    ...capacity.autoscalers.map((own) =>
      folded(`Decisions of autoscaler ${own.name}`, markdownTable(decisionTable(own))),
    ),
    capacity.rollback === null
      ? ''
      : folded('Could the shift still be taken back?', markdownTable(rollbackTable(capacity.rollback))),
    folded('Checks by queueing theory', markdownTable(lawTable(capacity))),
  ];
}

/** Text in which nothing is read as Markdown or HTML. */
function markdownText(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]|~#@$]|(?<=\])\(/g, '\\$&')
    .replace(/^([-+]|\d+[.)])(?=\s)/, (own) => `${own.slice(0, -1)}\\${own.slice(-1)}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function markdownTable(table: Table): string {
  if (table.rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const shown = table.rows.slice(0, mostRows);
  const more = table.rows.length - shown.length;
  return [
    line(table.columns.map((column) => markdownText(column.title))),
    line(table.columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...shown.map((row) => line(row.map(markdownText))),
    ...(more > 0 ? ['', `... and ${plural(more, 'more row')} in the report.`] : []),
  ].join('\n');
}

function section(title: string, table: Table): string {
  return table.rows.length === 0 ? '' : `### ${markdownText(title)}\n\n${markdownTable(table)}`;
}

function folded(title: string, body: string): string {
  return body === '' ? '' : `<details><summary>${markdownText(title)}</summary>\n\n${body}\n\n</details>`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${markdownText(item)}`).join('\n');
}

function expectations(record: RunRecord): string {
  return record.expectations
    .map(
      ({ ok, text, found }) => `- ${ok ? '✅' : '❌ failed:'} ${markdownText(text)}: ${markdownText(found)}`,
    )
    .join('\n');
}

function refreshes(record: RunRecord): string {
  return record.refreshes
    .map((session) => {
      const p = session.p === null ? '' : `; ${pEquals(session.p)}`;
      const counted = `${session.name}: ${countsText(record, session)}${p}. ${session.verdict.sentence}`;
      return `- ${markdownText(counted)}`;
    })
    .join('\n');
}

/** A code block whose fence is longer than any run of backticks within; plain text where HTML would stand in it, since not every reader knows fences. */
function fenced(text: string): string {
  if (/[<>]/.test(text)) return markdownText(text);
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${oneLine(text)}\n${fence}`;
}
