import { expect, test } from 'vitest';
import { listed } from '../../src/words/listed.ts';

test.each([
  { names: [], text: '' },
  { names: ['a'], text: 'a' },
  { names: ['a', 'b'], text: 'a and b' },
  { names: ['a', 'b', 'c'], text: 'a, b and c' },
])('$text: names are told as people list them', ({ names, text }) => {
  expect(listed(names)).toBe(text);
});

test('of more names than are told, the number of the others is told', () => {
  expect(listed(['a', 'b', 'c', 'd', 'e'], 'or', 2)).toBe('a, b or 3 more');
});
