import { max, sum } from 'd3-array';
import { visible } from '../manifest/visible.ts';
import { missing } from '../words/number.ts';
import { left, type Table } from './table/table.ts';

/** Words and tables laid out in fixed-width characters. */

/** Foreign text on one line: its line breaks and tabs are blanks, other controls and marks of direction are written out. */
export function oneLine(text: string): string {
  return visible(text.replace(/[\t\n\v\f\r\u2028\u2029]+/g, ' '));
}

/**
 * Text broken at blanks so that no line is wider than `width`, if its words allow it. The first line begins with `first`,
 * later ones with `hang`. A number keeps its "%" and an "=" its sides.
 */
export function wrapped(text: string, width: number, first = '', hang = first): string[] {
  const lines: string[] = [];
  let line = '';
  let indent = first;
  for (const word of oneLine(text).split(/(?<!=) (?![%=])/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
      indent = hang;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

/**
 * The same in `most` lines at most. What is too long ends with a sentence or a clause, if one ends on the second half of the
 * last line, and "…" tells that more was said.
 */
export function shortened(text: string, most: number, width: number, first = '', hang = first): string[] {
  const lines = wrapped(text, width, first, hang);
  if (lines.length <= most) return lines;
  const room = (lines[most - 1] ?? '').slice(0, width - 2);
  const clause = /^.*(?=[.;:] )/.exec(room)?.[0] ?? '';
  const whole = room.length < (lines[most - 1] ?? '').length ? room.replace(/ \S*$/, '') : room;
  const kept = clause.length > width / 2 ? clause : whole.replace(/[,;:.]$/, '');
  return [...lines.slice(0, most - 1), `${kept} …`];
}

/**
 * The rows of a table under its column titles, `gap` blanks between columns; stacked cell by cell where it is wider than
 * `width` letters.
 */
export function tableLines(table: Table, width: number, gap = 2): string[] {
  const cells = [table.columns.map((column) => column.title), ...table.rows.map((row) => row.map(oneLine))];
  const widths = table.columns.map((_, i) => max(cells, (row) => (row[i] ?? '').length)!);
  if (sum(widths) + gap * (widths.length - 1) > width) return stacked(table, width);
  return cells.map((row) =>
    table.columns
      .map(({ align }, i) =>
        align === 'left' ? (row[i] ?? '').padEnd(widths[i]!) : (row[i] ?? '').padStart(widths[i]!),
      )
      .join(' '.repeat(gap))
      .trimEnd(),
  );
}

/** A table as kubectl prints it: three blanks between columns, and a row a line at any width, for what reads it in a pipe. */
export function listing(headings: readonly string[], rows: Table['rows']): string {
  const table = { caption: '', columns: headings.map(left), rows };
  return tableLines(table, Infinity, 3)
    .map((line) => `${line}\n`)
    .join('');
}

/**
 * The same for people, `width` letters wide: cells of the widest columns go on below; where the
 * words are too long for that, the rows are stacked.
 */
export function fittedListing(headings: readonly string[], rows: Table['rows'], width: number): string {
  const cells = [headings, ...rows.map((row) => row.map(oneLine))];
  const sizeOf = (letters: (cell: string) => number): number[] =>
    headings.map((_, i) => max(cells, (row) => letters(row[i] ?? ''))!);
  const natural = sizeOf((cell) => cell.length);
  const narrowest = sizeOf((cell) => max(cell.split(' '), (word) => word.length)!);
  const room = width - 3 * (headings.length - 1);
  if (sum(narrowest) > room) {
    const table = { caption: '', columns: headings.map(left), rows };
    return `${tableLines(table, width).join('\n')}\n`;
  }
  const widthsUpTo = (most: number): number[] =>
    natural.map((own, i) => Math.max(narrowest[i]!, Math.min(own, most)));
  let most = max(natural) ?? 0;
  while (most > 0 && sum(widthsUpTo(most)) > room) most -= 1;
  const widths = widthsUpTo(most);
  const folded = rows.flatMap((row) => {
    const lines = headings.map((_, i) => wrapped(row[i] ?? '', widths[i]!));
    return Array.from({ length: max(lines, (own) => own.length)! }, (_, line) =>
      lines.map((own) => own[line] ?? ''),
    );
  });
  return listing(headings, folded);
}

function stacked(table: Table, width: number): string[] {
  return table.rows.flatMap(([first = '', ...rest]) => {
    const facts = rest.flatMap((cell, i) =>
      cell === '' || cell === missing ? [] : [`${table.columns[i + 1]!.title.toLowerCase()} ${cell}`],
    );
    return wrapped(`${first}: ${facts.join(', ')}`, width, '', '  ');
  });
}
