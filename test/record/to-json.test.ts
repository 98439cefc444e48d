import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonParts, toJson } from '../../src/record/to-json.ts';

/** A list with so many items, somewhere within plain data. */
const withLongList = fc
  .tuple(fc.jsonValue(), fc.jsonValue(), fc.integer({ min: 0, max: 3 }))
  .map(([item, other, times]) => {
    const list = Array.from({ length: times * 1000 + (times > 1 ? 1 : 0) }, (_, at) => [at, item]);
    return { 'a "name"': [other, { list, absent: undefined, other }], list, none: [], empty: {} };
  });

test('the parts of a text are the text, line by line', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), withLongList), (data) => {
      expect([...jsonParts(data)].join('')).toBe(toJson(data));
    }),
    { numRuns: 50 },
  );
});

test('no part holds more than a thousand items of a list', () => {
  const item = 'x'.repeat(100);
  const parts = [...jsonParts({ lists: [Array<string>(5000).fill(item)] })];
  // Each stands in a line of its own, with quotes, a comma, and not ten spaces.
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(1000 * (item.length + 14));
});
