import { max } from 'd3-array';
import type { Capacity, WorkloadCapacity } from '../record/capacity.ts';
import type { Expectation, Phase, RunRecord, ServiceSplit } from '../record/record.ts';
import { lengthOf, overSpans } from '../verdict/over-capacity.ts';
import { count, milliseconds, missing, pValue, percent, plural, seconds, span } from '../words/number.ts';
import { answerOf, type Answer } from './answer.ts';
import { oneLine, shortened, tableLines, wrapped } from './layout.ts';
import type { Paint } from './paint.ts';
import { refreshLines } from './refresh-lines.ts';
import { left, right, type Table } from './table/table.ts';
import {
  capacitySign,
  capacityTone,
  involvedKeys,
  keyLabel,
  nowhere,
  splitOf,
  stepAt,
  unruledText,
  tenths,
  verdictSign,
  verdictWord,
} from './words.ts';

/** Lines that a run takes in a terminal at most, what stands under it included. */
export const screenLines = 40;

/** How much of each part a screen has room for. */
interface Room {
  /** Sentences of evidence under the answer. */
  readonly evidence: number;
  readonly others: number;
  /** Lines of one sentence of it, and of one other finding. */
  readonly each: number;
  readonly other: number;
  readonly phases: number;
  readonly expectations: number;
  /** Refreshes that are drawn. */
  readonly refreshes: number;
}

/** From the roomiest on: the first that fits is taken. */
const rooms: readonly Room[] = [
  { evidence: 4, others: 5, each: 5, other: 3, phases: 9, expectations: 4, refreshes: 30 },
  { evidence: 4, others: 5, each: 5, other: 1, phases: 9, expectations: 4, refreshes: 30 },
  { evidence: 3, others: 5, each: 3, other: 1, phases: 9, expectations: 4, refreshes: 15 },
  { evidence: 2, others: 5, each: 3, other: 1, phases: 7, expectations: 3, refreshes: 15 },
  { evidence: 2, others: 5, each: 3, other: 1, phases: 5, expectations: 3, refreshes: 0 },
  { evidence: 1, others: 4, each: 2, other: 1, phases: 4, expectations: 2, refreshes: 0 },
  { evidence: 0, others: 3, each: 2, other: 1, phases: 2, expectations: 1, refreshes: 0 },
];

/**
 * A run on one screen of a terminal: the answer, the other findings in a line or a few, the split of the service in focus, the pods.
 * It ends with an empty line. @param linesUnder how many lines will stand under that: where the report lies, the next command
 */
export function renderScreen(
  record: RunRecord,
  { paint, width: columns }: { readonly paint: Paint; readonly width: number },
  linesUnder: number,
): string {
  const width = Math.max(48, columns);
  const most = screenLines - linesUnder - 1;
  const drawn = rooms.map((room) => screenOf(record, room, width, paint));
  const lines = drawn.find((own) => own.length <= most) ?? drawn.at(-1)!.slice(0, most);
  return `${lines.join('\n')}\n\n`;
}

function screenOf(record: RunRecord, room: Room, width: number, paint: Paint): string[] {
  const answer = answerOf(record) ?? verdictAsAnswer(record);
  return [
    answerLines(answer, room, width, paint),
    endLines(record, room, width, paint),
    otherLines(answer, room, width, paint),
    expectationLines(record.expectations, room, width, paint),
    splitLines(record, room, width, paint),
    room.refreshes === 0
      ? []
      : record.refreshes
          .slice(0, 1)
          .flatMap((session) => refreshLines(record, session, width, paint, room.refreshes)),
    [...pageLines(record, width), ...podLines(record.capacity, width)],
  ]
    .filter((lines) => lines.length > 0)
    .flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

/** A stored run that was not asked "is it all right?" tells its verdicts as they were. */
function verdictAsAnswer({ verdict, capacity }: RunRecord): Answer {
  const tone = verdict.kind === 'fault' ? 'bad' : verdict.kind === 'propagation' ? 'warn' : 'good';
  return {
    tone,
    sign: verdictSign[verdict.kind],
    word: verdictWord[verdict.kind],
    sentence: verdict.sentence,
    evidence: verdict.reasons,
    advice: [],
    others:
      capacity === null
        ? []
        : [`${capacitySign[capacityTone(capacity)]} Capacity: ${capacity.verdict.sentence}`],
  };
}

function answerLines(
  { tone, sign, word, sentence, evidence, advice }: Answer,
  room: Room,
  width: number,
  paint: Paint,
): string[] {
  const head = `${sign} ${word}`;
  const [first = '', ...rest] = wrapped(`${head}: ${sentence}`, width, '', '  ');
  return [
    paint[tone](paint.head(head)) + paint.head(first.slice(head.length)),
    ...rest.map(paint.head),
    ...[...evidence.slice(0, room.evidence), ...advice].flatMap((own) =>
      shortened(own, room.each, width, '  - ', '    '),
    ),
  ];
}

function endLines({ ended, interrupted }: RunRecord, room: Room, width: number, paint: Paint): string[] {
  if (ended !== null)
    return shortened(`! ${ended.sentence} Cause: ${ended.cause}.`, room.each, width, '', '  ').map(paint.bad);
  return interrupted ? [paint.warn('! The run was stopped before its end; this is what had happened.')] : [];
}

function otherLines({ others }: Answer, room: Room, width: number, paint: Paint): string[] {
  if (others.length === 0) return [];
  const more = others.length - room.others;
  return [
    paint.head('Also'),
    ...others.slice(0, room.others).flatMap((own) => shortened(own, room.other, width, '  - ', '    ')),
    ...(more > 0 ? [`  ${count(more)} more: --full`] : []),
  ];
}

/** What was expected and not found; that all was found is one line. */
function expectationLines(
  expectations: readonly Expectation[],
  room: Room,
  width: number,
  paint: Paint,
): string[] {
  if (expectations.length === 0) return [];
  const failed = expectations.filter((own) => !own.ok);
  const more = failed.length - room.expectations;
  return [
    paint.head(
      failed.length === 0
        ? `Expectations: ${count(expectations.length)} of ${count(expectations.length)} met`
        : `Expectations: ${count(failed.length)} of ${count(expectations.length)} failed`,
    ),
    ...failed
      .slice(0, room.expectations)
      .flatMap(({ text, found }) =>
        shortened(`✗ ${text}: ${found}`, room.each, width, '  ', '    ').map(paint.bad),
      ),
    ...(more > 0 ? [`  ${count(more)} more: --full`] : []),
  ];
}

const mostKeys = 5;
/** A moment of propagation with fewer requests than this says nothing of a share. */
const fewRequests = 30;

/** A line per phase of the service in focus: what each version got, for what the proxies held. */
function splitLines(record: RunRecord, room: Room, width: number, paint: Paint): string[] {
  const split = splitOf(record, record.focus);
  if (split === undefined) return [];
  const telling = split.phases.filter(
    (own) => own.requests > 0 && (own.state === 'settled' || own.requests >= fewRequests),
  );
  if (telling.length === 0) return [];
  const keys = split.keys.map((_, i) => i).slice(0, mostKeys);
  const table: Table = {
    caption: '',
    columns: [
      left('From–to'),
      left('Rule'),
      right('Requests'),
      ...keys.map((i) => right(oneLine(keyLabel(split.keys[i]!, split.marks[i])))),
      left('Luck?'),
    ],
    rows: telling.slice(-room.phases).map((phase) => phaseCells(split, phase, keys)),
  };
  const [titles = '', ...rows] = tableLines(table, width - 2);
  const phases = split.phases.filter((own) => own.requests > 0).length - table.rows.length;
  const versions = split.keys.length - keys.length;
  const more = [
    ...(phases > 0 ? [plural(phases, 'more phase')] : []),
    ...(versions > 0 ? [plural(versions, 'more version')] : []),
  ];
  return [
    paint.head(`Split of ${oneLine(split.service)}`),
    ...wrapped(
      'Of the requests, a version got / was given by the rule that the callers’ proxies held then:',
      width,
      '  ',
    ).map(paint.dim),
    `  ${paint.dim(titles)}`,
    ...rows.map((row) => `  ${row}`),
    ...(more.length > 0 ? [`  ${more.join(', ')}: --full`] : []),
  ];
}

function phaseCells(split: ServiceSplit, phase: Phase, keys: readonly number[]): string[] {
  const { requests, effective, observed, p } = phase;
  const involved = involvedKeys(split, phase);
  const lost = nowhere(phase);
  return [
    span(phase.fromSeconds, phase.toSeconds),
    ruleWord(split, phase),
    count(requests),
    ...keys.map((i) => {
      if (!involved.includes(i)) return missing;
      const got = percent((observed[i] ?? 0) / requests, requests);
      return effective === null ? got : `${got} / ${percent(tenths(effective[i] ?? 0))}`;
    }),
    [p === null ? missing : `p ${sided(pValue(p))}`, lost > 0 ? `${count(lost)} went nowhere` : '']
      .filter((text) => text !== '')
      .join(', '),
  ];
}

function ruleWord(split: ServiceSplit, { state, fromSeconds, parts }: Phase): string {
  const step = stepAt(split, fromSeconds);
  if (state === 'propagating') return 'arriving';
  if (parts !== undefined) return 'several';
  return step?.shares === undefined ? unruledText(step) : 'settled';
}

const sided = (p: string): string => (/^[<>]/.test(p) ? p : `= ${p}`);

function pageLines({ pages, redirects = [] }: RunRecord, width: number): string[] {
  if (pages.pages === 0) return [];
  // A page that failed counts as failed alone, however long that took.
  const late =
    pages.late === null || pages.lateMs === null || pages.failed === pages.pages
      ? ''
      : `, ${none(pages.late)}${pages.failed === 0 ? '' : ' of the others'} later than ${seconds(pages.lateMs / 1000)}`;
  const text = `Pages: ${count(pages.pages)}, ${failedText(pages, redirects)}${late}; half within ${milliseconds(pages.latency.p50)}, 99 % within ${milliseconds(pages.latency.p99)}`;
  return shortened(text, 2, width, '', '  ');
}

/** A redirect is no error, and no page either. */
function failedText(
  { pages, failed }: RunRecord['pages'],
  redirects: NonNullable<RunRecord['redirects']>,
): string {
  const redirected = redirects.reduce((sum, own) => sum + own.pages, 0);
  if (redirected === 0) return `${none(failed)} failed`;
  const ended = `${redirected === pages ? 'all' : count(redirected)} ended in a redirect that nobody here follows`;
  return redirected === pages ? ended : `${ended}, ${none(failed)} of the others failed`;
}

const none = (n: number): string => (n === 0 ? 'none' : count(n));

const mostWorkloads = 3;

/** The pods in a line: those that were short of room first, then by what they used. */
function podLines(capacity: Capacity | null, width: number): string[] {
  if (capacity === null) return [];
  const workloads = capacity.workloads.map((own) => ({
    own,
    overSeconds: lengthOf(overSpans(own)),
    most: max(own.windows, (window) => window.saturation) ?? null,
  }));
  workloads.sort((a, b) => b.overSeconds - a.overSeconds || (b.most ?? 0) - (a.most ?? 0));
  const told = workloads.slice(0, mostWorkloads).map(({ own, overSeconds, most }) => {
    const used = most === null || most === 0 ? '' : ` with ${usedText(most)} of their CPU limits used`;
    const over = overSeconds > 0 ? `, all in use for ${Number(overSeconds.toFixed(1))} s` : '';
    return `${own.name} ${replicasText(own)}${used}${over}`;
  });
  const more = workloads.length - told.length;
  const text = `Pods: ${told.join('; ')}${more > 0 ? `; ${plural(more, 'more workload')}: --full` : ''}`;
  return shortened(text, 3, width, '', '  ');
}

/** "at most 43 %". @param most share of the limits, above 0: of nothing, as of a pod that is a gateway alone, no share is told */
const usedText = (most: number): string =>
  most < 0.01 ? 'under 1 %' : `at most ${(most * 100).toFixed(0)} %`;

function replicasText({ windows }: WorkloadCapacity): string {
  const [first, last] = [windows[0]?.wanted ?? 0, windows.at(-1)?.wanted ?? 0];
  return first === last ? plural(first, 'pod') : `${count(first)} → ${plural(last, 'pod')}`;
}
