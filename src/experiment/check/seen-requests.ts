import type { RecordedRequest } from '../../accesslog/recorded-request.ts';

/** Requests that are remembered: 64 MB. What comes later is not looked for any more. */
const mostRemembered = 4_000_000;

/**
 * Which requests were read before: the same line stands in two files, or one file was given twice. One request id stands in the
 * logs of several proxies, and an application may hand it on to several calls, so that time, cluster, host and path belong to it.
 */
export class SeenRequests {
  #hashes = new Float64Array(1 << 12);
  #count = 0;

  /** Whether it was read before; a request without an id never was. */
  isRepeated(request: RecordedRequest): boolean {
    const { requestId } = request;
    if (requestId === undefined || Number.isNaN(request.startUs)) return false;
    const hash = hashOf(
      `${requestId} ${request.startUs} ${request.durationMs ?? ''} ${request.upstreamCluster ?? ''} ${request.upstreamHost ?? ''} ${request.path ?? ''}`,
    );
    const place = this.#placeOf(hash);
    if (this.#hashes[place] === hash) return true;
    if (this.#count < mostRemembered) {
      this.#hashes[place] = hash;
      this.#count += 1;
      if (this.#count * 2 > this.#hashes.length) this.#grow();
    }
    return false;
  }

  /** Where the hash stands, or the empty place where it would. */
  #placeOf(hash: number): number {
    const hashes = this.#hashes;
    let place = hash % hashes.length;
    while (hashes[place] !== 0 && hashes[place] !== hash) place = place + 1 === hashes.length ? 0 : place + 1;
    return place;
  }

  #grow(): void {
    const old = this.#hashes;
    this.#hashes = new Float64Array(old.length * 2);
    for (const hash of old) if (hash !== 0) this.#hashes[this.#placeOf(hash)] = hash;
  }
}

/** 53 bits that are never 0: two FNV-1a of 32 bits with different beginnings (G. Fowler, L. C. Noll, K.-P. Vo). */
function hashOf(text: string): number {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x01000193) ^ (low >>> 15);
  }
  return ((high >>> 0) & 0x1fffff) * 0x1_0000_0000 + (low >>> 0) || 1;
}
