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

/** Reads the lines of one source in one format. */
export class LineIntake implements Pick<LineSink, 'line'> {
  readonly #name: string;
  readonly #format: LineFormat;
  readonly #options: IntakeOptions;
  readonly #reading: Reading;
  readonly #onChoice: OnChoice;
  readonly #byCluster: ReturnType<typeof clusterChooser>;
  /** By the place of the upstream. */
  readonly #choices: Choice[] = [];
  readonly #records: RecordIntake;
  readonly #table: TableIntake;
  readonly #parts = new CriParts();
  #parse: LineParser;
  /** The next line is the first of a list that somebody writes on, which says by it what it is. */
  #tellsKind: boolean;
  #taken = 0;
  #last = 0;

  constructor(
    name: string,
    format: LineFormat,
    options: IntakeOptions,
    reading: Reading,
    onChoice: OnChoice,
  ) {
    this.#name = name;
    this.#format = format;
    this.#options = options;
    this.#reading = reading;
    this.#onChoice = onChoice;
    this.#byCluster = clusterChooser(options.rules, (host) => {
      if (reading.otherHosts.size < 20) reading.otherHosts.add(host);
    });
    this.#records = new RecordIntake(name, options, reading, onChoice);
    this.#table = new TableIntake(name, options, reading, this.#records);
    this.#parse = parserOf(format, options, this.#table);
    this.#tellsKind = format === 'log' && options.isFollowed === true && options.rules.pattern === undefined;
  }

  line(block: Block, from: number, end: number, number: number): void {
    this.#last = number;
    if (this.#format !== 'csv' && isBlank(block, from, end)) return;
    if (this.#format !== 'cri' || !this.#parts.isPart(block.bytes, from, end)) {
      this.#take(block, from, end, number);
      return;
    }
    const whole = this.#parts.take(block.text(from, end));
    if (whole === undefined) return;
    const joined = new Block(new TextEncoder().encode(whole));
    this.#take(joined, 0, joined.bytes.length, number);
  }

  end(): void {
    const { notes, ofOwnFormat } = this.#reading;
    this.#table.end();
    if (this.#parts.isOpen)
      this.#reading.skip(this.#name, { noun: 'line', number: this.#last }, 'the line is cut off');
    const hasColumns = Object.values(this.#options.columns).some((column) => column !== undefined);
    if (this.#format === 'log' && hasColumns) {
      notes.unshift(
        `${this.#name} is read as a log, and --columns are for CSV and NDJSON: say --format csv or --format ndjson.`,
      );
    }
    if (this.#format === 'own' && this.#options.envoyFormat === undefined && this.#taken > 0) {
      ofOwnFormat.add(this.#name);
      notes.push(
        `${this.#name} has a format of its own: its lines tell the cluster, and little else. With its format string, status and flags are read, too: --envoy-format '[%START_TIME%] ... %UPSTREAM_CLUSTER%'.`,
      );
    }
  }

  #take(block: Block, from: number, end: number, number: number): void {
    if (this.#format === 'tally' && end - from < 300) {
      const text = block.text(from, end).trim();
      if (isErrorAnswer(text) && this.#takeErrors(text)) return;
    }
    let read = this.#parse(block, from, end, number);
    if (this.#tellsKind && read !== undefined && 'unparsed' in read) {
      const other = this.#unnamed(block.text(from, end));
      if (other !== undefined) {
        this.#parse = ofText(other);
        read = this.#parse(block, from, end, number);
      }
    }
    this.#tellsKind = false;
    if (read === undefined) return;
    if ('unparsed' in read) {
      if (!this.#takeOther(block.text(from, end), number))
        this.#reading.skip(this.#name, { noun: 'line', number }, read.unparsed);
      return;
    }
    this.#taken += 1;
    this.#tell(read, this.#choiceOf(read, block, from, end), evidenceOf(read, this.#format));
  }

  #tell(read: RecordedRequest, choice: Choice, evidence: Evidence): void {
    tell(this.#name, read, choice, evidence, this.#options.rules, this.#reading, this.#onChoice);
  }

  /** What authority and cluster tell is the same whenever they come. */
  #choiceOf(read: RecordedRequest, block: Block, from: number, end: number): Choice {
    const { rules } = this.#options;
    if (rules.pattern !== undefined) return lineChoice(block.text(from, end), read, rules, this.#byCluster);
    const place = read.upstreamPlace;
    if (place === undefined) return lineChoice('', read, rules, this.#byCluster);
    return (this.#choices[place] ??= lineChoice('', read, rules, this.#byCluster));
  }

  /** What is no line of a proxy may be records of another kind, behind whatever stands before them. @returns whether it was taken */
  #takeOther(text: string, number: number): boolean {
    const format = this.#format;
    if (format === 'csv') return false;
    if (isNoise(text.trim())) return true;
    const isLog = format === 'log' || format === 'cri' || format === 'own';
    const records =
      isLog && text.includes('{"') ? this.#takeRecords(text.slice(text.indexOf('{"')), number) : false;
    if (records || format !== 'log') return records;
    const own = parseOwnLine(text, number);
    if (own !== undefined && !text.startsWith('[')) {
      this.#tell(own, lineChoice(text, own, this.#options.rules, this.#byCluster), 'line');
      return true;
    }
    return isErrorAnswer(text.trim()) && this.#takeErrors(text);
  }

  #takeErrors(text: string): boolean {
    return tellErrors(text, this.#name, this.#options.rules, this.#reading, this.#onChoice);
  }

  #takeRecords(text: string, number: number): boolean {
    const { values, between } = jsonValues(text);
    for (const value of values) this.#records.take(value, { noun: 'line', number });
    if (values.length > 0) between.forEach((own) => this.#takeErrors(own));
    return values.length > 0;
  }

  /** How to read a source that begins with this line, which is none of a log; undefined: as a log all the same. */
  #unnamed(text: string): TextParser | undefined {
    const { keys } = this.#options.rules;
    if (isTableHeading(text, keys)) return this.#table.line.bind(this.#table);
    return isTallyLine(text, (word) => versionMeant(word, keys) !== undefined) ? parseTallyLine : undefined;
  }
}

/** How a line of a format is read. */
function parserOf(
  format: LineFormat,
  { columns, rules, envoyFormat }: IntakeOptions,
  table: TableIntake,
): LineParser {
  const log = new LineReader();
  switch (format) {
    case 'log':
    case 'cri':
      return log.read.bind(log);
    case 'own':
      return envoyFormat === undefined ? ofText(ownLine) : ownParser(envoyFormat, log);
    case 'csv':
      return ofText(table.line.bind(table));
    case 'tally':
      return ofText((text, number) => {
        const read = parseTallyLine(text, number);
        return isListHeading(read, rules.keys) ? undefined : read;
      });
    case 'ndjson':
      return ndjsonParser(columns, log);
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
