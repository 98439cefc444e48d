import type { Block } from './block.ts';
import type { Span } from './span.ts';

const number = new Float64Array(1);
const halves = new Int32Array(number.buffer);

/**
 * Numbers and texts, one after the other -> 53 bits that another row of them has by chance only (once in 2^53 pairs). Two lanes of
 * 32 bits that take four characters at a time, with the multipliers of MurmurHash3 (A. Appleby).
 */
export class Digest {
  #high = 0;
  #low = 0;

  begin(): void {
    this.#high = 0x9747_b28c | 0;
    this.#low = 0x1b87_3593;
  }

  /** `undefined` is a value like any other; 0 and -0 are one. */
  number(value: number | undefined): void {
    number[0] = value === undefined ? Number.NaN : value + 0;
    this.#word(halves[0]!);
    this.#word(halves[1]!);
  }

  text(text: string): void {
    const { length } = text;
    const whole = length & ~3;
    let at = 0;
    for (; at < whole; at += 4) {
      this.#word(
        text.charCodeAt(at) |
          (text.charCodeAt(at + 1) << 8) |
          (text.charCodeAt(at + 2) << 16) |
          (text.charCodeAt(at + 3) << 24),
      );
    }
    let last = 0;
    for (; at < length; at += 1) last = (last << 8) | text.charCodeAt(at);
    this.#word(last);
    this.#word(length);
  }

  /** The same for the text that the bytes are, where they are ASCII. @returns bits that bytes have: none of 0x80808080 in ASCII */
  bytes({ view }: Block, { from, end }: Span): number {
    const length = end - from;
    const whole = from + (length & ~3);
    let high = this.#high;
    let low = this.#low;
    let bits = 0;
    let at = from;
    for (; at < whole; at += 4) {
      const word = view.getInt32(at, true);
      bits |= word;
      high = Math.imul(high ^ word, 0x85eb_ca6b);
      high ^= high >>> 13;
      low = Math.imul(low ^ word, 0xc2b2_ae35);
      low ^= low >>> 16;
    }
    this.#high = high;
    this.#low = low;
    let last = 0;
    for (; at < end; at += 1) last = (last << 8) | view.getUint8(at);
    this.#word(last);
    this.#word(length);
    return bits | last;
  }

  /** A whole number from 1 to 2^53 - 1. */
  get value(): number {
    return (this.#high & 0x1f_ffff) * 0x1_0000_0000 + (this.#low >>> 0) || 1;
  }

  #word(word: number): void {
    const high = Math.imul(this.#high ^ word, 0x85eb_ca6b);
    this.#high = high ^ (high >>> 13);
    const low = Math.imul(this.#low ^ word, 0xc2b2_ae35);
    this.#low = low ^ (low >>> 16);
  }
}
