import type { Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Recording } from './recording.ts';
import { layoutOf, requestOfRow, type Columns, type Layout } from './table-row.ts';

/**
 * A table with a heading line -> its requests (RFC 4180: quoted cells may hold separators, doubled quotes and line ends;
 * a semicolon or a tab separates where the heading says so).
 */
export function parseCsv(text: string, columns: Columns): Recording {
  const reader = new CsvReader(columns);
  const requests: RecordedRequest[] = [];
  const problems: string[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .forEach((line, index) => {
      const read = reader.line(line.endsWith('\r') ? line.slice(0, -1) : line, index + 1);
      if (read === undefined) return;
      if ('unparsed' in read) problems.push(`line ${index + 1}: ${read.unparsed}`);
      else requests.push(read);
    });
  if (reader.problem !== undefined) problems.unshift(reader.problem);
  if (reader.isOpen) problems.push('the table ends within a quoted cell');
  return { requests, problems };
}

/** Records of a table as they come, line by line; the first tells what separates cells. */
export class CsvRows {
  #separator: string | undefined;
  #open = '';

  /** Whether a quoted cell is still open. */
  get isOpen(): boolean {
    return this.#open !== '';
  }

  get separator(): string {
    return this.#separator ?? ',';
  }

  /** The cells of the record that ends with this line (without its line end); undefined where none does. */
  line(text: string): string[] | undefined {
    if (!this.isOpen) {
      // Spreadsheets are told so.
      const told = /^sep=(.)$/i.exec(text.trim())?.[1];
      if (told !== undefined && this.#separator === undefined) {
        this.#separator = told;
        return undefined;
      }
    }
    this.#separator ??= separatorOf(text);
    const record = this.#open + text;
    const cells = cellsOf(record, this.#separator);
    if (cells === undefined) {
      this.#open = `${record}\n`;
      return undefined;
    }
    this.#open = '';
    return record.trim() === '' ? undefined : cells;
  }
}

/** The same line by line, for tables of any size. */
export class CsvReader {
  /** What stands in the way of reading any row: a named column that is not there. */
  problem: string | undefined;
  readonly #columns: Columns;
  readonly #rows = new CsvRows();
  #names: readonly string[] | undefined;
  #layout: Layout = {};

  constructor(columns: Columns) {
    this.#columns = columns;
  }

  /** Whether a quoted cell is still open. */
  get isOpen(): boolean {
    return this.#rows.isOpen;
  }

  /** The columns of the heading, in lower case. */
  get columnNames(): readonly string[] {
    return this.#names ?? [];
  }

  /** Whether a column says the version, or the cluster that names it. */
  get tellsVersion(): boolean {
    return this.#layout.version !== undefined || this.#layout.cluster !== undefined;
  }

  /** The request that ends with this line (without its line end); undefined where none does. */
  line(text: string, number: number): RecordedRequest | Unparsed | undefined {
    const cells = this.#rows.line(text);
    return cells === undefined ? undefined : this.row(cells, number);
  }

  /** The request of a record; the first one is the heading. */
  row(cells: readonly string[], number: number): RecordedRequest | Unparsed | undefined {
    if (this.#names === undefined) {
      this.#begin(cells);
      return undefined;
    }
    if (this.problem !== undefined) return { unparsed: this.problem };
    const row: Record<string, string> = {};
    this.#names.forEach((name, index) => {
      row[name] = cells[index]?.trim() ?? '';
    });
    if (cells.length < this.#names.length) {
      return { unparsed: `${cells.length} cells in place of ${this.#names.length}` };
    }
    return requestOfRow(row, this.#layout, number);
  }

  #begin(cells: readonly string[]): void {
    this.#names = cells.map((cell) => cell.trim().toLowerCase());
    const layout = layoutOf(this.#names, this.#columns);
    if (typeof layout === 'string') this.problem = layout;
    else this.#layout = layout;
  }
}

/** Of comma, semicolon and tab the one that the heading has most of. */
function separatorOf(heading: string): string {
  const count = (mark: string): number => heading.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** The cells of a record, or undefined where it ends within quotes. */
function cellsOf(record: string, separator: string): string[] | undefined {
  if (!record.includes('"')) return record.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell = '';
    if (record[at] === '"') {
      at += 1;
      for (;;) {
        const end = record.indexOf('"', at);
        if (end < 0) return undefined;
        cell += record.slice(at, end);
        at = end + 1;
        if (record[at] !== '"') break;
        cell += '"';
        at += 1;
      }
    }
    const end = record.indexOf(separator, at);
    cells.push(cell + record.slice(at, end < 0 ? record.length : end));
    if (end < 0) return cells;
    at = end + 1;
  }
}
