import type { RunRecord } from '../../record/record.ts';
import { count } from '../../words/number.ts';
import { left, right, type Table } from './table.ts';

/** Who asked for pages, and how many came back broken. */
export function trafficTable(record: RunRecord): Table {
  return {
    caption: 'Pages asked for, by entry of the traffic',
    columns: [left('Name'), left('Kind'), right('Pages'), right('Failed')],
    rows: record.traffic.map((row) => [row.name, row.kind, count(row.pages), count(row.failed)]),
  };
}
