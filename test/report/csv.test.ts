import { expect, test } from 'vitest';
import { csvField, windowsCsv } from '../../src/report/csv.ts';
import { fifteenRefreshes, hostile, sixPushes, withoutAnything } from '../support/record.ts';

const header = 'from_s,to_s,service,key,configured,effective,n,k,share,lo,hi,p50_ms,p95_ms,p99_ms,errors';

test('a run without a split has the header alone', () => {
  expect(windowsCsv(withoutAnything())).toBe(`${header}\r\n`);
});

test('there is a row for each window and key', () => {
  const record = sixPushes();
  const rows = windowsCsv(record).split('\r\n');
  expect(rows).toHaveLength(record.splits[0]!.windows.length * 3 + 2);
  expect(rows[0]).toBe(header);
});

test('a window with one page of v1 tells its share and its Wilson interval', () => {
  // The first refresh comes at 65 s. Wilson 95 % of 1 in 1: n / (n + z^2) = 1 / 4.841459 = 0.206549 to 1.
  const rows = windowsCsv(fifteenRefreshes()).split('\r\n');
  expect(rows).toContain('65,66,reviews,v1,0.5,0.5,1,1,1,0.206549,1,9,24,47,0');
  // Of v3 there was none: no latency to tell. 0 of 1 ends at z^2 / (n + z^2).
  expect(rows).toContain('65,66,reviews,v3,0.5,0.5,1,0,0,0,0.793451,,,,0');
});

test('a window without requests leaves empty what it does not know', () => {
  expect(windowsCsv(fifteenRefreshes()).split('\r\n')[1]).toBe('0,1,reviews,v1,,,0,0,,,,,,,0');
});

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "x"', '"say ""x"""'],
  ['two\nlines', '"two\nlines"'],
])('RFC 4180 writes %j as %j', (value, field) => {
  expect(csvField(value)).toBe(field);
});

test('hostile names stay in their fields', () => {
  for (const row of parsed(windowsCsv(hostile()))) expect(row).toHaveLength(15);
});

/** A reader of RFC 4180. */
function parsed(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? bare!);
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}
