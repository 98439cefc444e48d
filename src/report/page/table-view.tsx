import { plural } from '../../words/number.ts';
import type { KeyStyle } from '../palette.ts';
import type { Table } from '../table/table.ts';
import { keepUnits } from '../keep-units.ts';
import { words } from './words.tsx';
import { Swatch } from './swatch.tsx';

/** The looks of keys by the words that name them in cells: their signs stand before these cells. */
export type CellStyles = ReadonlyMap<string, KeyStyle>;

/** Nobody reads on after so many; tens of thousands would take a browser seconds and hundreds of megabytes. */
const mostRows = 2_000;

/** A table that may be wider than the screen; nothing where it has no rows. */
export function TableView({ table, styles }: { readonly table: Table; readonly styles?: CellStyles }) {
  if (table.rows.length === 0) return null;
  return (
    <div class="scroll" role="region" tabindex={0} aria-label={table.caption}>
      <table>
        <caption>{keepUnits(table.caption)}</caption>
        <thead>
          <tr>
            {table.columns.map(({ title, align }) => (
              <th scope="col" class={align}>
                {keepUnits(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(0, mostRows).map((row, y) => (
            <tr>
              {row.map((_, x) => (
                <Cell table={table} x={x} y={y} styles={styles} />
              ))}
            </tr>
          ))}
        </tbody>
        {table.rows.length > mostRows && (
          <tfoot>
            <tr>
              <td class="left" colspan={table.columns.length}>
                {`and ${plural(table.rows.length - mostRows, 'more row')}: the record has all that they say`}
              </td>
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  );
}

function Cell({
  table,
  x,
  y,
  styles,
}: {
  readonly table: Table;
  readonly x: number;
  readonly y: number;
  readonly styles: CellStyles | undefined;
}) {
  const { align, merged = false } = table.columns[x]!;
  const cell = table.rows[y]![x]!;
  if (merged && cell === '' && y > 0) return null;
  const span = merged ? filledRun(table, x, y) : 1;
  const style = styles?.get(cell);
  const look = {
    class: [align, cell.length <= shortCell && 'short', isNewGroup(table, y) && 'group']
      .filter(Boolean)
      .join(' '),
    rowspan: span > 1 ? span : undefined,
  };
  const text = (
    <>
      {style !== undefined && (
        <>
          <Swatch of={style} />{' '}
        </>
      )}
      {words(cell)}
    </>
  );
  return x === 0 ? (
    <th scope={span > 1 ? 'rowgroup' : 'row'} {...look}>
      {text}
    </th>
  ) : (
    <td {...look}>{text}</td>
  );
}

/** Cells up to this many letters stay on one line. */
const shortCell = 16;

/** Rows from `y` on that a filled cell of a merged column stands for. */
function filledRun(table: Table, x: number, y: number): number {
  const end = Math.min(table.rows.length, mostRows);
  let next = y + 1;
  while (next < end && table.rows[next]![x] === '') next += 1;
  return next - y;
}

/** In a table with merged columns a line stands above each new group. */
function isNewGroup(table: Table, y: number): boolean {
  return y > 0 && table.columns[0]?.merged === true && table.rows[y]?.[0] !== '';
}
