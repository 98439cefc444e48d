import { describe, expect, test } from 'vitest';
import {
  copyColumns,
  copyPacked,
  growColumns,
  grown,
  growPacked,
  movePacked,
  nextLength,
  numberOf,
  rowStep,
  unrolled,
  type Column,
} from '../../src/kernel/columns.ts';

test('a grown column holds what it held, and what it is filled with', () => {
  const column = Int16Array.of(3, -4);
  expect(grown(column, 4, -1)).toEqual(Int16Array.of(3, -4, -1, -1));
  expect(grown(column, 2)).toBe(column);
});

test('rows that come one by one are moved a constant number of times each', () => {
  let [length, moved] = [0, 0];
  for (let rows = 1; rows <= 100_000; rows++) {
    if (rows <= length) continue;
    moved += length;
    length = nextLength(length, rows);
  }
  // A sum of halves: at most once the final length.
  expect(moved).toBeLessThan(length);
});

test('all columns of a table grow together, and what is no column stays', () => {
  const table = { due: Float64Array.of(1.5), row: Int32Array.of(7), count: 1, names: ['a'] };
  growColumns(table, 2);
  expect(table).toEqual({ due: Float64Array.of(1.5, 0), row: Int32Array.of(7, 0), count: 1, names: ['a'] });
});

test('copied columns are of the same length, and nobody else’s', () => {
  const [from, to] = [{ row: Int32Array.of(1, 2, 3) }, { row: new Int32Array(1) }];
  copyColumns(to, from);
  from.row[0] = 9;
  expect(to.row).toEqual(Int32Array.of(1, 2, 3));
});

describe('a packed table', () => {
  /** More fields of one size than share an array, and fields of three sizes. */
  const packed = (rows: number) => {
    const fields = Array.from({ length: 11 }, (_, place) => [`field${place}`, new Int32Array(0)] as const);
    const table = {
      ...(Object.fromEntries(fields) as Record<string, Column>),
      dueUs: new Float64Array(0),
      isLate: new Uint8Array(0),
      count: 1,
    };
    growPacked(table, rows);
    return table;
  };
  const columns = (table: ReturnType<typeof packed>) =>
    Object.values(table).filter((field) => typeof field !== 'number');
  const rows = (count: number) => Array.from({ length: count }, (_, number) => number * rowStep);
  /** Every field of every row gets a value that no other has; those of one byte are small. */
  const fill = (table: ReturnType<typeof packed>, count: number, from = 0) =>
    columns(table).forEach((column, place) =>
      rows(count).forEach((row) => (column[row] = from + 12 * numberOf(row) + place)),
    );
  const valuesOf = (table: ReturnType<typeof packed>, count: number) =>
    columns(table).map((column) => rows(count).map((row) => column[row]));
  const filled = (count: number, from = 0) =>
    Array.from({ length: 13 }, (_, place) => rows(count).map((row) => from + 12 * numberOf(row) + place));

  test('keeps every field of every row apart from all others, and what is no column as it is', () => {
    const table = packed(3);
    fill(table, 3);
    expect(valuesOf(table, 3)).toEqual(filled(3));
    expect(table.count).toBe(1);
  });

  test('has the fields of a row side by side', () => {
    const [first, second] = columns(packed(3));
    expect(second!.buffer).toBe(first!.buffer);
    expect(second!.byteOffset - first!.byteOffset).toBe(4);
  });

  test('grows with what it holds, and its new rows are 0', () => {
    const table = packed(2);
    fill(table, 2);
    growPacked(table, 5);
    expect(valuesOf(table, 2)).toEqual(filled(2));
    for (const column of columns(table))
      expect(
        rows(5)
          .slice(2)
          .map((row) => column[row]),
      ).toEqual([0, 0, 0]);
  });

  test('is copied into arrays of its own', () => {
    const [from, to] = [packed(2), packed(1)];
    fill(from, 2);
    copyPacked(to, from);
    fill(from, 2, 100);
    expect(valuesOf(to, 2)).toEqual(filled(2));
  });

  test('takes its rows along into the longer arrays of another', () => {
    const [table, longer] = [packed(2), packed(4)];
    fill(table, 2);
    movePacked(table, longer);
    expect(valuesOf(table, 2)).toEqual(filled(2));
    expect(columns(table)[0]!.buffer).toBe(columns(longer)[0]!.buffer);
  });
});

test.each([0, 1, 3])('a ring whose head is at %i is put in order at twice its length', (head) => {
  const ring = Int32Array.of(10, 11, 12, 13);
  const order = Array.from({ length: 4 }, (_, i) => ring[(head + i) % 4]!);
  expect([...unrolled(ring, head)]).toEqual([...order, 0, 0, 0, 0]);
});
