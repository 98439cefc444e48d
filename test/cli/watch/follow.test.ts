import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { followFile, untilAborted } from '../../../src/cli/watch/follow.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshshift-follow-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The next so many bytes as text, in however many chunks they come. */
async function next(chunks: AsyncIterator<Uint8Array>, length: number): Promise<string> {
  let text = '';
  while (text.length < length) text += new TextDecoder().decode((await chunks.next()).value as Uint8Array);
  return text;
}

test('a file is read from its beginning and then as it grows, until the signal', async () => {
  const path = join(folder, 'a.log');
  writeFileSync(path, 'one\n');
  const stop = new AbortController();
  const chunks = followFile(path, stop.signal)[Symbol.asyncIterator]();
  expect(await next(chunks, 4)).toBe('one\n');
  const waiting = next(chunks, 4);
  appendFileSync(path, 'two\n');
  expect(await waiting).toBe('two\n');
  const last = chunks.next();
  stop.abort();
  expect((await last).done).toBe(true);
});

test('a rotated log is read on in the file that takes its name', async () => {
  const path = join(folder, 'a.log');
  writeFileSync(path, 'one\n');
  const stop = new AbortController();
  const chunks = followFile(path, stop.signal)[Symbol.asyncIterator]();
  expect(await next(chunks, 4)).toBe('one\n');
  renameSync(path, join(folder, 'a.log.1'));
  writeFileSync(path, 'new\n');
  expect(await next(chunks, 4)).toBe('new\n');
  stop.abort();
  expect((await chunks.next()).done).toBe(true);
});

test('a log that is cut back to nothing is read from its beginning again', async () => {
  const path = join(folder, 'a.log');
  writeFileSync(path, 'one and more\n');
  const stop = new AbortController();
  const chunks = followFile(path, stop.signal)[Symbol.asyncIterator]();
  expect(await next(chunks, 13)).toBe('one and more\n');
  truncateSync(path, 0);
  appendFileSync(path, 'two\n');
  expect(await next(chunks, 4)).toBe('two\n');
  stop.abort();
  expect((await chunks.next()).done).toBe(true);
});

test('a file that is not there is an error at once', async () => {
  const chunks = followFile(join(folder, 'none.log'), new AbortController().signal)[Symbol.asyncIterator]();
  await expect(chunks.next()).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a pipe ends at its end, or at the signal while it waits', async () => {
  const stop = new AbortController();
  const short = untilAborted(Readable.from([Uint8Array.of(97)]), stop.signal)[Symbol.asyncIterator]();
  expect(await next(short, 1)).toBe('a');
  expect((await short.next()).done).toBe(true);

  const endless = new Readable({ read: () => {} });
  const chunks = untilAborted(endless, stop.signal)[Symbol.asyncIterator]();
  const waiting = chunks.next();
  stop.abort();
  expect((await waiting).done).toBe(true);
  expect(endless.destroyed).toBe(true);
});
