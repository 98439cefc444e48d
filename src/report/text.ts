import { max } from 'd3-array';
import type { RunRecord, ServiceSplit, Verdict } from '../record/record.ts';
import { answerOf } from './answer.ts';
import { guessLines } from './guessed.ts';
import { oneLine, tableLines, wrapped } from './layout.ts';
import { count, missing, moment, plural, seconds, span } from '../words/number.ts';
import { arrivalDelays } from './table/propagation.ts';
import { chanceText, nowhereCells, shareCells } from './table/split.ts';
import { allLatencyTable } from './table/latency.ts';
import { decisionTable, rollbackTable, shareTestText, workloadTable } from './table/capacity.ts';
import { callerTable } from './table/caller.ts';
import { ejectionTable } from './table/ejection.ts';
import { errorTable } from './table/error.ts';
import { podLoadTable } from './table/pod.ts';
import { metersDiffer, meterTables } from './table/meter.ts';
import type { Paint } from './paint.ts';
import { left, right, type Table } from './table/table.ts';
import { refreshLines } from './refresh-lines.ts';
import {
  entryText,
  involvedKeys,
  keyLabel,
  nowhere,
  pushText,
  capacitySign,
  capacityTone,
  verdictSign,
  verdictWord,
} from './words.ts';

export interface TextOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The summary of a run for a terminal: the answer first, then its evidence. Ends with a line break. */
export function renderText(record: RunRecord, { paint, width: columns }: TextOptions): string {
  const width = Math.max(48, columns);
  const sections = [
    ...answerSections(record, width, paint),
    interruptedLines(record, width, paint),
    expectationLines(record, width, paint),
    ...record.splits
      .filter((split) => split.keys.length > 1 || split.service === record.focus)
      .sort((a, b) => Number(b.service === record.focus) - Number(a.service === record.focus))
      .map((split) => splitLines(split, width, paint)),
    ...record.refreshes.map((session) => refreshLines(record, session, width, paint)),
    ...record.splits.filter(metersDiffer).map((split) => meterLines(split, width, paint)),
    ...capacityTables(record, width, paint),
    tableSection('Pod by pod', podLoadTable(record.pods), width, paint),
    tableSection('Caller by caller', callerTable(record.callers), width, paint),
    errorLines(record, width, paint),
    record.ejections.length === 0
      ? []
      : tableSection('Outlier detection', ejectionTable(record), width, paint),
    propagationLines(record, width, paint),
    record.pages.latency.count === 0 ? [] : tableSection('Latency', allLatencyTable(record), width, paint),
    listLines('Guessed, not measured', guessLines(record.guesses), width, paint),
    listLines('Warnings', record.warnings, width, paint, paint.warn),
    listLines('Read, but without effect in the model', record.ignored, width, paint),
    listLines('Differs from the defaults', record.scenario.settings, width, paint),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const tone: Readonly<Record<Verdict['kind'], keyof Paint>> = {
  chance: 'good',
  propagation: 'warn',
  fault: 'bad',
  none: 'dim',
};

/** The one answer; a stored run that has none tells its verdicts as they were. */
function answerSections(record: RunRecord, width: number, paint: Paint): string[][] {
  const answer = answerOf(record);
  if (answer === undefined)
    return [verdictLines(record.verdict, width, paint), capacityLines(record, width, paint)];
  const word = `${answer.sign} ${answer.word}`;
  const [first = '', ...rest] = wrapped(`${word}: ${answer.sentence}`, width, '', '  ');
  return [
    [
      paint[answer.tone](paint.head(first.slice(0, word.length))) + paint.head(first.slice(word.length)),
      ...rest.map(paint.head),
      ...[...answer.evidence, ...answer.advice].flatMap((own) => wrapped(own, width, '  - ', '    ')),
    ],
    answer.others.length === 0
      ? []
      : [paint.head('Also'), ...answer.others.flatMap((own) => wrapped(own, width, '  - ', '    '))],
    podLines(record, width, paint),
  ];
}

/** What was noted of pods and autoscalers, for who plans. */
function podLines({ capacity }: RunRecord, width: number, paint: Paint): string[] {
  const notes = capacity?.verdict.reasons ?? [];
  if (notes.length === 0) return [];
  return [
    paint.head('Noted of pods and autoscalers'),
    ...notes.flatMap((note) => wrapped(note, width, '  - ', '    ')),
  ];
}

function verdictLines(verdict: Verdict, width: number, paint: Paint): string[] {
  const word = `${verdictSign[verdict.kind]} ${verdictWord[verdict.kind]}`;
  const [first = '', ...rest] = wrapped(`${word}: ${verdict.sentence}`, width, '', '  ');
  return [
    paint[tone[verdict.kind]](paint.head(first.slice(0, word.length))) + paint.head(first.slice(word.length)),
    ...rest.map(paint.head),
    ...verdict.reasons.flatMap((reason) => wrapped(reason, width, '  - ', '    ')),
  ];
}

/** Did the pods keep up? Beside the first verdict, in the same form. */
function capacityLines({ capacity }: RunRecord, width: number, paint: Paint): string[] {
  if (capacity === null) return [];
  const { sentence, reasons } = capacity.verdict;
  const ownTone = capacityTone(capacity);
  const word = `${capacitySign[ownTone]} Capacity`;
  const [first = '', ...rest] = wrapped(`${word}: ${sentence}`, width, '', '  ');
  return [
    paint[ownTone](paint.head(word)) + paint.head(first.slice(word.length)),
    ...rest.map(paint.head),
    ...reasons.flatMap((reason) => wrapped(reason, width, '  - ', '    ')),
  ];
}

function capacityTables({ capacity }: RunRecord, width: number, paint: Paint): string[][] {
  if (capacity === null) return [];
  return [
    tableSection('Pods', workloadTable(capacity), width, paint),
    capacity.shareTest === null ? [] : wrapped(shareTestText(capacity.shareTest), width),
    ...capacity.autoscalers.map((own) =>
      tableSection(`Autoscaler ${own.name}: what it changed`, decisionTable(own, 'changes'), width, paint),
    ),
    capacity.rollback === null
      ? []
      : tableSection('Could the shift still be taken back?', rollbackTable(capacity.rollback), width, paint),
  ];
}

function interruptedLines(record: RunRecord, width: number, paint: Paint): string[] {
  if (record.ended !== null) {
    const { sentence, cause } = record.ended;
    return wrapped(`! ${sentence} Cause: ${cause}.`, width, '', '  ').map(paint.bad);
  }
  return record.interrupted
    ? [paint.warn('! The run was stopped before its end; what follows is what had happened.')]
    : [];
}

function expectationLines(record: RunRecord, width: number, paint: Paint): string[] {
  if (record.expectations.length === 0) return [];
  const failed = record.expectations.filter((expectation) => !expectation.ok).length;
  const all = record.expectations.length;
  return [
    paint.head(`Expectations: ${failed === 0 ? `${all} of ${all} met` : `${failed} of ${all} failed`}`),
    ...record.expectations.flatMap(({ ok, text, found }) => {
      const [first = '', ...rest] = wrapped(`${ok ? '✓' : '✗ failed:'} ${text}`, width - 2, '', '  ');
      const told = wrapped(found, width - 4);
      return [
        (ok ? paint.good : paint.bad)(first),
        ...rest,
        ...told.map((line) => `  ${paint.dim(line)}`),
      ].map((line) => `  ${line}`);
    }),
  ];
}

const mostPhases = 12;
/** A moment of propagation with fewer requests than this is worth a line, but no table. */
const fewRequests = 30;

function splitLines(split: ServiceSplit, width: number, paint: Paint): string[] {
  const asked = split.phases.filter((phase) => phase.requests > 0);
  const head = paint.head(`Split of ${oneLine(split.service)}`);
  if (asked.length === 0) return [head, '  no requests'];
  const lines = [head];
  for (const phase of asked.slice(0, mostPhases)) {
    const title = `${span(phase.fromSeconds, phase.toSeconds)}  ${phase.rule} (${phase.state}): ${plural(phase.requests, 'request')}, ${chanceText(phase)}`;
    if (phase.state === 'propagating' && phase.requests < fewRequests) {
      const got = involvedKeys(split, phase).map(
        (i) => `${count(phase.observed[i] ?? 0)} ${keyLabel(split.keys[i]!, split.marks[i])}`,
      );
      lines.push(...wrapped(`${title}: ${got.join(', ')}`, width, '  ', '    '));
      continue;
    }
    lines.push(...wrapped(title, width, '  ', '    '));
    const table: Table = {
      caption: '',
      columns: [
        left('version'),
        ...['configured', 'effective', 'observed', '95 % interval', 'requests'].map(right),
      ],
      rows: [
        ...involvedKeys(split, phase).map((i) => [
          keyLabel(split.keys[i]!, split.marks[i]),
          ...shareCells(split, phase, i),
        ]),
        ...(nowhere(phase) > 0 ? [nowhereCells(phase.requests, nowhere(phase))] : []),
      ],
    };
    const [titles = '', ...rows] = tableLines(table, width - 4);
    lines.push(`    ${paint.dim(titles)}`, ...rows.map((row) => `    ${row}`));
  }
  if (asked.length > mostPhases)
    lines.push(`  ... and ${plural(asked.length - mostPhases, 'more phase')} in the report`);
  return lines;
}

function errorLines(record: RunRecord, width: number, paint: Paint): string[] {
  const { rows } = errorTable(record);
  if (rows.length === 0) return [];
  const places = max(rows, ([, , n = '']) => n.length)!;
  return [
    paint.head('Errors'),
    ...rows.flatMap(([what = '', meaning = '', n = '', share = '']) =>
      wrapped(
        `${what}${share === '' ? '' : ` (${share})`}: ${meaning}`,
        width,
        `  ${n.padStart(places)}  `,
        ' '.repeat(places + 4),
      ),
    ),
  ];
}

/** The split table's own shape: a line per phase, its versions below. */
function meterLines(split: ServiceSplit, width: number, paint: Paint): string[] {
  const tables = meterTables(split);
  const lines = [paint.head(`Three meters of ${oneLine(split.service)}`)];
  for (const { title, table } of tables.slice(0, mostPhases)) {
    lines.push(...wrapped(title, width, '  ', '    '));
    const [titles = '', ...rows] = tableLines(table, width - 4);
    lines.push(`    ${paint.dim(titles)}`, ...rows.map((row) => `    ${row}`));
  }
  if (tables.length > mostPhases)
    lines.push(`  ... and ${plural(tables.length - mostPhases, 'more phase')} in the report`);
  return lines;
}

function tableSection(title: string, table: Table, width: number, paint: Paint): string[] {
  if (table.rows.length === 0) return [];
  return [paint.head(title), ...tableLines(table, width - 2).map((line) => `  ${line}`)];
}

const mostPushes = 12;

function propagationLines(record: RunRecord, width: number, paint: Paint): string[] {
  if (record.pushes.length === 0) return [];
  const lines = record.pushes.slice(0, mostPushes).flatMap((push) => {
    const { delays, total } = arrivalDelays(push);
    const after = (s: number | undefined) => (s === undefined ? missing : seconds(s));
    const last =
      push.settledSeconds === null
        ? `${delays.length} of ${plural(total, 'proxy', 'proxies')} within the run`
        : `last of ${plural(total, 'proxy', 'proxies')} after ${after(delays.at(-1))}`;
    const half = delays[Math.ceil(total / 2) - 1];
    return wrapped(
      `snapshot ${push.snapshot}, ${pushText(push)}, changed at ${moment(push.changedSeconds)}: first proxy after ${after(delays[0])}, half after ${after(half)}, ${last}`,
      width,
      '  ',
      '    ',
    );
  });
  const more = record.pushes.length - mostPushes;
  const entries = record.timeline
    .slice(0, mostPushes)
    .map((entry) => `${moment(entry.atSeconds)} ${entryText(entry)}`);
  return [
    paint.head('Propagation'),
    ...entries.flatMap((entry) => wrapped(`at ${entry}`, width, '  ', '    ').map(paint.dim)),
    ...lines,
    ...(more > 0 ? [`  ... and ${plural(more, 'more push', 'more pushes')} in the report`] : []),
  ];
}

function listLines(
  title: string,
  items: readonly string[],
  width: number,
  paint: Paint,
  each: (line: string) => string = (line) => line,
): string[] {
  if (items.length === 0) return [];
  return [paint.head(title), ...items.flatMap((item) => wrapped(item, width, '  - ', '    ')).map(each)];
}
