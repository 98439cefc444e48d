import { expect, test } from 'vitest';
import { pixelLines, textWidth } from '../../src/report/glyphs.ts';

test.each([
  ['p50: v1 5.89', ' ms', ['p50: v1', '5.89 ms']],
  ['at most 10', ' %', ['at most', '10 %']],
  ['chance: p', ' = 0.03', ['chance:', 'p = 0.03']],
])('a line of a title does not end between “%s” and “%s”', (start, unit, lines) => {
  expect(pixelLines(start + unit, textWidth(start, 16, true) + 1, 16, true)).toEqual(lines);
});
