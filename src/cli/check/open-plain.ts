import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/**
 * Bytes as they come, unpacked where they begin as gzip does (RFC 1952, section 2.3.1), whatever the file is called. An
 * archive that ends early yields what it held; `onCutOff` is told.
 */
export async function* openPlain(
  source: AsyncIterable<Uint8Array>,
  onCutOff: () => void,
): AsyncIterable<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  // Two bytes decide; a stream may bring them one by one.
  let first = new Uint8Array(0);
  while (first.length < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = first.length === 0 ? new Uint8Array(next.value) : Uint8Array.from([...first, ...next.value]);
  }
  const all = (async function* () {
    if (first.length > 0) yield first;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  })();
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield* all;
    return;
  }
  const packed = Readable.from(copies(all), { objectMode: false });
  const unpacked = createGunzip({ chunkSize: 256 * 1024 });
  packed.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of packed.pipe(unpacked)) yield chunk as Uint8Array;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw error;
    onCutOff();
  }
}

/** A stream reads ahead, and a chunk of the source is there only until the next is asked for. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}
