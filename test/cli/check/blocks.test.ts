import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blocksOf } from '../../../src/cli/check/blocks.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blocks-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<string[]> {
  const path = join(folder, 'a.log');
  await writeFile(path, text);
  const blocks: string[] = [];
  for await (const block of blocksOf(path)) blocks.push(Buffer.from(block).toString());
  return blocks;
}

const mega = 1024 * 1024;

test('blocks end where lines end, and together are the file', async () => {
  const text = `${'x'.repeat(999)}\n`.repeat(3000) + 'cut off';
  const blocks = await read(text);
  expect(blocks.join('')).toBe(text);
  expect(blocks.length).toBeGreaterThan(2);
  for (const block of blocks.slice(0, -1)) expect(block.endsWith('\n')).toBe(true);
  expect(blocks.at(-1)).toMatch(/^cut off$/);
});

test.each([
  { name: 'an empty file', text: '' },
  { name: 'one line end', text: '\n' },
  { name: 'a line of two blocks and a half', text: `a\n${'x'.repeat(2.5 * mega)}\nb\n` },
  { name: 'no line end at all', text: 'x'.repeat(mega) },
])('$name comes back whole', async ({ text }) => {
  expect((await read(text)).join('')).toBe(text);
});

test('what cannot be opened or read says why', async () => {
  await expect(blocksOf(join(folder, 'none'))[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'ENOENT',
  });
  await expect(blocksOf(folder)[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'EISDIR' });
});
