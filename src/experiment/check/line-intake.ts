import { Block } from '../../accesslog/block.ts';
import { CriParts } from '../../accesslog/cri.ts';
import { isErrorAnswer } from '../../accesslog/error-answer.ts';
import { jsonValues } from '../../accesslog/json-values.ts';
import type { EnvoyFormat } from '../../accesslog/envoy-format.ts';
import type { Unparsed } from '../../accesslog/line-part.ts';
import type { LineSink } from '../../accesslog/line-splitter.ts';
import { parseNdjsonLine } from '../../accesslog/ndjson.ts';
import { parseOwnLine } from '../../accesslog/own-line.ts';
import { LineReader } from '../../accesslog/parse-line.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Columns } from '../../accesslog/table-row.ts';
import { isTallyLine, parseTallyLine } from '../../accesslog/tally-line.ts';
import { clusterChooser, lineChoice, type Choice } from './choice.ts';
import { tellErrors } from './client-answer.ts';
import type { Evidence, OnChoice } from './evidence.ts';
import type { IntakeOptions, LineFormat } from './format.ts';
import type { Reading } from './reading.ts';
import { RecordIntake } from './record-intake.ts';
import { isNoise } from './sniff.ts';
import { isTableHeading, TableIntake } from './table-intake.ts';
import { tell } from './tell.ts';
import { isOfTheirKind, versionMeant } from './version-name.ts';

/** Reads the lines of one source in that format. */
export function lineTaker(
  name: string,
  format: LineFormat,
  options: IntakeOptions,
  reading: Reading,
  onChoice: OnChoice,
): Pick<LineSink, 'line'> & { end(): void } {
  const { columns, rules } = options;
  const byCluster = clusterChooser(rules, (host) => {
    if (reading.otherHosts.size < 20) reading.otherHosts.add(host);
  });
  /** By the place of the upstream. */
  const choices: Choice[] = [];
  const records = new RecordIntake(name, options, reading, onChoice);
  const table = new TableIntake(name, options, reading, records);
  const log = new LineReader();
  const parts = new CriParts();
  const own = options.envoyFormat;
  let parse: LineParser = {
    log: log.read.bind(log),
    cri: log.read.bind(log),
    own: own === undefined ? ofText(ownLine) : ownParser(own, log),
    csv: ofText(table.line.bind(table)),
    tally: ofText((text, number) => {
      const read = parseTallyLine(text, number);
      return isListHeading(read, rules.keys) ? undefined : read;
    }),
    ndjson: ndjsonParser(columns, log),
  }[format];
  const isLog = format === 'log' || format === 'cri' || format === 'own';
  let isFirst = format === 'log' && options.isFollowed === true && rules.pattern === undefined;
  let taken = 0;
  let last = 0;
  const takeLine: LineSink['line'] = (block, from, end, number) => {
    if (format === 'tally' && end - from < 300) {
      const text = block.text(from, end).trim();
      if (isErrorAnswer(text) && takeErrors(text)) return;
    }
    let read = parse(block, from, end, number);
    // A list that somebody writes on says by its first line what it is.
    if (isFirst && read !== undefined && 'unparsed' in read) {
      const other = unnamed(block.text(from, end));
      if (other !== undefined) {
        parse = ofText(other);
        read = parse(block, from, end, number);
      }
    }
    isFirst = false;
    if (read === undefined) return;
    if ('unparsed' in read) {
      if (!takeOther(block.text(from, end), number))
        reading.skip(name, { noun: 'line', number }, read.unparsed);
      return;
    }
    taken += 1;
    const choice = choiceOf(read, block, from, end);
    tell(name, read, choice, evidenceOf(read, format), rules, reading, onChoice);
  };
  return {
    line: (block, from, end, number) => {
      last = number;
      if (format !== 'csv' && isBlank(block, from, end)) return;
      if (format !== 'cri' || !parts.isPart(block.bytes, from, end)) {
        takeLine(block, from, end, number);
        return;
      }
      const whole = parts.take(block.text(from, end));
      if (whole === undefined) return;
      const joined = new Block(new TextEncoder().encode(whole));
      takeLine(joined, 0, joined.bytes.length, number);
    },
    end: () => {
      table.end();
      if (parts.isOpen) reading.skip(name, { noun: 'line', number: last }, 'the line is cut off');
      if (format === 'log' && Object.values(columns).some((column) => column !== undefined)) {
        reading.notes.unshift(
          `${name} is read as a log, and --columns are for CSV and NDJSON: say --format csv or --format ndjson.`,
        );
      }
      if (format === 'own' && own === undefined && taken > 0) {
        reading.ofOwnFormat.add(name);
        reading.notes.push(
          `${name} has a format of its own: its lines tell the cluster, and little else. With its format string, status and flags are read, too: --envoy-format '[%START_TIME%] ... %UPSTREAM_CLUSTER%'.`,
        );
      }
    },
  };

  /** What authority and cluster tell is the same whenever they come. */
  function choiceOf(read: RecordedRequest, block: Block, from: number, end: number): Choice {
    if (rules.pattern !== undefined) return lineChoice(block.text(from, end), read, rules, byCluster);
    const place = read.upstreamPlace;
    if (place === undefined) return lineChoice('', read, rules, byCluster);
    return (choices[place] ??= lineChoice('', read, rules, byCluster));
  }

  /** What is no line of a proxy may be records of another kind, behind whatever stands before them. @returns whether it was taken */
  function takeOther(text: string, number: number): boolean {
    if (format === 'csv') return false;
    if (isNoise(text.trim())) return true;
    const records =
      isLog && text.includes('{"') ? takeRecords(text.slice(text.indexOf('{"')), number) : false;
    if (records || format !== 'log') return records;
    const own = parseOwnLine(text, number);
    if (own !== undefined && !text.startsWith('[')) {
      tell(name, own, lineChoice(text, own, rules, byCluster), 'line', rules, reading, onChoice);
      return true;
    }
    return isErrorAnswer(text.trim()) && takeErrors(text);
  }

  function takeErrors(text: string): boolean {
    return tellErrors(text, name, rules, reading, onChoice);
  }

  function takeRecords(text: string, number: number): boolean {
    const { values, between } = jsonValues(text);
    for (const value of values) records.take(value, { noun: 'line', number });
    if (values.length > 0) between.forEach((own) => takeErrors(own));
    return values.length > 0;
  }

  /** How to read a source that begins with this line, which is none of a log; undefined: as a log all the same. */
  function unnamed(text: string): TextParser | undefined {
    if (isTableHeading(text, rules.keys)) return table.line.bind(table);
    return isTallyLine(text, (word) => versionMeant(word, rules.keys) !== undefined)
      ? parseTallyLine
      : undefined;
  }
}

/** A list may have one above it: a first line that counts nothing and is no version. */
const isListHeading = (read: RecordedRequest | Unparsed, keys: readonly string[]): boolean =>
  'version' in read &&
  read.line === 1 &&
  read.times === undefined &&
  versionMeant(read.version, keys) === undefined &&
  !isOfTheirKind(read.version, keys);

/** Lines in the format that the user says, or in Envoy's own all the same. */
const ownParser =
  (own: EnvoyFormat, log: LineReader): LineParser =>
  (block, from, end, number) => {
    const read = own.request(block.text(from, end), number);
    if (!('unparsed' in read)) return read;
    const usual = log.read(block, from, end, number);
    return 'unparsed' in usual ? read : usual;
  };

const ownLine: TextParser = (text, number) =>
  parseOwnLine(text, number) ?? { unparsed: 'no cluster and no request in it' };

/** Whether a row tells of one request or of several, and a proxy's line or somebody's table. */
const evidenceOf = ({ version, times }: RecordedRequest, format: LineFormat): Evidence =>
  times !== undefined ? 'tally' : version !== undefined ? 'row' : format === 'tally' ? 'row' : 'line';

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
