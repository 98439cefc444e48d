/**
 * The elements of a JSON text that is too large to be read at once: of each document those of its first list that has any, at its top (`[a, b]`) or
 * in an object (`{"data": [a, b], ...}`), as far as they are lists or objects. Bytes come in pieces of any size; each element is
 * handed on as text as soon as it is whole, with the name of the list that it stands in.
 */
export class ElementSplitter {
  readonly #take: (element: string, list: string) => void;
  readonly #decoder = new TextDecoder();
  /** Of the element that goes on: what came of it before this piece. */
  #held: Uint8Array[] = [];
  #depth = 0;
  /** Depth at which the elements of the list stand; 0: no list has begun in this document. */
  #listDepth = 0;
  #hasElements = false;
  /** Of this document all elements were handed on. */
  #isOver = false;
  #inString = false;
  #isEscaped = false;
  #isInside = false;
  /** The string that was read last, outside of elements: the name of a list that follows. */
  #word: number[] = [];
  #name = '';

  constructor(take: (element: string, list: string) => void) {
    this.#take = take;
  }

  push(bytes: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at]!;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) this.#inString = false;
        else if (!this.#isInside && this.#depth === 1 && this.#word.length < 64) this.#word.push(byte);
        continue;
      }
      switch (byte) {
        case quote:
          this.#inString = true;
          if (!this.#isInside) this.#word = [];
          break;
        case openBrace:
        case openBracket: {
          const isList = byte === openBracket && !this.#isInside && this.#listDepth === 0 && !this.#isOver;
          this.#depth += 1;
          if (isList && this.#depth <= 2) {
            this.#listDepth = this.#depth;
            this.#name = this.#depth === 1 ? '' : String.fromCharCode(...this.#word);
          } else if (!this.#isInside && this.#listDepth > 0 && this.#depth === this.#listDepth + 1) {
            this.#isInside = true;
            this.#hasElements = true;
            from = at;
          }
          break;
        }
        case closeBrace:
        case closeBracket:
          if (this.#isInside && this.#depth === this.#listDepth + 1) {
            this.#isInside = false;
            this.#hand(bytes.subarray(from, at + 1));
          } else if (this.#depth === this.#listDepth) {
            this.#listDepth = 0;
            this.#isOver = this.#hasElements;
          }
          this.#depth = Math.max(0, this.#depth - 1);
          if (this.#depth === 0) this.#isOver = this.#hasElements = false;
          break;
        default:
      }
    }
    if (this.#isInside) this.#held.push(bytes.slice(from));
  }

  #hand(last: Uint8Array): void {
    const parts = [...this.#held, last];
    this.#held = [];
    const text = parts
      .map((part, at) => this.#decoder.decode(part, { stream: at + 1 < parts.length }))
      .join('');
    this.#take(text, this.#name);
  }
}

const quote = 34;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
