import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedColumn } from '../../src/kernel/packed-column.ts';

const numbers = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1 }),
  fc.array(fc.integer({ min: -70_000, max: 70_000 }), { minLength: 1 }),
  fc.array(fc.maxSafeInteger(), { minLength: 1 }),
  fc.array(fc.double(), { minLength: 1 }),
);

test('a packed column gives back each number as it was', () => {
  fc.assert(
    fc.property(numbers, (list) => {
      const packed = new PackedColumn(Float64Array.from(list));
      // The one difference that nobody can write in JSON is of 0 and -0.
      expect(list.map((_, row) => packed.at(row) + 0)).toEqual(list.map((number) => number + 0));
    }),
  );
});

test('what it was made of may go on being written', () => {
  const column = Float64Array.of(1.5, 2.5);
  const packed = new PackedColumn(column);
  column[0] = 7;
  expect([packed.at(0), packed.at(1)]).toEqual([1.5, 2.5]);
});
