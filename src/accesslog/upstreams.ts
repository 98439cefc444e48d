import type { Block } from './block.ts';
import { Digest } from './digest.ts';
import { known } from './line-part.ts';
import type { Span } from './span.ts';

/** Whom a request was for and who took it, as far as the line knows: few of these stand in a log. */
export interface Upstream {
  readonly authority: string | undefined;
  readonly host: string | undefined;
  readonly cluster: string | undefined;
  /** Of host and cluster, as `upstreamDigest` has it. */
  readonly digest: number;
}

/** How many are kept: a log of a proxy in the wild may hold any number of them. */
const mostKnown = 8192;
const slots = 4 * mostKnown;

/** Upstreams by the bytes that name them, each made once, of strings that keep nothing else alive. */
export class Upstreams {
  readonly #known: Upstream[] = [];
  /** The bytes of each that is known, in words. */
  readonly #keys: Int32Array[] = [];
  /** One more than the place among the known; 0: free. */
  readonly #places = new Uint16Array(slots);
  /** Lengths and bytes of the three names at hand, in words, and their hash. */
  readonly #key = new Int32Array(1024);
  #words = 0;
  #hash = 0;

  of(block: Block, authority: Span, host: Span, cluster: Span): Upstream {
    const length = authority.end - authority.from + host.end - host.from + cluster.end - cluster.from;
    if (length > 4 * (this.#key.length - 6)) return upstreamOf(block, authority, host, cluster);
    const { view } = block;
    this.#words = 0;
    this.#hash = 0;
    this.#take(view, authority);
    this.#take(view, host);
    this.#take(view, cluster);
    const key = this.#key;
    const words = this.#words;
    let slot = this.#hash & (slots - 1);
    for (let place = this.#places[slot]!; place !== 0; place = this.#places[slot]!) {
      if (isSame(this.#keys[place - 1]!, key, words)) return this.#known[place - 1]!;
      slot = (slot + 1) & (slots - 1);
    }
    const made = upstreamOf(block, authority, host, cluster);
    if (this.#known.length < mostKnown) {
      this.#keys.push(key.slice(0, words));
      this.#places[slot] = this.#known.push(made);
    }
    return made;
  }

  #take(view: DataView, { from, end }: Span): void {
    const key = this.#key;
    let at = this.#words;
    let hash = this.#hash ^ (end - from);
    key[at] = end - from;
    let byte = from;
    for (; byte + 3 < end; byte += 4) {
      const word = view.getInt32(byte, true);
      at += 1;
      key[at] = word;
      hash = Math.imul(hash ^ word, 0x85eb_ca6b);
      hash ^= hash >>> 13;
    }
    let last = 0;
    for (; byte < end; byte += 1) last = (last << 8) | view.getUint8(byte);
    key[at + 1] = last;
    hash = Math.imul(hash ^ last, 0x85eb_ca6b);
    this.#hash = hash ^ (hash >>> 13);
    this.#words = at + 2;
  }
}

function isSame(own: Int32Array, other: Int32Array, length: number): boolean {
  if (own.length !== length) return false;
  for (let at = 0; at < length; at += 1) if (own[at] !== other[at]) return false;
  return true;
}

/** Host and cluster -> a number that others have by chance only. */
export function upstreamDigest(host: string | undefined, cluster: string | undefined): number {
  digest.begin();
  digest.text(host ?? '');
  digest.text(cluster ?? '');
  return digest.value;
}

const digest = new Digest();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function upstreamOf({ bytes }: Block, ...spans: readonly Span[]): Upstream {
  const [authority, host, cluster] = spans.map(({ from, end }) =>
    known(decoder.decode(new Uint8Array(bytes.subarray(from, end)))),
  );
  return { authority, host, cluster, digest: upstreamDigest(host, cluster) };
}
