import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';

const doors = readdirSync('src/door').map((file) => basename(file, '.ts'));
/** What a program that has installed the package finds under a name, by Node's own resolution. */
const namesOf = (specifier: string): string[] =>
  JSON.parse(
    execFileSync(
      process.execPath,
      ['-e', `import('${specifier}').then((door) => console.log(JSON.stringify(Object.keys(door).sort())))`],
      { encoding: 'utf8' },
    ),
  ) as string[];

describe('what the package offers by rooms', () => {
  const whole = namesOf('meshshift');
  test.each(doors)('meshshift/%s is a part of the whole, and not empty', (door) => {
    const names = namesOf(`meshshift/${door}`);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !whole.includes(name))).toEqual([]);
  });

  test('a name stands in one room alone', () => {
    const all = doors.flatMap((door) => namesOf(`meshshift/${door}`));
    expect(all.sort()).toEqual(whole);
  });

  test('what is bundled is named with its licence', () => {
    const text = readFileSync('dist/THIRD-PARTY-LICENSES.txt', 'utf8');
    for (const name of ['vega-lite', 'd3-array', 'seedrandom', 'commander']) {
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
    }
  });
});
