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
  /** Its number among those that are remembered; undefined for one that is not. */
  readonly place: number | undefined;
}

/** How many are kept: a log of a proxy in the wild may hold any number of them. */
const mostKnown = 8192;
const slots = 4 * mostKnown;
const likelySlots = 2048;

/** Upstreams by the bytes that name them, each made once, of strings that keep nothing else alive. */
export class Upstreams {
  readonly #known: Upstream[] = [];
  /** The bytes of each that is known, in words. */
  readonly #keys: Int32Array[] = [];
  /** One more than the place among the known; 0: free. */
  readonly #places = new Uint16Array(slots);
  /** The place, plus one, that was found last where a few of the bytes are such as they are: most often it is the one again. */
  readonly #likely = new Uint16Array(likelySlots);
  /** Lengths and bytes of the three names at hand, in words, and their hash. */
  readonly #key = new Int32Array(1024);
  #words = 0;
  #hash = 0;

  of(block: Block, authority: Span, host: Span, cluster: Span): Upstream {
    const { view } = block;
    const sample =
      sampleOf(view, cluster) ^
      Math.imul(sampleOf(view, host), 0x85eb_ca6b) ^
      (authority.end - authority.from);
    const likelySlot = (sample ^ (sample >>> 11) ^ (sample >>> 22)) & (likelySlots - 1);
    const likely = this.#likely[likelySlot]!;
    if (likely !== 0 && isAt(this.#keys[likely - 1]!, view, authority, host, cluster)) {
      return this.#known[likely - 1]!;
    }
    const found = this.#find(block, authority, host, cluster);
    if (found.place !== undefined) this.#likely[likelySlot] = found.place + 1;
    return found;
  }

  #find(block: Block, authority: Span, host: Span, cluster: Span): Upstream {
    const length = authority.end - authority.from + host.end - host.from + cluster.end - cluster.from;
    if (length > 4 * (this.#key.length - 6)) return upstreamOf(block, undefined, authority, host, cluster);
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
    const place = this.#known.length < mostKnown ? this.#known.length : undefined;
    const made = upstreamOf(block, place, authority, host, cluster);
    if (place !== undefined) {
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

/** Some bytes in which names of a kind differ, if they do: the last eight, and four that hold the subset of a cluster. */
function sampleOf(view: DataView, { from, end }: Span): number {
  if (end - from < 18)
    return end - from < 8 ? end - from : view.getInt32(end - 8, true) ^ (view.getInt32(end - 4, true) >>> 3);
  return view.getInt32(from + 14, true) ^ (view.getInt32(from + 9, true) >>> 5) ^ (end - from);
}

/** Whether these are the names of the key. */
function isAt(key: Int32Array, view: DataView, authority: Span, host: Span, cluster: Span): boolean {
  const hostAt = behindName(key, 0, view, authority);
  const clusterAt = hostAt < 0 ? -1 : behindName(key, hostAt, view, host);
  return clusterAt >= 0 && behindName(key, clusterAt, view, cluster) >= 0;
}

/** Where the key goes on behind the name that stands at `at`, -1 where another one stands there. */
function behindName(key: Int32Array, at: number, view: DataView, { from, end }: Span): number {
  if (key[at] !== end - from) return -1;
  let word = at + 1;
  let byte = from;
  for (; byte + 3 < end; byte += 4) {
    if (key[word] !== view.getInt32(byte, true)) return -1;
    word += 1;
  }
  let last = 0;
  for (; byte < end; byte += 1) last = (last << 8) | view.getUint8(byte);
  return key[word] === last ? word + 1 : -1;
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

function upstreamOf({ bytes }: Block, place: number | undefined, ...spans: readonly Span[]): Upstream {
  const [authority, host, cluster] = spans.map(({ from, end }) =>
    known(decoder.decode(new Uint8Array(bytes.subarray(from, end)))),
  );
  return { authority, host, cluster, digest: upstreamDigest(host, cluster), place };
}
