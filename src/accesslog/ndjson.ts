import { jsonObject } from './json-line.ts';
import type { Unparsed } from './line-part.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Recording } from './recording.ts';
import { columnRoles, layoutOf, requestOfRow, type Columns } from './table-row.ts';

/** A JSON object a line -> the requests; fields play the columns of a table. */
export function parseNdjson(text: string, columns: Columns): Recording {
  const requests: RecordedRequest[] = [];
  const problems: string[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .forEach((line, index) => {
      if (line.trim() === '') return;
      const read = parseNdjsonLine(line, index + 1, columns);
      if ('unparsed' in read) problems.push(`line ${index + 1}: ${read.unparsed}`);
      else requests.push(read);
    });
  return { requests, problems };
}

/** One such line. An object under `headers` holds request headers; other nested values are left out. */
export function parseNdjsonLine(
  line: string,
  lineNumber: number,
  columns: Columns,
): RecordedRequest | Unparsed {
  const fields = jsonObject(line, 0);
  if (fields === undefined) return { unparsed: 'no JSON object' };
  const row: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' || typeof value === 'number') row[name.toLowerCase()] = String(value);
    else if (name === 'headers' && typeof value === 'object' && value !== null) {
      for (const [header, text] of Object.entries(value)) {
        if (typeof text === 'string') row[header.toLowerCase()] = text;
      }
    }
  }
  for (const role of columnRoles) {
    const wanted = columns[role]?.toLowerCase();
    if (wanted !== undefined && row[wanted] === undefined) return { unparsed: `there is no "${wanted}"` };
  }
  const layout = layoutOf(Object.keys(row), columns);
  return typeof layout === 'string' ? { unparsed: layout } : requestOfRow(row, layout, lineNumber);
}
