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
 * @param known where the points of hosts are kept, whose keys many rings share.
 * @throws RangeError if minRingSize is above maxRingSize, or either is not a count from 1 to 8388608.
 */
export function buildHashRing(
  hosts: readonly HashedHost[],
  minRingSize = MIN_RING_SIZE,
  maxRingSize = MAX_RING_SIZE,
  known = new HashedPoints(),
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
    return emptyRing(0);
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
    const end = Math.max(count, Math.min(room, Math.ceil(target)));
    const points = known.of(host.key, end - count);
    high.set(points.high.subarray(0, end - count), count);
    low.set(points.low.subarray(0, end - count), count);
    owner.fill(index, count, end);
    count = end;
  });
  return sorted(high, low, owner, count);
}

/** First points of a host; more of them may be known than a ring asks for. */
interface Points {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Points that are kept at most, beside those of one host. */
const KEPT_POINTS = 1 << 23;

/** Points of hosts by their key, hashed once however many rings they are on. */
export class HashedPoints {
  readonly #points = new Map<string, Points>();
  #kept = 0;

  /** At least so many points of a host. */
  of(key: string, count: number): Points {
    const before = this.#points.get(key);
    const from = before?.high.length ?? 0;
    if (before !== undefined && from >= count) return before;
    const points = { high: new Uint32Array(count), low: new Uint32Array(count) };
    if (before !== undefined) {
      points.high.set(before.high);
      points.low.set(before.low);
    }
    const point = new NumberedKey(`${key}_`);
    for (let i = from; i < count; i += 1) {
      const hash = xxHash64(point.bytes(i));
      points.high[i] = hash.high;
      points.low[i] = hash.low;
    }
    if (this.#kept + count - from > KEPT_POINTS) {
      this.#points.clear();
      this.#kept = 0;
    }
    this.#kept += count - (this.#points.has(key) ? from : 0);
    this.#points.set(key, points);
    return points;
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

/** So many points have room in the processor's cache while they are put in order. */
const pointsAtOnce = 1 << 15;
const coarseBits = 8;

/**
 * Points in ascending order of position, equals in the order in which they were. A hash spreads its upper bits evenly: very many
 * points are first parted by their first eight, so that what is then done to each part stays in the processor's cache.
 */
function sorted(high: Uint32Array, low: Uint32Array, owner: Int32Array, count: number): HashRing {
  const ring = emptyRing(count);
  if (count <= pointsAtOnce) {
    sortPart({ positionHigh: high, positionLow: low, host: owner }, ring, 0, count, 0);
    return ring;
  }
  const ends = new Uint32Array((1 << coarseBits) + 1);
  for (let point = 0; point < count; point += 1) ends[(high[point]! >>> (32 - coarseBits)) + 1]! += 1;
  for (let part = 1; part < ends.length; part += 1) ends[part]! += ends[part - 1]!;
  const starts = ends.slice();
  const parted = emptyRing(count);
  for (let point = 0; point < count; point += 1) {
    const to = ends[high[point]! >>> (32 - coarseBits)]!++;
    parted.positionHigh[to] = high[point]!;
    parted.positionLow[to] = low[point]!;
    parted.host[to] = owner[point]!;
  }
  for (let part = 0; part < 1 << coarseBits; part += 1) {
    sortPart(parted, ring, starts[part]!, starts[part + 1]!, coarseBits);
  }
  return ring;
}

const emptyRing = (count: number): HashRing => ({
  positionHigh: new Uint32Array(count),
  positionLow: new Uint32Array(count),
  host: new Int32Array(count),
});

/**
 * The points from `start` to `end`, which have their first `known` bits in common: each goes to one of about as many buckets as
 * there are points, by the bits that follow; the few that meet there are sorted as they come.
 */
function sortPart(from: HashRing, into: HashRing, start: number, end: number, known: number): void {
  let bits = 1;
  while (bits < 24 - known && 1 << bits < end - start) bits += 1;
  const bucketOf = (position: number): number => (position << known) >>> (32 - bits);
  // Where the next point of each bucket belongs.
  const ends = new Uint32Array((1 << bits) + 1).fill(start);
  for (let point = start; point < end; point += 1) ends[bucketOf(from.positionHigh[point]!) + 1]! += 1;
  for (let bucket = 1; bucket < ends.length; bucket += 1) ends[bucket]! += ends[bucket - 1]! - start;
  const { positionHigh, positionLow, host } = into;
  const starts = ends.slice();
  for (let point = start; point < end; point += 1) {
    const pointHigh = from.positionHigh[point]!;
    const pointLow = from.positionLow[point]!;
    const bucket = bucketOf(pointHigh);
    const first = starts[bucket]!;
    let to = ends[bucket]!++;
    for (; to > first; to -= 1) {
      const beforeHigh = positionHigh[to - 1]!;
      if (beforeHigh < pointHigh || (beforeHigh === pointHigh && positionLow[to - 1]! <= pointLow)) break;
      positionHigh[to] = beforeHigh;
      positionLow[to] = positionLow[to - 1]!;
      host[to] = host[to - 1]!;
    }
    positionHigh[to] = pointHigh;
    positionLow[to] = pointLow;
    host[to] = from.host[point]!;
  }
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
  create: hashing(({ ring_hash_lb_config: { minimum_ring_size, maximum_ring_size } = {} }) => {
    const known = new HashedPoints();
    return {
      build: (hosts) => buildHashRing(hosts, minimum_ring_size, maximum_ring_size, known),
      size: ({ host }) => host.length,
      pick: pickRing,
    };
  }),
};
