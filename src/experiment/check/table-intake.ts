import { CsvReader, CsvRows } from '../../accesslog/csv.ts';
import { expositionSeries } from '../../accesslog/exposition.ts';
import { parseTime } from '../../accesslog/iso-time.ts';
import type { Unparsed } from '../../accesslog/line-part.ts';
import { lastName } from '../../accesslog/log-entry.ts';
import type { RecordedRequest } from '../../accesslog/recorded-request.ts';
import { SeriesCollector } from '../../accesslog/series.ts';
import { isCountName, layoutOf } from '../../accesslog/table-row.ts';
import type { IntakeOptions } from './format.ts';
import type { Reading } from './reading.ts';
import type { RecordIntake } from './record-intake.ts';
import { versionMeant } from './version-name.ts';

type Row = RecordedRequest | Unparsed | undefined;

/** What a table holds: a request a row; a line of a log a row; numbers over time, in a column for each version or a row for each. */
type Kind =
  | { readonly kind: 'rows' }
  | { readonly kind: 'lines'; readonly column: number }
  | {
      readonly kind: 'wide';
      readonly time: number;
      readonly labels: readonly (Readonly<Record<string, string>> | undefined)[];
    }
  | { readonly kind: 'long'; readonly time: number; readonly value: number; readonly version: number };

/** Reads the lines of a table; numbers over time are told when it ends. */
export class TableIntake {
  readonly #name: string;
  readonly #options: IntakeOptions;
  readonly #reading: Reading;
  readonly #records: RecordIntake;
  readonly #cells = new CsvRows();
  readonly #rows: CsvReader;
  readonly #series = new SeriesCollector();
  #kind: Kind | undefined;
  #unit: string | undefined;

  constructor(name: string, options: IntakeOptions, reading: Reading, records: RecordIntake) {
    this.#name = name;
    this.#options = options;
    this.#reading = reading;
    this.#records = records;
    this.#rows = new CsvReader(options.columns);
  }

  /** The request of a row; undefined for what is told in another way. */
  line(text: string, number: number): Row {
    const cells = this.#cells.line(text);
    if (cells === undefined) return undefined;
    if (this.#kind === undefined)
      return this.#begin(
        cells.map((cell) => cell.trim()),
        number,
      );
    if (this.#kind.kind === 'rows') this.#turnIfLog(cells);
    switch (this.#kind.kind) {
      case 'rows':
        return this.#rows.problem === undefined ? this.#rows.row(cells, number) : undefined;
      case 'lines':
        this.#records.take({ line: cells[this.#kind.column] ?? '' }, { noun: 'line', number });
        return undefined;
      case 'wide':
        this.#kind.labels.forEach((labels, column) => {
          if (labels !== undefined) this.#sample(labels, cells[wideTime(this.#kind)], cells[column]);
        });
        return undefined;
      case 'long':
        this.#sample(
          { version: cells[this.#kind.version]?.trim() ?? '' },
          cells[this.#kind.time],
          cells[this.#kind.value],
        );
        return undefined;
    }
  }

  end(): void {
    const reading = this.#reading;
    if (this.#rows.problem !== undefined) reading.notes.unshift(`${this.#name}: ${this.#rows.problem}.`);
    else if (
      this.#kind?.kind === 'rows' &&
      this.#options.rules.pattern === undefined &&
      !this.#rows.tellsVersion
    ) {
      reading.notes.unshift(
        `${this.#name} has no column of versions or clusters that is known by its name; its columns are ${this.#rows.columnNames.join(', ')}: say which with --columns version=NAME.`,
      );
    }
    if (this.#cells.isOpen) reading.notes.push(`${this.#name} ends within a quoted cell.`);
    const series = this.#series.all();
    if (series.length === 0) return;
    const isRate = this.#unit !== undefined && /\/s$|ps$/i.test(this.#unit);
    this.#options.counters.add(this.#name, 'answer', series, isRate ? { kind: 'rate' } : undefined);
  }

  /** Lines of a log may stand in a column of any name: they tell more than the pod or the cluster beside them. */
  #turnIfLog(cells: readonly string[]): void {
    const { columns, rules } = this.#options;
    const isAsked = rules.pattern !== undefined || Object.values(columns).some((own) => own !== undefined);
    if (isAsked) return;
    const column = cells.findIndex((cell) =>
      /^\s*(?:\[\d{4}-\d\d-\d\dT[^\]]*\] "|\{.*"upstream_cluster")/.test(cell),
    );
    if (column >= 0) this.#kind = { kind: 'lines', column };
  }

  #begin(cells: readonly string[], number: number): Row {
    const names = cells.map(lastName);
    const { columns, rules } = this.#options;
    const without = headless(cells, rules.keys);
    if (without !== undefined && Object.values(columns).every((own) => own === undefined)) {
      this.#kind = { kind: 'rows' };
      this.#rows.row(without, number);
      return this.#rows.row(cells, number);
    }
    this.#kind = Object.values(columns).some((own) => own !== undefined)
      ? { kind: 'rows' }
      : kindOf(cells, names, rules.keys);
    return this.#rows.row(cells, number);
  }

  #sample(
    labels: Readonly<Record<string, string>>,
    time: string | undefined,
    cell: string | undefined,
  ): void {
    const read = numberOf(cell ?? '', this.#cells.separator);
    if (read === undefined) return;
    if (read.unit !== '') this.#unit ??= read.unit;
    const us =
      time === undefined
        ? undefined
        : parseTime(time.trim().replace(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d(?::\d\d)?.*)$/, '$1T$2'));
    this.#series.add(labels, us === undefined ? Number.NaN : us / 1_000_000, read.value);
  }
}

const wideTime = (kind: Kind | undefined): number => (kind?.kind === 'wide' ? kind.time : 0);

const timeNames = [
  '_time',
  'timegenerated',
  'timegenerated [utc]',
  'time',
  'timestamp',
  'date',
  'datetime',
  '@timestamp',
  'when',
];
const lineNames = [
  '@message',
  'message',
  'log',
  'line',
  'textpayload',
  'jsonpayload',
  '_source',
  'body',
  'msg',
  'content',
  '_raw',
  '_msg',
  'logmessage',
];

function kindOf(cells: readonly string[], names: readonly string[], keys: readonly string[]): Kind {
  const layout = layoutOf(names, {});
  const time = names.findIndex((name) => timeNames.includes(name));
  const value = names.findIndex((name) => /^value(?: #\w+)?$/.test(name));
  if (typeof layout !== 'string' && (layout.version !== undefined || layout.cluster !== undefined)) {
    const version = names.indexOf(layout.version ?? layout.cluster ?? '');
    return value >= 0 && time >= 0 && layout.count === undefined
      ? { kind: 'long', time, value, version }
      : { kind: 'rows' };
  }
  const series = names.findIndex((name) => name === 'series' || name === 'metric' || name === 'legend');
  if (series >= 0 && value >= 0 && time >= 0) return { kind: 'long', time, value, version: series };
  const labels = cells.map((cell, column) => (column === time ? undefined : labelsOf(cell, keys)));
  if (time >= 0 && labels.some((own) => own !== undefined)) return { kind: 'wide', time, labels };
  const line = lineNames.map((name) => names.indexOf(name)).find((column) => column >= 0);
  return line === undefined ? { kind: 'rows' } : { kind: 'lines', column: line };
}

/** What the heading of a column of numbers says: labels, or a name that means a version. */
function labelsOf(cell: string, keys: readonly string[]): Readonly<Record<string, string>> | undefined {
  const inner = /\{.*\}/.exec(cell)?.[0];
  const labels = inner === undefined ? undefined : expositionSeries(`x${inner} 0`)?.[0]?.labels;
  if (labels !== undefined) {
    const { __name__: _name, ...own } = labels;
    return Object.values(own).some((value) => versionMeant(value, keys) !== undefined) ? own : undefined;
  }
  const version = [cell, ...cell.split(/[\s,;:=/]+/).reverse()].find(
    (word) => versionMeant(word, keys) !== undefined,
  );
  return version === undefined ? undefined : { version };
}

/** Whether this first line of a source that no name tells is the heading of a table that tells versions. */
export function isTableHeading(line: string, keys: readonly string[]): boolean {
  const cells = (new CsvRows().line(line) ?? []).map((cell) => cell.trim());
  if (cells.length < 2 || cells.some((cell) => cell.length > 120)) return false;
  const names = cells.map(lastName);
  if (['version', 'subset', 'upstream_cluster', 'destination_version'].some((name) => names.includes(name)))
    return true;
  const kind = kindOf(cells, names, keys);
  if (kind.kind === 'lines') return names.some((name) => timeNames.includes(name) || name.startsWith('@'));
  return kind.kind !== 'rows' || headless(cells, keys)?.includes('time') === true;
}

/** A heading for a table that begins with its first row: a version, and a time or a count beside it; undefined where it has one. */
function headless(cells: readonly string[], keys: readonly string[]): readonly string[] | undefined {
  const version = cells.findIndex(
    (cell) => versionMeant(cell, keys) !== undefined || /^(?:outbound|inbound-vip)\|/.test(cell),
  );
  if (version < 0 || cells.some((cell) => timeNames.includes(lastName(cell)) || isCountName(cell)))
    return undefined;
  const time = cells.findIndex(
    (cell, column) =>
      column !== version &&
      /^\d{4}-\d\d-\d\d|^\d{10,}(?:\.\d+)?$/.test(cell) &&
      parseTime(cell) !== undefined,
  );
  const count = cells.findIndex(
    (cell, column) => column !== version && column !== time && /^\d+$/.test(cell),
  );
  if (time < 0 && (count < 0 || cells.length > 2)) return undefined;
  const name = /^(?:outbound|inbound-vip)\|/.test(cells[version]!) ? 'upstream_cluster' : 'version';
  return cells.map((_, column) =>
    column === version
      ? name
      : column === time
        ? 'time'
        : column === count && cells.length === 2
          ? 'count'
          : `column ${column + 1}`,
  );
}

/** `12`, `0.5 req/s`, `1.2 K`, `1,234`, and `12,5` where a semicolon separates cells; undefined for an empty cell and for null. */
function numberOf(
  text: string,
  separator: string,
): { readonly value: number; readonly unit: string } | undefined {
  const read = /^(-?\d[\d.,]*(?:e[+-]?\d+)?)\s*(K|k|M|Mil|Million)?\s*([^\d\s].*)?$/i.exec(text.trim());
  if (read === null) return undefined;
  const [, digits = '', factor = '', unit = ''] = read;
  const plain =
    separator === ';' && /^-?\d+,\d+$/.test(digits) ? digits.replace(',', '.') : digits.replace(/,/g, '');
  const value = Number(plain) * (factor === '' ? 1 : /^k$/i.test(factor) ? 1e3 : 1e6);
  return Number.isFinite(value) ? { value, unit: unit.trim() } : undefined;
}
