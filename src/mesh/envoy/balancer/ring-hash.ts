import type { BalancingPolicy } from './balancer.ts';
import { hashing } from './hash-tables.ts';
import { HashedPoints, type HostPoints } from './hashed-points.ts';
import { shareOfWeights, type HashedHost } from './hashed-host.ts';

/** Envoy's defaults; Istio's minimumRingSize is 1024 too. */
const MIN_RING_SIZE = 1024;
const MAX_RING_SIZE = 8388608;
/** What Envoy takes at most for either (api/envoy/config/cluster/v3/cluster.proto, RingHashLbConfig). */
export const RING_SIZE_LIMIT = 8388608;

/** Points of one part of a ring, in ascending order of their 64-bit position, in two halves. */
export interface RingPart {
  readonly positionHigh: Uint32Array;
  readonly positionLow: Uint32Array;
  /** By point: the host's place in the list that the ring was built from. */
  readonly host: Int32Array;
}

/**
 * A ring of points, which is put in order where it is asked: hosts come and go more often than all of a large ring is asked
 * for. The points of a part lie between those of the part before and after it.
 */
export class HashRing {
  /** Points of all hosts together. */
  readonly size: number;
  readonly #hosts: readonly { readonly points: HostPoints; readonly count: number }[];
  readonly #known: HashedPoints;
  readonly #parts: (RingPart | undefined)[] = [];

  constructor(
    hosts: readonly { readonly points: HostPoints; readonly count: number }[],
    known: HashedPoints,
  ) {
    this.#hosts = hosts;
    this.#known = known;
    this.size = hosts.reduce((sum, { count }) => sum + count, 0);
  }

  get parts(): number {
    return 1 << this.#known.partBits;
  }

  partOf(high: number): number {
    return this.#known.partOf(high);
  }

  part(at: number): RingPart {
    return (this.#parts[at] ??= this.#sorted(at));
  }

  /** The whole ring, in order. */
  get points(): RingPart {
    const all = emptyPart(this.size);
    let to = 0;
    for (let at = 0; at < this.parts; at += 1) {
      const part = this.part(at);
      all.positionHigh.set(part.positionHigh, to);
      all.positionLow.set(part.positionLow, to);
      all.host.set(part.host, to);
      to += part.host.length;
    }
    return all;
  }

  /** Equals stay in the order of their hosts. */
  #sorted(at: number): RingPart {
    const ends = this.#hosts.map(({ points, count }) => endOf(points, at, count));
    const count = this.#hosts.reduce((sum, { points }, host) => sum + ends[host]! - points.starts[at]!, 0);
    const part = emptyPart(count);
    let to = 0;
    this.#hosts.forEach(({ points }, host) => {
      const start = points.starts[at]!;
      const end = ends[host]!;
      part.positionHigh.set(points.high.subarray(start, end), to);
      part.positionLow.set(points.low.subarray(start, end), to);
      part.host.fill(host, to, (to += end - start));
    });
    return sorted(part, this.#known.partBits);
  }
}

/** Where those points of a part end that are among a host's first `count`. */
function endOf({ number, starts }: HostPoints, part: number, count: number): number {
  let from = starts[part]!;
  let to = starts[part + 1]!;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (number[middle]! < count) from = middle + 1;
    else to = middle;
  }
  return from;
}

const emptyPart = (count: number): RingPart => ({
  positionHigh: new Uint32Array(count),
  positionLow: new Uint32Array(count),
  host: new Int32Array(count),
});

/**
 * In ascending order of position, equals in the order in which they were. A hash spreads its bits evenly: each point goes to one
 * of about as many buckets as there are points, by the bits that follow the first `known`, which all have in common; the few
 * that meet there are sorted as they come.
 */
function sorted(from: RingPart, known: number): RingPart {
  const count = from.host.length;
  let bits = 1;
  while (bits < 24 - known && 1 << bits < count) bits += 1;
  const bucketOf = (position: number): number => (position << known) >>> (32 - bits);
  // Where the next point of each bucket belongs.
  const ends = new Uint32Array((1 << bits) + 1);
  for (let point = 0; point < count; point += 1) ends[bucketOf(from.positionHigh[point]!) + 1]! += 1;
  for (let bucket = 1; bucket < ends.length; bucket += 1) ends[bucket]! += ends[bucket - 1]!;
  const part = emptyPart(count);
  const { positionHigh, positionLow, host } = part;
  const starts = ends.slice();
  for (let point = 0; point < count; point += 1) {
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
  return part;
}

/**
 * The host of the first point at the hash or after it, the ring's first point following its last. When host selection is
 * tried again, attempt n goes n points further, which need not be another host. -1 for an empty ring.
 */
export function pickRing(ring: HashRing, hashHigh: number, hashLow: number, attempt = 0): number {
  if (ring.size === 0) return -1;
  let at = ring.partOf(hashHigh);
  let part = ring.part(at);
  let from = 0;
  let to = part.host.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    const high = part.positionHigh[middle]!;
    if (high < hashHigh || (high === hashHigh && part.positionLow[middle]! < hashLow)) from = middle + 1;
    else to = middle;
  }
  let place = from + (attempt % ring.size);
  while (place >= part.host.length) {
    place -= part.host.length;
    at = (at + 1) % ring.parts;
    part = ring.part(at);
  }
  return part.host[place]!;
}

/** So many points have room in the processor's cache while they are put in order; of a larger ring, a part has. */
const POINTS_AT_ONCE = 1 << 15;

const partBitsOf = (minRingSize = MIN_RING_SIZE): number => (minRingSize > POINTS_AT_ONCE ? 8 : 0);

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
  known = new HashedPoints(partBitsOf(minRingSize)),
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
    return new HashRing([], known);
  }

  const scale = Math.min(Math.ceil(lightest * minRingSize) / lightest, maxRingSize);
  // Rounding may ask for one point more than the scale.
  const room = Math.ceil(scale) + 1;
  let all = 0;
  let target = 0;
  const pointsOf = hosts.map(({ key }, place) => {
    target += scale * shares[place]!;
    const count = Math.max(0, Math.min(room, Math.ceil(target)) - all);
    all += count;
    return { points: known.of(key, count), count };
  });
  return new HashRing(pointsOf, known);
}

/** RING_HASH: the first point on the ring from the request's hash on. */
export const ringHash: BalancingPolicy = {
  words: 'the endpoint whose point on a ring follows the request’s hash, the same one as long as it stays',
  hashes: true,
  create: hashing(({ ring_hash_lb_config: { minimum_ring_size, maximum_ring_size } = {} }) => {
    const known = new HashedPoints(partBitsOf(minimum_ring_size));
    return {
      build: (hosts) => buildHashRing(hosts, minimum_ring_size, maximum_ring_size, known),
      size: ({ size }) => size,
      pick: pickRing,
    };
  }),
};
