import type { BalancingPolicy } from './balancer.ts';
import { hashing } from './hash-tables.ts';
import { shareOfWeights, type HashedHost } from './hashed-host.ts';
import { xxHash64 } from './xxhash64.ts';

/** Envoy's defaults; Istio's minimumRingSize is 1024 too. */
const MIN_RING_SIZE = 1024;
const MAX_RING_SIZE = 8388608;
/** What Envoy takes at most for either (api/envoy/config/cluster/v3/cluster.proto, RingHashLbConfig). */
export const RING_SIZE_LIMIT = 8388608;

/** Points in ascending order of their 64-bit position, in two halves. */
export interface HashRing {
  readonly positionHigh: Uint32Array;
  readonly positionLow: Uint32Array;
  /** By point: the host's place in the list that the ring was built from. */
  readonly host: Int32Array;
}

/**
 * A ring of points, each host having as many as its weight asks for (ketama; Envoy, ring_hash_lb.cc). The lightest host gets
 * the whole number of points that makes the ring minRingSize or larger; the others get theirs by running sums, and all
 * are scaled down where that would pass maxRingSize. Point i of a host lies at xxHash64 of "key_i".
 *
 * Points that share a position stay in the order of their hosts (Envoy's sort leaves that open; it needs about 2^32 points).
 * @throws RangeError if minRingSize is above maxRingSize, or either is not a count from 1 to 8388608.
 */
export function buildHashRing(
  hosts: readonly HashedHost[],
  minRingSize = MIN_RING_SIZE,
  maxRingSize = MAX_RING_SIZE,
): HashRing {
  if (!(Number.isInteger(minRingSize) && minRingSize >= 1 && Number.isInteger(maxRingSize))) {
    throw new RangeError(`ring sizes ${minRingSize} and ${maxRingSize} must be counts of 1 or more`);
  }
  if (minRingSize > maxRingSize) {
    throw new RangeError(`minimum ring size ${minRingSize} is above the maximum ${maxRingSize}`);
  }
  if (maxRingSize > RING_SIZE_LIMIT) {
    throw new RangeError(`maximum ring size ${maxRingSize} is above ${RING_SIZE_LIMIT}, which Envoy refuses`);
  }
  const shares = shareOfWeights(hosts);
  let lightest = Infinity;
  for (const share of shares) if (share > 0) lightest = Math.min(lightest, share);
  if (lightest === Infinity) {
    return {
      positionHigh: new Uint32Array(0),
      positionLow: new Uint32Array(0),
      host: new Int32Array(0),
    };
  }

  const scale = Math.min(Math.ceil(lightest * minRingSize) / lightest, maxRingSize);
  // Rounding may ask for one point more than the scale.
  const room = Math.ceil(scale) + 1;
  const high = new Uint32Array(room);
  const low = new Uint32Array(room);
  const owner = new Int32Array(room);
  let count = 0;
  let target = 0;
  hosts.forEach((host, index) => {
    target += scale * shares[index]!;
    const point = new NumberedKey(`${host.key}_`);
    for (let i = 0; count < target && count < room; i += 1) {
      const hash = xxHash64(point.bytes(i));
      high[count] = hash.high;
      low[count] = hash.low;
      owner[count] = index;
      count += 1;
    }
  });
  const order = orderOfPositions(high, low, count);
  return {
    positionHigh: order.map((point) => high[point]!),
    positionLow: order.map((point) => low[point]!),
    host: Int32Array.from(order, (point) => owner[point]!),
  };
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

/** Points in ascending order of position, byte by byte from the lowest (radix sort), which keeps the order of equals. */
function orderOfPositions(high: Uint32Array, low: Uint32Array, count: number): Uint32Array<ArrayBuffer> {
  let order = new Uint32Array(count).map((_, point) => point);
  let next = new Uint32Array(count);
  const starts = new Uint32Array(257);
  for (const half of [low, high]) {
    for (let shift = 0; shift < 32; shift += 8) {
      starts.fill(0);
      for (let point = 0; point < count; point += 1) starts[((half[point]! >>> shift) & 255) + 1]! += 1;
      for (let byte = 0; byte < 256; byte += 1) starts[byte + 1]! += starts[byte]!;
      for (const point of order) {
        const byte = (half[point]! >>> shift) & 255;
        next[starts[byte]!] = point;
        starts[byte]! += 1;
      }
      [order, next] = [next, order];
    }
  }
  return order;
}

/**
 * The host of the first point at the hash or after it, the ring's first point following its last. When host selection is
 * tried again, attempt n goes n points further, which need not be another host. -1 for an empty ring.
 */
export function pickRing(ring: HashRing, hashHigh: number, hashLow: number, attempt = 0): number {
  const count = ring.host.length;
  if (count === 0) return -1;
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >> 1;
    const high = ring.positionHigh[middle]!;
    if (high < hashHigh || (high === hashHigh && ring.positionLow[middle]! < hashLow)) from = middle + 1;
    else to = middle;
  }
  return ring.host[(from + attempt) % count]!;
}

/** RING_HASH: the first point on the ring from the request's hash on. */
export const ringHash: BalancingPolicy = {
  words: 'the endpoint whose point on a ring follows the request’s hash, the same one as long as it stays',
  hashes: true,
  create: hashing(({ ring_hash_lb_config }) => ({
    build: (hosts) =>
      buildHashRing(hosts, ring_hash_lb_config?.minimum_ring_size, ring_hash_lb_config?.maximum_ring_size),
    size: ({ host }) => host.length,
    pick: pickRing,
  })),
};
