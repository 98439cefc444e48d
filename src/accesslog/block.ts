/** A piece of a file: its bytes, and the text that they are (UTF-8; what is not valid becomes U+FFFD). */
export class Block {
  readonly bytes: Uint8Array;
  /** The same bytes, to be read four at a time. */
  readonly view: DataView;
  #text: string | undefined;
  #pieces = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The text of the bytes from `from` up to `end`, both at the edge of a character. It may keep the text of the whole block alive. */
  text(from: number, end: number): string {
    if (this.#text === undefined && this.#pieces < manyPieces) this.#pieces += 1;
    else {
      this.#text ??= decoder.decode(this.bytes);
      // As many characters as bytes: then each character is a byte.
      if (this.#text.length === this.bytes.length) return this.#text.slice(from, end);
    }
    return decoder.decode(this.bytes.subarray(from, end));
  }
}

/** Whoever asks for more of them gets them cut from the whole, which is made at the price of a thousand. */
const manyPieces = 250;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
