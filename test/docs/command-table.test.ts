import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { meshshift } from '../support/io.ts';

test('the README lists every command that the help lists, and no other', async () => {
  const { out } = await meshshift(['--help']);
  const helped = out
    .slice(out.indexOf('Commands:'))
    .split('\n')
    .flatMap((line) => /^ {2}([a-z]+)/.exec(line)?.[1] ?? []);
  const section = readFileSync('README.md', 'utf8').split('\n## Commands\n')[1]!.split('\n## ')[0]!;
  const cells = section.split('\n').flatMap((line) => /^\| (`.*?) *\|/.exec(line)?.[1] ?? []);
  const listed = cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+)/g)].map(([, name]) => name!));
  expect(new Set(listed)).toEqual(new Set(helped.filter((name) => name !== 'help' && name !== 'meshshift')));
});
