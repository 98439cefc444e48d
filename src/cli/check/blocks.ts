import { open } from 'node:fs/promises';

const blockBytes = 1024 * 1024;
const lineFeed = 10;

/**
 * The bytes of a file, a megabyte at a time and always in the same place: each block is there until the next is asked for. A
 * block ends where a line does, if it holds one.
 * @throws the error of the system when the file cannot be opened or read.
 */
export async function* blocksOf(path: string): AsyncIterable<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(blockBytes);
    let held = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, held, blockBytes - held, null);
      if (bytesRead === 0) break;
      const length = held + bytesRead;
      const lastEnd = buffer.lastIndexOf(lineFeed, length - 1) + 1;
      const end = lastEnd === 0 ? length : lastEnd;
      yield buffer.subarray(0, end);
      buffer.copyWithin(0, end, length);
      held = length - end;
    }
    if (held > 0) yield buffer.subarray(0, held);
  } finally {
    await file.close();
  }
}
