import type { Block } from '../../accesslog/block.ts';
import { CsvReader } from '../../accesslog/csv.ts';
import type { Unparsed } from '../../accesslog/line-part.ts';
import type { LineSink } from '../../accesslog/line-splitter.ts';
import { jsonObject } from '../../accesslog/json-line.ts';
import { parseNdjsonLine } from '../../accesslog/ndjson.ts';
import { LineReader } from '../../accesslog/parse-line.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import type { Columns } from '../../accesslog/table-row.ts';
import { isTallyLine, parseTallyLine } from '../../accesslog/tally-line.ts';
import { clusterChooser, lineChoice, type Choice } from './choice.ts';
import type { Evidence, OnChoice } from './evidence.ts';
import type { IntakeOptions, LineFormat } from './format.ts';
import type { Reading } from './reading.ts';
import { RecordIntake } from './record-intake.ts';
import { tell } from './tell.ts';
import { versionMeant } from './version-name.ts';

/** Reads the lines of one source in that format; what is no log by its first line may be a table or a list. */
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
  const csv = new CsvReader(columns);
  const records = new RecordIntake(name, options, reading, onChoice);
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
        if (format === 'csv' || !takeRecord(block, from, end, number)) {
          reading.skip(name, `line ${number}`, read.unparsed);
        }
        return;
      }
      const choice = choiceOf(read, block, from, end);
      tell(name, read, choice, evidenceOf(read), rules, reading, onChoice);
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

  /** What is no line of a proxy may be a record of another kind: its object, behind whatever stands before it. */
  function takeRecord(block: Block, from: number, end: number, number: number): boolean {
    const text = block.text(from, end);
    const record = text.includes('{"') ? jsonObject(text, text.indexOf('{"')) : undefined;
    if (record === undefined) return false;
    records.take(record, `line ${number}`);
    return true;
  }

  /** How to read a source that begins with this line, which is none of a log; undefined: as a log all the same. */
  function unnamed(text: string): TextParser | undefined {
    if (isHeading(text, columns)) return csv.line.bind(csv);
    return isTallyLine(text, (word) => versionMeant(word, rules.keys) !== undefined)
      ? parseTallyLine
      : undefined;
  }
}

/** Whether a row tells of one request or of several, and a proxy's line or somebody's table. */
const evidenceOf = ({ version, times }: RecordedRequest): Evidence =>
  version === undefined ? 'line' : times === undefined ? 'row' : 'tally';

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
