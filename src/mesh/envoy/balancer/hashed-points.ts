import { xxHash64 } from './xxhash64.ts';

/**
 * The first points of a host, by the part of the ring in which they lie, and there in the order of their numbers: those of a
 * ring that asks for fewer come first in each part.
 */
export interface HostPoints {
  /** Position of each point, in two halves, and which of the host's points it is. */
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  readonly number: Uint32Array;
  /** Where each part begins, and the end. */
  readonly starts: Uint32Array;
}

/** Points that are kept at most, beside those of one host. */
const KEPT_POINTS = 1 << 23;

/** Points of hosts by their key, hashed once however many rings they are on: point i of a host lies at xxHash64 of "key_i". */
export class HashedPoints {
  /** So many upper bits of a position tell its part: 0, all are in one. */
  readonly partBits: number;
  readonly #points = new Map<string, HostPoints>();
  #kept = 0;

  /** @param partBits from 0 to 16 */
  constructor(partBits = 0) {
    this.partBits = partBits;
  }

  /** The part in which a position lies. */
  partOf(high: number): number {
    return this.partBits === 0 ? 0 : high >>> (32 - this.partBits);
  }

  /** At least so many points of a host. */
  of(key: string, count: number): HostPoints {
    const before = this.#points.get(key);
    const from = before?.number.length ?? 0;
    if (before !== undefined && from >= count) return before;
    const points = this.#parted(before, this.#hashed(key, from, count));
    if (this.#kept + count - from > KEPT_POINTS) {
      this.#points.clear();
      this.#kept = 0;
    }
    this.#kept += count - (this.#points.has(key) ? from : 0);
    this.#points.set(key, points);
    return points;
  }

  #hashed(key: string, from: number, count: number): HostPoints {
    const length = count - from;
    const [high, low, number] = [new Uint32Array(length), new Uint32Array(length), new Uint32Array(length)];
    const point = new NumberedKey(`${key}_`);
    for (let i = 0; i < length; i += 1) {
      const hash = xxHash64(point.bytes(from + i));
      high[i] = hash.high;
      low[i] = hash.low;
      number[i] = from + i;
    }
    return { high, low, number, starts: Uint32Array.of(0, length) };
  }

  /** Points of lower numbers first, so that in each part they stay before the others. */
  #parted(before: HostPoints | undefined, added: HostPoints): HostPoints {
    const parts = 1 << this.partBits;
    if (before === undefined && parts === 1) return added;
    const all = before === undefined ? [added] : [before, added];
    const starts = new Uint32Array(parts + 1);
    for (const { high } of all) for (const position of high) starts[this.partOf(position) + 1]! += 1;
    for (let part = 1; part <= parts; part += 1) starts[part]! += starts[part - 1]!;
    const length = starts[parts]!;
    const [high, low, number] = [new Uint32Array(length), new Uint32Array(length), new Uint32Array(length)];
    const next = starts.slice();
    for (const points of all) {
      for (let point = 0; point < points.number.length; point += 1) {
        const to = next[this.partOf(points.high[point]!)]!++;
        high[to] = points.high[point]!;
        low[to] = points.low[point]!;
        number[to] = points.number[point]!;
      }
    }
    return { high, low, number, starts };
  }
}

/** "key_0", "key_1", ... as bytes: millions of them are hashed, so no text is made of them. */
class NumberedKey {
  readonly #bytes: Uint8Array;
  readonly #prefix: number;

  constructor(prefix: string) {
    const bytes = new TextEncoder().encode(prefix);
    this.#prefix = bytes.length;
    this.#bytes = new Uint8Array(bytes.length + 10);
    this.#bytes.set(bytes);
  }

  bytes(number: number): Uint8Array {
    let digits = 1;
    for (let rest = number; rest >= 10; rest = Math.floor(rest / 10)) digits += 1;
    const end = this.#prefix + digits;
    for (let at = end - 1, rest = number; at >= this.#prefix; at -= 1, rest = Math.floor(rest / 10)) {
      this.#bytes[at] = 48 + (rest % 10);
    }
    return this.#bytes.subarray(0, end);
  }
}
