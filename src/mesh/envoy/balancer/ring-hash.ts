import { shareOfWeights, type HashedHost } from './hashed-host.ts';
import { xxHash64 } from './xxhash64.ts';

/** Envoy's defaults; Istio's minimumRingSize is 1024 too. */
const MIN_RING_SIZE = 1024;
const MAX_RING_SIZE = 8388608;

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
 * @throws RangeError if minRingSize is above maxRingSize, or either is not a count of 1 or more.
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
  const points: { readonly high: number; readonly low: number; readonly host: number }[] = [];
  let target = 0;
  hosts.forEach((host, index) => {
    target += scale * shares[index]!;
    for (let i = 0; points.length < target; i += 1) {
      const { high, low } = xxHash64(`${host.key}_${i}`);
      points.push({ high, low, host: index });
    }
  });
  points.sort((a, b) => a.high - b.high || a.low - b.low);
  return {
    positionHigh: Uint32Array.from(points, (point) => point.high),
    positionLow: Uint32Array.from(points, (point) => point.low),
    host: Int32Array.from(points, (point) => point.host),
  };
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
