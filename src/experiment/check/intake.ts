import { CsvReader } from '../../accesslog/csv.ts';
import { parseHar } from '../../accesslog/har.ts';
import type { Block } from '../../accesslog/block.ts';
import type { Unparsed } from '../../accesslog/line-part.ts';
import { LineSplitter, type LineSink } from '../../accesslog/line-splitter.ts';
import { parseNdjsonLine } from '../../accesslog/ndjson.ts';
import { LineReader } from '../../accesslog/parse-line.ts';
import { isTallyLine, parseTallyLine } from '../../accesslog/tally-line.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Columns } from '../../accesslog/table-row.ts';
import {
  clusterChooser,
  isHost,
  lineChoice,
  pageChoice,
  shortName,
  type Choice,
  type ChoiceRules,
} from './choice.ts';
import type { Reading } from './reading.ts';
import { failureOf } from './request-failure.ts';
import { versionMeant } from './version-name.ts';

export type Format = 'log' | 'har' | 'csv' | 'ndjson';

export const formats = ['auto', 'log', 'har', 'csv', 'ndjson'] as const;

/** Takes each choice as it is read: the service (`anyService` where the data names none) and the version, from which file. */
export type OnChoice = (service: string, key: string, request: RecordedRequest, source: string) => void;

export interface IntakeOptions {
  readonly format: Format | 'auto';
  readonly columns: Columns;
  readonly rules: ChoiceRules;
}

/** By the name of the file; packed or not. */
export function formatOf(name: string): Format {
  const plain = name.toLowerCase().replace(/\.gz$/, '');
  if (plain.endsWith('.har')) return 'har';
  if (plain.endsWith('.csv') || plain.endsWith('.tsv')) return 'csv';
  return plain.endsWith('.ndjson') || plain.endsWith('.jsonl') ? 'ndjson' : 'log';
}

/**
 * Reads one source, unpacked, to its end and tells its choices, line by line in constant memory; a HAR is read whole. `afterChunk` is
 * called whenever all that came so far has been told; nothing is told any more once `isOver`.
 */
export async function takeIn(
  name: string,
  source: AsyncIterable<Uint8Array>,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
  afterChunk: () => void = () => {},
  isOver: () => boolean = () => false,
): Promise<void> {
  reading.sources.push(name);
  const format = options.format === 'auto' ? formatOf(name) : options.format;
  if (format === 'har') {
    takeHar(name, await textOf(source, name), options.rules, reading, onChoice);
    afterChunk();
    return;
  }
  const take = lineTaker(name, format, options, reading, onChoice);
  // Whoever has seen enough reads no further: neither what came in the same chunk nor a line that is cut off there.
  let taken = 0;
  const splitter = new LineSplitter({
    line: (block, from, end, number) => {
      if (isOver()) return;
      take.line(block, from, end, number);
      taken = number;
    },
    tooLong: (number) => reading.skip(name, `line ${number}`, 'the line is longer than 1 MB'),
  });
  for await (const chunk of source) {
    reading.bytes += chunk.length;
    splitter.push(chunk);
    afterChunk();
  }
  splitter.end();
  reading.lines += isOver() ? taken : splitter.count;
  take.end();
  afterChunk();
}

function lineTaker(
  name: string,
  format: Exclude<Format, 'har'>,
  { columns, rules }: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): Pick<LineSink, 'line'> & { end(): void } {
  const byCluster = clusterChooser(rules, (host) => {
    if (reading.otherHosts.size < 20) reading.otherHosts.add(host);
  });
  /** By the place of the upstream. */
  const choices: Choice[] = [];
  const csv = new CsvReader(columns);
  const log = new LineReader();
  let parse: LineParser = {
    log: log.read.bind(log),
    csv: ofText(csv.line.bind(csv)),
    ndjson: ndjsonParser(columns, log),
  }[format];
  let isFirst = true;
  return {
    line: (block, from, end, number) => {
      if (format !== 'csv' && isBlank(block, from, end)) return;
      let read = parse(block, from, end, number);
      // What is no log may be a table or a list that came without a name.
      if (
        isFirst &&
        format === 'log' &&
        rules.pattern === undefined &&
        read !== undefined &&
        'unparsed' in read
      ) {
        const other = unnamed(block.text(from, end));
        if (other !== undefined) {
          parse = ofText(other);
          read = parse(block, from, end, number);
        }
      }
      isFirst = false;
      if (read === undefined) return;
      // What keeps every row from being read is told once, below.
      if (csv.problem !== undefined) return;
      if ('unparsed' in read) {
        reading.skip(name, `line ${number}`, read.unparsed);
        return;
      }
      tell(name, read, choiceOf(read, block, from, end), rules, reading, onChoice);
    },
    end: () => {
      if (csv.problem !== undefined) reading.notes.unshift(`${name}: ${csv.problem}.`);
      else if (format === 'csv' && rules.pattern === undefined && !csv.tellsVersion) {
        reading.notes.unshift(
          `${name} has no column of versions or clusters that is known by its name; its columns are ${csv.columnNames.join(', ')}: say which with --columns version=NAME.`,
        );
      }
      if (format === 'log' && Object.values(columns).some((column) => column !== undefined)) {
        reading.notes.unshift(
          `${name} is read as a log, and --columns are for CSV and NDJSON: say --format csv or --format ndjson.`,
        );
      }
      if (csv.isOpen) reading.notes.push(`${name} ends within a quoted cell.`);
    },
  };

  /** What authority and cluster tell is the same whenever they come. */
  function choiceOf(read: RecordedRequest, block: Block, from: number, end: number): Choice {
    if (rules.pattern !== undefined) return lineChoice(block.text(from, end), read, rules, byCluster);
    const place = read.upstreamPlace;
    if (place === undefined) return lineChoice('', read, rules, byCluster);
    return (choices[place] ??= lineChoice('', read, rules, byCluster));
  }

  /** How to read a source that begins with this line, which is none of a log; undefined: as a log all the same. */
  function unnamed(text: string): TextParser | undefined {
    if (isHeading(text, columns)) return csv.line.bind(csv);
    return isTallyLine(text, (word) => versionMeant(word, rules.keys) !== undefined)
      ? parseTallyLine
      : undefined;
  }
}

type TextParser = (text: string, number: number) => RecordedRequest | Unparsed | undefined;
type LineParser = (...line: Parameters<LineSink['line']>) => RecordedRequest | Unparsed | undefined;

const ofText =
  (parse: TextParser): LineParser =>
  (block, from, end, number) =>
    parse(block.text(from, end), number);

/** Only a byte up to a blank, or one that is not ASCII, can begin a line of blanks. */
function isBlank(block: Block, from: number, end: number): boolean {
  const first = from < end ? block.bytes[from]! : 0;
  return (first <= 32 || first >= 128) && block.text(from, end).trim() === '';
}

/** The heading of a table that tells versions; with --columns the user says what the file is. */
function isHeading(line: string, columns: Columns): boolean {
  const names = line
    .toLowerCase()
    .split(/[,;\t]/)
    .map((name) => name.trim().replace(/^"|"$/g, ''));
  return (
    names.length > 1 &&
    Object.values(columns).every((own) => own === undefined) &&
    ['version', 'subset', 'upstream_cluster'].some((name) => names.includes(name))
  );
}

/** A line of Envoy's own JSON where it is one, else one with chosen fields. */
function ndjsonParser(columns: Columns, log: LineReader): LineParser {
  const isChosen = Object.values(columns).some((column) => column !== undefined);
  return (block, from, end, number) => {
    const text = block.text(from, end);
    return !isChosen && text.includes('"upstream_cluster"')
      ? log.read(block, from, end, number)
      : parseNdjsonLine(text, number, columns);
  };
}

/** How much of a HAR is read: it is one JSON text, and strings of the language end at half a gigabyte. */
const harLimitBytes = 400 * 1024 * 1024;

/** @throws RangeError when the source is larger than what can be read whole. */
async function textOf(bytes: AsyncIterable<Uint8Array>, name: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let read = 0;
  for await (const chunk of bytes) {
    read += chunk.length;
    if (read > harLimitBytes) throw new RangeError(`${name} is larger than 400 MB; a HAR is read whole`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function takeHar(name: string, text: string, rules: ChoiceRules, reading: Reading, onChoice: OnChoice): void {
  reading.bytes += text.length;
  const { requests, problems } = parseHar(text);
  for (const problem of problems) {
    const entry = /^(entry \d+): (.*)$/.exec(problem);
    if (entry === null) reading.notes.unshift(`${name}: ${problem}.`);
    else reading.skip(name, entry[1]!, entry[2]!);
  }
  const withBody = requests.filter((request) => request.body !== undefined);
  if (requests.length > 0 && withBody.length === 0) {
    reading.notes.unshift(
      `${name} holds no page contents: save it with its content ("Save all as HAR with content").`,
    );
  }
  for (const request of requests) {
    if (request.body === undefined)
      tell(name, request, { leftOut: 'that are no product page' }, rules, reading, onChoice);
    else tell(name, request, pageChoice(request.body, rules), rules, reading, onChoice);
  }
}

function tell(
  name: string,
  request: RecordedRequest,
  choice: Choice,
  rules: ChoiceRules,
  reading: Reading,
  onChoice: OnChoice,
): void {
  reading.requests += request.times ?? 1;
  if ('leftOut' in choice) {
    reading.leave(choice.leftOut);
    const failure = failureOf(request);
    if (failure !== undefined && isUnrouted(request, rules)) reading.failUnrouted(failure);
  } else if (reading.seen.isRepeated(request)) {
    reading.leave(
      'that were read before (the same request id and time: a log given twice, or two that overlap)',
    );
  } else onChoice(choice.service, choice.key, request, name);
}

/** A proxy answered by itself, for the service in question, before there was a cluster: no route, or one to a cluster it lacks. */
const isUnrouted = (
  { upstreamCluster, authority }: RecordedRequest,
  { host, pattern }: ChoiceRules,
): boolean =>
  upstreamCluster === undefined &&
  pattern === undefined &&
  (host === undefined ||
    (authority !== undefined && isHost(authority.replace(/:\d+$/, ''), shortName(host))));
