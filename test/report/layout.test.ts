import { describe, expect, test } from 'vitest';
import { listing, tableLines } from '../../src/report/layout.ts';
import { left, right } from '../../src/report/table/table.ts';

// Columns, padding and gaps as `kubectl get` prints them (k8s.io/cli-runtime/pkg/printers/tabwriter.go: padding 3).
describe('a listing', () => {
  test('stands in columns three blanks apart, under its headings', () => {
    const rows = [
      ['reviews-v1', '2/2', '0'],
      ['ratings', '1/2', '12'],
    ];
    expect(listing(['NAME', 'READY', 'RESTARTS'], rows)).toBe(
      'NAME         READY   RESTARTS\nreviews-v1   2/2     0\nratings      1/2     12\n',
    );
  });

  test('of nothing is its headings', () => {
    expect(listing(['NAME', 'AGE'], [])).toBe('NAME   AGE\n');
  });

  test('keeps a name with a line break on its own row', () => {
    expect(listing(['NAME', 'AGE'], [['two\nlines', '5s']])).toBe('NAME        AGE\ntwo lines   5s\n');
  });
});

test('a table that is wider than its page stands row by row, cell by cell', () => {
  const table = { caption: '', columns: [left('Plan'), right('Minutes')], rows: [['0, 50, 100', '12']] };
  expect(tableLines(table, 40)).toEqual(['Plan        Minutes', '0, 50, 100       12']);
  expect(tableLines(table, 18)).toEqual(['0, 50, 100:', '  minutes 12']);
});
