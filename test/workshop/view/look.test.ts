import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { byMark, darkTwin, stylesOf } from '../../../src/report/palette.ts';
import { looksOf } from '../../../src/workshop/view/look.ts';

const style = readFileSync('src/workshop/view/style.css', 'utf8');

test('every colour that a version may have is one of the page, by day and by night, as on all charts', () => {
  const keys = Array.from({ length: 12 }, (_, place) => `k${place}`);
  const colours = new Set([...Object.values(byMark), ...keys.map((key) => stylesOf(keys)(key).colour)]);
  for (const colour of colours) {
    expect(style).toContain(
      `.hue-${colour.slice(1)} {\n  --hue: light-dark(${colour}, ${darkTwin[colour] ?? colour});\n}`,
    );
  }
});

test('versions differ by shape, too; Bookinfo draws stars or none', () => {
  const bookinfo = looksOf([
    { key: 'v1', mark: 'none' },
    { key: 'v2', mark: 'black' },
    { key: 'v3', mark: 'red' },
  ]);
  expect(['v1', 'v2', 'v3'].map((key) => bookinfo(key).shape)).toEqual(['ring', 'star', 'star']);
  expect(new Set(['v1', 'v2', 'v3'].map((key) => bookinfo(key).hue)).size).toBe(3);
  const others = ['a', 'b', 'c', 'd'].map((key) => ({ key, mark: null }));
  expect(new Set(others.map(({ key }) => looksOf(others)(key).shape)).size).toBe(4);
});
