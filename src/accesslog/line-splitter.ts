/** Who takes the lines. */
export interface LineSink {
  /** A line without its line end (LF or CRLF), and its one-based number. */
  line(text: string, number: number): void;
  /** A line beyond the limit; its text is dropped. */
  tooLong(number: number): void;
}

/** Longer lines are no requests: Envoy refuses headers beyond 60 KiB. In characters. */
const longest = 1024 * 1024;

/**
 * Bytes in chunks as they come -> lines, in memory that does not grow with the file. UTF-8, or UTF-16 where a byte order
 * mark says so (`kubectl logs > file` in Windows PowerShell); bytes that are not valid become U+FFFD.
 */
export class LineSplitter {
  /** Lines seen, empty and over-long ones included. */
  count = 0;
  /** Whether the text ended within a line: true for a cut-off log, and for one whose last line has no line end. */
  endedWithin = false;
  readonly #sink: LineSink;
  #decoder: InstanceType<typeof TextDecoder> | undefined;
  #head: number[] = [];
  #rest = '';
  #skipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decode(chunk));
  }

  /** The last line, whether or not a line end followed it. */
  end(): void {
    if (this.#decoder === undefined) this.#take(this.#begin(new Uint8Array(0)));
    this.#take(this.#decoder!.decode());
    if (this.#rest === '' && !this.#skipping) return;
    this.endedWithin = true;
    this.#give(this.#rest);
    this.#rest = '';
  }

  #decode(chunk: Uint8Array): string {
    if (this.#decoder !== undefined) return this.#decoder.decode(chunk, { stream: true });
    // Two bytes decide about the encoding; a stream may bring them one by one.
    if (this.#head.length + chunk.length < 2) {
      this.#head.push(...chunk);
      return '';
    }
    return this.#begin(chunk);
  }

  #begin(chunk: Uint8Array): string {
    const first = this.#head[0] ?? chunk[0];
    const second = this.#head.length > 0 ? chunk[0] : chunk[1];
    const encoding =
      first === 0xff && second === 0xfe
        ? 'utf-16le'
        : first === 0xfe && second === 0xff
          ? 'utf-16be'
          : 'utf-8';
    this.#decoder = new TextDecoder(encoding);
    return (
      this.#decoder.decode(Uint8Array.from(this.#head), { stream: true }) +
      this.#decoder.decode(chunk, { stream: true })
    );
  }

  #take(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const piece = text.slice(from, end);
      this.#give(this.#rest === '' ? piece : this.#rest + piece);
      this.#rest = '';
      from = end + 1;
    }
    if (this.#skipping) return;
    this.#rest = this.#rest === '' ? text.slice(from) : this.#rest + text.slice(from);
    if (this.#rest.length > longest) {
      this.#skipping = true;
      this.#rest = '';
    }
  }

  #give(line: string): void {
    this.count += 1;
    if (this.#skipping || line.length > longest) this.#sink.tooLong(this.count);
    else this.#sink.line(line.endsWith('\r') ? line.slice(0, -1) : line, this.count);
    this.#skipping = false;
  }
}
