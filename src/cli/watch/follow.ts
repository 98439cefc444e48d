import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

const chunkBytes = 256 * 1024;

/** How long to wait before looking at the file again, in milliseconds. */
const pauseMs = 250;

/**
 * Bytes of a file from its beginning, and then as they are appended, until `signal` aborts. A file that shrinks or is
 * replaced by another of its name (log rotation) is read on from the beginning of the new one.
 * @throws the error of the system when the file cannot be opened at first; later it may be away for a while.
 */
export async function* followFile(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  let file = await open(path, 'r');
  let inode = (await file.stat()).ino;
  let at = 0;
  try {
    while (!signal.aborted) {
      const { bytesRead, buffer } = await file.read(new Uint8Array(chunkBytes), 0, chunkBytes, at);
      if (bytesRead > 0) {
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
        continue;
      }
      const now = await stat(path).catch(() => undefined);
      if (now !== undefined && now.ino !== inode) {
        const next = await open(path, 'r').catch(() => undefined);
        if (next !== undefined) {
          await file.close();
          file = next;
          inode = (await file.stat()).ino;
          at = 0;
          continue;
        }
      } else if (now !== undefined && now.size < at) {
        at = 0;
        continue;
      }
      await pause(signal);
    }
  } finally {
    await file.close();
  }
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(finish, pauseMs);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      done();
    }
    signal.addEventListener('abort', finish);
  });
}

/** Another source of bytes, ended early when `signal` aborts. */
export async function* untilAborted(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  const aborted = new Promise<'aborted'>((done) => {
    signal.addEventListener('abort', () => done('aborted'), { once: true });
  });
  while (!signal.aborted) {
    const next = await Promise.race([chunks.next(), aborted]);
    if (next === 'aborted') break;
    if (next.done === true) return;
    yield next.value;
  }
  // A pipe that nobody reads any more must not keep the process alive.
  if (source instanceof Readable) source.destroy();
}
