import { expect, test } from 'vitest';
import { copyColumns, growColumns, grown, nextLength, unrolled } from '../../src/kernel/columns.ts';

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

test.each([0, 1, 3])('a ring whose head is at %i is put in order at twice its length', (head) => {
  const ring = Int32Array.of(10, 11, 12, 13);
  const order = Array.from({ length: 4 }, (_, i) => ring[(head + i) % 4]!);
  expect([...unrolled(ring, head)]).toEqual([...order, 0, 0, 0, 0]);
});
