import { describe, expect, test } from 'vitest';
import { buildHashRing, pickRing, type HashedHost, type HashRing } from '../../../../src/index.ts';
import { HashedPoints } from '../../../../src/mesh/envoy/balancer/hashed-points.ts';
import { high, low } from './support.ts';

const hostsOf = (keys: readonly string[], weights: readonly number[] = []): HashedHost[] =>
  keys.map((key, index) => ({ key, weight: weights[index] ?? 1 }));
const positions = ({
  points: { host, positionHigh, positionLow },
}: HashRing): (readonly [number, bigint])[] =>
  [...host].map((own, at) => [own, (BigInt(positionHigh[at]!) << 32n) | BigInt(positionLow[at]!)]);
const pick = (ring: HashRing, hash: bigint, attempt = 0): number =>
  pickRing(ring, high(hash), low(hash), attempt);

describe('the ring of Envoy’s own test (ring_hash_lb_test.cc, Basic)', () => {
  const hosts = hostsOf([90, 91, 92, 93, 94, 95].map((port) => `127.0.0.1:${port}`));
  const ring = buildHashRing(hosts, 12);

  test('two points for each of six hosts lie where Envoy puts them', () => {
    expect(positions(ring)).toEqual([
      [4, 833437586790550860n],
      [2, 928266305478181108n],
      [0, 1033482794131418490n],
      [5, 3551244743356806947n],
      [3, 3851675632748031481n],
      [1, 5583722120771150861n],
      [1, 6311230543546372928n],
      [3, 7700377290971790572n],
      [5, 13144177310400110813n],
      [2, 13444792449719432967n],
      [4, 15516499411664133160n],
      [0, 16117243373044804889n],
    ]);
  });

  test('a choice whose attempt is not told is the first', () => {
    expect(pickRing(ring, high(3551244743356806947n), low(3551244743356806947n))).toBe(5);
  });

  test.each([
    { hash: 0n, host: 4, because: 'the first point is the first at or after it' },
    { hash: 2n ** 64n - 1n, host: 4, because: 'after the last point comes the first' },
    { hash: 3551244743356806947n, host: 5, because: 'a point takes its own position' },
    { hash: 3551244743356806948n, host: 3, because: 'and nothing beyond' },
    { hash: 16117243373044804880n, host: 0, because: 'the last point takes what comes before it' },
  ])('hash $hash goes to host $host: $because', ({ hash, host }) => {
    expect(pick(ring, hash)).toBe(host);
  });

  test('a further attempt goes one point on, round the ring', () => {
    expect([0, 1, 2].map((attempt) => pick(ring, 16117243373044804880n, attempt))).toEqual([0, 4, 2]);
  });
});

test.each([0, 8])(
  'points that are known from other rings, more of them or fewer, make the same ring (%i bits of part)',
  (partBits) => {
    const known = new HashedPoints(partBits);
    for (const [count, size] of [
      [3, 500],
      [7, 64],
      [5, 3000],
      [1, 12],
    ] as const) {
      const hosts = hostsOf(Array.from({ length: count }, (_, at) => `10.244.0.${at + 1}`));
      const [ring, alone] = [buildHashRing(hosts, size, undefined, known), buildHashRing(hosts, size)];
      expect(positions(ring)).toEqual(positions(alone));
      for (const hash of positions(alone).map(([, position]) => position + 1n)) {
        for (const attempt of [0, 1, size + 2])
          expect(pick(ring, hash, attempt)).toBe(pick(alone, hash, attempt));
      }
    }
  },
);

test.each([
  { weights: [1, 1], min: 1024, max: 8388608, counts: [512, 512], because: '1024 / 2' },
  { weights: [1], min: 12, max: 8388608, counts: [12], because: 'one host has all' },
  { weights: [1, 2], min: 3, max: 8388608, counts: [1, 2], because: 'ceil(1/3 * 3) = 1 for the lightest' },
  {
    weights: [1, 2],
    min: 5,
    max: 8388608,
    counts: [2, 4],
    because: 'ceil(5/3) = 2 for the lightest, scale 6',
  },
  { weights: [1, 3], min: 7, max: 8388608, counts: [2, 6], because: 'ceil(7/4) = 2, scale 8' },
  {
    weights: [1, 1, 1, 1],
    min: 1,
    max: 6,
    counts: [1, 1, 1, 1],
    because: 'ceil(1/4) = 1, scale 4 is below the maximum',
  },
  { weights: [1, 3], min: 4, max: 4, counts: [1, 3], because: 'at the maximum' },
  {
    weights: [1, 1, 1, 1],
    min: 6,
    max: 6,
    counts: [2, 1, 2, 1],
    because: 'the maximum 6 gives 1.5 each: targets 1.5, 3, 4.5, 6 (the example in ring_hash_lb.cc)',
  },
  { weights: [1, 0], min: 4, max: 8, counts: [4, 0], because: 'weight 0 has no point' },
])('weights $weights on a ring of $min to $max have $counts points: $because', (row) => {
  const ring = buildHashRing(
    hostsOf(['a', 'b', 'c', 'd'].slice(0, row.weights.length), row.weights),
    row.min,
    row.max,
  );
  const counts = row.weights.map(() => 0);
  for (const host of ring.points.host) counts[host]! += 1;
  expect(counts).toEqual(row.counts);
});

test('removing a host moves only the keys it had', () => {
  const keys = ['a:80', 'b:80', 'c:80', 'd:80'];
  const all = buildHashRing(hostsOf(keys));
  // The ring of three is built with as many points per host, so that the points of those that stay are the same.
  const three = buildHashRing(hostsOf(keys.slice(0, 3)), 768);
  for (let i = 0n; i < 1000n; i += 1n) {
    const hash = (i * 0x9e3779b97f4a7c15n) & 0xffffffffffffffffn;
    const host = pick(all, hash);
    if (host !== 3) expect(pick(three, hash)).toBe(host);
  }
});

test('an empty ring picks nobody, and sizes that contradict each other are refused', () => {
  expect(pick(buildHashRing([]), 1n)).toBe(-1);
  expect(() => buildHashRing(hostsOf(['a']), 20, 10)).toThrow('minimum ring size 20 is above the maximum 10');
  expect(() => buildHashRing(hostsOf(['a']), 0, 10)).toThrow(RangeError);
});
