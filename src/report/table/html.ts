import { escaped } from '../escaped.ts';
import type { Table } from './table.ts';

/** A table as HTML; `swatches` are signs that stand before cells of these words. */
export function tableHtml(table: Table, swatches: ReadonlyMap<string, string>): string {
  if (table.rows.length === 0) return '';
  const head = table.columns.map(
    ({ title, align }) => `<th scope="col" class="${align}">${escaped(title)}</th>`,
  );
  const rows = table.rows.map(
    (row, y) => `<tr>${row.map((cell, x) => cellHtml(table, swatches, x, y, cell)).join('')}</tr>`,
  );
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(table.caption)}"><table>
<caption>${escaped(table.caption)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table></div>`;
}

function cellHtml(
  table: Table,
  swatches: ReadonlyMap<string, string>,
  x: number,
  y: number,
  cell: string,
): string {
  const column = table.columns[x]!;
  if (column.merged === true && cell === '' && y > 0) return '';
  const span = column.merged === true ? filledRun(table, x, y) : 1;
  const isHeader = x === 0;
  const attributes = [
    isHeader ? ` scope="${span > 1 ? 'rowgroup' : 'row'}"` : '',
    span > 1 ? ` rowspan="${span}"` : '',
    ` class="${[column.align, ...(cell.length <= shortCell ? ['short'] : []), ...(isNewGroup(table, y) ? ['group'] : [])].join(' ')}"`,
  ].join('');
  const text = `${swatches.get(cell) ?? ''}${escaped(cell)}`;
  return isHeader ? `<th${attributes}>${text}</th>` : `<td${attributes}>${text}</td>`;
}

/** Cells up to this many letters stay on one line. */
const shortCell = 16;

/** Rows from `y` on that a filled cell of a merged column stands for. */
function filledRun(table: Table, x: number, y: number): number {
  const next = table.rows.findIndex((row, i) => i > y && row[x] !== '');
  return (next < 0 ? table.rows.length : next) - y;
}

/** In a table with merged columns a line stands above each new group. */
function isNewGroup(table: Table, y: number): boolean {
  return y > 0 && table.columns[0]?.merged === true && table.rows[y]?.[0] !== '';
}
