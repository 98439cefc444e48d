import { Block } from './block.ts';
import { nextByte } from './next-byte.ts';

/** Who takes the lines. */
export interface LineSink {
  /**
   * A line without its line end (LF or CRLF): the bytes of the block from `from` up to `end`, UTF-8, and its one-based number.
   * They are there until the call returns.
   */
  line(block: Block, from: number, end: number, number: number): void;
  /** A line beyond the limit; its text is dropped. */
  tooLong(number: number): void;
}

/** Longer lines are no requests: Envoy refuses headers beyond 60 KiB. In characters, of at most three bytes for each UTF-16 unit. */
const longest = 1024 * 1024;
const longestBytes = 3 * longest + 1;

const lineFeed = 10;
const carriageReturn = 13;

/** What a stream may begin with, and what it says: `kubectl logs > file` in Windows PowerShell writes UTF-16. */
const marks = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: 'utf-8' },
  { bytes: [0xff, 0xfe], encoding: 'utf-16le' },
  { bytes: [0xfe, 0xff], encoding: 'utf-16be' },
] as const;

/**
 * Bytes in chunks as they come -> lines, in memory that does not grow with the file. UTF-8, or UTF-16 where a byte order
 * mark says so.
 */
export class LineSplitter {
  /** Lines seen, empty and over-long ones included. */
  count = 0;
  /** Whether the text ended within a line: true for a cut-off log, and for one whose last line has no line end. */
  endedWithin = false;
  readonly #sink: LineSink;
  #head: Uint8Array | undefined = new Uint8Array(0);
  /** Of UTF-16 only. */
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  readonly #encoder = new TextEncoder();
  /** The beginning of a line whose end has not come yet. */
  #rest = new Uint8Array(1024);
  #restLength = 0;
  #skipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  /** Reads the chunk to its end, and keeps nothing of it. */
  push(chunk: Uint8Array): void {
    if (this.#head === undefined) this.#decode(chunk);
    else {
      // Up to three bytes decide about the encoding; a stream may bring them one by one.
      this.#head = this.#head.length === 0 ? chunk : joined(this.#head, chunk);
      if (mayBecomeMark(this.#head)) this.#head = new Uint8Array(this.#head);
      else this.#begin();
    }
  }

  /** The last line, whether or not a line end followed it. */
  end(): void {
    if (this.#head !== undefined) this.#begin();
    if (this.#decoder !== undefined) this.#take(this.#encoder.encode(this.#decoder.decode()));
    if (this.#restLength === 0 && !this.#skipping) return;
    this.endedWithin = true;
    this.#giveRest();
  }

  #begin(): void {
    const head = this.#head!;
    this.#head = undefined;
    const mark = marks.find(({ bytes }) => bytes.every((byte, place) => head[place] === byte));
    if (mark !== undefined && mark.encoding !== 'utf-8') this.#decoder = new TextDecoder(mark.encoding);
    this.#decode(mark?.encoding === 'utf-8' ? head.subarray(mark.bytes.length) : head);
  }

  #decode(chunk: Uint8Array): void {
    if (this.#decoder === undefined) this.#take(chunk);
    else this.#take(this.#encoder.encode(this.#decoder.decode(chunk, { stream: true })));
  }

  #take(bytes: Uint8Array): void {
    let from = 0;
    let end = nextByte(bytes, lineFeed, 0);
    if (end >= 0 && (this.#restLength > 0 || this.#skipping)) {
      this.#keep(bytes.subarray(0, end));
      this.#giveRest();
      from = end + 1;
      end = nextByte(bytes, lineFeed, from);
    }
    const block = new Block(bytes);
    for (; end >= 0; end = nextByte(bytes, lineFeed, from)) {
      this.#give(block, from, end);
      from = end + 1;
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from));
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping) return;
    const length = this.#restLength + bytes.length;
    if (length > longestBytes) {
      this.#skipping = true;
      this.#restLength = 0;
      return;
    }
    if (length > this.#rest.length) {
      const larger = new Uint8Array(Math.max(length, this.#rest.length * 2));
      larger.set(this.#rest.subarray(0, this.#restLength));
      this.#rest = larger;
    }
    this.#rest.set(bytes, this.#restLength);
    this.#restLength = length;
  }

  #giveRest(): void {
    const length = this.#restLength;
    this.#restLength = 0;
    this.#give(new Block(this.#rest.subarray(0, length)), 0, length);
  }

  #give(block: Block, from: number, end: number): void {
    this.count += 1;
    if (this.#skipping || (end - from > longest && block.text(from, end).length > longest)) {
      this.#skipping = false;
      this.#sink.tooLong(this.count);
      return;
    }
    const isCrLf = end > from && block.bytes[end - 1] === carriageReturn;
    this.#sink.line(block, from, isCrLf ? end - 1 : end, this.count);
  }
}

/** Whether more bytes could make one of the marks of it. */
const mayBecomeMark = (head: Uint8Array): boolean =>
  marks.some(({ bytes }) => head.length < bytes.length && head.every((byte, place) => byte === bytes[place]));

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
