import { expect, test } from 'vitest';
import { visible, visibleLines } from '../../src/manifest/visible.ts';

test.each([
  ['\u001b[31mred', '\\x1b[31mred', 'colours of a terminal'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07', 'OSC, the title of a window'],
  ['\u009b2J', '\\u009b2J', 'CSI as one character (ECMA-48)'],
  ['v1\u202e3v', 'v1\\u202e3v', 'right to left from here on'],
  ['a\u2066b\u2069', 'a\\u2066b\\u2069', 'an isolate'],
  ['a\u200bb\ufeff', 'a\\u200bb\\ufeff', 'nothing to be seen'],
  ['a\u{e0041}', 'a\\udb40\\udc41', 'a tag, nothing to be seen'],
  ['line\rover', 'line\\rover', 'the cursor back at the start'],
  ['\u007f', '\\u007f', 'DEL'],
  ['größer ★ 日本 👩‍💻', 'größer ★ 日本 👩‍💻', 'letters and signs are what they are'],
])('%j is printed as %s: %s', (text, shown) => {
  expect(visible(text)).toBe(shown);
  expect(visibleLines(text)).toBe(shown);
});

test('line breaks are written out in a name, and break lines in a layout', () => {
  expect(visible('a\n\tb')).toBe('a\\n\\tb');
  expect(visibleLines('a\n\tb\r\n')).toBe('a\n\tb\r\n');
});

test('a JSON text that is printed so holds the same data', () => {
  const data = { name: 'a\u001b\u0085\u202e\u{e0041}\u2028\n' };
  expect(JSON.parse(visibleLines(JSON.stringify(data, null, 2)))).toEqual(data);
});
